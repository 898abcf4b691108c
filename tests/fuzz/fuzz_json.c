/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Feeds bytes to the JSON canonicaliser and to the reader of derivations. What is accepted must come
 * out the same a second time.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "drv/drv.h"
#include "json/json.h"
#include "hash/sha256.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct drv input; /* every id is known: the same input answers for all */

static const struct drv *find(void *ctx, const struct digest *id)
{
	(void)ctx;
	input.id = *id;
	return &input;
}

static void must(int ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct fault f = FAULT_INIT;
	struct arena a = ARENA_INIT;
	struct drv *d = NULL;
	must(hash_setup(NULL) == 0);
	if (json_canonical(in, &once, &f) == 0) {
		must(json_canonical(buf_view(&once), &twice, &f) == 0);
		must(view_eq(buf_view(&once), buf_view(&twice)));
	} else {
		must(f.what[0] != 0 && once.len == 0);
	}
	buf_clear(&once);
	if (drv_parse(&a, in, find, NULL, &d, &f) == 0) {
		struct drv *again = NULL;
		must(drv_json(d, &once) == 0);
		/* With two inputs the shared one has only the last id: compare what has at most one. */
		if (d->ninputs <= 1) {
			must(drv_parse(&a, buf_view(&once), find, NULL, &again, &f) == 0);
			must(digest_eq(&d->id, &again->id));
		}
	} else {
		must(f.what[0] != 0);
	}
	arena_release(&a);
	buf_release(&once);
	buf_release(&twice);
	return 0;
}
