/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/sys.h"
#include "hash/sha256.h"
#include "pages/internal.h"
#include "store/store.h"

enum {
	CACHE_MAX = 256,            /* pages that are kept */
	CACHE_BYTES_MAX = 64 << 20, /* of them all */
	STALE_MS = 1000,            /* the model is at most so old while much happens */
};

/* A page that was made. */
struct cached {
	char *path;
	const char *type;
	char *body;
	size_t len;
	char tag[40];
};

/* What makes which page: what stands between HEAD and TAIL of its path is NAME. The first that fits does. */
struct route {
	const char *head, *tail;
	const char *type;
	int (*make)(struct request *q, const char *name);
	bool live; /* what runs changes it: not kept */
};

#define HTML "text/html; charset=utf-8"
#define TEXT "text/plain; charset=utf-8"
#define SVG  "image/svg+xml"
#define JSON "application/json"

static const struct route ROUTES[] = {
    {"index.html", NULL, HTML, page_overview, false},
    {"outputs.html", NULL, HTML, page_outputs, false},
    {"graph.html", NULL, HTML, page_graph, false},
    {"graph.svg", NULL, SVG, page_graph_svg, false},
    {"runs.html", NULL, HTML, page_runs, false},
    {"peers.html", NULL, HTML, page_peers, false},
    {"feed.atom", NULL, "application/atom+xml", page_feed, false},
    {"style.css", NULL, "text/css; charset=utf-8", page_style, false},
    {"live.js", NULL, "text/javascript; charset=utf-8", page_script, false},
    {"metrics", NULL, "text/plain; version=0.0.4; charset=utf-8", page_metrics, true},
    {"api/v1/schema.json", NULL, JSON, page_api_schema, false},
    {"api/v1/status.json", NULL, JSON, page_api_status, false},
    {"api/v1/outputs.json", NULL, JSON, page_api_outputs, false},
    {"api/v1/runs.json", NULL, JSON, page_api_runs, false},
    {"api/v1/differences.json", NULL, JSON, page_api_differences, false},
    {"api/v1/output/", ".json", JSON, page_api_output, false},
    {"api/v1/run/", ".json", JSON, page_api_run, false},
    {"outputs/", ".html", HTML, page_outputs_more, false},
    {"runs/", ".html", HTML, page_runs_before, false},
    {"output/", ".html", HTML, page_output, false},
    {"log/", ".txt", TEXT, page_log, true},
    {"difference/", ".diffoscope.html", HTML, page_diffoscope_html, true},
    {"difference/", ".html", HTML, page_difference, false},
    {"difference/", ".diffoscope.txt", TEXT, page_diffoscope, true},
    {"run/", ".html", HTML, page_run, false},
    {"run/", "/log.txt", TEXT, page_run_log, true},
    {"run/", "/events", "text/event-stream; charset=utf-8", page_run_events, true},
    {"badge/", ".svg", SVG, page_badge, false},
};

/* Finds the route of PATH; NAME gets what it leaves open (120 bytes and a NUL fit). */
static const struct route *find_route(const char *path, char name[128])
{
	size_t n = strlen(path);
	name[0] = '\0';
	for (size_t i = 0; i < sizeof ROUTES / sizeof *ROUTES; i++) {
		const struct route *r = &ROUTES[i];
		size_t h = strlen(r->head), t = r->tail ? strlen(r->tail) : 0;
		if (!r->tail && strcmp(path, r->head) == 0)
			return r;
		if (!r->tail || n <= h + t || n - h - t >= 128 ||
		    strncmp(path, r->head, h) != 0 || strcmp(path + n - t, r->tail) != 0)
			continue;
		memcpy(name, path + h, n - h - t);
		name[n - h - t] = '\0';
		if (path_is_name(view_of(name)))
			return r;
	}
	return NULL;
}

int pages_list_fixed(struct strlist *ret)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof ROUTES / sizeof *ROUTES; i++)
		if (!ROUTES[i].tail && !ROUTES[i].live)
			r = strlist_add(ret, ROUTES[i].head);
	return r;
}

/* Returns the path that is meant: "" is the first page; the API's names may leave out ".json". */
static const char *canonical(const char *path, char buf[512])
{
	if (!*path)
		return "index.html";
	if (strncmp(path, "api/v1/", 7) == 0 && strlen(path) < 500 &&
	    (strlen(path) < 5 || strcmp(path + strlen(path) - 5, ".json") != 0)) {
		snprintf(buf, 512, "%s.json", path);
		return buf;
	}
	return path;
}

bool pages_has(const char *path)
{
	char name[128], buf[512];
	return find_route(canonical(path, buf), name) != NULL;
}

/* ---- start and end ---- */

int pages_new(const struct pages_options *o, struct pages **ret, struct fault *f)
{
	struct pages *p = calloc(1, sizeof *p);
	if (!p)
		return fault_set(f, -ENOMEM, "cannot make pages:");
	pthread_mutex_init(&p->lock, NULL);
	p->o.live = o->live;
	p->o.metrics = o->metrics;
	p->o.ctx = o->ctx;
	p->o.state = strdup(o->state);
	p->o.publication = o->publication ? strdup(o->publication) : NULL;
	p->generation = -1;
	p->model = (struct model){.arena = ARENA_INIT, .by_name = MAP_INIT, .by_drv = MAP_INIT};
	p->inputs = (struct inputs)INPUTS_INIT;
	int r = p->o.state && (p->o.publication || !o->publication)
		    ? store_open(o->state, STORE_READONLY, &p->s, f)
		    : fault_set(f, -ENOMEM, "cannot make pages:");
	if (r < 0) {
		pages_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

static void forget(struct pages *p)
{
	for (size_t i = 0; i < p->ncache; i++) {
		free(p->cache[i].path);
		free(p->cache[i].body);
	}
	p->ncache = p->cache_bytes = 0;
}

void pages_free(struct pages *p)
{
	if (!p)
		return;
	forget(p);
	free(p->cache);
	page_layouts_free(p->layouts);
	model_release(&p->model);
	inputs_release(&p->inputs);
	store_close(p->s);
	free((char *)p->o.state);
	free((char *)p->o.publication);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* ---- making a page ---- */

int pages_refresh(struct pages *p, struct fault *f)
{
	int64_t now = sys_monotonic_ns(), generation = history_generation(p->s);
	if (generation >= 0 && generation == p->generation)
		return 0;
	if (p->generation >= 0 && now - p->loaded_ns < (int64_t)STALE_MS * 1000000)
		return 0;
	struct model fresh;
	int r = model_load(p->s, &fresh, f);
	if (r < 0)
		return r;
	model_release(&p->model);
	p->model = fresh;
	p->generation = generation;
	p->loaded_ns = now;
	forget(p);
	return 0;
}

static struct cached *find_cached(struct pages *p, const char *path)
{
	for (size_t i = 0; i < p->ncache; i++)
		if (strcmp(p->cache[i].path, path) == 0)
			return &p->cache[i];
	return NULL;
}

/* Keeps the page for who asks next. That there is no memory for it is no harm. */
static void keep(struct pages *p, const char *path, const struct page *page)
{
	if (p->ncache >= CACHE_MAX || p->cache_bytes + page->body.len > CACHE_BYTES_MAX)
		forget(p);
	struct cached *c = vec_grow(p->cache, &p->cache_cap, p->ncache + 1, sizeof *c);
	if (!c)
		return;
	p->cache = c;
	c += p->ncache;
	*c = (struct cached){.path = strdup(path), .type = page->type, .len = page->body.len};
	c->body = malloc(page->body.len + 1);
	if (!c->path || !c->body) {
		free(c->path);
		free(c->body);
		return;
	}
	memcpy(c->body, buf_str(&page->body), page->body.len + 1);
	memcpy(c->tag, page->tag, sizeof c->tag);
	p->ncache++;
	p->cache_bytes += page->body.len;
}

static void tag_page(struct page *page)
{
	struct digest d;
	char hex[DIGEST_HEX + 1];
	sha256_view(buf_view(&page->body), &d);
	digest_hex(&d, hex);
	snprintf(page->tag, sizeof page->tag, "\"%.32s\"", hex);
}

/* Makes the page of ROUTE. The lock is held. */
static int make(struct pages *p, const struct route *route, const char *path, const char *name,
		struct page *ret, struct fault *f)
{
	size_t depth = 0;
	static const char *const ups[] = {"", "../", "../../", "../../../"};
	for (const char *c = path; *c; c++)
		depth += *c == '/';
	struct request q = {.p = p,
			    .m = &p->model,
			    .arena = ARENA_INIT,
			    .up = ups[depth < 4 ? depth : 3],
			    .b = &ret->body,
			    .page = ret,
			    .f = f};
	int r = route->make(&q, name);
	arena_release(&q.arena);
	if (r == ERR_MISSING) {
		buf_clear(&ret->body);
		ret->status = 404;
		ret->type = HTML;
		q.arena = (struct arena)ARENA_INIT;
		page_begin(&q, "Not found", "");
		html_add(ret->body.ptr ? &ret->body : &ret->body,
			 "<h1>Not found</h1><p>Nothing is known of <code>%s</code>.</p>", path);
		page_end(&q);
		arena_release(&q.arena);
		r = 0;
	}
	return r < 0 ? r : buf_failed(&ret->body);
}

int pages_get(struct pages *p, const char *path, struct page *ret, struct fault *f)
{
	char name[128], buf[512];
	path = canonical(path, buf);
	const struct route *route = find_route(path, name);
	*ret =
	    (struct page){.status = 200, .type = route ? route->type : HTML, .body = BUF_INIT};
	if (!route)
		return ERR_MISSING;
	pthread_mutex_lock(&p->lock);
	int r = pages_refresh(p, f);
	const struct cached *c = r == 0 ? find_cached(p, path) : NULL;
	if (c) {
		buf_add(&ret->body, c->body, c->len);
		memcpy(ret->tag, c->tag, sizeof ret->tag);
		r = buf_failed(&ret->body);
	} else if (r == 0) {
		ret->fresh = route->live;
		r = make(p, route, path, name, ret, f);
		if (r == 0)
			tag_page(ret);
		if (r == 0 && !ret->fresh && ret->status == 200)
			keep(p, path, ret);
	}
	pthread_mutex_unlock(&p->lock);
	if (r < 0) {
		buf_release(&ret->body);
		return f && f->code ? r : fault_set(f, r, "cannot make the page %s:", path);
	}
	return 0;
}
