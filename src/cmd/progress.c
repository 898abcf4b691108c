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

#include "base/file.h"
#include "base/sys.h"
#include "cmd/format.h"
#include "cmd/print.h"
#include "cmd/terminal.h"

enum { SHOWN_MAX = 8, LOG_TAIL = 20 };
enum { TAIL_BYTES = 8192 }; /* of those lines, at most */

/* A node that is being worked on. */
struct active {
	const struct drv *drv;
	int64_t since_ns; /* monotonic */
	char what[96];    /* "building", "fetching …" */
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
	uint64_t total, done, failed, skipped;
	int64_t start_ns; /* monotonic */
	int64_t end_ns;   /* expected end, monotonic; 0 = unknown */
	int drawn;        /* lines of the block on the screen */
};

/* Removes the block from the screen. */
static void erase(struct progress *p)
{
	for (; p->drawn > 0; p->drawn--)
		fputs("\033[A\033[2K", stderr);
}

static void draw(struct progress *p)
{
	int64_t now = sys_monotonic_ns();
	char elapsed[32], left[32], line[256];
	int width = terminal_columns();
	erase(p);
	if (!p->total)
		return;
	size_t shown = p->nactive < SHOWN_MAX ? p->nactive : SHOWN_MAX;
	for (size_t i = 0; i < shown; i++) {
		const struct active *a = &p->active[i];
		format_time((uint64_t)(now - a->since_ns), elapsed);
		snprintf(line, sizeof line, "  %-10s %s (%s)", a->what, a->drv->name, elapsed);
		print_err("%.*s\n", width - 1, line);
	}
	format_time((uint64_t)(now - p->start_ns), elapsed);
	snprintf(line, sizeof line, "%llu of %llu done, %zu running, %llu failed, %s elapsed",
		 (unsigned long long)p->done, (unsigned long long)p->total, p->nactive,
		 (unsigned long long)p->failed, elapsed);
	if (p->end_ns > now) {
		format_time((uint64_t)(p->end_ns - now), left);
		size_t n = strlen(line);
		snprintf(line + n, sizeof line - n, ", about %s to go", left);
	}
	print_err("%.*s\n", width - 1, line);
	p->drawn = (int)shown + 1;
	fflush(stderr);
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
	}
	if (p->total && !p->quiet) {
		char t[32];
		format_time((uint64_t)(sys_monotonic_ns() - p->start_ns), t);
		print_err("%llu of %llu done, %llu failed, %llu not tried, in %s\n",
			  (unsigned long long)p->done, (unsigned long long)p->total,
			  (unsigned long long)p->failed, (unsigned long long)p->skipped, t);
	}
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p->active);
	free(p);
}

static void vline(struct progress *p, const char *fmt, va_list ap)
{
	erase(p);
	print_err_v(fmt, ap);
	print_err("\n");
	if (p->live)
		draw(p);
}

/* Prints a line above the block; the lock is held. */
static void line(struct progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void line(struct progress *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vline(p, fmt, ap);
	va_end(ap);
}

void progress_line(struct progress *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	pthread_mutex_lock(&p->lock);
	vline(p, fmt, ap);
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
		a->drv = d;
	}
	a->since_ns = sys_monotonic_ns();
	snprintf(a->what, sizeof a->what, "%s", what);
	return a;
}

static void finish(struct progress *p, const struct drv *d)
{
	struct active *a = find_active(p, d);
	if (a)
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

static void on_fetching(struct progress *p, const struct build_event *e)
{
	struct active *a = find_active(p, e->drv);
	bool fresh = !a || strncmp(a->what, "fetching", 8) != 0;
	if (fresh)
		a = begin(p, e->drv, "fetching");
	if (a && e->total)
		snprintf(a->what, sizeof a->what, "fetching %llu%%",
			 (unsigned long long)(e->done * 100 / e->total));
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

static void on_failed(struct progress *p, const struct build_event *e)
{
	finish(p, e->drv);
	p->failed++;
	line(p, "failed: %s", e->fault->what);
	print_log(p, e->detail);
	if (e->fault->hint[0])
		line(p, "hint: %s", e->fault->hint);
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
		begin(p, e->drv, "building");
		if (!p->live && !p->quiet)
			line(p, "building %s", e->drv->name);
		return;
	case BUILD_REUSED:
	case BUILD_FINISHED:
		finish(p, e->drv);
		p->done++;
		if (p->logs)
			print_log(p, e->detail);
		format_time(e->wall_ns, t);
		if (!p->quiet && e->kind == BUILD_FINISHED)
			line(p, "built %s in %s: %s", e->drv->name, t, hash);
		else if (!p->quiet)
			line(p, "same action as before, nothing to build: %s: %s", e->drv->name,
			     hash);
		return;
	case BUILD_FAILED:
		on_failed(p, e);
		return;
	case BUILD_TAKEN:
		finish(p, e->drv);
		p->done++;
		if (!p->quiet)
			line(p, "taken %s from %s: %s", e->drv->name, e->detail, hash);
		return;
	case BUILD_REFUSED:
		p->total -= e->total;
		if (e->total)
			finish(p, e->drv);
		if (e->fault)
			line(p, "not taken: %s: %s", e->drv->name, e->fault->what);
		return;
	case BUILD_SKIPPED:
		p->skipped++;
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

void progress_step(struct progress *p, const struct drv *d, const char *what, bool done,
		   bool failed)
{
	pthread_mutex_lock(&p->lock);
	if (done) {
		finish(p, d);
		p->done += !failed;
		p->failed += failed;
	} else {
		begin(p, d, what);
	}
	pthread_mutex_unlock(&p->lock);
}

uint64_t progress_failures(struct progress *p)
{
	pthread_mutex_lock(&p->lock);
	uint64_t n = p->failed;
	pthread_mutex_unlock(&p->lock);
	return n;
}
