/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tool.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fail(const char *what, const char *detail)
{
	fprintf(stderr, "%s: %s: %s\n", tool, what, detail);
	exit(1);
}

char *read_whole(const char *name, size_t *length)
{
	int fd = open(name, O_RDONLY, 0);
	size_t room = 65536;
	size_t len = 0;
	char *text = malloc(room + 1);
	int n;

	if (fd < 0)
		fail("cannot read", name);
	while (text && (n = read(fd, text + len, room - len)) > 0) {
		len += n;
		if (len == room) {
			room *= 2;
			text = realloc(text, room + 1);
		}
	}
	if (text == 0)
		fail("out of memory reading", name);
	if (n < 0)
		fail("read error", name);
	close(fd);
	text[len] = 0;
	*length = len;
	return text;
}

/* Write n bytes to fd, which is the file called name. */
static void write_all(int fd, const char *text, size_t n, const char *name)
{
	int did;

	while (n > 0) {
		did = write(fd, text, n);
		if (did <= 0)
			fail("write error", name);
		text += did;
		n -= did;
	}
}

void write_whole(const char *name, const char *text, size_t length)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0)
		fail("cannot write", name);
	write_all(fd, text, length, name);
	if (close(fd) < 0)
		fail("write error", name);
}

void copy_to(int fd, const char *name)
{
	static char buf[65536];
	int from = open(name, O_RDONLY, 0);
	int n;

	if (from < 0)
		fail("cannot read", name);
	while ((n = read(from, buf, sizeof(buf))) > 0)
		write_all(fd, buf, n, name);
	if (n < 0)
		fail("read error", name);
	close(from);
}

int is_folder(const char *name)
{
	struct stat s;

	return stat(name, &s) == 0 && S_ISDIR(s.st_mode);
}

char *join(const char *folder, const char *name)
{
	char *p = malloc(strlen(folder) + strlen(name) + 2);

	if (p == 0)
		fail("out of memory", name);
	strcpy(p, folder);
	strcat(p, "/");
	strcat(p, name);
	return p;
}

const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
