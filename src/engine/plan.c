/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/plan.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/limits.h"
#include "engine/internal.h"

/* Defaults of the limits a recipe does not set. */
static const struct sandbox_limits DEFAULTS = {
    .time_s = LIMIT_BUILD_TIME_S,
    .silence_s = LIMIT_BUILD_SILENCE_S,
    .memory = LIMIT_BUILD_MEMORY,
    .processes = LIMIT_BUILD_PROCESSES,
    .output = LIMIT_BUILD_OUTPUT,
    .build = LIMIT_BUILD_FOLDER,
    .log = LIMIT_BUILD_LOG,
};

static uint64_t limit(uint64_t recipe, uint64_t cap, uint64_t fallback)
{
	uint64_t v = recipe ? recipe : fallback;
	return cap && cap < v ? cap : v;
}

struct sandbox_limits build_limits(const struct drv_limits *r, const struct drv_limits *cap)
{
	return (struct sandbox_limits){
	    .time_s = limit(r->time_s, cap->time_s, DEFAULTS.time_s),
	    .silence_s = limit(r->silence_s, cap->silence_s, DEFAULTS.silence_s),
	    .memory = limit(r->memory, cap->memory, DEFAULTS.memory),
	    .processes = limit(r->processes, cap->processes, DEFAULTS.processes),
	    .output = limit(r->output, cap->output, DEFAULTS.output),
	    .build = limit(r->build, cap->build, DEFAULTS.build),
	    .log = limit(r->log, cap->log, DEFAULTS.log),
	};
}

/*
 * Returns the environment of a step, ending in NULL: the fixed one, then the recipe's, then the
 * step's, a later value of one name replacing an earlier. NULL: out of
 * memory.
 */
static const char *const *environment(struct arena *a, const struct action *act,
				      const struct drv_step *step, const char *home)
{
	const struct drv *d = act->drv;
	struct buf path = BUF_INIT;
	for (size_t i = 0; i < act->ninputs; i++)
		buf_addf(&path, "%s" INSIDE_PREFIX "/%s/bin", i ? ":" : "", act->inputs[i].as);
	struct drv_env fixed[] = {
	    {"PATH", arena_str(a, buf_str(&path))},
	    {"HOME", home},
	    {"TMPDIR", "/tmp"},
	    {"TZ", "UTC"},
	    {"LC_ALL", "C"},
	    {"SOURCE_DATE_EPOCH", "1"},
	    {"out", arena_fmt(a, INSIDE_PREFIX "/%s", d->name)},
	};
	buf_release(&path);
	const size_t nfixed = sizeof fixed / sizeof *fixed;
	size_t max = nfixed + d->nenv + (step ? step->nenv : 0), n = 0;
	const struct drv_env **all = arena_array(a, max, sizeof *all);
	const char **ret = arena_array(a, max + 1, sizeof *ret);
	if (!all || !ret)
		return NULL;
	for (size_t i = 0; i < max; i++) {
		const struct drv_env *e = i < nfixed ? &fixed[i]
					  : i < nfixed + d->nenv
					      ? &d->env[i - nfixed]
					      : &step->env[i - nfixed - d->nenv];
		size_t k = 0;
		while (k < n && strcmp(all[k]->name, e->name) != 0)
			k++;
		all[k] = e;
		n += k == n;
	}
	for (size_t i = 0; i < n; i++) {
		ret[i] = arena_fmt(a, "%s=%s", all[i]->name, all[i]->value);
		if (!ret[i])
			return NULL;
	}
	return ret;
}

/* Returns where FILE is inside; it may be absolute already (below an input or the output). */
static const char *inside(struct arena *a, const char *dir, const char *file)
{
	if (*file == '/')
		return file;
	return arena_fmt(a, INSIDE_BUILD "%s%s%s%s", *dir ? "/" : "", dir, *file ? "/" : "",
			 file);
}

/* Fills the plan's steps from the derivation. 0 or -ENOMEM. */
static int plan_steps(struct arena *a, const struct action *act, const struct build_vary *vary,
		      struct sandbox_plan *p)
{
	const char *home = vary && vary->home
			       ? "/tmp/."
			       : INSIDE_BUILD; /* as long: not an axis of addresses */
	const struct drv *d = act->drv;
	size_t n = d->script ? 1 : d->nsteps;
	struct sandbox_step *steps = arena_array(a, n + 1, sizeof *steps);
	if (!steps)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct drv_step *from = d->script ? NULL : &d->steps[i];
		struct sandbox_step *to = &steps[i];
		to->env = environment(a, act, from, home);
		to->dir = from ? inside(a, from->dir, "") : INSIDE_BUILD;
		if (from) {
			to->argv = from->argv;
			if (vary && vary->one_job)
				to->argv = build_vary_jobs(a, from->argv);
			to->in = *from->in ? inside(a, from->dir, from->in) : NULL;
			to->out = *from->out ? inside(a, from->dir, from->out) : NULL;
		} else {
			const char **argv = arena_array(a, 4, sizeof *argv);
			if (!argv)
				return -ENOMEM;
			argv[0] = arena_fmt(a, INSIDE_PREFIX "/%s/bin/sh", d->shell);
			argv[1] = "-e";
			argv[2] = d->script;
			to->argv = argv;
		}
		if (!to->env || !to->dir || !to->argv)
			return -ENOMEM;
	}
	p->steps = steps;
	p->nsteps = n;
	return 0;
}

/* Returns the name of the derivation whose output stands at AS. A runtime input has its own name. */
static const char *name_of(const struct drv *d, const char *as)
{
	for (size_t i = 0; i < d->ninputs; i++)
		if (strcmp(d->inputs[i].as, as) == 0)
			return d->inputs[i].drv->name;
	return as;
}

static int plan_binds(struct arena *a, struct store *s, const struct action *act, bool reverse,
		      struct build_plan *p)
{
	struct sandbox_bind *binds = arena_array(a, act->ninputs + 1, sizeof *binds);
	const char **names = arena_array(a, act->ninputs + 1, sizeof *names);
	if (!binds || !names)
		return -ENOMEM;
	for (size_t i = 0; i < act->ninputs; i++) {
		const struct action_input *in =
		    &act->inputs[reverse ? act->ninputs - 1 - i : i];
		FREE_PTR char *host = store_object_path(s, &in->object);
		binds[i].host = host ? arena_str(a, host) : NULL;
		binds[i].inside = arena_fmt(a, INSIDE_PREFIX "/%s", in->as);
		names[i] = name_of(act->drv, in->as);
		if (!binds[i].host || !binds[i].inside)
			return -ENOMEM;
	}
	p->sandbox.binds = binds;
	p->sandbox.nbinds = act->ninputs;
	p->names = names;
	return 0;
}

/* Plans what is there before the first step: sources, and folders of the output. */
static int plan_layout(struct arena *a, struct store *s, const struct action *act, bool reverse,
		       struct build_plan *p)
{
	const struct drv *d = act->drv;
	struct build_copy *copies = arena_array(a, act->nsources + 1, sizeof *copies);
	const char **dirs = arena_array(a, d->ndirs + 1, sizeof *dirs);
	if (!copies || !dirs)
		return -ENOMEM;
	for (size_t i = 0; i < act->nsources; i++) {
		size_t at = reverse ? act->nsources - 1 - i : i;
		FREE_PTR char *host = store_object_path(s, &act->sources[at].object);
		copies[i] = (struct build_copy){
		    .inside = arena_fmt(a, INSIDE_BUILD "/%s", act->sources[at].as),
		    .host = host ? arena_str(a, host) : NULL,
		    .source = &d->sources[at]};
		if (!copies[i].inside || !copies[i].host)
			return -ENOMEM;
	}
	for (size_t i = 0; i < d->ndirs; i++)
		dirs[i] = d->dirs[reverse ? d->ndirs - 1 - i : i];
	p->copies = copies;
	p->ncopies = act->nsources;
	p->dirs = dirs;
	p->ndirs = d->ndirs;
	return 0;
}

/* Plans the folders outside. 0 or -ENOMEM. */
static int plan_folders(struct arena *a, const char *folder, struct sandbox_plan *p)
{
	if (!folder)
		return 0;
	p->build_host = arena_fmt(a, "%s/build", folder);
	p->output_host = arena_fmt(a, "%s/out", folder);
	p->scratch_host = arena_fmt(a, "%s/root", folder);
	return p->build_host && p->output_host && p->scratch_host ? 0 : -ENOMEM;
}

int build_plan_make(struct arena *a, struct store *s, const struct action *act,
		    const struct drv_limits *caps, const struct build_vary *vary,
		    const char *folder, struct build_plan *ret, struct fault *f)
{
	bool reverse = vary && vary->file_order;
	struct build_plan p = {
	    .sandbox = {
		.output = arena_fmt(a, INSIDE_PREFIX "/%s", act->drv->name),
		.machine = strncmp(act->drv->system, "x86_64", 6) == 0 ? "x86_64" : "i686",
		.limits = build_limits(&act->drv->limits, caps),
		.strict_network = act->drv->strict_network,
	    }};
	if (vary)
		p.sandbox.vary = vary->sandbox;
	if (!p.sandbox.output || plan_folders(a, folder, &p.sandbox) < 0 ||
	    plan_binds(a, s, act, reverse, &p) < 0 || plan_layout(a, s, act, reverse, &p) < 0 ||
	    plan_steps(a, act, vary, &p.sandbox) < 0)
		return fault_set(f, -ENOMEM, "cannot plan the build of %s:", act->drv->name);
	*ret = p;
	return 0;
}

const char *const *build_plan_environment(struct arena *a, const struct action *act)
{
	return environment(a, act, NULL, INSIDE_BUILD);
}
