/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/challenge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "json/write.h"

enum { ID_SHOWN = 16 }; /* digits of a key id that people read */

void challenge_release(struct challenge *a)
{
	for (size_t i = 0; i < a->n; i++) {
		votes_release(&a->results[i].votes);
		free(a->results[i].closer);
		free(a->results[i].closer_json);
	}
	free(a->results);
	*a = (struct challenge)CHALLENGE_INIT;
}

/* Finds what each result stands on, and counts. */
static int conclude(struct challenge *a, const struct drv *const *nodes, struct fault *f)
{
	enum verdict *verdicts = calloc(a->n + 1, sizeof *verdicts);
	size_t *on = calloc(a->n + 1, sizeof *on);
	int r = verdicts && on ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < a->n; i++)
		verdicts[i] = a->results[i].judged.verdict;
	if (r == 0)
		r = verdict_stands_on(nodes, verdicts, a->n, on, f);
	for (size_t i = 0; r == 0 && i < a->n; i++) {
		struct challenge_result *x = &a->results[i];
		x->stands_on = on[i] < a->n ? nodes[on[i]] : NULL;
		if (x->stands_on && x->judged.verdict == VERDICT_REPRODUCED)
			x->judged.verdict = VERDICT_STANDS_ON;
		a->counts[x->judged.verdict]++;
	}
	free(on);
	free(verdicts);
	return r;
}

int challenge_run(const struct drv *const *nodes, size_t n,
		  int (*stored)(void *ctx, const struct drv *d, struct digest *action,
				struct digest *object, bool *ret_taken, struct fault *f),
		  bool (*asked)(void *ctx, const struct drv *d), void *ctx,
		  const struct peers *p, const struct seen *seen, const struct quorum *q,
		  const char *own, struct challenge *ret, struct fault *f)
{
	struct challenge a = {.peers = p, .quorum = q};
	int r = 0;
	a.results = calloc(n + 1, sizeof *a.results);
	if (!a.results)
		return fault_set(f, -ENOMEM, "cannot compare:");
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct challenge_result *x = &a.results[a.n++];
		x->drv = nodes[i];
		x->asked = asked(ctx, nodes[i]);
		x->judged.verdict = VERDICT_UNCHECKED;
		r = stored(ctx, nodes[i], &x->action, &x->object, &x->taken, f);
		x->built = r == 0;
		if (r == ERR_MISSING) {
			r = 0;
			*f = (struct fault)FAULT_INIT;
		}
		if (r == 0 && x->built) {
			r = peers_votes(p, seen, &x->action, &x->drv->id, &x->object,
					&x->votes);
			quorum_judge(q, &x->votes, &x->object, x->taken ? NULL : own,
				     &x->judged);
			/* Theirs against our copy of theirs compares nothing. */
			if (x->taken && x->judged.verdict == VERDICT_REPRODUCED &&
			    x->judged.same < 2)
				x->judged.verdict = VERDICT_UNCHECKED;
		}
		a.built += x->built;
		/* Bits of too few keys for the policy say nothing: then nothing was compared. */
		x->compared = x->judged.verdict == VERDICT_REPRODUCED ||
			      x->judged.verdict == VERDICT_DIFFERS;
		a.compared += x->compared;
	}
	if (r == 0)
		r = conclude(&a, nodes, f);
	if (r < 0) {
		challenge_release(&a);
		return f->code ? r : fault_set(f, r, "cannot compare:");
	}
	a.coverage = n ? 100.0 * (double)a.compared / (double)n : 0;
	*ret = a;
	return 0;
}

int challenge_exit(const struct challenge *a, double wanted_coverage)
{
	if (a->counts[VERDICT_DIFFERS] || a->counts[VERDICT_INHERITS])
		return 2;
	for (size_t i = 0; i < a->n; i++)
		if (a->results[i].asked && a->results[i].judged.verdict != VERDICT_REPRODUCED)
			return 3;
	return !a->compared || a->coverage < wanted_coverage ? 3 : 0;
}

/* ---- for people ---- */

/* Adds who KEY is: its peer's name, if it has one, and the beginning of its id. */
static void add_who(const struct challenge *a, const char *key, struct buf *b)
{
	const char *owner = peers_owner(a->peers, key);
	escape_addf(b, "%s%s%.*s", owner ? owner : "", owner ? " " : "", ID_SHOWN, key);
}

static void add_hash(const struct digest *d, struct buf *b)
{
	char text[DIGEST_NIX32 + 1];
	digest_nix32(d, text);
	buf_adds(b, text);
}

static void add_vote(const struct challenge *a, const struct vote *v, struct buf *b)
{
	const char *owner = peers_owner(a->peers, v->key);
	const char *relay = a->peers->answers[v->relay].peer->name;
	escape_addf(b, "  %-8s ", vote_word(v->kind));
	if (v->kind == VOTE_FAILED || v->kind == VOTE_TWICE)
		buf_addc(b, '-');
	else
		add_hash(&v->object, b);
	buf_adds(b, "\n           by ");
	add_who(a, v->key, b);
	if (!owner || strcmp(owner, relay) != 0)
		escape_addf(b, ", relayed by %s", relay);
	buf_adds(b, v->committed_first ? ", committed first"
		    : v->committed     ? ", committed, but not before others had answered"
				       : "");
	if (a->quorum->need && !quorum_has(a->quorum, v->key))
		buf_adds(b, ", not asked by the policy");
	buf_addc(b, '\n');
}

void challenge_votes_text(const struct challenge *a, const struct challenge_result *x,
			  struct buf *ret)
{
	for (size_t i = 0; i < x->votes.n; i++)
		add_vote(a, &x->votes.items[i], ret);
}

void challenge_result_why(const struct challenge_result *x, struct buf *ret)
{
	if (!x->built)
		buf_adds(ret, "not built here");
	else if (x->judged.verdict == VERDICT_DIFFERS)
		buf_adds(ret, "this step is the culprit: same action, other output");
	else if (x->judged.verdict == VERDICT_INHERITS)
		buf_adds(ret, "built from inputs that differ already");
	else if (x->judged.verdict == VERDICT_UNCHECKED)
		buf_adds(ret, "nobody else who counts has it");
	else
		escape_addf(ret, "same as %zu other keys", x->judged.same);
	if (x->stands_on)
		escape_addf(ret, "; stands on %s, which differs", x->stands_on->name);
	if (x->taken && x->built)
		buf_adds(ret, "; taken from others, not built here");
}

static void add_result(const struct challenge *a, const struct challenge_result *x,
		       struct buf *b)
{
	switch (x->judged.verdict) {
	case VERDICT_DIFFERS:
		escape_addf(
		    b, "\nDIFFERS %s: this step is the culprit: same action, other output\n",
		    x->drv->name);
		break;
	case VERDICT_INHERITS:
		escape_addf(b, "\nINHERITS %s: built from inputs that differ already\n",
			    x->drv->name);
		break;
	default:
		escape_addf(b, "\n%s %s%s\n", verdict_word(x->judged.verdict), x->drv->name,
			    x->built ? "" : ": not built here");
	}
	if (x->stands_on)
		escape_addf(b, "  stands on %s, which differs\n", x->stands_on->name);
	if (!x->built)
		return;
	buf_adds(b, "  ours     ");
	add_hash(&x->object, b);
	buf_adds(b, x->taken ? "\n           taken from others, not built here\n" : "\n");
	challenge_votes_text(a, x, b);
	buf_adds(b, x->closer ? x->closer : "");
}

/* Tells what came from each peer. */
static void add_peers(const struct challenge *a, struct buf *b)
{
	for (size_t i = 0; i < a->peers->n; i++) {
		const struct peer_answer *p = &a->peers->answers[i];
		escape_addf(b, "peer %s at %s: %s\n", p->peer->name, p->peer->location,
			    p->fault.code ? "NO ANSWER THAT COUNTS" : "answered");
		if (p->fault.code)
			escape_addf(b, "  %s\n", p->fault.what);
		for (size_t k = 0; k < p->nkeys; k++) {
			const struct peer_key *y = &p->keys[k];
			escape_addf(b, "  %s key ", y->own ? "its" : "relays");
			add_who(a, y->id, b);
			if (!y->known)
				buf_adds(b, ": unknown, not asked\n");
			else if (!y->good)
				escape_addf(b, ": REFUSED: %s\n", y->fault.what);
			else
				escape_addf(b, ": %zu results, serial %" PRIu64 "%s%s\n",
					    y->rows, y->serial, y->fault.code ? "; " : "",
					    y->fault.code ? y->fault.what : "");
		}
	}
}

/* Tells how each key voted. */
static void add_keys(const struct challenge *a, struct buf *b)
{
	for (size_t i = 0; i < a->peers->nindexes; i++) {
		const struct peer_index *x = &a->peers->indexes[i];
		size_t votes[VOTE_COUNT] = {0}, first = 0;
		for (size_t k = 0; k < a->n; k++) {
			const struct vote *v = votes_of(&a->results[k].votes, x->index.key);
			votes[v ? v->kind : VOTE_NONE]++;
			first += v && v->committed_first;
		}
		buf_adds(b, "votes of ");
		add_who(a, x->index.key, b);
		if (!x->votes) {
			buf_adds(b, ": not trusted for votes\n");
			continue;
		}
		buf_addc(b, ':');
		for (size_t k = 0; k < VOTE_COUNT; k++)
			if (votes[k])
				escape_addf(b, " %zu %s", votes[k],
					    vote_word((enum vote_kind)k));
		escape_addf(b, "; %zu committed first\n", first);
	}
}

/* Returns whether the sum of a challenge always names V. */
static bool is_counted(enum verdict v)
{
	return v == VERDICT_REPRODUCED || v == VERDICT_DIFFERS || v == VERDICT_INHERITS ||
	       v == VERDICT_UNCHECKED;
}

void challenge_text(const struct challenge *a, bool all, struct buf *ret)
{
	static const enum verdict order[] = {VERDICT_DIFFERS, VERDICT_INHERITS,
					     VERDICT_STANDS_ON, VERDICT_UNCHECKED,
					     VERDICT_REPRODUCED};
	if (a->head)
		report_head_text(a->head, ret);
	escape_addf(ret, "%zu outputs:", a->n);
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		if (is_counted((enum verdict)v) || a->counts[v])
			escape_addf(ret, "%s %zu %s", v ? "," : "", a->counts[v],
				    verdict_phrase((enum verdict)v));
	escape_addf(ret, "; %zu not built here; coverage %.1f %%: %zu of %zu compared\n",
		    a->n - a->built, a->coverage, a->compared, a->n);
	if (a->quorum->need)
		escape_addf(ret, "policy: %u of %zu keys must agree\n", a->quorum->need,
			    a->quorum->of.n);
	add_peers(a, ret);
	add_keys(a, ret);
	for (size_t k = 0; k < sizeof order / sizeof *order; k++)
		for (size_t i = 0; i < a->n; i++) {
			const enum verdict v = order[k];
			const struct challenge_result *x = &a->results[i];
			bool dissent = x->judged.other > 0 || x->judged.twice > 0;
			if (x->judged.verdict == v && (k < 3 || all || dissent || x->asked))
				add_result(a, x, ret);
		}
}

/* ---- for machines ---- */

/* Adds a fault's text. */
static void add_error(struct buf *b, const struct fault *f)
{
	if (f->code)
		json_put_escaped(b, "error", f->what);
}

static void add_peer_json(const struct peer_answer *p, struct buf *b)
{
	json_open(b, NULL);
	json_put_flag(b, "answered", !p->fault.code);
	json_put_escaped(b, "name", p->peer->name);
	json_put_escaped(b, "location", p->peer->location);
	add_error(b, &p->fault);
	json_open_array(b, "keys");
	for (size_t i = 0; i < p->nkeys; i++) {
		const struct peer_key *k = &p->keys[i];
		json_open(b, NULL);
		json_put(b, "key", k->id);
		json_put_flag(b, "own", k->own);
		json_put_flag(b, "known", k->known);
		json_put_flag(b, "counts", k->good);
		json_put_number(b, "serial", k->serial);
		json_put_number(b, "results", k->rows);
		json_put_number(b, "commitments", k->commitments);
		add_error(b, &k->fault);
		json_close(b);
	}
	json_close_array(b);
	json_close(b);
}

static void add_vote_json(const struct challenge *a, const struct vote *v, struct buf *b)
{
	const char *owner = peers_owner(a->peers, v->key);
	json_open(b, NULL);
	json_put(b, "key", v->key);
	json_put(b, "vote", vote_word(v->kind));
	if (owner)
		json_put_escaped(b, "builder", owner);
	json_put_escaped(b, "relay", a->peers->answers[v->relay].peer->name);
	json_put_number(b, "relays", v->relays);
	json_put_flag(b, "committed", v->committed);
	json_put_flag(b, "committed_first", v->committed_first);
	json_put_hex(b, "action", v->action.b, DIGEST_LEN);
	if (v->kind != VOTE_FAILED && v->kind != VOTE_TWICE)
		json_put_hex(b, "object", v->object.b, DIGEST_LEN);
	json_close(b);
}

void challenge_result_json(const struct challenge *a, const struct challenge_result *x,
			   struct buf *b)
{
	const struct quorum_verdict *q = &x->judged;
	json_open(b, NULL);
	json_put(b, "verdict", verdict_word(q->verdict));
	json_put_escaped(b, "name", x->drv->name);
	json_put_hex(b, "derivation", x->drv->id.b, DIGEST_LEN);
	json_put_flag(b, "built", x->built);
	json_put_flag(b, "compared", x->compared);
	if (x->stands_on)
		json_put_escaped(b, "stands_on", x->stands_on->name);
	if (x->built) {
		json_put_flag(b, "taken", x->taken);
		json_put_hex(b, "action", x->action.b, DIGEST_LEN);
		json_put_hex(b, "object", x->object.b, DIGEST_LEN);
	}
	if (a->quorum->need) {
		json_put_number(b, "agree", q->agree);
		json_put_flag(b, "policy_met", q->reached);
		json_put_flag(b, "outvoted", q->outvoted);
	}
	if (x->closer_json)
		json_put_json(b, NULL, view_of(x->closer_json));
	json_open_array(b, "votes");
	for (size_t i = 0; i < x->votes.n; i++)
		add_vote_json(a, &x->votes.items[i], b);
	json_close_array(b);
	json_close(b);
}

void challenge_json(const struct challenge *a, double wanted_coverage, struct buf *ret)
{
	json_open(ret, NULL);
	json_put_number(ret, "schema", 2);
	if (a->head)
		report_head_json(a->head, ret);
	json_put(ret, "mode", "peers");
	json_put_integer(ret, "exit", challenge_exit(a, wanted_coverage));
	json_put_real(ret, "coverage", a->coverage, 3);
	json_put_real(ret, "coverage_wanted", wanted_coverage, 3);
	verdict_counts_json(a->counts, ret);
	if (a->quorum->need) {
		json_open(ret, "policy");
		json_put_number(ret, "need", a->quorum->need);
		json_open_array(ret, "of");
		for (size_t i = 0; i < a->quorum->of.n; i++)
			json_put(ret, NULL, a->quorum->of.items[i]);
		json_close_array(ret);
		json_close(ret);
	}
	json_open_array(ret, "peers");
	for (size_t i = 0; i < a->peers->n; i++)
		add_peer_json(&a->peers->answers[i], ret);
	json_close_array(ret);
	json_open_array(ret, "outputs");
	for (size_t i = 0; i < a->n; i++)
		challenge_result_json(a, &a->results[i], ret);
	json_close_array(ret);
	json_close(ret);
	buf_addc(ret, '\n');
}
