/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"

int cmd_log(struct cmd *c, int argc, char **argv, struct fault *f)
{
	bool path_only = false;
	const struct option_row rows[] = {
	    {OPTION_FLAG, 0, "path", &path_only, NULL, "print where the log is"}, {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct store *s = NULL;
	const struct drv *d = NULL;
	struct store_realisation real = {0};
	int r = cmd_operands(argc, argv, first, 1, 1, f);
	if (r == 0)
		r = cmd_store(c, &s, f);
	/* A name without a recipe may still have a log: of a recipe that is gone. */
	struct fault unknown = FAULT_INIT;
	int known = r == 0 ? cmd_target(c, argv[first], &d, &unknown) : r;
	if (known < 0)
		d = NULL;
	/* What is wrong with a recipe hides no log; what could not be read is an error. */
	if (r == 0 && known < 0 && known > ERR_BASE) {
		*f = unknown;
		return known;
	}
	if (r < 0)
		return r;
	r = store_latest(s, &c->arena, d ? &d->id : NULL, d ? d->name : argv[first], &real);
	if (store_lookup(s, r, f) < 0)
		return r;
	if (r < 0) {
		r = fault_set(f, ERR_MISSING, "there is no log of %s", argv[first]);
		fault_hint(f, "it has not been built here: boot-hurd build %s", argv[first]);
	}
	if (r < 0)
		return r;
	FREE_PTR char *path = path_join(store_path(s), real.log);
	struct buf b = BUF_INIT;
	if (!path)
		return -ENOMEM;
	if (path_only) {
		print_path(path);
		return CMD_OK;
	}
	r = file_read(path, 4ULL << 30, &b, f);
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_LINES);
	buf_release(&b);
	return r;
}
