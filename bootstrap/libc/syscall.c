/* SPDX-License-Identifier: GPL-3.0-or-later */
/* syscall.c: system calls of Linux on i386, by number. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

int __syscall(int number, ...);

/* A result between -4095 and -1 is an error. */
static int result(int r)
{
	if (r < 0 && r > -4096) {
		errno = -r;
		return -1;
	}
	return r;
}

void _exit(int code)
{
	__syscall(252, code); /* exit_group */
	__syscall(1, code);
}

int fork(void)
{
	return result(__syscall(2));
}

ssize_t read(int fd, void *p, size_t n)
{
	return result(__syscall(3, fd, p, n));
}

ssize_t write(int fd, const void *p, size_t n)
{
	return result(__syscall(4, fd, p, n));
}

int open(const char *name, int flags, ...)
{
	va_list list;
	int mode;

	va_start(list, flags);
	mode = va_arg(list, int);
	va_end(list);
	return result(__syscall(5, name, flags, mode));
}

int creat(const char *name, mode_t mode)
{
	return open(name, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int close(int fd)
{
	return result(__syscall(6, fd));
}

int waitpid(int pid, int *status, int options)
{
	return result(__syscall(7, pid, status, options));
}

int wait(int *status)
{
	return waitpid(-1, status, 0);
}

int link(const char *from, const char *to)
{
	return result(__syscall(9, from, to));
}

int unlink(const char *name)
{
	return result(__syscall(10, name));
}

int execve(const char *name, char *const *argv, char *const *envp)
{
	return result(__syscall(11, name, argv, envp));
}

int execv(const char *name, char *const *argv)
{
	return execve(name, argv, environ);
}

int chdir(const char *name)
{
	return result(__syscall(12, name));
}

int chmod(const char *name, mode_t mode)
{
	return result(__syscall(15, name, mode));
}

off_t lseek(int fd, off_t offset, int whence)
{
	return result(__syscall(19, fd, offset, whence));
}

int getpid(void)
{
	return __syscall(20);
}

int access(const char *name, int mode)
{
	return result(__syscall(33, name, mode));
}

int kill(int pid, int signal)
{
	return result(__syscall(37, pid, signal));
}

int raise(int signal)
{
	return kill(getpid(), signal);
}

int rename(const char *from, const char *to)
{
	return result(__syscall(38, from, to));
}

int mkdir(const char *name, mode_t mode)
{
	return result(__syscall(39, name, mode));
}

int rmdir(const char *name)
{
	return result(__syscall(40, name));
}

int dup(int fd)
{
	return result(__syscall(41, fd));
}

int pipe(int *fds)
{
	return result(__syscall(42, fds));
}

static char *heap_end;

int brk(void *end)
{
	heap_end = (char *)__syscall(45, end);
	return heap_end < (char *)end ? -1 : 0;
}

void *sbrk(int n)
{
	char *old;

	if (heap_end == 0)
		brk(0);
	old = heap_end;
	if (n != 0 && brk(old + n) < 0) {
		errno = ENOMEM;
		return (void *)-1;
	}
	return old;
}

int ioctl(int fd, unsigned int request, ...)
{
	va_list list;
	int arg;

	va_start(list, request);
	arg = va_arg(list, int);
	va_end(list);
	return result(__syscall(54, fd, request, arg));
}

mode_t umask(mode_t mask)
{
	return __syscall(60, mask);
}

int dup2(int fd, int to)
{
	return result(__syscall(63, fd, to));
}

int gettimeofday(struct timeval *tv, struct timezone *tz)
{
	return result(__syscall(78, tv, tz));
}

int symlink(const char *target, const char *name)
{
	return result(__syscall(83, target, name));
}

int readlink(const char *name, char *buf, size_t n)
{
	return result(__syscall(85, name, buf, n));
}

int uname(struct utsname *u)
{
	return result(__syscall(122, u));
}

char *getcwd(char *buf, size_t n)
{
	if (buf == 0) {
		n = 4096;
		buf = malloc(n);
	}
	if (result(__syscall(183, buf, n)) < 0)
		return 0;
	return buf;
}

int stat(const char *name, struct stat *s)
{
	return result(__syscall(195, name, s));
}

int lstat(const char *name, struct stat *s)
{
	return result(__syscall(196, name, s));
}

int fstat(int fd, struct stat *s)
{
	return result(__syscall(197, fd, s));
}

int clock_gettime(int clock, struct timespec *t)
{
	return result(__syscall(265, clock, t));
}

int isatty(int fd)
{
	char settings[64];

	return ioctl(fd, 0x5401, settings) == 0; /* TCGETS */
}

time_t time(time_t *t)
{
	struct timeval tv;

	gettimeofday(&tv, 0);
	if (t)
		*t = tv.tv_sec;
	return tv.tv_sec;
}

clock_t clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void abort(void)
{
	raise(SIGABRT);
	_exit(127);
}
