/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "nar/nar.h"

enum { LOCAL_BYTES_MAX = LIMIT_RECIPE_LOCAL }; /* in one file or tree of the repository */

void content_stamp(const struct recipes *r, const char *path, struct stamp *ret)
{
	struct stat st;
	*ret = (struct stamp){{0}};
	if (stat(path, &st) == 0)
		stamp_file(&st, r->now_ns, ret);
}

/* Returns the place for the content of PATH, in the arena; NULL: out of memory. */
static struct content *place(struct recipes *r, enum read_kind kind, const char *path)
{
	FREE_PTR char *key = NULL;
	int n = asprintf(&key, "%c%s", kind, path);
	if (n < 0)
		return NULL;
	struct content *c = map_get(&r->contents, (struct view){key, (size_t)n});
	if (c)
		return c;
	const char *kept = arena_strv(&r->a, (struct view){key, (size_t)n});
	c = arena_alloc(&r->a, sizeof *c);
	return c && kept && map_put(&r->contents, (struct view){kept, (size_t)n}, c) >= 0
		   ? c
		   : NULL;
}

/* Reads the content of PATH. */
static int digest_of(enum read_kind kind, const char *path, struct digest *ret, struct fault *f)
{
	if (kind == READ_FILE || kind == READ_TREE) {
		/* Sparse or not: its zeros would all be hashed, whenever the recipes are read. */
		struct nar_bounds bounds = {.max_bytes = LOCAL_BYTES_MAX};
		return nar_hash_bounded(path, &bounds, ret, NULL, f);
	}
	struct buf text = BUF_INIT;
	int e = file_read(path, RECIPE_FILE_MAX, &text, f);
	if (e == 0)
		sha256_view(buf_view(&text), ret);
	buf_release(&text);
	return e;
}

int content_get(struct recipes *r, enum read_kind kind, const char *path,
		const struct content *had, const struct stamp *now, const struct content **ret,
		struct fault *f)
{
	struct content *c = place(r, kind, path), got = {.known = true};
	if (!c)
		return fault_set(f, -ENOMEM, "%s:", path);
	*ret = c;
	if (c->known)
		return 0;
	int e = 0;
	/* The stamp first: what changes after it is seen the next time. */
	if (now)
		got.stamp = *now;
	else if (kind == READ_TREE)
		e = stamp_tree(path, r->now_ns, &got.stamp, f);
	else
		content_stamp(r, path, &got.stamp);
	if (e == 0 && had && stamp_same(&had->stamp, &got.stamp))
		got.digest = had->digest;
	else if (e == 0)
		e = digest_of(kind, path, &got.digest, f);
	if (e == 0)
		*c = got;
	return e;
}

int content_set(struct recipes *r, enum read_kind kind, const char *path,
		const struct stamp *stamp, struct view text, const struct content **ret)
{
	struct content *c = place(r, kind, path);
	if (!c)
		return -ENOMEM;
	c->known = true;
	c->stamp = *stamp;
	sha256_view(text, &c->digest);
	*ret = c;
	return 0;
}

int content_note(struct recipes *r, enum read_kind kind, const char *folder, const char *arg,
		 const char *path, const struct content *content)
{
	struct recipe_read *p = vec_grow(r->reads, &r->reads_cap, r->nreads + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	r->reads = p;
	p[r->nreads++] = (struct recipe_read){kind, folder, arg, path, *content};
	return 0;
}
