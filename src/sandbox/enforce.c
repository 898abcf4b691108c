/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "sandbox/usage.h"

#define MILLISECOND INT64_C(1000000)

enum {
	FIRST_LOOK_MS = 25, /* processes are watched from then on; short runs never are */
	LOOK_MS = 50,
	AGAIN_MS = 10,    /* to confirm that memory is over the limit */
	MEASURE_MS = 100, /* a build can write a few hundred megabytes in between */
	MISSES_MAX = 200, /* measurements in a row that may fail while folders are moved */
	HIDDEN_MAX = 20,  /* … while a process cannot be looked at */
};

static bool watches(const struct sandbox *s)
{
	return s->plan->limits.memory || s->plan->limits.processes;
}

static bool measures(const struct sandbox *s)
{
	return s->plan->limits.output || s->plan->limits.build;
}

void sandbox_limits_start(struct sandbox *s)
{
	s->look_ns = sys_monotonic_ns() + FIRST_LOOK_MS * MILLISECOND;
}

void sandbox_limits_stop(struct sandbox *s)
{
	sandbox_watch_close(&s->watch);
	cgroup_stop(&s->group);
}

/* Returns when the folders are to be measured next: rarely when that takes long. */
static int64_t next_measure(const struct sandbox *s)
{
	const int64_t least = MEASURE_MS * MILLISECOND;
	int64_t wait = 50 * s->size_cost;
	return s->size_ns + (wait > least ? wait : least);
}

int64_t sandbox_limits_due(const struct sandbox *s)
{
	int64_t due = INT64_MAX;
	if (watches(s))
		due = s->look_ns;
	if (measures(s) && next_measure(s) < due)
		due = next_measure(s);
	return due;
}

/* Tells which of the folders is over LIMIT, or cannot be measured. */
static bool exceeds(struct sandbox *s, const char *what, const struct usage *u, uint64_t limit)
{
	if (!limit)
		return false;
	if (u->bytes > limit) {
		snprintf(s->detail, sizeof s->detail,
			 "%" PRIu64 " KiB in %s, the limit is %" PRIu64 " KiB", u->bytes >> 10,
			 what, limit >> 10);
		s->size_over = true;
		return true;
	}
	if (u->state == USAGE_EXACT ||
	    (u->state == USAGE_CHANGED && s->size_misses < MISSES_MAX) ||
	    (u->state == USAGE_HIDDEN && s->size_misses < HIDDEN_MAX))
		return false;
	snprintf(s->detail, sizeof s->detail, "%s cannot be measured: %s", what,
		 u->state == USAGE_CHANGED      ? "its folders are moved all the time"
		 : u->state == USAGE_HIDDEN     ? "the files of a process cannot be seen"
		 : u->state == USAGE_UNREADABLE ? "a folder cannot be read"
						: "an error of disk or memory");
	return true;
}

/* Measures output and build folder; when it is FINAL, no process is left. */
static enum sandbox_end measure(struct sandbox *s, bool final)
{
	const struct sandbox_plan *p = s->plan;
	int64_t now = sys_monotonic_ns();
	struct usage none = {USAGE_EXACT, 0}, build = none, unlinked = none;
	struct usage out = usage_measure(p->output_host, s->watch.user_ns);
	struct stat st;
	if (p->limits.build) {
		build = usage_measure(p->build_host, s->watch.user_ns);
		if (!final && stat(p->build_host, &st) < 0)
			unlinked.state = USAGE_FAILED;
		else if (!final)
			unlinked = usage_unlinked(s->watch.proc, st.st_dev);
		build.bytes += unlinked.bytes;
		if (unlinked.state > build.state)
			build.state = unlinked.state;
	}
	s->size_ns = sys_monotonic_ns();
	s->size_cost = s->size_ns - now;
	bool missed = out.state == USAGE_CHANGED || build.state == USAGE_CHANGED ||
		      build.state == USAGE_HIDDEN;
	s->size_misses = final ? MISSES_MAX : missed ? s->size_misses + 1 : 0;
	if (exceeds(s, "the output", &out, p->limits.output))
		return SANDBOX_OUTPUT;
	if (exceeds(s, "the build folder", &build, p->limits.build))
		return SANDBOX_BUILD;
	return SANDBOX_OK;
}

/* Looks at the processes. */
static enum sandbox_end look(struct sandbox *s, int64_t start)
{
	enum sandbox_end e =
	    sandbox_watch(&s->watch, &s->plan->limits, s->detail, sizeof s->detail);
	int64_t now = sys_monotonic_ns();
	int64_t wait = (s->watch.over ? AGAIN_MS : LOOK_MS) * MILLISECOND;
	/* With very many processes, spend at most half of the time on looking. */
	if (wait < now - start)
		wait = now - start;
	s->look_ns = now + wait;
	return e;
}

enum sandbox_end sandbox_limits_kernel(struct sandbox *s)
{
	enum sandbox_end e =
	    cgroup_look(&s->group, &s->plan->limits, s->detail, sizeof s->detail);
	s->by_kernel = e != SANDBOX_OK;
	return e;
}

enum sandbox_end sandbox_limits_look(struct sandbox *s)
{
	int64_t now = sys_monotonic_ns();
	enum sandbox_end e = SANDBOX_OK;
	if (watches(s) && now >= s->look_ns) {
		e = sandbox_limits_kernel(s);
		if (e == SANDBOX_OK)
			e = look(s, now);
	}
	if (e == SANDBOX_OK && measures(s) && now >= next_measure(s))
		e = measure(s, false);
	return e;
}

enum sandbox_end sandbox_limits_final(struct sandbox *s, bool well)
{
	enum sandbox_end e = measures(s) ? measure(s, true) : SANDBOX_OK;
	return well || s->size_over ? e : SANDBOX_OK;
}
