/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/attest.h"

#include <stdio.h>

#include "attest/dsse.h"
#include "attest/provenance.h"

static const char URN[] = "urn:boot-hurd:key:";

/* Refuses what this builder cannot vouch for. */
static int check(const struct drv *d, const struct store_realisation *real, struct fault *f)
{
	if (real->outcome == STORE_SUBSTITUTED) {
		fault_set(f, ERR_UNSAFE, "%s was taken from a peer, not built here", d->name);
		fault_hint(f, "boot-hurd --verify %s builds it and compares", d->name);
		return ERR_UNSAFE;
	}
	if (!real->attestable) {
		fault_set(f, ERR_UNSAFE, "%s was built with an overridden source", d->name);
		fault_hint(f, "build it again without --override-source");
		return ERR_UNSAFE;
	}
	return 0;
}

int attest_action(const struct action *act, const struct store_realisation *real,
		  const struct key *k, struct buf *ret, struct fault *f)
{
	struct buf payload = BUF_INIT;
	char id[KEY_ID + 1], builder[sizeof URN + KEY_ID];
	key_id(k, id);
	snprintf(builder, sizeof builder, "%s%s", URN, id);
	int r = check(act->drv, real, f);
	if (r == 0) {
		struct provenance p = {act, real->object, real->started_ns, real->ended_ns,
				       builder};
		r = real->outcome == STORE_FAILED ? provenance_failure_json(&p, &payload)
						  : provenance_json(&p, &payload);
	}
	if (r == 0)
		r = dsse_sign(k, DSSE_IN_TOTO, buf_view(&payload), ret, f);
	if (r == 0) {
		buf_addc(ret, '\n');
		r = buf_failed(ret);
	}
	buf_release(&payload);
	return r;
}

int attest_realisation(struct builder *b, const struct drv *d,
		       const struct store_realisation *real, const struct key *k,
		       struct buf *ret, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct action act;
	int r = check(d, real, f);
	if (r == 0)
		r = builder_resolve(b, builder_store(b), &a, d, &act, f);
	if (r == 0 && !digest_eq(&act.id, &real->action))
		r = fault_set(f, ERR_MISSING, "%s has no realisation for its present inputs",
			      d->name);
	if (r == 0)
		r = attest_action(&act, real, k, ret, f);
	arena_release(&a);
	return r;
}
