/* SPDX-License-Identifier: GPL-3.0-or-later */
/* popen, pclose and system for gawk. Those of the C library run /bin/sh, which no build has; these run
   SHELL_PATH, and are linked in their place. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 256 }; /* pipes open at one time */

static struct {
	FILE *file; /* 0: free */
	pid_t pid;
} pipes[MOST];

/* Returns the process that runs COMMAND, with OWN (or nothing: -1) as its file descriptor NUMBER. */
static pid_t start(const char *command, int own, int number)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (own == number)
		fcntl(own, F_SETFD, 0);
	else if (own >= 0)
		dup2(own, number);
	execl(SHELL_PATH, "sh", "-c", command, (char *)0);
	_exit(127);
}

/* Returns the status that PID ended with, or -1. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

FILE *popen(const char *command, const char *mode)
{
	int writes = mode[0] == 'w';
	int ends[2];
	int i = 0;

	while (i < MOST && pipes[i].file)
		i++;
	if (i == MOST) {
		errno = EMFILE;
		return 0;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		return 0;
	pipes[i].pid = start(command, ends[!writes], !writes);
	if (pipes[i].pid > 0)
		pipes[i].file = fdopen(ends[writes], mode);
	close(ends[!writes]);
	if (!pipes[i].file)
		close(ends[writes]);
	return pipes[i].file;
}

int pclose(FILE *file)
{
	int i = 0;

	while (i < MOST && pipes[i].file != file)
		i++;
	fclose(file);
	if (i == MOST)
		return -1;
	pipes[i].file = 0;
	return wait_for(pipes[i].pid);
}

int system(const char *command)
{
	void (*on_int)(int);
	void (*on_quit)(int);
	pid_t pid;
	int status;

	if (!command)
		return 1;
	pid = start(command, -1, 0);
	if (pid < 0)
		return -1;
	on_int = signal(SIGINT, SIG_IGN);
	on_quit = signal(SIGQUIT, SIG_IGN);
	status = wait_for(pid);
	signal(SIGINT, on_int);
	signal(SIGQUIT, on_quit);
	return status;
}
