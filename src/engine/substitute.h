/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_SUBSTITUTE_H
#define ENGINE_SUBSTITUTE_H

#include "base/err.h"
#include "hash/digest.h"
#include "publication/archive.h"
#include "store/store.h"

/*
 * Takes object HASH from LOCATION into S and holds it; no file is written when it is there already. A
 * (may be NULL) is the action that it is the output of: what it mentions of that is kept with it.
 */
int substitute_object(struct store *s, const char *location, const struct digest *hash,
		      const struct action *a, const struct archive_options *o, struct fault *f);

#endif
