/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/sys.h"
#include "cmd/format.h"
#include "cmd/print.h"
#include "cmd/progress_block.h"
#include "cmd/signals.h"
#include "cmd/terminal.h"

enum { SHOWN_MAX = 8, LOG_TAIL = 20 };
enum { TAIL_BYTES = 8192 }; /* of those lines, at most */

/* A node that is being worked on. */
struct active {
	const struct drv *drv;
	int64_t since_ns;      /* monotonic */
	char what[96];         /* "building", "fetching …" */
	uint64_t step, nsteps; /* of a build; 0 = none yet */
	char *log;             /* that grows; owned; NULL = none */
};

struct progress {
	bool quiet, live;     /* failures only; a terminal that can show a block */
	bool logs;            /* whole logs */
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t wake;  /* the block's thread should end */
	pthread_t thread;     /* redraws the block; only when live */
	bool ending;
	struct active *active; /* what is under way */
	size_t nactive, cap;
	uint64_t total, done, failed, stopped;
	int64_t start_ns; /* monotonic */
	int64_t end_ns;   /* expected end, monotonic; 0 = unknown */
	struct progress_block block;
};

/* Removes the block from the screen. */
static void erase(struct progress *p)
{
	progress_block_erase(&p->block);
}

/* Adds the line of A. */
static void add_active(const struct active *a, int64_t now, struct strlist *lines)
{
	char elapsed[32];
	struct buf b = BUF_INIT;
	format_time((uint64_t)(now - a->since_ns), elapsed);
	escape_addf(&b, "  %-10s %s", a->what, a->drv->name);
	if (a->nsteps)
		escape_addf(&b, ", step %llu of %llu", (unsigned long long)a->step,
			    (unsigned long long)a->nsteps);
	escape_addf(&b, " (%s)", elapsed);
	if (a->log) {
		struct buf last = BUF_INIT;
		progress_last_line(a->log, &last);
		if (last.len)
			buf_addf(&b, " | %s", buf_str(&last));
		buf_release(&last);
	}
	strlist_add(lines, buf_str(&b));
	buf_release(&b);
}

/* Adds the counts and, once something has asked to stop, what becomes of it. */
static void add_foot(const struct progress *p, int64_t now, struct strlist *lines)
{
	char elapsed[32], left[32];
	struct buf b = BUF_INIT;
	format_time((uint64_t)(now - p->start_ns), elapsed);
	buf_addf(&b, "%llu of %llu done, %zu running, %llu failed, %s elapsed",
		 (unsigned long long)p->done, (unsigned long long)p->total, p->nactive,
		 (unsigned long long)p->failed, elapsed);
	if (p->end_ns > now) {
		format_time((uint64_t)(p->end_ns - now), left);
		buf_addf(&b, ", about %s to go", left);
	}
	strlist_add(lines, buf_str(&b));
	buf_release(&b);
	if (signals_count() == 1)
		strlist_add(lines, "stopping when the running builds have ended; once more "
				   "kills them");
	else if (signals_count() > 1)
		strlist_add(lines, "killing the running builds");
}

static void draw(struct progress *p)
{
	int64_t now = sys_monotonic_ns();
	struct strlist lines = STRLIST_INIT;
	if (p->total) {
		size_t shown = p->nactive < SHOWN_MAX ? p->nactive : SHOWN_MAX;
		for (size_t i = 0; i < shown; i++)
			add_active(&p->active[i], now, &lines);
		if (p->nactive > shown)
			strlist_addf(&lines, "  … and %zu more", p->nactive - shown);
		add_foot(p, now, &lines);
	}
	progress_block_draw(&p->block, &lines);
	strlist_release(&lines);
}

/* Redraws the block four times a second. */
static void *redraw(void *arg)
{
	struct progress *p = arg;
	pthread_mutex_lock(&p->lock);
	while (!p->ending) {
		struct timespec t;
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += 250000000;
		if (t.tv_nsec >= 1000000000) {
			t.tv_nsec -= 1000000000;
			t.tv_sec++;
		}
		pthread_cond_timedwait(&p->wake, &p->lock, &t);
		draw(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int progress_new(bool quiet, bool logs, struct progress **ret)
{
	struct progress *p = calloc(1, sizeof *p);
	if (!p)
		return -ENOMEM;
	p->quiet = quiet;
	p->logs = logs;
	p->live = !quiet && terminal_columns() > 0;
	p->start_ns = sys_monotonic_ns();
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	if (p->live && pthread_create(&p->thread, NULL, redraw, p) != 0)
		p->live = false;
	signals_silent(p->live);
	*ret = p;
	return 0;
}

void progress_free(struct progress *p)
{
	if (!p)
		return;
	if (p->live) {
		pthread_mutex_lock(&p->lock);
		p->ending = true;
		pthread_cond_signal(&p->wake);
		pthread_mutex_unlock(&p->lock);
		pthread_join(p->thread, NULL);
		erase(p);
		signals_silent(false);
	}
	if (p->total && !p->quiet) {
		char t[32];
		format_time((uint64_t)(sys_monotonic_ns() - p->start_ns), t);
		uint64_t tried = p->done + p->failed + p->stopped;
		uint64_t rest = p->total > tried ? p->total - tried : 0;
		print_err(
		    "%llu of %llu done, %llu failed, %llu stopped, %llu not tried, in %s\n",
		    (unsigned long long)p->done, (unsigned long long)p->total,
		    (unsigned long long)p->failed, (unsigned long long)p->stopped,
		    (unsigned long long)rest, t);
	}
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	for (size_t i = 0; i < p->nactive; i++)
		free(p->active[i].log);
	free(p->active);
	free(p);
}

/* Prints WORD in COLOUR, and what FMT says behind it, above the block; the lock is held. */
static void vline(struct progress *p, enum terminal_colour colour, const char *word,
		  const char *fmt, va_list ap)
{
	erase(p);
	if (*word)
		fprintf(stderr, "%s%s%s", terminal_colour(colour), word,
			terminal_colour(TERMINAL_PLAIN));
	print_err_v(fmt, ap);
	print_err("\n");
	if (p->live)
		draw(p);
}

static void word_line(struct progress *p, enum terminal_colour colour, const char *word,
		      const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void word_line(struct progress *p, enum terminal_colour colour, const char *word,
		      const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vline(p, colour, word, fmt, ap);
	va_end(ap);
}

/* The same without a word. */
static void line(struct progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void line(struct progress *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vline(p, TERMINAL_PLAIN, "", fmt, ap);
	va_end(ap);
}

void progress_line(struct progress *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	pthread_mutex_lock(&p->lock);
	vline(p, TERMINAL_PLAIN, "", fmt, ap);
	pthread_mutex_unlock(&p->lock);
	va_end(ap);
}

static struct active *find_active(struct progress *p, const struct drv *d)
{
	for (size_t i = 0; i < p->nactive; i++)
		if (p->active[i].drv == d)
			return &p->active[i];
	return NULL;
}

/* Returns the entry of D, made when there is none; NULL: out of memory. */
static struct active *begin(struct progress *p, const struct drv *d, const char *what)
{
	struct active *a = find_active(p, d);
	if (!a) {
		a = vec_grow(p->active, &p->cap, p->nactive + 1, sizeof *a);
		if (!a)
			return NULL;
		p->active = a;
		a = &p->active[p->nactive++];
		*a = (struct active){.drv = d};
	}
	a->since_ns = sys_monotonic_ns();
	snprintf(a->what, sizeof a->what, "%s", what);
	return a;
}

static void finish(struct progress *p, const struct drv *d)
{
	struct active *a = find_active(p, d);
	if (!a)
		return;
	free(a->log);
	*a = p->active[--p->nactive];
}

/* Reads the end of the log at PATH, at most TAIL_BYTES; RET_CUT says whether something is before it. */
static int read_tail(const char *path, struct buf *ret, bool *ret_cut)
{
	struct stat st;
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	*ret_cut = st.st_size > TAIL_BYTES;
	if (*ret_cut && lseek(fd, -TAIL_BYTES, SEEK_END) < 0)
		return -errno;
	return file_read_fd(fd, 2 * TAIL_BYTES, ret);
}

/*
 * Adds the lines of LOG from AT on. What a build writes never reaches the terminal raw, and each line
 * of it is marked, so that none passes for a line of ours.
 */
static void add_lines(struct view log, size_t at, struct buf *ret)
{
	while (at < log.len) {
		const char *lf = memchr(log.ptr + at, '\n', log.len - at);
		size_t end = lf ? (size_t)(lf - log.ptr) : log.len;
		buf_adds(ret, "  | ");
		escape_add(ret, (struct view){log.ptr + at, end - at}, ESCAPE_LINE);
		buf_addc(ret, '\n');
		at = end + 1;
	}
}

/* Prints the log at PATH: all of it when logs were asked for, else its last lines. */
static void print_log(struct progress *p, const char *path)
{
	struct buf b = BUF_INIT, shown = BUF_INIT;
	bool cut = false;
	if (!*path)
		return;
	int r = p->logs ? file_read(path, 1ULL << 30, &b, NULL) : read_tail(path, &b, &cut);
	if (r == 0 && b.len) {
		size_t at = p->logs ? 0 : b.len - (b.ptr[b.len - 1] == '\n');
		for (int n = 0; at > 0 && n < LOG_TAIL;)
			if (b.ptr[--at] == '\n' && ++n == LOG_TAIL)
				at++;
		line(p, "%s %s:", p->logs ? "log" : "last lines of", path);
		erase(p);
		if (cut && at == 0)
			buf_adds(&shown, "  | …\n");
		add_lines(buf_view(&b), at, &shown);
		if (buf_failed(&shown) == 0)
			fwrite(shown.ptr, 1, shown.len, stderr);
	}
	buf_release(&b);
	buf_release(&shown);
}

/* Says how much of it has come. */
static void on_fetching(struct progress *p, const struct build_event *e)
{
	char done[32], total[32];
	struct active *a = find_active(p, e->drv);
	bool fresh = !a || strncmp(a->what, "fetching", 8) != 0;
	if (fresh)
		a = begin(p, e->drv, "fetching");
	format_bytes(e->done, done);
	format_bytes(e->total, total);
	if (a && e->total)
		snprintf(a->what, sizeof a->what, "fetching %s of %s (%llu%%) for", done, total,
			 (unsigned long long)(e->done * 100 / e->total));
	else if (a && e->done)
		snprintf(a->what, sizeof a->what, "fetching %s for", done);
	if (fresh && !p->live && !p->quiet)
		line(p, "fetching %s for %s", e->detail, e->drv->name);
}

/* A batch system lets it wait. */
static void on_queued(struct progress *p, const struct build_event *e)
{
	struct active *a = begin(p, e->drv, "queued");
	if (a)
		snprintf(a->what, sizeof a->what, "queued: %s", e->detail);
	if (!p->live && !p->quiet)
		line(p, "%s waits in the queue: %s", e->drv->name, e->detail);
}

static void on_step(struct progress *p, const struct build_event *e)
{
	struct active *a = find_active(p, e->drv);
	if (!a)
		return;
	a->step = e->done;
	a->nsteps = e->total;
	if (!a->log)
		a->log = strdup(e->detail);
}

static void on_failed(struct progress *p, const struct build_event *e)
{
	finish(p, e->drv);
	if (e->fault->code == ERR_CANCELLED) {
		p->stopped++;
		word_line(p, TERMINAL_YELLOW, "stopped:", " %s", e->fault->what);
		return;
	}
	p->failed++;
	word_line(p, TERMINAL_RED, "failed:", " %s", e->fault->what);
	print_log(p, e->detail);
	if (e->fault->hint[0])
		line(p, "hint: %s", e->fault->hint);
}

/* Shows that work on D, called WHAT, begins: in the block, or by a line of its own. */
static void announce(struct progress *p, const struct drv *d, const char *what)
{
	begin(p, d, what);
	if (!p->live && !p->quiet)
		line(p, "%s %s", what, d->name);
}

/* What an event changes and shows. */
static void take_event(struct progress *p, const struct build_event *e)
{
	char t[32], hash[DIGEST_NIX32 + 1] = "";
	if (e->object)
		digest_nix32(e->object, hash);
	switch (e->kind) {
	case BUILD_PLANNED:
		p->total += e->total;
		if (e->estimate_ns)
			p->end_ns = sys_monotonic_ns() + (int64_t)e->estimate_ns;
		return;
	case BUILD_FETCHING:
		on_fetching(p, e);
		return;
	case BUILD_WAITING:
		if (*e->detail) {
			on_queued(p, e);
			return;
		}
		begin(p, e->drv, "waiting for another process");
		if (!p->live && !p->quiet)
			line(p, "waiting for another process that builds %s", e->drv->name);
		return;
	case BUILD_STARTED:
		announce(p, e->drv, "building");
		return;
	case BUILD_STEP:
		on_step(p, e);
		return;
	case BUILD_REUSED:
	case BUILD_FINISHED:
		finish(p, e->drv);
		p->done++;
		if (p->logs)
			print_log(p, e->detail);
		format_time(e->wall_ns, t);
		if (!p->quiet && e->kind == BUILD_FINISHED)
			word_line(p, TERMINAL_GREEN, "built", " %s in %s: %s", e->drv->name, t,
				  hash);
		else if (!p->quiet)
			line(p, "same action as before, nothing to build: %s: %s", e->drv->name,
			     hash);
		return;
	case BUILD_FAILED:
		on_failed(p, e);
		return;
	case BUILD_SUBSTITUTED:
		finish(p, e->drv);
		p->done++;
		if (!p->quiet)
			word_line(p, TERMINAL_GREEN, "taken", " %s from %s: %s", e->drv->name,
				  e->detail, hash);
		return;
	case BUILD_REFUSED:
		p->total -= e->total;
		if (e->total)
			finish(p, e->drv);
		if (e->fault)
			line(p, "not taken: %s: %s", e->drv->name, e->fault->what);
		return;
	case BUILD_SKIPPED:
		if (!p->quiet)
			line(p, "not tried: %s: something it needs failed", e->drv->name);
		return;
	}
}

void progress_event(void *ctx, const struct build_event *e)
{
	struct progress *p = ctx;
	pthread_mutex_lock(&p->lock);
	take_event(p, e);
	pthread_mutex_unlock(&p->lock);
}

void progress_plan(struct progress *p, size_t n)
{
	pthread_mutex_lock(&p->lock);
	p->total += n;
	pthread_mutex_unlock(&p->lock);
}

void progress_step(struct progress *p, const struct drv *d, const char *what,
		   enum progress_step how)
{
	pthread_mutex_lock(&p->lock);
	if (how == PROGRESS_BEGINS)
		announce(p, d, what);
	else
		finish(p, d);
	p->done += how == PROGRESS_DONE;
	p->failed += how == PROGRESS_FAILED;
	p->stopped += how == PROGRESS_STOPPED;
	pthread_mutex_unlock(&p->lock);
}

uint64_t progress_failures(struct progress *p)
{
	pthread_mutex_lock(&p->lock);
	uint64_t n = p->failed;
	pthread_mutex_unlock(&p->lock);
	return n;
}
