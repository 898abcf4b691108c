/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRAPS_H
#define TRAPS_H

#include <mach/port.h>

/* Traps of the kernel, in traps.S; mach_msg_trap is declared by <mach/message.h>. */
mach_port_t mach_reply_port(void);
mach_port_t mach_task_self(void);
mach_port_t mach_host_self(void);

#endif
