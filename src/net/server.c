/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/server.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/sys.h"
#include "json/write.h"

#define SECOND INT64_C(1000000000)

enum {
	CONNECTIONS = 1000,  /* by default */
	MEMORY = 16384,      /* of a connection: its headers must fit */
	SMALL = 32768,       /* files up to here are sent together with their headers */
	STREAM_BLOCK = 16384 /* of a streamed answer */
};

/* A connection. */
struct connection {
	struct connection *prev, *next; /* under the server's lock */
	int fd;                         /* libmicrohttpd's */
	_Atomic int64_t until;          /* monotonic; shut down after it; 0 = not */
};

struct server {
	const struct server_row *rows;
	void *ctx;
	struct server_limits limits;
	struct MHD_Daemon *mhd;
	int quiet_fd; /* the socket given back by libmicrohttpd when it accepts no more; or -1 */
	pthread_mutex_t lock;           /* over the list and ending */
	pthread_cond_t wake;            /* the sweeper should end */
	pthread_t sweeper;              /* shuts down connections that are overdue */
	struct connection *connections; /* all */
	bool ending;
	bool swept; /* there is a sweeper */
	_Atomic uint64_t open, busy, requests, bytes;
};

/* One request and its answer. */
struct exchange {
	struct server *s;
	struct connection *c;
	struct buf body;
	bool head, too_long;
	/* a stream */
	ssize_t (*pull)(void *ctx, char *buf, size_t max, int gone);
	void (*done)(void *ctx);
	void *ctx;
};

const char *server_header(const struct server_request *q, const char *name)
{
	return MHD_lookup_connection_value((struct MHD_Connection *)(void *)q->connection,
					   MHD_HEADER_KIND, name);
}

void server_field(struct server_reply *r, const char *name, const char *fmt, ...)
{
	va_list ap;
	if (r->nfields == SERVER_FIELDS)
		return;
	r->fields[r->nfields].name = name;
	va_start(ap, fmt);
	vsnprintf(r->fields[r->nfields++].value, SERVER_FIELD_MAX, fmt, ap);
	va_end(ap);
}

void server_error(struct server_reply *r, unsigned status, const char *fmt, ...)
{
	va_list ap;
	struct buf text = BUF_INIT, b = BUF_INIT;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	json_open(&b, NULL);
	json_put_escaped(&b, "error", buf_str(&text));
	json_close(&b);
	buf_addc(&b, '\n');
	buf_release(&text);
	free(r->text);
	r->status = status;
	r->len = b.len;
	r->text = buf_detach(&b);
	server_field(r, "Content-Type", "application/json");
}

/* ---- deadlines ---- */

/* Gives C so many more seconds; 0: no end. */
static void set_deadline(struct connection *c, int64_t seconds)
{
	if (c)
		atomic_store(&c->until, seconds ? sys_monotonic_ns() + seconds * SECOND : 0);
}

static void *sweep(void *arg)
{
	struct server *s = arg;
	pthread_mutex_lock(&s->lock);
	while (!s->ending) {
		struct timespec t;
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_sec++;
		pthread_cond_timedwait(&s->wake, &s->lock, &t);
		int64_t now = sys_monotonic_ns();
		for (struct connection *c = s->connections; c; c = c->next) {
			int64_t until = atomic_load(&c->until);
			if (until && until < now)
				shutdown(c->fd, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void on_connection(void *cls, struct MHD_Connection *m, void **socket_ctx,
			  enum MHD_ConnectionNotificationCode code)
{
	struct server *s = cls;
	struct connection *c = *socket_ctx;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
		    MHD_get_connection_info(m, MHD_CONNECTION_INFO_CONNECTION_FD);
		c = calloc(1, sizeof *c);
		*socket_ctx = c;
		if (!c || !info)
			return;
		c->fd = info->connect_fd;
		set_deadline(c, s->limits.request_s);
		pthread_mutex_lock(&s->lock);
		c->next = s->connections;
		if (c->next)
			c->next->prev = c;
		s->connections = c;
		pthread_mutex_unlock(&s->lock);
		atomic_fetch_add(&s->open, 1);
	} else if (c) {
		pthread_mutex_lock(&s->lock);
		if (c->prev)
			c->prev->next = c->next;
		else if (s->connections == c)
			s->connections = c->next;
		if (c->next)
			c->next->prev = c->prev;
		pthread_mutex_unlock(&s->lock);
		atomic_fetch_sub(&s->open, 1);
		free(c);
		*socket_ctx = NULL;
	}
}

/* ---- answering ---- */

static ssize_t on_pull(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct exchange *e = cls;
	(void)pos;
	ssize_t n = e->pull(e->ctx, buf, max, e->c ? e->c->fd : -1);
	return n > 0    ? n
	       : n == 0 ? (ssize_t)MHD_CONTENT_READER_END_OF_STREAM
			: (ssize_t)MHD_CONTENT_READER_END_WITH_ERROR;
}

/* Reads a small part of a file. NULL when it cannot be read whole. */
static void *read_part(int fd, uint64_t from, size_t size)
{
	char *p = malloc(size ? size : 1);
	size_t got = 0;
	while (p && got < size) {
		ssize_t n = pread(fd, p + got, size - got, (off_t)(from + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(p);
			return NULL;
		}
		got += (size_t)n;
	}
	return p;
}

/* Makes the body of R; what R owns is taken or freed. NULL when out of memory or a file shrank. */
static struct MHD_Response *make_body(struct exchange *e, struct server_reply *r)
{
	struct MHD_Response *m = NULL;
	if (r->pull) {
		e->pull = r->pull;
		e->done = r->done;
		e->ctx = r->ctx;
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
							 on_pull, e, NULL);
	}
	if (r->status == 304) /* its length is told, its body is never asked for */
		return MHD_create_response_from_callback(r->size, STREAM_BLOCK, on_pull, e,
							 NULL);
	if (r->fd >= 0 && r->size > SMALL) {
		m = MHD_create_response_from_fd_at_offset64(r->size, r->fd, r->from);
		if (m)
			r->fd = -1;
		return m;
	}
	if (r->fd >= 0) {
		free(r->text);
		r->len = r->size;
		r->text = read_part(r->fd, r->from, r->len);
		if (!r->text)
			return NULL;
	}
	m = MHD_create_response_from_buffer(
	    r->len, r->text, r->text ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	if (m)
		r->text = NULL;
	return m;
}

static enum MHD_Result answer(struct exchange *e, struct MHD_Connection *connection,
			      struct server_reply *r)
{
	const struct server_limits *l = &e->s->limits;
	uint64_t size = r->fd >= 0 ? r->size : r->len;
	struct MHD_Response *m = make_body(e, r);
	enum MHD_Result ok = m ? MHD_YES : MHD_NO;
	for (size_t i = 0; m && i < r->nfields; i++)
		MHD_add_response_header(m, r->fields[i].name, r->fields[i].value);
	if (r->pull || !l->rate_min)
		set_deadline(e->c, 0);
	else
		set_deadline(e->c, (int64_t)(l->idle_s + size / l->rate_min));
	if (m)
		ok = MHD_queue_response(connection, r->status, m);
	if (m)
		MHD_destroy_response(m);
	file_close_fd(&r->fd);
	free(r->text);
	atomic_fetch_add(&e->s->requests, 1);
	if (!e->head)
		atomic_fetch_add(&e->s->bytes, size);
	return ok;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes URL into RET, of which as many bytes are there. False when it is malformed. */
static bool decode_path(const char *url, char *ret)
{
	if (*url != '/')
		return false;
	for (; *url; url++) {
		int high = 0, low = 0;
		if (*url == '%') {
			high = hex_value(url[1]);
			low = high < 0 ? -1 : hex_value(url[2]);
			/* A NUL, and a slash that is not a separator, name nothing. */
			if (low < 0 || high * 16 + low == 0 || high * 16 + low == '/')
				return false;
			*ret++ = (char)(high * 16 + low);
			url += 2;
		} else {
			*ret++ = *url;
		}
	}
	*ret = '\0';
	return true;
}

static bool path_fits(const char *pattern, const char *path)
{
	size_t n = strlen(pattern);
	return pattern[n - 1] == '/' ? strncmp(pattern, path, n) == 0
				     : strcmp(pattern, path) == 0;
}

static bool method_fits(const char *wanted, const char *method)
{
	return strcmp(wanted, method) == 0 ||
	       (strcmp(wanted, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static void dispatch(struct server *s, const struct server_request *q, struct server_reply *r)
{
	char allow[SERVER_FIELD_MAX] = "";
	for (const struct server_row *row = s->rows; row->handle; row++) {
		if (!path_fits(row->path, q->path))
			continue;
		if (method_fits(row->method, q->method)) {
			if (row->handle(s->ctx, q, r) < 0)
				server_error(r, 500, "the server failed");
			return;
		}
		size_t n = strlen(allow);
		snprintf(allow + n, sizeof allow - n, "%s%s%s", n ? ", " : "", row->method,
			 strcmp(row->method, "GET") == 0 ? ", HEAD" : "");
	}
	if (*allow) {
		server_field(r, "Allow", "%s", allow);
		server_error(r, 405, "the method %s is not allowed here", q->method);
	} else {
		server_error(r, 404, "there is nothing here");
	}
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **exchange)
{
	struct server *s = cls;
	struct exchange *e = *exchange;
	(void)version;
	if (!e) {
		const union MHD_ConnectionInfo *info =
		    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
		e = *exchange = calloc(1, sizeof *e);
		if (!e)
			return MHD_NO;
		e->s = s;
		e->c = info ? info->socket_context : NULL;
		atomic_fetch_add(&s->busy, 1);
		return MHD_YES;
	}
	if (*upload_size) {
		if (s->limits.body_max && e->body.len + *upload_size > s->limits.body_max)
			e->too_long = true;
		else
			buf_add(&e->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	struct server_reply r = {.status = 200, .fd = -1};
	char path[MEMORY];
	struct server_request q = {method, path, buf_view(&e->body), connection};
	if (e->too_long)
		server_error(&r, 413, "the request is too long");
	else if (strlen(url) >= sizeof path || !decode_path(url, path))
		server_error(&r, 400, "this is not a path");
	else if (buf_failed(&e->body))
		server_error(&r, 503, "out of memory");
	else
		dispatch(s, &q, &r);
	e->head = strcmp(method, "HEAD") == 0;
	return answer(e, connection, &r);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **exchange,
			 enum MHD_RequestTerminationCode code)
{
	struct server *s = cls;
	struct exchange *e = *exchange;
	(void)connection;
	(void)code;
	if (!e)
		return;
	if (e->done)
		e->done(e->ctx);
	/* The next request may take as long as this one could, after a pause. */
	if (s->limits.request_s)
		set_deadline(e->c, (int64_t)s->limits.request_s + s->limits.idle_s);
	buf_release(&e->body);
	free(e);
	*exchange = NULL;
	atomic_fetch_sub(&s->busy, 1);
}

/* Paths are decoded here, once and strictly. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

/* ---- start and end ---- */

static int start_mhd(struct server *s, int fd)
{
	const struct server_limits *l = &s->limits;
	unsigned flags = MHD_USE_ITC | MHD_USE_INTERNAL_POLLING_THREAD;
	flags |= l->threads ? MHD_USE_EPOLL : MHD_USE_POLL | MHD_USE_THREAD_PER_CONNECTION;
	struct MHD_OptionItem pool[] = {
	    {l->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
	     (intptr_t)l->threads, NULL},
	    {MHD_OPTION_END, 0, NULL}};
	s->mhd = MHD_start_daemon(
	    flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, l->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    l->per_client, MHD_OPTION_CONNECTION_TIMEOUT, l->idle_s,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_NOTIFY_CONNECTION,
	    on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
	    MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
	return s->mhd ? 0 : -(errno ? errno : EIO);
}

int server_start(int fd, const struct server_row *rows, void *ctx,
		 const struct server_limits *limits, struct server **ret, struct fault *f)
{
	struct server *s = calloc(1, sizeof *s);
	if (!s)
		return fault_set(f, -ENOMEM, "cannot start a server:");
	s->rows = rows;
	s->ctx = ctx;
	s->limits = *limits;
	s->quiet_fd = -1;
	if (!s->limits.connections)
		s->limits.connections = CONNECTIONS;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	s->swept = pthread_create(&s->sweeper, NULL, sweep, s) == 0;
	/* libmicrohttpd closes the socket that it is given; each gets its own. */
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	int r = !s->swept ? -EAGAIN : own < 0 ? -errno : 0;
	if (r == 0 && (fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK) < 0))
		r = -errno;
	errno = 0;
	if (r == 0)
		r = start_mhd(s, own);
	if (r < 0) {
		if (own >= 0)
			close(own);
		server_free(s);
		return fault_set(f, r, "cannot start a server:");
	}
	*ret = s;
	return 0;
}

void server_quiesce(struct server *s, unsigned wait_s)
{
	int64_t until = sys_monotonic_ns() + wait_s * SECOND;
	s->quiet_fd = MHD_quiesce_daemon(s->mhd);
	while (atomic_load(&s->busy) && sys_monotonic_ns() < until)
		nanosleep(&(struct timespec){0, 20000000}, NULL);
}

void server_free(struct server *s)
{
	if (!s)
		return;
	if (s->mhd)
		MHD_stop_daemon(s->mhd);
	file_close_fd(&s->quiet_fd);
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	if (s->swept)
		pthread_join(s->sweeper, NULL);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void server_count(struct server *s, struct server_counts *ret)
{
	*ret = (struct server_counts){atomic_load(&s->open), atomic_load(&s->requests),
				      atomic_load(&s->bytes)};
}
