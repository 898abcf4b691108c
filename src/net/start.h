/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_START_H
#define NET_START_H

/* Makes libcurl ready, once; to be called before any use of it. Safe from any thread. */
void net_start(void);

#endif
