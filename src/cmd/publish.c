/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/keys.h"
#include "base/file.h"
#include "cmd/format.h"
#include "cmd/packages.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/publish_sources.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "engine/attest.h"
#include "pages/pages.h"
#include "publication/update.h"

/* What publishing works on. */
struct publishing {
	struct cmd *c;
	const char *state; /* folder */
	struct builder *b;
	struct store *store;
	struct publish *p;
	struct progress *progress;
	struct key key;
	char id[KEY_ID + 1];
	bool commit; /* commitments only */
	bool debs;   /* Debian packages, too */
	bool with_sources;
	struct sources sources;
	struct salts salts;
	struct index old, new; /* the key's index as it was; what has been published now */
	size_t skipped;        /* overridden or substituted: not stated as built here */
};

/* Writes the attestation of REAL, which realises D, unless it is there. */
static int attest(struct publishing *w, const struct drv *d,
		  const struct store_realisation *real, struct fault *f)
{
	struct buf envelope = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	digest_hex(&real->action, hex);
	const char *path = arena_fmt(&w->c->arena, "attestations/%s/%s.json", hex, w->id);
	if (!path)
		return -ENOMEM;
	const struct index_row *old = index_of_action(&w->old, &real->action);
	int r = 0;
	if (old && old->failed == (real->outcome == STORE_FAILED) &&
	    digest_eq(&old->object, &real->object))
		r = publish_has(w->p, path, f);
	if (r != 0)
		return r < 0 ? r : 0;
	r = attest_realisation(w->b, d, real, &w->key, &envelope, f);
	if (r == 0)
		r = publish_file(w->p, path, buf_view(&envelope), f);
	buf_release(&envelope);
	return r;
}

/* Publishes OBJECT, the output of D. */
static int publish_tree(struct publishing *w, const struct drv *d, const struct digest *object,
			struct fault *f)
{
	struct store_object o;
	int r = store_object(w->store, object, &o);
	if (r < 0)
		return fault_set(f, r, "the output of %s is not in the store", d->name);
	FREE_PTR char *tree = store_object_path(w->store, object);
	return tree ? publish_object(w->p, tree, object, o.nar_size, d->name, &w->key, f)
		    : -ENOMEM;
}

/* Publishes the newest realisation of D, if there is one. */
static int publish_one(struct publishing *w, const struct drv *d, struct fault *f)
{
	struct store_realisation real = {0};
	int found = store_latest(w->store, &w->c->arena, &d->id, d->name, &real);
	int r = store_lookup(w->store, found, f);
	if (r < 0 || found < 0 || !digest_eq(&real.drv, &d->id))
		return r;
	bool taken = real.outcome == STORE_SUBSTITUTED, ours = !taken && !*real.builder;
	if ((!taken && !real.attestable) || (!ours && w->commit)) {
		w->skipped++;
		return 0;
	}
	if (!w->commit && real.outcome != STORE_FAILED)
		r = publish_tree(w, d, &real.object, f);
	struct packages debs = {w->c, w->p, &w->key};
	if (r == 0 && w->debs && !w->commit && real.outcome != STORE_FAILED)
		r = packages_add(&debs, d, &real.object, ours ? &real.action : NULL, f);
	if (r < 0 || !ours) {
		w->skipped += !ours;
		return r;
	}
	struct index_row row = {.action = real.action,
				.drv = d->id,
				.object = real.object,
				.failed = real.outcome == STORE_FAILED,
				.name = d->name};
	r = salts_apply(&w->salts, w->commit, &row, f);
	if (r == 0 && !w->commit)
		r = attest(w, d, &real, f);
	return r < 0 ? r : index_add(&w->new, &row, f);
}

/* Leaves of the N NODES those that have been built, in their order. Returns how many these are. */
static size_t only_built(struct publishing *w, const struct drv **nodes, size_t n)
{
	size_t left = 0;
	for (size_t i = 0; i < n; i++) {
		struct store_realisation real;
		/* What cannot be looked up is reported when it is published. */
		if (store_latest(w->store, &w->c->arena, &nodes[i]->id, nodes[i]->name,
				 &real) != ERR_MISSING)
			nodes[left++] = nodes[i];
	}
	return left;
}

/* Publishes all of the closure. What fails is reported and left out; the first is F. */
static int publish_all(struct publishing *w, const struct drv *const *targets, size_t n,
		       struct fault *f)
{
	const struct drv **nodes = NULL;
	size_t nnodes = 0, failures = 0;
	int r = drv_closure(targets, n, &nodes, &nnodes, f);
	if (r == 0 && !w->with_sources)
		nnodes = only_built(w, nodes, nnodes);
	progress_plan(w->progress, nnodes);
	for (size_t i = 0; r == 0 && i < nnodes && !signals_interrupted(); i++) {
		struct fault one = FAULT_INIT;
		progress_step(w->progress, nodes[i], "publishing", PROGRESS_BEGINS);
		int e = publish_one(w, nodes[i], &one);
		if (e == 0 && w->with_sources)
			e = publish_sources(&w->sources, nodes[i], &one);
		progress_step(w->progress, nodes[i], "publishing",
			      e < 0 ? PROGRESS_FAILED : PROGRESS_DONE);
		if (e == ERR_CANCELLED)
			break;
		if (e < 0)
			progress_line(w->progress, "not published: %s: %s", nodes[i]->name,
				      one.code ? one.what : err_str(e));
		if (e < 0 && failures++ == 0 && f) {
			*f = one;
			if (!f->code)
				fault_set(f, e, "%s:", nodes[i]->name);
		}
	}
	free(nodes);
	if (r == 0 && failures)
		return fault_set(f, ERR_MISSING, "%zu of %zu could not be published", failures,
				 nnodes);
	return r;
}

/* Publishes and tells what was done. */
static int publish(struct publishing *w, const struct drv *const *targets, size_t n,
		   struct fault *f)
{
	int failed = publish_own_index(w->p, &w->key, &w->old, f);
	if (failed < 0)
		return failed;
	int r = failed = publish_all(w, targets, n, f);
	struct fault later = FAULT_INIT;
	size_t here = w->new.n, missing = w->sources.missing;
	progress_free(w->progress);
	w->progress = NULL;
	/* The salts first: a commitment whose salt is lost is worth nothing. */
	if (r == 0 || w->new.n)
		r = salts_write(w->state, &w->key, &w->salts, &later);
	if (r == 0)
		r = w->commit
			? publish_commitments(w->p, w->state, &w->key, &w->new, &later)
			: publish_index(w->p, w->state, &w->key, &w->old, &w->new, &later);
	struct packages debs = {w->c, w->p, &w->key};
	if (r == 0 && w->debs && !w->commit)
		r = packages_write_index(&debs, &later);
	if (r == 0)
		r = publish_keys(w->p, &later);
	if (r < 0 && failed == 0) {
		*f = later;
		return r;
	}
	struct publish_counts counts = publish_count(w->p);
	char bytes[32];
	format_bytes(counts.bytes, bytes);
	print_out("%s %zu %s, %zu left out; %" PRIu64 " %s written, %s\n",
		  w->commit ? "committed to" : "published", here,
		  here == 1 ? "result" : "results", w->skipped, counts.files,
		  counts.files == 1 ? "file" : "files", bytes);
	if (missing)
		print_err("note: %zu %s not in the store: boot-hurd source fetch brings %s\n",
			  missing, missing == 1 ? "source is" : "sources are",
			  missing == 1 ? "it" : "them");
	return failed;
}

/* What the command line asks for. */
struct request {
	const char *key;   /* NULL = not given */
	const char *pages; /* folder for them; NULL = not given */
	bool commit, debs, sources;
};

static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "key", offsetof(struct request, key), "NAME",
     "sign with the secret key NAME (default: the only one)"},
    {OPTION_FLAG, 0, "commit", offsetof(struct request, commit), NULL,
     "publish salted commitments only; a later run reveals"},
    {OPTION_FLAG, 0, "deb", offsetof(struct request, debs), NULL,
     "write Debian packages, too, with a signed index for apt"},
    {OPTION_FLAG, 0, "sources", offsetof(struct request, sources), NULL,
     "write the sources, too, for others to fetch by their hash"},
    {OPTION_TEXT, 0, "pages", offsetof(struct request, pages), "DIR",
     "write pages that show what is in the store, for any web server"},
    {0}};

/* Writes the pages. */
static int write_pages(struct cmd *c, const char *dir, struct fault *f)
{
	struct pages_options o = {.state = c->state,
				  .publication = c->noperands ? c->operands[0] : dir};
	struct pages *p = NULL;
	size_t n = 0;
	int r = pages_new(&o, &p, f);
	if (r == 0)
		r = pages_write(p, dir, &n, f);
	if (r == 0)
		print_err("%zu pages in %s\n", n, dir);
	pages_free(p);
	return r;
}

/* Refuses to write nothing. */
static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	return c->noperands || q->pages
		   ? 0
		   : fault_set(f, ERR_USAGE, "publish: expected a folder, or --pages DIR");
}

/* Writes the publication. */
static int publish_targets(struct cmd *c, const struct request *q, struct fault *f)
{
	struct publishing w = {.c = c,
			       .state = c->state,
			       .commit = q->commit,
			       .debs = q->debs,
			       .with_sources = q->sources && !q->commit,
			       .old = INDEX_INIT,
			       .new = INDEX_INIT};
	struct build_options o = {0};
	const struct drv **targets = NULL;
	size_t n = 0;
	int r = cmd_signer(c, "publish", q->key, &w.key, f);
	if (r == 0)
		r = cmd_targets(c, c->operands + 1, c->noperands - 1, &targets, &n, f);
	if (r == 0)
		r = cmd_builder(c, &o, &w.b, f);
	if (r == 0 && w.debs)
		r = cmd_store(c, &w.store, f);
	if (r == 0) {
		key_id(&w.key, w.id);
		w.store = builder_store(w.b);
		r = salts_read(w.state, &w.key, &w.salts, f);
	}
	if (r == 0)
		r = publish_open(c->operands[0], &w.p, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &w.progress);
	if (r == 0) {
		w.sources = (struct sources){c, w.store, w.p, MAP_INIT, 0};
		publish_stopped(w.p, signals_interrupted);
		r = publish(&w, targets, n, f);
	}
	progress_free(w.progress);
	publish_close(w.p);
	index_release(&w.old);
	index_release(&w.new);
	map_release(&w.sources.seen);
	salts_release(&w.salts);
	key_release(&w.key);
	return r;
}

static int run(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	int r = c->noperands ? publish_targets(c, q, f) : 0;
	return r == 0 && q->pages ? write_pages(c, q->pages, f) : r;
}

const struct command command_publish = {
    .name = "publish",
    .run = run,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_STATE,
    .synopsis = "DIR [--key NAME] [--sources] [TARGET…] | --pages DIR",
    .summary = "write what was built as files for others",
};
