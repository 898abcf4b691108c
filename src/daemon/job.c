/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "cmd/commands.h"
#include "daemon/child.h"
#include "daemon/log.h"
#include "hash/digest.h"
#include "json/json.h"
#include "json/write.h"

enum {
	BLOCK = 16384,       /* bytes read at once */
	QUEUE_MAX = 1 << 20, /* bytes a job may be ahead of its reader */
	LOG_LINE_MAX = 2048, /* of a scheduled job's output */
	LOG_MAX = 8 << 20,   /* bytes of a job's output that are kept */
};

struct jobs {
	_Atomic unsigned users; /* of this struct: who made it, the threads of jobs */
	struct jobs_options o;
	pthread_mutex_t lock; /* over all below, and what jobs say is under it */
	pthread_cond_t ended; /* a job did */
	struct job *first;    /* those that run */
	size_t running, clients;
	uint64_t last_id;
	bool draining;
};

struct job {
	struct jobs *js;
	uint64_t id;
	struct strlist arguments;
	char *plan;         /* NULL: for a client */
	bool read;          /* a client reads what it tells */
	int64_t run;        /* in the history, its own or its plan's; 0 = none */
	bool own_run;       /* it is its own */
	int64_t recorded;   /* its number in the history; 0 = it has none */
	int log;            /* file of its output, or -1 */
	size_t logged;      /* bytes in it */
	int64_t started_ns; /* since the epoch */
	struct child child; /* the thread's */
	/* under the lock of the table */
	struct job *next;
	unsigned users;        /* of this struct: its thread, its reader */
	pid_t pid;             /* 0 when it is not running */
	bool left, done;       /* the reader has gone; it ended */
	bool cancelled;        /* somebody asked for its end */
	int status;            /* as of waitpid, when done */
	struct buf queue;      /* lines for the reader */
	size_t taken;          /* bytes of the queue the reader has */
	pthread_cond_t room;   /* the reader took some, or left */
	int event;             /* eventfd: there is something for the reader */
	struct buf partial[2]; /* scheduled: an unfinished line of each stream */
};

bool jobs_take(struct view name)
{
#define ENTRY(word, on_daemon) {#word, on_daemon},
	static const struct {
		const char *name;
		bool on_daemon;
	} entries[] = {COMMANDS(ENTRY)};
#undef ENTRY
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
		if (view_is(name, entries[i].name))
			return entries[i].on_daemon;
	return false;
}

int jobs_new(const struct jobs_options *o, struct jobs **ret)
{
	struct jobs *js = calloc(1, sizeof *js);
	if (!js)
		return -ENOMEM;
	js->users = 1;
	js->o = *o;
	pthread_mutex_init(&js->lock, NULL);
	pthread_cond_init(&js->ended, NULL);
	*ret = js;
	return 0;
}

void jobs_free(struct jobs *js)
{
	/* The thread of the last job may be on its way out still. */
	if (!js || --js->users)
		return;
	pthread_cond_destroy(&js->ended);
	pthread_mutex_destroy(&js->lock);
	free(js);
}

/* Gives up one use of J; the last frees it. The lock is held. */
static void unuse(struct job *j)
{
	if (--j->users)
		return;
	strlist_release(&j->arguments);
	buf_release(&j->queue);
	buf_release(&j->partial[0]);
	buf_release(&j->partial[1]);
	pthread_cond_destroy(&j->room);
	file_close_fd(&j->event);
	file_close_fd(&j->log);
	child_release(&j->child);
	free(j->plan);
	free(j);
}

/* ---- what a job tells ---- */

/* Tells the reader that there is something. */
static void ring(struct job *j)
{
	eventfd_write(j->event, 1);
}

/* Adds one line to the queue, waiting for room unless nobody reads. */
static void tell(struct job *j, const struct buf *line)
{
	pthread_mutex_lock(&j->js->lock);
	while (j->read && !j->left && j->queue.len - j->taken > QUEUE_MAX)
		pthread_cond_wait(&j->room, &j->js->lock);
	if (!j->left && j->read)
		buf_addv(&j->queue, buf_view(line));
	ring(j);
	pthread_mutex_unlock(&j->js->lock);
}

/* Returns what the log calls J. */
static const char *label(const struct job *j)
{
	return j->plan ? j->plan : "retry";
}

/* Returns what an entry of the log about J is about. */
static struct log_about about(const struct job *j)
{
	return (struct log_about){j->plan, j->run, (int64_t)j->id};
}

/* Writes the whole lines of a scheduled job's output to the log. */
static void log_output(struct job *j, int stream, struct view v)
{
	struct buf *b = &j->partial[stream];
	const struct log_about a = about(j);
	for (size_t i = 0; i < v.len; i++) {
		if (v.ptr[i] != '\n' && b->len < LOG_LINE_MAX) {
			buf_addc(b, v.ptr[i]);
			continue;
		}
		daemon_log_about(&a, LOG_LEVEL_INFO, "%s: %s", label(j), buf_str(b));
		buf_clear(b);
	}
}

/* Keeps what J writes in its own log. */
static void keep_output(struct job *j, struct view v)
{
	static const char cut[] = "\n(what follows is not kept)\n";
	if (j->log < 0)
		return;
	size_t n = v.len < LOG_MAX - j->logged ? v.len : LOG_MAX - j->logged;
	int r = file_write_fd(j->log, v.ptr, n);
	j->logged += n;
	if (r == 0 && n == v.len)
		return;
	if (r == 0)
		file_write_fd(j->log, cut, sizeof cut - 1);
	file_close_fd(&j->log);
}

/* Passes on bytes of stream 0 (standard output) or 1 (standard error). */
static void pass(struct job *j, int stream, struct view v)
{
	struct buf b = BUF_INIT;
	keep_output(j, v);
	if (!j->read) {
		log_output(j, stream, v);
		return;
	}
	json_open(&b, NULL);
	json_put(&b, "stream", stream ? "stderr" : "stdout");
	if (json_is_text(v)) {
		json_put_string(&b, "text", v);
	} else {
		struct buf packed = BUF_INIT;
		base64_add(&packed, v);
		json_put_string(&b, "base64", buf_view(&packed));
		buf_release(&packed);
	}
	json_close(&b);
	buf_addc(&b, '\n');
	tell(j, &b);
	buf_release(&b);
}

/* Reads once from stream I. Returns whether there was something. */
static bool read_stream(struct job *j, int i)
{
	char block[BLOCK];
	int *fd = &j->child.out[i];
	ssize_t n = read(*fd, block, sizeof block);
	if (n > 0)
		pass(j, i, (struct view){block, (size_t)n});
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		file_close_fd(fd);
	return n > 0;
}

/* Reads what the child writes until it has ended. */
static void pump(struct job *j)
{
	struct child *c = &j->child;
	for (bool alive = true; alive;) {
		struct pollfd p[] = {
		    {c->out[0], POLLIN, 0}, {c->out[1], POLLIN, 0}, {c->pidfd, POLLIN, 0}};
		if (poll(p, 3, -1) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < 2; i++)
			if (p[i].revents)
				read_stream(j, i);
		alive = !p[2].revents;
	}
	/* What is in the pipes still; a process left behind cannot hold us up. */
	for (int i = 0; i < 2; i++)
		while (c->out[i] >= 0 && read_stream(j, i))
			;
}

const char *job_state(int status, bool cancelled, bool stopped)
{
	if (cancelled)
		return "cancelled";
	if (status == 0 || status == 2 || status == 3)
		return "done";
	if (stopped)
		return "lost";
	return status == 130 ? "cancelled" : "failed";
}

/* Records how J ended, and its run when that is its own. */
static void record_end(struct job *j, int status)
{
	struct daemon_history *h = j->js->o.history;
	char reason[64] = "";
	int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	pthread_mutex_lock(&j->js->lock);
	bool cancelled = j->cancelled, stopped = j->js->draining;
	pthread_mutex_unlock(&j->js->lock);
	const char *state = job_state(code, cancelled, stopped);
	if (strcmp(state, "lost") == 0)
		snprintf(reason, sizeof reason, "boot-hurdd was stopped");
	else if (strcmp(state, "failed") == 0)
		snprintf(reason, sizeof reason, "%s %d",
			 WIFSIGNALED(status) ? "signal" : "exit status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : code);
	else if (strcmp(state, "cancelled") == 0)
		snprintf(reason, sizeof reason, "%s",
			 cancelled ? "on request" : "its client left or interrupted it");
	daemon_history_job_end(h, j->recorded, state, code);
	if (j->own_run)
		daemon_history_run_end(h, j->run, state, reason);
}

static void finish(struct job *j, int status)
{
	struct jobs *js = j->js;
	struct buf b = BUF_INIT;
	const struct log_about a = about(j);
	json_open(&b, NULL);
	if (WIFSIGNALED(status))
		json_put_integer(&b, "signal", WTERMSIG(status));
	else
		json_put_integer(&b, "exit", WEXITSTATUS(status));
	json_close(&b);
	buf_addc(&b, '\n');
	for (int i = 0; i < 2; i++)
		if (j->partial[i].len)
			daemon_log_about(&a, LOG_LEVEL_INFO, "%s: %s", label(j),
					 buf_str(&j->partial[i]));
	record_end(j, status);
	tell(j, &b);
	buf_release(&b);
	pthread_mutex_lock(&js->lock);
	j->done = true;
	j->status = status;
	for (struct job **p = &js->first; *p; p = &(*p)->next)
		if (*p == j) {
			*p = j->next;
			break;
		}
	js->running--;
	js->clients -= j->read;
	ring(j);
	daemon_log_about(&a, LOG_LEVEL_INFO, "job %" PRIu64 " ended with %s %d", j->id,
			 WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	pthread_cond_broadcast(&js->ended);
	unuse(j);
	pthread_mutex_unlock(&js->lock);
	jobs_free(js);
}

/*
 * A job's thread: starts the child and sees it to its end. The child dies with the thread that
 * started it, so this must be the same one.
 */
static void *job_main(void *arg)
{
	struct job *j = arg;
	struct child *c = &j->child;
	int status = 1 << 8, r = child_start(c);
	if (r < 0) {
		struct buf b = BUF_INIT;
		buf_addf(&b, "boot-hurdd: cannot start %s: %s\n", c->path, err_str(r));
		pass(j, 1, buf_view(&b));
		buf_release(&b);
		finish(j, status);
		return NULL;
	}
	pthread_mutex_lock(&j->js->lock);
	j->pid = c->pid;
	if (j->left || j->js->draining)
		kill(j->pid, SIGINT);
	pthread_mutex_unlock(&j->js->lock);
	pump(j);
	pthread_mutex_lock(&j->js->lock);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	j->pid = 0;
	pthread_mutex_unlock(&j->js->lock);
	finish(j, status);
	return NULL;
}

/* ---- starting ---- */

static void log_start(const struct job *j)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < j->arguments.n; i++)
		buf_addf(&b, " %s", j->arguments.items[i]);
	const struct log_about a = about(j);
	daemon_log_about(&a, LOG_LEVEL_INFO, "job %" PRIu64 "%s%s:%s", j->id,
			 j->plan ? " of " : "", j->plan ? j->plan : "", buf_str(&b));
	buf_release(&b);
}

/* Opens the file that keeps J's output. Without one it does as well. */
static void open_log(struct job *j)
{
	FREE_PTR char *dir = path_join(j->js->o.state, "daemon/jobs");
	FREE_PTR char *path = NULL;
	if (!j->recorded || !dir || file_mkdirs(dir, NULL) < 0 ||
	    asprintf(&path, "%s/%" PRId64 ".log", dir, j->recorded) < 0)
		return;
	j->log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
}

/* Records that J begins, in a run of its own when Q names none. */
static void record_begin(struct job *j, const struct job_request *q)
{
	struct daemon_history *h = j->js->o.history;
	j->own_run = !q->run;
	j->run = q->run;
	if (j->own_run)
		j->run = daemon_history_run(h, "", q->cause ? q->cause : "client", 1, NULL);
	j->recorded = daemon_history_job(h, j->run, &j->arguments, q->directory, q->config);
	/* A terminal's client draws over what it has drawn: that is for its eyes only. */
	if (!q->columns)
		open_log(j);
}

/* Makes the struct. NULL when out of memory. */
static struct job *job_new(struct jobs *js, const struct job_request *q)
{
	struct job *j = calloc(1, sizeof *j);
	if (!j)
		return NULL;
	j->js = js;
	j->users = 1;
	j->log = -1;
	j->started_ns = sys_now_ns();
	pthread_cond_init(&j->room, NULL);
	j->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	j->plan = q->plan ? strdup(q->plan) : NULL;
	int r = j->event < 0 || (q->plan && !j->plan) ? -ENOMEM : 0;
	for (size_t i = 0; r == 0 && i < q->arguments.n; i++)
		r = strlist_add(&j->arguments, q->arguments.items[i]);
	if (r == 0)
		record_begin(j, q);
	if (r == 0)
		r = child_prepare(&j->child, &js->o, q, j->recorded);
	if (r < 0) {
		unuse(j);
		return NULL;
	}
	return j;
}

/* Looks whether a job may be started; the lock is held. */
static int may_start(const struct jobs *js, const struct job_request *q, struct fault *f)
{
	if (js->draining)
		return fault_set(f, ERR_CANCELLED, "the daemon is about to stop");
	if (!q->plan && js->clients >= js->o.max)
		return fault_set(f, -EBUSY, "%zu jobs are running: as many as are allowed",
				 js->clients);
	return 0;
}

int jobs_start(struct jobs *js, const struct job_request *q, struct job **ret, uint64_t *ret_id,
	       struct fault *f)
{
	pthread_t thread;
	pthread_attr_t attr;
	/* Before anything is recorded; it is looked at again. */
	pthread_mutex_lock(&js->lock);
	int r = may_start(js, q, f);
	pthread_mutex_unlock(&js->lock);
	if (r < 0)
		return r;
	struct job *j = job_new(js, q);
	if (!j)
		return fault_set(f, -ENOMEM, "cannot start a job:");
	j->read = ret && !q->plan;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_mutex_lock(&js->lock);
	r = may_start(js, q, f);
	if (r == 0) {
		j->users = ret ? 2 : 1;
		j->id = j->recorded ? (uint64_t)j->recorded : js->last_id + 1;
		js->last_id = j->id > js->last_id ? j->id : js->last_id;
		json_open(&j->queue, NULL);
		json_put_number(&j->queue, "job", j->id);
		json_close(&j->queue);
		buf_addc(&j->queue, '\n');
		ring(j);
		log_start(j);
		js->users++;
		if (pthread_create(&thread, &attr, job_main, j) != 0)
			r = fault_set(f, -EAGAIN, "cannot start a job:");
		if (r < 0)
			js->users--;
	}
	if (r == 0) {
		j->next = js->first;
		js->first = j;
		js->running++;
		js->clients += j->read;
		if (ret)
			*ret = j;
		if (ret_id)
			*ret_id = j->id;
	} else {
		daemon_history_job_end(js->o.history, j->recorded, "skipped", -1);
		daemon_history_run_end(js->o.history, j->own_run ? j->run : 0, "skipped",
				       f ? f->what : "not started");
		j->users = 1;
		unuse(j);
	}
	pthread_mutex_unlock(&js->lock);
	pthread_attr_destroy(&attr);
	return r;
}

/* ---- the reader ---- */

ssize_t job_pull(struct job *j, char *buf, size_t max, int gone)
{
	for (;;) {
		eventfd_t ignored;
		struct pollfd p[] = {{j->event, POLLIN, 0}, {gone, POLLRDHUP, 0}};
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (p[1].revents)
			return ERR_CANCELLED;
		pthread_mutex_lock(&j->js->lock);
		eventfd_read(j->event, &ignored);
		size_t n = j->queue.len - j->taken;
		n = n < max ? n : max;
		if (n) {
			memcpy(buf, j->queue.ptr + j->taken, n);
			j->taken += n;
		}
		if (j->taken == j->queue.len) {
			buf_clear(&j->queue);
			j->taken = 0;
		}
		bool end = j->done && !j->queue.len;
		if (j->queue.len || end)
			ring(j); /* there is more, or the end to be told */
		pthread_cond_signal(&j->room);
		pthread_mutex_unlock(&j->js->lock);
		if (n || end)
			return (ssize_t)n;
	}
}

int job_wait(struct job *j, bool *ret_cancelled)
{
	pthread_mutex_lock(&j->js->lock);
	while (!j->done)
		pthread_cond_wait(&j->js->ended, &j->js->lock);
	int status = j->status;
	if (ret_cancelled)
		*ret_cancelled = j->cancelled;
	pthread_mutex_unlock(&j->js->lock);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void job_leave(struct job *j)
{
	struct jobs *js = j->js;
	pthread_mutex_lock(&js->lock);
	j->left = true;
	if (j->pid)
		kill(j->pid, SIGINT);
	pthread_cond_signal(&j->room);
	unuse(j);
	pthread_mutex_unlock(&js->lock);
}

/* ---- the table ---- */

void jobs_set_max(struct jobs *js, unsigned max)
{
	pthread_mutex_lock(&js->lock);
	js->o.max = max;
	pthread_mutex_unlock(&js->lock);
}

void jobs_drain(struct jobs *js)
{
	pthread_mutex_lock(&js->lock);
	js->draining = true;
	pthread_mutex_unlock(&js->lock);
}

size_t jobs_running(struct jobs *js)
{
	pthread_mutex_lock(&js->lock);
	size_t n = js->running;
	pthread_mutex_unlock(&js->lock);
	return n;
}

void jobs_signal(struct jobs *js, int sig)
{
	pthread_mutex_lock(&js->lock);
	for (struct job *j = js->first; j; j = j->next) {
		if (j->pid)
			kill(j->pid, sig);
		/* A reader that does not read cannot hold up the end. */
		j->left |= sig == SIGKILL;
		pthread_cond_signal(&j->room);
	}
	pthread_mutex_unlock(&js->lock);
}

int jobs_interrupt(struct jobs *js, uint64_t id)
{
	int r = ERR_MISSING;
	pthread_mutex_lock(&js->lock);
	for (struct job *j = js->first; j; j = j->next)
		if (j->id == id && j->pid) {
			/* Two of one kind at once may arrive as one. */
			r = kill(j->pid, j->cancelled ? SIGTERM : SIGINT);
			j->cancelled = true;
		}
	pthread_mutex_unlock(&js->lock);
	return r;
}

void jobs_list(struct jobs *js, struct buf *ret)
{
	pthread_mutex_lock(&js->lock);
	json_open_array(ret, NULL);
	for (struct job *j = js->first; j; j = j->next) {
		json_open(ret, NULL);
		json_put_number(ret, "job", j->id);
		json_put_integer(ret, "pid", j->pid);
		json_put_integer(ret, "since", j->started_ns / 1000000000);
		json_open_array(ret, "arguments");
		for (size_t i = 0; i < j->arguments.n; i++)
			json_put(ret, NULL, j->arguments.items[i]);
		json_close_array(ret);
		if (j->plan)
			json_put(ret, "plan", j->plan);
		json_close(ret);
	}
	json_close_array(ret);
	pthread_mutex_unlock(&js->lock);
}
