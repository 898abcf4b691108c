/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

/*
 * What the kernel tells a program when it starts, changed: the auxiliary vector. A process that asks
 * to become another program is attached to, stops when that has been loaded, is changed, and is let
 * go: tracing lasts as long as the start. When the program cannot be loaded, the process stays
 * attached until it gets a signal, tries again or ends.
 */

enum { CODE32 = 0x23 }; /* code segment of a program of 32 bits */

/* Reading a stopped process's stack word by word. */
struct stack {
	pid_t pid;
	size_t word;    /* bytes */
	uint64_t at;    /* address of the next word */
	uint64_t start; /* address of what block holds */
	size_t n;       /* bytes in block */
	char block[4096];
};

/* Puts the next word in RET. Returns false when there is none. */
static bool next_word(struct stack *s, uint64_t *ret)
{
	if (s->at < s->start || s->at + s->word > s->start + s->n) {
		/* Up to the end of the page: the next may not be there. */
		size_t n = sizeof s->block - s->at % sizeof s->block;
		struct iovec local = {s->block, n}, remote = {(void *)(uintptr_t)s->at, n};
		ssize_t got = process_vm_readv(s->pid, &local, 1, &remote, 1, 0);
		s->start = s->at;
		s->n = got > 0 ? (size_t)got : 0;
		if (s->n < s->word)
			return false;
	}
	*ret = 0;
	memcpy(ret, s->block + (s->at - s->start), s->word);
	s->at += s->word;
	return true;
}

/* Writes VALUE over the word that was read last, or N words before that. */
static void put_word(const struct stack *s, size_t n, uint64_t value)
{
	struct iovec local = {&value, s->word},
		     remote = {(void *)(uintptr_t)(s->at - (n + 1) * s->word), s->word};
	/* It is there: it was just read. */
	if (process_vm_writev(s->pid, &local, 1, &remote, 1, 0) < 0)
		return;
}

/* Changes the auxiliary vector of PID, which has just become another program. */
static void change_vector(const struct sandbox_vary *v, pid_t pid)
{
	struct user_regs_struct regs;
	uint64_t w = 0, value = 0;
	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return;
	struct stack s = {.pid = pid, .word = regs.cs == CODE32 ? 4 : 8, .at = regs.rsp};
	/* The number of arguments, these, NULL, the environment, NULL, pairs. */
	if (!next_word(&s, &w))
		return;
	s.at += (w + 1) * s.word;
	while (next_word(&s, &w) && w)
		;
	while (next_word(&s, &w) && w != AT_NULL && next_word(&s, &value)) {
		if (v->wall_offset_s && (w == AT_SYSINFO_EHDR || w == AT_SYSINFO))
			put_word(&s, 1, AT_IGNORE);
		/* Features without an effect on programs: ACPI and the thermal monitor. */
		if (v->processor && w == AT_HWCAP)
			put_word(&s, 0, value ^ (1U << 22 | 1U << 29));
	}
}

/* Returns whether init traces process PID. */
static bool is_traced(int proc, pid_t pid)
{
	char path[32], text[1024];
	snprintf(path, sizeof path, "%d/status", pid);
	const char *at = sandbox_watch_read(proc, path, text, sizeof text)
			     ? strstr(text, "\nTracerPid:\t")
			     : NULL;
	return at && atoi(at + 12) == 1;
}

struct answer trace_answer(const struct question *q)
{
	if (ptrace(PTRACE_SEIZE, q->pid, NULL, PTRACE_O_TRACEEXEC) < 0 &&
	    !is_traced(q->proc, q->pid))
		return (struct answer){.error = -EPERM};
	return (struct answer){.go_on = true};
}

void sandbox_traced(const struct sandbox_plan *p, pid_t pid, int status)
{
	int event = status >> 16;
	/* A stop for a signal: it is passed on. */
	long sig = event == 0 ? WSTOPSIG(status) : 0;
	if (event == PTRACE_EVENT_EXEC)
		change_vector(&p->vary, pid);
	ptrace(PTRACE_DETACH, pid, NULL, sig);
}
