/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/checkout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/signals.h"
#include "source/source.h"

/* What a branch of a git server is at, and checking it out: what boot-hurdd does for a plan that follows one. */

static int head(struct cmd *c, void *request, struct fault *f)
{
	char commit[SOURCE_COMMIT + 1] = "";
	(void)request;
	int r = source_git_head(c->operands[0], c->operands[1], commit, f);
	if (r == 0)
		print_out("%s\n", commit);
	return r;
}

const struct command source_head_verb = {
    .name = "head",
    .run = head,
    .min = 2,
    .max = 2,
    .synopsis = "URL BRANCH",
    .summary = "print the commit that a branch of a git server is at",
};

static int on_progress(void *ctx, const char *uri, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)uri;
	(void)done;
	(void)total;
	return signals_interrupted();
}

static bool is_stopped(void *ctx)
{
	(void)ctx;
	return signals_interrupted();
}

static int checkout(struct cmd *c, void *request, struct fault *f)
{
	const char *uri = c->operands[0], *commit = c->operands[1], *to = c->operands[2];
	struct source_options o = {
	    .offline = c->offline, .progress = on_progress, .stopped = is_stopped};
	FREE_PTR char *part = NULL;
	FREE_PTR char *part_git = NULL;
	(void)request;
	if (strlen(commit) != SOURCE_COMMIT ||
	    strspn(commit, "0123456789abcdef") != SOURCE_COMMIT)
		return fault_set(f, ERR_USAGE, "'%s' is not a commit: 40 hex digits", commit);
	if (asprintf(&part, "%s.part", to) < 0 || asprintf(&part_git, "%s.git", part) < 0)
		return -ENOMEM;
	int r = file_exists(to, f);
	if (r > 0)
		r = fault_set(f, ERR_EXISTS, "%s is there already", to);
	FREE_PTR char *above = strdup(to);
	char *slash = above ? strrchr(above, '/') : NULL;
	if (slash && slash != above) {
		*slash = '\0';
		r = r == 0 ? file_mkdirs(above, f) : r;
	}
	signals_catch();
	/* What a killed one left. */
	if (r == 0)
		r = file_remove_tree(part, f);
	if (r == 0)
		r = file_remove_tree(part_git, f);
	if (r == 0)
		r = source_git((const char *const[]){uri}, 1, commit, part, &o, f);
	if (r == 0 && rename(part, to) < 0)
		r = fault_set(f, -errno, "cannot make %s:", to);
	if (r == 0)
		print_out("%s %s\n", commit, to);
	return r;
}

const struct command source_checkout_verb = {
    .name = "checkout",
    .run = checkout,
    .min = 3,
    .max = 3,
    .synopsis = "URL COMMIT FOLDER",
    .summary = "make a folder of what a commit of a git server holds",
};
