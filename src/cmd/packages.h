/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PACKAGES_H
#define CMD_PACKAGES_H

#include "cmd/cmd.h"
#include "hash/ed25519.h"
#include "publication/publish.h"

/*
 * The Debian packages of a publication: deb/PACKAGE_VERSION_ARCH.deb, deb/Packages with a paragraph for
 * each, deb/InRelease and deb/Release.gpg, signed with the publication's key, and deb/key.asc, that key as
 * apt takes it. A "flat repository" of apt's (sources.list(5)).
 */
struct packages {
	struct cmd *c;
	struct publish *p;
	const struct key *key; /* that signs */
};

/*
 * Publishes the package of OBJECT, the output of D. One that is there is left alone. ACTION is what it was built by
 * here, which is stated, too (cmd/rebuilder.h); NULL: it was not built here.
 */
int packages_add(struct packages *w, const struct drv *d, const struct digest *object,
		 const struct digest *action, struct fault *f);
/* Writes the index again when a package was added, and its signatures; and what is stated of the packages. */
int packages_write_index(struct packages *w, struct fault *f);

#endif
