/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _DIRENT_H
#define _DIRENT_H

struct dirent {
	unsigned char d_type;
	char d_name[256];
};
typedef struct __dir DIR;
DIR *opendir(const char *name);
struct dirent *readdir(DIR *dir);
int closedir(DIR *dir);

#endif
