/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "drv/drv.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/*
 * Building: derivations are resolved to actions, actions are carried out in a sandbox, outputs go
 * into the store. Several workers (threads, each with a store handle of its own) do this side by
 * side; events tell the caller what happens.
 *
 * Call sequence: builder_new, any number of builder_run and builder_rebuild, builder_free.
 */

enum build_event_kind {
	BUILD_PLANNED,  /* run: n nodes are to be looked at; done = those that need nothing */
	BUILD_FETCHING, /* a source is being fetched: detail = URI, done/total bytes */
	BUILD_WAITING, /* another process builds the same action; detail = why a batch system lets wait */
	BUILD_STARTED,  /* a sandbox starts */
	BUILD_STEP,     /* step `done` of `total` begins; detail = log as it grows */
	BUILD_REUSED,   /* the action was in the store already */
	BUILD_FINISHED, /* output registered; detail = log path */
	BUILD_FAILED,   /* fault says why (ERR_CANCELLED: stopped); detail = log path or "" */
	BUILD_SKIPPED,  /* not tried: something it needs failed */
	BUILD_SUBSTITUTED, /* came from a peer and was registered: detail = its location */
	BUILD_REFUSED, /* fault (may be NULL) says why what a peer sent was not taken; another one
			   follows; total = 1: it is not taken at all and will be planned again */
};

/* Something that happened. Borrowed for the time of the call. */
struct build_event {
	enum build_event_kind kind;
	const struct drv *drv;       /* what it is about; NULL for BUILD_PLANNED */
	const char *detail;          /* see kind; never NULL */
	uint64_t done, total;        /* see kind */
	uint64_t wall_ns;            /* FINISHED, FAILED: time of the build */
	uint64_t estimate_ns;        /* until the end of the run, from history; 0 = unknown */
	const struct digest *object; /* FINISHED, REUSED, TAKEN */
	const struct fault *fault;   /* FAILED, REFUSED */
};

/* What enough others got for an action, and where it can be had. */
enum { BUILD_OFFER_KEYS = 4, BUILD_OFFER_KEY = 64 };
struct build_offer {
	struct digest object;
	const char *const *locations; /* publications, tried in this order; borrowed */
	size_t n;
	/* of a derivation only: */
	struct digest action;                             /* that it became */
	char keys[BUILD_OFFER_KEYS][BUILD_OFFER_KEY + 1]; /* ids of some who say so */
	size_t nkeys;
};

struct builder;

/*
 * What carries out actions in the place of this machine's sandbox: a batch system (engine/slurm.h). RUN carries
 * out ACT, whose lock is held, registers in S what came of it, and reports it; called from any worker. 0;
 * ERR_BUILD when the build failed; ERR_CANCELLED.
 */
struct executor {
	void *ctx;
	int (*run)(void *ctx, struct builder *b, struct store *s, const struct action *act,
		   struct fault *f);
};

struct build_options {
	const char *store;      /* its folder */
	unsigned jobs;          /* workers; 0 = one per processor */
	bool keep_going;        /* build what can be built after a failure */
	bool keep_failed;       /* keep the build folder of a failed build, and name it */
	bool offline;           /* fetch nothing */
	struct drv_limits caps; /* the user's; a recipe's limit above one is cut to it */
	bool (*overridden)(void *ctx, const struct drv *d); /* not attestable; may be NULL */
	void *overridden_ctx;
	/*
	 * Tells whether the output of A may be taken from others instead of being built. Called from
	 * any worker. NULL: all is built. What does not come as it was agreed on is built.
	 */
	bool (*offer)(void *ctx, const struct action *a, struct build_offer *ret);
	/*
	 * The same by derivation: which action D became, and its output. What comes this way needs neither
	 * the sources nor the other inputs of D. NULL: only actions are asked for.
	 */
	bool (*offer_drv)(void *ctx, const struct drv *d, struct build_offer *ret);
	void *offer_ctx; /* of both */
	const char *const
	    *archives; /* where sources are looked up by their hash: see source/source.h */
	size_t narchives;
	const struct executor *executor; /* NULL: this machine */
	void (*event)(void *ctx,
		      const struct build_event *e); /* from any worker, one at a time */
	void *event_ctx;
};

/* Opens (creates) the store and makes a builder. O is copied, what it points to is borrowed. */
int builder_new(const struct build_options *o, struct builder **ret, struct fault *f);
void builder_free(struct builder *b);
/* Returns the builder's store, for the thread that made the builder only. */
struct store *builder_store(struct builder *b);

/*
 * Stops: 1 = start nothing new, let running builds end; 2 = kill them. Safe in a signal handler.
 */
void builder_stop(struct builder *b, int level);

/* Returns whether builds on this machine can have their clocks shifted (VARY_TIME of verify/). */
bool builder_can_shift_clocks(void);

/* How one target ended. */
struct build_result {
	const struct drv *drv;
	bool ok;
	struct digest action; /* when ok */
	struct digest object; /* when ok */
};

/*
 * Builds the N targets and what they need. RET (room for N) is always filled. 0 when all are there;
 * ERR_BUILD when some failed (F describes the first), ERR_CANCELLED after builder_stop.
 */
int builder_run(struct builder *b, const struct drv *const *targets, size_t n,
		struct build_result *ret, struct fault *f);

/*
 * Lists what builder_run would do, in the order of the plan: the derivations not in the store. RET
 * is malloc'd.
 */
int builder_plan(struct builder *b, const struct drv *const *targets, size_t n,
		 const struct drv ***ret, size_t *ret_n, struct fault *f);

/*
 * Resolves D, whose inputs must all be realised in S, to an action in A. Sources are fetched and
 * unpacked into the store when they are not there.
 */
int builder_resolve(struct builder *b, struct store *s, struct arena *a, const struct drv *d,
		    struct action *ret, struct fault *f);

/*
 * Brings source SRC of D into the builder's store, or, with LOOK_ONLY, tells whether it is there
 * (ERR_MISSING when not).
 */
int builder_source(struct builder *b, const struct drv *d, const struct drv_source *src,
		   bool look_only, struct digest *ret, struct fault *f);

/* What one fresh build gave: a tree that is neither hashed nor registered yet. */
struct build_once {
	char *folder;              /* below the store's tmp; malloc'd; the caller removes it */
	char *tree;                /* the output in it; malloc'd */
	char *log;                 /* the log in it; malloc'd */
	struct sandbox_result run; /* cost, and how it ended */
	int64_t started_ns, ended_ns; /* since the epoch */
	struct action_input *refs;    /* runtime inputs found in the tree; malloc'd */
	size_t nrefs;
};
void build_once_release(struct build_once *o);

/* Removes what a build left in its output and build folders, as far as that can be done; the log stays. */
void build_once_clear(const struct build_once *o);

/* How a rebuild may differ on purpose. */
struct build_vary {
	struct sandbox_vary sandbox;
	bool file_order; /* inputs and sources laid out in reverse order */
	bool one_job;    /* make -jN runs one command at once */
	bool ids;        /* other inode numbers */
	bool home;       /* another HOME, and another folder outside */
};

/*
 * Carries out action A in a fresh sandbox, whatever the store has. ERR_BUILD when it fails (RET is
 * filled all the same, so that the log can be shown). Inputs and sources must be in the store.
 */
int engine_rebuild(struct builder *b, struct store *s, const struct action *a,
		   const struct build_vary *vary, struct build_once *ret, struct fault *f);

/*
 * Enters a sandbox as a build of A, interactive: ARGV (ends in NULL) or, when that is NULL, the sh
 * among the inputs, which reads START (NULL: nothing), shell text, when it is interactive. KEPT is the folder of a
 * failed build that was kept, NULL for a fresh one.
 * Returns the command's exit status or negative.
 */
int builder_shell(struct builder *b, const struct action *a, const char *kept,
		  const char *const *argv, const char *start, struct fault *f);

#endif
