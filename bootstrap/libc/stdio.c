/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stdio.c: buffered files. Standard output is written at each end of line, standard error at
   once. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	F_READ = 1,   /* the buffer holds input */
	F_WRITE = 2,  /* the buffer holds output */
	F_LINE = 4,   /* write at each end of line */
	F_NOBUF = 8,  /* write at once */
	F_EOF = 16,   /* the end was met */
	F_ERROR = 32, /* something went wrong */
	F_OPEN = 64,
	MAX_FILES = 256
};

struct __file {
	int fd;
	int flags;
	char *buf;
	int at;  /* next character in buf */
	int len; /* input: characters in buf */
};

static struct __file files[MAX_FILES] = {
	{ 0, F_OPEN },
	{ 1, F_OPEN | F_LINE },
	{ 2, F_OPEN | F_NOBUF },
};

FILE *stdin = &files[0];
FILE *stdout = &files[1];
FILE *stderr = &files[2];

/* Flags for open from a mode such as "r" or "w+". */
static int open_flags(const char *mode)
{
	int flags = O_RDONLY;

	if (mode[0] == 'w')
		flags = O_WRONLY | O_CREAT | O_TRUNC;
	if (mode[0] == 'a')
		flags = O_WRONLY | O_CREAT | O_APPEND;
	if (strchr(mode, '+'))
		flags = (flags & ~O_WRONLY) | O_RDWR;
	return flags;
}

FILE *fdopen(int fd, const char *mode)
{
	int i;

	for (i = 0; i < MAX_FILES; i++) {
		if ((files[i].flags & F_OPEN) == 0) {
			files[i].fd = fd;
			files[i].flags = F_OPEN;
			files[i].at = 0;
			files[i].len = 0;
			return &files[i];
		}
	}
	return 0;
}

FILE *fopen(const char *name, const char *mode)
{
	FILE *f;
	int fd = open(name, open_flags(mode), 0666);

	if (fd < 0)
		return 0;
	f = fdopen(fd, mode);
	if (f == 0)
		close(fd);
	return f;
}

/* Write out what is buffered, or forget what was read ahead. */
static int settle(FILE *f)
{
	int at = 0;
	int n;

	if (f->flags & F_WRITE) {
		while (at < f->at) {
			n = write(f->fd, f->buf + at, f->at - at);
			if (n <= 0) {
				f->flags |= F_ERROR;
				f->at = 0;
				return EOF;
			}
			at += n;
		}
	} else if ((f->flags & F_READ) && f->at < f->len)
		lseek(f->fd, f->at - f->len, SEEK_CUR);
	f->at = 0;
	f->len = 0;
	f->flags &= ~(F_READ | F_WRITE);
	return 0;
}

int fflush(FILE *f)
{
	int i;

	if (f)
		return (f->flags & F_WRITE) ? settle(f) : 0;
	for (i = 0; i < MAX_FILES; i++)
		if ((files[i].flags & F_OPEN) && (files[i].flags & F_WRITE))
			settle(&files[i]);
	return 0;
}

int fclose(FILE *f)
{
	int r = settle(f);

	free(f->buf);
	f->buf = 0;
	f->flags = 0;
	return close(f->fd) < 0 ? EOF : r;
}

FILE *freopen(const char *name, const char *mode, FILE *f)
{
	int fd;

	settle(f);
	fd = open(name, open_flags(mode), 0666);
	if (fd < 0)
		return 0;
	dup2(fd, f->fd);
	close(fd);
	return f;
}

/* Make ready for reading or writing; 0 when that is not possible. */
static int prepare(FILE *f, int flag)
{
	if ((f->flags & (F_READ | F_WRITE)) == flag)
		return 1;
	settle(f);
	if (f->buf == 0)
		f->buf = malloc(BUFSIZ);
	if (f->buf == 0)
		return 0;
	f->flags |= flag;
	return 1;
}

int fgetc(FILE *f)
{
	int n;

	if (!prepare(f, F_READ))
		return EOF;
	if (f->at == f->len) {
		n = read(f->fd, f->buf, BUFSIZ);
		f->at = 0;
		f->len = 0;
		if (n <= 0) {
			f->flags |= n < 0 ? F_ERROR : F_EOF;
			return EOF;
		}
		f->len = n;
	}
	return (unsigned char)f->buf[f->at++];
}

int getc(FILE *f)
{
	return fgetc(f);
}

int getchar(void)
{
	return fgetc(stdin);
}

int ungetc(int c, FILE *f)
{
	if (c == EOF || !prepare(f, F_READ))
		return EOF;
	if (f->at == 0) {
		if (f->len == BUFSIZ)
			return EOF;
		memmove(f->buf + 1, f->buf, f->len);
		f->len++;
	} else
		f->at--;
	f->buf[f->at] = c;
	f->flags &= ~F_EOF;
	return c;
}

char *fgets(char *s, int n, FILE *f)
{
	int i = 0;
	int c = 0;

	while (i < n - 1 && c != '\n') {
		c = fgetc(f);
		if (c == EOF)
			break;
		s[i++] = c;
	}
	s[i] = 0;
	return i > 0 ? s : 0;
}

int fputc(int c, FILE *f)
{
	if (!prepare(f, F_WRITE))
		return EOF;
	f->buf[f->at++] = c;
	if (f->at == BUFSIZ || (f->flags & F_NOBUF) || (c == '\n' && (f->flags & F_LINE))) {
		if (settle(f) < 0)
			return EOF;
	}
	return (unsigned char)c;
}

int putc(int c, FILE *f)
{
	return fputc(c, f);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	const char *s = p;
	size_t left = size * n;
	int nobuf = f->flags & F_NOBUF;

	if (left == 0)
		return 0;
	f->flags &= ~F_NOBUF; /* as one piece */
	while (left > 0) {
		if (fputc(*s++, f) == EOF)
			break;
		left--;
	}
	f->flags |= nobuf;
	if (nobuf)
		settle(f);
	return n - (left + size - 1) / size;
}

int fputs(const char *s, FILE *f)
{
	size_t n = strlen(s);

	return n == 0 || fwrite(s, 1, n, f) == n ? 0 : EOF;
}

int puts(const char *s)
{
	fputs(s, stdout);
	return fputc('\n', stdout);
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
	char *s = p;
	size_t got = 0;
	int c;

	while (got < size * n && (c = fgetc(f)) != EOF)
		s[got++] = c;
	return size ? got / size : 0;
}

int fseek(FILE *f, long offset, int whence)
{
	settle(f);
	f->flags &= ~F_EOF;
	return lseek(f->fd, offset, whence) < 0 ? -1 : 0;
}

long ftell(FILE *f)
{
	long at = lseek(f->fd, 0, SEEK_CUR);

	if (f->flags & F_READ)
		at -= f->len - f->at;
	if (f->flags & F_WRITE)
		at += f->at;
	return at;
}

void rewind(FILE *f)
{
	fseek(f, 0, SEEK_SET);
}

int feof(FILE *f)
{
	return (f->flags & F_EOF) != 0;
}

int ferror(FILE *f)
{
	return (f->flags & F_ERROR) != 0;
}

int fileno(FILE *f)
{
	return f->fd;
}

int remove(const char *name)
{
	return unlink(name);
}

void perror(const char *s)
{
	fprintf(stderr, "%s: %s\n", s, strerror(errno));
}
