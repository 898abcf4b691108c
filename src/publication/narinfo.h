/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_NARINFO_H
#define PUBLICATION_NARINFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/*
 * The description of one archive in a Nix binary cache. Pure text. What we write, and all that we
 * read, in any order and each line once:
 *
 *     StorePath: /nix/store/HASH-NAME
 *     URL: nar/NIX32.nar.zst        (named by the NarHash: it follows from the object)
 *     Compression: zstd
 *     FileHash: sha256:NIX32
 *     FileSize: DECIMAL
 *     NarHash: sha256:NIX32
 *     NarSize: DECIMAL
 *     References: (nothing)
 *     Sig: KEY-NAME:BASE64          (may be missing)
 *     CA: fixed:r:sha256:NIX32      (the NarHash again)
 *
 * HASH is what Nix computes for a fixed output of that name, hashed recursively by SHA-256: the
 * path follows from name and NAR alone. What is signed is the text
 * "1;STOREPATH;sha256:NIX32;NARSIZE;" (the references would follow).
 */
#define NARINFO_STORE "/nix/store"
enum {
	NARINFO_MAX = 8192,     /* bytes of a narinfo that is read */
	NARINFO_PATH_HASH = 32, /* characters of HASH */
	NARINFO_NAME_MAX = 211, /* bytes of NAME, as Nix has it */
};

struct narinfo {
	char name[NARINFO_NAME_MAX + 1];
	struct digest nar;  /* SHA-256 of the archive */
	uint64_t nar_size;  /* its bytes */
	struct digest file; /* SHA-256 of the compressed archive */
	uint64_t file_size; /* its bytes */
	/* The signature, if there is one: who made it and what it is. */
	bool has_sig;
	char signer[KEY_NAME_MAX + 1];
	unsigned char sig[ED25519_SIGNATURE];
};

/* Writes HASH of the store path of N (name and nar are used) and a NUL. */
int narinfo_path_hash(const struct narinfo *n, char ret[NARINFO_PATH_HASH + 1]);
/* Sets N's name. ERR_SYNTAX when Nix does not allow NAME in a store path. */
int narinfo_set_name(struct narinfo *n, struct view name);
/* Signs N with the secret key K. */
int narinfo_sign(struct narinfo *n, const struct key *k, struct fault *f);
/* Checks N's signature: by K, over what N says. 0 or ERR_SIGNATURE. */
int narinfo_verify(const struct narinfo *n, const struct key *k);
/* Adds N as text to RET. 0 or -ENOMEM. */
int narinfo_write(const struct narinfo *n, struct buf *ret);
/* Reads TEXT, strictly: unknown lines, other compressions and references are ERR_SYNTAX. */
int narinfo_parse(struct view text, struct narinfo *ret, struct fault *f);

#endif
