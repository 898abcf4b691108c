/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a C0 program needs to be compiled by gcc -m32 -w instead of cc0: the system call of rt0.asm. */
static int syscall3(int n, int a, int b, int c)
{
	int r;
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(n), "b"(a), "c"(b), "d"(c) : "memory");
	return r;
}
