/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "cmd/format.h"
#include "cmd/plan.h"
#include "cmd/print.h"
#include "cmd/target.h"

/* Prints WORD as a shell takes it: in quotes when it must be. */
static void print_word(const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "%+,-./:=@_";
	if (*word && strspn(word, plain) == strlen(word)) {
		print_out(" %s", word);
		return;
	}
	print_out(" '");
	for (; *word; word++)
		if (*word == '\'')
			print_out("'\\''");
		else
			print_out("%c", *word);
	print_out("'");
}

static void print_steps(const struct drv *d)
{
	if (d->script)
		print_out("script: %s, run by %s\n", d->script, d->shell);
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct drv_step *s = &d->steps[i];
		print_out("step %zu:", i + 1);
		if (*s->dir)
			print_out(" (in %s)", s->dir);
		for (size_t k = 0; k < s->argc; k++)
			print_word(s->argv[k]);
		if (*s->in) {
			print_out(" <");
			print_word(s->in);
		}
		if (*s->out) {
			print_out(" >");
			print_word(s->out);
		}
		print_out("\n");
	}
}

static void print_source(const struct drv_source *s)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&s->hash, hex);
	const char *kind[] = {"sha256", "nar", "git"};
	print_out("source: %s %s:%s%s", s->as, kind[s->pin],
		  s->pin == DRV_PIN_GIT ? s->commit : hex, s->unpack ? " (unpacked)" : "");
	for (size_t i = 0; i < s->nuris; i++)
		print_out(" %s", s->uris[i]);
	if (s->path)
		print_out(" %s", s->path);
	print_out("\n");
}

static int print_built(struct store *s, struct arena *a, const struct drv *d, struct fault *f)
{
	struct digest action, object;
	struct store_realisation *list;
	size_t n = 0;
	char hex[DIGEST_HEX + 1], t[32];
	int r = store_find_resolved(s, &d->id, &action, &object);
	if (r == ERR_MISSING) {
		print_out("built: no\n");
		return 0;
	}
	if (store_lookup(s, r, f) < 0)
		return r;
	digest_hex(&action, hex);
	print_out("action: %s\n", hex);
	digest_nix32(&object, hex);
	print_out("object: %s\n", hex);
	r = store_list_realisations(s, a, &action, &list, &n, f);
	for (size_t i = 0; i < n; i++) {
		digest_nix32(&list[i].object, hex);
		format_time(list[i].wall_ns, t);
		print_out("realisation: %s %s in %s%s\n",
			  list[i].outcome == STORE_FAILED ? "failed" : hex,
			  *list[i].builder ? list[i].builder : "here", t,
			  list[i].attestable ? ""
					     : " (not attestable: a source was overridden)");
	}
	return r;
}

static int print_text(struct cmd *c, struct store *s, const struct drv *d, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&d->id, hex);
	print_out("name: %s\nderivation: %s\nsystem: %s\n", d->name, hex, d->system);
	if (d->meta.file)
		print_out("recipe: %s:%d\n", d->meta.file, d->meta.line);
	if (d->meta.summary)
		print_out("summary: %s\n", d->meta.summary);
	if (d->meta.homepage)
		print_out("homepage: %s\n", d->meta.homepage);
	if (d->meta.license)
		print_out("licence: %s\n", d->meta.license);
	for (size_t i = 0; i < d->nsources; i++)
		print_source(&d->sources[i]);
	for (size_t i = 0; i < d->meta.npregenerated; i++)
		print_out("pre-generated: %s\n", d->meta.pregenerated[i]);
	for (size_t i = 0; i < d->ninputs; i++)
		print_out("input: %s%s%s\n", d->inputs[i].as,
			  strcmp(d->inputs[i].as, d->inputs[i].drv->name) ? " = " : "",
			  strcmp(d->inputs[i].as, d->inputs[i].drv->name)
			      ? d->inputs[i].drv->name
			      : "");
	for (size_t i = 0; i < d->nenv; i++)
		print_out("env: %s=%s\n", d->env[i].name, d->env[i].value);
	print_steps(d);
	return print_built(s, &c->arena, d, f);
}

/* What the command line asks for. */
struct request {
	bool json, plan;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL,
     "print the canonical JSON, one line per target"},
    {OPTION_FLAG, 0, "plan", offsetof(struct request, plan), NULL,
     "print how it would be built: mounts, environment, steps, limits"},
    {0}};

static int print_json(const struct drv *d)
{
	struct buf b = BUF_INIT;
	int r = drv_json(d, &b);
	print_document(buf_view(&b), ESCAPE_DOCUMENT);
	print_out("\n");
	buf_release(&b);
	return r;
}

/* Prints the plans of the N TARGETS. */
static int show_plans(struct cmd *c, const struct drv *const *targets, size_t n, bool json,
		      struct fault *f)
{
	struct build_options o = {.offline = true};
	struct builder *b = NULL;
	struct build_plan plan;
	int r = cmd_builder(c, &o, &b, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = plan_of(c, b, targets[i], &plan, f);
		if (r == ERR_OFFLINE) {
			fault_set(f, r, "%s: not all of its sources are in the store",
				  targets[i]->name);
			fault_hint(f, "boot-hurd source fetch %s", targets[i]->name);
		}
		if (r == 0 && json)
			r = plan_json(targets[i], &plan);
		else if (r == 0)
			plan_text(targets[i], &plan);
	}
	return r;
}

static int show(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	const struct drv **targets = NULL;
	size_t n = 0;
	struct store *s = NULL;
	int r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0 && q->plan)
		return show_plans(c, targets, n, q->json, f);
	if (r == 0 && !q->json)
		r = cmd_store(c, &s, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (i && !q->json)
			print_out("\n");
		r = q->json ? print_json(targets[i]) : print_text(c, s, targets[i], f);
	}
	return r;
}

const struct command command_show = {
    .name = "show",
    .run = show,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[--json] [--plan] TARGET…",
    .summary = "show a target: sources, inputs, steps, what was built",
};
