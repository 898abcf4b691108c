/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/diffoscope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

char *diffoscope_run(const char *ours, const char *theirs)
{
	char *out = NULL;
	int status = 0;
	if (asprintf(&out, "%s.diffoscope.txt", theirs) < 0)
		return NULL;
	pid_t pid = fork();
	if (pid == 0) {
		execlp("diffoscope", "diffoscope", "--text", out, ours, theirs, (char *)NULL);
		_exit(127);
	}
	pid_t ended = -1;
	while (pid > 0 && (ended = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
		;
	/* 1: the trees differ. */
	if (ended == pid && pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) < 2 &&
	    access(out, F_OK) == 0)
		return out;
	free(out);
	return NULL;
}
