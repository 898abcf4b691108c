/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

int waitpid(int pid, int *status, int options);
int wait(int *status);
#define WEXITSTATUS(s) (((s) >> 8) & 255)
#define WIFEXITED(s) (((s) & 127) == 0)
#define WTERMSIG(s) ((s) & 127)

#endif
