/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/diffoscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/print.h"

void diffoscope_run(const char *ours, const char *theirs)
{
	FREE_PTR char *out = NULL;
	if (asprintf(&out, "%s.diffoscope.txt", theirs) < 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		execlp("diffoscope", "diffoscope", "--text", out, ours, theirs, (char *)NULL);
		_exit(127);
	}
	int status;
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) < 2)
		print_err("diffoscope's report: %s\n", out);
}
