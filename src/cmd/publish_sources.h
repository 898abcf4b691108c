/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PUBLISH_SOURCES_H
#define CMD_PUBLISH_SOURCES_H

#include "base/map.h"
#include "cmd/cmd.h"
#include "publication/publish.h"

/* The sources of a publication, on the way there. */
struct sources {
	struct cmd *c;
	struct store *s;
	struct publish *p;
	struct map
	    seen;       /* paths in the publication that were seen to; released by the caller */
	size_t missing; /* sources that are not in the store */
};

/* Adds the sources of D that are in the store, and counts those that are not. ERR_CORRUPT: one has another hash. */
int publish_sources(struct sources *w, const struct drv *d, struct fault *f);

#endif
