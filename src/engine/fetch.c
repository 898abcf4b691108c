/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "hash/sha256.h"
#include "nar/nar.h"
#include "source/source.h"

/* What the progress callback needs. */
struct progress {
	struct builder *b;
	const struct drv *drv;
};

static int on_progress(void *ctx, const char *uri, uint64_t done, uint64_t total)
{
	struct progress *p = ctx;
	builder_event(p->b, &(struct build_event){.kind = BUILD_FETCHING,
						  .drv = p->drv,
						  .detail = uri,
						  .done = done,
						  .total = total});
	return atomic_load(&p->b->stop) != 0;
}

static bool is_stopped(void *ctx)
{
	struct progress *p = ctx;
	return atomic_load(&p->b->stop) != 0;
}

/* Writes the pin under which the store remembers SRC. RET is malloc'd. */
static int pin_of(const struct drv_source *src, char **ret, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&src->hash, hex);
	const char *kind = src->pin == DRV_PIN_SHA256 ? "sha256" : "nar";
	int n = src->pin == DRV_PIN_GIT
		    ? asprintf(ret, "git:%s", src->commit)
		    : asprintf(ret, "%s:%s%s%s%s", kind, hex, src->unpack ? "+unpack" : "",
			       src->nested ? ":" : "", src->nested ? src->nested : "");
	if (n >= 0)
		return 0;
	*ret = NULL;
	return fault_set(f, -ENOMEM, "source '%s':", src->as);
}

/* Brings a file or folder of the repository to TO and checks that it is what was evaluated. */
static int take_local(const struct drv_source *src, const char *to, struct fault *f)
{
	struct digest got;
	int r = src->text ? file_write_atomic(to, src->text, src->text_len, 0644, f)
			  : file_copy_tree(src->path, to, false, f);
	if (r == 0)
		r = nar_hash(to, &got, NULL, f);
	if (r == 0 && !digest_eq(&got, &src->hash))
		r = fault_set(f, ERR_HASH, "%s changed while the recipe was built",
			      src->path ? src->path : src->as);
	return r;
}

/* Fetches the pinned file of SRC into the store's sources folder. RET is malloc'd. */
static int fetch_file(struct store *s, const struct drv_source *src,
		      const struct source_options *o, char **ret, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&src->hash, hex);
	FREE_PTR char *dir = path_join(store_path(s), "sources");
	char *path = dir ? path_join(dir, hex) : NULL;
	if (!path)
		return fault_set(f, -ENOMEM, "cannot fetch %s:", src->as);
	int r = file_mkdirs(dir, f);
	int there = r == 0 ? file_exists(path, f) : r;
	r = there < 0 ? there : r;
	if (r == 0 && !there)
		r = source_fetch(src->uris, src->nuris, &src->hash, path, o, f);
	if (r < 0) {
		free(path);
		return r;
	}
	*ret = path;
	return 0;
}

/* Brings SRC to the new path TO. */
static int materialise(struct store *s, const struct drv_source *src,
		       const struct source_options *o, const char *to, struct fault *f)
{
	if (src->pin == DRV_PIN_NAR)
		return take_local(src, to, f);
	if (src->pin == DRV_PIN_GIT)
		return source_git(src->uris, src->nuris, src->commit, to, o, f);
	FREE_PTR char *file = NULL;
	int r = fetch_file(s, src, o, &file, f);
	if (r < 0 || !file)
		return r;
	/* What lay on the disk may have been damaged since it was fetched. */
	struct digest got;
	r = sha256_file(file, &got, NULL, f);
	if (r == 0 && !digest_eq(&got, &src->hash)) {
		unlink(file);
		r = fault_set(f, ERR_HASH, "%s was damaged on disk", file);
		fault_hint(f, "it has been removed: run the command again to fetch it again");
	}
	if (r < 0)
		return r;
	return src->unpack ? source_unpack(file, to, o, f) : file_copy_tree(file, to, false, f);
}

/* Fetches and adds SRC, known as PIN. The caller holds the pin's lock. */
static int add_source(struct builder *b, struct store *s, const struct drv *d,
		      const struct drv_source *src, const char *pin, struct digest *ret,
		      struct fault *f)
{
	struct progress ctx = {b, d};
	struct source_options o = {.offline = b->o.offline,
				   .archives = b->o.archives,
				   .narchives = b->o.narchives,
				   .size_max = src->size_max,
				   .nested = src->nested,
				   .unpacked_max = src->unpacked_max,
				   .progress = on_progress,
				   .stopped = is_stopped,
				   .progress_ctx = &ctx};
	FREE_PTR char *tmp = NULL;
	int r = store_tmp(s, "source", &tmp, f);
	FREE_PTR char *tree = tmp ? path_join(tmp, "tree") : NULL;
	if (r == 0 && !tree)
		r = fault_set(f, -ENOMEM, "cannot fetch %s:", src->as);
	if (r == 0)
		r = materialise(s, src, &o, tree, f);
	struct store_object object;
	if (r == 0)
		r = store_add(s, tree, NULL, 0, &object, f);
	if (r == 0)
		r = store_put_source(s, pin, src->nuris ? src->uris[0] : "", &object.hash, f);
	if (tmp)
		file_remove_tree(tmp, NULL);
	if (r == 0)
		*ret = object.hash;
	return r;
}

/* Finds what the store has as PIN, and holds it. 1; 0: it has nothing; negative: it cannot tell. */
static int find_source(struct store *s, const char *pin, struct digest *ret, struct fault *f)
{
	int r = store_find_source(s, pin, ret);
	/* A collector may take what is found before it is held: then it is fetched again. */
	if (r == 0)
		r = store_hold(s, ret, NULL);
	int e = store_lookup(s, r, f);
	return e < 0 ? e : r == 0;
}

int build_source(struct builder *b, struct store *s, const struct drv *d,
		 const struct drv_source *src, struct digest *ret, struct fault *f)
{
	FREE_PTR char *pin = NULL;
	int r = pin_of(src, &pin, f);
	if (r < 0 || !pin)
		return r;
	int there = find_source(s, pin, ret, f);
	if (there)
		return there < 0 ? there : 0;
	/* One process at a time fetches one thing; who waited finds it in the store. */
	struct digest key;
	struct store_lock *lock = NULL;
	sha256_view(view_of(pin), &key);
	r = build_lock(b, s, &key, NULL, &lock, f);
	if (r == 0)
		r = find_source(s, pin, ret, f);
	if (r == 0)
		r = add_source(b, s, d, src, pin, ret, f);
	r = r > 0 ? 0 : r;
	store_unlock(lock);
	if (r < 0)
		fault_wrap(f, "%s:%d: recipe '%s': source '%s'",
			   d->meta.file ? d->meta.file : "?", d->meta.line, d->name, src->as);
	return r;
}

int builder_source(struct builder *b, const struct drv *d, const struct drv_source *src,
		   bool look_only, struct digest *ret, struct fault *f)
{
	FREE_PTR char *pin = NULL;
	if (!look_only)
		return build_source(b, b->store, d, src, ret, f);
	int r = pin_of(src, &pin, f);
	return r < 0 || !pin ? r : store_find_source(b->store, pin, ret);
}
