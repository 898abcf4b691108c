/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/engine.h"
#include "publication/archive.h"

/* What the files of build/ share. */
struct builder {
	struct build_options o;
	struct store *store;        /* the handle of the thread that made the builder */
	atomic_int stop;            /* see builder_stop */
	pthread_mutex_t events;     /* one event at a time; over what follows */
	const struct drv **refused; /* see build_was_refused; owned */
	size_t nrefused, refused_cap;
};

/* Tells the caller. E's estimate may be 0. */
void builder_event(struct builder *b, const struct build_event *e);

/*
 * Makes sure that source SRC of D is an object of S: found, or fetched, unpacked and added.
 */
int build_source(struct builder *b, struct store *s, const struct drv *d,
		 const struct drv_source *src, struct digest *ret, struct fault *f);

/*
 * Finds which of A's inputs the tree at PATH mentions (as "/opt/boot-hurd/NAME" not followed by a
 * character that could go on the name). RET is malloc'd.
 */
int build_scan(const char *path, const struct action *a, struct action_input **ret,
	       size_t *ret_n, struct fault *f);

/*
 * Takes the lock ID, of an action or a source; while another process has it, looks again and again,
 * so that builder_stop ends the wait: ERR_CANCELLED. TELL (may be NULL) is said to wait then.
 */
int build_lock(struct builder *b, struct store *s, const struct digest *id,
	       const struct drv *tell, struct store_lock **ret, struct fault *f);

/* Registers REAL, how ACT came out, with its derivation. REAL's action, drv and name are filled here. */
int build_record(struct store *s, const struct action *act, struct store_realisation *real,
		 struct fault *f);

/*
 * Takes the output of A, whose lock is held, from others when they agree on it, and records that.
 * Returns 1 when it is to be built.
 */
int build_substitute(struct builder *b, struct store *s, const struct action *a,
		     struct fault *f);

/* Registers that object HASH, which is in S, was taken for A. It was not built here. */
int build_record_taken(struct store *s, const struct action *a, const struct digest *hash,
		       int64_t started_ns, struct fault *f);
/* Returns what bounds the transfer of D's output. */
struct archive_options build_archive_options(struct builder *b, const struct drv *d);
/*
 * Takes from others what enough of them agree on of the N TARGETS and, where one is not to be had, of what
 * it needs. What is not taken is left for the build.
 */
int build_take_offered(struct builder *b, const struct drv *const *targets, size_t n,
		       struct fault *f);
/* Returns whether build_take_offered found no good archive of D. */
bool build_was_refused(struct builder *b, const struct drv *d);

/*
 * Adds to F, why a build failed, what helps when it failed because it looked for a /bin/sh: its LOG or F itself
 * says so.
 */
void build_hint_no_shell(const char *log, struct fault *f);

/* vary.c: returns ARGV, with one job where it is make and says -jN. NULL: no memory. */
const char *const *build_vary_jobs(struct arena *a, const char *const *argv);
/* vary.c: uses up inode numbers below FOLDER, before the build makes files there. */
int build_vary_ids(const char *folder, struct fault *f);

#endif
