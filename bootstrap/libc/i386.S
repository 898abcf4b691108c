/* SPDX-License-Identifier: GPL-3.0-or-later */
/* i386.S: the same as i386.M1 for compilers with an assembler of the usual kind (TinyCC): the
   start of a program, system calls, setjmp. */

.text

.globl _start
_start:
	movl %esp, %eax
	andl $-16, %esp
	subl $12, %esp
	pushl %eax
	call __libc_start

/* int __syscall(int number, int a, int b, int c, int d, int e) */
.globl __syscall
__syscall:
	pushl %ebx
	pushl %esi
	pushl %edi
	movl 16(%esp), %eax
	movl 20(%esp), %ebx
	movl 24(%esp), %ecx
	movl 28(%esp), %edx
	movl 32(%esp), %esi
	movl 36(%esp), %edi
	int $0x80
	popl %edi
	popl %esi
	popl %ebx
	ret

/* int setjmp(jmp_buf): return address, ebp, esp, ebx, esi, edi */
.globl setjmp
setjmp:
	movl 4(%esp), %ecx
	movl (%esp), %eax
	movl %eax, (%ecx)
	movl %ebp, 4(%ecx)
	leal 4(%esp), %eax
	movl %eax, 8(%ecx)
	movl %ebx, 12(%ecx)
	movl %esi, 16(%ecx)
	movl %edi, 20(%ecx)
	xorl %eax, %eax
	ret

/* void longjmp(jmp_buf, int) */
.globl longjmp
longjmp:
	movl 4(%esp), %ecx
	movl 8(%esp), %eax
	testl %eax, %eax
	jne 1f
	incl %eax
1:
	movl 4(%ecx), %ebp
	movl 8(%ecx), %esp
	movl 12(%ecx), %ebx
	movl 16(%ecx), %esi
	movl 20(%ecx), %edi
	jmp *(%ecx)
