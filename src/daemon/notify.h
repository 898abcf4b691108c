/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stddef.h>

#include "base/err.h"

/* What systemd and a service say to each other: environment variables and a datagram socket. */

enum { NOTIFY_SOCKETS_MAX = 16 };

/* Sockets that were opened for us (sd_listen_fds(3)). */
struct notify_sockets {
	int control; /* a Unix socket, or -1 */
	int public[NOTIFY_SOCKETS_MAX];
	size_t npublic;
};

/* Takes the sockets over; they are closed on exec. Call it once, before there are threads. */
int notify_sockets(struct notify_sockets *ret, struct fault *f);

/* Sends STATE ("READY=1", "STOPPING=1", …) to who started us, if they want to know. */
void notify_send(const char *state);

/* Returns how often in ms the watchdog wants to hear of us (sd_watchdog_enabled(3)), or -1. */
int notify_watchdog_ms(void);

#endif
