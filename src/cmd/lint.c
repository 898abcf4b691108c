/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/generated.h"
#include "cmd/pins.h"
#include "cmd/print.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "cmd/trust.h"

enum { LISTED_MAX = 20 }; /* undeclared files of one recipe that are named */

/* What a run of lint works on. */
struct lint {
	struct cmd *c;
	struct builder *b; /* NULL until a source is looked for, or when there is no store */
	bool no_store;     /* it could not be opened: nothing can be looked at */
	size_t findings;
	size_t trusted;  /* generated files that are declared, as far as they were looked at */
	size_t unlooked; /* sources that are not in the store */
	int broken;      /* files that could not be evaluated */
};

/* Prints one finding and counts it. */
static void finding(struct lint *l, const struct drv *d, const char *what, const char *of)
{
	print_out("%s:%d: recipe '%s': %s%s\n", d->meta.file ? d->meta.file : "?", d->meta.line,
		  d->name, what, of);
	l->findings++;
}

static void lint_fields(struct lint *l, const struct drv *d)
{
	if (!d->meta.summary)
		finding(l, d, "no summary", "");
	if (!d->meta.license)
		finding(l, d, "no license", "");
	for (size_t i = 0; i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		if (s->pin != DRV_PIN_NAR && !d->meta.homepage)
			finding(l, d, "a source from outside, but no homepage", "");
		for (size_t k = 0; k < s->nuris; k++)
			if (strncmp(s->uris[k], "http:", 5) == 0 && s->pin == DRV_PIN_GIT)
				finding(l, d, "git over plain http: only SHA-1 guards it", "");
	}
}

static int lint_pins(struct lint *l, const struct drv *d, struct fault *f)
{
	struct fault g = FAULT_INIT;
	int r = pins_unknown(l->c, d, &g);
	if (r > 0)
		finding(l, d, "a pin that is not recorded: boot-hurd lint --record", "");
	if (r == ERR_UNSAFE) {
		cmd_print_fault(&g);
		l->findings++;
		r = 0;
	}
	if (r < 0)
		*f = g;
	return r < 0 ? r : 0;
}

/* Adds what was generated in source S of D to RET. 1; 0: it is not in the store. */
static int look_into(struct lint *l, const struct drv *d, const struct drv_source *s,
		     struct strlist *ret, struct fault *f)
{
	struct build_options o = {.offline = true};
	struct digest object;
	struct store *store = NULL;
	if (!l->b && !l->no_store && cmd_builder(l->c, &o, &l->b, NULL) < 0)
		l->no_store = true;
	if (l->no_store)
		return 0;
	int r = cmd_store(l->c, &store, f);
	int found = r == 0 ? builder_source(l->b, d, s, true, &object, NULL) : r;
	if (r == 0)
		r = store_lookup(store, found, f);
	if (r < 0 || found < 0)
		return r;
	FREE_PTR char *path = r == 0 ? store_object_path(store, &object) : NULL;
	if (r == 0)
		r = path ? generated_in(path, &d->meta, ret, f) : -ENOMEM;
	return r < 0 ? r : 1;
}

/* Notes in USED which of the N PATTERNS stand for PATH. Returns whether one does. */
static bool match(const char **patterns, size_t n, const char *path, bool *used)
{
	bool found = false;
	for (size_t i = 0; i < n; i++)
		if (generated_matches(patterns[i], path))
			found = used[i] = true;
	return found;
}

/* Compares the files FOUND with those that D declares. ALL: every source was looked at. */
static int compare(struct lint *l, const struct drv *d, const struct strlist *found, bool all)
{
	const struct drv_meta *m = &d->meta;
	size_t undeclared = 0;
	FREE_PTR bool *used = calloc(m->npregenerated + m->nunused + 1, sizeof *used);
	if (!used)
		return -ENOMEM;
	for (size_t i = 0; i < found->n; i++) {
		const char *path = found->items[i];
		bool trusted = match(m->pregenerated, m->npregenerated, path, used);
		bool unused = match(m->unused, m->nunused, path, used + m->npregenerated);
		l->trusted += trusted;
		if (!trusted && !unused && ++undeclared <= LISTED_MAX)
			finding(l, d, "generated, but not declared in pregenerated: ", path);
	}
	if (undeclared > LISTED_MAX) {
		print_out("  … and %zu more of recipe '%s'\n", undeclared - LISTED_MAX,
			  d->name);
		l->findings += undeclared - LISTED_MAX;
	}
	for (size_t i = 0; all && i < m->npregenerated + m->nunused; i++)
		if (!used[i])
			finding(l, d, "no generated file of its sources is ",
				i < m->npregenerated ? m->pregenerated[i]
						     : m->unused[i - m->npregenerated]);
	return 0;
}

static int lint_sources(struct lint *l, const struct drv *d, struct fault *f)
{
	struct strlist found = STRLIST_INIT;
	bool all = true;
	int r = 0;
	for (size_t i = 0; r >= 0 && i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		if (s->pin == DRV_PIN_NAR || !s->unpack)
			continue;
		if (signals_interrupted())
			r = fault_set(f, ERR_CANCELLED, "stopped");
		else
			r = look_into(l, d, s, &found, f);
		if (r == 0) {
			print_out("not looked at: %s: %s is not in the store\n", d->name,
				  s->as);
			l->unlooked++;
			all = false;
		}
	}
	if (r >= 0)
		r = compare(l, d, &found, all);
	strlist_release(&found);
	return r < 0 ? r : 0;
}

/* Reports the broken FILE, and counts it. */
static void tell_broken(void *ctx, const char *file, const struct fault *why)
{
	int *count = ctx;
	if (strncmp(why->what, file, strlen(file)) == 0)
		cmd_print_fault(why);
	else /* said at the recipe that is broken itself */
		print_err("boot-hurd: %s: needs a recipe that is broken: %s\n", file,
			  why->what);
	++*count;
}

/* Checks the N recipes D, and says what was found. */
static int lint(struct lint *l, const struct drv *const *d, size_t n, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		lint_fields(l, d[i]);
		r = lint_pins(l, d[i], f);
		if (r == 0)
			r = lint_sources(l, d[i], f);
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < d[i]->meta.npregenerated; k++)
			print_out("taken on trust: %s: %s\n", d[i]->name,
				  d[i]->meta.pregenerated[k]);
	print_out("%zu recipes, %d broken files, %zu findings, %zu generated files taken on "
		  "trust",
		  n, l->broken, l->findings, l->trusted);
	if (l->unlooked)
		print_out(", %zu sources not looked at (boot-hurd source fetch brings them)",
			  l->unlooked);
	print_out("\n");
	return l->findings || l->broken ? CMD_ERROR : CMD_OK;
}

/* Records what the recipes pin; the operands mean what they changed. */
static int record(struct cmd *c, struct fault *f)
{
	const struct drv **all = NULL, **meant = NULL;
	size_t nall = 0, nmeant = 0;
	int r = recipes_all(c->recipes, &all, &nall, f);
	if (r == 0 && c->noperands)
		r = cmd_targets_any_pins(c, c->operands, c->noperands, &meant, &nmeant, f);
	if (r == 0)
		r = pins_record(c, all, nall, meant, nmeant, f);
	free(all);
	return r;
}

/* Prints what the N TARGETS, called WHO, take on trust. Adds to *UNSEEN what was not looked at. */
static int tell_trust(struct trust_meter *m, const char *who, const struct drv *const *targets,
		      size_t n, size_t *unseen, struct fault *f)
{
	struct trust t;
	struct buf b = BUF_INIT;
	int r = trust_measure(m, targets, n, &t, f);
	trust_text(&t, &b);
	if (r == 0) {
		print_out("%s: %s, %llu lines in %zu generated files", who, buf_str(&b),
			  (unsigned long long)t.generated_lines, t.generated);
		if (t.unlooked)
			print_out(", %zu source%s not looked at", t.unlooked,
				  t.unlooked == 1 ? "" : "s");
		print_out("\n");
		*unseen += t.unlooked + t.packages_unseen;
	}
	buf_release(&b);
	return r;
}

/* Of the N derivations NODES, those that start from the root of NODES[I]; 0 when it came before. */
static size_t same_root(const struct drv *const *nodes, size_t n, size_t i,
			const struct drv **ret)
{
	const char *root = nodes[i]->meta.root;
	size_t count = 0;
	for (size_t k = 0; root && k < n; k++) {
		if (!nodes[k]->meta.root || strcmp(nodes[k]->meta.root, root) != 0)
			continue;
		if (k < i)
			return 0;
		ret[count++] = nodes[k];
	}
	return count;
}

/* lint --trust: of each of the N targets, then of each root of trust among them. */
static int trust(struct cmd *c, const struct drv *const *targets, size_t n, struct fault *f)
{
	struct trust_meter *m = NULL;
	const struct drv **nodes = NULL;
	size_t count = 0, unseen = 0;
	int r = trust_meter_new(c, true, &m, f);
	if (r == 0)
		r = drv_closure(targets, n, &nodes, &count, f);
	FREE_PTR const struct drv **some = calloc(count + 1, sizeof *some);
	if (r == 0 && !some)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = tell_trust(m, targets[i]->name, &targets[i], 1, &unseen, f);
	for (size_t i = 0; r == 0 && i < count; i++) {
		size_t k = same_root(nodes, count, i, some);
		FREE_PTR char *who = NULL;
		if (k && asprintf(&who, "root %s", nodes[i]->meta.root) < 0)
			r = -ENOMEM;
		else if (k)
			r = tell_trust(m, who, some, k, &unseen, f);
	}
	free(nodes);
	trust_meter_free(m);
	return r == 0 && unseen ? CMD_COVERAGE : r;
}

/* What the command line asks for. */
struct request {
	bool record;
	bool trust;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "record", offsetof(struct request, record), NULL,
     "record the pins; targets say that they mean what they changed"},
    {OPTION_FLAG, 0, "trust", offsetof(struct request, trust), NULL,
     "add up what targets and all they need take on trust"},
    {0}};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	(void)c;
	return q->record && q->trust
		   ? fault_set(f, ERR_USAGE, "--record and --trust do not go together")
		   : 0;
}

static int run(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct lint l = {.c = c};
	const struct drv **all = NULL, **targets = NULL;
	size_t n = 0;
	int r;
	if (q->record)
		return record(c, f);
	if (q->trust) {
		r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
		return r < 0 ? r : trust(c, targets, n, f);
	}
	if (c->noperands) {
		r = cmd_targets_any_pins(c, c->operands, c->noperands, &targets, &n, f);
	} else {
		r = recipes_whole(c->recipes, tell_broken, &l.broken, &all, &n, f);
		targets = all;
	}
	if (r == 0)
		r = lint(&l, targets, n, f);
	free(all);
	return r;
}

const struct command command_lint = {
    .name = "lint",
    .run = run,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[--record | --trust] [TARGET…]",
    .summary = "check recipes, list what an auditor takes on trust",
};
