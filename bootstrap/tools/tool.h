/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tool.h: what the small tools share (tool.c). All of them end with status 1 and a message
   on the first thing that goes wrong. */

#ifndef TOOL_H
#define TOOL_H

#include <stddef.h>

/* Stop with "TOOL: what: detail". */
void fail(const char *what, const char *detail);

/* The text of a file, in memory of its own with a zero byte after it; its length. */
char *read_whole(const char *name, size_t *length);

/* Write a file anew. */
void write_whole(const char *name, const char *text, size_t length);

/* Append the contents of a file to the open file fd. */
void copy_to(int fd, const char *name);

/* Is there a folder of this name? */
int is_folder(const char *name);

/* FOLDER/NAME in memory of its own. */
char *join(const char *folder, const char *name);

/* The part of a path after its last slash. */
const char *last_part(const char *path);

extern const char *tool; /* name of the running tool */

#endif
