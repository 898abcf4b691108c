/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "cmd/challenge.h"
#include "cmd/diffoscope.h"
#include "cmd/keys.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/summary.h"
#include "nar/nar.h"
#include "verify/verify.h"

/* What the operations of a verification work on. */
struct world {
	struct cmd *c;
	struct builder *b;
	struct progress *progress;
	const char *state; /* the store's folder */
};

/* Each call has a store handle of its own: rebuilds run in several threads. */
static int op_stored(void *ctx, const struct drv *d, struct digest *action,
		     struct digest *object)
{
	struct world *w = ctx;
	struct store *s = NULL;
	int r = store_open(w->state, 0, &s, NULL);
	if (r < 0)
		return r;
	r = store_find_resolved(s, &d->id, action, object);
	store_close(s);
	return r;
}

static char *op_tree(void *ctx, const struct digest *object)
{
	struct world *w = ctx;
	return store_object_path(w->c->store, object);
}

/* Turns axes into what a build understands. */
static struct build_vary vary_of(unsigned axes)
{
	struct build_vary v = {0};
	v.file_order = v.sandbox.listing = axes & VARY_FILE_ORDER;
	v.sandbox.aslr = axes & VARY_ASLR;
	v.sandbox.cpus = axes & VARY_CPUS ? 1 : 0;
	v.sandbox.kernel_name = axes & VARY_KERNEL_NAME ? "99.9.9-varied" : NULL;
	v.sandbox.umask = axes & VARY_UMASK ? 077 : 0;
	v.sandbox.user = axes & VARY_USER ? 2000 : 0;
	/* Another year, month, day of the month and of the week, hour, minute and second. */
	v.sandbox.time_offset_s = axes & VARY_TIME ? 403LL * 86400 + 7 * 3600 + 13 * 60 + 7 : 0;
	v.sandbox.wall_offset_s = v.sandbox.time_offset_s;
	v.one_job = axes & VARY_PARALLELISM;
	v.sandbox.cpus_told = axes & VARY_PARALLELISM ? 2 * (int)sys_cpus() + 1 : 0;
	v.ids = v.sandbox.ids = axes & VARY_IDS;
	v.home = axes & VARY_HOME;
	v.sandbox.memory = axes & VARY_MEMORY;
	v.sandbox.processor = axes & VARY_CPU;
	return v;
}

static int op_rebuild(void *ctx, const struct drv *d, unsigned vary, struct verify_build *ret,
		      struct fault *f)
{
	struct world *w = ctx;
	struct arena a = ARENA_INIT;
	struct action act;
	struct build_once once = {0};
	struct build_vary how = vary_of(vary);
	struct store *s = NULL;
	int r = store_open(w->state, 0, &s, f);
	if (r == 0)
		r = builder_resolve(w->b, s, &a, d, &act, f);
	if (r == 0)
		r = builder_once(w->b, s, &act, &how, &once, f);
	if (r == 0)
		r = nar_hash(once.tree, &ret->object, NULL, f);
	/* The folder goes to the caller; what else the build left is not needed. */
	ret->folder = once.folder;
	ret->tree = once.tree;
	ret->wall_ns = once.run.wall_ns;
	once.folder = once.tree = NULL;
	/* The folder goes when the handle it was made with is closed. */
	ret->handle = s;
	build_once_release(&once);
	arena_release(&a);
	return r;
}

static void op_discard(void *ctx, struct verify_build *b)
{
	(void)ctx;
	if (b->folder)
		file_remove_tree(b->folder, NULL);
	store_close(b->handle);
	free(b->folder);
	free(b->tree);
	*b = (struct verify_build){0};
}

static int op_keep(void *ctx, const struct drv *d, struct verify_build *b, char **ret_path,
		   struct fault *f)
{
	struct world *w = ctx;
	char *to = NULL;
	FREE_PTR char *dir = path_join(w->state, "differences");
	int r = dir ? file_mkdirs(dir, f) : -ENOMEM;
	if (r == 0 && asprintf(&to, "%s/%s-%lld", dir, d->name, (long long)sys_now_ns()) < 0)
		r = -ENOMEM;
	if (r == 0 && rename(b->tree, to) < 0)
		r = fault_set(f, -errno, "cannot keep the rebuilt tree as %s:", to);
	op_discard(ctx, b);
	if (r < 0)
		free(to);
	else
		*ret_path = to;
	return r;
}

static void op_progress(void *ctx, const struct drv *d, bool done, enum verdict v)
{
	struct world *w = ctx;
	if (done && (!w->c->quiet || v == VERDICT_DIFFERS || v == VERDICT_FAILED))
		progress_line(w->progress, "%s %s", verdict_word(v), d->name);
	progress_step(w->progress, d, "rebuilding", done, v == VERDICT_FAILED);
}

static bool op_stopped(void *ctx)
{
	(void)ctx;
	return cmd_interrupted();
}

/* Reads --vary's list. */
static int parse_vary(const struct strlist *l, unsigned *ret, struct fault *f)
{
	for (size_t i = 0; i < l->n; i++) {
		char *save = NULL;
		for (char *p = strtok_r(l->items[i], ",", &save); p;
		     p = strtok_r(NULL, ",", &save)) {
			unsigned axis = vary_parse(p);
			if (!axis)
				return fault_set(
				    f, ERR_USAGE,
				    "--vary: there is no axis '%s': aslr, cpus, file-order, "
				    "kernel-name, umask, user, time, parallelism, ids, home, "
				    "memory, "
				    "cpu or all",
				    p);
			*ret |= axis;
		}
	}
	if (*ret & VARY_TIME && !builder_can_shift_clocks()) {
		if (*ret == VARY_TIME)
			return fault_set(f, ERR_USAGE,
					 "--vary time: this kernel has no time namespaces");
		print_err(
		    "boot-hurd: time is not varied: this kernel has no time namespaces\n");
		*ret &= ~(unsigned)VARY_TIME;
	}
	return 0;
}

/* Prints the report as was asked. */
static int print_report(struct world *w, const struct verify_report *report, bool json,
			bool all, double coverage)
{
	struct buf text = BUF_INIT;
	if (json)
		verify_report_json(report, coverage, &text);
	else
		verify_report_text(report, all, &text);
	print_document(buf_view(&text), json ? ESCAPE_DOCUMENT : ESCAPE_LINES);
	buf_release(&text);
	for (size_t i = 0; i < report->n; i++) {
		const struct verify_result *x = &report->results[i];
		FREE_PTR char *stored = x->kept ? op_tree(w, &x->object) : NULL;
		if (stored)
			diffoscope_run(stored, x->kept);
	}
	return verify_exit(report, coverage);
}

/* Builds what is missing, then verifies the closure of the targets. */
static int verify_targets(struct world *w, const struct drv *const *targets, size_t n,
			  struct verify_options *o, struct verify_report *ret, struct fault *f)
{
	struct drv **nodes = NULL;
	size_t nnodes = 0;
	int r = drv_closure(targets, n, &nodes, &nnodes, f);
	/* Every node must be there: with an early cut-off an input may never have been built. */
	struct build_result *built = r == 0 ? calloc(nnodes + 1, sizeof *built) : NULL;
	if (r == 0)
		r = built
			? builder_run(w->b, (const struct drv *const *)nodes, nnodes, built, f)
			: -ENOMEM;
	if (r == 0) {
		progress_plan(w->progress, nnodes);
		struct verify_ops ops = {.ctx = w,
					 .stored = op_stored,
					 .tree = op_tree,
					 .rebuild = op_rebuild,
					 .discard = op_discard,
					 .keep = op_keep,
					 .progress = op_progress,
					 .stopped = op_stopped};
		r = verify_run(nodes, nnodes, o, &ops, ret, f);
	}
	free(built);
	free(nodes);
	return r;
}

/*
 * Writes a verification summary of REPORT to FILE, signed with KEY (NULL: not signed). OWN is our
 * key's id or "". The policy says how often each step was rebuilt, and which axes were varied.
 */
static int write_vsa(struct cmd *c, const struct verify_report *report, double coverage,
		     const char *file, const char *key, const char *own, struct fault *f)
{
	struct buf policy = BUF_INIT;
	struct vsa v = {.resource = "urn:boot-hurd:outputs",
			.policy = "urn:boot-hurd:policy:rebuild:1",
			.level = "BOOT_HURD_REPRODUCED_BY_REBUILD",
			.passed = verify_exit(report, coverage) == 0 &&
				  report->counts[VERDICT_REPRODUCED] > 0};
	struct vsa_item *subjects = arena_array(&c->arena, report->n + 1, sizeof *subjects);
	int r = subjects ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < report->n; i++) {
		const struct verify_result *x = &report->results[i];
		if (!v.passed || x->verdict == VERDICT_REPRODUCED)
			subjects[v.nsubjects++] = (struct vsa_item){x->drv->name, x->object};
	}
	v.subjects = subjects;
	buf_addf(&policy, "rounds %u\n", report->rounds);
	for (unsigned axis = 1; axis & VARY_ALL; axis <<= 1)
		if (report->vary & axis)
			buf_addf(&policy, "vary %s\n", vary_name(axis));
	if (r == 0)
		r = buf_failed(&policy);
	if (r == 0)
		r = summary_write(c, &v, own, policy.ptr, file, key, f);
	buf_release(&policy);
	return r;
}

int cmd_verify(struct cmd *c, int argc, char **argv, struct fault *f)
{
	struct verify_options o = {.rounds = 1, .sample = 100};
	struct strlist vary = STRLIST_INIT;
	double coverage = 0;
	bool json = false, all = false, peers = false;
	struct audit_options audit = {0};
	unsigned seed = 0;
	const struct option_row rows[] = {
	    {OPTION_COUNT, 'j', "jobs", &o.jobs, "N",
	     "rebuild N at a time (default: one per processor)"},
	    {OPTION_COUNT, 0, "rounds", &o.rounds, "N", "rebuild each N times (default: 1)"},
	    {OPTION_LIST, 0, "vary", &vary, "AXIS,…|all",
	     "change on purpose: aslr, cpus, file-order, kernel-name, umask, user, time, "
	     "parallelism, ids, home, memory, cpu"},
	    {OPTION_PERCENT, 0, "sample", &o.sample, "N%", "rebuild a random part"},
	    {OPTION_COUNT, 0, "seed", &seed, "N", "choose the sample that N chose before"},
	    {OPTION_PERCENT, 0, "coverage", &coverage, "MIN%", "exit 3 when less was compared"},
	    {OPTION_FLAG, 0, "json", &json, NULL, "print the report as JSON"},
	    {OPTION_FLAG, 'a', "all", &all, NULL, "list reproduced outputs too"},
	    {OPTION_FLAG, 0, "peers", &peers, NULL,
	     "rebuild nothing: compare what is here with what peers say"},
	    {OPTION_TEXT, 0, "fetch-different", &audit.fetch, "DIR",
	     "--peers: bring others' trees that differ, list them file by file"},
	    {OPTION_TEXT, 0, "vsa", &audit.vsa, "FILE", "write a SLSA verification summary"},
	    {OPTION_TEXT, 0, "key", &audit.key, "NAME", "--vsa: sign with the secret key NAME"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	if (audit.key && !audit.vsa && !peers)
		fault_set(f, ERR_USAGE, "verify: --key signs a summary; give --vsa FILE");
	if (audit.vsa && f->code == 0)
		file_may_replace(audit.vsa, f);
	if (f->code || peers || audit.fetch) {
		audit.json = json;
		audit.all = all;
		audit.coverage = coverage;
		if (f->code == 0 && (vary.n || !peers))
			fault_set(f, ERR_USAGE,
				  "verify: --peers rebuilds nothing; --fetch-different belongs "
				  "to it, --vary does not");
		strlist_release(&vary);
		return f->code ? f->code : cmd_audit(c, argc, argv, first, &audit, f);
	}
	struct world w = {.c = c};
	struct verify_report report = {0};
	struct baseline baseline = BASELINE_INIT;
	struct build_options bo = {.event = progress_event};
	const struct drv **targets = NULL;
	struct store *s = NULL;
	char own[KEY_ID + 1] = "";
	size_t n = 0;
	int r = parse_vary(&vary, &o.vary, f);
	strlist_release(&vary);
	if (r == 0)
		r = cmd_targets(c, argc, argv, first, &targets, &n, f);
	if (r == 0 && !n)
		r = fault_set(f, ERR_USAGE, "there are no recipes to verify");
	if (r == 0 && audit.vsa)
		r = keys_own(c, audit.key, own, f);
	if (r == 0)
		r = cmd_baseline(c, &baseline, f);
	if (r == 0)
		r = cmd_state(c, &w.state, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &w.progress);
	if (r == 0) {
		bo.event_ctx = w.progress;
		bo.jobs = o.jobs;
		r = cmd_builder(c, &bo, &w.b, f);
	}
	if (r == 0)
		r = cmd_store(c, &s, f);
	if (r == 0) {
		o.jobs = o.jobs ? o.jobs : (unsigned)sys_cpus();
		o.seed = seed;
		if (!seed && o.sample < 100)
			sys_random(&o.seed, 4);
		o.baseline = &baseline;
		r = verify_targets(&w, targets, n, &o, &report, f);
	}
	progress_free(w.progress);
	if (r == 0 && audit.vsa)
		r = write_vsa(c, &report, coverage, audit.vsa, audit.key, own, f);
	if (r == 0)
		r = print_report(&w, &report, json, all, coverage);
	verify_report_release(&report);
	baseline_release(&baseline);
	builder_free(w.b);
	return r;
}
