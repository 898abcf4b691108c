/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/progress.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"
#include "cmd/cmd.h"

enum { SHOWN_MAX = 8, LOG_TAIL = 20, COLUMNS_MAX = 1000 };

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

/* Returns the columns of the terminal at the other end of a daemon's client, or 0. */
static int far_columns(void)
{
	const char *s = getenv("BOOT_HURD_COLUMNS");
	long n = s ? strtol(s, NULL, 10) : 0;
	return n > 20 && n <= COLUMNS_MAX ? (int)n : 0;
}

int progress_columns(void)
{
	struct winsize w;
	const char *term = getenv("TERM");
	int far = far_columns();
	if (!term || strcmp(term, "dumb") == 0)
		return 0;
	if (far || !isatty(STDERR_FILENO))
		return far;
	bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20;
	return !known ? 80 : w.ws_col < COLUMNS_MAX ? w.ws_col : COLUMNS_MAX;
}

static void draw(struct progress *p)
{
	int64_t now = sys_monotonic_ns();
	char elapsed[32], left[32], line[256];
	int width = progress_columns();
	erase(p);
	if (!p->total)
		return;
	size_t shown = p->nactive < SHOWN_MAX ? p->nactive : SHOWN_MAX;
	for (size_t i = 0; i < shown; i++) {
		const struct active *a = &p->active[i];
		cmd_format_time((uint64_t)(now - a->since_ns), elapsed);
		snprintf(line, sizeof line, "  %-10s %s (%s)", a->what, a->drv->name, elapsed);
		fprintf(stderr, "%.*s\n", width - 1, line);
	}
	cmd_format_time((uint64_t)(now - p->start_ns), elapsed);
	snprintf(line, sizeof line, "%llu of %llu done, %zu running, %llu failed, %s elapsed",
		 (unsigned long long)p->done, (unsigned long long)p->total, p->nactive,
		 (unsigned long long)p->failed, elapsed);
	if (p->end_ns > now) {
		cmd_format_time((uint64_t)(p->end_ns - now), left);
		size_t n = strlen(line);
		snprintf(line + n, sizeof line - n, ", about %s to go", left);
	}
	fprintf(stderr, "%.*s\n", width - 1, line);
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
	p->live = !quiet && progress_columns() > 0;
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
		cmd_format_time((uint64_t)(sys_monotonic_ns() - p->start_ns), t);
		fprintf(stderr, "%llu of %llu done, %llu failed, %llu not tried, in %s\n",
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
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
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

/* Returns the entry of D, made when there is none; NULL when memory is out. */
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

/* Prints the log at PATH: all of it when logs were asked for, else its last lines. */
static void print_log(struct progress *p, const char *path)
{
	struct buf b = BUF_INIT;
	if (!*path || file_read(path, 1ULL << 30, &b, NULL) < 0 || !b.len) {
		buf_release(&b);
		return;
	}
	size_t at = p->logs ? 0 : b.len - (b.ptr[b.len - 1] == '\n');
	for (int n = 0; at > 0 && n < LOG_TAIL;)
		if (b.ptr[--at] == '\n' && ++n == LOG_TAIL)
			at++;
	line(p, "%s %s:", p->logs ? "log" : "last lines of", path);
	erase(p);
	fwrite(b.ptr + at, 1, b.len - at, stderr);
	if (b.ptr[b.len - 1] != '\n')
		fputc('\n', stderr);
	buf_release(&b);
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
		cmd_format_time(e->wall_ns, t);
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
