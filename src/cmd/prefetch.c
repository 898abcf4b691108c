/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/prefetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/signals.h"
#include "source/source.h"

static int on_progress(void *ctx, const char *uri, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)uri;
	(void)done;
	(void)total;
	return signals_interrupted();
}

/* Refuses what source_fetch could not read again. */
static int check_uri(const char *uri, struct fault *f)
{
	static const char *const kinds[] = {"debian:", "https://", "http://", "file:///"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(uri, kinds[i], strlen(kinds[i])) == 0)
			return 0;
	fault_set(f, ERR_USAGE, "'%s' is not the URI of a file", uri);
	fault_hint(f, "it begins with debian:, https://, http:// or file:///");
	return ERR_USAGE;
}

int prefetch(struct cmd *c, const char *uri, struct digest *ret, const char **ret_file,
	     struct fault *f)
{
	struct source_options o = {.offline = c->offline, .progress = on_progress};
	char hex[DIGEST_HEX + 1];
	FREE_PTR char *tmp = NULL;
	struct store *s = NULL;
	int r = check_uri(uri, f);
	if (r == 0)
		r = cmd_store(c, &s, f);
	if (r < 0)
		return r;
	signals_catch();
	r = store_tmp(s, "prefetch", &tmp, f);
	FREE_PTR char *file = r == 0 && tmp ? path_join(tmp, "file") : NULL;
	const char *dir = arena_fmt(&c->arena, "%s/sources", store_path(s));
	if (r == 0 && (!file || !dir))
		r = -ENOMEM;
	if (r == 0 && !c->quiet)
		print_err("fetching %s\n", uri);
	if (r == 0 && file)
		r = source_prefetch(uri, file, &o, ret, f);
	if (r == 0)
		r = file_mkdirs(dir, f);
	if (r == 0)
		digest_hex(ret, hex);
	const char *to = r == 0 ? arena_fmt(&c->arena, "%s/%s", dir, hex) : NULL;
	if (r == 0 && (!to || !file))
		r = -ENOMEM;
	if (r == 0 && rename(file, to) < 0)
		r = fault_set(f, -errno, "cannot keep %s:", to);
	if (r == 0 && ret_file)
		*ret_file = to;
	if (tmp)
		file_remove_tree(tmp, NULL);
	return r;
}

static int run(struct cmd *c, void *request, struct fault *f)
{
	int r = 0;
	(void)request;
	for (size_t i = 0; r == 0 && i < c->noperands; i++) {
		struct digest d = {{0}};
		char hex[DIGEST_HEX + 1];
		r = prefetch(c, c->operands[i], &d, NULL, f);
		digest_hex(&d, hex);
		if (r == 0)
			print_out("%s %s\n", hex, c->operands[i]);
	}
	return r;
}

const struct command source_prefetch_verb = {
    .name = "prefetch",
    .run = run,
    .min = 1,
    .max = CMD_MANY,
    .synopsis = "URI…",
    .summary = "fetch a file, keep it, and print its SHA-256 for a recipe",
};
