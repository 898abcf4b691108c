/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/publish.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/dsse.h"
#include "attest/keys.h"
#include "attest/provenance.h"
#include "base/file.h"
#include "base/sys.h"
#include "cmd/cmd.h"
#include "cmd/format.h"
#include "cmd/packages.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "publication/commitments.h"
#include "publication/serial.h"

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
	struct salts salts;
	struct index old, new; /* the key's index as it was; what has been published now */
	size_t skipped;        /* overridden or substituted: not stated as built here */
};

/* Finds the key to sign with: NAME, or the only one that can. */
static int find_key(struct cmd *c, const char *name, struct key *ret, struct fault *f)
{
	size_t found = 0;
	int r = keys_signer(c->state, name, ret, &found, f);
	if (r < 0 || found == 1)
		return r;
	fault_set(f, ERR_USAGE, "publish: which key is to sign? Give --key NAME");
	fault_hint(f, found ? "boot-hurd key list shows them"
			    : "boot-hurd key generate NAME makes one");
	return ERR_USAGE;
}

/*
 * Reads the file PATH of the publication, which this key wrote, to RET. 1, or 0: it is not there. What is there
 * but cannot be read is an error: its rows would be lost.
 */
static int read_own(struct publishing *w, const char *path, struct buf *ret, struct fault *f)
{
	int r = publish_read(w->p, path, INDEX_MAX, ret, f);
	if (r != -ENOENT)
		return r < 0 ? r : 1;
	if (f)
		*f = (struct fault)FAULT_INIT;
	return 0;
}

/* Says that PATH is broken and what helps. */
static int broken(const char *path, int r, struct fault *f)
{
	fault_wrap(f, "%s of the publication", path);
	fault_hint(f, "remove it, and the next run writes it again");
	return r;
}

/* Reads the key's own index, if there is one. */
static int read_old(struct publishing *w, struct fault *f)
{
	struct buf b = BUF_INIT;
	const char *path = arena_fmt(&w->c->arena, "index/%s", w->id);
	int r = path ? read_own(w, path, &b, f) : -ENOMEM;
	if (r > 0) {
		r = index_parse(buf_view(&b), &w->key, &w->old, f);
		if (r < 0)
			broken(path, r, f);
	}
	buf_release(&b);
	return r;
}

static bool same_row(const struct index_row *a, const struct index_row *b)
{
	return digest_eq(&a->action, &b->action) && digest_eq(&a->drv, &b->drv) &&
	       a->failed == b->failed && digest_eq(&a->object, &b->object) &&
	       a->salted == b->salted &&
	       (!a->salted || memcmp(a->salt, b->salt, INDEX_SALT) == 0) &&
	       strcmp(a->name, b->name) == 0;
}

/* Writes the attestation of REAL, which realises D. */
static int attest(struct publishing *w, const struct drv *d,
		  const struct store_realisation *real, struct fault *f)
{
	struct action act;
	struct buf payload = BUF_INIT, envelope = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	digest_hex(&real->action, hex);
	const char *path = arena_fmt(&w->c->arena, "attestations/%s/%s.json", hex, w->id);
	const char *builder = arena_fmt(&w->c->arena, "urn:boot-hurd:key:%s", w->id);
	if (!path || !builder)
		return -ENOMEM;
	const struct index_row *old = index_of_action(&w->old, &real->action);
	if (old && old->failed == (real->outcome == STORE_FAILED) &&
	    digest_eq(&old->object, &real->object) &&
	    publish_read(w->p, path, DSSE_MAX, &envelope, NULL) == 0) {
		buf_release(&envelope);
		return 0;
	}
	int r = builder_resolve(w->b, w->store, &w->c->arena, d, &act, f);
	if (r == 0 && !digest_eq(&act.id, &real->action))
		r = fault_set(f, ERR_MISSING, "%s has no realisation for its present inputs",
			      d->name);
	if (r == 0) {
		struct provenance p = {&act, real->object, real->started_ns, real->ended_ns,
				       builder};
		r = real->outcome == STORE_FAILED ? provenance_failure_json(&p, &payload)
						  : provenance_json(&p, &payload);
	}
	if (r == 0)
		r = dsse_sign(&w->key, DSSE_IN_TOTO, buf_view(&payload), &envelope, f);
	buf_addc(&envelope, '\n');
	if (r == 0)
		r = buf_failed(&envelope);
	if (r == 0)
		r = publish_file(w->p, path, buf_view(&envelope), f);
	buf_release(&payload);
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
		r = packages_add(&debs, d, &real.object, f);
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

/* Publishes all of the closure. What fails is told of and left out; the first is F. */
static int publish_all(struct publishing *w, const struct drv *const *targets, size_t n,
		       struct fault *f)
{
	struct drv **nodes = NULL;
	size_t nnodes = 0, failures = 0;
	int r = drv_closure(targets, n, &nodes, &nnodes, f);
	progress_plan(w->progress, nnodes);
	for (size_t i = 0; r == 0 && i < nnodes && !signals_interrupted(); i++) {
		struct fault one = FAULT_INIT;
		progress_step(w->progress, nodes[i], "publishing", false, false);
		int e = publish_one(w, nodes[i], &one);
		progress_step(w->progress, nodes[i], "publishing", true, e < 0);
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

/* Takes the old rows over that are not replaced; tells whether anything is new. */
static int merge(struct publishing *w, bool *ret_changed, struct fault *f)
{
	int r = index_sort(&w->new, f);
	size_t n = w->new.n;
	bool changed = n == 0 ? false : w->old.n == 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct index_row *old = index_of_action(&w->old, &w->new.rows[i].action);
		changed |= !old || !same_row(old, &w->new.rows[i]);
	}
	struct index all = INDEX_INIT;
	for (size_t i = 0; r == 0 && i < w->old.n; i++)
		if (!index_of_action(&w->new, &w->old.rows[i].action))
			r = index_add(&all, &w->old.rows[i], f);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = index_add(&all, &w->new.rows[i], f);
	if (r < 0) {
		index_release(&all);
		return r;
	}
	index_release(&w->new);
	w->new = all;
	*ret_changed = changed;
	return 0;
}

/* Writes the key's index when anything in it is new. */
static int write_index(struct publishing *w, struct fault *f)
{
	struct buf text = BUF_INIT;
	bool changed = false;
	uint64_t now_s = (uint64_t)(sys_now_ns() / 1000000000);
	const char *path = arena_fmt(&w->c->arena, "index/%s", w->id);
	int r = path ? merge(w, &changed, f) : -ENOMEM;
	if (r < 0)
		return r;
	if (!changed) {
		r = publish_read(w->p, path, INDEX_MAX, &text, f);
		if (r == -ENOENT) /* nothing to tell, and nothing told before */
			changed = true;
	}
	if (changed) {
		buf_clear(&text);
		w->new.time_s = now_s;
		r = serial_take(w->state, w->id, w->old.serial, &w->new.serial, f);
		if (r == 0)
			r = index_write(&w->new, &w->key, &text, f);
	}
	if (r == 0)
		r = publish_file_zst(w->p, path, buf_view(&text), f);
	if (r == 0)
		r = publish_file(w->p, path, buf_view(&text), f);
	buf_release(&text);
	return r;
}

/* Commits to the rows collected, beside those of earlier runs. */
static int write_commitments(struct publishing *w, struct fault *f)
{
	struct commitments old = COMMITMENTS_INIT, new = COMMITMENTS_INIT;
	struct buf b = BUF_INIT;
	bool changed = false;
	const char *path = arena_fmt(&w->c->arena, "commitments/%s", w->id);
	int r = path ? index_sort(&w->new, f) : -ENOMEM;
	if (r == 0)
		r = read_own(w, path, &b, f);
	if (r > 0) {
		r = commitments_parse(buf_view(&b), &w->key, &old, f);
		if (r < 0)
			broken(path, r, f);
	}
	buf_clear(&b);
	for (size_t i = 0; r == 0 && i < w->new.n; i++) {
		const struct commitment *was =
		    commitments_of_action(&old, &w->new.rows[i].action);
		r = commitments_add(&new, w->id, &w->new.rows[i]);
		changed |= r == 0 && (!was || !digest_eq(&was->commitment,
							 &new.rows[new.n - 1].commitment));
	}
	for (size_t i = 0; r == 0 && i < old.n; i++)
		if (!index_of_action(&w->new, &old.rows[i].action))
			r = commitments_put(&new, &old.rows[i]);
	if (r == 0 && changed) {
		new.time_s = (uint64_t)(sys_now_ns() / 1000000000);
		r = serial_take(w->state, w->id, old.serial, &new.serial, f);
		if (r == 0)
			r = commitments_write(&new, &w->key, &b, f);
		if (r == 0)
			r = publish_file(w->p, path, buf_view(&b), f);
	}
	buf_release(&b);
	commitments_release(&old);
	commitments_release(&new);
	return r;
}

/* Names the keys that this publication tells of. */
static int write_keys(struct publishing *w, struct fault *f)
{
	struct strlist ids = STRLIST_INIT;
	struct buf b = BUF_INIT;
	int r = publish_list(w->p, "index", &ids, f);
	if (r == 0)
		r = publish_list(w->p, "commitments", &ids, f);
	strlist_sort(&ids);
	buf_adds(&b, "boot-hurd publication 1\n");
	for (size_t i = 0; r == 0 && i < ids.n; i++)
		if (strlen(ids.items[i]) == KEY_ID &&
		    (i == 0 || strcmp(ids.items[i], ids.items[i - 1]) != 0))
			buf_addf(&b, "%s\n", ids.items[i]);
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = publish_file(w->p, "boot-hurd-publication", buf_view(&b), f);
	buf_release(&b);
	strlist_release(&ids);
	return r;
}

/* Publishes and tells what was done. */
static int publish(struct publishing *w, const struct drv *const *targets, size_t n,
		   struct fault *f)
{
	int failed = read_old(w, f);
	if (failed < 0)
		return failed;
	int r = failed = publish_all(w, targets, n, f);
	struct fault later = FAULT_INIT;
	size_t here = w->new.n;
	progress_free(w->progress);
	w->progress = NULL;
	/* The salts first: a commitment whose salt is lost is worth nothing. */
	if (r == 0 || w->new.n)
		r = salts_write(w->state, &w->key, &w->salts, &later);
	if (r == 0)
		r = w->commit ? write_commitments(w, &later) : write_index(w, &later);
	struct packages debs = {w->c, w->p, &w->key};
	if (r == 0 && w->debs && !w->commit)
		r = packages_write_index(&debs, &later);
	if (r == 0)
		r = write_keys(w, &later);
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
	return failed;
}

/* What the command line asks for. */
struct request {
	const char *key; /* NULL = not given */
	bool commit, debs;
};

static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "key", offsetof(struct request, key), "NAME",
     "sign with the secret key NAME (default: the only one)"},
    {OPTION_FLAG, 0, "commit", offsetof(struct request, commit), NULL,
     "publish salted commitments only; a later run reveals"},
    {OPTION_FLAG, 0, "deb", offsetof(struct request, debs), NULL,
     "write Debian packages, too, with a signed index for apt"},
    {0}};

static int run(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct publishing w = {.c = c,
			       .state = c->state,
			       .commit = q->commit,
			       .debs = q->debs,
			       .old = INDEX_INIT,
			       .new = INDEX_INIT};
	struct build_options o = {0};
	const struct drv **targets = NULL;
	size_t n = 0;
	int r = find_key(c, q->key, &w.key, f);
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
		publish_stopped(w.p, signals_interrupted);
		r = publish(&w, targets, n, f);
	}
	progress_free(w.progress);
	publish_close(w.p);
	index_release(&w.old);
	index_release(&w.new);
	salts_release(&w.salts);
	key_release(&w.key);
	return r;
}

const struct command command_publish = {
    .name = "publish",
    .run = run,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_STATE,
    .synopsis = "DIR [--key NAME] [--commit] [TARGET…]",
    .summary = "write what was built as files for others",
};
