/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cp [-r] FROM... TO: copy files, with -r folders too. TO may be a folder to copy into. The
   mode is kept, symbolic links are copied as links. */
#include "tool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tool = "cp";
static int recursive;

static void copy(const char *from, const char *to);

/* Copy what is in folder from to folder to, which is made if need be. */
static void copy_folder(const char *from, const char *to)
{
	DIR *dir;
	struct dirent *e;
	char *a;
	char *b;

	if (!recursive)
		fail("is a folder (-r is not given)", from);
	if (!is_folder(to) && mkdir(to, 0777) < 0)
		fail("cannot make folder", to);
	dir = opendir(from);
	if (dir == 0)
		fail("cannot read folder", from);
	while ((e = readdir(dir)) != 0) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		a = join(from, e->d_name);
		b = join(to, e->d_name);
		copy(a, b);
		free(a);
		free(b);
	}
	closedir(dir);
}

/* Copy one file, link or folder to the name to. */
static void copy(const char *from, const char *to)
{
	struct stat s;
	char target[4096];
	int n;
	int fd;

	if (lstat(from, &s) < 0)
		fail("cannot find", from);
	if (S_ISDIR(s.st_mode)) {
		copy_folder(from, to);
		return;
	}
	if (recursive && S_ISLNK(s.st_mode)) {
		n = readlink(from, target, sizeof(target) - 1);
		if (n < 0)
			fail("cannot read link", from);
		target[n] = 0;
		unlink(to);
		if (symlink(target, to) < 0)
			fail("cannot make link", to);
		return;
	}
	unlink(to);
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, s.st_mode & 0777);
	if (fd < 0)
		fail("cannot write", to);
	copy_to(fd, from);
	if (close(fd) < 0)
		fail("write error", to);
}

int main(int argc, char **argv)
{
	int i = 1;
	const char *to;

	if (argc > 1 && strcmp(argv[1], "-r") == 0) {
		recursive = 1;
		i = 2;
	}
	if (argc - i < 2)
		fail("usage", "cp [-r] FROM... TO");
	to = argv[argc - 1];
	if (argc - i > 2 && !is_folder(to))
		fail("not a folder", to);
	for (; i < argc - 1; i++)
		copy(argv[i], is_folder(to) ? join(to, last_part(argv[i])) : to);
	return 0;
}
