/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include "base/arena.h"
#include "drv/drv.h"
#include "engine/engine.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/*
 * What a build of an action is going to do, as plain data: what is laid out first, then the sandbox. The
 * engine carries it out, `show --plan` prints it, and `export --script` writes it down as shell commands.
 */

/* A source that is copied into the build folder. */
struct build_copy {
	const char *inside;              /* path in the build folder, absolute */
	const char *host;                /* the object */
	const struct drv_source *source; /* what it is */
};

struct build_plan {
	struct sandbox_plan sandbox;
	const char *const *names;        /* per bind: the name of the derivation that gave it */
	const struct build_copy *copies; /* in the order in which they are made */
	size_t ncopies;
	const char *const *dirs; /* folders made in the output, relative to it, in that order */
	size_t ndirs;
};

/*
 * Plans the build of ACT, whose inputs and sources are in S, in A. CAPS cut limits (zeros: none does). VARY
 * may be NULL. FOLDER is where the build's folders are outside, or NULL: the plan is to be looked at, not carried
 * out. Touches no disk.
 */
int build_plan_make(struct arena *a, struct store *s, const struct action *act,
		    const struct drv_limits *caps, const struct build_vary *vary,
		    const char *folder, struct build_plan *ret, struct fault *f);

/* Returns what a build may use, by its recipe's limits R (0: the default), none above CAP (0: no cap). */
struct sandbox_limits build_limits(const struct drv_limits *r, const struct drv_limits *cap);

/* Returns the environment of a command that is not a step of ACT: of a shell. NULL: out of memory. */
const char *const *build_plan_environment(struct arena *a, const struct action *act);

#endif
