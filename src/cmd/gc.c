/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>

#include "cmd/print.h"

struct listing {
	bool dry, quiet;
};

static void on_item(void *ctx, const struct store_gc_item *i)
{
	const struct listing *l = ctx;
	char bytes[32];
	cmd_format_bytes(i->bytes, bytes);
	if (!l->quiet)
		print_out("%s %s %s%s%s%s %s\n", l->dry ? "would delete" : "deleted", i->kind,
			  i->path, *i->detail ? " (" : "", i->detail, *i->detail ? ")" : "",
			  bytes);
}

int cmd_gc(struct cmd *c, int argc, char **argv, struct fault *f)
{
	struct store_gc_options o = {.report = on_item};
	uint64_t older = 0, keep_s = STORE_KEEP_BUILT_S;
	const struct option_row rows[] = {
	    {OPTION_FLAG, 'n', "dry-run", &o.dry_run, NULL, "say what would be deleted"},
	    {OPTION_SECONDS, 0, "older-than", &older, "TIME",
	     "keep what was added more recently"},
	    {OPTION_SECONDS, 0, "keep-built", &keep_s, "TIME",
	     "how long what build was asked for by name is kept (default: 30d)"},
	    {OPTION_BYTES, 0, "max", &o.max_bytes, "SIZE", "stop after freeing SIZE"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct store *s = NULL;
	struct store_gc_result res = {0};
	char bytes[32];
	o.older_than_s = (int64_t)older;
	o.keep_built_s = (int64_t)keep_s;
	struct listing l = {o.dry_run, c->quiet};
	o.ctx = &l;
	c->store_flags = STORE_NEED_ROOM;
	int r = cmd_operands(argc, argv, first, 0, 0, f);
	if (r == 0)
		r = cmd_store(c, &s, f);
	if (r == 0)
		r = store_gc(s, &o, &res, f);
	if (r < 0)
		return r;
	cmd_format_bytes(res.bytes, bytes);
	print_out("%s %llu objects and %llu logs, %s; %llu objects kept\n",
		  o.dry_run ? "would delete" : "deleted", (unsigned long long)res.objects,
		  (unsigned long long)res.logs, bytes, (unsigned long long)res.kept);
	return CMD_OK;
}
