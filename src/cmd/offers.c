/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/offers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/peers.h"
#include "cmd/print.h"

void offers_release(struct offers *o)
{
	config_release(&o->config);
	peers_release(&o->peers);
	seen_release(&o->seen);
	free(o->locations);
	*o = (struct offers)OFFERS_INIT;
}

/* Refuses a configuration that can never lead to an offer. */
static int check_config(const struct config *c, const char *path, struct fault *f)
{
	size_t archives = 0;
	for (size_t i = 0; i < c->npeers; i++)
		archives += (c->peers[i].trust & CONFIG_ARCHIVES) != 0;
	if (c->need == 0) {
		fault_set(f, ERR_CONFIG, "--substitute: %s has no quorum", path);
		fault_hint(f, "name how many of which keys must agree: see boot-hurd(1)");
		return ERR_CONFIG;
	}
	if (archives == 0) {
		fault_set(f, ERR_CONFIG, "--substitute: no peer in %s is trusted for archives",
			  path);
		fault_hint(f, "boot-hurd peer add --help tells how");
		return ERR_CONFIG;
	}
	return 0;
}

int offers_ask(struct cmd *c, struct offers *ret, struct fault *f)
{
	struct offers o = OFFERS_INIT;
	FREE_PTR char *path = NULL;
	int r = cmd_config(&o.config, &path, f);
	if (r == 0)
		r = check_config(&o.config, path, f);
	if (r == 0)
		r = cmd_ask_peers(c, &o.config, NULL, &o.peers, &o.seen, f);
	if (r == 0) {
		o.locations = calloc(o.config.npeers, sizeof *o.locations);
		r = o.locations ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < o.peers.n; i++) {
		const struct peer_answer *a = &o.peers.answers[i];
		if (a->fault.code)
			print_err("not heard: %s: %s\n", a->peer->name, a->fault.what);
		else if (a->peer->trust & CONFIG_ARCHIVES)
			o.locations[o.n++] = a->peer->location;
	}
	if (r < 0)
		offers_release(&o);
	else
		*ret = o;
	return r;
}

bool offers_find(void *ctx, const struct action *a, struct build_offer *ret)
{
	const struct offers *o = ctx;
	struct votes votes = VOTES_INIT;
	struct digest object;
	bool found = peers_votes(&o->peers, &o->seen, &a->id, &a->drv->id, NULL, &votes) == 0 &&
		     quorum_object(&o->config.quorum, &votes, &object, NULL) == 0;
	votes_release(&votes);
	if (found)
		*ret = (struct build_offer){
		    .object = object, .locations = o->locations, .n = o->n};
	return found;
}

/* Notes who says that A became OBJECT. */
static void note_keys(const struct votes *votes, const struct digest *object,
		      struct build_offer *ret)
{
	for (size_t i = 0; i < votes->n && ret->nkeys < BUILD_OFFER_KEYS; i++) {
		const struct vote *v = &votes->items[i];
		if ((v->kind == VOTE_SAME || v->kind == VOTE_OTHER) &&
		    digest_eq(&v->object, object))
			memcpy(ret->keys[ret->nkeys++], v->key, sizeof v->key);
	}
}

/* Fills RET when the quorum agrees on the output of action A of D. */
static bool find_action(const struct offers *o, const struct digest *a, const struct drv *d,
			struct build_offer *ret)
{
	struct votes votes = VOTES_INIT;
	struct digest object;
	bool found = peers_votes(&o->peers, &o->seen, a, &d->id, NULL, &votes) == 0 &&
		     quorum_object(&o->config.quorum, &votes, &object, NULL) == 0;
	if (found) {
		*ret = (struct build_offer){
		    .object = object, .locations = o->locations, .n = o->n, .action = *a};
		note_keys(&votes, &object, ret);
	}
	votes_release(&votes);
	return found;
}

bool offers_find_drv(void *ctx, const struct drv *d, struct build_offer *ret)
{
	const struct offers *o = ctx;
	bool found = false;
	for (size_t i = 0; i < o->peers.nindexes; i++) {
		const struct index *x = &o->peers.indexes[i].index;
		size_t at = 0, n = index_of_drv(x, &d->id, &at);
		for (size_t k = 0; k < n; k++) {
			const struct index_row *row = &x->rows[x->by_drv[at + k]];
			struct build_offer one = {.n = 0};
			if ((found && digest_eq(&row->action, &ret->action)) ||
			    !find_action(o, &row->action, d, &one))
				continue;
			/* Two actions of one derivation: who is right is found out by resolving it. */
			if (found)
				return false;
			found = true;
			*ret = one;
		}
	}
	return found;
}
