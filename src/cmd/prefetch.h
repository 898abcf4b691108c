/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PREFETCH_H
#define CMD_PREFETCH_H

#include "cmd/cmd.h"

/*
 * Fetches what URI gives, says which SHA-256 it has, and keeps it among the store's sources, so that the build
 * finds it. RET_FILE (may be NULL) gets where it is, in the command's arena.
 */
int prefetch(struct cmd *c, const char *uri, struct digest *ret, const char **ret_file,
	     struct fault *f);
/* A verb of `source`. */
extern const struct command source_prefetch_verb;

#endif
