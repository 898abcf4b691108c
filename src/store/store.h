/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "drv/drv.h"
#include "hash/digest.h"

/*
 * The store: objects (immutable file trees, named by the SHA-256 of their NAR), realisations
 * (action -> object), logs, roots and sources, over SQLite. See store/FORMAT.md for the layout on
 * disk and store/schema.sql for the tables.
 *
 * Several processes may share one store; every call is safe between them. One struct store is used
 * by one thread at a time.
 */
struct store;

enum store_flags {
	STORE_CREATE = 1,    /* make it when it is not there */
	STORE_READONLY = 2,  /* look only; no call that changes anything is allowed */
	STORE_MAY_LOOK = 4,  /* look only if it may not be written: see store_is_readonly */
	STORE_NEED_ROOM = 8, /* give up the reserve when the disk is full: to collect */
};

/*
 * Opens the store at PATH (a folder). ERR_MISSING when it is not there and STORE_CREATE was not
 * given; ERR_CONFIG for a store of a newer format. Leftovers of dead processes are swept; see
 * store_warning.
 */
int store_open(const char *path, int flags, struct store **ret, struct fault *f);
/* Returns whether S is open for reading only. */
bool store_is_readonly(const struct store *s);
/* Closes S (may be NULL). */
void store_close(struct store *s);
/*
 * Returns what kept leftovers of dead processes from being removed, or NULL. That is worth a warning;
 * it stops nothing, and is tried again whenever the store is opened. Valid while S is open.
 */
const struct fault *store_warning(const struct store *s);
/* Returns the absolute path of the store's folder. */
const char *store_path(const struct store *s);

/*
 * Makes a new empty private folder on the store's file system for a build or a download; it is
 * swept when this process is gone. RET_PATH is malloc'd.
 */
int store_tmp(struct store *s, const char *prefix, char **ret_path, struct fault *f);
/*
 * Moves PATH, made by store_tmp, to where it outlives this process: below kept/, until gc. RET_PATH
 * is malloc'd.
 */
int store_keep_tmp(struct store *s, const char *path, char **ret_path, struct fault *f);
/* Gives TREE, anywhere, the modes and times that an object has. S is asked for room only. */
int store_canonicalise(struct store *s, const char *tree, struct fault *f);
/*
 * Moves TREE, an output below store_tmp that differs from the object of NAME, below differences/. It
 * is made canonical as an object is, so that the two differ in nothing but what was built. RET_PATH is
 * malloc'd.
 */
int store_keep_difference(struct store *s, const char *tree, const char *name, char **ret_path,
			  struct fault *f);

/* ---- objects ---- */

struct store_object {
	struct digest hash; /* of the NAR */
	uint64_t nar_size;  /* bytes */
	uint64_t file_size; /* bytes in its files */
	uint64_t files;     /* nodes */
	int64_t added_ns;   /* when, since the epoch */
};

/*
 * Takes the tree at PATH (on the store's file system, usually below store_tmp) into the store:
 * canonical modes and times, hashed, synced, renamed, registered. PATH is gone on success. Taking
 * in what is there already is fine. REFS are the objects it mentions at run time (their names are
 * what `as` says). RET may be NULL.
 */
int store_add(struct store *s, const char *path, const struct action_input *refs, size_t nrefs,
	      struct store_object *ret, struct fault *f);
/* Finds an object. ERR_MISSING without a fault text when there is none. RET may be NULL. */
int store_object(struct store *s, const struct digest *hash, struct store_object *ret);
/* Returns the path of an object's tree, malloc'd (whether or not it exists); NULL: no memory. */
char *store_object_path(struct store *s, const struct digest *hash);
/* Lists the runtime references of an object: malloc'd array, `as` malloc'd within A. */
int store_refs(struct store *s, struct arena *a, const struct digest *hash,
	       struct action_input **ret, size_t *ret_n, struct fault *f);

/*
 * What a look-up without fault text returned, in words: 0 for R >= 0 and for ERR_MISSING, which is an
 * answer; else R, with F set. What could not be read is never an absence.
 */
int store_lookup(const struct store *s, int r, struct fault *f);

/* ---- derivations, actions, realisations ---- */

/* Remembers the JSON of D, so that logs and reports can name it later. */
int store_put_drv(struct store *s, const struct drv *d, struct fault *f);
/* Adds the JSON of derivation (action) ID to RET. ERR_MISSING without a fault text. */
int store_drv_json(struct store *s, const struct digest *id, struct buf *ret);
int store_action_json(struct store *s, const struct digest *id, struct buf *ret);

enum store_outcome { STORE_BUILT = 0, STORE_FAILED = 1, STORE_SUBSTITUTED = 2 };

/* One answer to one action by one builder. */
struct store_realisation {
	int64_t id; /* row id; 0 when not stored */
	struct digest action;
	struct digest drv;    /* the derivation that was resolved */
	struct digest object; /* what came out; all zero when outcome is STORE_FAILED */
	enum store_outcome outcome;
	const char *builder; /* key id or name of who built it; "" = this store, unsigned */
	int64_t started_ns, ended_ns;               /* since the epoch */
	uint64_t wall_ns, user_ns, sys_ns, max_rss; /* cost */
	const char *name;                           /* derivation's name */
	const char *log; /* path of its log relative to the store, or "" */
	bool attestable; /* false: a source was overridden */
};

/*
 * Registers R in one transaction, its action's JSON beside it (for rebuild-db), and the link drv ->
 * action. The object (unless it failed) and the derivation (store_put_drv) must be in the store:
 * ERR_MISSING. The log, if any, must lie where it says; it is synced. ERR_HASH when ACTION_JSON is
 * not that of R->action.
 */
int store_put_realisation(struct store *s, const struct store_realisation *r,
			  struct view action_json, struct fault *f);
/*
 * Finds the newest successful realisation of ACTION by this store whose object is present.
 * ERR_MISSING (no fault text) when there is none. Strings live in A.
 */
int store_find_realisation(struct store *s, struct arena *a, const struct digest *action,
			   struct store_realisation *ret);
/*
 * Remembers that derivation DRV resolves to ACTION (store_put_realisation does so itself; this is
 * for an action whose realisation was there already).
 */
int store_link(struct store *s, const struct digest *drv, const struct digest *action,
	       struct fault *f);
/*
 * What is read between the two sees one state of the store, and costs less than alone. Nothing may be
 * written, held or collected in between. A begin that fails is harmless: reads then stand alone.
 */
void store_read_begin(struct store *s);
void store_read_end(struct store *s);
/*
 * Finds what derivation DRV was realised as: the newest action it resolved to that has a successful
 * realisation by this store whose object is present. ERR_MISSING (no fault text) when there is
 * none. Fast: one prepared statement.
 */
int store_find_resolved(struct store *s, const struct digest *drv, struct digest *ret_action,
			struct digest *ret_object);
/* Lists all realisations of ACTION, oldest first, failed ones too. Array in A. */
int store_list_realisations(struct store *s, struct arena *a, const struct digest *action,
			    struct store_realisation **ret, size_t *ret_n, struct fault *f);
/* Finds the newest realisation (any outcome) of derivation DRV or of a derivation called NAME. */
int store_latest(struct store *s, struct arena *a, const struct digest *drv, const char *name,
		 struct store_realisation *ret);
/* What a build took. */
struct store_cost {
	uint64_t wall_ns;
	uint64_t cpu_ns; /* of all its processes, user and system */
};
/* Finds what the last successful build of NAME took. False, with zeros, when there is none. */
bool store_cost(struct store *s, const char *name, struct store_cost *ret);
/* The wall nanoseconds of the same, 0 when unknown. */
uint64_t store_expected_ns(struct store *s, const char *name);

/* ---- sources ---- */

/*
 * Remembers that the source PIN ("sha256:HEX", "nar:HEX" or "git:HEX", with "+unpack" behind it
 * when unpacked) is object HASH, which must be in the store; finds it again (ERR_MISSING).
 */
int store_put_source(struct store *s, const char *pin, const char *uri,
		     const struct digest *hash, struct fault *f);
int store_find_source(struct store *s, const char *pin, struct digest *ret);

/* ---- locks and roots ---- */

/* A lock on one action, held by this process. Opaque. */
struct store_lock;
/*
 * Takes the lock of ACTION, so that no other process builds it. WAIT false: 1 when somebody else
 * holds it (nothing taken). 0 when taken.
 */
int store_lock_action(struct store *s, const struct digest *action, bool wait,
		      struct store_lock **ret, struct fault *f);
void store_unlock(struct store_lock *l);

/*
 * Keeps OBJECT and what it needs from collection until S is closed or the process ends.
 * ERR_MISSING when it is not there (any more). What store_add takes in is held already. A store
 * open for reading only holds nothing: there this only looks.
 */
int store_hold(struct store *s, const struct digest *object, struct fault *f);
/* The same for N OBJECTS at once, outside of a transaction: GONE (room for N) gets which of them are not there. */
int store_hold_all(struct store *s, const struct digest *const *objects, size_t n, bool *gone,
		   struct fault *f);

/*
 * A root keeps an object and what it needs. Those that `build` makes for what it was asked for by name
 * are called NAME@built; a collection drops them when they are older than it is told.
 */
#define STORE_ROOT_BUILT "@built"
struct store_root {
	const char *name;
	struct digest object;
	int64_t added_ns;
};
int store_root_add(struct store *s, const char *name, const struct digest *object,
		   struct fault *f);
int store_root_remove(struct store *s, const char *name, struct fault *f);
int store_root_list(struct store *s, struct arena *a, struct store_root **ret, size_t *ret_n,
		    struct fault *f);

/* ---- collection, check, repair ---- */

enum {
	STORE_KEEP_BUILT_S = 30 * 86400,      /* how long NAME@built is a root, unless said */
	STORE_KEEP_DIFFERENCES_S = 30 * 86400 /* and rebuilt trees that differ are kept */
};
/* One thing that is collected. */
struct store_gc_item {
	const char *kind; /* "object", "log", "file" (pin, archive, kept folder …) or "root" */
	const char *path;   /* below the store's folder */
	const char *detail; /* what it was built or fetched as, or "" */
	uint64_t bytes;
};
struct store_gc_options {
	bool dry_run;         /* say, do not do */
	int64_t older_than_s; /* keep what was added or used more recently; 0 = no age limit */
	uint64_t max_bytes;   /* stop after freeing this many; 0 = all garbage */
	int64_t keep_built_s; /* drop roots NAME@built that are older; 0 = all of them */
	/* Called for each thing once it is decided (and, unless it is a dry run, gone); or NULL. */
	void (*report)(void *ctx, const struct store_gc_item *item);
	void *ctx; /* of report */
};
struct store_gc_result {
	uint64_t objects, bytes, logs; /* freed (or that would be) */
	uint64_t kept;                 /* objects kept */
};
int store_gc(struct store *s, const struct store_gc_options *o, struct store_gc_result *ret,
	     struct fault *f);

/* One thing wrong. */
struct store_damage {
	const char *kind; /* "object", "missing-object", "database", "realisation", "source",
			     "root", "log", "stray" */
	struct digest object; /* when it is about one, else all zero */
	const char *what;     /* one sentence: path and finding */
};
/*
 * Checks everything: each object's hash, modes and times, the database's integrity and references,
 * realisation files, strays. REPORT is called per finding. Returns the number of findings or
 * negative. PROGRESS (may be NULL) is called with done/total bytes.
 */
int store_check(struct store *s, bool hashes,
		void (*report)(void *ctx, const struct store_damage *d),
		void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
		struct fault *f);
/*
 * Moves a damaged object to damaged/ and forgets it, so that the next build makes it again. What
 * mentions it stays and is whole again when it is.
 */
int store_quarantine(struct store *s, const struct digest *object, struct fault *f);
/*
 * Repairs all that store_check reports except objects: leftovers and strays go (those that are not
 * ours to damaged/), links of roots, pins and realisation files are written again from the database,
 * archives with wrong bytes go to damaged/, lost logs are forgotten. What cannot be read stops it.
 */
int store_repair_files(struct store *s, struct fault *f);
/*
 * Makes the database again from objects/, realisations/, pins/ and roots/; the old one is kept beside
 * it. Objects that do not have the hash they are named by go to damaged/; what cannot be read stops
 * it, and all stays as it was. -EBUSY while anybody has the store open. Killed at any instant, the
 * store has the old database or the new one. RET (may be NULL) reports what no file holds.
 */
struct store_rebuilt {
	uint64_t runs; /* of the history that were brought over from the old database */
	char history_lost[FAULT_WHAT_MAX]; /* why they could not be, or "" */
};
int store_rebuild_db(const char *path, struct store_rebuilt *ret, struct fault *f);

#endif
