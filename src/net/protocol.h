/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_PROTOCOL_H
#define NET_PROTOCOL_H

/* What boot-hurd and boot-hurdd must agree on when the first has the second do its work. */

/* Variables of the client's environment that count for its job; ends in NULL. */
extern const char *const PROTOCOL_VARIABLES[];

#endif
