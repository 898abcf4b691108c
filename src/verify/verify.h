/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drv/drv.h"
#include "hash/digest.h"
#include "verify/compare.h"
#include "verify/baseline.h"

/*
 * Verification: each action is carried out again and the bits are compared. What the world looks
 * like comes through a table of operations, so this module starts nothing itself.
 */

enum verdict {
	VERDICT_REPRODUCED, /* independent bits were compared, and all were equal */
	VERDICT_DIFFERS,    /* the same action gave other bits: this step is the culprit */
	VERDICT_INHERITS,   /* no bits of one action differ, but the inputs already did */
	VERDICT_UNCHECKED,  /* not looked at (sampled out, stopped) */
	VERDICT_FAILED,     /* it could not be built again */
	VERDICT_COUNT,
};

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

struct verify_ops {
	void *ctx;
	/* The action and object that the store has for D. ERR_MISSING when there is none. */
	int (*stored)(void *ctx, const struct drv *d, struct digest *action,
		      struct digest *object);
	/* The tree of OBJECT, malloc'd. */
	char *(*tree)(void *ctx, const struct digest *object);
	/*
	 * Builds D's action anew in a fresh sandbox with the axes VARY. Called from several threads.
	 * ERR_BUILD when the build fails.
	 */
	int (*rebuild)(void *ctx, const struct drv *d, unsigned vary, struct verify_build *ret,
		       struct fault *f);
	/* Removes what rebuild made, or keeps it: then RET_PATH is where, malloc'd. */
	void (*discard)(void *ctx, struct verify_build *b);
	int (*keep)(void *ctx, const struct drv *d, struct verify_build *b, char **ret_path,
		    struct fault *f);
	/* Tells that a step begins (DONE false) or has its verdict. May be NULL. */
	void (*progress)(void *ctx, const struct drv *d, bool done, enum verdict v);
	/* Returns whether to stop. May be NULL. */
	bool (*stopped)(void *ctx);
};

struct verify_options {
	unsigned jobs;   /* at a time, at least 1 */
	unsigned rounds; /* rebuilds of each, at least 1 */
	unsigned vary;   /* axes */
	double sample;   /* percent of the derivations that are rebuilt, 100 = all */
	uint64_t seed;   /* which ones: the choice depends on nothing else */
	const struct baseline *baseline; /* may be NULL */
};

/* What is known of one derivation. */
struct verify_result {
	const struct drv *drv;
	enum verdict verdict;
	struct digest action, object; /* what the store has */
	unsigned rounds;              /* rebuilds that were compared */
	bool in_baseline;             /* the baseline answers this very action */
	bool baseline_differs;        /* … with another object */
	bool baseline_inherits;       /* the baseline has this derivation with another action */
	struct digest baseline_object;
	struct digest other; /* DIFFERS: what the rebuild gave */
	unsigned axes;       /* DIFFERS: the axes that caused it, 0 = differs by itself */
	char *kept;          /* DIFFERS: the rebuilt tree; owned */
	struct differences differences; /* DIFFERS: file by file */
	struct fault fault;             /* FAILED: why */
	uint64_t wall_ns;               /* of the rebuilds */
};

struct verify_report {
	struct verify_result *results; /* inputs before users; owned */
	size_t n;
	size_t counts[VERDICT_COUNT];
	double coverage;       /* percent that was compared */
	uint64_t seed;         /* of the sample */
	unsigned vary, rounds; /* as asked */
};

/* Frees what R owns. */
void verify_report_release(struct verify_report *r);

/*
 * Verifies the N derivations NODES (inputs before users; each must be in the store). RET is filled
 * also when some differ or fail. Negative only when the machinery fails.
 */
int verify_run(struct drv *const *nodes, size_t n, const struct verify_options *o,
	       const struct verify_ops *ops, struct verify_report *ret, struct fault *f);

/* Returns a word for V. */
const char *verdict_word(enum verdict v);
/* Adds the report for people, at most some 80 columns wide. VERBOSE lists reproduced ones too. */
void verify_report_text(const struct verify_report *r, bool verbose, struct buf *ret);
/* Adds the report as JSON; its schema is in doc/verify.schema.json. */
void verify_report_json(const struct verify_report *r, double wanted_coverage, struct buf *ret);
/* Returns the exit status 0, 2 or 3 of the design (1 for a failed rebuild). */
int verify_exit(const struct verify_report *r, double wanted_coverage);

#endif
