/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/dsse.h"

#include <errno.h>

#include "hash/digest.h"
#include "json/value.h"
#include "json/write.h"

static void add_pae(struct buf *b, struct view type, struct view payload)
{
	buf_addf(b, "DSSEv1 %zu ", type.len);
	buf_addv(b, type);
	buf_addf(b, " %zu ", payload.len);
	buf_addv(b, payload);
}

static void put_base64(struct buf *b, const char *name, struct view v)
{
	struct buf text = BUF_INIT;
	base64_add(&text, v);
	json_put_string(b, name, buf_view(&text));
	if (buf_failed(&text))
		b->failed = true;
	buf_release(&text);
}

int dsse_sign(const struct key *k, const char *type, struct view payload, struct buf *ret,
	      struct fault *f)
{
	struct buf pae = BUF_INIT;
	unsigned char sig[ED25519_SIGNATURE];
	char id[KEY_ID + 1];
	add_pae(&pae, view_of(type), payload);
	int r = buf_failed(&pae);
	if (r == 0)
		r = key_sign(k, buf_view(&pae), sig);
	buf_release(&pae);
	if (r < 0)
		return fault_set(f, r, "cannot sign with key '%s':", k->name);
	key_id(k, id);
	size_t from = ret->len;
	json_open(ret, NULL);
	put_base64(ret, "payload", payload);
	json_put(ret, "payloadType", type);
	json_open_array(ret, "signatures");
	json_open(ret, NULL);
	json_put(ret, "keyid", id);
	put_base64(ret, "sig", (struct view){(const char *)sig, sizeof sig});
	json_close(ret);
	json_close_array(ret);
	json_close(ret);
	if (ret->len - from > DSSE_MAX)
		return fault_set(f, ERR_LIMIT, "the envelope would be larger than %d bytes",
				 DSSE_MAX);
	return buf_failed(ret);
}

/* Returns the index of the key that made a signature over PAE, or ERR_SIGNATURE. */
static int find_signature(const struct json_value *signatures, struct view pae,
			  const struct key *keys, size_t n)
{
	int found = ERR_SIGNATURE;
	for (size_t i = 0; found < 0 && i < json_count(signatures); i++) {
		const struct json_value *s = json_item(signatures, i);
		struct buf sig = BUF_INIT;
		int r = base64_parse_any(json_text(json_member(s, "sig")), &sig);
		for (size_t k = 0; r == 0 && k < n && found < 0; k++)
			if (key_verify(&keys[k], pae, buf_view(&sig)) == 0)
				found = (int)k;
		buf_release(&sig);
	}
	return found;
}

int dsse_open(struct view envelope, const char *type, const struct key *keys, size_t n,
	      struct buf *ret, size_t *ret_key, struct fault *f)
{
	struct json_document *doc = NULL;
	struct buf payload = BUF_INIT, pae = BUF_INIT;
	if (envelope.len > DSSE_MAX)
		return fault_set(f, ERR_LIMIT, "the envelope is larger than %d bytes",
				 DSSE_MAX);
	int r = json_document_parse_wide(envelope, &doc, f);
	if (r < 0)
		return fault_wrap(f, "not a DSSE envelope");
	const struct json_value *root = json_document_root(doc);
	struct view kind = json_text(json_member(root, "payloadType"));
	struct view text = json_text(json_member(root, "payload"));
	const struct json_value *signatures = json_member(root, "signatures");
	if (!kind.ptr || !text.ptr || base64_parse_any(text, &payload) < 0 ||
	    !json_count(signatures))
		r = fault_set(f, ERR_SYNTAX, "not a DSSE envelope");
	else if (json_count(signatures) > DSSE_SIGNATURES_MAX)
		r = fault_set(f, ERR_LIMIT, "the envelope has more than %d signatures",
			      DSSE_SIGNATURES_MAX);
	else if (!view_is(kind, type))
		r = fault_set(f, ERR_SIGNATURE, "the envelope does not hold %s", type);
	if (r == 0) {
		add_pae(&pae, kind, buf_view(&payload));
		r = buf_failed(&pae);
	}
	if (r == 0) {
		r = find_signature(signatures, buf_view(&pae), keys, n);
		if (r < 0)
			fault_set(f, r, "the envelope has no true signature by a known key");
	}
	if (r >= 0) {
		*ret_key = (size_t)r;
		buf_addv(ret, buf_view(&payload));
		r = buf_failed(ret);
	}
	buf_release(&payload);
	buf_release(&pae);
	json_document_free(doc);
	return r;
}
