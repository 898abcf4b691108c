/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/sys.h"
#include "cmd/executor.h"
#include "cmd/format.h"
#include "cmd/overrides.h"
#include "cmd/peer.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/record.h"
#include "cmd/target.h"

/* Prints what a build would do. */
static int dry_run(struct builder *b, const struct drv *const *targets, size_t n,
		   struct fault *f)
{
	const struct drv **todo;
	size_t ntodo;
	int r = builder_plan(b, targets, n, &todo, &ntodo, f);
	if (r < 0)
		return r;
	uint64_t sum = 0;
	char t[32];
	for (size_t i = 0; i < ntodo; i++) {
		uint64_t ns = store_expected_ns(builder_store(b), todo[i]->name);
		format_time(ns, t);
		print_out("would build %s%s%s%s\n", todo[i]->name, ns ? " (last time " : "",
			  ns ? t : "", ns ? ")" : "");
		sum += ns;
	}
	format_time(sum, t);
	print_out("%zu to build, %s of work by history\n", ntodo, t);
	free(todo);
	return 0;
}

/* Prints one line per target. */
static void print_results(const struct build_result *results, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char hash[DIGEST_NIX32 + 1];
		digest_nix32(&results[i].object, hash);
		if (results[i].ok)
			print_out("%s %s\n", hash, results[i].drv->name);
	}
}

/* Returns whether ROOT, which may be NULL, is one of OBJECT since less than a day. */
static bool is_kept(const struct store_root *root, const struct digest *object)
{
	return root && digest_eq(&root->object, object) &&
	       sys_now_ns() - root->added_ns < (int64_t)86400 * 1000000000;
}

/* Keeps what was asked for by name from collection for a while: see gc --keep-built. */
static int keep_built(struct cmd *c, struct store *s, const struct build_result *results,
		      size_t n, struct fault *f)
{
	struct store_root *roots = NULL;
	struct map by_name = MAP_INIT;
	size_t nroots = 0;
	if (store_is_readonly(s))
		return 0;
	int r = store_root_list(s, &c->arena, &roots, &nroots, f);
	for (size_t i = 0; r >= 0 && i < nroots; i++)
		r = map_put(&by_name, view_of(roots[i].name), &roots[i]);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		FREE_PTR char *name = NULL;
		if (!results[i].ok)
			continue;
		if (asprintf(&name, "%s" STORE_ROOT_BUILT, results[i].drv->name) < 0)
			r = -ENOMEM;
		else if (!is_kept(map_get(&by_name, view_of(name)), &results[i].object))
			r = store_root_add(s, name, &results[i].object, f);
	}
	map_release(&by_name);
	return r < 0 ? r : 0;
}

/* What the command line asks for. */
struct request {
	struct build_options o;
	struct one_peer peer; /* --peer, --key */
	struct executor_request executor;
	bool dry, logs, substitute, no_root;
};

static const struct option_row OPTIONS[] = {
    {OPTION_COUNT, 'j', "jobs", offsetof(struct request, o.jobs), "N",
     "build N at a time (default: one per processor)"},
    {OPTION_FLAG, 'k', "keep-going", offsetof(struct request, o.keep_going), NULL,
     "go on after a failure"},
    {OPTION_FLAG, 'n', "dry-run", offsetof(struct request, dry), NULL,
     "say what would be built"},
    {OPTION_FLAG, 'K', "keep-failed", offsetof(struct request, o.keep_failed), NULL,
     "keep the folder of a failed build"},
    {OPTION_FLAG, 'L', "print-logs", offsetof(struct request, logs), NULL,
     "print the log of each build when it ends"},
    {OPTION_FLAG, 0, "no-root", offsetof(struct request, no_root), NULL,
     "let the next gc take what is built"},
    {OPTION_FLAG, 0, "substitute", offsetof(struct request, substitute), NULL,
     "take what the quorum agrees on from peers instead of building it"},
    {OPTION_TEXT, 0, "peer", offsetof(struct request, peer.location), "LOCATION",
     "with --substitute: from this peer, not those of the configuration"},
    {OPTION_LIST, 0, "key", offsetof(struct request, peer.keys), "KEY",
     "with --peer: a key that must agree; all given ones must"},
    EXECUTOR_OPTIONS(struct request, executor),
    {OPTION_SECONDS, 0, "max-time", offsetof(struct request, o.caps.time_s), "TIME",
     "cap of a build's wall time"},
    {OPTION_SECONDS, 0, "max-silence", offsetof(struct request, o.caps.silence_s), "TIME",
     "cap of a build's time without output"},
    {OPTION_BYTES, 0, "max-memory", offsetof(struct request, o.caps.memory), "SIZE",
     "cap of a build's memory"},
    {OPTION_BYTES, 0, "max-processes", offsetof(struct request, o.caps.processes), "N",
     "cap of a build's processes at one time"},
    {OPTION_BYTES, 0, "max-output", offsetof(struct request, o.caps.output), "SIZE",
     "cap of an output's size"},
    {OPTION_BYTES, 0, "max-build", offsetof(struct request, o.caps.build), "SIZE",
     "cap of a build folder's size"},
    {OPTION_BYTES, 0, "max-log", offsetof(struct request, o.caps.log), "SIZE",
     "cap of a log's size"},
    {0}};

/* A build under way. */
struct build_work {
	struct request *q;
	struct substitutes substitutes;
	const struct drv **targets; /* in the command's arena */
	size_t n;
	struct builder *b;
	struct progress *progress;
	struct record *record;
	struct record_events events; /* of the builder */
	struct executor_made executor;
};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	if (!!q->peer.location != (q->peer.keys.n > 0)) {
		fault_set(f, ERR_USAGE,
			  q->peer.location ? "build: --peer needs --key"
					   : "build: --key needs --peer");
		fault_hint(f, "boot-hurd key show on the peer's machine prints its key");
		return ERR_USAGE;
	}
	if (q->peer.location && !q->substitute)
		return fault_set(f, ERR_USAGE,
				 "build: --peer has no meaning without --substitute");
	if (q->dry && q->substitute)
		return fault_set(f, ERR_USAGE,
				 "build: --dry-run asks no peers: --substitute has no meaning "
				 "with it");
	if (q->executor.exchange && c->overrides.n)
		return fault_set(
		    f, ERR_USAGE,
		    "build: a node attests what it builds: --override-source has no "
		    "meaning with --executor slurm");
	return executor_check("build", &q->executor, f);
}

/* Evaluates the targets, asks peers, makes the builder. */
static int prepare(struct cmd *c, struct build_work *w, struct fault *f)
{
	struct build_options *o = &w->q->o;
	int r = cmd_targets(c, c->operands, c->noperands, &w->targets, &w->n, f);
	if (r == 0)
		r = overrides_check(c->recipes, f);
	if (r == 0 && w->q->substitute) {
		r = cmd_substitutes(c, &w->q->peer, &w->substitutes, f);
		o->offer = cmd_offer;
		o->offer_drv = cmd_offer_drv;
		o->offer_ctx = &w->substitutes;
	}
	if (r == 0 && !w->q->dry)
		r = record_begin(c, false, &w->record, f);
	if (r == 0)
		r = progress_new(c->quiet, w->q->logs, &w->progress);
	if (r == 0)
		r = cmd_state(c, &w->events.state, f);
	if (r < 0)
		return r;
	w->events.progress = w->progress;
	w->events.record = w->record;
	o->event = record_event;
	o->event_ctx = &w->events;
	o->overridden = overrides_cover;
	o->overridden_ctx = c->recipes;
	r = w->q->dry ? 0 : executor_make(c, &w->q->executor, o, &w->executor, f);
	if (r < 0)
		return r;
	return cmd_builder(c, o, &w->b, f);
}

/* Records what the recipes say about what is built. */
static int note_recipes(struct build_work *w, struct fault *f)
{
	const struct drv **nodes = NULL;
	size_t n = 0;
	int r = w->record ? drv_closure(w->targets, w->n, &nodes, &n, f) : 0;
	if (r == 0)
		record_about(w->record, nodes, n);
	free(nodes);
	return r;
}

/* Builds, prints what came of it, and keeps what was asked for by name from collection. */
static int carry_out(struct cmd *c, struct build_work *w, struct fault *f)
{
	struct build_result *results = arena_array(&c->arena, w->n, sizeof *results);
	if (!results)
		return -ENOMEM;
	int r = note_recipes(w, f);
	if (r == 0)
		r = builder_run(w->b, w->targets, w->n, results, f);
	uint64_t failures = progress_failures(w->progress);
	if (r < 0 && failures) /* told in full when they happened */
		fault_set(f, r, "%llu %s failed", (unsigned long long)failures,
			  failures == 1 ? "build" : "builds");
	progress_free(w->progress);
	w->progress = NULL;
	print_results(results, w->n);
	struct fault g = FAULT_INIT;
	int e = w->q->no_root ? 0 : keep_built(c, builder_store(w->b), results, w->n, &g);
	if (r == 0 && e < 0) {
		r = e;
		*f = g;
	}
	return r;
}

static int build(struct cmd *c, void *request, struct fault *f)
{
	struct request *q = request;
	struct build_work w = {.q = q, .substitutes = SUBSTITUTES_INIT};
	int r = prepare(c, &w, f);
	if (r == 0)
		r = q->dry ? dry_run(w.b, w.targets, w.n, f) : carry_out(c, &w, f);
	record_end(w.record, r, f);
	progress_free(w.progress);
	substitutes_release(&w.substitutes);
	executor_release(&w.executor);
	return r;
}

const struct command command_build = {
    .name = "build",
    .run = build,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_TARGETS,
    .synopsis = "[OPTION…] TARGET…",
    .summary = "build targets and what they need",
};
