/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_REBUILDER_H
#define CMD_REBUILDER_H

#include "base/arena.h"
#include "hash/digest.h"
#include "hash/ed25519.h"
#include "publication/publish.h"

/*
 * What a publication says of its Debian packages to programs that ask rebuilders (repro-threshold, by the API
 * of rebuilderd, version 1), as files below deb/api/v1, so that any web server answers for it:
 *
 *   meta/public-keys                        { "current": [ PEM ] }
 *   packages/binary                         { "records": [ a record for each package ], "total": N }
 *   builds/N/artifacts/M/attestation        the signed link (export/link.h) of one
 *
 * Who serves files does not look at the query (?name=…), so all packages are told to all: whoever asks compares
 * hashes. N is made from the package's hash, M from that and the key's.
 */

struct rebuilder {
	struct arena *arena; /* for paths */
	struct publish *p;
	const struct key *key; /* that signs */
};

/*
 * Says that the package FILE, whose paragraph CONTROL ends in its SHA-256, was built here, by ACTION. What is
 * there is left alone.
 */
int rebuilder_confirm(const struct rebuilder *w, const char *file, struct view control,
		      const struct digest *action, struct fault *f);
/* Lists the packages that W's key has confirmed, of those that INDEX (deb/Packages) has; and that key. */
int rebuilder_write(const struct rebuilder *w, struct view index, struct fault *f);

#endif
