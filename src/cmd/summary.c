/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/summary.h"

#include <errno.h>

#include "attest/dsse.h"
#include "attest/keys.h"
#include "base/file.h"
#include "base/sys.h"
#include "hash/sha256.h"

/* Adds the envelope of V, signed by K, and a line end. */
static int sign(const struct key *k, const struct vsa *v, struct buf *ret, struct fault *f)
{
	struct buf text = BUF_INIT;
	int r = vsa_json(v, &text);
	if (r == 0)
		r = dsse_sign(k, DSSE_IN_TOTO, buf_view(&text), ret, f);
	buf_addc(ret, '\n');
	buf_release(&text);
	return r;
}

int summary_write(struct cmd *c, struct vsa *v, const char *own, const char *policy,
		  const char *file, const char *key, struct fault *f)
{
	struct buf text = BUF_INIT;
	struct key k = {0};
	const char *state = NULL;
	v->time_s = sys_now_ns() / 1000000000;
	v->verifier =
	    *own ? arena_fmt(&c->arena, "urn:boot-hurd:key:%s", own) : "urn:boot-hurd:unsigned";
	sha256_view(view_of(policy), &v->policy_digest);
	int r = v->verifier ? 0 : -ENOMEM;
	if (r == 0 && key) {
		r = cmd_state(c, &state, f);
		if (r == 0)
			r = keys_load(state, key, true, &k, f);
		if (r == 0)
			r = sign(&k, v, &text, f);
		key_release(&k);
	} else if (r == 0) {
		r = vsa_json(v, &text);
		buf_addc(&text, '\n');
	}
	if (r == 0)
		r = buf_failed(&text);
	if (r == 0)
		r = file_may_replace(file, f);
	if (r == 0)
		r = file_write_atomic(file, text.ptr, text.len, 0644, f);
	buf_release(&text);
	return r;
}
