/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/view.h"

/*
 * An HTTP/1.1 server on one listening socket (TCP or Unix), by libmicrohttpd, whose types stay
 * inside server.c. Requests are handed to the first row of a table that fits.
 *
 * A client can take no more than the limits say: a connection that is idle, whose request does not
 * arrive, or that takes its answer too slowly is closed.
 */
struct server;

/* 0 means: no limit, but for connections (default 1000). */
struct server_limits {
	unsigned connections; /* at one time, in all */
	unsigned per_client;  /* at one time, from one IP address */
	unsigned
	    idle_s; /* closed when nothing moved for so long; 0 where a stream may be silent */
	unsigned request_s; /* a request must have come whole after so long */
	uint64_t rate_min;  /* bytes a second, on average, that a client must take */
	uint64_t body_max;  /* bytes of a request's body; more: 413 */
	unsigned threads;   /* that serve; 0 = one per connection, so that handlers may wait */
};

/* A request, borrowed for the time of the call. */
struct server_request {
	const char *method; /* "GET", "HEAD", "POST" */
	const char *path;   /* percent-decoded, begins with '/'; without the query */
	struct view body;
	const void *connection; /* for server_header */
};

/* Returns the value of header NAME, or NULL. */
const char *server_header(const struct server_request *q, const char *name);

enum { SERVER_FIELDS = 8, SERVER_FIELD_MAX = 256 };

/* An answer. The handler fills it in; it starts as an empty 200. One kind of body at most. */
struct server_reply {
	unsigned status;
	struct {
		const char *name; /* static */
		char value[SERVER_FIELD_MAX];
	} fields[SERVER_FIELDS];
	size_t nfields;
	/* text: malloc'd, the server frees it */
	char *text;
	size_t len;
	/* a part of an open file, which the server closes; fd is -1 when there is none */
	int fd;
	uint64_t from, size; /* bytes; for status 304: size is that of the whole */
	/*
	 * A stream: PULL writes up to MAX bytes to BUF and returns how many; it may wait, and GONE
	 * polls POLLRDHUP when the client has left. 0 ends it, negative breaks the connection off.
	 * DONE is called once at the end, however that comes.
	 */
	ssize_t (*pull)(void *ctx, char *buf, size_t max, int gone);
	void (*done)(void *ctx);
	void *ctx;
};

/* Adds a header line. The value is cut at SERVER_FIELD_MAX. */
void server_field(struct server_reply *r, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Makes R a JSON document {"error": TEXT} with STATUS. */
void server_error(struct server_reply *r, unsigned status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A row of a table, which ends in a row without a handler. */
struct server_row {
	const char *method; /* a row for GET serves HEAD, too */
	const char *path;   /* one that ends in '/' fits all below it */
	/* Answers. Negative: the answer is 500. */
	int (*handle)(void *ctx, const struct server_request *q, struct server_reply *r);
};

/*
 * Serves on FD, a listening socket, which stays the caller's. ROWS and CTX must outlive the server;
 * handlers are called from its threads.
 */
int server_start(int fd, const struct server_row *rows, void *ctx,
		 const struct server_limits *limits, struct server **ret, struct fault *f);
/* Accepts no more connections, and waits up to WAIT_S for answers under way. */
void server_quiesce(struct server *s, unsigned wait_s);
/* Breaks off what is under way, waits for the threads. S may be NULL. */
void server_free(struct server *s);

/* How many connections are open, and requests were answered so far. */
struct server_counts {
	uint64_t connections, requests, bytes;
};
void server_count(struct server *s, struct server_counts *ret);

#endif
