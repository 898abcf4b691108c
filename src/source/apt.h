/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_APT_H
#define SOURCE_APT_H

#include "base/vec.h"
#include "base/view.h"

/*
 * What apt's programs print: apt-get(8), apt-config(8). Archives are those that can be fetched here,
 * http:, https: and file:; what only names the way to one, as mirror+http: does, is left to apt. Each is
 * added once, in apt's order. Lines that say nothing of the kind are passed over. -ENOMEM.
 */

/* Reads the output of `apt-get indextargets --format '$(REPO_URI)'`: a line an archive. */
int apt_archives_of_targets(struct view text, struct strlist *ret);
/* Reads the output of `apt-get update --print-uris`: lines "'URI/dists/SUITE/FILE' …". */
int apt_archives_of_update(struct view text, struct strlist *ret);
/*
 * Returns what `apt-config dump --format '%f %v%n'` said, in TEXT, of NAME, in whatever case; a view of
 * TEXT, nothing where it is not set.
 */
struct view apt_setting(struct view text, const char *name);

#endif
