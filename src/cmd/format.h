/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_FORMAT_H
#define CMD_FORMAT_H

#include <stdint.h>

/* Sizes and times for people. */

/* Writes "1.2 GiB" and the like. */
void format_bytes(uint64_t n, char ret[32]);
/* Writes "12.3 s", "4 min 5 s" and the like. */
void format_time(uint64_t ns, char ret[32]);

#endif
