/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"

enum { KEY_FILE_MAX = 4096 };

/* Returns the file of key NAME of STATE, malloc'd, or NULL. */
static char *key_path(const char *state, const char *name, bool secret)
{
	char *path = NULL;
	return asprintf(&path, "%s/keys/%s.%s", state, name, secret ? "secret" : "public") < 0
		   ? NULL
		   : path;
}

static int read_key(const char *path, struct key *ret, struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = file_read(path, KEY_FILE_MAX, &b, f);
	if (r == 0) {
		r = key_parse(buf_view(&b), ret, f);
		if (r < 0)
			fault_wrap(f, "%s", path);
	}
	if (b.ptr)
		explicit_bzero(b.ptr, b.len);
	buf_release(&b);
	return r;
}

int keys_load(const char *state, const char *name, bool secret, struct key *ret,
	      struct fault *f)
{
	if (!path_is_name(view_of(name)))
		return fault_set(f, ERR_USAGE, "'%s' cannot name a key", name);
	FREE_PTR char *path = key_path(state, name, secret);
	/* A link that leads nowhere is there, and cannot be read. */
	int there = path ? file_exists(path, f) : -ENOMEM;
	int r = there > 0 ? read_key(path, ret, f) : there;
	if (there == 0) {
		r = fault_set(f, ERR_MISSING, "there is no %skey '%s'", secret ? "secret " : "",
			      name);
		fault_hint(
		    f, secret ? "boot-hurd key generate %s" : "boot-hurd key list shows them",
		    name);
	}
	return r;
}

/* Lists the names of the known keys. */
static int list_names(const char *dir, struct strlist *ret, struct fault *f)
{
	struct strlist files = STRLIST_INIT;
	int r = file_exists(dir, f);
	if (r > 0)
		r = file_list(dir, &files, f);
	for (size_t i = 0; r == 0 && i < files.n; i++) {
		size_t n = strlen(files.items[i]);
		if (n > 7 && strcmp(files.items[i] + n - 7, ".public") == 0)
			r = strlist_addf(ret, "%.*s", (int)n - 7, files.items[i]);
	}
	strlist_release(&files);
	strlist_sort(ret);
	return r;
}

int keys_load_all(const char *state, struct arena *a, struct key **ret, size_t *ret_n,
		  struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	FREE_PTR char *dir = path_join(state, "keys");
	int r = dir ? list_names(dir, &names, f) : -ENOMEM;
	struct key *keys = r == 0 ? arena_array(a, names.n + 1, sizeof *keys) : NULL;
	if (r == 0 && !keys)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = keys_load(state, names.items[i], false, &keys[i], f);
	*ret = keys;
	*ret_n = names.n;
	strlist_release(&names);
	return r;
}

int keys_signer(const char *state, const char *name, struct key *ret, size_t *ret_found,
		struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct key *all = NULL, k = {0}, found = {0};
	size_t n = 0;
	*ret_found = 0;
	if (name) {
		int e = keys_load(state, name, true, ret, f);
		*ret_found = e == 0;
		return e;
	}
	int r = keys_load_all(state, &a, &all, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct fault g = FAULT_INIT;
		int e = keys_load(state, all[i].name, true, &k, &g);
		if (e == 0) {
			found = k;
			++*ret_found;
		} else if (e !=
			   ERR_MISSING) { /* it is not ours that only the public part is of */
			r = e;
			if (f)
				*f = g;
		}
	}
	key_release(&k);
	if (r == 0 && *ret_found == 1)
		*ret = found;
	key_release(&found);
	arena_release(&a);
	return r;
}

static int write_key(const char *path, const struct key *k, bool secret, struct fault *f)
{
	struct buf b = BUF_INIT;
	key_write(k, secret, &b);
	buf_addc(&b, '\n');
	int r = buf_failed(&b);
	if (r == 0)
		r = file_write_atomic(path, b.ptr, b.len, secret ? 0600 : 0644, f);
	if (b.ptr)
		explicit_bzero(b.ptr, b.len);
	buf_release(&b);
	return r;
}

int keys_own(const char *state, const char *name, char ret[KEY_ID + 1], struct fault *f)
{
	struct key k = {0};
	size_t found;
	ret[0] = '\0';
	int r = keys_signer(state, name, &k, &found, f);
	if (r == 0 && found == 1)
		key_id(&k, ret);
	key_release(&k);
	return r;
}

int keys_save(const char *state, const struct key *k, struct fault *f)
{
	FREE_PTR char *dir = path_join(state, "keys");
	FREE_PTR char *public = key_path(state, k->name, false);
	FREE_PTR char *secret = key_path(state, k->name, true);
	int r = dir && public && secret ? file_mkdirs(dir, f) : -ENOMEM;
	if (r == 0 && chmod(dir, 0700) < 0)
		r = fault_set(f, -errno, "cannot guard %s:", dir);
	struct key old;
	int there = r == 0 ? file_exists(public, f) : r;
	r = there < 0 ? there : 0;
	if (r == 0 && k->secret)
		r = file_may_replace(secret, f);
	if (there > 0) {
		r = read_key(public, &old, f);
		if (r == 0 && memcmp(old.public, k->public, ED25519_PUBLIC) != 0)
			r = fault_set(f, ERR_EXISTS, "another key is called '%s'", k->name);
	}
	if (r == 0 && k->secret)
		r = write_key(secret, k, true, f);
	if (r == 0)
		r = write_key(public, k, false, f);
	return r;
}
