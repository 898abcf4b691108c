/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dirent.c: the names in a folder. */

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int __syscall(int number, ...);

enum { DIR_BUF = 8192 };

/* The kernel's record (getdents64): inode and offset, 8 bytes each, length of the record,
   2 bytes, type, 1 byte, name. */
enum {
	REC_LEN = 16,
	REC_TYPE = 18,
	REC_NAME = 19
};

struct __dir {
	int fd;
	int at;  /* next record in buf */
	int len; /* bytes in buf */
	struct dirent entry;
	char buf[DIR_BUF];
};

DIR *opendir(const char *name)
{
	DIR *dir;
	int fd = open(name, O_RDONLY | 0200000, 0); /* O_DIRECTORY */

	if (fd < 0)
		return 0;
	dir = malloc(sizeof(DIR));
	if (dir == 0) {
		close(fd);
		return 0;
	}
	dir->fd = fd;
	dir->at = 0;
	dir->len = 0;
	return dir;
}

struct dirent *readdir(DIR *dir)
{
	char *rec;

	if (dir->at == dir->len) {
		dir->at = 0;
		dir->len = __syscall(220, dir->fd, dir->buf, DIR_BUF);
		if (dir->len <= 0) {
			dir->len = 0;
			return 0;
		}
	}
	rec = dir->buf + dir->at;
	dir->at += *(unsigned short *)(rec + REC_LEN);
	dir->entry.d_type = rec[REC_TYPE];
	strcpy(dir->entry.d_name, rec + REC_NAME);
	return &dir->entry;
}

int closedir(DIR *dir)
{
	int fd = dir->fd;

	free(dir);
	return close(fd);
}
