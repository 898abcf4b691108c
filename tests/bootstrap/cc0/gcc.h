/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gcc must be told to compile C0: the system call that rt0.M1 provides. */
int syscall3(int number, int a, int b, int c)
{
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}
