/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/quorum.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void votes_release(struct votes *v)
{
	free(v->items);
	*v = (struct votes)VOTES_INIT;
}

static bool about_action(const struct vote *v)
{
	return v->kind == VOTE_SAME || v->kind == VOTE_OTHER || v->kind == VOTE_FAILED;
}

static bool same_answer(const struct vote *a, const struct vote *b)
{
	return a->kind == b->kind && digest_eq(&a->action, &b->action) &&
	       (a->kind == VOTE_FAILED || digest_eq(&a->object, &b->object));
}

int votes_add(struct votes *v, const struct vote *vote)
{
	struct vote *old = (struct vote *)votes_of(v, vote->key);
	if (old) {
		bool twice = about_action(old) && about_action(vote);
		if (same_answer(old, vote)) {
			old->relays += vote->relays;
			old->committed |= vote->committed;
			old->committed_first |= vote->committed_first;
		} else if (twice) {
			old->kind = VOTE_TWICE;
		} else if (old->kind == VOTE_INHERITS && about_action(vote)) {
			*old = *vote;
		}
		return 0;
	}
	struct vote *p = vec_grow(v->items, &v->cap, v->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	v->items = p;
	v->items[v->n++] = *vote;
	return 0;
}

const struct vote *votes_of(const struct votes *v, const char *key)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->items[i].key, key) == 0)
			return &v->items[i];
	return NULL;
}

void quorum_release(struct quorum *q)
{
	strlist_release(&q->of);
	q->need = 0;
}

int quorum_add(struct quorum *q, const char *key)
{
	return quorum_has(q, key) ? 0 : strlist_add(&q->of, key);
}

bool quorum_has(const struct quorum *q, const char *key)
{
	for (size_t i = 0; i < q->of.n; i++)
		if (strcmp(q->of.items[i], key) == 0)
			return true;
	return false;
}

/* Returns how many of Q's keys gave OBJECT. */
static size_t count_object(const struct quorum *q, const struct votes *v,
			   const struct digest *object)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++) {
		const struct vote *x = &v->items[i];
		n += (x->kind == VOTE_SAME || x->kind == VOTE_OTHER) && quorum_has(q, x->key) &&
		     digest_eq(&x->object, object);
	}
	return n;
}

int quorum_object(const struct quorum *q, const struct votes *v, struct digest *ret,
		  size_t *ret_votes)
{
	const struct digest *found = NULL;
	size_t most = 0;
	bool doubt = false;
	for (size_t i = 0; i < v->n; i++) {
		const struct vote *x = &v->items[i];
		if (x->kind != VOTE_SAME && x->kind != VOTE_OTHER)
			continue;
		size_t n = count_object(q, v, &x->object);
		most = n > most ? n : most;
		if (!q->need || n < q->need)
			continue;
		doubt |= found && !digest_eq(found, &x->object);
		found = &x->object;
	}
	if (ret_votes)
		*ret_votes = most;
	if (!found || doubt)
		return ERR_MISSING;
	*ret = *found;
	return 0;
}

/* Returns whether at least NEED of Q's keys agree on an object other than OURS. */
static bool is_outvoted(const struct quorum *q, const struct votes *v,
			const struct digest *ours)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->items[i].kind == VOTE_OTHER && !digest_eq(&v->items[i].object, ours) &&
		    count_object(q, v, &v->items[i].object) >= q->need)
			return true;
	return false;
}

void quorum_judge(const struct quorum *q, const struct votes *v, const struct digest *ours,
		  const char *own, struct quorum_verdict *ret)
{
	struct quorum_verdict r = {.verdict = VERDICT_UNCHECKED, .need = q->need};
	for (size_t i = 0; i < v->n; i++) {
		const struct vote *x = &v->items[i];
		if ((own && strcmp(own, x->key) == 0) || (q->need && !quorum_has(q, x->key)))
			continue;
		r.same += x->kind == VOTE_SAME;
		r.other += x->kind == VOTE_OTHER;
		r.failed += x->kind == VOTE_FAILED;
		r.inherits += x->kind == VOTE_INHERITS;
		r.twice += x->kind == VOTE_TWICE;
	}
	if (q->need) {
		r.agree = r.same + (own && quorum_has(q, own));
		/* Our own word alone is not independent bits. */
		r.reached = r.same && r.agree >= q->need;
		r.outvoted = is_outvoted(q, v, ours);
	}
	if (r.reached && !r.outvoted)
		r.verdict =
		    VERDICT_REPRODUCED; /* who says otherwise is outvoted, and reported */
	else if (r.other)
		r.verdict = VERDICT_DIFFERS;
	else if (r.inherits)
		r.verdict = VERDICT_INHERITS;
	else if (r.same && !q->need)
		r.verdict = VERDICT_REPRODUCED;
	*ret = r;
}

const char *vote_word(enum vote_kind k)
{
	static const char *const words[] = {"same",     "other", "failed",
					    "inherits", "twice", "none"};
	return k < VOTE_COUNT ? words[k] : "?";
}
