/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_DELIVER_H
#define PUBLICATION_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"
#include "hash/digest.h"
#include "hash/ed25519.h"
#include "publication/publish.h"

/*
 * Writing to a publication that several machines share: a folder, or a web server that takes PUT, as Nix
 * uploads to one. A folder's lock is waited for, and held no longer than it takes to put a file in its place:
 * archives are compressed before. A web server has no lock; each file is whole there by itself.
 */
struct deliver {
	const char *location;  /* "/folder", "http://…" or "https://…" */
	const char *tmp;       /* a folder of our own, where archives are compressed */
	bool offline;          /* a URL is ERR_OFFLINE */
	bool (*stopped)(void); /* asked now and then: ERR_CANCELLED; or NULL */
};

/* Opens the publication, which is a folder, when nobody else writes to it. ERR_LIMIT: not within 10 minutes. */
int deliver_open(const struct deliver *d, struct publish **ret, struct fault *f);
/* Makes the file PATH (clean, relative) hold TEXT, which is not empty. */
int deliver_text(const struct deliver *d, const char *path, struct view text, struct fault *f);
/*
 * Brings OBJECT, whose tree is TREE and whose NAR has NAR_SIZE bytes: its archive and, with a NAME, a narinfo
 * that K signs. What is there already is left alone. ERR_CORRUPT when TREE does not have that hash.
 */
int deliver_object(const struct deliver *d, const char *tree, const struct digest *object,
		   uint64_t nar_size, const char *name, const struct key *k, struct fault *f);

#endif
