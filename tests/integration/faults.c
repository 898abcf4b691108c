/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * To be preloaded into boot-hurd: one call into the kernel or for memory fails.
 *
 * FAULT_KIND: read, write or memory; FAULT_ERRNO: its error; FAULT_AT: which call of that kind, counted from
 * one; 0 counts only. FAULT_TOLD: a file that gets, at the end, how many there were.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { READ, WRITE, MEMORY };

static atomic_long calls;
static long at;
static int fail_with, kind = -1;
static const char *told;
static pid_t own;

__attribute__((constructor)) static void set_up(void)
{
	const char *k = getenv("FAULT_KIND"), *e = getenv("FAULT_ERRNO"),
		   *n = getenv("FAULT_AT");
	if (!k || !e || !n)
		return;
	told = getenv("FAULT_TOLD");
	fail_with = atoi(e);
	at = atol(n);
	own = getpid();
	kind = strcmp(k, "read") == 0 ? READ : strcmp(k, "write") == 0 ? WRITE : MEMORY;
}

__attribute__((destructor)) static void tell(void)
{
	if (!told || getpid() != own)
		return;
	kind = -1;
	FILE *f = fopen(told, "w");
	if (f) {
		fprintf(f, "%ld\n", atomic_load(&calls));
		fclose(f);
	}
}

/* Only in the process that was started: what it forks runs the sandbox. */
static int fails(enum kind k)
{
	if ((int)k != kind || getpid() != own || atomic_fetch_add(&calls, 1) + 1 != at)
		return 0;
	errno = fail_with;
	return 1;
}

/*
 * The same for bytes through FD. A disk that is full or broken says nothing of pipes, sockets and event counters, and
 * libmicrohttpd, whose threads wake each other by those, ends the process when that fails.
 */
static int fails_at(enum kind k, int fd)
{
	struct stat st;
	int e = errno;
	int disk =
	    syscall(SYS_fstat, fd, &st) < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
	errno = e;
	return (disk || fail_with == EINTR) && fails(k);
}

#define REAL(type, name, ...) \
	static type (*p)(__VA_ARGS__); \
	if (!p) { \
		void *q = dlsym(RTLD_NEXT, name); \
		memcpy(&p, &q, sizeof p); \
	}
#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		REAL(int, #name, const char *, int, ...) \
		va_list ap; \
		va_start(ap, flags); \
		mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0; \
		va_end(ap); \
		return fails(flags & O_CREAT ? WRITE : READ) ? -1 : p(path, flags, mode); \
	}
#define OPENAT(name) \
	int name(int dir, const char *path, int flags, ...) \
	{ \
		REAL(int, #name, int, const char *, int, ...) \
		va_list ap; \
		va_start(ap, flags); \
		mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0; \
		va_end(ap); \
		return fails(flags & O_CREAT ? WRITE : READ) ? -1 : p(dir, path, flags, mode); \
	}
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define CALL(k, type, name, bad, params, ...) \
	CALL_IF(fails(k), type, name, bad, params, __VA_ARGS__)
#define CALL_IF(fault, type, name, bad, params, ...) \
	type name params \
	{ \
		static type(*p) params; \
		if (!p) { \
			void *q = dlsym(RTLD_NEXT, #name); \
			memcpy(&p, &q, sizeof p); \
		} \
		return (fault) ? (bad) : p(__VA_ARGS__); \
	}
CALL_IF(fails_at(READ, fd), ssize_t, read, -1, (int fd, void *to, size_t n), fd, to, n)
CALL(READ, ssize_t, pread64, -1, (int fd, void *to, size_t n, off64_t o), fd, to, n, o)
CALL(READ, int, stat, -1, (const char *path, struct stat *st), path, st)
CALL(READ, int, lstat, -1, (const char *path, struct stat *st), path, st)
CALL(READ, int, fstat, -1, (int fd, struct stat *st), fd, st)
CALL(READ, int, fstatat, -1, (int d, const char *path, struct stat *st, int f), d, path, st, f)
CALL(READ, int, access, -1, (const char *path, int mode), path, mode)
CALL(READ, struct dirent *, readdir, NULL, (DIR * d), d)
CALL(READ, ssize_t, readlink, -1, (const char *path, char *to, size_t n), path, to, n)
CALL_IF(fails_at(WRITE, fd), ssize_t, write, -1, (int fd, const void *from, size_t n), fd, from,
	n)
CALL(WRITE, ssize_t, pwrite64, -1, (int fd, const void *b, size_t n, off64_t o), fd, b, n, o)
CALL(WRITE, int, rename, -1, (const char *from, const char *to), from, to)
CALL(WRITE, int, mkdir, -1, (const char *path, mode_t mode), path, mode)
CALL(WRITE, int, fsync, -1, (int fd), fd)
CALL(WRITE, int, fdatasync, -1, (int fd), fd)

/* dlsym itself needs memory before the real functions are known. */
static char early[65536];
static size_t early_used;

static void *from_early(size_t n)
{
	n = (n + 15) & ~(size_t)15;
	if (n > sizeof early - early_used)
		abort();
	early_used += n;
	return early + early_used - n;
}

static _Thread_local int looking;

void *calloc(size_t n, size_t size)
{
	static void *(*p)(size_t, size_t);
	if (!p && looking)
		return from_early(n * size);
	if (!p) {
		looking = 1;
		void *q = dlsym(RTLD_NEXT, "calloc");
		memcpy(&p, &q, sizeof p);
		looking = 0;
	}
	return fails(MEMORY) ? NULL : p(n, size);
}

void free(void *m)
{
	REAL(void, "free", void *)
	if ((char *)m < early || (char *)m >= early + sizeof early)
		p(m);
}

CALL(MEMORY, void *, malloc, NULL, (size_t n), n)
CALL(MEMORY, void *, realloc, NULL, (void *m, size_t n), m, n)
