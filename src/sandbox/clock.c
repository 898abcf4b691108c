/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * The wall clock, shifted. There is no namespace for it; the calls that read it are answered here,
 * and programs use calls since they do not find the vDSO (trace.c). Times of files stay: they lie in
 * the past then.
 */

/* How a time stands in memory: seconds, then the rest; word: bytes of each. */
static bool put_time(const struct question *q, uint64_t to, size_t word, int64_t s,
		     int64_t rest)
{
	int64_t wide[2] = {s, rest};
	int32_t narrow[2] = {(int32_t)s, (int32_t)rest};
	return word == 8 ? question_write(q, to, wide, sizeof wide)
			 : question_write(q, to, narrow, sizeof narrow);
}

static struct answer done(bool ok)
{
	return (struct answer){.error = ok ? 0 : -EFAULT};
}

/* Reads CLOCK, shifted. 0 or a negated errno. */
static int read_clock(const struct sandbox_plan *p, clockid_t clock, struct timespec *t)
{
	/* Not by libc: where the kernel has no vDSO, that would ask ourselves. */
	if (syscall(SYS_clock_gettime, clock, t, 0, 0, 0, SANDBOX_OWN) < 0)
		return -errno;
	t->tv_sec += p->vary.wall_offset_s;
	return 0;
}

struct answer clock_answer(const struct sandbox_plan *p, const struct question *q)
{
	const uint64_t *a = q->args;
	size_t word = q->i386 ? 4 : 8;
	struct timespec t;
	int32_t zone[2] = {0, 0};
	int e;
	switch (q->i386 ? q->nr | I386 : q->nr) {
	case SYS_time:
	case I386 | 13:
		read_clock(p, CLOCK_REALTIME_COARSE, &t);
		if (a[0] && !question_write(q, a[0], &t.tv_sec, word))
			return done(false);
		return (struct answer){.value = q->i386 ? (int32_t)t.tv_sec : t.tv_sec};
	case SYS_gettimeofday:
	case I386 | 78:
		read_clock(p, CLOCK_REALTIME, &t);
		if (a[0] && !put_time(q, a[0], word, t.tv_sec, t.tv_nsec / 1000))
			return done(false);
		return done(!a[1] || question_write(q, a[1], zone, sizeof zone));
	default: /* clock_gettime; 403 is clock_gettime64 */
		e = read_clock(p, (clockid_t)a[0], &t);
		word = q->i386 && q->nr == 403 ? 8 : word;
		if (e < 0)
			return (struct answer){.error = e};
		return done(put_time(q, a[1], word, t.tv_sec, t.tv_nsec));
	}
}

struct answer clock_wait(const struct sandbox_plan *p, const struct question *q)
{
	bool futex = q->nr == (q->i386 ? 240 : SYS_futex) || (q->i386 && q->nr == 422);
	uint64_t at = futex ? q->args[3] : q->args[2];
	size_t word = q->i386 && q->nr != 422 && q->nr != 407 ? 4 : 8;
	struct timespec now;
	int64_t s = 0;
	int32_t narrow = 0;
	const struct answer go_on = {.go_on = true};
	int64_t by = p->vary.wall_offset_s;
	if (!at ||
	    !(word == 8 ? question_read(q, at, &s, 8) : question_read(q, at, &narrow, 4)))
		return go_on;
	s = word == 8 ? s : narrow;
	read_clock(p, CLOCK_REALTIME, &now);
	/* A caller that tries again passes what was put right already: far in the past then. */
	if (s > now.tv_sec - by / 2) {
		s -= by;
		narrow = (int32_t)s;
		if (word == 8)
			question_write(q, at, &s, 8);
		else
			question_write(q, at, &narrow, 4);
	}
	return go_on;
}
