/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>

#include "cmd/progress.h"
#include "cmd/target.h"

/* What the command line asks for. */
struct request {
	const char *kept; /* NULL = not given */
};

static const struct option_row OPTIONS[] = {{OPTION_TEXT, 0, "kept",
					     offsetof(struct request, kept), "DIR",
					     "enter the kept folder of a failed build"},
					    {0}};

static int shell(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct build_options o = {.event = progress_event};
	struct progress *progress = NULL;
	struct builder *b = NULL;
	const struct drv *d = NULL;
	struct action act;
	int r = cmd_target(c, c->operands[0], &d, f);
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
	const char *const *command = (const char *const *)c->operands + 1;
	if (r == 0)
		r = builder_shell(b, &act, q->kept, c->noperands > 1 ? command : NULL, f);
	return r;
}

const struct command command_shell = {
    .name = "shell",
    .run = shell,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "TARGET [-- COMMAND…]",
    .summary = "enter the sandbox of a target, with its inputs",
};
