/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sys.c: what cc1 asks of the kernel: memory, files, output, and an end with a message. */

enum {
	SYS_EXIT = 1,
	SYS_READ = 3,
	SYS_WRITE = 4,
	SYS_OPEN = 5,
	SYS_CLOSE = 6,
	SYS_LSEEK = 19,
	SYS_BRK = 45,
	OUT_SIZE = 65536
};

int heap_at;    /* next free byte of the heap */
int heap_limit; /* first byte beyond what the kernel has given us */

/* Where we are in the input: cpp.c keeps these true, die() prints them. */
char *file_name;
int line;

/* Length of a string. */
int text_len(char *s)
{
	int n;
	n = 0;
	while (s[n])
		n = n + 1;
	return n;
}

/* Write a string to standard error. */
void say(char *s)
{
	syscall3(SYS_WRITE, 2, s, text_len(s));
}

char digit_text[4]; /* one digit on its way out */

/* Write a number to standard error. */
void say_number(int n)
{
	if (n < 0) {
		say("-");
		n = -n;
	}
	if (n > 9)
		say_number(n / 10);
	digit_text[0] = '0' + n % 10;
	syscall3(SYS_WRITE, 2, digit_text, 1);
}

/* Stop with "FILE:LINE: what: detail". */
void die2(char *what, char *detail)
{
	if (file_name) {
		say(file_name);
		say(":");
		say_number(line);
		say(": ");
	}
	say(what);
	if (detail) {
		say(": ");
		say(detail);
	}
	say("\n");
	syscall3(SYS_EXIT, 1, 0, 0);
}

/* Stop with "FILE:LINE: what". */
void die(char *what)
{
	die2(what, 0);
}

/* Take n bytes from the heap, zeroed, never given back. The kernel hands out pages only when
   they are touched, so tables may be reserved at their greatest size. */
char *alloc(int n)
{
	int p;
	int want;
	if (heap_at == 0) {
		heap_at = syscall3(SYS_BRK, 0, 0, 0);
		heap_at = (heap_at + 15) & ~15;
		heap_limit = heap_at;
	}
	n = (n + 3) & ~3;
	p = heap_at;
	heap_at = heap_at + n;
	if (heap_at > heap_limit) {
		want = (heap_at + 1048575) & ~4095;
		if (syscall3(SYS_BRK, want, 0, 0) < want)
			die("out of memory");
		heap_limit = want;
	}
	return p;
}

/* Take a table of n zero words from the heap. */
int *alloc_words(int n)
{
	return alloc(n * 4);
}

/* Copy n bytes. */
void copy_bytes(char *to, char *from, int n)
{
	int i;
	i = 0;
	while (i < n) {
		to[i] = from[i];
		i = i + 1;
	}
}

/* Compare two strings; 1 when they are the same. */
int text_same(char *a, char *b)
{
	int i;
	i = 0;
	while (a[i] == b[i]) {
		if (a[i] == 0)
			return 1;
		i = i + 1;
	}
	return 0;
}

int read_length; /* bytes in the file last read by read_file */

/* Read a whole file into the heap, with a zero byte after it; 0 when it cannot be opened. */
char *read_file(char *name)
{
	int fd;
	int n;
	int got;
	char *buf;
	fd = syscall3(SYS_OPEN, name, 0, 0);
	if (fd < 0)
		return 0;
	n = syscall3(SYS_LSEEK, fd, 0, 2);
	syscall3(SYS_LSEEK, fd, 0, 0);
	if (n < 0)
		return 0;
	buf = alloc(n + 4);
	read_length = 0;
	while (read_length < n) {
		got = syscall3(SYS_READ, fd, buf + read_length, n - read_length);
		if (got <= 0)
			n = read_length;
		else
			read_length = read_length + got;
	}
	syscall3(SYS_CLOSE, fd, 0, 0);
	return buf;
}

int out_fd;
char *out_buf;
int out_len;

/* Open the output file. */
void out_open(char *name)
{
	out_fd = syscall3(SYS_OPEN, name, 577, 420); /* O_WRONLY|O_CREAT|O_TRUNC, 0644 */
	if (out_fd < 0)
		die2("cannot write", name);
	out_buf = alloc(OUT_SIZE);
}

/* Send what is buffered to the output file. */
void out_flush()
{
	int at;
	int got;
	at = 0;
	while (at < out_len) {
		got = syscall3(SYS_WRITE, out_fd, out_buf + at, out_len - at);
		if (got <= 0)
			die("write error");
		at = at + got;
	}
	out_len = 0;
}

/* Write n bytes to the output file. */
void out_bytes(char *s, int n)
{
	int i;
	i = 0;
	while (i < n) {
		if (out_len == OUT_SIZE)
			out_flush();
		out_buf[out_len] = s[i];
		out_len = out_len + 1;
		i = i + 1;
	}
}
