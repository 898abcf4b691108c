/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "cmd/plan.h"
#include "cmd/progress.h"
#include "cmd/script.h"
#include "cmd/target.h"

enum { LINE_BYTES = 70 }; /* of a step in a list */

/* What the command line asks for. */
struct request {
	const char *kept; /* NULL = not given */
};

static const struct option_row OPTIONS[] = {{OPTION_TEXT, 0, "kept",
					     offsetof(struct request, kept), "DIR",
					     "enter the kept folder of a failed build"},
					    {0}};

/* Adds the command S, with its environment, as a case of the function run. */
static void add_step(struct buf *out, size_t number, const struct sandbox_step *s)
{
	buf_addf(out, "%zu) (\ncd ", number);
	script_word(out, s->dir);
	buf_adds(out, " || exit\nunset ENV\n");
	script_command(out, s);
	buf_adds(out, "\n) ;;\n");
}

/* Adds the first words of the command S as an echo of "  NUMBER  …". */
static void add_listing(struct buf *out, size_t number, const struct sandbox_step *s)
{
	struct buf line = BUF_INIT;
	buf_addf(&line, "%4zu  ", number);
	for (size_t i = 0; s->argv[i] && line.len < LINE_BYTES; i++)
		escape_addf(&line, "%s%.60s", i ? " " : "", s->argv[i]);
	buf_adds(out, "printf '%s\\n' ");
	script_word(out, buf_str(&line));
	buf_addc(out, '\n');
	buf_release(&line);
}

/* Writes what an interactive sh in the build of D, planned as P, reads first: a banner, a prompt, the steps. */
static int start_text(const struct drv *d, const struct sandbox_plan *p, struct buf *out)
{
	char count[32];
	snprintf(count, sizeof count, "%zu step%s", p->nsteps, p->nsteps == 1 ? "" : "s");
	buf_addf(out,
		 "PS1='[%s] $PWD$ '\n"
		 "(set -o emacs) 2>/dev/null && set -o emacs\n"
		 "steps() {\n",
		 d->name);
	for (size_t i = 0; i < p->nsteps; i++)
		add_listing(out, i + 1, &p->steps[i]);
	buf_adds(out, "}\nrun() {\ncase $1 in\n");
	for (size_t i = 0; i < p->nsteps; i++)
		add_step(out, i + 1, &p->steps[i]);
	buf_adds(out, "all) ");
	for (size_t i = 0; i < p->nsteps; i++)
		buf_addf(out, "run %zu && ", i + 1);
	buf_addf(out,
		 ": ;;\n"
		 "*) echo \"run: there are steps 1 to %zu, and all\" >&2; return 2 ;;\n"
		 "esac\n}\n"
		 "echo 'The build of %s. steps lists its %s, run N carries one out, run all "
		 "carries'\n"
		 "echo 'out each of them in order. The output is %s; exit leaves.'\n",
		 p->nsteps, d->name, count, p->output);
	return buf_failed(out) ? -ENOMEM : 0;
}

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
	struct build_plan plan;
	struct buf start = BUF_INIT;
	if (r == 0 && c->noperands == 1)
		r = plan_of(c, b, d, &plan, f);
	if (r == 0 && c->noperands == 1)
		r = start_text(d, &plan.sandbox, &start);
	progress_free(progress);
	const char *const *command = (const char *const *)c->operands + 1;
	if (r == 0)
		r = builder_shell(b, &act, q->kept, c->noperands > 1 ? command : NULL,
				  buf_str(&start), f);
	buf_release(&start);
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
