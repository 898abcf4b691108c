/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/generated.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"
#include "source/generated.h"

/* What a search knows. */
struct search {
	struct strlist *ret;
	struct fault *f;
};

/* Reads the beginning of file N, and adds it when it was generated. */
static int look_at(void *ctx, const struct walk_node *node)
{
	struct search *s = ctx;
	char head[SOURCE_HEAD];
	size_t n = 0;
	if (!S_ISREG(node->st->st_mode))
		return 0;
	CLOSE_FD int fd = openat(node->dirfd, node->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(s->f, -errno, "cannot read %s:", node->path);
	while (n < sizeof head) {
		ssize_t k = read(fd, head + n, sizeof head - n);
		if (k < 0 && errno != EINTR)
			return fault_set(s->f, -errno, "cannot read %s:", node->path);
		if (k == 0)
			break;
		n += k < 0 ? 0 : (size_t)k;
	}
	return source_generated(node->rel, (struct view){head, n})
		   ? strlist_add(s->ret, node->rel)
		   : 0;
}

int generated_find(const char *root, struct strlist *ret, struct fault *f)
{
	struct search s = {ret, f};
	const struct walk w = {.ctx = &s, .other = look_at};
	return walk_tree(root, &w, f);
}

/*
 * Adds to RET those of the N PATTERNS that name one file which is there below ROOT and not in RET yet: a program
 * made it, though it does not say so.
 */
static int add_declared(const char *root, const char *const *patterns, size_t n,
			struct strlist *ret, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct stat st;
		if (strpbrk(patterns[i], "*?[\\") || strlist_has(ret, patterns[i]))
			continue;
		FREE_PTR char *path = path_join(root, patterns[i]);
		if (!path)
			r = -ENOMEM;
		else if (lstat(path, &st) == 0)
			r = S_ISREG(st.st_mode) ? strlist_add(ret, patterns[i]) : 0;
		else if (errno != ENOENT && errno != ENOTDIR)
			r = fault_set(f, -errno, "cannot look at %s:", path);
	}
	return r;
}

int generated_declared(const char *root, const struct drv_meta *m, struct strlist *ret,
		       struct fault *f)
{
	int r = add_declared(root, m->pregenerated, m->npregenerated, ret, f);
	return r == 0 ? add_declared(root, m->unused, m->nunused, ret, f) : r;
}

int generated_in(const char *root, const struct drv_meta *m, struct strlist *ret,
		 struct fault *f)
{
	int r = generated_find(root, ret, f);
	return r == 0 ? generated_declared(root, m, ret, f) : r;
}

bool generated_matches(const char *pattern, const char *path)
{
	return fnmatch(pattern, path, 0) == 0;
}
