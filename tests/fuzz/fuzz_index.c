/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads bytes as the rows of an index, or of commitments, that a hostile key has signed; and as they
 * are. What is accepted is written back as the same text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "peers/peer_history.h"
#include "publication/commitments.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_index(struct view text, const struct key *k)
{
	struct index x = INDEX_INIT;
	struct fault f = FAULT_INIT;
	struct buf again = BUF_INIT;
	if (index_parse(text, k, &x, &f) == 0) {
		for (size_t i = 0; i < x.n; i++)
			must(index_of_action(&x, &x.rows[i].action) == &x.rows[i]);
		must(index_write(&x, k, &again, NULL) == 0);
		must(view_eq(buf_view(&again), text));
	} else {
		must(f.code < 0 && f.what[0]);
	}
	index_release(&x);
	buf_release(&again);
}

static void try_commitments(struct view text, const struct key *k)
{
	struct commitments c = COMMITMENTS_INIT;
	struct fault f = FAULT_INIT;
	struct buf again = BUF_INIT;
	if (commitments_parse(text, k, &c, &f) == 0) {
		for (size_t i = 0; i < c.n; i++)
			must(commitments_of_action(&c, &c.rows[i].action) == &c.rows[i]);
		must(commitments_write(&c, k, &again, NULL) == 0);
		must(view_eq(buf_view(&again), text));
	} else {
		must(f.code < 0 && f.what[0]);
	}
	commitments_release(&c);
	buf_release(&again);
}

/* What was seen of peers: what is accepted must come out the same a second time. */
static void try_seen(struct view in)
{
	struct seen s = SEEN_INIT;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct fault f = FAULT_INIT;
	if (seen_parse(in, &s, &f) == 0) {
		must(seen_write(&s, &once) == 0);
		seen_release(&s);
		must(seen_parse(buf_view(&once), &s, NULL) == 0);
		must(seen_write(&s, &twice) == 0 && view_eq(buf_view(&once), buf_view(&twice)));
	} else {
		must(f.what[0]);
	}
	seen_release(&s);
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct key k;
	struct buf b = BUF_INIT;
	unsigned char sig[ED25519_SIGNATURE];
	char id[KEY_ID + 1];
	if (!k.secret)
		must(key_generate("fuzz", &k, NULL) == 0);
	struct view raw = {(const char *)data, size};
	try_index(raw, &k);
	try_commitments(raw, &k);
	try_seen(raw);
	key_id(&k, id);
	bool index = size && data[0] & 1;
	buf_addf(&b, "boot-hurd %s 1\nkey %s\n", index ? "index" : "commitments", id);
	if (size)
		buf_add(&b, data + 1, size - 1);
	struct buf what = BUF_INIT;
	struct digest hash;
	char hash_hex[DIGEST_HEX + 1];
	sha256_view(buf_view(&b), &hash);
	digest_hex(&hash, hash_hex);
	buf_addf(&what, "boot-hurd signature 1\n%s\n", hash_hex);
	must(key_sign(&k, buf_view(&what), sig) == 0);
	buf_release(&what);
	buf_adds(&b, "signature ");
	base64_add(&b, (struct view){(const char *)sig, sizeof sig});
	buf_addc(&b, '\n');
	if (index)
		try_index(buf_view(&b), &k);
	else
		try_commitments(buf_view(&b), &k);
	buf_release(&b);
	return 0;
}
