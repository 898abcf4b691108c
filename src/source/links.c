/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/links.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/walk.h"

enum { FOLLOW_MAX = LIMIT_SOURCE_LINKS, TEXT_MAX = 8192, STEPS_MAX = 10000000 };

/* A check under way. */
struct check {
	int root;         /* the tree; owned by links_check */
	const char *what; /* for messages */
	long steps;       /* steps still allowed */
	struct fault *fault;
};

/* Where following a link has led so far. */
struct way {
	char at[TEXT_MAX];   /* below the root, no link in it; "" = the root */
	char rest[TEXT_MAX]; /* still to go */
	int followed;        /* links */
};

/* Puts TARGET in front of what is still to go. False when that leads outside. */
static bool turn(struct way *w, const char *target)
{
	char rest[TEXT_MAX];
	if (*target == '/' || !*target)
		return false;
	int n = snprintf(rest, sizeof rest, "%s/%s", target, w->rest);
	if (n < 0 || (size_t)n >= sizeof rest)
		return false;
	memcpy(w->rest, rest, (size_t)n + 1);
	return true;
}

/* Takes the step NAME (N bytes). False when that leads outside. */
static bool step(struct check *c, struct way *w, const char *name, size_t n)
{
	char target[TEXT_MAX / 2];
	size_t len = strlen(w->at);
	if (n == 0 || (n == 1 && name[0] == '.'))
		return true;
	if (n == 2 && name[0] == '.' && name[1] == '.') {
		char *slash = strrchr(w->at, '/');
		if (!len)
			return false;
		*(slash ? slash : w->at) = '\0';
		return true;
	}
	if (len + n + 2 > sizeof w->at)
		return false;
	snprintf(w->at + len, sizeof w->at - len, "%s%.*s", len ? "/" : "", (int)n, name);
	ssize_t k = readlinkat(c->root, w->at, target, sizeof target - 1);
	if (k < 0)
		return true; /* no link, or nothing there */
	target[k] = '\0';
	w->at[len] = '\0';
	if (++w->followed > FOLLOW_MAX) {
		w->rest[0] = '\0'; /* a ring of links leads nowhere */
		return true;
	}
	return turn(w, target);
}

/* Follows the link at REL. */
static int follow(struct check *c, const char *rel)
{
	struct way w = {.followed = 0};
	const char *slash = strrchr(rel, '/');
	char name[256];
	if (strlen(rel) >= sizeof w.at)
		return fault_set(c->fault, ERR_LIMIT,
				 "%s: the path of a link is too long: %.200s", c->what, rel);
	snprintf(w.at, sizeof w.at, "%.*s", slash ? (int)(slash - rel) : 0, rel);
	snprintf(w.rest, sizeof w.rest, "%s", slash ? slash + 1 : rel);
	while (w.rest[0]) {
		size_t n = strcspn(w.rest, "/");
		if (n >= sizeof name) {
			/* No file has so long a name. */
			return 0;
		}
		memcpy(name, w.rest, n);
		name[n] = '\0';
		size_t skip = n + (w.rest[n] == '/');
		memmove(w.rest, w.rest + skip, strlen(w.rest + skip) + 1);
		if (c->steps-- <= 0)
			return fault_set(c->fault, ERR_LIMIT,
					 "%s: its links are too many to follow", c->what);
		if (!step(c, &w, name, n))
			return fault_set(c->fault, ERR_UNSAFE,
					 "%s: the link '%.200s' leaves the tree", c->what, rel);
	}
	return 0;
}

static int check_other(void *ctx, const struct walk_node *n)
{
	return S_ISLNK(n->st->st_mode) ? follow(ctx, n->rel) : 0;
}

int links_check(const char *root, const char *what, struct fault *f)
{
	CLOSE_FD int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fault_set(f, -errno, "cannot open %s:", root);
	struct check c = {fd, what, STEPS_MAX, f};
	struct walk w = {.ctx = &c, .other = check_other};
	return walk_tree(root, &w, f);
}
