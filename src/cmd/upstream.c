/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/upstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/record.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "json/write.h"
#include "source/debian_sources.h"
#include "source/source.h"

/* What became of a pinned file, best first. */
enum state { LISTED, SERVED, OTHER, LEFT, STATES };
static const char *const WORDS[] = {"listed", "served", "other", "left"};

/* A source that is pinned in the archive. */
struct entry {
	const struct drv *drv;
	const struct drv_source *source;
	const char *uri; /* "debian:…" */
	enum state state;
};

struct upstream {
	struct entry *entries;   /* those of one derivation stand together; owned */
	struct debian_pin *pins; /* of the entries; owned */
	size_t n, cap, pins_cap;
	size_t count[STATES];
};

static void upstream_release(struct upstream *u)
{
	for (size_t i = 0; i < u->n; i++)
		strlist_release(&u->pins[i].versions);
	free(u->entries);
	free(u->pins);
}

/* Adds the sources of D that are pinned in the archive. */
static int add(struct upstream *u, const struct drv *d)
{
	static const char scheme[] = "debian:";
	for (size_t i = 0; i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		const char *uri = NULL;
		for (size_t k = 0; !uri && k < s->nuris; k++)
			if (strncmp(s->uris[k], scheme, sizeof scheme - 1) == 0)
				uri = s->uris[k];
		if (s->pin != DRV_PIN_SHA256 || !uri)
			continue;
		struct entry *e = vec_grow(u->entries, &u->cap, u->n + 1, sizeof *e);
		if (!e)
			return -ENOMEM;
		u->entries = e;
		struct debian_pin *p = vec_grow(u->pins, &u->pins_cap, u->n + 1, sizeof *p);
		if (!p)
			return -ENOMEM;
		u->pins = p;
		e[u->n] = (struct entry){.drv = d, .source = s, .uri = uri};
		p[u->n] = (struct debian_pin){.path = uri + sizeof scheme - 1};
		digest_hex(&s->hash, p[u->n].sha256);
		u->n++;
	}
	return 0;
}

/* What servers answered about one file. */
struct answers {
	bool there, unclear;
};

static void told(void *ctx, const char *url, long status)
{
	enum { OK = 200, ABSENT = 404, GONE = 410 };
	struct answers *a = ctx;
	(void)url;
	a->there |= status == OK;
	a->unclear |= status != OK && status != ABSENT && status != GONE;
}

/* Asks whether what no list has is served all the same: a suite may be one that this machine does not know. */
static int ask(const struct cmd *c, struct entry *e, struct fault *f)
{
	struct answers a = {false, false};
	const struct source_options o = {.offline = c->offline};
	int r = source_where(&e->uri, 1, &e->source->hash, &o, told, &a, f);
	if (r == 0 && signals_interrupted())
		return fault_set(f, ERR_CANCELLED, "stopped");
	if (r == 0 && !a.there && (a.unclear || c->offline))
		return fault_set(f, c->offline ? ERR_OFFLINE : ERR_NET,
				 "%s: no list has it, and no server says whether it is there",
				 e->uri);
	e->state = a.there ? SERVED : LEFT;
	return r;
}

/* Returns an entry before I about the same file, which no list has, or NULL. */
static const struct entry *asked_before(const struct upstream *u, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(u->entries[k].uri, u->entries[i].uri) == 0 &&
		    strcmp(u->pins[k].sha256, u->pins[i].sha256) == 0)
			return &u->entries[k];
	return NULL;
}

/* Returns whether no list of sources can have E: it is a package. */
static bool is_package(const struct entry *e)
{
	size_t n = strlen(e->uri);
	return n > 4 && strcmp(e->uri + n - 4, ".deb") == 0;
}

static int judge(struct cmd *c, struct upstream *u, struct fault *f)
{
	const char *state;
	int r = cmd_state(c, &state, f);
	FREE_PTR char *dir = r == 0 ? path_join(state, "upstream") : NULL;
	if (r == 0 && !dir)
		r = -ENOMEM;
	if (r == 0 && u->n)
		r = debian_sources_look(dir, c->offline, u->pins, u->n, f);
	for (size_t i = 0; r == 0 && i < u->n; i++) {
		struct entry *e = &u->entries[i];
		const struct entry *same = asked_before(u, i);
		if (u->pins[i].listed)
			e->state = LISTED;
		else if (u->pins[i].other)
			e->state = OTHER;
		else if (same)
			e->state = same->state;
		else
			r = ask(c, e, f);
		u->count[e->state] += r == 0;
	}
	return r;
}

/* ---- telling ---- */

static void add_versions(const struct debian_pin *p, struct buf *b)
{
	for (size_t i = 0; i < p->versions.n; i++)
		buf_addf(b, "%s%s", i ? ", " : "", p->versions.items[i]);
}

static void print_text(const struct upstream *u)
{
	for (size_t i = 0; i < u->n; i++) {
		struct buf has = BUF_INIT;
		const struct entry *e = &u->entries[i];
		if (e->state == LISTED || (e->state == SERVED && is_package(e)))
			continue;
		add_versions(&u->pins[i], &has);
		print_out("%-6s %s %s %s%s%s\n", WORDS[e->state], e->drv->name, e->source->as,
			  e->uri, has.len ? "; the archive has " : "", buf_str(&has));
		buf_release(&has);
	}
	print_out(
	    "%zu pinned in the archive: %zu listed, %zu served only, %zu left, %zu with other "
	    "bytes\n",
	    u->n, u->count[LISTED], u->count[SERVED], u->count[LEFT], u->count[OTHER]);
}

/* Adds the source I of U. */
static void add_json(const struct upstream *u, size_t i, bool recipe, struct buf *b)
{
	const struct entry *e = &u->entries[i];
	json_open(b, NULL);
	if (recipe)
		json_put(b, "recipe", e->drv->name);
	json_put_escaped(b, "source", e->source->as);
	json_put_escaped(b, "uri", e->uri);
	json_put(b, "sha256", u->pins[i].sha256);
	json_put(b, "state", WORDS[e->state]);
	json_open_array(b, "versions");
	for (size_t k = 0; k < u->pins[i].versions.n; k++)
		json_put_escaped(b, NULL, u->pins[i].versions.items[k]);
	json_close_array(b);
	json_close(b);
}

static int print_json(const struct upstream *u)
{
	struct buf b = BUF_INIT;
	json_open(&b, NULL);
	json_put_number(&b, "schema", 1);
	json_open_array(&b, "sources");
	for (size_t i = 0; i < u->n; i++)
		add_json(u, i, true, &b);
	json_close_array(&b);
	for (size_t i = 0; i < STATES; i++)
		json_put_number(&b, WORDS[i], u->count[i]);
	json_close(&b);
	buf_addc(&b, '\n');
	int r = buf_failed(&b);
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
	return r;
}

/* Records, for each derivation, the worst of its sources. */
static void record_all(struct record *r, const struct upstream *u)
{
	for (size_t i = 0, k; i < u->n; i = k) {
		struct buf b = BUF_INIT;
		enum state worst = LISTED;
		json_open(&b, NULL);
		json_put_number(&b, "schema", 1);
		json_open_array(&b, "sources");
		for (k = i; k < u->n && u->entries[k].drv == u->entries[i].drv; k++) {
			worst = u->entries[k].state > worst ? u->entries[k].state : worst;
			add_json(u, k, false, &b);
		}
		json_close_array(&b);
		json_close(&b);
		const struct drv *d = u->entries[i].drv;
		record_found(r, "source", d->name, WORDS[worst], &d->id, buf_str(&b));
		buf_release(&b);
	}
}

/* What the command line asks for. */
struct request {
	bool json;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL, "print JSON"}, {0}};

static int run(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct upstream u = {0};
	struct record *record = NULL;
	const struct drv **targets = NULL, **nodes = NULL;
	size_t n = 0, count = 0;
	int r = cmd_targets_any_pins(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = drv_closure(targets, n, &nodes, &count, f);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = add(&u, nodes[i]);
	signals_catch();
	if (r == 0)
		r = record_begin(c, false, &record, f);
	if (r == 0)
		r = judge(c, &u, f);
	if (r == 0) {
		record_all(record, &u);
		if (q->json)
			r = print_json(&u);
		else
			print_text(&u);
	}
	if (r == 0)
		r = u.count[LEFT] || u.count[OTHER] ? CMD_DIFFERS : CMD_OK;
	record_end(record, r, f);
	free(nodes);
	upstream_release(&u);
	return r;
}

const struct command source_upstream_verb = {
    .name = "upstream",
    .run = run,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_TARGETS,
    .synopsis = "[--json] [TARGET…]",
    .summary = "say which pinned files Debian's archive no longer has",
};
