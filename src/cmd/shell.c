/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>

#include "cmd/progress.h"

int cmd_shell(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const char *kept = NULL;
	const struct option_row rows[] = {
	    {OPTION_TEXT, 0, "kept", &kept, "DIR", "enter the kept folder of a failed build"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct build_options o = {.event = progress_event};
	struct progress *progress = NULL;
	struct builder *b = NULL;
	const struct drv *d = NULL;
	struct action act;
	int r = cmd_operands(argc, argv, first, 1, -1, f);
	if (r == 0)
		r = cmd_target(c, argv[first], &d, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &progress);
	if (r == 0) {
		o.event_ctx = progress;
		r = cmd_builder(c, &o, &b, f);
	}
	/* Its inputs must be there; the target itself need not be. */
	const struct drv **inputs =
	    d ? arena_array(&c->arena, d->ninputs + 1, sizeof *inputs) : NULL;
	struct build_result *results =
	    d ? arena_array(&c->arena, d->ninputs + 1, sizeof *results) : NULL;
	if (r == 0 && (!inputs || !results))
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < d->ninputs; i++)
		inputs[i] = d->inputs[i].drv;
	if (r == 0)
		r = builder_run(b, inputs, d->ninputs, results, f);
	if (r == 0)
		r = builder_resolve(b, builder_store(b), &c->arena, d, &act, f);
	progress_free(progress);
	const char *const *command = (const char *const *)argv + first + 1;
	if (r == 0)
		r = builder_shell(b, &act, kept, first + 1 < argc ? command : NULL, f);
	builder_free(b);
	return r;
}
