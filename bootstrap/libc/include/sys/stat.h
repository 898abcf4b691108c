/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SYS_STAT_H
#define _SYS_STAT_H

#include <sys/types.h>
/* As the kernel's stat64 call writes it. */
struct stat {
	unsigned long long st_dev;
	unsigned int __pad0;
	unsigned int __ino;
	mode_t st_mode;
	unsigned int st_nlink;
	uid_t st_uid;
	gid_t st_gid;
	unsigned long long st_rdev;
	unsigned int __pad1;
	unsigned int st_size;
	unsigned int __size_high;
	unsigned int st_blksize;
	unsigned long long st_blocks;
	time_t st_atime;
	unsigned int __atime_nsec;
	time_t st_mtime;
	unsigned int __mtime_nsec;
	time_t st_ctime;
	unsigned int __ctime_nsec;
	unsigned long long st_ino;
};
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000
#define S_ISDIR(m) (((m) & S_IFMT) == S_IFDIR)
#define S_ISREG(m) (((m) & S_IFMT) == S_IFREG)
#define S_ISLNK(m) (((m) & S_IFMT) == S_IFLNK)
#define S_IRWXU 0700
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXG 0070
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXO 0007
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001
int stat(const char *name, struct stat *s);
int lstat(const char *name, struct stat *s);
int fstat(int fd, struct stat *s);
int chmod(const char *name, mode_t mode);
int mkdir(const char *name, mode_t mode);
mode_t umask(mode_t mask);

#endif
