/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _UNISTD_H
#define _UNISTD_H

#include <stddef.h>
#include <sys/types.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
extern char **environ;
ssize_t read(int fd, void *p, size_t n);
ssize_t write(int fd, const void *p, size_t n);
int close(int fd);
off_t lseek(int fd, off_t offset, int whence);
int access(const char *name, int mode);
int unlink(const char *name);
int rmdir(const char *name);
int chdir(const char *name);
int link(const char *from, const char *to);
int symlink(const char *target, const char *name);
int readlink(const char *name, char *buf, size_t n);
int dup(int fd);
int dup2(int fd, int to);
int pipe(int *fds);
int fork(void);
int execve(const char *name, char *const *argv, char *const *envp);
int execv(const char *name, char *const *argv);
int execvp(const char *name, char *const *argv);
int getpid(void);
int isatty(int fd);
char *getcwd(char *buf, size_t n);
int brk(void *end);
void *sbrk(int n);
void _exit(int code);

#endif
