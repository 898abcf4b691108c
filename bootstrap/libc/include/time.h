/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _TIME_H
#define _TIME_H

#include <sys/types.h>
struct timespec {
	time_t tv_sec;
	long tv_nsec;
};
struct tm {
	int tm_sec;
	int tm_min;
	int tm_hour;
	int tm_mday;
	int tm_mon;
	int tm_year;
	int tm_wday;
	int tm_yday;
	int tm_isdst;
};
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCKS_PER_SEC 1000000
time_t time(time_t *t);
clock_t clock(void);
int clock_gettime(int clock, struct timespec *t);
struct tm *gmtime(const time_t *t);
struct tm *localtime(const time_t *t);

#endif
