/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/publish_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "hash/sha256.h"
#include "publication/sources.h"
#include "source/source.h"

/* Copies FROM into P as PATH, when it has the hash WANT. */
static int copy(struct publish *p, const char *from, const struct digest *want,
		const char *path, struct fault *f)
{
	struct digest got;
	FREE_PTR char *aside = NULL;
	int r = publish_aside(p, &aside, f);
	if (r == 0) {
		int e = file_copy_at(AT_FDCWD, from, AT_FDCWD, aside, 0644);
		if (e < 0)
			r = fault_set(f, e, "cannot copy %s:", from);
	}
	if (r == 0)
		r = sha256_file(aside, &got, NULL, f);
	if (r == 0 && !digest_eq(&got, want)) {
		r = fault_set(f, ERR_CORRUPT, "%s does not have the hash that it is named by",
			      from);
		fault_hint(
		    f, "boot-hurd store check finds what is damaged, store repair mends it");
	}
	return r == 0 ? publish_put(p, aside, path, f) : r;
}

/* Publishes the source SRC. Returns 1 when it is not in the store. */
static int publish_source(struct sources *w, const struct drv_source *src, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&src->hash, hex);
	FREE_PTR char *path =
	    publication_source_path(source_file_name(src->uris, src->nuris, hex), &src->hash);
	const char *to = path ? arena_str(&w->c->arena, path) : NULL;
	const char *from = arena_fmt(&w->c->arena, "%s/sources/%s", store_path(w->s), hex);
	if (!to || !from)
		return -ENOMEM;
	if (map_get(&w->seen, view_of(to)))
		return 0;
	if (map_put(&w->seen, view_of(to), w) < 0)
		return -ENOMEM;
	int there = publish_has(w->p, to, f);
	if (there != 0)
		return there < 0 ? there : 0;
	int here = file_exists(from, f);
	if (here <= 0)
		return here < 0 ? here : 1;
	return copy(w->p, from, &src->hash, to, f);
}

int publish_sources(struct sources *w, const struct drv *d, struct fault *f)
{
	int r = 0;
	for (size_t k = 0; r >= 0 && k < d->nsources; k++) {
		r = d->sources[k].pin == DRV_PIN_SHA256 ? publish_source(w, &d->sources[k], f)
							: 0;
		w->missing += r == 1;
	}
	return r < 0 ? r : 0;
}
