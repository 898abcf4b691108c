/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/print.h"

/* `list` and `search`: what recipes there are. */

/* What is looked for. */
struct looking {
	struct cmd *c;
	size_t found;
	size_t broken; /* files that cannot be evaluated */
};

static void on_broken(void *ctx, const char *file, const struct fault *why)
{
	struct looking *l = ctx;
	l->broken++;
	print_err("boot-hurd: left out: %s: %s\n", file, why->what);
}

/* Returns whether the word is part of what is said of D. */
static bool mentions(const struct drv *d, const char *word)
{
	const char *texts[] = {d->name, d->meta.summary, d->meta.homepage, d->meta.license};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i] && strcasestr(texts[i], word))
			return true;
	return false;
}

static void print_one(struct cmd *c, const struct drv *d)
{
	struct digest action, object;
	bool built = store_find_resolved(c->store, &d->id, &action, &object) == 0;
	print_out("%s %-28s %s\n", built ? "*" : " ", d->name,
		  d->meta.summary ? d->meta.summary : "");
}

/* Prints the recipes that mention all of the N words. */
static int look(struct cmd *c, struct looking *l, struct fault *f)
{
	const struct drv **all = NULL;
	size_t n = 0;
	int r = recipes_whole(c->recipes, on_broken, l, &all, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		bool wanted = true;
		for (size_t k = 0; k < c->noperands; k++)
			wanted = wanted && mentions(all[i], c->operands[k]);
		if (!wanted)
			continue;
		l->found++;
		print_one(c, all[i]);
	}
	free(all);
	return r;
}

static int list(struct cmd *c, void *request, struct fault *f)
{
	struct looking l = {.c = c};
	(void)request;
	int r = look(c, &l, f);
	return r == 0 && l.broken ? CMD_ERROR : r;
}

static int search(struct cmd *c, void *request, struct fault *f)
{
	struct looking l = {.c = c};
	(void)request;
	int r = look(c, &l, f);
	if (r == 0 && !l.found) {
		fault_set(f, ERR_MISSING, "no recipe mentions '%s'", c->operands[0]);
		fault_hint(f, "boot-hurd list prints them all");
		return ERR_MISSING;
	}
	return r;
}

const struct command command_list = {
    .name = "list",
    .run = list,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "",
    .summary = "print all recipes; * before what is built",
};

const struct command command_search = {
    .name = "search",
    .run = search,
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "WORD…",
    .summary = "print the recipes that mention all of the words",
};
