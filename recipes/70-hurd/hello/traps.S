/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the kernel enters the task, and the traps it calls. kernel_trap is Mach's own macro, which
 * <mach/syscall_sw.h> uses for a list of all traps.
 */
#include <mach/syscall_sw.h>

	.globl	_start
_start:
	movl	%esp, %eax		/* argc, argv[0], argv[1], …, 0 */
	pushl	%eax
	call	hello
	hlt				/* not reached */

	.section .note.GNU-stack, "", @progbits
