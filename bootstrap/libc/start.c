/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.c: the beginning and end of a program. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_ATEXIT = 32 };

char **environ;
int errno;

static void (*at_exit[MAX_ATEXIT])(void);
static int at_exits;

int main(int argc, char **argv, char **envp);

/* Called by _start with the stack as the kernel made it: argc, argv..., 0, environment..., 0. */
void __libc_start(int *stack)
{
	int argc = stack[0];
	char **argv = (char **)(stack + 1);

	environ = argv + argc + 1;
	exit(main(argc, argv, environ));
}

int atexit(void (*f)(void))
{
	if (at_exits == MAX_ATEXIT)
		return -1;
	at_exit[at_exits++] = f;
	return 0;
}

void exit(int code)
{
	while (at_exits > 0)
		at_exit[--at_exits]();
	fflush(0);
	_exit(code);
}
