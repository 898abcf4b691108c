/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The little of a C library that stubs made by MIG need. */
#include <mach/mig_support.h>

#include "traps.h"

void *memcpy(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;
	while (n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	char *t = to;
	while (n--)
		*t++ = (char)byte;
	return to;
}

size_t mig_strncpy(char *to, const char *from, size_t n)
{
	size_t i = 0;
	while (i < n) {
		to[i] = from[i];
		if (from[i++] == '\0')
			break;
	}
	return i;
}

/* One thread, one port for all replies. */
static mach_port_t reply;

mach_port_t mig_get_reply_port(void)
{
	if (reply == MACH_PORT_NULL)
		reply = mach_reply_port();
	return reply;
}

void mig_put_reply_port(mach_port_t port)
{
	(void)port;
}

void mig_dealloc_reply_port(mach_port_t port)
{
	if (port == reply)
		reply = MACH_PORT_NULL;
}

mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option, mach_msg_size_t send,
			   mach_msg_size_t receive, mach_port_t port, mach_msg_timeout_t timeout,
			   mach_port_t notify)
{
	return mach_msg_trap(msg, option, send, receive, port, timeout, notify);
}
