/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "cmd/tree.h"
#include "engine/substitute.h"

/* ---- check, repair, rebuild-db ---- */

/* Findings of a check. */
struct findings {
	struct digest *objects; /* damaged ones; owned */
	size_t n, cap;
	bool failed; /* out of memory: objects is incomplete */
};

static void on_damage(void *ctx, const struct store_damage *d)
{
	struct findings *l = ctx;
	print_out("%s: %s\n", d->kind, d->what);
	if (digest_is_none(&d->object))
		return;
	struct digest *p = vec_grow(l->objects, &l->cap, l->n + 1, sizeof *p);
	if (!p) {
		l->failed = true;
		return;
	}
	l->objects = p;
	l->objects[l->n++] = d->object;
}

/* Checks; FOUND gets the damaged objects. Returns how much was found, or negative. */
static int check(struct cmd *c, bool hashes, struct findings *found, struct fault *f)
{
	int r = store_check(c->store, hashes, on_damage, NULL, found, f);
	return r >= 0 && found->failed ? -ENOMEM : r;
}

/* What the command line of check asks for. */
struct check_request {
	bool quick;
};

static const struct option_row CHECK_OPTIONS[] = {{OPTION_FLAG, 0, "no-hashes",
						   offsetof(struct check_request, quick), NULL,
						   "do not read the files of objects"},
						  {0}};

static int run_check(struct cmd *c, void *request, struct fault *f)
{
	const struct check_request *q = request;
	struct findings found = {0};
	int r = check(c, !q->quick, &found, f);
	free(found.objects);
	if (r < 0)
		return r;
	print_out("%d problems found\n", r);
	if (r > 0)
		print_out("boot-hurd store repair builds what is damaged again\n");
	return r > 0 ? CMD_DIFFERS : CMD_OK;
}

static const struct command CHECK = {
    .name = "check",
    .run = run_check,
    .options = CHECK_OPTIONS,
    .size = sizeof(struct check_request),
    .needs = CMD_STORE,
    .synopsis = "[--no-hashes]",
    .summary = "look for damage; exit 2 when there is some",
};

/* Builds every recipe whose object was put aside. */
static int rebuild(struct cmd *c, const struct findings *found, struct fault *f)
{
	const struct drv **all;
	size_t n = 0, wanted = 0;
	int r = cmd_targets(c, NULL, 0, &all, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct store_realisation real = {0};
		int found_one =
		    store_latest(c->store, &c->arena, &all[i]->id, all[i]->name, &real);
		r = store_lookup(c->store, found_one, f);
		if (found_one < 0)
			continue;
		for (size_t k = 0; k < found->n; k++)
			if (digest_eq(&real.object, &found->objects[k])) {
				all[wanted++] = all[i];
				break;
			}
	}
	struct build_options o = {.event = progress_event};
	struct progress *progress = NULL;
	struct builder *b = NULL;
	struct build_result *results = arena_array(&c->arena, wanted + 1, sizeof *results);
	if (r == 0 && !results)
		r = -ENOMEM;
	if (r == 0 && wanted)
		r = progress_new(c->quiet, false, &progress);
	o.event_ctx = progress;
	if (r == 0 && wanted)
		r = cmd_builder(c, &o, &b, f);
	if (r == 0 && wanted)
		r = builder_run(b, all, wanted, results, f);
	progress_free(progress);
	return r;
}

static int repair(struct cmd *c, void *request, struct fault *f)
{
	struct findings found = {0};
	(void)request;
	int r = check(c, true, &found, f);
	int n = r;
	for (size_t i = 0; r >= 0 && i < found.n; i++)
		r = store_quarantine(c->store, &found.objects[i], f);
	if (r >= 0)
		r = store_repair_files(c->store, f);
	if (r >= 0 && found.n)
		r = rebuild(c, &found, f);
	if (r >= 0)
		print_out("%d problems found, %zu objects put aside\n", n, found.n);
	free(found.objects);
	return r < 0 ? r : CMD_OK;
}

static const struct command REPAIR = {
    .name = "repair",
    .run = repair,
    .needs = CMD_STORE,
    .synopsis = "",
    .summary = "build again what is damaged",
};

static int rebuild_db(struct cmd *c, void *request, struct fault *f)
{
	struct store_rebuilt made;
	(void)request;
	int r = store_rebuild_db(c->state, &made, f);
	if (r < 0)
		return r;
	if (made.runs)
		print_out("brought %llu runs of the history over from the old database\n",
			  (unsigned long long)made.runs);
	if (*made.history_lost)
		print_err("not brought back: the history of runs and verdicts, which no file "
			  "holds: %s\n",
			  made.history_lost);
	return CMD_OK;
}

static const struct command REBUILD_DB = {
    .name = "rebuild-db",
    .run = rebuild_db,
    .needs = CMD_STATE,
    .synopsis = "",
    .summary = "make the database again from what stands beside it",
};

/* ---- path, baseline ---- */

static int path(struct cmd *c, void *request, struct fault *f)
{
	int r = 0;
	(void)request;
	for (size_t i = 0; r == 0 && i < c->noperands; i++) {
		struct digest d;
		r = cmd_object(c, c->operands[i], &d, f);
		if (r < 0)
			break;
		FREE_PTR char *p = store_object_path(c->store, &d);
		print_path(p ? p : "");
	}
	return r;
}

static const struct command PATH = {
    .name = "path",
    .run = path,
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_STORE,
    .synopsis = "TARGET|HASH…",
    .summary = "print where an object is",
};

/* Adds the line of a baseline file for D; none when it has not been built here. */
static int add_line(struct cmd *c, const struct drv *d, struct strlist *ret, struct fault *f)
{
	struct digest action, object;
	char a[DIGEST_HEX + 1], o[DIGEST_HEX + 1], id[DIGEST_HEX + 1];
	struct store_realisation real = {0};
	int built = store_find_resolved(c->store, &d->id, &action, &object);
	if (built == 0)
		built = store_find_realisation(c->store, &c->arena, &action, &real);
	int r = store_lookup(c->store, built, f);
	if (built < 0 || real.outcome == STORE_SUBSTITUTED)
		return r;
	digest_hex(&action, a);
	digest_hex(&object, o);
	digest_hex(&d->id, id);
	/* Sorted by name: the name goes first here and last in the file. */
	return strlist_addf(ret, "%s %s %s %s %s", d->name, a, o, id, d->name);
}

/* Prints the lines of a baseline file for what has been built of the operands' closure. */
static int baseline(struct cmd *c, void *request, struct fault *f)
{
	const struct drv **targets = NULL;
	const struct drv **nodes = NULL;
	struct strlist lines = STRLIST_INIT;
	size_t n = 0;
	(void)request;
	int r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = drv_closure(targets, n, &nodes, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_line(c, nodes[i], &lines, f);
	strlist_sort(&lines);
	for (size_t i = 0; r == 0 && i < lines.n; i++)
		print_out("%s\n", strchr(lines.items[i], ' ') + 1);
	strlist_release(&lines);
	free(nodes);
	return r;
}

static const struct command BASELINE = {
    .name = "baseline",
    .run = baseline,
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "[TARGET…]",
    .summary = "print what has been built as lines of a published baseline",
};

/* ---- fetch ---- */

/* What the command line of fetch asks for. */
struct fetch_request {
	const char *folder; /* NULL = not given */
	uint64_t max_bytes, stall_s;
};

static const struct option_row FETCH_OPTIONS[] = {
    {OPTION_TEXT, 0, "folder", offsetof(struct fetch_request, folder), "DIR",
     "unpack to the new folder DIR instead"},
    {OPTION_BYTES, 0, "max-size", offsetof(struct fetch_request, max_bytes), "SIZE",
     "refuse a longer archive (default: 16G)"},
    {OPTION_SECONDS, 0, "stall", offsetof(struct fetch_request, stall_s), "TIME",
     "give up on a server that is silent for so long (default: 1m)"},
    {0}};

static bool interrupted(void *ctx)
{
	(void)ctx;
	return signals_interrupted();
}

static int fetch(struct cmd *c, void *request, struct fault *f)
{
	const struct fetch_request *q = request;
	const struct archive_options o = {.stopped = interrupted,
					  .offline = c->offline,
					  .max_bytes = q->max_bytes,
					  .stall_s = (long)q->stall_s};
	const char *given = c->operands[0];
	struct store *s = NULL;
	struct digest hash;
	if (digest_parse(view_of(c->operands[1]), &hash) < 0)
		return fault_set(f, ERR_USAGE, "%s: not the hash of an object", c->operands[1]);
	FREE_PTR char *location = strstr(given, "://") ? strdup(given) : realpath(given, NULL);
	if (!location)
		return fault_set(f, -errno, "%s:", given);
	signals_catch();
	if (q->folder)
		return archive_fetch(location, &hash, q->folder, &o, f);
	int r = cmd_store(c, &s, f);
	if (r == 0)
		r = substitute_object(s, location, &hash, NULL, &o, f);
	FREE_PTR char *p = r == 0 ? store_object_path(s, &hash) : NULL;
	if (p)
		print_path(p);
	return r;
}

static const struct command FETCH = {
    .name = "fetch",
    .run = fetch,
    .options = FETCH_OPTIONS,
    .size = sizeof(struct fetch_request),
    .min = 2,
    .max = 2,
    .synopsis = "[OPTION…] LOCATION HASH",
    .summary = "bring an object from a publication",
};

const struct command command_store = {
    .name = "store",
    .verbs =
	(const struct command *const[]){&CHECK, &REPAIR, &REBUILD_DB, &PATH, &tree_hash,
					&tree_dump, &tree_restore, &FETCH, &BASELINE, NULL},
    .summary = "manage the store",
};
