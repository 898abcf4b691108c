/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_DEBIAN_SOURCES_H
#define SOURCE_DEBIAN_SOURCES_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"
#include "hash/digest.h"

/*
 * Which pinned files the lists of sources that Debian's archive publishes still have. A list ("Sources") is a row of
 * paragraphs, with an empty line behind each:
 *
 *     Package: NAME
 *     Version: VERSION
 *     Directory: pool/main/…
 *     Checksums-Sha256:
 *      SHA-256 SIZE FILE           a line a file
 *
 * and fields that do not matter here, in any order. A line that begins with a blank belongs to the field above it.
 */

/* A pinned file, and what was found about it. */
struct debian_pin {
	const char *path; /* below pool/main; borrowed */
	char sha256[DIGEST_HEX + 1];
	bool listed;             /* a list has it, with this hash */
	bool other;              /* a list has a file of that name with another hash */
	struct strlist versions; /* of the source package in that folder, each once */
};

/* Looks in TEXT, a list, for the N pins. ERR_SYNTAX names the line. */
int debian_sources_scan(struct view text, struct debian_pin *pins, size_t n, struct fault *f);

/*
 * Has apt fetch, verified by its keys, the lists of sources of all archives that this machine's configuration
 * names, to the folder DIR, which is made, and looks in them for the N pins. OFFLINE: the lists that DIR has. ERR_CONFIG:
 * apt names no archive; ERR_NET with what apt said; ERR_OFFLINE: DIR has none.
 */
int debian_sources_look(const char *dir, bool offline, struct debian_pin *pins, size_t n,
			struct fault *f);

#endif
