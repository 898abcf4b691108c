/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "hash/sha256.h"
#include "nar/nar.h"

int local_resolve(struct recipes *r, const char *folder, const char *path, const char **ret,
		  struct fault *f)
{
	if (!*path || *path == '/')
		return fault_set(f, ERR_UNSAFE, "'%s' is not a relative path", path);
	FREE_PTR char *joined = path_join(folder, path);
	if (!joined)
		return fault_set(f, -ENOMEM, "'%s':", path);
	*ret = map_get(&r->real, view_of(joined));
	if (*ret)
		return 0;
	FREE_PTR char *real = realpath(joined, NULL);
	if (!real)
		return fault_set(f, errno == ENOENT ? ERR_MISSING : -errno, "'%s':", path);
	const char *repo = recipes_layer(r, folder)->repo;
	if (!path_is_under(real, repo))
		return fault_set(f, ERR_UNSAFE, "'%s' leaves the repository %s", path, repo);
	char *kept = arena_str(&r->a, real);
	const char *key = arena_str(&r->a, joined);
	if (!kept || !key || map_put(&r->real, view_of(key), kept) < 0)
		return fault_set(f, -ENOMEM, "'%s':", path);
	*ret = kept;
	return 0;
}

int local_hash(struct recipes *r, const char *path, bool tree, const struct content **ret,
	       struct fault *f)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return fault_set(f, -errno, "%s:", path);
	if (tree ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		return fault_set(f, ERR_SYNTAX,
				 tree                  ? "%s is not a folder (use file)"
				 : S_ISDIR(st.st_mode) ? "%s is a folder (use tree)"
						       : "%s is not a plain file",
				 path);
	return content_get(r, tree ? READ_TREE : READ_FILE, path, NULL, NULL, ret, f);
}

/* Adds a string of the NAR format: length, bytes, padding. */
static void nar_string(struct sha256 *h, struct view v)
{
	unsigned char len[8];
	static const unsigned char zero[8];
	for (int i = 0; i < 8; i++)
		len[i] = (unsigned char)((uint64_t)v.len >> (8 * i));
	sha256_update(h, len, 8);
	sha256_update(h, v.ptr, v.len);
	sha256_update(h, zero, (8 - v.len % 8) % 8);
}

int local_hash_text(struct view text, struct digest *ret)
{
	static const char *const before[] = {NAR_MAGIC, "(", "type", "regular", "contents"};
	struct sha256 h;
	int e = sha256_init(&h);
	if (e < 0)
		return e;
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		nar_string(&h, view_of(before[i]));
	nar_string(&h, text);
	nar_string(&h, view_of(")"));
	sha256_final(&h, ret);
	return 0;
}
