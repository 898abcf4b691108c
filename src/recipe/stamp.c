/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/stamp.h"

#include <string.h>

#include "base/walk.h"
#include "hash/sha256.h"

static int64_t ns_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* Returns when the file was changed last, by either of its times. */
static int64_t changed_ns(const struct stat *st)
{
	int64_t m = ns_of(&st->st_mtim), c = ns_of(&st->st_ctim);
	return m > c ? m : c;
}

static void fill(const struct stat *st, uint64_t v[6])
{
	v[0] = st->st_dev;
	v[1] = st->st_ino;
	v[2] = (uint64_t)st->st_size;
	v[3] = st->st_mode;
	v[4] = (uint64_t)ns_of(&st->st_mtim);
	v[5] = (uint64_t)ns_of(&st->st_ctim);
}

void stamp_file(const struct stat *st, int64_t now_ns, struct stamp *ret)
{
	*ret = (struct stamp){{0}};
	if (changed_ns(st) < now_ns - STAMP_SETTLES_NS)
		fill(st, ret->v);
}

/* A tree being looked at. */
struct look {
	struct sha256 hash; /* of names and stamps */
	int64_t newest_ns;
};

static int look_at(void *ctx, const struct walk_node *n)
{
	struct look *l = ctx;
	uint64_t v[6];
	fill(n->st, v);
	sha256_update(&l->hash, n->rel, strlen(n->rel) + 1);
	sha256_update(&l->hash, v, sizeof v);
	if (changed_ns(n->st) > l->newest_ns)
		l->newest_ns = changed_ns(n->st);
	return 0;
}

int stamp_tree(const char *path, int64_t now_ns, struct stamp *ret, struct fault *f)
{
	struct look l = {.newest_ns = 0};
	struct digest d;
	const struct walk w = {.ctx = &l, .enter = look_at, .other = look_at};
	int r = sha256_init(&l.hash);
	if (r < 0)
		return fault_set(f, r, "%s:", path);
	r = walk_tree(path, &w, f);
	sha256_final(&l.hash, &d);
	if (r < 0)
		return r;
	*ret = (struct stamp){{0}};
	if (l.newest_ns < now_ns - STAMP_SETTLES_NS)
		memcpy(ret->v, d.b, sizeof d.b);
	return 0;
}

bool stamp_is_set(const struct stamp *s)
{
	static const struct stamp none;
	return memcmp(s, &none, sizeof none) != 0;
}

bool stamp_same(const struct stamp *a, const struct stamp *b)
{
	return stamp_is_set(a) && memcmp(a, b, sizeof *a) == 0;
}
