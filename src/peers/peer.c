/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/vec.h"
#include "hash/sha256.h"

enum {
	KEYS_MAX = 256,             /* that one publication may name */
	PUBLICATION_MAX = 64 << 10, /* bytes of the file that names them */
};
static const char MAGIC[] = "boot-hurd publication 1\n";

/* What one peer sent about one key, not weighed yet. */
struct sent {
	bool has_index;
	struct index index;
	struct digest text; /* SHA-256 of the file */
	struct commitments commitments;
	struct fault fault; /* what is wrong with the commitments */
};

/* What asking works on. */
struct ask {
	const struct config *c;
	const struct key *known;
	size_t nknown;
	const struct peer_ops *ops;
	struct seen *seen;
	struct peers *peers;
	struct sent **sent; /* for each peer, one a key; NULL: it named none. Owned */
	int *results;       /* for each peer: 0 or -ENOMEM. Owned */
};

void peers_release(struct peers *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->answers[i].keys);
	for (size_t i = 0; i < p->nindexes; i++) {
		index_release(&p->indexes[i].index);
		free(p->indexes[i].from);
	}
	free(p->answers);
	free(p->indexes);
	*p = (struct peers)PEERS_INIT;
}

static bool lists_key(const struct config_peer *p, const char *id)
{
	for (size_t i = 0; i < p->nkeys; i++)
		if (strcmp(p->keys[i].id, id) == 0)
			return true;
	return false;
}

const char *peers_owner(const struct peers *p, const char *key)
{
	for (size_t i = 0; i < p->n; i++)
		if (lists_key(p->answers[i].peer, key))
			return p->answers[i].peer->name;
	return NULL;
}

/* Reads the file that names the keys. */
static int parse_publication(const struct ask *k, struct view text, struct peer_answer *a)
{
	size_t line = KEY_ID + 1;
	if (!view_skip(&text, MAGIC))
		return fault_set(&a->fault, ERR_SYNTAX, "this is not a publication");
	if (text.len % line || text.len / line > KEYS_MAX)
		return fault_set(&a->fault, ERR_SYNTAX,
				 "boot-hurd-publication is broken or names too many keys");
	a->keys = calloc(text.len / line + 1, sizeof *a->keys);
	if (!a->keys)
		return -ENOMEM;
	for (size_t i = 0; i < text.len / line; i++) {
		const char *p = text.ptr + i * line;
		struct peer_key *key = &a->keys[a->nkeys++];
		struct digest d;
		if (p[KEY_ID] != '\n' || digest_parse_hex((struct view){p, KEY_ID}, &d) < 0)
			return fault_set(
			    &a->fault, ERR_SYNTAX,
			    "boot-hurd-publication names something that is not a key");
		digest_hex(&d, key->id);
		key->known = config_key(k->c, key->id, k->known, k->nknown) != NULL;
		key->own = lists_key(a->peer, key->id);
		for (size_t j = 0; j + 1 < a->nkeys; j++)
			if (strcmp(a->keys[j].id, key->id) == 0)
				return fault_set(&a->fault, ERR_SYNTAX,
						 "boot-hurd-publication names a key twice");
	}
	return 0;
}

/* Returns whether a peer that lists KEY is trusted for votes. */
static bool is_heard(const struct config *c, const char *key)
{
	for (size_t i = 0; i < c->npeers; i++)
		if (c->peers[i].trust & CONFIG_VOTES && lists_key(&c->peers[i], key))
			return true;
	return quorum_has(&c->quorum, key);
}

static struct peer_index *find_index(struct peers *p, const char *key)
{
	for (size_t i = 0; i < p->nindexes; i++)
		if (strcmp(p->indexes[i].index.key, key) == 0)
			return &p->indexes[i];
	return NULL;
}

/* Notes that peer number FROM brought X. */
static int add_from(struct peer_index *x, size_t from)
{
	size_t *more = realloc(x->from, (x->nfrom + 1) * sizeof *more);
	if (!more)
		return -ENOMEM;
	x->from = more;
	x->from[x->nfrom++] = from;
	return 0;
}

/* Takes the index X (moved on success) that peer number FROM brought, if it counts. */
static int take_index(struct ask *k, struct index *x, const struct digest *text, size_t from,
		      struct fault *f)
{
	struct peers *p = k->peers;
	struct peer_index *old = find_index(p, x->key);
	int r = seen_serial(k->seen, x->key, x->serial, &x->content, f);
	if (r < 0)
		return r;
	if (old && old->index.serial == x->serial) {
		index_release(x);
		return add_from(old, from);
	}
	if (!old) {
		struct peer_index *more =
		    vec_grow(p->indexes, &p->cap, p->nindexes + 1, sizeof *more);
		if (!more)
			return -ENOMEM;
		p->indexes = more;
		old = &p->indexes[p->nindexes++];
		*old = (struct peer_index){.votes = is_heard(k->c, x->key)};
	}
	index_release(&old->index);
	old->index = *x;
	*x = (struct index)INDEX_INIT;
	old->text = *text;
	old->nfrom = 0;
	return add_from(old, from);
}

static int get_index(const struct ask *k, const struct config_peer *p, struct peer_key *key,
		     struct sent *ret)
{
	const struct key *public = config_key(k->c, key->id, k->known, k->nknown);
	struct buf text = BUF_INIT;
	char path[KEY_ID + 16];
	snprintf(path, sizeof path, "index/%s", key->id);
	int r =
	    k->ops->get(k->ops->ctx, p->location, path, true, INDEX_MAX, &text, &key->fault);
	if (r == 0)
		r = index_parse(buf_view(&text), public, &ret->index, &key->fault);
	if (r == 0) {
		key->serial = ret->index.serial;
		key->rows = ret->index.n;
		sha256_view(buf_view(&text), &ret->text);
		ret->has_index = true;
	} else if (key->fault.code == 0) {
		fault_set(&key->fault, r, "index:");
	}
	buf_release(&text);
	return r == -ENOMEM ? r : 0;
}

static int get_commitments(const struct ask *k, const struct config_peer *p,
			   struct peer_key *key, struct sent *ret)
{
	const struct key *public = config_key(k->c, key->id, k->known, k->nknown);
	struct buf text = BUF_INIT;
	char path[KEY_ID + 16];
	snprintf(path, sizeof path, "commitments/%s", key->id);
	int r =
	    k->ops->get(k->ops->ctx, p->location, path, false, INDEX_MAX, &text, &ret->fault);
	if (r == 0)
		r = commitments_parse(buf_view(&text), public, &ret->commitments, &ret->fault);
	if (r == 0)
		key->commitments = ret->commitments.n;
	else if (r == ERR_MISSING)
		ret->fault = (struct fault)FAULT_INIT;
	else
		fault_wrap(&ret->fault, "commitments");
	buf_release(&text);
	return r == -ENOMEM ? r : 0;
}

/* Asks peer NUMBER of the struct ask CTX. Peers are asked at once, so that none waits for another. */
static void ask_peer(void *ctx, size_t number)
{
	struct ask *k = ctx;
	struct peer_answer *a = &k->peers->answers[number];
	struct buf text = BUF_INIT;
	int r = k->ops->get(k->ops->ctx, a->peer->location, "boot-hurd-publication", false,
			    PUBLICATION_MAX, &text, &a->fault);
	if (r < 0 && a->fault.code == 0)
		fault_set(&a->fault, r, "boot-hurd-publication:");
	if (r == 0)
		r = parse_publication(k, buf_view(&text), a);
	buf_release(&text);
	if (r == 0) {
		k->sent[number] = calloc(a->nkeys + 1, sizeof *k->sent[number]);
		r = k->sent[number] ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < a->nkeys; i++) {
		if (!a->keys[i].known)
			continue;
		r = get_index(k, a->peer, &a->keys[i], &k->sent[number][i]);
		if (r == 0)
			r = get_commitments(k, a->peer, &a->keys[i], &k->sent[number][i]);
	}
	k->results[number] = r == -ENOMEM ? r : 0;
}

/* Weighs what peer NUMBER sent. Only -ENOMEM is returned; all else is its own finding. */
static int take_answer(struct ask *k, size_t number)
{
	struct peer_answer *a = &k->peers->answers[number];
	int r = k->results[number];
	for (size_t i = 0; r == 0 && k->sent[number] && i < a->nkeys; i++) {
		struct peer_key *key = &a->keys[i];
		struct sent *s = &k->sent[number][i];
		if (s->has_index) {
			r = take_index(k, &s->index, &s->text, number, &key->fault);
			key->good = r == 0;
		}
		if (r != -ENOMEM)
			r = seen_commitments(k->seen, &s->commitments);
		if (key->fault.code == 0)
			key->fault = s->fault;
	}
	return r;
}

static void ask_release(struct ask *k)
{
	for (size_t i = 0; k->sent && i < k->peers->n; i++) {
		for (size_t j = 0; k->sent[i] && j < k->peers->answers[i].nkeys; j++) {
			index_release(&k->sent[i][j].index);
			commitments_release(&k->sent[i][j].commitments);
		}
		free(k->sent[i]);
	}
	free(k->sent);
	free(k->results);
}

int peers_ask(const struct config *c, const char *only, const struct key *known, size_t n,
	      const struct peer_ops *ops, struct seen *seen, struct peers *ret, struct fault *f)
{
	struct peers p = PEERS_INIT;
	struct ask k = {
	    .c = c, .known = known, .nknown = n, .ops = ops, .seen = seen, .peers = &p};
	p.answers = calloc(c->npeers + 1, sizeof *p.answers);
	k.sent = calloc(c->npeers + 1, sizeof *k.sent);
	k.results = calloc(c->npeers + 1, sizeof *k.results);
	int r = p.answers && k.sent && k.results ? 0 : -ENOMEM;
	seen_look(seen);
	for (size_t i = 0; r == 0 && i < c->npeers; i++) {
		if (only && strcmp(only, c->peers[i].name) != 0)
			continue;
		p.answers[p.n++].peer = &c->peers[i];
		if (ops->progress)
			ops->progress(ops->ctx, &c->peers[i]);
	}
	pool_run(p.n, p.n, ask_peer, &k);
	/* In the order of the configuration, so that it does not matter who was the first. */
	for (size_t i = 0; r == 0 && i < p.n; i++)
		r = take_answer(&k, i);
	ask_release(&k);
	/* Answers are noted after all commitments, so that one look takes both as of one time. */
	for (size_t i = 0; r == 0 && i < p.nindexes; i++)
		r = seen_answers(seen, &p.indexes[i].index);
	if (r < 0) {
		peers_release(&p);
		return fault_set(f, r, "cannot ask the peers:");
	}
	*ret = p;
	return 0;
}

/* Makes the vote of X. Returns whether it says anything. */
static bool make_vote(const struct peer_index *x, const struct seen *seen,
		      const struct digest *action, const struct digest *drv,
		      const struct digest *object, struct vote *ret)
{
	const struct index_row *row = index_of_action(&x->index, action);
	size_t at, n;
	struct vote v = {.relay = x->from[0], .relays = x->nfrom, .action = *action};
	memcpy(v.key, x->index.key, sizeof v.key);
	if (row) {
		v.kind = row->failed                                 ? VOTE_FAILED
			 : object && digest_eq(object, &row->object) ? VOTE_SAME
								     : VOTE_OTHER;
		v.object = row->object;
		v.committed_first = seen_committed_first(seen, v.key, row, &v.committed);
		*ret = v;
		return true;
	}
	n = index_of_drv(&x->index, drv, &at);
	/* The newest is not known: any that succeeded shows that its inputs differ. */
	for (size_t i = 0; i < n; i++) {
		row = &x->index.rows[x->index.by_drv[at + i]];
		if (row->failed)
			continue;
		v.kind = VOTE_INHERITS;
		v.action = row->action;
		v.object = row->object;
		*ret = v;
		return true;
	}
	return false;
}

int peers_votes(const struct peers *p, const struct seen *seen, const struct digest *action,
		const struct digest *drv, const struct digest *object, struct votes *ret)
{
	struct vote v;
	int r = 0;
	for (size_t i = 0; r == 0 && i < p->nindexes; i++)
		if (p->indexes[i].votes &&
		    make_vote(&p->indexes[i], seen, action, drv, object, &v))
			r = votes_add(ret, &v);
	return r;
}
