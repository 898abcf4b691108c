/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NAR_NAR_H
#define NAR_NAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/view.h"
#include "hash/digest.h"

/*
 * NAR, the archive format of Nix and Guix (Dolstra, "The Purely Functional Software Deployment
 * Model", 2006, figure 5.2). Every token is a string: its length as 64 bits little-endian, its
 * bytes, zero bytes up to a multiple of 8.
 *
 *     nar      = "nix-archive-1" node
 *     node     = "(" "type" body ")"
 *     body     = "regular" ["executable" ""] "contents" BYTES
 *              | "symlink" "target" BYTES
 *              | "directory" entry*
 *     entry    = "entry" "(" "name" BYTES "node" node ")"
 *
 * Entries are sorted by name as bytes, strictly ascending; a name is a path component. A tree has
 * exactly one NAR, so the SHA-256 of its NAR identifies it. The only mode kept is "the owner may
 * execute"; times and owners are not kept.
 */
#define NAR_MAGIC "nix-archive-1"
enum {
	NAR_NAME_MAX = LIMIT_OUTPUT_NAME,   /* bytes in an entry's name */
	NAR_TARGET_MAX = LIMIT_OUTPUT_LINK, /* bytes in a link's target */
	NAR_DEPTH_MAX = LIMIT_OUTPUT_DEPTH, /* nested folders */
	/*
	 * Bytes in a path below the top. Less than PATH_MAX by what may stand in front of it: a tree
	 * that can be made can also be used, in a sandbox, in a store and wherever it is exported to.
	 */
	NAR_PATH_MAX = LIMIT_OUTPUT_PATH,
};

/* Where a NAR's bytes go. Returns 0 or negative, which stops the writer. */
typedef int nar_sink(void *ctx, const void *bytes, size_t n);

/* What a walk met. */
struct nar_stats {
	uint64_t nar_size;  /* bytes in the NAR */
	uint64_t file_size; /* bytes in regular files */
	uint64_t files;     /* regular files, folders and links */
};

/*
 * Writes the NAR of the tree at PATH (file, folder or link) to SINK. Sockets, devices and names the
 * format cannot hold are ERR_UNSAFE; a file that changes size while it is read is ERR_CORRUPT.
 * RET (may be NULL) is filled on success.
 */
int nar_write(const char *path, nar_sink *sink, void *ctx, struct nar_stats *ret,
	      struct fault *f);

/* Hashes the NAR of the tree at PATH. RET_STATS may be NULL. */
int nar_hash(const char *path, struct digest *ret, struct nar_stats *ret_stats,
	     struct fault *f);

/* What ends a hashing early. */
struct nar_bounds {
	uint64_t
	    max_bytes; /* in files, holes counted as their zeros; 0 = any. More: ERR_LIMIT */
	bool (*stopped)(
	    void *ctx); /* asked now and then: true ends it, ERR_CANCELLED; or NULL */
	void *ctx;      /* handed to stopped */
};
/* As nar_hash, within BOUNDS. The fault names the file at which they are passed. */
int nar_hash_bounded(const char *path, const struct nar_bounds *bounds, struct digest *ret,
		     struct nar_stats *ret_stats, struct fault *f);

struct walk_node;
/* Checks that the node N of a walk is not too deep and its path not too long: 0, or ERR_LIMIT. */
int nar_check_place(const struct walk_node *n, struct fault *f);

/* What a node is. */
enum nar_type { NAR_REGULAR, NAR_EXECUTABLE, NAR_SYMLINK, NAR_DIRECTORY };

/*
 * What a reader reports of a NAR, in order. PATH is the clean relative path of the node, "" for the
 * root. Each callback returns 0 or negative, which stops the reader. Any may be NULL.
 */
struct nar_visitor {
	void *ctx; /* handed to each call */
	/* A folder begins; its entries follow. */
	int (*directory)(void *ctx, struct view path);
	/* A link. TARGET may hold anything but NUL. */
	int (*symlink)(void *ctx, struct view path, struct view target);
	/* A file begins: SIZE bytes follow through data. */
	int (*file)(void *ctx, struct view path, bool executable, uint64_t size);
	/* Bytes of the current file. */
	int (*data)(void *ctx, const void *bytes, size_t n);
	/* The current file is complete. */
	int (*file_end)(void *ctx);
	/* The current folder is complete. */
	int (*directory_end)(void *ctx);
};

/* A streaming reader: feed it bytes as they come. Opaque. */
struct nar_reader;

/* Starts a reader that reports to V (copied). Returns 0 or -ENOMEM. */
int nar_reader_new(const struct nar_visitor *v, struct nar_reader **ret);
/*
 * Reads N more bytes. Returns 0, ERR_SYNTAX (not a NAR, or not the canonical one: bad padding,
 * wrong order, doubled name), ERR_UNSAFE (a name with a slash, "." or ".."), ERR_LIMIT, or what a
 * callback returned. After a failure only nar_reader_free may follow.
 */
int nar_reader_feed(struct nar_reader *r, const void *bytes, size_t n, struct fault *f);
/* Ends the input. Returns 0, or ERR_SYNTAX when the NAR is not complete. */
int nar_reader_end(struct nar_reader *r, struct fault *f);
/* Frees R (may be NULL). */
void nar_reader_free(struct nar_reader *r);

/* Unpacks NARs to disk: a visitor with state. Opaque. */
struct nar_unpack;

/*
 * Starts unpacking to PATH, which must not exist; its folder must. Files get mode 0444/0555,
 * folders 0755 while they are filled and 0555 at their end, mtime 1. At most MAX_BYTES of file
 * content are written (more: ERR_LIMIT). Nothing is written outside PATH.
 */
int nar_unpack_new(const char *path, uint64_t max_bytes, struct nar_unpack **ret,
		   struct fault *f);
/* Feeds N bytes of a NAR. As nar_reader_feed, or a negated errno when the disk fails. */
int nar_unpack_feed(struct nar_unpack *u, const void *bytes, size_t n, struct fault *f);
/* Ends the input. As nar_reader_end. On any failure the caller calls nar_unpack_discard. */
int nar_unpack_end(struct nar_unpack *u, struct fault *f);
/* Removes what was unpacked so far, and nothing that stood at PATH before. U may be NULL. */
void nar_unpack_discard(struct nar_unpack *u);
/* Frees U (may be NULL). */
void nar_unpack_free(struct nar_unpack *u);

#endif
