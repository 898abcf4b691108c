/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/remote.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/xdg.h"
#include "cmd/signals.h"
#include "cmd/terminal.h"
#include "hash/digest.h"
#include "json/json.h"
#include "json/value.h"
#include "json/write.h"
#include "net/http.h"
#include "net/protocol.h"
#include "peers/config.h"

enum { ANSWER_S = 10, STATUS_MAX = 1 << 20, LINE_BYTES_MAX = 1 << 20, TRIED_MAX = 2 };

/* A daemon that answered. */
struct remote {
	char *socket; /* path */
	char *state;  /* folder of its store */
};

/* A job under way. */
struct watch {
	const struct remote *remote;
	struct buf line; /* what has come of a line */
	uint64_t id;     /* of the job; 0 = not known yet */
	int interrupts;  /* told to the daemon */
	bool ended;      /* the last line has come */
	int status;      /* what it says */
	struct fault *f;
};

static void remote_release(struct remote *r)
{
	free(r->socket);
	free(r->state);
	*r = (struct remote){0};
}

static int add_body(void *ctx, uint64_t from, const void *bytes, size_t n)
{
	(void)from;
	buf_add(ctx, bytes, n);
	return buf_failed(ctx);
}

/* Asks on the socket PATH for the state folder. NULL: nobody answers as a daemon would. */
static char *ask_state(const char *path)
{
	struct buf b = BUF_INIT;
	struct http_options o = {.body = add_body,
				 .ctx = &b,
				 .size_max = STATUS_MAX,
				 .stall_s = ANSWER_S,
				 .socket = path};
	struct json_document *doc = NULL;
	char *state = NULL;
	if (access(path, F_OK) == 0 &&
	    http_get("http://localhost/1/status", &o, NULL, NULL) == 0 &&
	    json_document_parse(buf_view(&b), &doc, NULL) == 0) {
		struct view v = json_text(json_member(json_document_root(doc), "state"));
		if (v.len)
			state = strndup(v.ptr, v.len);
	}
	json_document_free(doc);
	buf_release(&b);
	return state;
}

/* Finds a daemon. 1: one answers; 0: none; ERR_CONFIG: not the one whose socket is named. */
static int find(struct remote *ret, struct fault *f)
{
	const char *given = getenv("BOOT_HURD_SOCKET");
	char *paths[TRIED_MAX] = {NULL};
	size_t n = 0;
	if (given && *given) {
		paths[n++] = strdup(given);
	} else {
		paths[n++] = xdg_path("XDG_RUNTIME_DIR", NULL, "boot-hurd/control");
		paths[n++] = strdup("/run/boot-hurd/control");
	}
	*ret = (struct remote){0};
	for (size_t i = 0; i < n; i++) {
		if (paths[i] && !ret->state) {
			ret->state = ask_state(paths[i]);
			if (ret->state) {
				ret->socket = paths[i];
				continue;
			}
		}
		free(paths[i]);
	}
	if (ret->state || !given || !*given)
		return ret->state != NULL;
	fault_set(f, ERR_CONFIG, "no boot-hurdd answers on %s, which BOOT_HURD_SOCKET names",
		  given);
	fault_hint(f,
		   "start it, unset BOOT_HURD_SOCKET, or give --no-daemon to work without one");
	return ERR_CONFIG;
}

int remote_state(char **ret, struct fault *f)
{
	struct remote remote;
	int r = find(&remote, f);
	free(remote.socket);
	*ret = remote.state;
	return r < 0 ? r : 0;
}

/* Returns whether the daemon's store is STATE; NULL: any will do. */
static bool same_store(const char *state, const struct remote *r)
{
	FREE_PTR char *a = state ? realpath(state, NULL) : NULL;
	FREE_PTR char *b = realpath(r->state, NULL);
	return !state || (a && b && strcmp(a, b) == 0);
}

/* Sets F to what the daemon said in BODY, with STATUS. */
static int refused(struct view body, long status, struct fault *f)
{
	struct json_document *doc = NULL;
	struct view error = {NULL, 0};
	if (json_document_parse(body, &doc, NULL) == 0)
		error = json_text(json_member(json_document_root(doc), "error"));
	fault_set(f, status == 404 ? ERR_MISSING : ERR_CONFIG, "the daemon refuses: %.*s",
		  (int)error.len, error.len ? error.ptr : "");
	json_document_free(doc);
	return status == 404 ? ERR_MISSING : ERR_CONFIG;
}

int remote_ask(const char *state, const char *path, bool post, struct buf *ret, struct fault *f)
{
	struct remote remote;
	struct http_options o = {.body = add_body,
				 .ctx = ret,
				 .size_max = STATUS_MAX,
				 .stall_s = ANSWER_S,
				 .post = post ? "" : NULL,
				 .any_status = true};
	FREE_PTR char *url = NULL;
	long status = 0;
	int r = find(&remote, f);
	if (r <= 0)
		return r;
	if (!state)
		state = getenv("BOOT_HURD_STATE");
	if (!same_store(state && *state ? state : NULL, &remote)) {
		remote_release(&remote);
		return 0;
	}
	o.socket = remote.socket;
	r = asprintf(&url, "http://localhost%s", path) < 0 ? -ENOMEM : 0;
	if (r == 0)
		r = http_get(url, &o, &status, f);
	if (r >= 0 && status >= 300)
		r = refused(buf_view(ret), status, f);
	remote_release(&remote);
	return r < 0 ? r : 1;
}

/* ---- the request ---- */

static int put_text(struct buf *b, const char *name, const char *s, struct fault *f)
{
	if (!json_is_text(view_of(s)))
		return fault_set(f, ERR_USAGE, "'%s' is not UTF-8, which the daemon asks for",
				 s);
	json_put(b, name, s);
	return 0;
}

/* Writes what the daemon is to do. */
static int make_request(const struct remote_call *call, struct buf *b, struct fault *f)
{
	FREE_PTR char *dir = getcwd(NULL, 0);
	FREE_PTR char *config = config_path();
	if (!dir)
		return fault_set(f, ERR_MISSING, "the current folder is gone");
	int r = 0;
	json_open(b, NULL);
	json_open_array(b, "arguments");
	for (int i = 0; r == 0 && i < call->argc; i++)
		r = put_text(b, NULL, call->argv[i], f);
	json_close_array(b);
	if (r == 0)
		r = put_text(b, "directory", dir, f);
	if (r == 0 && call->recipes)
		r = put_text(b, "recipes", call->recipes, f);
	/* The peers and the quorum that count without a daemon count with one. */
	if (r == 0 && config) {
		FREE_PTR char *path =
		    config[0] == '/' ? strdup(config) : path_join(dir, config);
		r = path ? put_text(b, "config", path, f) : -ENOMEM;
	}
	json_put_integer(b, "columns", terminal_columns());
	json_open(b, "environment");
	for (size_t i = 0; r == 0 && PROTOCOL_VARIABLES[i]; i++) {
		const char *v = getenv(PROTOCOL_VARIABLES[i]);
		if (v)
			r = put_text(b, PROTOCOL_VARIABLES[i], v, f);
	}
	json_close(b);
	json_close(b);
	if (r == 0 && buf_failed(b))
		r = fault_set(f, -ENOMEM, "cannot ask the daemon:");
	return r;
}

/* ---- the answer ---- */

/* Shows one piece of the job's output. */
static int show(const struct json_value *v, struct fault *f)
{
	struct buf raw = BUF_INIT;
	bool error = view_is(json_text(json_member(v, "stream")), "stderr");
	struct view text = json_text(json_member(v, "text"));
	if (json_member(v, "base64")) {
		if (base64_parse(json_text(json_member(v, "base64")), &raw) < 0)
			return fault_set(f, ERR_SYNTAX, "the daemon's answer is broken");
		text = buf_view(&raw);
	}
	FILE *to = error ? stderr : stdout;
	int r = 0;
	if (text.len && (fwrite(text.ptr, 1, text.len, to) != text.len || fflush(to) != 0))
		r = fault_set(f, -EIO, "cannot write the output:");
	buf_release(&raw);
	return r;
}

/* Acts on one line. */
static int take_line(struct watch *w, struct view line)
{
	struct json_document *doc = NULL;
	uint64_t n = 0;
	int r = json_document_parse(line, &doc, w->f);
	if (r < 0)
		return fault_set(w->f, ERR_SYNTAX, "the daemon's answer is broken");
	const struct json_value *v = json_document_root(doc);
	struct view error = json_text(json_member(v, "error"));
	if (json_member(v, "stream")) {
		r = show(v, w->f);
	} else if (json_whole(json_member(v, "job"), &n) == 0) {
		w->id = n;
	} else if (json_whole(json_member(v, "exit"), &n) == 0) {
		w->ended = true;
		w->status = (int)n;
	} else if (json_whole(json_member(v, "signal"), &n) == 0) {
		r = fault_set(w->f, ERR_CANCELLED, "signal %d ended the daemon's work", (int)n);
	} else if (error.len) {
		r = fault_set(w->f, ERR_CONFIG, "the daemon refuses: %.*s", (int)error.len,
			      error.ptr);
		fault_hint(w->f, "--no-daemon works without it");
	}
	json_document_free(doc);
	return r;
}

static int take_bytes(void *ctx, uint64_t from, const void *bytes, size_t n)
{
	struct watch *w = ctx;
	const char *p = bytes;
	(void)from;
	while (n) {
		const char *end = memchr(p, '\n', n);
		size_t k = end ? (size_t)(end - p) + 1 : n;
		buf_add(&w->line, p, k);
		p += k;
		n -= k;
		if (buf_failed(&w->line) || w->line.len > LINE_BYTES_MAX)
			return fault_set(w->f, ERR_LIMIT, "the daemon's answer is too long");
		if (!end)
			continue;
		int r = take_line(w, buf_view(&w->line));
		buf_clear(&w->line);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Passes signals on: the first lets running builds end, the second kills them. */
static int pass_signals(void *ctx, uint64_t done, uint64_t total)
{
	struct watch *w = ctx;
	(void)done;
	(void)total;
	while (w->id && w->interrupts < signals_count()) {
		struct buf b = BUF_INIT;
		char url[96];
		struct http_options o = {.body = add_body,
					 .ctx = &b,
					 .size_max = STATUS_MAX,
					 .stall_s = ANSWER_S,
					 .socket = w->remote->socket,
					 .post = "",
					 .any_status = true};
		snprintf(url, sizeof url, "http://localhost/1/jobs/%" PRIu64 "/interrupt",
			 w->id);
		http_get(url, &o, NULL, NULL);
		buf_release(&b);
		w->interrupts++;
	}
	return 0;
}

int remote_run(const struct remote_call *call, int *ret_status, struct fault *f)
{
	struct remote remote;
	struct buf request = BUF_INIT;
	int r = find(&remote, f);
	if (r <= 0)
		return r;
	if (!same_store(call->state, &remote)) {
		remote_release(&remote);
		return 0;
	}
	struct watch w = {.remote = &remote, .f = f};
	r = make_request(call, &request, f);
	if (r == 0) {
		struct http_options o = {.body = take_bytes,
					 .progress = pass_signals,
					 .ctx = &w,
					 .stall_s = -1,
					 .socket = remote.socket,
					 .post = buf_str(&request),
					 .any_status = true};
		signals_catch();
		fflush(stdout);
		r = http_get("http://localhost/1/jobs", &o, NULL, f);
	}
	if (w.ended) {
		r = 1;
		*ret_status = w.status;
		if (f)
			*f = (struct fault)FAULT_INIT;
	} else if (r >= 0 || r == ERR_NET) {
		r = fault_set(f, ERR_NET, "the daemon went away");
		fault_hint(f, "what it had built is in its store; the same command goes on");
	}
	buf_release(&w.line);
	buf_release(&request);
	remote_release(&remote);
	return r;
}
