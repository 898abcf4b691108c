/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_ARCHIVE_H
#define PUBLICATION_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hash/digest.h"
#include "publication/narinfo.h"

/*
 * The archives of a publication (store/FORMAT.md, section 11), nar/HASH.nar.zst: the NAR of an object,
 * compressed. What is fetched is named by its hash alone: the archive
 * is decompressed, unpacked and hashed while it comes, and counts for nothing unless it has that
 * hash. The publication is not trusted: redirects, bodies and archives without end, slow servers
 * and paths that lead elsewhere are errors that name the place.
 */
enum { ARCHIVE_LEVEL = 9 }; /* of zstd, with one thread: the same NAR gives the same bytes */

/*
 * Writes the archive of the tree FROM, which must be INFO's object, to the new file TO, synced; fills in
 * the file's hash and size. STOPPED (may be NULL), asked now and then, ends it with ERR_CANCELLED.
 * ERR_CORRUPT when the tree has another hash; TO may be there then.
 */
int archive_write(const char *from, const char *to, bool (*stopped)(void), struct narinfo *info,
		  struct fault *f);

struct archive_options {
	uint64_t max_bytes; /* of the archive, decompressed; 0 = 16 GiB */
	long stall_s;       /* a server that sends hardly anything for so long; 0 = 60 */
	bool offline;       /* folders only: a URL is ERR_OFFLINE */
	bool (*stopped)(void *ctx); /* asked now and then: ERR_CANCELLED; or NULL */
	void *ctx;
	/* Hears now and then how many bytes of how many (0 = unknown) have come; or NULL. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *progress_ctx;
};

/*
 * Unpacks object HASH from LOCATION (http://…, https://… or a folder) to TO, which must not exist.
 * ERR_HASH when it is another, ERR_SYNTAX, ERR_UNSAFE or ERR_LIMIT when it is not an archive of ours,
 * ERR_NET, ERR_MISSING when the place has none. Nothing is left at TO then.
 */
int archive_fetch(const char *location, const struct digest *hash, const char *to,
		  const struct archive_options *o, struct fault *f);

#endif
