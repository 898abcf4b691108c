/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H

#include <stddef.h>
typedef int ssize_t;
#define __SSIZE_T
typedef int off_t;
typedef int pid_t;
typedef unsigned int mode_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int ino_t;
typedef unsigned int dev_t;
typedef int time_t;
typedef int clock_t;

#endif
