/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints one finding. Returns 1, to be counted. */
static int finding(const struct drv *d, const char *what)
{
	printf("%s:%d: recipe '%s': %s\n", d->meta.file ? d->meta.file : "?", d->meta.line,
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

/*
 * Evaluates the recipe files one by one, so that each broken one is reported, and lists what those
 * that are whole describe. Returns how many are broken, or a negative code.
 */
static int load_all(struct cmd *c, const struct drv ***ret, size_t *ret_n, struct fault *f)
{
	struct recipes *recipes = NULL;
	const char *const *names;
	int broken = 0;
	int r = cmd_recipes(c, &recipes, f);
	if (r < 0)
		return r;
	size_t files = recipes_names(recipes, &names);
	for (size_t i = 0; i < files; i++) {
		const struct drv *const *drvs = NULL;
		size_t n = 0;
		struct fault g = FAULT_INIT;
		r = recipes_load(recipes, i, &drvs, &n, &g);
		if (r == -ENOMEM)
			return fault_set(f, r, "cannot read the recipes:");
		if (r < 0) {
			const char *file = recipes_file(recipes, i);
			if (strncmp(g.what, file, strlen(file)) == 0)
				cmd_print_fault(&g);
			else /* said at the recipe that is broken itself */
				fprintf(stderr,
					"boot-hurd: %s: needs a recipe that is broken: %s\n",
					file, g.what);
			broken++;
			continue;
		}
		const struct drv **more = realloc(*ret, (*ret_n + n + 1) * sizeof *more);
		if (!more)
			return fault_set(f, -ENOMEM, "cannot list the recipes:");
		*ret = more;
		for (size_t k = 0; k < n; k++)
			more[(*ret_n)++] = drvs[k];
	}
	return broken;
}

int cmd_lint(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const struct drv **all = NULL, **targets = NULL;
	size_t n = 0, trusted = 0;
	int found = 0, broken = 0;
	if (first == argc) {
		broken = load_all(c, &all, &n, f);
		targets = all;
	} else {
		broken = cmd_targets(c, argc, argv, first, &targets, &n, f);
	}
	if (broken < 0) {
		free(all);
		return broken;
	}
	for (size_t i = 0; i < n; i++)
		found += lint_one(targets[i]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < targets[i]->meta.npregenerated; k++, trusted++)
			printf("taken on trust: %s: %s\n", targets[i]->name,
			       targets[i]->meta.pregenerated[k]);
	printf("%zu recipes, %d broken files, %d findings, %zu pre-generated files taken on "
	       "trust\n",
	       n, broken, found, trusted);
	free(all);
	return found || broken ? CMD_ERROR : CMD_OK;
}
