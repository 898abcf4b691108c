/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>

#include "cmd/format.h"
#include "cmd/print.h"

struct listing {
	bool dry, quiet;
};

static void on_item(void *ctx, const struct store_gc_item *i)
{
	const struct listing *l = ctx;
	char bytes[32];
	format_bytes(i->bytes, bytes);
	if (!l->quiet)
		print_out("%s %s %s%s%s%s %s\n", l->dry ? "would delete" : "deleted", i->kind,
			  i->path, *i->detail ? " (" : "", i->detail, *i->detail ? ")" : "",
			  bytes);
}

/* What the command line asks for. */
struct request {
	uint64_t older_s, keep_s, max_bytes;
	bool dry;
};

static const struct request DEFAULTS = {.keep_s = STORE_KEEP_BUILT_S};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 'n', "dry-run", offsetof(struct request, dry), NULL,
     "say what would be deleted"},
    {OPTION_SECONDS, 0, "older-than", offsetof(struct request, older_s), "TIME",
     "keep what was added more recently"},
    {OPTION_SECONDS, 0, "keep-built", offsetof(struct request, keep_s), "TIME",
     "how long what build was asked for by name is kept (default: 30d)"},
    {OPTION_BYTES, 0, "max", offsetof(struct request, max_bytes), "SIZE",
     "stop after freeing SIZE"},
    {0}};

static int gc(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct listing l = {q->dry, c->quiet};
	struct store_gc_options o = {.report = on_item,
				     .ctx = &l,
				     .dry_run = q->dry,
				     .older_than_s = (int64_t)q->older_s,
				     .keep_built_s = (int64_t)q->keep_s,
				     .max_bytes = q->max_bytes};
	struct store_gc_result res = {0};
	char bytes[32];
	int r = store_gc(c->store, &o, &res, f);
	if (r < 0)
		return r;
	format_bytes(res.bytes, bytes);
	print_out("%s %llu objects and %llu logs, %s; %llu objects kept\n",
		  q->dry ? "would delete" : "deleted", (unsigned long long)res.objects,
		  (unsigned long long)res.logs, bytes, (unsigned long long)res.kept);
	return CMD_OK;
}

const struct command command_gc = {
    .name = "gc",
    .run = gc,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .defaults = &DEFAULTS,
    .needs = CMD_STORE | CMD_ROOM,
    .synopsis = "[OPTION…]",
    .summary = "delete what no root and no running build needs",
};
