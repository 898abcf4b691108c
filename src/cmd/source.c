/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/print.h"
#include "cmd/progress.h"

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

/* Goes over all sources of the closure. */
static int each_source(struct cmd *c, struct drv **nodes, size_t n, const char *verb,
		       struct builder *b, struct fault *f)
{
	int r = 0, bad = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		for (size_t k = 0; k < nodes[i]->nsources && r == 0; k++) {
			const struct drv_source *s = &nodes[i]->sources[k];
			struct digest object;
			struct fault g = FAULT_INIT;
			bool have = builder_source(b, nodes[i], s, true, &object, NULL) == 0;
			if (strcmp(verb, "list") == 0) {
				print_source(nodes[i], s, have ? "here" : "missing");
			} else if (strcmp(verb, "check") == 0 && !have) {
				bad++;
				print_source(nodes[i], s, "missing");
			} else if (strcmp(verb, "fetch") == 0) {
				int e = builder_source(b, nodes[i], s, false, &object, &g);
				if (e < 0) {
					bad++;
					print_err("boot-hurd: %s\n", g.what);
				} else if (!have) {
					print_source(nodes[i], s, "fetched");
				}
				if (cmd_interrupted())
					r = fault_set(f, ERR_CANCELLED, "stopped");
			}
		}
	(void)c;
	if (r == 0 && bad)
		return fault_set(f, ERR_MISSING, "%d sources are missing", bad);
	return r;
}

int cmd_source(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const struct drv **targets = NULL;
	struct drv **nodes = NULL;
	struct progress *progress = NULL;
	struct builder *b = NULL;
	struct build_options o = {.event = progress_event};
	size_t n = 0;
	int r = cmd_operands(argc, argv, first, 1, -1, f);
	if (r < 0)
		return r;
	const char *verb = argv[first];
	if (strcmp(verb, "fetch") && strcmp(verb, "list") && strcmp(verb, "check")) {
		fault_set(f, ERR_USAGE, "source: there is no '%s'", verb);
		fault_hint(f, "source fetch, source list or source check, then targets");
		return ERR_USAGE;
	}
	r = cmd_targets(c, argc, argv, first + 1, &targets, &n, f);
	if (r == 0)
		r = drv_closure(targets, n, &nodes, &n, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &progress);
	o.event_ctx = progress;
	if (r == 0)
		r = cmd_builder(c, &o, &b, f);
	if (r == 0)
		r = each_source(c, nodes, n, verb, b, f);
	progress_free(progress);
	builder_free(b);
	free(nodes);
	return r;
}
