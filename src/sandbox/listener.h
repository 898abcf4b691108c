/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_LISTENER_H
#define SANDBOX_LISTENER_H

#include "sandbox/internal.h"

/*
 * What the files that answer the filter share. A question is a system call that waits. Its
 * arguments are registers and cannot change; what they point to can, at any time. So memory is read
 * once, and an answer that depends on it is carried out here: only when the answer decides nothing
 * is the kernel told to go on and read the memory again.
 */
struct question {
	int listener;         /* descriptor of the filter's listener */
	uint64_t id;          /* of the question */
	pid_t pid;            /* of the thread that asks, as init sees it */
	bool i386;            /* which ABI */
	int nr;               /* of the system call */
	const uint64_t *args; /* six; those of i386 have 32 bits */
	int proc;             /* descriptor of /proc */
};

struct answer {
	bool go_on;    /* let the kernel carry the call out; else: */
	int error;     /* negated errno, or 0 */
	int64_t value; /* what the call returns when there is no error */
};

/*
 * listener.c: copies N bytes of the asking process. Return false when they cannot be reached, or when
 * the process is gone.
 */
bool question_read(const struct question *q, uint64_t from, void *to, size_t n);
bool question_write(const struct question *q, uint64_t to, const void *from, size_t n);

/*
 * network.c: whether a build may have a socket of that kind: 0, or the negated errno. The filter
 * decides likewise.
 */
int network_refusal(int family, int type, int protocol);
/*
 * network.c: answers a question about sockets. Returns whether it is worth a line in the log; then
 * WHAT, of N bytes, says what the process did ("asked for …").
 */
bool network_answer(const struct question *q, struct answer *ret, char *what, size_t n);

/* Numbers of i386 calls beside those of x86_64 in one switch. */
enum { I386 = 1 << 16 };

/* listing.c: getdents(2) and getdents64(2), last name first. */
struct answer listing_answer(struct sandbox_listing *l, const struct question *q);
/*
 * listing.c: after the answer. When it was not SENT, a signal came between, and the process asks
 * again: then it must find its place in the folder as it was.
 */
void listing_settle(struct sandbox_listing *l, bool sent);
/* clock.c: time(2), gettimeofday(2), clock_gettime(2): the wall clock, shifted. */
struct answer clock_answer(const struct sandbox_plan *p, const struct question *q);
/*
 * clock.c: futex(2) or clock_nanosleep(2) that waits for an instant of the wall clock: what the
 * process passed, which it computed from the shifted clock, is put right in its memory.
 */
struct answer clock_wait(const struct sandbox_plan *p, const struct question *q);
/* locks.c: flock(2), and fcntl(2) that locks or asks for a lock. */
struct answer locks_answer(const struct sandbox_listener *l, const struct question *q);
/*
 * forks.c: a process or thread makes another one. Returns whether that is one more than the limit allows;
 * DETAIL then says more.
 */
bool forks_refused(struct sandbox_listener *l, char *detail, size_t n);
/* trace.c: execve(2) and execveat(2): attaches, see sandbox_traced. */
struct answer trace_answer(const struct question *q);
/* machine.c: sysinfo(2) tells less memory; sched_getaffinity(2) vary.cpus_told processors. */
struct answer machine_memory(const struct sandbox_plan *p, const struct question *q);
struct answer machine_processors(const struct sandbox_plan *p, const struct question *q);
/* resident.c: getrlimit(2), setrlimit(2) and prlimit(2) of resident memory. */
struct answer resident_answer(const struct question *q);

#endif
