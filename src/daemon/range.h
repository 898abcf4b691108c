/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_RANGE_H
#define DAEMON_RANGE_H

#include <stdint.h>

/*
 * Reads the header "Range" for a file of SIZE bytes. 1: *FROM and *LEN say which part is asked for, LEN being at
 * least one; 0: the header is none that we honour, the whole file is the answer; -1: it lies outside.
 */
int range_parse(const char *text, uint64_t size, uint64_t *from, uint64_t *len);

#endif
