/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PUBLISH_SOURCES_H
#define CMD_PUBLISH_SOURCES_H

#include "cmd/cmd.h"
#include "publication/publish.h"

/*
 * Adds to P the sources of the N TARGETS and of all they need that are in S. What is there is left alone. RET is
 * how many are not in S. ERR_CORRUPT when a file of S does not have its hash.
 */
int publish_sources(struct cmd *c, struct store *s, struct publish *p,
		    const struct drv *const *targets, size_t n, size_t *ret, struct fault *f);

#endif
