/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"

/* Fetching one URL (http, https, file) by libcurl, whose types stay inside http.c. */

/* What is sent: TEXT, or, when that has no bytes, SIZE bytes of the file FD from its start. */
struct http_put {
	struct view text;
	int fd;
	uint64_t size;
};

struct http_options {
	uint64_t from;     /* ask for the bytes from here on; 0 = all */
	uint64_t size_max; /* refuse a longer body, FROM included; 0 = no limit */
	long stall_s;   /* give up after so long below 64 bytes a second; 0 = 60; -1 = never */
	bool same_host; /* follow no redirect: the bytes come from the host that was asked */
	const char *socket; /* ask by this Unix socket, whatever host the URL names; or NULL */
	const char *post;   /* POST this text, which is JSON, instead of a GET; or NULL */
	const char *const *
	    headers; /* with post: more header lines, "NAME: VALUE", NULL behind the last; or NULL */
	bool any_status; /* hand on the body whatever the status is; no status is an error */
	long *
	    retry_after_s; /* gets what the server asked for with 429 or 503, 0 = nothing; or NULL */
	bool head;         /* ask whether it is there: no body comes */
	const struct http_put *put; /* PUT these bytes instead of a GET; or NULL */
	const char *proxy; /* URL of a proxy; "" = none; NULL = what the environment says */
	/*
	 * Takes the body. FROM is where these bytes stand: 0 again when the server ignored the range. NULL: it
	 * is not asked for.
	 */
	int (*body)(void *ctx, uint64_t from, const void *bytes, size_t n);
	int (*progress)(void *ctx, uint64_t done,
			uint64_t total); /* may be NULL; non-zero stops */
	void *ctx;
};

/* Returns whether URL begins as one of http: or https: does. */
bool http_is_url(const char *url);
/*
 * Fetches URL. 0; ERR_NET with what the server or libcurl said; ERR_LIMIT; ERR_CANCELLED; or what
 * body returned. *RET_STATUS (may be NULL) gets the HTTP status, 0 when there was none.
 */
int http_get(const char *url, const struct http_options *o, long *ret_status, struct fault *f);

#endif
