/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/http.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/late_curl.h"

enum { REDIRECTS_MAX = 10, CONNECT_S = 30, STALL_S = 60, STALL_BYTES = 64 };

/* A transfer under way. */
struct transfer {
	const struct http_options *o;
	CURL *curl;
	struct curl_slist *headers; /* of a POST */
	char range[32];             /* of the request */
	uint64_t at;                /* where the next byte of the body stands */
	uint64_t sent;              /* bytes of a PUT */
	bool started;               /* the first byte has come */
	bool unwanted;              /* the body is that of a redirect: not handed on */
	int failed;                 /* what stopped it, 0 = nothing of ours */
};

/* Learns from the status whether the range was honoured, before the first byte is handed on. */
static void start_body(struct transfer *t)
{
	long status = 0;
	sym_curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	t->started = true;
	/* file: has no status and does honour a range. */
	t->at = status == 206 || status == 0 ? t->o->from : 0;
	t->unwanted = status >= 300 && status < 400 && !t->o->any_status;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t n = size * count;
	if (!t->started)
		start_body(t);
	if (t->unwanted)
		return n;
	if (t->o->size_max && (n > t->o->size_max || t->at > t->o->size_max - n))
		t->failed = ERR_LIMIT;
	else if (t->o->body)
		t->failed = t->o->body(t->o->ctx, t->at, bytes, n);
	t->at += n;
	return t->failed < 0 ? 0 : n;
}

/* Hands out the next bytes of a PUT. */
static size_t on_upload(char *to, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	const struct http_put *put = t->o->put;
	size_t room = size * count;
	ssize_t n;
	if (put->text.len) {
		uint64_t left = put->text.len - t->sent;
		n = (ssize_t)(left < room ? left : room);
		memcpy(to, put->text.ptr + t->sent, (size_t)n);
	} else {
		do
			n = pread(put->fd, to, room, (off_t)t->sent);
		while (n < 0 && errno == EINTR);
	}
	if (n < 0) {
		t->failed = -errno;
		return CURL_READFUNC_ABORT;
	}
	t->sent += (uint64_t)n;
	return (size_t)n;
}

/* Starts a PUT over, when libcurl has to send it once more. */
static int on_rewind(void *ctx, curl_off_t offset, int origin)
{
	struct transfer *t = ctx;
	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_FAIL;
	t->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static void set_put(struct transfer *t)
{
	const struct http_put *put = t->o->put;
	uint64_t size = put->text.len ? put->text.len : put->size;
	sym_curl_easy_setopt(t->curl, CURLOPT_UPLOAD, 1L);
	sym_curl_easy_setopt(t->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
	sym_curl_easy_setopt(t->curl, CURLOPT_READFUNCTION, on_upload);
	sym_curl_easy_setopt(t->curl, CURLOPT_READDATA, t);
	sym_curl_easy_setopt(t->curl, CURLOPT_SEEKFUNCTION, on_rewind);
	sym_curl_easy_setopt(t->curl, CURLOPT_SEEKDATA, t);
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
		       curl_off_t up_now)
{
	struct transfer *t = ctx;
	(void)up_total;
	(void)up_now;
	uint64_t base = t->started ? t->at - (uint64_t)now : 0;
	if (!t->o->progress || !t->o->progress(t->o->ctx, base + (uint64_t)now,
					       total > 0 ? base + (uint64_t)total : 0))
		return 0;
	t->failed = ERR_CANCELLED;
	return 1;
}

static void set_options(struct transfer *t, const char *url, char *error)
{
	CURL *c = t->curl;
	sym_curl_easy_setopt(c, CURLOPT_URL, url);
	sym_curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	sym_curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,file");
	sym_curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	sym_curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, t->o->same_host ? 0L : 1L);
	sym_curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	sym_curl_easy_setopt(c, CURLOPT_FAILONERROR, t->o->any_status ? 0L : 1L);
	sym_curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	sym_curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	if (t->o->stall_s >= 0) {
		sym_curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
		sym_curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME,
				     t->o->stall_s ? t->o->stall_s : (long)STALL_S);
	}
	if (t->o->socket) {
		sym_curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, t->o->socket);
		sym_curl_easy_setopt(c, CURLOPT_PROXY, "");
	}
	if (t->o->post) {
		t->headers = sym_curl_slist_append(NULL, "Content-Type: application/json");
		for (size_t i = 0; t->headers && t->o->headers && t->o->headers[i]; i++) {
			struct curl_slist *more =
			    sym_curl_slist_append(t->headers, t->o->headers[i]);
			t->headers = more ? more : t->headers;
		}
		sym_curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
		sym_curl_easy_setopt(c, CURLOPT_POSTFIELDS, t->o->post);
	}
	sym_curl_easy_setopt(c, CURLOPT_USERAGENT, "boot-hurd/" BOOT_HURD_VERSION);
	/* Bytes as they are stored: what is hashed must not be decoded on the way. */
	sym_curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, NULL);
	sym_curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	if (t->o->put)
		set_put(t);
	if (t->o->head)
		sym_curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	if (t->o->proxy)
		sym_curl_easy_setopt(c, CURLOPT_PROXY, t->o->proxy);
	/* Not CURLOPT_RESUME_FROM: that fails where a server ignores ranges and sends everything. */
	snprintf(t->range, sizeof t->range, "%llu-", (unsigned long long)t->o->from);
	if (t->o->from)
		sym_curl_easy_setopt(c, CURLOPT_RANGE, t->range);
	if (t->o->size_max)
		sym_curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->o->size_max);
	sym_curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	sym_curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	sym_curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	sym_curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	sym_curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
}

bool http_is_url(const char *url)
{
	return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

int http_get(const char *url, const struct http_options *o, long *ret_status, struct fault *f)
{
	char error[CURL_ERROR_SIZE] = "";
	long status = 0;
	int loaded = late_curl(f);
	if (loaded < 0)
		return loaded;
	struct transfer t = {.o = o, .curl = sym_curl_easy_init()};
	if (!t.curl)
		return fault_set(f, ERR_NET, "%s: libcurl does not start", url);
	set_options(&t, url, error);
	CURLcode c = sym_curl_easy_perform(t.curl);
	sym_curl_easy_getinfo(t.curl, CURLINFO_RESPONSE_CODE, &status);
	if (o->retry_after_s) {
		curl_off_t after = 0;
		sym_curl_easy_getinfo(t.curl, CURLINFO_RETRY_AFTER, &after);
		*o->retry_after_s = after > 0 && after < LONG_MAX ? (long)after : 0;
	}
	sym_curl_easy_cleanup(t.curl);
	sym_curl_slist_free_all(t.headers);
	if (ret_status)
		*ret_status = status;
	if (t.failed == ERR_LIMIT || c == CURLE_FILESIZE_EXCEEDED)
		return fault_set(f, ERR_LIMIT, "%s: longer than the %llu bytes allowed", url,
				 (unsigned long long)o->size_max);
	if (t.failed < 0)
		return f && f->code ? t.failed : fault_set(f, t.failed, "%s:", url);
	if (c == CURLE_HTTP_RETURNED_ERROR)
		return fault_set(f, ERR_NET, "%s: the server answered %ld", url, status);
	if (c != CURLE_OK)
		return fault_set(f, ERR_NET, "%s: %s", url,
				 *error ? error : sym_curl_easy_strerror(c));
	if (o->same_host && !o->any_status && status >= 300 && status < 400)
		return fault_set(f, ERR_NET, "%s: the server answered %ld, a redirect", url,
				 status);
	return 0;
}
