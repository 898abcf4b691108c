/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The limit of resident memory, RLIMIT_RSS. Linux has not held anybody to it since 2.4.30, but shows it; and
 * batch systems lower it for good: Slurm to the memory of the job. So where it is not unlimited outside, it is so
 * inside by what is answered here, and what a step sets itself counts below that. /proc/PID/limits, which
 * programs do not read, tells the truth.
 */

/* How a call carries a limit. */
enum form {
	WIDE,   /* two numbers of 64 bits */
	NARROW, /* two of 32, all ones for none */
	OLD,    /* the same of 31, as i386 once had it */
};

static bool get_limit(const struct question *q, uint64_t at, enum form form, struct rlimit *ret)
{
	uint64_t wide[2] = {0};
	uint32_t narrow[2] = {0};
	if (form == WIDE ? !question_read(q, at, wide, sizeof wide)
			 : !question_read(q, at, narrow, sizeof narrow))
		return false;
	for (size_t i = 0; form != WIDE && i < 2; i++)
		wide[i] = narrow[i] == UINT32_MAX ? RLIM_INFINITY : narrow[i];
	*ret = (struct rlimit){wide[0], wide[1]};
	return true;
}

static bool put_limit(const struct question *q, uint64_t at, enum form form,
		      const struct rlimit *l)
{
	uint64_t wide[2] = {l->rlim_cur, l->rlim_max};
	uint32_t narrow[2], most = form == OLD ? INT32_MAX : UINT32_MAX;
	if (form == WIDE)
		return question_write(q, at, wide, sizeof wide);
	for (size_t i = 0; i < 2; i++)
		narrow[i] = wide[i] < most ? (uint32_t)wide[i] : most;
	return question_write(q, at, narrow, sizeof narrow);
}

/* prlimit(2), past the filter, which holds for init as well. */
static int own_prlimit(pid_t pid, const struct rlimit *to, struct rlimit *ret)
{
	return (int)syscall(SYS_prlimit64, pid, RLIMIT_RSS, to, ret, 0, SANDBOX_OWN);
}

static struct answer change(const struct question *q, pid_t pid, uint64_t from, uint64_t to,
			    enum form form)
{
	struct rlimit host, now, want;
	if (own_prlimit(0, NULL, &host) < 0 || host.rlim_max == RLIM_INFINITY)
		return (struct answer){.go_on = true};
	rlim_t most = host.rlim_max;
	if (from && !get_limit(q, from, form, &want))
		return (struct answer){.error = -EFAULT};
	if (from && want.rlim_cur > want.rlim_max)
		return (struct answer){.error = -EINVAL};
	if (from) {
		want.rlim_cur = want.rlim_cur < most ? want.rlim_cur : most;
		want.rlim_max = want.rlim_max < most ? want.rlim_max : most;
	}
	if (own_prlimit(pid, from ? &want : NULL, &now) < 0)
		return (struct answer){.error = -errno};
	if (now.rlim_cur == most)
		now.rlim_cur = RLIM_INFINITY;
	if (now.rlim_max == most)
		now.rlim_max = RLIM_INFINITY;
	return (struct answer){.error = to && !put_limit(q, to, form, &now) ? -EFAULT : 0};
}

struct answer resident_answer(const struct question *q)
{
	switch (q->i386 ? q->nr | I386 : q->nr) {
	case SYS_getrlimit:
		return change(q, q->pid, 0, q->args[1], WIDE);
	case SYS_setrlimit:
		return change(q, q->pid, q->args[1], 0, WIDE);
	case I386 | 76:
		return change(q, q->pid, 0, q->args[1], OLD);
	case I386 | 191:
		return change(q, q->pid, 0, q->args[1], NARROW);
	case I386 | 75:
		return change(q, q->pid, q->args[1], 0, NARROW);
	default: { /* prlimit64 */
		pid_t pid = (pid_t)(uint32_t)q->args[0];
		return change(q, pid ? pid : q->pid, q->args[2], q->args[3], WIDE);
	}
	}
}
