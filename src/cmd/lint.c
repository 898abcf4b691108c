/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/print.h"

/* Prints one finding. Returns 1, to be counted. */
static int finding(const struct drv *d, const char *what)
{
	print_out("%s:%d: recipe '%s': %s\n", d->meta.file ? d->meta.file : "?", d->meta.line,
		  d->name, what);
	return 1;
}

static int lint_one(const struct drv *d)
{
	int n = 0;
	if (!d->meta.summary)
		n += finding(d, "no summary");
	if (!d->meta.license)
		n += finding(d, "no license");
	for (size_t i = 0; i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		if (s->pin != DRV_PIN_NAR && !d->meta.homepage)
			n += finding(d, "a source from outside, but no homepage");
		for (size_t k = 0; k < s->nuris; k++)
			if (strncmp(s->uris[k], "http:", 5) == 0 && s->pin == DRV_PIN_GIT)
				n += finding(d, "git over plain http: only SHA-1 guards it");
	}
	return n;
}

/* Tells of a broken FILE and counts it. */
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

int cmd_lint(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const struct drv **all = NULL, **targets = NULL;
	size_t n = 0, trusted = 0;
	struct recipes *recipes = NULL;
	int found = 0, broken = 0;
	int r = cmd_recipes(c, &recipes, f);
	if (r == 0 && first == argc) {
		r = recipes_whole(recipes, tell_broken, &broken, &all, &n, f);
		targets = all;
	} else if (r == 0) {
		r = cmd_targets(c, argc, argv, first, &targets, &n, f);
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		found += lint_one(targets[i]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < targets[i]->meta.npregenerated; k++, trusted++)
			print_out("taken on trust: %s: %s\n", targets[i]->name,
				  targets[i]->meta.pregenerated[k]);
	print_out("%zu recipes, %d broken files, %d findings, %zu pre-generated files taken on "
		  "trust\n",
		  n, broken, found, trusted);
	free(all);
	return found || broken ? CMD_ERROR : CMD_OK;
}
