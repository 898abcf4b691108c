/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_SOURCES_H
#define PUBLICATION_SOURCES_H

#include "hash/digest.h"

/*
 * The sources of a publication: file/NAME/sha256/NIX32, where NAME is what archives call the file
 * (source/source.h) and NIX32 its SHA-256 in Nix base-32, as content-addressed mirrors of Guix have it.
 */

/* Returns the path in a publication of the file NAME with the hash D; malloc'd, NULL without memory. */
char *publication_source_path(const char *name, const struct digest *d);
/* Returns the template (source_options.archives) of where the publication at LOCATION has sources; likewise. */
char *publication_source_template(const char *location);

#endif
