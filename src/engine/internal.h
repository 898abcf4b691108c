/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/engine.h"
#include "publication/archive.h"

/* What the files of engine/ share. */
struct builder {
	struct build_options o;
	struct store *store;        /* the handle of the thread that made the builder */
	atomic_int stop;            /* see builder_stop */
	pthread_mutex_t events;     /* one event at a time; over what follows */
	const struct drv **refused; /* see build_was_refused; owned */
	size_t nrefused, refused_cap;
};

/* ---- builder.c ---- */

/* Tells the caller. E's estimate may be 0. */
void builder_event(struct builder *b, const struct build_event *e);

/* Returns whether CTX, a builder, was told to stop. */
bool build_stopped(void *ctx);

/*
 * Takes the lock ID, of an action or a source; while another process has it, looks again and again,
 * so that builder_stop ends the wait: ERR_CANCELLED. TELL (may be NULL) is said to wait then.
 */
int build_lock(struct builder *b, struct store *s, const struct digest *id,
	       const struct drv *tell, struct store_lock **ret, struct fault *f);

/* Remembers that nobody's archive of D is good, so that none is asked for again by its action. */
void build_note_refused(struct builder *b, const struct drv *d);
bool build_was_refused(struct builder *b, const struct drv *d);

/* ---- fetch.c ---- */

/*
 * Makes sure that source SRC of D is an object of S: found, or fetched, unpacked and added.
 */
int build_source(struct builder *b, struct store *s, const struct drv *d,
		 const struct drv_source *src, struct digest *ret, struct fault *f);

/* ---- references.c ---- */

/*
 * Finds which of A's inputs the tree at PATH mentions (as "/opt/boot-hurd/NAME" not followed by a
 * character that could go on the name). RET is malloc'd.
 */
int build_scan(const char *path, const struct action *a, struct action_input **ret,
	       size_t *ret_n, struct fault *f);

/* ---- outcome.c ---- */

/*
 * Moves the file FROM, the log of a build of ACT that began at STARTED_NS, to its place in the store. RET
 * gets its path relative to the store; malloc'd.
 */
int build_keep_log(struct store *s, const struct action *act, const char *from,
		   int64_t started_ns, char **ret, struct fault *f);
/* Registers REAL, how ACT came out, with its derivation. REAL's action, drv and name are filled here. */
int build_record(struct store *s, const struct action *act, struct store_realisation *real,
		 struct fault *f);
/*
 * Registers what ONCE gave for ACT, or, when not OK, that it failed. RET_LOG gets the log's absolute path,
 * malloc'd.
 */
int build_record_once(struct builder *b, struct store *s, const struct action *act,
		      const struct build_once *once, bool ok, char **ret_log,
		      struct digest *ret_object, struct fault *f);
/* Registers that object HASH, which is in S, was taken for A. It was not built here. */
int build_record_taken(struct store *s, const struct action *a, const struct digest *hash,
		       int64_t started_ns, struct fault *f);

/* ---- realise.c ---- */

/* Carries out ACT, whose lock is held, in the sandbox of this machine, and tells how it went. */
int build_action(struct builder *b, struct store *s, const struct action *act, struct fault *f);

/* Brings the output of ACT into S: found, taken from others, or built under its lock. */
int build_realise(struct builder *b, struct store *s, struct arena *a, const struct action *act,
		  struct fault *f);

/* ---- substitute.c ---- */

/*
 * Takes the output of A, whose lock is held, from others when they agree on it, and records that.
 * Returns 1 when it is to be built.
 */
int build_substitute(struct builder *b, struct store *s, const struct action *a,
		     struct fault *f);

/* Returns what bounds the transfer of D's output. */
struct archive_options build_archive_options(struct builder *b, const struct drv *d);
/* ---- substitute_drv.c ---- */

/*
 * Makes the action of D from STATEMENT, the JSON of an attestation, in A. Nothing of it is checked but that
 * it can be one: its id tells. 0 or negative.
 */
int substitute_read_action(struct view statement, struct arena *a, const struct drv *d,
			   struct action *ret, struct fault *f);
/*
 * Takes from others what enough of them agree on of the N TARGETS and, where one is not to be had, of what
 * it needs. What is not taken is left for the build.
 */
int build_take_offered(struct builder *b, const struct drv *const *targets, size_t n,
		       struct fault *f);
/* ---- no_shell.c ---- */

/*
 * Adds to F, why a build failed, what helps when it failed because it looked for a /bin/sh: its LOG or F itself
 * says so.
 */
void build_hint_no_shell(const char *log, struct fault *f);

/* ---- vary.c ---- */

/* Returns ARGV, with one job where it is make and says -jN. NULL: no memory. */
const char *const *build_vary_jobs(struct arena *a, const char *const *argv);
/* Uses up inode numbers below FOLDER, before the build makes files there. */
int build_vary_ids(const char *folder, struct fault *f);
/*
 * Makes the folder PATH with an inode number that is odd (ODD) or even, so that those of a build that
 * varies ids and of one that does not differ for certain. Where the file system has none such to give, with
 * any. 0 or a negated errno.
 */
int build_vary_folder(const char *path, bool odd);

/* As builder_plan. RESULTS, when not NULL, are the targets', and are filled as far as they are there. */
int build_plan_targets(struct builder *b, const struct drv *const *targets, size_t n,
		       struct build_result *results, const struct drv ***ret, size_t *ret_n,
		       struct fault *f);

#endif
