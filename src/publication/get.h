/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_GET_H
#define PUBLICATION_GET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Small files of a publication, from a folder or a web server, which is not trusted: no more than
 * MAX bytes, also unpacked; no redirect is followed; no more than GET_S seconds for one file.
 */
enum { GET_S = 120, GET_STALL_S = 10 };

/* Returns whether LOCATION is where a publication may be: the whole path of a folder, or an http: or https: URL. */
bool publication_is_location(const char *location);
/*
 * Adds the file PATH at LOCATION ("/folder", "http://…" or "https://…") to RET. PACKED: PATH.zst is
 * tried first, and unpacked. ERR_MISSING: it is not there. CTX is not used.
 */
int publication_get(void *ctx, const char *location, const char *path, bool packed, size_t max,
		    struct buf *ret, struct fault *f);

#endif
