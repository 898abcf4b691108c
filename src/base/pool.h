/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

/*
 * Calls FN(CTX, I) for each I below N, on THREADS threads (0: as many as there are processors), 64 at
 * most; the caller is one of them. Returns when all are done. FN guards what it shares.
 */
void pool_run(size_t threads, size_t n, void (*fn)(void *ctx, size_t i), void *ctx);

#endif
