/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Feeds bytes to the reader of keys, to that of DSSE envelopes and to the check of in-toto statements. What
 * is accepted must hold what it was accepted for.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "hash/ed25519.h"
#include "attest/dsse.h"
#include "attest/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static void try_key(struct view in)
{
	struct key k, again;
	struct buf b = BUF_INIT;
	struct fault f = FAULT_INIT;
	if (key_parse(in, &k, &f) == 0) {
		key_write(&k, k.secret, &b);
		must(key_parse(buf_view(&b), &again, NULL) == 0);
		key_verify(&k, in, in);
	} else {
		must(f.what[0] != 0);
	}
	buf_release(&b);
}

static void try_statement(struct view in)
{
	struct json_document *doc = NULL;
	struct fault f = FAULT_INIT;
	int r = json_document_parse_wide(in, &doc, &f);
	if (r == 0)
		r = statement_check(json_document_root(doc), &f);
	if (r == 0)
		must(json_count(json_member(json_document_root(doc), "subject")) > 0);
	else
		must(f.what[0] != 0);
	json_document_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct key own;
	struct view in = {(const char *)data, size};
	struct buf out = BUF_INIT;
	struct fault f = FAULT_INIT;
	size_t which = 1;
	if (!own.secret)
		must(key_generate("own", &own, NULL) == 0);
	try_key(in);
	try_statement(in);
	/* Nobody else has the key. */
	must(dsse_open(in, DSSE_IN_TOTO, &own, 1, &out, &which, &f) < 0 && f.what[0] != 0);
	must(dsse_sign(&own, DSSE_IN_TOTO, in, &out, NULL) == 0);
	struct buf back = BUF_INIT;
	must(dsse_open(buf_view(&out), DSSE_IN_TOTO, &own, 1, &back, &which, NULL) == 0);
	must(which == 0 && view_eq(buf_view(&back), in));
	buf_release(&out);
	buf_release(&back);
	return 0;
}
