/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "net/http.h"
#include "source/debian.h"

enum {
	TOO_MANY = 429, /* HTTP statuses after which one asks again */
	UNAVAILABLE = 503,
	AGAIN_MAX = 4,    /* times */
	WAIT_MAX_S = 120, /* what a server may ask for */
};

/* A download into PATH.part. */
struct download {
	const struct source_options *o;
	const char *uri; /* for progress */
	int fd;          /* of the .part file */
	uint64_t at;     /* bytes in it that count */
};

static int on_body(void *ctx, uint64_t from, const void *bytes, size_t n)
{
	struct download *d = ctx;
	if (from != d->at) {
		/* The server sends from the start: what was there does not count. */
		if (from != 0 || ftruncate(d->fd, 0) < 0 || lseek(d->fd, 0, SEEK_SET) < 0)
			return ERR_NET;
		d->at = 0;
	}
	int r = file_write_fd(d->fd, bytes, n);
	d->at += n;
	return r;
}

static int on_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct download *d = ctx;
	return d->o->progress ? d->o->progress(d->o->progress_ctx, d->uri, done, total) : 0;
}

static bool is_local(const char *url)
{
	return strncmp(url, "file:", 5) == 0;
}

/* Returns whether the file: URL names nothing, which is another thing than what cannot be read. */
static bool is_absent(const char *url)
{
	const char *path = url + strlen("file:");
	path += strncmp(path, "//", 2) == 0 ? 2 : 0;
	return file_exists(path, NULL) == 0;
}

/* A place where a file may be had. */
struct place {
	char *url;   /* owned */
	char *proxy; /* as in struct http_options; owned, may be NULL */
};

struct places {
	struct place *items; /* owned */
	size_t n, cap;       /* in use, allocated */
};

static void places_release(struct places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->items[i].url);
		free(p->items[i].proxy);
	}
	free(p->items);
}

static int add_place(struct places *p, const char *url, bool by_apt)
{
	struct place *items = vec_grow(p->items, &p->cap, p->n + 1, sizeof *items);
	char *copy = strdup(url), *proxy = NULL;
	if (items)
		p->items = items;
	if (!items || !copy) {
		free(copy);
		return -ENOMEM;
	}
	if (by_apt && strncmp(url, "http", 4) == 0)
		debian_proxy(url, &proxy); /* without an answer the environment decides */
	p->items[p->n++] = (struct place){copy, proxy};
	return 0;
}

/* Waits S seconds. Returns true when the caller wants to stop. */
static bool pause_s(struct download *d, long s)
{
	const struct timespec step = {0, 100000000};
	for (long i = 0; i < s * 10; i++) {
		if (on_progress(d, d->at, 0))
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

/* Downloads FROM to PART, going on where an earlier attempt ended. */
static int download(const struct place *from, const char *part, const struct source_options *o,
		    struct fault *f)
{
	struct stat st;
	CLOSE_FD int fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0 || fstat(fd, &st) < 0 || lseek(fd, 0, SEEK_END) < 0)
		return fault_set(f, -errno, "cannot write %s:", part);
	struct download d = {o, from->url, fd, (uint64_t)st.st_size};
	struct http_options h = {.from = d.at,
				 .size_max = o->size_max ? o->size_max : LIMIT_SOURCE_DOWNLOAD,
				 .proxy = from->proxy,
				 .body = on_body,
				 .progress = on_progress,
				 .ctx = &d};
	long status = 0, wait_s = 0;
	h.retry_after_s = &wait_s;
	int r = http_get(from->url, &h, &status, f);
	/* A server that is busy says so, and often when it will not be. */
	for (int again = 0;
	     r == ERR_NET && again < AGAIN_MAX && (status == TOO_MANY || status == UNAVAILABLE);
	     again++) {
		if (wait_s > WAIT_MAX_S || pause_s(&d, wait_s ? wait_s : 1L << again))
			break;
		h.from = d.at;
		r = http_get(from->url, &h, &status, f);
	}
	/*
	 * 416, or nothing left of a file: the part is as long as the whole, or longer. Its hash will
	 * tell.
	 */
	if (r == ERR_NET && d.at && d.at == h.from && (status == 416 || is_local(from->url)))
		r = 0;
	if (r == 0 && fsync(fd) < 0)
		r = fault_set(f, -errno, "cannot write %s:", part);
	return r;
}

/*
 * Tries one place, again from the start when a resumed download gave other bytes. Adds to SAID what
 * went wrong.
 */
static int try_place(const struct place *from, const struct digest *want, const char *part,
		     const struct source_options *o, struct buf *said, struct fault *f)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		struct digest got;
		struct fault g = FAULT_INIT;
		int resumed = file_exists(part, &g);
		int r = resumed < 0 ? resumed : download(from, part, o, &g);
		if (r == 0)
			r = sha256_file(part, &got, NULL, &g);
		if (r < 0) {
			buf_addf(said, "%s%s", said->len ? "; " : " ", g.what);
			if (r == ERR_LIMIT)
				unlink(part);
			/* What the next mirror cannot help either ends the search. */
			if (r != ERR_NET && r != ERR_LIMIT && f)
				*f = g;
			return r;
		}
		if (digest_eq(&got, want))
			return 0;
		unlink(part);
		if (resumed && attempt == 0)
			continue;
		char hex[DIGEST_HEX + 1];
		digest_hex(&got, hex);
		buf_addf(said, "%s%s: has SHA-256 %s", said->len ? "; " : " ", from->url, hex);
		return ERR_HASH;
	}
	return ERR_HASH;
}

/*
 * Puts what URI stands for into LIST: itself, or the places where apt finds a debian: path. Places
 * that O does not allow are left out.
 */
static int expand(const char *uri, const struct source_options *o, struct places *list,
		  struct fault *f)
{
	if (strncmp(uri, "debian:", 7) != 0)
		return o->offline && !is_local(uri) ? 0 : add_place(list, uri, false);
	char **urls = NULL;
	int r = source_debian_urls(uri + 7, &urls, f);
	for (size_t i = 0; r == 0 && urls[i]; i++)
		if (!o->offline || is_local(urls[i]))
			r = add_place(list, urls[i], true);
	for (size_t i = 0; urls && urls[i]; i++)
		free(urls[i]);
	free(urls);
	return r;
}

/* Adds TEMPLATE with its words filled in. */
static void fill_in(struct buf *url, const char *template, const char *hex, const char *nix,
		    const char *name)
{
	const char *const words[][2] = {{"{sha256}", hex}, {"{nix32}", nix}, {"{name}", name}};
	enum { NWORDS = sizeof words / sizeof *words };
	while (*template) {
		size_t i = 0;
		while (i < NWORDS && strncmp(template, words[i][0], strlen(words[i][0])) != 0)
			i++;
		if (i < NWORDS) {
			buf_adds(url, words[i][1]);
			template += strlen(words[i][0]);
		} else {
			buf_addc(url, *template ++);
		}
	}
}

const char *source_file_name(const char *const *uris, size_t nuris, const char *hex)
{
	const char *slash = nuris ? strrchr(uris[0], '/') : NULL;
	bool good = slash && slash[1] != '.' && path_is_component(view_of(slash + 1));
	return good ? slash + 1 : hex;
}

/* Adds what the archives of O may have. */
static int add_archives(const char *const *uris, size_t nuris, const struct digest *want,
			const struct source_options *o, struct places *list)
{
	char hex[DIGEST_HEX + 1], nix[DIGEST_NIX32 + 1];
	int r = 0;
	digest_hex(want, hex);
	digest_nix32(want, nix);
	for (size_t i = 0; r == 0 && i < o->narchives; i++) {
		struct buf url = BUF_INIT;
		if (o->offline && !is_local(o->archives[i]))
			continue;
		fill_in(&url, o->archives[i], hex, nix, source_file_name(uris, nuris, hex));
		r = buf_failed(&url) < 0 ? -ENOMEM : add_place(list, buf_str(&url), false);
		buf_release(&url);
	}
	return r;
}

int source_fetch(const char *const *uris, size_t nuris, const struct digest *want,
		 const char *path, const struct source_options *o, struct fault *f)
{
	struct places places = {NULL, 0, 0};
	struct buf said = BUF_INIT;
	FREE_PTR char *part = NULL;
	char hex[DIGEST_HEX + 1];
	bool other_bytes = false;
	digest_hex(want, hex);
	int r = asprintf(&part, "%s.part", path) < 0 ? -ENOMEM : 0;
	for (size_t i = 0; r == 0 && i < nuris; i++) {
		struct fault g = FAULT_INIT;
		int e = expand(uris[i], o, &places, &g);
		if (e < 0)
			buf_addf(&said, "%s%s: %s", said.len ? "; " : " ", uris[i], g.what);
	}
	if (r == 0)
		r = add_archives(uris, nuris, want, o, &places);
	if (r == 0 && o->offline && !places.n) {
		r = fault_set(f, ERR_OFFLINE, "%s:", nuris ? uris[0] : hex);
		fault_hint(f, "run `boot-hurd source fetch` once with the network");
	}
	int last = ERR_NET;
	for (size_t i = 0; r == 0 && i < places.n; i++) {
		last = try_place(&places.items[i], want, part, o, &said, f);
		other_bytes = other_bytes || last == ERR_HASH;
		if (last != ERR_NET && last != ERR_HASH && last != ERR_LIMIT)
			break;
	}
	if (r == 0 && last == 0 && rename(part, path) < 0)
		r = fault_set(f, -errno, "cannot keep %s:", path);
	else if (r == 0 && last < 0 &&
		 (last == ERR_NET || last == ERR_HASH || last == ERR_LIMIT)) {
		r = other_bytes ? ERR_HASH : last;
		fault_set(f, r, "no place gave the file with SHA-256 %s:%s", hex,
			  buf_str(&said));
		fault_hint(f, other_bytes
				  ? "the recipe's hash is wrong, or the server's file is"
				  : "add a mirror to the recipe, or put the file into the "
				    "store's sources folder under its SHA-256");
	} else if (r == 0) {
		r = last;
	}
	places_release(&places);
	buf_release(&said);
	return r;
}

int source_prefetch(const char *uri, const char *path, const struct source_options *o,
		    struct digest *ret, struct fault *f)
{
	struct places places = {NULL, 0, 0};
	int r = expand(uri, o, &places, f);
	if (r == 0 && !places.n)
		r = fault_set(f, o->offline ? ERR_OFFLINE : ERR_NET, "%s:", uri);
	int last = r;
	for (size_t i = 0; r == 0 && i < places.n; i++) {
		struct fault g = FAULT_INIT;
		unlink(path);
		last = download(&places.items[i], path, o, &g);
		if (last == 0)
			break;
		if (f)
			*f = g;
	}
	if (last == 0 && r == 0)
		r = sha256_file(path, ret, NULL, f);
	places_release(&places);
	return r < 0 ? r : last;
}

int source_where(const char *const *uris, size_t nuris, const struct digest *want,
		 const struct source_options *o,
		 void (*told)(void *ctx, const char *url, long status), void *ctx,
		 struct fault *f)
{
	enum { THERE = 200, ABSENT = 404 };
	struct places places = {NULL, 0, 0};
	int r = 0;
	for (size_t i = 0; r == 0 && i < nuris; i++) {
		struct fault unknown = FAULT_INIT;
		r = expand(uris[i], o, &places, &unknown);
		if (r == ERR_CONFIG || r == ERR_SYNTAX) {
			told(ctx, uris[i], 0);
			r = 0;
		}
	}
	if (r == 0)
		r = add_archives(uris, nuris, want, o, &places);
	if (r < 0)
		fault_set(f, r, "cannot list the places of a source:");
	for (size_t i = 0; r == 0 && i < places.n; i++) {
		struct http_options h = {.head = true, .proxy = places.items[i].proxy};
		long status = 0;
		int e = http_get(places.items[i].url, &h, &status, NULL);
		if (is_local(places.items[i].url))
			status = e == 0 ? THERE : is_absent(places.items[i].url) ? ABSENT : 0;
		told(ctx, places.items[i].url, status);
	}
	places_release(&places);
	return r;
}
