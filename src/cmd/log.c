/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/target.h"

/* What the command line asks for. */
struct request {
	bool path;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "path", offsetof(struct request, path), NULL, "print where the log is"},
    {0}};

static int print_log(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	const char *name = c->operands[0];
	struct store *s = c->store;
	const struct drv *d = NULL;
	struct store_realisation real = {0};
	/* A name without a recipe may still have a log: of a recipe that is gone. */
	struct fault unknown = FAULT_INIT;
	int r = cmd_target(c, name, &d, &unknown);
	if (r < 0)
		d = NULL;
	/* What is wrong with a recipe hides no log; what could not be read is an error. */
	if (r < 0 && r > ERR_BASE) {
		*f = unknown;
		return r;
	}
	r = store_latest(s, &c->arena, d ? &d->id : NULL, d ? d->name : name, &real);
	if (store_lookup(s, r, f) < 0)
		return r;
	if (r < 0) {
		r = fault_set(f, ERR_MISSING, "there is no log of %s", name);
		fault_hint(f, "it has not been built here: boot-hurd build %s", name);
	}
	if (r < 0)
		return r;
	FREE_PTR char *path = path_join(store_path(s), real.log);
	struct buf b = BUF_INIT;
	if (!path)
		return -ENOMEM;
	if (q->path) {
		print_path(path);
		return CMD_OK;
	}
	r = file_read(path, 4ULL << 30, &b, f);
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_LINES);
	buf_release(&b);
	return r;
}

const struct command command_log = {
    .name = "log",
    .run = print_log,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = 1,
    .needs = CMD_STORE,
    .synopsis = "[--path] TARGET",
    .summary = "print the log of the newest build",
};
