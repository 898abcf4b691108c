/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/substitutes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "peers/look.h"

void substitutes_release(struct substitutes *s)
{
	config_release(&s->config);
	peers_release(&s->peers);
	seen_release(&s->seen);
	free(s->locations);
	*s = (struct substitutes)SUBSTITUTES_INIT;
}

/* Refuses a configuration that can never lead to a substitute. */
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

int substitutes_look(const char *state, const char *path, struct config *config,
		     const struct peer_ops *ops, struct substitutes *ret, struct fault *f)
{
	struct substitutes s = SUBSTITUTES_INIT;
	s.config = *config;
	*config = (struct config)CONFIG_INIT;
	int r = check_config(&s.config, path, f);
	if (r == 0)
		r = peers_look(state, &s.config, NULL, ops, &s.peers, &s.seen, f);
	if (r == 0) {
		s.locations = calloc(s.config.npeers, sizeof *s.locations);
		r = s.locations ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < s.peers.n; i++) {
		const struct peer_answer *a = &s.peers.answers[i];
		if (!a->fault.code && a->peer->trust & CONFIG_ARCHIVES)
			s.locations[s.n++] = a->peer->location;
	}
	if (r < 0)
		substitutes_release(&s);
	else
		*ret = s;
	return r;
}

/* Notes who says what RET says. */
static void note_keys(const struct votes *votes, struct substitute *ret)
{
	for (size_t i = 0; i < votes->n && ret->nkeys < SUBSTITUTE_KEYS; i++) {
		const struct vote *v = &votes->items[i];
		if ((v->kind == VOTE_SAME || v->kind == VOTE_OTHER) &&
		    digest_eq(&v->object, &ret->object))
			memcpy(ret->keys[ret->nkeys++], v->key, sizeof v->key);
	}
}

bool substitutes_find(const struct substitutes *s, const struct digest *action,
		      const struct digest *drv, struct substitute *ret)
{
	struct votes votes = VOTES_INIT;
	struct substitute x = {.action = *action};
	bool found = peers_votes(&s->peers, &s->seen, action, drv, NULL, &votes) == 0 &&
		     quorum_object(&s->config.quorum, &votes, &x.object, NULL) == 0;
	if (found) {
		note_keys(&votes, &x);
		*ret = x;
	}
	votes_release(&votes);
	return found;
}

bool substitutes_find_drv(const struct substitutes *s, const struct digest *drv,
			  struct substitute *ret)
{
	bool found = false;
	for (size_t i = 0; i < s->peers.nindexes; i++) {
		const struct index *x = &s->peers.indexes[i].index;
		size_t at = 0, n = index_of_drv(x, drv, &at);
		for (size_t k = 0; k < n; k++) {
			const struct digest *action = &x->rows[x->by_drv[at + k]].action;
			struct substitute one = {.nkeys = 0};
			if ((found && digest_eq(action, &ret->action)) ||
			    !substitutes_find(s, action, drv, &one))
				continue;
			if (found)
				return false;
			found = true;
			*ret = one;
		}
	}
	return found;
}
