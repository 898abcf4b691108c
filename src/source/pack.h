/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_PACK_H
#define SOURCE_PACK_H

#include "base/err.h"
#include "base/view.h"

/*
 * Writing archives, whose bytes depend on what is put in only: the entries of a tree sorted by name,
 * owner 0, modes 0755/0644, mtime 1. Call sequence: pack_open, any number of additions, pack_commit,
 * pack_free. The file appears complete or not at all.
 */
struct pack;

enum pack_kind {
	PACK_TAR,      /* pax where a name needs it */
	PACK_TAR_ZSTD, /* the same, compressed */
	PACK_GNU_XZ,   /* GNU's tar, which is what dpkg reads, by xz */
	PACK_AR,       /* the outside of a .deb; files only */
};

/* Begins the archive FILE. */
int pack_open(const char *file, enum pack_kind kind, struct pack **ret, struct fault *f);
/* Adds the tree PATH under the name NAME. */
int pack_tree(struct pack *p, const char *path, const char *name, struct fault *f);
/* Adds an empty folder. */
int pack_folder(struct pack *p, const char *name, struct fault *f);
/* Adds a file that holds TEXT. */
int pack_text(struct pack *p, const char *name, struct view text, struct fault *f);
/* Adds a symbolic link to TARGET. */
int pack_link(struct pack *p, const char *name, const char *target, struct fault *f);
/* Ends the archive: FILE is there, synced, in the place of an older one. */
int pack_commit(struct pack *p, struct fault *f);
/* Frees P (may be NULL); what was not committed is gone. */
void pack_free(struct pack *p);

/* All of the above for one tree: FILE is a zstd-compressed tar with the top name NAME. */
int source_pack(const char *path, const char *name, const char *file, struct fault *f);

#endif
