/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SIGNAL_H
#define _SIGNAL_H

#define SIGINT 2
#define SIGABRT 6
#define SIGKILL 9
#define SIGSEGV 11
#define SIGTERM 15
int kill(int pid, int signal);
int raise(int signal);

#endif
