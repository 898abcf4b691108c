/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_PACK_H
#define SOURCE_PACK_H

#include "base/err.h"

/*
 * Packs the tree PATH as a zstd-compressed tar (pax) at FILE, under the top name NAME. The bytes
 * depend on the tree only: entries sorted by name, owner 0, modes 0755/0644, mtime 1. FILE appears
 * complete or not at all.
 */
int source_pack(const char *path, const char *name, const char *file, struct fault *f);

#endif
