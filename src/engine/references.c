/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/path.h"
#include "base/walk.h"

/* A scan under way. */
struct scan {
	const struct action *action;
	bool *seen;          /* per input of the action */
	struct fault *fault; /* the caller's */
};

/* Returns whether C can be part of a name, so that "/opt/boot-hurd/gcc" is not found in "…/gcc-4". */
static bool in_name(char c)
{
	return path_is_name((struct view){&c, 1}) || (c && strchr("+._-", c));
}

static void scan_bytes(struct scan *s, struct view v)
{
	static const char prefix[] = INSIDE_PREFIX "/";
	const size_t n = sizeof prefix - 1;
	const char *p = v.ptr, *end = v.ptr + v.len;
	while (p && p < end && (p = memmem(p, (size_t)(end - p), prefix, n))) {
		p += n;
		for (size_t i = 0; i < s->action->ninputs; i++) {
			const char *as = s->action->inputs[i].as;
			size_t k = strlen(as);
			if ((size_t)(end - p) < k || memcmp(p, as, k) != 0)
				continue;
			/* A final dot ends a sentence more often than it ends a name. */
			if (p + k == end || !in_name(p[k]) ||
			    (p[k] == '.' && (p + k + 1 == end || !in_name(p[k + 1]))))
				s->seen[i] = true;
		}
	}
}

static int scan_file(struct scan *s, const struct walk_node *n)
{
	size_t size = (size_t)n->st->st_size;
	if (size == 0)
		return 0;
	CLOSE_FD int fd = openat(n->dirfd, n->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(s->fault, -errno, "cannot open %.1000s:", n->path);
	void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return fault_set(s->fault, -errno, "cannot map %.1000s:", n->path);
	scan_bytes(s, (struct view){map, size});
	munmap(map, size);
	return 0;
}

static int scan_other(void *ctx, const struct walk_node *n)
{
	struct scan *s = ctx;
	char target[4096];
	if (S_ISREG(n->st->st_mode))
		return scan_file(s, n);
	if (!S_ISLNK(n->st->st_mode))
		return 0; /* refused when it is registered */
	ssize_t len = readlinkat(n->dirfd, n->name, target, sizeof target);
	if (len < 0)
		return fault_set(s->fault, -errno, "cannot read link %.1000s:", n->path);
	scan_bytes(s, (struct view){target, (size_t)len});
	return 0;
}

int build_scan(const char *path, const struct action *a, struct action_input **ret,
	       size_t *ret_n, struct fault *f)
{
	FREE_PTR bool *seen = calloc(a->ninputs + 1, sizeof *seen);
	struct action_input *refs = calloc(a->ninputs + 1, sizeof *refs);
	if (!seen || !refs) {
		free(refs);
		return fault_set(f, -ENOMEM, "cannot scan %s:", path);
	}
	struct scan s = {a, seen, f};
	struct walk w = {.ctx = &s, .other = scan_other};
	int r = a->ninputs ? walk_tree(path, &w, f) : 0;
	size_t n = 0;
	for (size_t i = 0; i < a->ninputs; i++)
		if (seen[i])
			refs[n++] = a->inputs[i];
	if (r < 0) {
		free(refs);
		return r;
	}
	*ret = refs;
	*ret_n = n;
	return 0;
}
