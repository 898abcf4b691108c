/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/print.h"

#include <stdio.h>
#include <unistd.h>

static void write_out(const struct buf *b, FILE *to)
{
	static const char lost[] = "boot-hurd: out of memory\n";
	if (buf_failed(b))
		fwrite(lost, 1, sizeof lost - 1, stderr);
	else if (b->len)
		fwrite(b->ptr, 1, b->len, to);
}

void print_out(const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	va_start(ap, fmt);
	escape_vaddf(&b, fmt, ap);
	va_end(ap);
	write_out(&b, stdout);
	buf_release(&b);
}

void print_err_v(const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;
	escape_vaddf(&b, fmt, ap);
	write_out(&b, stderr);
	buf_release(&b);
}

void print_err(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	print_err_v(fmt, ap);
	va_end(ap);
}

void print_colour(const char *sequence)
{
	fputs(sequence, stderr);
}

void print_document(struct view text, enum escape how)
{
	struct buf b = BUF_INIT;
	if (isatty(STDOUT_FILENO))
		escape_add(&b, text, how);
	else
		buf_addv(&b, text);
	write_out(&b, stdout);
	buf_release(&b);
}

void print_path(const char *path)
{
	print_document(view_of(path), ESCAPE_LINE);
	print_document(view_of("\n"), ESCAPE_LINES);
}
