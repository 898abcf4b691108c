/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/pool.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "engine/substitute.h"
#include "nar/nar.h"

/* Findings of a check. */
struct findings {
	struct digest *objects; /* damaged ones; owned */
	size_t n, cap;
	bool failed; /* memory was out: objects is incomplete */
};

static void on_damage(void *ctx, const struct store_damage *d)
{
	static const struct digest none;
	struct findings *l = ctx;
	print_out("%s: %s\n", d->kind, d->what);
	if (digest_eq(&d->object, &none))
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
	struct store *s = NULL;
	int r = cmd_store(c, &s, f);
	if (r == 0)
		r = store_check(s, hashes, on_damage, NULL, found, f);
	return r >= 0 && found->failed ? -ENOMEM : r;
}

static int do_check(struct cmd *c, int argc, char **argv, struct fault *f)
{
	bool quick = false;
	const struct option_row rows[] = {
	    {OPTION_FLAG, 0, "no-hashes", &quick, NULL, "do not read the files of objects"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct findings found = {0};
	int r = cmd_operands(argc, argv, first, 0, 0, f);
	if (r == 0)
		r = check(c, !quick, &found, f);
	free(found.objects);
	if (r < 0)
		return r;
	print_out("%d problems found\n", r);
	if (r > 0)
		print_out("boot-hurd store repair builds what is damaged anew\n");
	return r > 0 ? CMD_DIFFERS : CMD_OK;
}

/* Builds every recipe whose object was put aside. */
static int rebuild(struct cmd *c, const struct findings *found, struct fault *f)
{
	const struct drv **all;
	size_t n = 0, wanted = 0;
	char *none[] = {NULL};
	int r = cmd_targets(c, 0, none, 0, &all, &n, f);
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
	builder_free(b);
	return r;
}

static int do_repair(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct findings found = {0};
	int r = cmd_operands(argc, argv, first, 0, 0, f);
	if (r == 0)
		r = check(c, true, &found, f);
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

static int do_rebuild_db(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const char *state = NULL;
	int r = cmd_operands(argc, argv, first, 0, 0, f);
	if (r == 0)
		r = cmd_state(c, &state, f);
	struct store_rebuilt made;
	if (r == 0)
		r = store_rebuild_db(state, &made, f);
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

static int do_path(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	int r = cmd_operands(argc, argv, first, 1, -1, f);
	for (int i = first; r == 0 && i < argc; i++) {
		struct digest d;
		r = cmd_object(c, argv[i], &d, f);
		if (r < 0)
			break;
		FREE_PTR char *path = store_object_path(c->store, &d);
		print_path(path ? path : "");
	}
	return r;
}

/* Trees to be hashed side by side. */
struct hashing {
	char **paths;
	struct digest *digests; /* per path */
	pthread_mutex_t lock;
	int error;          /* of the first that failed; under lock */
	struct fault fault; /* of error */
};

static void hash_one(void *ctx, size_t i)
{
	struct hashing *h = ctx;
	struct fault f = FAULT_INIT;
	pthread_mutex_lock(&h->lock);
	bool failed = h->error < 0;
	pthread_mutex_unlock(&h->lock);
	int r = failed ? 0 : nar_hash(h->paths[i], &h->digests[i], NULL, &f);
	if (r == 0)
		return;
	pthread_mutex_lock(&h->lock);
	if (!h->error) {
		h->error = r;
		h->fault = f;
	}
	pthread_mutex_unlock(&h->lock);
}

/* Hashes the N PATHS into DIGESTS. */
static int hash_all(char **paths, size_t n, struct digest *digests, struct fault *f)
{
	struct hashing h = {.paths = paths, .digests = digests, .fault = FAULT_INIT};
	pthread_mutex_init(&h.lock, NULL);
	pool_run(0, n, hash_one, &h);
	pthread_mutex_destroy(&h.lock);
	if (h.error && f)
		*f = h.fault;
	return h.error;
}

static int do_hash(struct cmd *c, int argc, char **argv, struct fault *f)
{
	bool nix32 = false, sri = false;
	const struct option_row rows[] = {
	    {OPTION_FLAG, 0, "nix32", &nix32, NULL, "in Nix base-32"},
	    {OPTION_FLAG, 0, "sri", &sri, NULL, "as an SRI hash"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	int r = cmd_operands(argc, argv, first, 1, -1, f);
	size_t n = r == 0 ? (size_t)(argc - first) : 0;
	struct digest *digests = arena_array(&c->arena, n + 1, sizeof *digests);
	if (r == 0)
		r = digests ? hash_all(argv + first, n, digests, f) : -ENOMEM;
	for (int i = first; r == 0 && i < argc; i++) {
		struct digest d = digests[i - first];
		char text[DIGEST_HEX + 1];
		if (nix32)
			digest_nix32(&d, text);
		else if (sri)
			digest_sri(&d, text);
		else
			digest_hex(&d, text);
		print_out("%s  %s\n", text, argv[i]);
	}
	return r;
}

static int to_stdout(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	return file_write_fd(STDOUT_FILENO, bytes, n);
}

static int do_dump(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	int r = cmd_operands(argc, argv, first, 1, 1, f);
	if (r == 0)
		r = nar_write(argv[first], to_stdout, NULL, NULL, f);
	return r;
}

static int do_restore(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct nar_unpack *u = NULL;
	int r = cmd_operands(argc, argv, first, 1, 1, f);
	int there = r == 0 ? file_exists(argv[first], f) : r;
	if (there > 0)
		r = fault_set(f, ERR_EXISTS, "%s is there already", argv[first]);
	if (r < 0 || there < 0)
		return r < 0 ? r : there;
	r = nar_unpack_new(argv[first], UINT64_MAX, &u, f);
	char block[65536];
	ssize_t n = 0;
	while (r == 0 && (n = read(STDIN_FILENO, block, sizeof block)) > 0)
		r = nar_unpack_feed(u, block, (size_t)n, f);
	if (r == 0 && n < 0)
		r = fault_set(f, -errno, "cannot read standard input:");
	if (r == 0)
		r = nar_unpack_end(u, f);
	if (r < 0)
		nar_unpack_discard(u);
	nar_unpack_free(u);
	return r;
}

/* Prints the lines of a baseline file for what has been built of the targets' closure. */
static int do_baseline(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const struct drv **targets = NULL;
	struct drv **nodes = NULL;
	struct strlist lines = STRLIST_INIT;
	struct store *s = NULL;
	size_t n = 0;
	int r = cmd_targets(c, argc, argv, first, &targets, &n, f);
	if (r == 0)
		r = drv_closure(targets, n, &nodes, &n, f);
	if (r == 0)
		r = cmd_store(c, &s, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct digest action, object;
		char a[DIGEST_HEX + 1], o[DIGEST_HEX + 1], d[DIGEST_HEX + 1];
		struct store_realisation real = {0};
		int built = store_find_resolved(s, &nodes[i]->id, &action, &object);
		if (built == 0)
			built = store_find_realisation(s, &c->arena, &action, &real);
		r = store_lookup(s, built, f);
		if (built < 0 || real.outcome == STORE_SUBSTITUTED)
			continue;
		digest_hex(&action, a);
		digest_hex(&object, o);
		digest_hex(&nodes[i]->id, d);
		/* Sorted by name: the name goes first here and last in the file. */
		r = strlist_addf(&lines, "%s %s %s %s %s", nodes[i]->name, a, o, d,
				 nodes[i]->name);
	}
	strlist_sort(&lines);
	for (size_t i = 0; r == 0 && i < lines.n; i++)
		print_out("%s\n", strchr(lines.items[i], ' ') + 1);
	strlist_release(&lines);
	free(nodes);
	return r;
}

static bool interrupted(void *ctx)
{
	(void)ctx;
	return cmd_interrupted();
}

/* store fetch: an object from a publication, by its hash. */
static int do_fetch(struct cmd *c, int argc, char **argv, struct fault *f)
{
	struct archive_options o = {.stopped = interrupted};
	const char *folder = NULL;
	uint64_t stall_s = 0;
	const struct option_row rows[] = {
	    {OPTION_TEXT, 0, "folder", &folder, "DIR", "unpack to the new folder DIR instead"},
	    {OPTION_BYTES, 0, "max-size", &o.max_bytes, "SIZE",
	     "refuse a longer archive (default: 16G)"},
	    {OPTION_SECONDS, 0, "stall", &stall_s, "TIME",
	     "give up on a server that is silent for so long (default: 1m)"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct store *s = NULL;
	struct digest hash;
	int r = cmd_operands(argc, argv, first, 2, 2, f);
	if (r < 0)
		return r;
	if (digest_parse(view_of(argv[first + 1]), &hash) < 0)
		return fault_set(f, ERR_USAGE, "%s: not the hash of an object",
				 argv[first + 1]);
	const char *given = argv[first];
	FREE_PTR char *location = strstr(given, "://") ? strdup(given) : realpath(given, NULL);
	if (!location)
		return fault_set(f, -errno, "%s:", given);
	o.offline = c->offline;
	o.stall_s = (long)stall_s;
	cmd_catch_signals();
	if (folder)
		return archive_fetch(location, &hash, folder, &o, f);
	r = cmd_store(c, &s, f);
	if (r == 0)
		r = substitute_object(s, location, &hash, NULL, &o, f);
	FREE_PTR char *path = r == 0 ? store_object_path(s, &hash) : NULL;
	if (path)
		print_path(path);
	return r;
}

int cmd_store_tool(struct cmd *c, int argc, char **argv, struct fault *f)
{
	static const struct {
		const char *name;
		int (*run)(struct cmd *c, int argc, char **argv, struct fault *f);
	} verbs[] = {
	    {"check", do_check},     {"repair", do_repair},     {"rebuild-db", do_rebuild_db},
	    {"path", do_path},       {"hash", do_hash},         {"dump", do_dump},
	    {"restore", do_restore}, {"baseline", do_baseline}, {"fetch", do_fetch},
	};
	if (argc < 2 || argv[1][0] == '-') {
		int r = cmd_parse(c, argc, argv, (const struct option_row[]){{0}}, f);
		return r <= 0 ? r : cmd_operands(argc, argv, r, 1, 1, f);
	}
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(verbs[i].name, argv[1]) != 0)
			continue;
		argv[1] = argv[0]; /* so that --help finds the command */
		return verbs[i].run(c, argc - 1, argv + 1, f);
	}
	fault_set(f, ERR_USAGE, "store: there is no '%s'", argv[1]);
	fault_hint(
	    f, "store check, repair, rebuild-db, path, hash, dump, restore, fetch or baseline");
	return ERR_USAGE;
}
