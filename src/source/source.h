/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hash/digest.h"

/*
 * Sources: bytes from outside. Downloading (libcurl; debian: URIs through this machine's apt
 * configuration), git (libgit2) and unpacking (libarchive). Nothing here knows the store: results
 * land where the caller says.
 */

struct source_options {
	bool offline;      /* no network: only file: URIs are tried, else ERR_OFFLINE */
	uint64_t size_max; /* bytes of a download; 0 = 4 GiB */
	const char
	    *nested; /* source_unpack: unpack this archive inside the archive; NULL = none */
	uint64_t unpacked_max; /* bytes of an unpacked tree; 0 = 128 MiB and 200 times the
				  archive's own, at most 32 GiB */
	/*
	 * Archives that look files up by their hash, tried last: URLs in which {sha256} stands for the hash in
	 * hex, {nix32} for it in Nix base-32, {name} for the last part of the first URI. So the content API
	 * of Software Heritage and the mirrors of Guix and Nix can be written down.
	 */
	const char *const *archives;
	size_t narchives;
	uint64_t files_max; /* nodes of an unpacked tree; 0 = 1,000,000 */
	int (*progress)(void *ctx, const char *uri, uint64_t done,
			uint64_t total); /* may be NULL;
					       non-zero stops; total 0 = unknown */
	bool (*stopped)(void *ctx);      /* asked now and then while unpacking; may be NULL */
	void *progress_ctx;              /* of both */
};

/*
 * Fetches the file with SHA-256 WANT from the first of NURIS URIS that gives it, to PATH, atomically:
 * PATH exists only with the right bytes. PATH.part holds an interrupted download and is resumed.
 * URIs: debian:POOL-PATH, https:, http:, file:. ERR_HASH when a server gave other bytes (all URIs
 * are tried), ERR_NET, ERR_OFFLINE, ERR_LIMIT; the fault lists what each URI answered.
 */
int source_fetch(const char *const *uris, size_t nuris, const struct digest *want,
		 const char *path, const struct source_options *o, struct fault *f);

/*
 * Returns what archives call the file that URIS give: the last part of the first of them, or, when that is no name
 * for a file, HEX. Borrowed from either.
 */
const char *source_file_name(const char *const *uris, size_t nuris, const char *hex);

/*
 * Asks every place for the file with SHA-256 WANT whether it has it, and tells TOLD: the place, and what it answered
 * (status: an HTTP status, 200 for a file that is there, 0 when there was no answer). Nothing is fetched.
 */
int source_where(const char *const *uris, size_t nuris, const struct digest *want,
		 const struct source_options *o,
		 void (*told)(void *ctx, const char *url, long status), void *ctx,
		 struct fault *f);

/*
 * Fetches what URI gives to PATH, whatever it is, and says which SHA-256 it has: for a pin that is to be written.
 * ERR_NET, ERR_OFFLINE, ERR_LIMIT.
 */
int source_prefetch(const char *uri, const char *path, const struct source_options *o,
		    struct digest *ret, struct fault *f);

/*
 * Turns debian:POOL-PATH into http(s)/file URLs by the machine's apt configuration, as apt itself
 * reads it. RET is a NULL-terminated malloc'd list of malloc'd strings.
 */
int source_debian_urls(const char *pool_path, char ***ret, struct fault *f);

/* Checks out COMMIT (40 hex digits) from a git URL to the folder PATH (made here; no .git). */
int source_git(const char *const *uris, size_t nuris, const char *commit, const char *path,
	       const struct source_options *o, struct fault *f);

/*
 * Asks the git server at URI, as `git ls-remote`, for the commit that BRANCH is at. ERR_MISSING: there is no such
 * branch; ERR_NET. libgit2 has no time limit of its own.
 */
enum { SOURCE_COMMIT = 40 }; /* hex digits */
int source_git_head(const char *uri, const char *branch, char ret[SOURCE_COMMIT + 1],
		    struct fault *f);

/*
 * Unpacks the archive FILE (tar in any compression, zip, cpio, deb: a .deb gives its data tree) to
 * the folder PATH (made here). One common top folder is stripped. Refused as ERR_UNSAFE: absolute
 * or .. paths, links that leave the tree, device nodes, one name for a file and a folder or a link
 * (of two files the later one stays, as in tar); ERR_SYNTAX: what is damaged, a pax record too, and sizes that
 * are not those of the data; ERR_LIMIT: bombs, and more than twice unpacked_max and 128 MiB out of the
 * decompressor; ERR_CANCELLED: stopped. Hard links become copies. On failure nothing is left at PATH. Owners and times are not kept; modes become 0755/0644.
 */
int source_unpack(const char *file, const char *path, const struct source_options *o,
		  struct fault *f);

/*
 * Adds the commit that the git work tree around FOLDER is at, and "-changed" when a file that git follows
 * differs from it. Nothing is added when there is no such tree.
 */
void source_revision(const char *folder, struct buf *ret);

#endif
