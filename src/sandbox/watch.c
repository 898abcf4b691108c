/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"

/*
 * Looking at /proc. Names are asked for by init as well, so without opendir, which would allocate: see
 * internal.h. Process numbers are those of the sandbox; 1 is init. The watching is done from outside,
 * where no step can reach.
 */

enum { PAGE = 4096 };

size_t sandbox_watch_read(int proc, const char *path, char *ret, size_t n)
{
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, ret, n - 1);
	/* Of a process that has ended, some files are empty. */
	int e = got < 0 ? errno : ENOENT;
	if (fd >= 0)
		close(fd);
	if (got < 0)
		got = 0;
	ret[got] = '\0';
	errno = e;
	return (size_t)got;
}

/* Reads file PID/NAME below PROC as text. Returns its length, 0 when the process is gone. */
static size_t read_file(int proc, int pid, const char *name, char *ret, size_t n)
{
	char path[64];
	snprintf(path, sizeof path, "%d/%s", pid, name);
	return sandbox_watch_read(proc, path, ret, n);
}

/* Calls EACH for every process but init until it returns false. Returns 0 or a negated errno. */
static int walk(int proc, bool (*each)(int proc, int pid, void *ctx), void *ctx)
{
	_Alignas(struct dirent64) char block[8192];
	if (lseek(proc, 0, SEEK_SET) < 0)
		return -errno;
	long n;
	while ((n = syscall(SYS_getdents64, proc, block, sizeof block, 0, 0, SANDBOX_OWN)) >
	       0) {
		for (long at = 0; at < n;) {
			const struct dirent64 *e = (const void *)(block + at);
			int pid = atoi(e->d_name);
			if (pid > 1 && !each(proc, pid, ctx))
				return 0;
			at += e->d_reclen;
		}
	}
	return n < 0 ? -errno : 0;
}

void sandbox_watch_comm(int proc, int pid, char ret[17])
{
	size_t n = read_file(proc, pid, "comm", ret, 17);
	if (n && ret[n - 1] == '\n')
		ret[n - 1] = '\0';
	if (!n)
		memcpy(ret, "?", 2);
	/* The name is the program's choice, and goes to logs and terminals. */
	for (char *c = ret; *c; c++)
		if (*c < ' ' || *c == 127)
			*c = '?';
}

struct names {
	char *text;
	size_t size, len;
	int n;
};

static bool add_name(int proc, int pid, void *ctx)
{
	struct names *l = ctx;
	char comm[17];
	if (l->n == 3 || l->len >= l->size)
		return false;
	sandbox_watch_comm(proc, pid, comm);
	int n = snprintf(l->text + l->len, l->size - l->len, "%s%s", l->n ? ", " : "", comm);
	l->len += n > 0 ? (size_t)n : 0;
	l->n++;
	return true;
}

void sandbox_watch_names(int proc, char *detail, size_t n)
{
	size_t len = strlen(detail);
	struct names l = {.text = detail + len, .size = n - len};
	(void)walk(proc, add_name, &l); /* only words */
}

struct sums {
	uint64_t tasks;    /* threads of all processes */
	uint64_t resident; /* bytes, files that are mapped among them */
	uint64_t
	    memory; /* bytes that are not those of a file: anonymous, and of shared memory */
	uint64_t mapped;  /* of MEMORY, what belongs to files in /tmp */
	uint64_t largest; /* bytes resident, of one process */
	uint64_t enough;  /* stop at more tasks than that; 0 = look at all */
	dev_t tmp;        /* of /tmp */
	int error;        /* a positive errno: not all could be counted; 0 = none */
};

/* Notes that a process could not be counted, unless it has just ended. */
static void note(struct sums *s, int e)
{
	if (e && e != ENOENT && e != ESRCH)
		s->error = e;
}

static bool add_tasks(int proc, int pid, void *ctx)
{
	struct sums *s = ctx;
	char task[32];
	struct stat st;
	snprintf(task, sizeof task, "%d/task", pid);
	int r = fstatat(proc, task, &st, 0);
	note(s, r < 0 ? errno : 0);
	s->tasks += r == 0 && st.st_nlink > 2 ? st.st_nlink - 2 : 1;
	return !s->enough || s->tasks <= s->enough;
}

/* Adds what is quick to ask for. */
static bool add_process(int proc, int pid, void *ctx)
{
	struct sums *s = ctx;
	char text[4096];
	if (!add_tasks(proc, pid, ctx))
		return false;
	/* In pages: size, resident, … */
	uint64_t resident = 0;
	if (read_file(proc, pid, "statm", text, sizeof text)) {
		const char *at = strchr(text, ' ');
		resident = at ? strtoull(at, NULL, 10) * PAGE : 0;
	} else {
		note(s, errno);
	}
	if (resident > s->largest)
		s->largest = resident;
	s->resident += resident;
	return true;
}

/* Adds a process's share of its pages by kind: slower. */
static bool add_shares(int proc, int pid, void *ctx)
{
	static const char *const kinds[] = {"Pss_Anon:", "Pss_Shmem:", "SwapPss:"};
	struct sums *s = ctx;
	char text[4096];
	if (!read_file(proc, pid, "smaps_rollup", text, sizeof text)) {
		note(s, errno);
		return true;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const char *at = strstr(text, kinds[i]);
		s->memory += at ? strtoull(at + strlen(kinds[i]), NULL, 10) * 1024 : 0;
	}
	return true;
}

/* Adds a process's share of the pages of files in /tmp: slower still. */
static bool add_mapped(int proc, int pid, void *ctx)
{
	struct sums *s = ctx;
	char line[8192];
	bool counts = false;
	snprintf(line, sizeof line, "%d/smaps", pid);
	int fd = openat(proc, line, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	if (!f) {
		note(s, errno);
		if (fd >= 0)
			close(fd);
		return true;
	}
	while (fgets(line, sizeof line, f)) {
		unsigned major, minor;
		if (sscanf(line, "%*x-%*x %*s %*x %x:%x ", &major, &minor) == 2)
			counts = makedev(major, minor) == s->tmp;
		else if (counts && strncmp(line, "Pss:", 4) == 0)
			s->mapped += strtoull(line + 4, NULL, 10) * 1024;
	}
	note(s, ferror(f) ? errno : 0);
	fclose(f);
	return true;
}

/* Ends at the first way of counting that finds no excess. */
static uint64_t count_memory(const struct sandbox_watch *w, struct sums *s, uint64_t limit,
			     uint64_t *ret_files)
{
	struct statfs tmp;
	struct stat st;
	uint64_t files = 0;
	if (w->tmp >= 0 && fstatfs(w->tmp, &tmp) == 0 && fstat(w->tmp, &st) == 0) {
		/* Files in /tmp are memory as well. */
		files = (uint64_t)(tmp.f_blocks - tmp.f_bfree) * (uint64_t)tmp.f_bsize;
		s->tmp = st.st_dev;
	} else if (w->tmp >= 0) {
		note(s, errno);
	}
	*ret_files = files;
	if (s->resident + files <= limit)
		return s->resident + files;
	note(s, -walk(w->proc, add_shares, s));
	if (s->memory + files <= limit || files == 0)
		return s->memory + files;
	note(s, -walk(w->proc, add_mapped, s));
	return s->memory + files - (s->mapped < s->memory ? s->mapped : s->memory);
}

uint64_t sandbox_watch_tasks(int proc, uint64_t enough)
{
	struct sums s = {.enough = enough};
	note(&s, -walk(proc, add_tasks, &s));
	return s.error ? UINT64_MAX : s.tasks;
}

void sandbox_watch_explain_tasks(int proc, uint64_t limit, char *detail, size_t n)
{
	detail[0] = '\0';
	snprintf(detail, n, "the limit is %" PRIu64 ", among them: ", limit);
	sandbox_watch_names(proc, detail, n);
}

enum sandbox_end sandbox_watch(struct sandbox_watch *w, const struct sandbox_limits *limits,
			       char *detail, size_t n)
{
	struct sums s = {.enough = limits->processes};
	note(&s, -walk(w->proc, add_process, &s));
	if (s.largest > w->max_rss)
		w->max_rss = s.largest;
	if (limits->processes && s.tasks > limits->processes) {
		sandbox_watch_explain_tasks(w->proc, limits->processes, detail, n);
		return SANDBOX_PROCESSES;
	}
	if (!limits->memory)
		return SANDBOX_OK;
	uint64_t files, memory = count_memory(w, &s, limits->memory, &files);
	/* Twice, as everything here: it may be for a moment. */
	if (s.error && w->over) {
		snprintf(detail, n, "memory in use cannot be measured: %s",
			 strerrordesc_np(s.error));
		return SANDBOX_MEMORY;
	}
	bool over = s.error || memory > limits->memory;
	if (over && w->over) {
		snprintf(detail, n,
			 "%" PRIu64 " MiB in use (%" PRIu64
			 " MiB of it in /tmp), the limit is %" PRIu64 " MiB",
			 memory >> 20, files >> 20, limits->memory >> 20);
		return SANDBOX_MEMORY;
	}
	w->over = over;
	return SANDBOX_OK;
}

void sandbox_watch_close(struct sandbox_watch *w)
{
	file_close_fd(&w->proc);
	file_close_fd(&w->tmp);
	file_close_fd(&w->user_ns);
}
