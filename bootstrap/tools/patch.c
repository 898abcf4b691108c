/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patch FOLDER PATCH...: make the changes of unified diffs to files in FOLDER. What stands before
   the first "--- " of a patch is for people: why it is made. There is no guessing: each hunk must
   fit at the very line it names. A file is written when all of its hunks fit. */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tool = "patch";

static const char *patch; /* name of the patch */
static char *at;          /* its next line */

static const char *file; /* name of the file it changes */
static char *from;       /* the file's next line */
static int line;         /* that line's number, from 1 */
static char *out;        /* the new file so far */
static size_t out_len;
static size_t out_room;

/* Stop: this hunk of the patch cannot be made. */
static void no_fit(const char *why)
{
	fprintf(stderr, "patch: %s: %s, line %d: %s\n", patch, file, line, why);
	exit(1);
}

/* Bytes of the line at p, its newline too. */
static size_t line_length(const char *p)
{
	const char *end = strchr(p, '\n');

	if (end == 0)
		return strlen(p);
	return end - p + 1;
}

static int starts(const char *p, const char *with)
{
	return strncmp(p, with, strlen(with)) == 0;
}

static void emit(const char *text, size_t n)
{
	while (out_len + n > out_room) {
		out_room = out_room * 2 + 65536;
		out = realloc(out, out_room);
		if (out == 0)
			fail("out of memory", patch);
	}
	memcpy(out + out_len, text, n);
	out_len += n;
}

/* The next line of the file goes out, or is left out. */
static void take(int keep)
{
	size_t n = line_length(from);

	if (n == 0)
		no_fit("the file ends");
	if (keep)
		emit(from, n);
	from += n;
	line++;
}

/* Read a number at *p, past it. */
static int number(char **p)
{
	int n = 0;

	if (**p < '0' || **p > '9')
		no_fit("not a hunk");
	while (**p >= '0' && **p <= '9') {
		n = n * 10 + **p - '0';
		*p = *p + 1;
	}
	return n;
}

/* Read ",COUNT" at *p, past it; 1 when it is not there. */
static int count(char **p)
{
	if (**p != ',')
		return 1;
	*p = *p + 1;
	return number(p);
}

/* Make the hunk that starts at the line "@@ -START,OLD +START,NEW @@". */
static void hunk(void)
{
	char *p = at + 4;
	int start = number(&p);
	int old = count(&p);
	int new;
	size_t n;

	if (!starts(p, " +"))
		no_fit("not a hunk");
	p += 2;
	number(&p);
	new = count(&p);
	if (!starts(p, " @@"))
		no_fit("not a hunk");
	if (old == 0)
		start++; /* it then names the line before */
	if (start < line)
		no_fit("hunks out of order");
	while (line < start)
		take(1);
	at += line_length(at);
	while (old > 0 || new > 0) {
		n = line_length(at);
		if (*at == '+') {
			emit(at + 1, n - 1);
			new--;
		} else if (*at == ' ' || *at == '-') {
			if (n - 1 != line_length(from) || strncmp(at + 1, from, n - 1) != 0)
				no_fit("the file has another line");
			take(*at == ' ');
			old--;
			if (*at == ' ')
				new--;
		} else {
			no_fit("not a line of a hunk");
		}
		at += n;
	}
	if (old < 0 || new < 0)
		no_fit("a hunk of another length than it says");
}

/* The name in "--- a/NAME" or "+++ b/NAME" at the line at, past it. */
static char *name_in(const char *mark)
{
	size_t n = line_length(at);
	char *name = at + 6;

	if (!starts(at, mark))
		fail("expected a file's name in", patch);
	if (at[n - 1] == '\n')
		at[n - 1] = 0;
	at += n;
	return name;
}

/* Make the changes to one file. */
static void change(const char *folder)
{
	char *path;
	char *text;
	size_t length;

	file = name_in("--- a/");
	if (strcmp(file, name_in("+++ b/")) != 0)
		fail("two names of one file in", patch);
	path = join(folder, file);
	text = read_whole(path, &length);
	if (strlen(text) != length)
		fail("not a text file", path);
	from = text;
	line = 1;
	out_len = 0;
	if (!starts(at, "@@ -"))
		no_fit("no hunk");
	while (starts(at, "@@ -"))
		hunk();
	emit(from, strlen(from));
	write_whole(path, out, out_len);
	free(text);
}

int main(int argc, char **argv)
{
	size_t length;
	int i;

	if (argc < 3)
		fail("usage", "patch FOLDER PATCH...");
	for (i = 2; i < argc; i++) {
		patch = argv[i];
		at = read_whole(patch, &length);
		if (strlen(at) != length)
			fail("not a text file", patch);
		if (starts(at, "--- "))
			fail("no reason at the head of", patch);
		while (*at && !starts(at, "--- "))
			at += line_length(at);
		if (*at == 0)
			fail("no change in", patch);
		while (*at)
			change(argv[1]);
	}
	return 0;
}
