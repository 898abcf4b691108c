/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/report_head.h"
#include "attest/verdict.h"
#include "base/err.h"
#include "drv/drv.h"
#include "hash/digest.h"
#include "verify/baseline.h"
#include "verify/compare.h"

/*
 * Verification: each action is carried out again and the bits are compared. What the world looks
 * like comes through a table of operations, so this module starts nothing itself.
 */

/* What a rebuild changes on purpose. */
enum vary_axis {
	VARY_ASLR = 1,          /* address randomisation on */
	VARY_CPUS = 2,          /* one processor */
	VARY_FILE_ORDER = 4,    /* folders list in reverse, and are laid out so */
	VARY_KERNEL_NAME = 8,   /* uname tells another release */
	VARY_UMASK = 16,        /* umask 077 */
	VARY_USER = 32,         /* another user and group */
	VARY_TIME = 64,         /* all clocks shifted, the wall clock as well */
	VARY_PARALLELISM = 128, /* make runs one command at once; more processors are told */
	VARY_IDS = 256,         /* other inode and device numbers */
	VARY_HOME = 512,        /* another HOME, another folder of the state */
	VARY_MEMORY = 1024,     /* less memory is told */
	VARY_CPU = 2048,        /* other features of the processor are told */
	VARY_ALL = 4095,
};

/* Returns the axis called NAME ("all" for all), or 0. */
unsigned vary_parse(const char *name);
/* Returns the name of one axis. */
const char *vary_name(unsigned axis);

/* One fresh build. */
struct verify_build {
	struct digest object; /* NAR hash of tree */
	char *folder;         /* holds tree; the ops' discard frees and removes it */
	char *tree;           /* the output; malloc'd */
	uint64_t wall_ns;     /* what it took */
	void *handle;         /* what folder lives in; the ops' own */
};

struct verify_result;
struct verify_ops {
	void *ctx;
	/* The action and object that the store has for D. ERR_MISSING when there is none. */
	int (*stored)(void *ctx, const struct drv *d, struct digest *action,
		      struct digest *object);
	/* The tree of OBJECT, malloc'd. */
	char *(*tree)(void *ctx, const struct digest *object);
	/*
	 * Builds D's action again in a fresh sandbox with the axes VARY. Called from several threads.
	 * ERR_BUILD when the build fails.
	 */
	int (*rebuild)(void *ctx, const struct drv *d, unsigned vary, struct verify_build *ret,
		       struct fault *f);
	/*
	 * Removes what rebuild made, or keeps it: then RET_PATH is where, malloc'd. B is empty afterwards, also
	 * when it could not be kept.
	 */
	void (*discard)(void *ctx, struct verify_build *b);
	int (*keep)(void *ctx, const struct drv *d, struct verify_build *b, char **ret_path,
		    struct fault *f);
	/*
	 * Finds the canary of AXIS and makes it ready to be rebuilt. ERR_MISSING when there is none. May be
	 * NULL: none has one.
	 */
	int (*canary)(void *ctx, unsigned axis, const struct drv **ret, struct fault *f);
	/* Returns whether D or anything below it uses a source that the caller replaced. May be NULL. */
	bool (*overridden)(void *ctx, const struct drv *d);
	/* Tells that a step begins (DONE false) or has its verdict. May be NULL. */
	void (*progress)(void *ctx, const struct drv *d, bool done, enum verdict v);
	/* Takes the verdict so far, when it is there; from several threads. May be NULL. */
	void (*judged)(void *ctx, const struct verify_result *r);
	/* Returns whether to stop. May be NULL. */
	bool (*stopped)(void *ctx);
};

struct verify_options {
	unsigned jobs;   /* at a time, at least 1 */
	unsigned rounds; /* rebuilds of each, at least 1 */
	unsigned
	    vary; /* axes asked for; varied are those whose canary says so: verify/canary.h */
	unsigned named; /* those of them that were asked for by name */
	double sample;  /* percent of the derivations that are rebuilt, 100 = all */
	uint64_t seed;  /* which ones: the choice depends on nothing else */
	const struct baseline *baseline; /* may be NULL */
	bool
	    only; /* the nodes are what was asked for; what they are built from is not looked at */
};

/* What is known of one derivation. */
struct verify_result {
	const struct drv *drv;
	enum verdict verdict;
	const struct verify_result *stands_on; /* the first culprit it is built from, or NULL */
	struct digest action, object;          /* what the store has */
	bool
	    asked; /* by name or as one of all: the text lists it and its hash; set by the caller */
	bool
	    overridden; /* stands on a source that the caller replaced: nothing to be attested */
	unsigned rounds;        /* rebuilds that were compared */
	bool in_baseline;       /* the baseline answers this very action */
	bool baseline_differs;  /* … with another object */
	bool baseline_inherits; /* the baseline has this derivation with another action */
	struct digest baseline_object;
	struct digest other; /* DIFFERS: what the rebuild gave */
	unsigned axes;       /* DIFFERS: the axes that caused it, 0 = differs by itself */
	char *stored;        /* DIFFERS and kept: the store's tree; owned */
	char *kept;          /* DIFFERS: the rebuilt tree, canonical as the store's; owned */
	char *report;        /* DIFFERS and kept: diffoscope's report, or NULL; owned */
	struct differences differences; /* DIFFERS: file by file */
	struct fault fault;             /* FAILED: why */
	uint64_t wall_ns;               /* of the rebuilds */
};

/* An axis that was asked for, and is not varied on this machine. */
struct verify_skipped {
	unsigned axis;
	struct fault why; /* in words */
};

struct verify_report {
	const struct report_head
	    *head; /* what reports say first; the caller's; NULL = nothing */
	struct verify_result *results; /* inputs before users; owned */
	size_t n;
	size_t counts[VERDICT_COUNT];
	size_t rebuilt;  /* results with at least one rebuild that was compared */
	double coverage; /* percent of all that was rebuilt and compared by this run */
	double sample;   /* percent that was to be rebuilt, as asked */
	uint64_t seed;   /* of the sample */
	bool only;       /* as asked: inputs were taken as they are */
	unsigned rounds; /* as asked */
	unsigned vary;   /* axes that were varied; the canary of each came out different */
	unsigned named;  /* axes that were asked for by name; for verify_exit */
	struct verify_skipped *skipped; /* axes that were asked for and not varied; owned */
	size_t nskipped;
};

/* Frees what R owns. */
void verify_report_release(struct verify_report *r);

/*
 * Verifies the N derivations NODES (inputs before users; each must be in the store). RET is filled
 * also when some differ or fail. Negative only when the machinery fails.
 */
int verify_run(const struct drv *const *nodes, size_t n, const struct verify_options *o,
	       const struct verify_ops *ops, struct verify_report *ret, struct fault *f);

/* Returns whether R is reproduced, and from what its recipe says: what a summary may pass. */
bool verify_attestable(const struct verify_result *r);

/* Returns what is to be said about R's verdict in one sentence, for reports; added to RET. */
void verify_result_why(const struct verify_result *r, struct buf *ret);
/*
 * Adds the report for people, at most some 80 columns wide. VERBOSE lists also what is reproduced and was not
 * asked for.
 */
void verify_report_text(const struct verify_report *r, bool verbose, struct buf *ret);
/* Adds what the report as JSON says about R. */
void verify_result_json(const struct verify_result *r, struct buf *ret);
/* Adds the report as JSON; its schema is in doc/verify.schema.json. */
void verify_report_json(const struct verify_report *r, double wanted_coverage, struct buf *ret);
/*
 * Returns the exit status of the design: 2 when something differs or inherits; 1
 * for a failed rebuild; 3 when less was done than was asked: nothing rebuilt at all, stopped, coverage
 * below what was wanted, an axis named that is not varied, or several and none varied; else 0.
 */
int verify_exit(const struct verify_report *r, double wanted_coverage);

#endif
