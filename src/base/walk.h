/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_WALK_H
#define BASE_WALK_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/vec.h"

/*
 * Reading folders and walking trees. Everything that lists a folder does it here: an error of
 * readdir(3) is an error, never the end of the folder. A walk uses no recursion, at most WALK_OPEN_MAX
 * descriptors however deep the tree is, and no path longer than one name, so that neither a small
 * stack nor PATH_MAX nor RLIMIT_NOFILE stops it. It never follows a link.
 */

enum { WALK_OPEN_MAX = 16 };

/* Reads the next name in D, "." and ".." aside: 1 = in *RET until the next call, 0 = no more. */
int dir_next(DIR *d, const char **ret);
/* Adds the names in the folder open as FD to RET, sorted by byte order. 0 or a negated errno. */
int dir_names(int fd, struct strlist *ret);

/*
 * Folders, each inside the one before, as a stack. Only the last few stay open; the others are found
 * again through "..", and it is checked that they are the same.
 */
struct dir_stack {
	struct dir_level *levels; /* owned */
	size_t n, cap;
};
#define DIR_STACK_INIT \
	{ \
		NULL, 0, 0 \
	}
/* Puts the folder open as FD, now the stack's, on top. 0 or a negated errno (FD is then closed). */
int dir_stack_push(struct dir_stack *s, int fd);
/* Closes the top. 0, or negative when what is then on top cannot be opened again. */
int dir_stack_pop(struct dir_stack *s);
/* Returns the descriptor of the top, or AT_FDCWD when there is none. */
int dir_stack_top(const struct dir_stack *s);
/* Returns the descriptor of what is below the top, which must be open: see dir_stack_reach. */
int dir_stack_below(const struct dir_stack *s);
/* Opens again what is below the top, if need be. 0 or negative. */
int dir_stack_reach(struct dir_stack *s);
/* Closes everything. */
void dir_stack_release(struct dir_stack *s);

/* One node of a tree as a walk meets it. */
struct walk_node {
	int dirfd;        /* the folder it is in; AT_FDCWD for the top */
	const char *name; /* its name there; of the top, the path given */
	const char *path; /* the path given and what is below: for messages, of any length */
	const char *rel;  /* the part below the top, clean; "" = the top */
	size_t depth;     /* 0 = the top */
	int fd;           /* leave: the folder itself, open; else -1 */
	const struct stat *st; /* as lstat(2) gave it, before the folder's entries were met */
};

/* What a callback may return beside 0 and negative. */
enum { WALK_SKIP = 1 }; /* enter: leave this folder out, its leave too */

/*
 * A walk: folders are entered, their entries met in byte order of names (or the reverse), then left.
 * A callback that returns negative ends the walk; any may be NULL.
 */
struct walk {
	void *ctx;                                          /* handed to each callback */
	int (*enter)(void *ctx, const struct walk_node *n); /* a folder, not opened yet */
	int (*leave)(void *ctx, const struct walk_node *n); /* it again, its entries done */
	int (*other)(void *ctx, const struct walk_node *n); /* anything that is not a folder */
	bool reverse;                                       /* names in descending order */
	bool may_vanish; /* an entry that is gone when it is looked at is not an error */
};

/*
 * Walks the tree at PATH. Returns 0, what a callback returned, or a negated errno with F set when
 * something could not be read.
 */
int walk_tree(const char *path, const struct walk *w, struct fault *f);

#endif
