/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SETJMP_H
#define _SETJMP_H

typedef int jmp_buf[6]; /* return address, ebp, esp, ebx, esi, edi */
int setjmp(jmp_buf buf);
void longjmp(jmp_buf buf, int value);

#endif
