/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mes.c: what GNU Mes expects of its own C library and ours does not have. Mes reads its files
   through fdgetc, a byte at a time; here a file is read in large pieces, which takes a third to
   two thirds off the time of a run. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MAX_FDS = 512,
	PIECE = 65536
};

int __stdin = 0;
int __stdout = 1;
int __stderr = 2;

/* What has been read ahead from a file. */
struct ahead {
	char *buf;  /* room for PIECE bytes, or 0 */
	int at;     /* next byte */
	int len;    /* bytes in buf */
	int undone; /* a byte put back, or -1 */
};

static struct ahead files[MAX_FDS];
static int ready;

/* The entry of a file. */
static struct ahead *entry(int fd)
{
	int i;

	if (!ready) {
		for (i = 0; i < MAX_FDS; i++)
			files[i].undone = -1;
		ready = 1;
	}
	return &files[fd];
}

int __ungetc_p(int fd)
{
	return entry(fd)->undone >= 0;
}

void __ungetc_set(int fd, int c)
{
	entry(fd)->undone = c;
}

/* Forget what was read ahead: the number now means another file. */
void __ungetc_clear(int fd)
{
	struct ahead *f = entry(fd);

	f->undone = -1;
	f->at = 0;
	f->len = 0;
}

int fdungetc(int c, int fd)
{
	if (c >= 0)
		__ungetc_set(fd, c);
	return c;
}

int fdgetc(int fd)
{
	struct ahead *f = entry(fd);
	int c = f->undone;

	if (c >= 0) {
		f->undone = -1;
		return c & 255;
	}
	if (f->at == f->len) {
		if (f->buf == 0)
			f->buf = malloc(PIECE);
		f->at = 0;
		f->len = read(fd, f->buf, PIECE);
		if (f->len <= 0) {
			f->len = 0;
			return -1;
		}
	}
	return f->buf[f->at++] & 255;
}

int mes_open(const char *name, int flags, int mask)
{
	int fd = open(name, flags, mask);

	if (fd >= MAX_FDS) {
		close(fd);
		return -1;
	}
	if (fd > 2)
		__ungetc_clear(fd);
	return fd;
}
