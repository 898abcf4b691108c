/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/public.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "daemon/log.h"
#include "daemon/range.h"
#include "daemon/schedule.h"
#include "pages/pages.h"

enum { BACKLOG = 511, THREADS_MAX = 4, LISTENERS_MAX = 32 };

/* One listening socket. */
struct listener {
	char *address; /* as configured, or NULL for one that was handed to us; owned */
	int fd;        /* ours */
	struct server *server;
};

struct public
{
	int root;            /* the publication's folder, or -1 */
	struct pages *pages; /* or NULL */
	struct listener listeners[LISTENERS_MAX];
	size_t n;
};

/* ---- one file ---- */

/* Opens the file PATH below ROOT for reading. No link is followed. Returns it or a negated errno. */
static int open_file(int root, const char *path, struct stat *ret)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
					  RESOLVE_NO_MAGICLINKS};
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	if (fd < 0)
		return -errno;
	if (fstat(fd, ret) == 0 && S_ISREG(ret->st_mode))
		return fd;
	close(fd);
	return -ENOENT;
}

/* Returns whether PATH may be asked for: clean, and no name in it begins with a dot. */
static bool is_public(const char *path)
{
	return path_is_clean(view_of(path)) && path[0] != '.' && !strstr(path, "/.");
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n >= k && strcmp(s + n - k, end) == 0;
}

static const char *type_of(const char *path)
{
	if (ends_in(path, ".narinfo"))
		return "text/x-nix-narinfo";
	if (ends_in(path, ".json"))
		return "application/json";
	if (ends_in(path, ".zst"))
		return "application/zstd";
	if (strchr(path, '/') && !ends_in(path, ".nar") && strncmp(path, "file/", 5) != 0)
		return "text/plain; charset=utf-8"; /* index/KEYID and commitments/KEYID */
	return strcmp(path, "nix-cache-info") == 0 ? "text/x-nix-cache-info"
						   : "application/octet-stream";
}

/* Returns whether the list of entity tags in a header holds TAG (with its quotes), or is "*". */
static bool has_tag(const char *list, const char *tag)
{
	size_t n = strlen(tag);
	while (*list) {
		list += strspn(list, " \t,");
		if (*list == '*')
			return true;
		if (strncmp(list, "W/", 2) == 0)
			list += 2; /* the weak comparison, as If-None-Match wants it */
		if (strncmp(list, tag, n) == 0 && strchr(", \t", list[n]))
			return true;
		list += *list == '"' ? 1 + strcspn(list + 1, "\"") : 0;
		list += strcspn(list, ",");
	}
	return false;
}

/* Returns whether the client has the file in this state already. */
static bool is_known(const struct server_request *q, const char *tag, const char *date,
		     time_t mtime)
{
	const char *none = server_header(q, "If-None-Match");
	const char *since = server_header(q, "If-Modified-Since");
	struct tm tm = {0};
	if (none)
		return has_tag(none, tag);
	if (!since)
		return false;
	if (strcmp(since, date) == 0)
		return true;
	const char *end = strptime(since, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return end && !*end && timegm(&tm) >= mtime;
}

static int serve_file(void *ctx, const struct server_request *q, struct server_reply *r)
{
	struct public *p = ctx;
	struct stat st = {0};
	struct tm tm;
	char tag[64], date[40];
	const char *path = q->path + 1;
	int fd = is_public(path) ? open_file(p->root, path, &st) : -ENOENT;
	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM) {
		server_error(r, 503, "the server is busy");
		return 0;
	}
	if (fd < 0) {
		/* What cannot be read is not absent: a peer would take that for an answer. */
		bool absent = fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP || fd == -EXDEV ||
			      fd == -ENXIO || fd == -ENAMETOOLONG;
		server_error(r, absent ? 404 : 500,
			     absent ? "there is nothing here" : "this cannot be read");
		return 0;
	}
	/* Files are replaced by rename only: a new one has another inode, or time, or size. */
	snprintf(tag, sizeof tag, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"",
		 (uint64_t)st.st_size,
		 (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec,
		 (uint64_t)st.st_ino);
	gmtime_r(&st.st_mtime, &tm);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	server_field(r, "ETag", "%s", tag);
	server_field(r, "Last-Modified", "%s", date);
	/* An archive is named by the hash of what it holds; all else may change. */
	server_field(r, "Cache-Control", "%s",
		     strncmp(path, "nar/", 4) == 0 ? "public, max-age=31536000, immutable"
						   : "no-cache");
	if (is_known(q, tag, date, st.st_mtime)) {
		r->status = 304;
		r->size = (uint64_t)st.st_size;
		close(fd);
		return 0;
	}
	server_field(r, "Content-Type", "%s", type_of(path));
	server_field(r, "Accept-Ranges", "bytes");
	const char *range = server_header(q, "Range"), *when = server_header(q, "If-Range");
	uint64_t size = (uint64_t)st.st_size;
	r->size = size;
	int part = 0;
	if (range && (!when || strcmp(when, tag) == 0 || strcmp(when, date) == 0))
		part = range_parse(range, size, &r->from, &r->size);
	if (part < 0) {
		close(fd);
		r->size = 0;
		r->nfields = 0; /* what follows is not the file */
		server_error(r, 416, "the range lies outside");
		server_field(r, "Content-Range", "bytes */%" PRIu64, size);
		return 0;
	}
	if (part > 0) {
		r->status = 206;
		server_field(r, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
			     r->from, r->from + r->size - 1, size);
	}
	r->fd = fd;
	return 0;
}

/* What a page may do in a browser: show itself, and a report of others in a frame. */
#define POLICY \
	"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; " \
	"connect-src " \
	"'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors " \
	"'none'"
/* What others wrote has an origin of its own, as well: it is nobody here. */
#define FOREIGN PAGES_FOREIGN_POLICY "; frame-ancestors 'self'; sandbox"
_Static_assert(sizeof POLICY <= SERVER_FIELD_MAX && sizeof FOREIGN <= SERVER_FIELD_MAX,
	       "a policy that is cut is another one");

/* Answers with the page PATH. */
static int serve_page(struct public *p, const char *path, const struct server_request *q,
		      struct server_reply *r)
{
	struct page page;
	struct fault f = FAULT_INIT;
	int e = pages_get(p->pages, path, &page, &f);
	if (e < 0) {
		daemon_log_fault("page", &f);
		return e;
	}
	const char *none = server_header(q, "If-None-Match");
	r->status = page.status;
	server_field(r, "ETag", "%s", page.tag);
	server_field(r, "Cache-Control", "no-cache");
	server_field(r, "Content-Security-Policy", "%s", page.foreign ? FOREIGN : POLICY);
	server_field(r, "X-Content-Type-Options", "nosniff");
	server_field(r, "Referrer-Policy", "no-referrer");
	if (page.status == 200 && none && has_tag(none, page.tag)) {
		r->status = 304;
		r->size = page.body.len;
		buf_release(&page.body);
		return 0;
	}
	server_field(r, "Content-Type", "%s", page.type);
	r->len = page.body.len;
	r->text = buf_detach(&page.body);
	return r->text || !r->len ? 0 : -ENOMEM;
}

/* Answers: a page, else a file of the publication. */
static int serve(void *ctx, const struct server_request *q, struct server_reply *r)
{
	struct public *p = ctx;
	if (p->pages && pages_has(q->path + 1))
		return serve_page(p, q->path + 1, q, r);
	if (p->root < 0) {
		server_error(r, 404, "there is nothing here");
		return 0;
	}
	return serve_file(ctx, q, r);
}

static const struct server_row ROWS[] = {{"GET", "/", serve}, {0}};

/* ---- sockets ---- */

/* Splits "ADDRESS:PORT"; an IPv6 address stands in brackets. */
static bool split_address(char *text, const char **host, const char **port)
{
	char *colon = strrchr(text, ':');
	if (!colon || !colon[1])
		return false;
	*colon = '\0';
	*port = colon + 1;
	*host = text;
	if (text[0] == '[') {
		if (colon == text || colon[-1] != ']')
			return false;
		colon[-1] = '\0';
		*host = text + 1;
	}
	if (strcmp(*host, "*") == 0)
		*host = NULL;
	return !*host || **host;
}

/* Listens on ADDRESS. Returns the socket or negative. */
static int listen_on(const char *address, struct fault *f)
{
	const char *host, *port;
	struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *a = NULL;
	FREE_PTR char *copy = strdup(address);
	if (!copy || !split_address(copy, &host, &port))
		return fault_set(f, ERR_CONFIG, "%s is no ADDRESS:PORT to listen on", address);
	if (!host)
		hints.ai_family = AF_INET6; /* with IPv4 in it */
	int e = getaddrinfo(host, port, &hints, &a);
	if (e)
		return fault_set(f, ERR_CONFIG, "cannot listen on %s: %s", address,
				 gai_strerror(e));
	int one = 1, r = 0;
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
	    bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0)
		r = fault_set(f, -errno, "cannot listen on %s:", address);
	freeaddrinfo(a);
	if (r < 0)
		file_close_fd(&fd);
	return r < 0 ? r : fd;
}

/* Returns another descriptor of OLD's socket for ADDRESS, or -1. */
static int inherit(const struct public *old, const char *address)
{
	for (size_t i = 0; old && i < old->n; i++)
		if (old->listeners[i].address &&
		    strcmp(old->listeners[i].address, address) == 0)
			return fcntl(old->listeners[i].fd, F_DUPFD_CLOEXEC, 0);
	return -1;
}

static int add_listener(struct public *p, char *address, int fd, struct fault *f)
{
	if (p->n == LISTENERS_MAX || fd < 0) {
		free(address);
		file_close_fd(&fd);
		return fault_set(f, ERR_CONFIG, "there are too many addresses to listen on");
	}
	p->listeners[p->n++] = (struct listener){address, fd, NULL};
	return 0;
}

/* Opens all sockets that C and FDS say. */
static int open_sockets(struct public *p, const struct daemon_config *c, const int *fds,
			size_t n, const struct public *old, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < c->listen.n; i++) {
		const char *address = c->listen.items[i];
		int fd = inherit(old, address);
		if (fd < 0)
			fd = listen_on(address, f);
		r = fd < 0 ? fd : add_listener(p, strdup(address), fd, f);
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_listener(p, NULL, fcntl(fds[i], F_DUPFD_CLOEXEC, 0), f);
	return r;
}

int public_start(const struct daemon_config *c, const int *fds, size_t n,
		 const struct public *old, struct schedule *s, struct public **ret,
		 struct fault *f)
{
	if ((!c->folder && !c->pages) || (!c->listen.n && !n)) {
		*ret = NULL;
		return 0;
	}
	struct public *p = calloc(1, sizeof *p);
	if (!p)
		return fault_set(f, -ENOMEM, "cannot serve:");
	int cpus = sys_cpus();
	struct server_limits limits = {
	    .connections = c->connections,
	    .per_client = c->per_client,
	    .idle_s = (unsigned)c->timeout_s,
	    .request_s = (unsigned)c->timeout_s,
	    .rate_min = c->rate_min,
	    .body_max = 1,
	    .threads = (unsigned)(cpus < THREADS_MAX ? cpus : THREADS_MAX),
	};
	struct pages_options pages = {.state = c->state,
				      .publication = c->folder,
				      .live = true,
				      .metrics = schedule_metrics,
				      .ctx = s};
	p->root = -1;
	int r = c->folder ? file_mkdirs(c->folder, f) : 0;
	if (r == 0 && c->folder) {
		p->root = open(c->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (p->root < 0)
			r = fault_set(f, -errno, "cannot serve %s:", c->folder);
	}
	if (r == 0 && c->pages)
		r = pages_new(&pages, &p->pages, f);
	if (r == 0)
		r = open_sockets(p, c, fds, n, old, f);
	for (size_t i = 0; r == 0 && i < p->n; i++)
		r = server_start(p->listeners[i].fd, ROWS, p, &limits, &p->listeners[i].server,
				 f);
	if (r < 0) {
		public_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

void public_quiesce(struct public *p, unsigned wait_s)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (p->listeners[i].server)
			server_quiesce(p->listeners[i].server, wait_s);
}

void public_free(struct public *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		server_free(p->listeners[i].server);
		file_close_fd(&p->listeners[i].fd);
		free(p->listeners[i].address);
	}
	file_close_fd(&p->root);
	pages_free(p->pages);
	free(p);
}

void public_count(struct public *p, struct server_counts *ret)
{
	*ret = (struct server_counts){0};
	for (size_t i = 0; p && i < p->n; i++) {
		struct server_counts one = {0};
		if (p->listeners[i].server)
			server_count(p->listeners[i].server, &one);
		ret->connections += one.connections;
		ret->requests += one.requests;
		ret->bytes += one.bytes;
	}
}
