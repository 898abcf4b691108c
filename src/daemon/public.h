/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_PUBLIC_H
#define DAEMON_PUBLIC_H

#include <stdint.h>

#include "base/err.h"
#include "daemon/config.h"
#include "net/server.h"

/*
 * The public side: the files of one publication over TCP, for reading only. Files are named by their
 * paths, nothing outside the folder can be named, no folder is listed, nothing is compressed on the
 * way. Ranges and conditions (RFC 9110) are answered.
 */
struct public;
struct schedule;

/*
 * Starts to serve what C says, on its addresses and the N sockets FDS, which stay the caller's.
 * Nothing to serve: *RET is NULL. The sockets of OLD (may be NULL) are shared where the addresses are
 * the same, so that it can be let go afterwards and no client is turned away. S's queue is among the
 * metrics; it must outlive what is started.
 */
int public_start(const struct daemon_config *c, const int *fds, size_t n,
		 const struct public *old, struct schedule *s, struct public **ret,
		 struct fault *f);
/* Accepts no more connections, waits up to WAIT_S for answers under way. P may be NULL. */
void public_quiesce(struct public *p, unsigned wait_s);
void public_free(struct public *p);
/* Adds up the counts of all addresses. P may be NULL. */
void public_count(struct public *p, struct server_counts *ret);

#endif
