/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/format.h"

#include <stddef.h>
#include <stdio.h>

void format_bytes(uint64_t n, char ret[32])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double v = (double)n;
	size_t u = 0;
	while (v >= 1024 && u < 4) {
		v /= 1024;
		u++;
	}
	snprintf(ret, 32, u ? "%.1f %s" : "%.0f %s", v, units[u]);
}

void format_time(uint64_t ns, char ret[32])
{
	uint64_t s = ns / 1000000000;
	if (ns < 1000000000)
		snprintf(ret, 32, "%llu ms", (unsigned long long)(ns / 1000000));
	else if (s < 60)
		snprintf(ret, 32, "%.1f s", (double)ns / 1e9);
	else if (s < 3600)
		snprintf(ret, 32, "%llu min %llu s", (unsigned long long)(s / 60),
			 (unsigned long long)(s % 60));
	else
		snprintf(ret, 32, "%llu h %llu min", (unsigned long long)(s / 3600),
			 (unsigned long long)(s / 60 % 60));
}
