/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts NAME.real for /opt/boot-hurd/ROOT/…/NAME, which this program is: by the loader of ROOT, with its
 * libraries, under the name by which NAME is known. Made without a C library: it calls the kernel.
 */
static char self[512], real[520], loader[600], libraries[600];

static long call(long number, const void *a, const void *b, const void *c)
{
	long r;
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return r;
}

/* Copies FROM to TO. Returns its end. */
static char *put(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	*to = 0;
	return to;
}

/* STACK: argc, the arguments, 0, the environment, 0. */
__attribute__((used)) static void start(long *stack)
{
	enum { EXIT = 1, EXECVE = 11, READLINK = 85 };
	static const char *arguments[100000];
	long argc = stack[0], i, n = 0, slashes = 0, root = 0;
	char **argv = (char **)(stack + 1);
	long length = call(READLINK, "/proc/self/exe", self, (void *)(sizeof self - 1));
	if (length < 0 || argc > 99000)
		call(EXIT, (void *)126, 0, 0);
	put(put(real, self), ".real");
	while (root < length && slashes < 4)
		slashes += self[root++] == '/';
	put(loader, self);
	put(loader + root, "lib/i386-linux-gnu/ld-linux.so.2");
	put(libraries, self);
	put(libraries + root, "lib/i386-linux-gnu");
	arguments[n++] = loader;
	arguments[n++] = "--library-path";
	arguments[n++] = libraries;
	arguments[n++] = "--argv0";
	arguments[n++] = self;
	arguments[n++] = real;
	for (i = 1; i < argc; i++)
		arguments[n++] = argv[i];
	call(EXECVE, loader, arguments, argv + argc + 1);
	call(EXIT, (void *)127, 0, 0);
}

__asm__(".globl _start\n_start:\n\tmovl %esp, %eax\n\tpushl %eax\n\tcall start\n");
