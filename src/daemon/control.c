/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/control.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "daemon/retry.h"
#include "json/json.h"
#include "json/value.h"
#include "json/write.h"
#include "net/protocol.h"
#include "net/server.h"

enum {
	BACKLOG = 64,
	CONNECTIONS = 128,
	REQUEST_S = 30,
	BODY_MAX = 1 << 20,
	COLUMNS_MAX = 1000,
};

struct control {
	struct jobs *jobs;    /* as in w, and always the same */
	pthread_mutex_t lock; /* over w */
	struct control_world w;
	struct server *server;
};

static int reply_json(struct server_reply *r, struct buf *b)
{
	buf_addc(b, '\n');
	r->len = b->len;
	r->text = buf_detach(b);
	server_field(r, "Content-Type", "application/json");
	return r->text ? 0 : -ENOMEM;
}

static int get_status(void *ctx, const struct server_request *q, struct server_reply *r)
{
	struct control *c = ctx;
	struct buf b = BUF_INIT;
	struct server_counts n;
	(void)q;
	pthread_mutex_lock(&c->lock);
	json_open(&b, NULL);
	json_put(&b, "version", BOOT_HURD_VERSION);
	json_put_integer(&b, "pid", getpid());
	json_put(&b, "state", c->w.state);
	json_put_flag(&b, "draining", c->w.draining);
	json_put_number(&b, "jobs", jobs_running(c->w.jobs));
	public_count(c->w.public, &n);
	json_open(&b, "public");
	json_put_number(&b, "connections", n.connections);
	json_put_number(&b, "requests", n.requests);
	json_put_number(&b, "bytes", n.bytes);
	json_close(&b);
	json_before(&b, "schedule");
	schedule_list(c->w.schedule, &b);
	pthread_mutex_unlock(&c->lock);
	json_close(&b);
	return reply_json(r, &b);
}

static int get_jobs(void *ctx, const struct server_request *q, struct server_reply *r)
{
	struct control *c = ctx;
	struct buf b = BUF_INIT;
	(void)q;
	jobs_list(c->jobs, &b);
	return reply_json(r, &b);
}

/* ---- a job ---- */

/* Reads "arguments". */
static int read_arguments(const struct json_value *v, struct job_request *q, struct fault *f)
{
	if (!v || !json_is_an_array(v) || !json_count(v))
		return fault_set(f, ERR_SYNTAX, "arguments: expected a list of texts");
	if (!jobs_take(json_text(json_item(v, 0))))
		return fault_set(f, ERR_SYNTAX, "the daemon does not run this command");
	for (size_t i = 0; i < json_count(v); i++) {
		struct view t = json_text(json_item(v, i));
		if (!t.ptr || memchr(t.ptr, '\0', t.len))
			return fault_set(f, ERR_SYNTAX, "arguments: expected a list of texts");
		if (strlist_addf(&q->arguments, "%.*s", (int)t.len, t.ptr) < 0)
			return fault_set(f, -ENOMEM, "cannot read the request:");
	}
	return 0;
}

static int read_path(const struct json_value *v, const char *what, const char **ret,
		     struct fault *f)
{
	struct view t = json_text(v);
	if (!v)
		return 0;
	if (!t.len || t.ptr[0] != '/' || memchr(t.ptr, '\0', t.len))
		return fault_set(f, ERR_SYNTAX, "%s: expected an absolute path", what);
	*ret = t.ptr; /* jansson ends its texts in NUL */
	return 0;
}

static int read_environment(const struct json_value *v, struct job_request *q, struct fault *f)
{
	if (!v)
		return 0;
	if (!json_is_an_object(v) || json_unknown(v, PROTOCOL_VARIABLES))
		return fault_set(f, ERR_SYNTAX, "environment: %s cannot be set",
				 json_is_an_object(v) ? json_unknown(v, PROTOCOL_VARIABLES)
						      : "this");
	for (size_t i = 0; PROTOCOL_VARIABLES[i]; i++) {
		struct view t = json_text(json_member(v, PROTOCOL_VARIABLES[i]));
		if (t.ptr && memchr(t.ptr, '\0', t.len))
			return fault_set(f, ERR_SYNTAX, "environment: a NUL");
		if (t.ptr && strlist_addf(&q->env, "%s=%.*s", PROTOCOL_VARIABLES[i], (int)t.len,
					  t.ptr) < 0)
			return fault_set(f, -ENOMEM, "cannot read the request:");
	}
	return 0;
}

/* Reads a request for a job. What is in RET points into DOC. */
static int read_job(struct view body, struct json_document **doc, struct job_request *ret,
		    struct fault *f)
{
	static const char *const names[] = {"arguments", "directory",   "recipes", "config",
					    "columns",   "environment", NULL};
	uint64_t columns = 0;
	int r = json_document_parse(body, doc, f);
	if (r < 0)
		return r;
	const struct json_value *v = json_document_root(*doc);
	const char *unknown = json_is_an_object(v) ? json_unknown(v, names) : "the request";
	if (unknown)
		return fault_set(f, ERR_SYNTAX, "%s: not understood", unknown);
	r = read_arguments(json_member(v, "arguments"), ret, f);
	if (r == 0)
		r = read_path(json_member(v, "directory"), "directory", &ret->directory, f);
	if (r == 0)
		r = read_path(json_member(v, "recipes"), "recipes", &ret->recipes, f);
	if (r == 0)
		r = read_path(json_member(v, "config"), "config", &ret->config, f);
	if (r == 0)
		r = read_environment(json_member(v, "environment"), ret, f);
	if (r == 0 && json_member(v, "columns") &&
	    (json_whole(json_member(v, "columns"), &columns) < 0 || columns > COLUMNS_MAX))
		r = fault_set(f, ERR_SYNTAX, "columns: expected a number up to %d",
			      COLUMNS_MAX);
	ret->columns = (unsigned)columns;
	return r;
}

static ssize_t pull_job(void *ctx, char *buf, size_t max, int gone)
{
	return job_pull(ctx, buf, max, gone);
}

static void leave_job(void *ctx)
{
	job_leave(ctx);
}

static int post_job(void *ctx, const struct server_request *q, struct server_reply *r)
{
	struct control *c = ctx;
	struct json_document *doc = NULL;
	struct job_request request = {.arguments = STRLIST_INIT, .env = STRLIST_INIT};
	struct fault f = FAULT_INIT;
	struct job *j;
	int e = read_job(q->body, &doc, &request, &f);
	bool understood = e == 0;
	if (e == 0)
		e = jobs_start(c->jobs, &request, &j, NULL, &f);
	if (e == 0) {
		r->pull = pull_job;
		r->done = leave_job;
		r->ctx = j;
		server_field(r, "Content-Type", "application/x-ndjson");
	} else {
		server_error(r, understood ? 503 : 400, "%s", f.what);
	}
	strlist_release(&request.arguments);
	strlist_release(&request.env);
	json_document_free(doc);
	return 0;
}

/* Answers POST /1/jobs/ID/retry. */
static int retry(struct control *c, uint64_t id, struct server_reply *r)
{
	struct buf b = BUF_INIT;
	struct fault f = FAULT_INIT;
	pthread_mutex_lock(&c->lock);
	struct control_world w = c->w;
	pthread_mutex_unlock(&c->lock);
	int e = job_retry(w.history, c->jobs, w.schedule, id, &b, &f);
	if (e == 0)
		return reply_json(r, &b);
	buf_release(&b);
	server_error(r, e == ERR_MISSING ? 404 : 503, "%s", f.what);
	return 0;
}

/* Answers what is asked of one job. */
static int post_on_job(void *ctx, const struct server_request *q, struct server_reply *r)
{
	struct control *c = ctx;
	uint64_t id = 0;
	const char *p = q->path + strlen("/1/jobs/");
	const char *digits = p;
	for (; *p >= '0' && *p <= '9' && p - digits < 18; p++)
		id = id * 10 + (uint64_t)(*p - '0');
	if (p != digits && strcmp(p, "/retry") == 0)
		return retry(c, id, r);
	if (p == digits || strcmp(p, "/interrupt") != 0 || jobs_interrupt(c->jobs, id) < 0) {
		server_error(r, 404, "there is no such job");
		return 0;
	}
	r->status = 204;
	return 0;
}

static const struct server_row ROWS[] = {{"GET", "/1/status", get_status},
					 {"GET", "/1/jobs", get_jobs},
					 {"POST", "/1/jobs", post_job},
					 {"POST", "/1/jobs/", post_on_job},
					 {0}};

/* ---- the socket ---- */

/* Returns whether the socket A was left behind: nobody listens on it any more. */
static bool is_stale(const struct sockaddr_un *a)
{
	CLOSE_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof *a) < 0 &&
	       errno == ECONNREFUSED;
}

/* Takes the lock beside the socket, which keeps others from replacing it at the same time. */
static int lock_socket(const char *path, int *ret, struct fault *f)
{
	FREE_PTR char *lock = NULL;
	FREE_PTR char *dir = strdup(path);
	if (!dir || asprintf(&lock, "%s.lock", path) < 0)
		return fault_set(f, -ENOMEM, "cannot make the socket %s:", path);
	char *slash = strrchr(dir, '/');
	if (slash && slash != dir) {
		*slash = '\0';
		int r = file_mkdirs(dir, f);
		if (r < 0)
			return r;
	}
	int r = lock_file(lock, 0600, false, ret, f);
	return r > 0 ? fault_set(f, ERR_EXISTS, "another boot-hurdd listens on %s", path) : r;
}

int control_listen(const char *path, mode_t mode, int *ret_fd, int *ret_lock, struct fault *f)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct stat st;
	int fd = -1, lock = -1;
	if (strlen(path) >= sizeof a.sun_path)
		return fault_set(f, ERR_CONFIG, "the socket's path is too long: %s", path);
	memcpy(a.sun_path, path, strlen(path));
	int r = lock_socket(path, &lock, f);
	if (r < 0)
		return r;
	if (lstat(path, &st) < 0) {
		if (errno != ENOENT)
			r = fault_set(f, -errno, "cannot look at %s:", path);
	} else {
		if (!S_ISSOCK(st.st_mode))
			r = fault_set(f, ERR_EXISTS, "%s is not a socket", path);
		else if (!is_stale(&a))
			r = fault_set(f, ERR_EXISTS, "somebody else listens on %s", path);
		else if (unlink(path) < 0) /* left by a daemon that was killed */
			r = fault_set(f, -errno, "cannot remove the old socket %s:", path);
	}
	/* Nobody may connect before it has its mode. */
	mode_t mask = umask(0177);
	if (r == 0) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
		    chmod(path, mode) < 0 || listen(fd, BACKLOG) < 0)
			r = fault_set(f, -errno, "cannot listen on %s:", path);
	}
	umask(mask);
	if (r < 0) {
		file_close_fd(&fd);
		file_close_fd(&lock);
		return r;
	}
	*ret_fd = fd;
	*ret_lock = lock;
	return 0;
}

int control_start(int fd, const struct control_world *w, struct control **ret, struct fault *f)
{
	struct control *c = calloc(1, sizeof *c);
	struct server_limits limits = {
	    .connections = CONNECTIONS, .request_s = REQUEST_S, .body_max = BODY_MAX};
	if (!c)
		return fault_set(f, -ENOMEM, "cannot serve the control socket:");
	pthread_mutex_init(&c->lock, NULL);
	c->w = *w;
	c->jobs = w->jobs;
	int r = server_start(fd, ROWS, c, &limits, &c->server, f);
	if (r < 0)
		control_free(c);
	else
		*ret = c;
	return r;
}

void control_update(struct control *c, const struct control_world *w)
{
	pthread_mutex_lock(&c->lock);
	c->w = *w;
	pthread_mutex_unlock(&c->lock);
}

void control_free(struct control *c)
{
	if (!c)
		return;
	server_free(c->server);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
