/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MACH_MIG_SUPPORT_H
#define MACH_MIG_SUPPORT_H

#include <stddef.h>

#include <mach/message.h>
#include <mach/port.h>

/* What stubs made by MIG call; a C library has this header, and this task has none. */
void *memcpy(void *to, const void *from, size_t n);
mach_port_t mig_get_reply_port(void);
void mig_put_reply_port(mach_port_t port);
void mig_dealloc_reply_port(mach_port_t port);
/* Copies at most N bytes with the NUL. Returns how many. */
size_t mig_strncpy(char *to, const char *from, size_t n);

#endif
