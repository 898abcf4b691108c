/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_STREAM_H
#define SOURCE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * An archive as a stream of entries, in two steps: one decompressor, chosen by the file's first bytes,
 * and libarchive's formats behind it. So no decompressor stands behind another (a few KiB within
 * two of them are a name of gigabytes), what comes out is counted, and between two blocks the caller can
 * stop it, whatever libarchive is busy with. Memory is bounded by the size of FILE and by BYTES.
 */
struct archive;
struct stream;

struct stream_options {
	uint64_t bytes;             /* that may come out of the decompressor */
	bool (*stopped)(void *ctx); /* asked before each block; may be NULL */
	void *ctx;
};

/* Opens FILE. 0; ERR_SYNTAX when it is not an archive that we know, or as stream_broken says. */
int stream_open(const char *file, const struct stream_options *o, struct stream **ret,
		struct fault *f);
/* Frees S (may be NULL). */
void stream_free(struct stream *s);
/* Returns the archive to read entries from; owned by S. */
struct archive *stream_archive(struct stream *s);
/*
 * Says why reading from S failed: ERR_CANCELLED, ERR_LIMIT, an error of reading FILE, or ERR_SYNTAX with
 * libarchive's words.
 */
int stream_broken(const struct stream *s, struct fault *f);

#endif
