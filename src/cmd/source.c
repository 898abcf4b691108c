/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/checkout.h"
#include "cmd/prefetch.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "cmd/upstream.h"
#include "source/source.h"

/* Prints one line: the pin, its state, the recipe and the first place it can be had. */
static void print_source(const struct drv *d, const struct drv_source *s, const char *state)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&s->hash, hex);
	print_out("%-8s %s %s %s %s\n", state, s->pin == DRV_PIN_GIT ? s->commit : hex, d->name,
		  s->as,
		  s->nuris  ? s->uris[0]
		  : s->path ? s->path
			    : "-");
}

/* A run over the sources of targets and all that they need. */
struct sources {
	struct builder *b;
	size_t bad; /* that are missing, or could not be fetched */
	struct source_options places;
};

/* Looks at source S of D, which the store has or not. 0 or negative: stop. */
typedef int look_fn(struct sources *w, const struct drv *d, const struct drv_source *s,
		    bool have, struct fault *f);

static int look_list(struct sources *w, const struct drv *d, const struct drv_source *s,
		     bool have, struct fault *f)
{
	(void)w;
	(void)f;
	print_source(d, s, have ? "here" : "missing");
	return 0;
}

static int look_check(struct sources *w, const struct drv *d, const struct drv_source *s,
		      bool have, struct fault *f)
{
	(void)f;
	if (!have)
		print_source(d, s, "missing");
	w->bad += !have;
	return 0;
}

static int look_fetch(struct sources *w, const struct drv *d, const struct drv_source *s,
		      bool have, struct fault *f)
{
	struct digest object;
	struct fault why = FAULT_INIT;
	if (builder_source(w->b, d, s, false, &object, &why) < 0) {
		print_err("boot-hurd: %s\n", why.what);
		w->bad++;
	} else if (!have) {
		print_source(d, s, "fetched");
	}
	return signals_interrupted() ? fault_set(f, ERR_CANCELLED, "stopped") : 0;
}

/* Goes over all sources of the N NODES. */
static int each_source(struct sources *w, const struct drv *const *nodes, size_t n,
		       look_fn *look, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		for (size_t k = 0; k < nodes[i]->nsources && r == 0; k++) {
			const struct drv_source *s = &nodes[i]->sources[k];
			struct digest object;
			bool have = builder_source(w->b, nodes[i], s, true, &object, NULL) == 0;
			r = look(w, nodes[i], s, have, f);
		}
	if (r == 0 && w->bad)
		r = fault_set(f, ERR_MISSING, "%zu sources are missing", w->bad);
	return r;
}

/* Goes over all sources of the operands' closure. */
static int go(struct cmd *c, look_fn *look, struct fault *f)
{
	const struct drv **targets = NULL;
	const struct drv **nodes = NULL;
	struct progress *progress = NULL;
	struct sources w = {0};
	struct build_options o = {.event = progress_event};
	size_t n = 0;
	int r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = drv_closure(targets, n, &nodes, &n, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &progress);
	o.event_ctx = progress;
	if (r == 0)
		r = cmd_builder(c, &o, &w.b, f);
	w.places = (struct source_options){
	    .offline = c->offline, .archives = o.archives, .narchives = o.narchives};
	if (r == 0)
		r = each_source(&w, nodes, n, look, f);
	progress_free(progress);
	free(nodes);
	return r;
}

static int fetch(struct cmd *c, void *request, struct fault *f)
{
	(void)request;
	return go(c, look_fetch, f);
}

static int list(struct cmd *c, void *request, struct fault *f)
{
	(void)request;
	return go(c, look_list, f);
}

/* What the command line of check asks for. */
struct check_request {
	bool where;
};
static const struct option_row CHECK_OPTIONS[] = {{OPTION_FLAG, 0, "where",
						   offsetof(struct check_request, where), NULL,
						   "ask each place whether it has them"},
						  {0}};

static void told(void *ctx, const char *url, long status)
{
	size_t *found = ctx;
	*found += status == 200;
	if (status == 200)
		print_out("  has it   %s\n", url);
	else if (status)
		print_out("  %-8ld %s\n", status, url);
	else
		print_out("  nothing  %s\n", url);
}

/* Says which places have a source. One that none has, nor the store, is missing. */
static int look_where(struct sources *w, const struct drv *d, const struct drv_source *s,
		      bool have, struct fault *f)
{
	size_t found = have;
	if (s->pin != DRV_PIN_SHA256)
		return 0;
	print_source(d, s, have ? "here" : "missing");
	int r = source_where(s->uris, s->nuris, &s->hash, &w->places, told, &found, f);
	w->bad += !found;
	return signals_interrupted() ? fault_set(f, ERR_CANCELLED, "stopped") : r;
}

static int check(struct cmd *c, void *request, struct fault *f)
{
	const struct check_request *q = request;
	return go(c, q->where ? look_where : look_check, f);
}

static const struct command FETCH = {
    .name = "fetch",
    .run = fetch,
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[TARGET…]",
    .summary = "bring what is missing",
};
static const struct command LIST = {
    .name = "list",
    .run = list,
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[TARGET…]",
    .summary = "print all sources, and whether they are here",
};
static const struct command CHECK = {
    .name = "check",
    .run = check,
    .options = CHECK_OPTIONS,
    .size = sizeof(struct check_request),
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[--where] [TARGET…]",
    .summary = "print those that are missing; exit 1 when one is",
};

const struct command command_source = {
    .name = "source",
    .verbs = (const struct command *const[]){&FETCH, &LIST, &CHECK, &source_prefetch_verb,
					     &source_upstream_verb, &source_head_verb,
					     &source_checkout_verb, NULL},
    .summary = "manage sources",
};
