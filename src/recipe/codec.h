/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_CODEC_H
#define RECIPE_CODEC_H

#include "base/buf.h"
#include "recipe/internal.h"

/*
 * How an evaluated recipe file is written down, and read again: one description for both ways. Numbers are
 * this machine's, texts have their length in front and a NUL behind, so that what is read points into the bytes.
 *
 *     record: path, count of reads, each read; count of recipes, each recipe
 *     text:   u32 length (UINT32_MAX: NULL), bytes, NUL
 *     count:  u32
 *     read:   kind u8, folder, arg, path, stamp, digest
 *     recipe: as code_decl has it
 */
struct codec {
	struct buf *out; /* what is written; NULL: reading */
	struct view in;  /* what is left to read */
	struct arena *a; /* for what is read */
	bool failed;     /* out of memory, or not of this form */
};

/* Codes the path and what evaluating F read. */
void code_reads(struct codec *c, struct recipe_file *f);
/* Codes the recipes of F, which code_reads comes before. */
void code_decls(struct codec *c, struct recipe_file *f);

#endif
