/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_SUBSTITUTE_H
#define ENGINE_SUBSTITUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hash/digest.h"
#include "store/store.h"

/*
 * Fetching an object from a publication (store/FORMAT.md, section 11) by its hash alone. The archive
 * is decompressed, unpacked and hashed while it comes, and counts for nothing unless it has that
 * hash. The publication is not trusted: redirects, bodies and archives without end, slow servers
 * and paths that lead elsewhere are errors that name the place.
 */
struct substitute_options {
	uint64_t max_bytes; /* of the archive, decompressed; 0 = 16 GiB */
	long stall_s;       /* a server that sends hardly anything for so long; 0 = 60 */
	bool offline;       /* folders only: a URL is ERR_OFFLINE */
	bool (*stopped)(void *ctx); /* asked now and then: ERR_CANCELLED; or NULL */
	void *ctx;
};

/*
 * Unpacks object HASH from LOCATION (http://…, https://… or a folder) to TO, which must not exist.
 * ERR_HASH when it is another, ERR_SYNTAX, ERR_UNSAFE or ERR_LIMIT when it is no archive of ours,
 * ERR_NET, ERR_MISSING when the place has none. Nothing is left at TO then.
 */
int substitute_to(const char *location, const struct digest *hash, const char *to,
		  const struct substitute_options *o, struct fault *f);

/*
 * Takes object HASH from LOCATION into S and holds it; no file is written when it is there already. A
 * (may be NULL) is the action that it is the output of: what it mentions of that is kept with it.
 */
int substitute_object(struct store *s, const char *location, const struct digest *hash,
		      const struct action *a, const struct substitute_options *o,
		      struct fault *f);

#endif
