/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/challenge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/keys.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/sys.h"
#include "cmd/diffoscope.h"
#include "cmd/peer.h"
#include "cmd/print.h"
#include "cmd/record.h"
#include "cmd/summary.h"
#include "cmd/target.h"
#include "json/write.h"
#include "peers/challenge.h"
#include "publication/archive.h"
#include "verify/write.h"

/* What is compared. */
struct question {
	struct store *s;
	const struct drv *
	    *targets; /* named on the command line; none: all that has been built */
	size_t n;
};

static bool op_asked(void *ctx, const struct drv *d)
{
	const struct question *q = ctx;
	for (size_t i = 0; i < q->n; i++)
		if (q->targets[i] == d)
			return true;
	return false;
}

static int op_stored(void *ctx, const struct drv *d, struct digest *action,
		     struct digest *object, bool *ret_taken, struct fault *f)
{
	struct store *s = ((struct question *)ctx)->s;
	struct arena a = ARENA_INIT;
	struct store_realisation *all = NULL;
	size_t n = 0;
	int r = store_find_resolved(s, &d->id, action, object);
	if (r == 0)
		r = store_list_realisations(s, &a, action, &all, &n, f);
	else if (r != ERR_MISSING)
		store_lookup(s, r, f);
	*ret_taken = true;
	for (size_t i = 0; r == 0 && i < n; i++)
		if (all[i].outcome == STORE_BUILT && !*all[i].builder &&
		    digest_eq(&all[i].object, object))
			*ret_taken = false;
	arena_release(&a);
	return r;
}

/* Tells how THEIRS, the tree of a peer, differs from OURS, for both reports of X. */
static int look_closer(struct challenge_result *x, const char *ours, const char *theirs,
		       struct fault *f)
{
	struct differences d = DIFFERENCES_INIT;
	struct buf text = BUF_INIT, json = BUF_INIT;
	FREE_PTR char *report = NULL;
	int r = tree_compare(ours, theirs, &d, f);
	if (r == 0)
		report = diffoscope_run(ours, theirs);
	write_differences(&text, &d);
	escape_addf(&text, "  our tree is %s\n  the other tree is in %s\n", ours, theirs);
	if (report)
		escape_addf(&text, "  diffoscope's report is %s\n", report);
	write_closer_look(&text, ours, theirs);
	json_put_escaped(&json, "stored", ours);
	json_put_escaped(&json, "fetched", theirs);
	if (report)
		json_put_escaped(&json, "report", report);
	write_differences_json(&json, &d);
	differences_release(&d);
	if (r == 0 && (buf_failed(&text) || buf_failed(&json)))
		r = -ENOMEM;
	if (r == 0) {
		x->closer = buf_detach(&text);
		x->closer_json = buf_detach(&json);
	}
	buf_release(&text);
	buf_release(&json);
	return r;
}

/* Brings the tree of V, another answer to X, from a peer that brought V. */
static int fetch_tree(struct cmd *c, const struct challenge *a, struct challenge_result *x,
		      const struct vote *v, const char *dir, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&v->object, hex);
	FREE_PTR char *ours = store_object_path(c->store, &x->object);
	FREE_PTR char *to = NULL;
	if (!ours || asprintf(&to, "%s/%s-%.16s", dir, x->drv->name, hex) < 0)
		return -ENOMEM;
	struct archive_options o = {.offline = c->offline};
	int r = file_remove_tree(to, f);
	if (r == 0)
		r = archive_fetch(a->peers->answers[v->relay].peer->location, &v->object, to,
				  &o, f);
	/* As ours is, or every file would differ in its mode and time. */
	if (r == 0)
		r = store_canonicalise(c->store, to, f);
	return r < 0 ? r : look_closer(x, ours, to, f);
}

/* Brings a tree for each culprit. A peer that does not give it is named, no more. */
static int fetch_different(struct cmd *c, struct challenge *a, const char *dir, struct fault *f)
{
	int r = file_mkdirs(dir, f);
	for (size_t i = 0; r == 0 && i < a->n; i++) {
		struct challenge_result *x = &a->results[i];
		for (size_t k = 0; k < x->votes.n && !x->closer; k++) {
			struct fault why = FAULT_INIT;
			const struct vote *v = &x->votes.items[k];
			if (v->kind != VOTE_OTHER)
				continue;
			if (fetch_tree(c, a, x, v, dir, &why) < 0)
				print_err("not fetched: %s from %s: %s\n", x->drv->name,
					  a->peers->answers[v->relay].peer->name, why.what);
		}
	}
	return r;
}

/* Writes the policy: "NEED", then the keys it names, sorted, a line each. */
static int policy_text(const struct quorum *q, struct buf *ret)
{
	struct strlist keys = STRLIST_INIT;
	int r = 0;
	for (size_t i = 0; r == 0 && i < q->of.n; i++)
		r = strlist_add(&keys, q->of.items[i]);
	strlist_sort(&keys);
	buf_addf(ret, "%u\n", q->need);
	for (size_t i = 0; i < keys.n; i++)
		buf_addf(ret, "%s\n", keys.items[i]);
	strlist_release(&keys);
	return r == 0 ? buf_failed(ret) : r;
}

/* Fills V's subjects and inputs from A. A summary that passed lists what was reproduced only. */
static int fill_vsa(struct cmd *c, const struct challenge *a, struct vsa *v)
{
	struct vsa_item *subjects = arena_array(&c->arena, a->n + 1, sizeof *subjects);
	struct vsa_item *inputs =
	    arena_array(&c->arena, a->peers->nindexes + 1, sizeof *inputs);
	if (!subjects || !inputs)
		return -ENOMEM;
	for (size_t i = 0; i < a->n; i++) {
		const struct challenge_result *x = &a->results[i];
		if (x->built && (!v->passed || x->judged.verdict == VERDICT_REPRODUCED))
			subjects[v->nsubjects++] = (struct vsa_item){x->drv->name, x->object};
	}
	for (size_t i = 0; i < a->peers->nindexes; i++) {
		const struct peer_index *x = &a->peers->indexes[i];
		const char *uri =
		    arena_fmt(&c->arena, "%s/index/%s",
			      a->peers->answers[x->from[0]].peer->location, x->index.key);
		if (!uri)
			return -ENOMEM;
		inputs[v->ninputs++] = (struct vsa_item){uri, x->text};
	}
	v->subjects = subjects;
	v->inputs = inputs;
	return 0;
}

/* Writes the verification summary. */
static int write_vsa(struct cmd *c, const struct challenge *a,
		     const struct challenge_options *o, const char *own, struct fault *f)
{
	struct buf policy = BUF_INIT;
	struct vsa v = {.resource = "urn:boot-hurd:outputs",
			.policy = "urn:boot-hurd:policy:quorum:1",
			.level = "BOOT_HURD_REPRODUCED_BY_PEERS",
			.passed = challenge_exit(a, o->coverage) == 0 &&
				  a->counts[VERDICT_REPRODUCED] > 0};
	int r = policy_text(a->quorum, &policy);
	if (r == 0)
		r = fill_vsa(c, a, &v);
	if (r == 0)
		r = summary_write(c, &v, own, policy.ptr, o->vsa, o->key, f);
	buf_release(&policy);
	return r;
}

/* Lists what is compared: the closure of the operands, or all that has been built. */
static int list_nodes(struct cmd *c, struct question *q, const struct drv ***ret, size_t *ret_n,
		      struct fault *f)
{
	struct digest action, object;
	int r = cmd_targets(c, c->operands, c->noperands, &q->targets, &q->n, f);
	if (r == 0)
		r = drv_closure(q->targets, q->n, ret, ret_n, f);
	if (r < 0 || c->noperands)
		return r;
	q->n = 0; /* nothing was named */
	size_t kept = 0;
	for (size_t i = 0; i < *ret_n; i++) {
		int found = store_find_resolved(q->s, &(*ret)[i]->id, &action, &object);
		r = store_lookup(q->s, found, f);
		if (r < 0)
			return r;
		if (found == 0)
			(*ret)[kept++] = (*ret)[i];
	}
	*ret_n = kept;
	return kept ? 0 : fault_set(f, ERR_MISSING, "nothing has been built here yet");
}

static void print_report(const struct challenge *a, const struct challenge_options *o)
{
	struct buf text = BUF_INIT;
	if (o->json)
		challenge_json(a, o->coverage, &text);
	else
		challenge_text(a, o->all, &text);
	print_document(buf_view(&text), o->json ? ESCAPE_DOCUMENT : ESCAPE_LINES);
	buf_release(&text);
}

/* Records what A says about each output that was built here. */
static void record_votes(struct record *r, const struct challenge *a)
{
	struct history_result *all = r ? calloc(a->n + 1, sizeof *all) : NULL;
	char **details = all ? calloc(a->n + 1, sizeof *details) : NULL;
	size_t n = 0;
	int64_t now = sys_now_ns();
	for (size_t i = 0; details && i < a->n; i++) {
		const struct challenge_result *x = &a->results[i];
		struct buf b = BUF_INIT;
		if (!x->built)
			continue;
		challenge_result_json(a, x, &b);
		details[n] = buf_detach(&b);
		all[n] = (struct history_result){.mode = "peers",
						 .output = x->drv->name,
						 .verdict = verdict_word(x->judged.verdict),
						 .drv = x->drv->id,
						 .action = x->action,
						 .object = x->object,
						 .started_ns = now,
						 .ended_ns = now,
						 .detail = details[n]};
		for (size_t k = 0; k < x->votes.n; k++)
			if (x->votes.items[k].kind == VOTE_OTHER)
				all[n].other = x->votes.items[k].object;
		n++;
	}
	record_take(r, all, details, n);
}

/* Says what the report of A begins with. */
static int fill_head(struct cmd *c, struct challenge *a, struct fault *f)
{
	struct report_head *head = arena_array(&c->arena, 1, sizeof *head);
	struct buf names = BUF_INIT;
	for (size_t i = 0; i < a->peers->n; i++)
		buf_addf(&names, "%s%s (%s)", i ? ", " : "", a->peers->answers[i].peer->name,
			 a->peers->answers[i].peer->location);
	int r = head && buf_failed(&names) == 0 ? 0 : -ENOMEM;
	if (r == 0)
		r = report_head_fill(c, "peers", "",
				     arena_fmt(&c->arena, "%s", buf_str(&names)), head);
	buf_release(&names);
	a->head = head;
	return r < 0 ? fault_set(f, r, "cannot report:") : 0;
}

int cmd_challenge(struct cmd *c, const struct challenge_options *o, struct fault *f)
{
	struct config config = CONFIG_INIT;
	struct peers peers = PEERS_INIT;
	struct seen seen = SEEN_INIT;
	struct challenge a = CHALLENGE_INIT;
	struct question q = {.s = c->store};
	struct record *record = NULL;
	const struct drv **nodes = NULL;
	size_t n = 0;
	char own[KEY_ID + 1];
	int r = cmd_config(&config, NULL, f);
	if (r < 0)
		goto out;
	if (!config.npeers) {
		r = fault_set(f, ERR_CONFIG, "verify --peers: there are no peers");
		fault_hint(f, "boot-hurd peer add NAME LOCATION --key KEY");
		goto out;
	}
	if ((r = keys_own(c->state, o->key, own, f)) < 0 ||
	    (r = list_nodes(c, &q, &nodes, &n, f)) < 0 ||
	    (r = record_begin(c, true, &record, f)) < 0)
		goto out;
	record_about(record, nodes, n);
	if ((r = cmd_look(c, &config, NULL, &peers, &seen, f)) < 0 ||
	    (r = challenge_run(nodes, n, op_stored, op_asked, &q, &peers, &seen, &config.quorum,
			       *own ? own : NULL, &a, f)) < 0 ||
	    (r = fill_head(c, &a, f)) < 0)
		goto out;
	if ((o->fetch && (r = fetch_different(c, &a, o->fetch, f)) < 0) ||
	    (o->vsa && (r = write_vsa(c, &a, o, own, f)) < 0))
		goto out;
	record_votes(record, &a);
	if ((r = report_peers(c, &a, o->coverage, o->files, f)) < 0)
		goto out;
	print_report(&a, o);
	r = challenge_exit(&a, o->coverage);
out:
	record_end(record, r, f);
	challenge_release(&a);
	seen_release(&seen);
	peers_release(&peers);
	config_release(&config);
	free(nodes);
	return r;
}
