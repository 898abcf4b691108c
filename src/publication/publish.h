/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_PUBLISH_H
#define PUBLICATION_PUBLISH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "base/view.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/*
 * A publication: a folder of plain files that a web server or a USB stick carries. For its layout
 * see store/FORMAT.md. Every file in it is written aside (in .new/), synced and renamed, so that a
 * reader, and whoever comes after a SIGKILL, finds each file whole or not at all. One process writes
 * at a time; the lock is .lock.
 *
 * Call sequence: publish_open, any number of publish_object and publish_file, publish_close.
 */
struct publish;

/*
 * Opens the publication at DIR, made when it is not there, for writing. ERR_EXISTS when the folder
 * holds something else; -EBUSY when another process writes to it.
 */
int publish_open(const char *dir, struct publish **ret, struct fault *f);
/* Closes P (may be NULL). */
void publish_close(struct publish *p);
/* STOPPED, asked from time to time, ends a long archive with ERR_CANCELLED. */
void publish_stopped(struct publish *p, bool (*stopped)(void));

/*
 * Publishes OBJECT, whose tree is TREE and whose NAR has NAR_SIZE bytes, under NAME: the archive, then a
 * narinfo that K signs. What is there already is left alone. ERR_CORRUPT when TREE does not have that hash.
 */
int publish_object(struct publish *p, const char *tree, const struct digest *object,
		   uint64_t nar_size, const char *name, const struct key *k, struct fault *f);
/* Makes the file PATH (clean, relative) hold TEXT. It is not touched when it does already. */
int publish_file(struct publish *p, const char *path, struct view text, struct fault *f);
/*
 * Makes PATH.zst hold TEXT, compressed: the same text gives the same bytes. A reader may find the
 * one newer than the other.
 */
int publish_file_zst(struct publish *p, const char *path, struct view text, struct fault *f);
/*
 * For a file that another part of the program writes: publish_aside makes a path for it (malloc'd, for the
 * caller), publish_put syncs what was written there and moves it to PATH. publish_has returns 1 when a
 * file is at PATH, 0 when none is.
 */
int publish_aside(struct publish *p, char **ret, struct fault *f);
int publish_put(struct publish *p, const char *aside, const char *path, struct fault *f);
int publish_has(const struct publish *p, const char *path, struct fault *f);
/* Adds the content of the file PATH of P to RET. -ENOENT when it is not there. */
int publish_read(const struct publish *p, const char *path, size_t max, struct buf *ret,
		 struct fault *f);
/* Lists the folder PATH of P, sorted; nothing when it is not there. */
int publish_list(const struct publish *p, const char *path, struct strlist *ret,
		 struct fault *f);

/* How much has been written. */
struct publish_counts {
	uint64_t files; /* new or changed */
	uint64_t bytes; /* in them */
};
struct publish_counts publish_count(const struct publish *p);

#endif
