/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/frame.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hash/sha256.h"

#define NUMBER_MAX (UINT64_C(1) << 53)

/* Reads decimal digits without a leading zero, below NUMBER_MAX. */
static bool parse_number(struct view v, uint64_t *ret)
{
	uint64_t n = 0;
	if (!v.len || v.len > 16 || (v.len > 1 && v.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (v.ptr[i] < '0' || v.ptr[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.ptr[i] - '0');
	}
	*ret = n;
	return n < NUMBER_MAX;
}

/* Adds what is signed for the bytes V: a few words and their hash, which RET gets, too. */
static void add_signed(struct buf *b, struct view v, struct digest *ret)
{
	char hex[DIGEST_HEX + 1];
	sha256_view(v, ret);
	digest_hex(ret, hex);
	buf_addf(b, "boot-hurd signature 1\n%s\n", hex);
}

/*
 * Checks the last line of TEXT, "signature BASE64", over what stands before it, which RET gets, and
 * RET_CONTENT its hash.
 */
static int check_signature(struct view text, const struct key *k, struct view *ret,
			   struct digest *ret_content)
{
	if (!text.len || text.ptr[text.len - 1] != '\n')
		return ERR_SYNTAX;
	size_t at = text.len - 1;
	while (at && text.ptr[at - 1] != '\n')
		at--;
	struct view line = {text.ptr + at, text.len - 1 - at};
	struct buf sig = BUF_INIT;
	if (!view_skip(&line, "signature ") || base64_parse(line, &sig) < 0 ||
	    sig.len != ED25519_SIGNATURE) {
		buf_release(&sig);
		return ERR_SYNTAX;
	}
	*ret = (struct view){text.ptr, at};
	struct buf what = BUF_INIT;
	add_signed(&what, *ret, ret_content);
	int r = buf_failed(&what);
	if (r == 0)
		r = key_verify(k, buf_view(&what), buf_view(&sig));
	buf_release(&what);
	buf_release(&sig);
	return r;
}

int frame_parse(struct view text, const char *magic, const struct key *k, struct frame *ret,
		struct fault *f)
{
	struct view line, first = text, key, rest;
	char id[KEY_ID + 1];
	key_id(k, id);
	if (text.len > FRAME_MAX)
		return fault_set(f, ERR_LIMIT, "it is larger than %d bytes", FRAME_MAX);
	if (!view_line(&first, &line) || !view_is(line, magic))
		return fault_set(f, ERR_SYNTAX, "line 1: expected '%s'", magic);
	if (!view_line(&first, &key) || !view_skip(&key, "key ") || key.len != KEY_ID)
		return fault_set(f, ERR_SYNTAX, "line 2: expected 'key KEYID'");
	if (!view_is(key, id))
		return fault_set(f, ERR_SIGNATURE, "it is by another key, %.*s", (int)key.len,
				 key.ptr);
	int r = check_signature(text, k, &rest, &ret->content);
	if (r == ERR_SYNTAX)
		return fault_set(f, r, "the last line, the signature, is missing or broken");
	if (r < 0)
		return fault_set(f, r, "its signature is false");
	memcpy(ret->key, id, sizeof ret->key);
	/* From here on the bytes are what the key's owner wrote. */
	rest.len -= (size_t)(first.ptr - text.ptr);
	rest.ptr = first.ptr;
	if (!view_line(&rest, &line) || !view_skip(&line, "serial ") ||
	    !parse_number(line, &ret->serial) || ret->serial == 0)
		return fault_set(f, ERR_SYNTAX, "line 3: expected 'serial N'");
	if (!view_line(&rest, &line) || !view_skip(&line, "time ") ||
	    !parse_number(line, &ret->time_s))
		return fault_set(f, ERR_SYNTAX, "line 4: expected 'time N'");
	ret->rows = rest;
	return 0;
}

void frame_add_head(struct buf *b, const char *magic, const char *key, uint64_t serial,
		    uint64_t time_s)
{
	buf_addf(b, "%s\nkey %s\nserial %" PRIu64 "\ntime %" PRIu64 "\n", magic, key, serial,
		 time_s);
}

int frame_sign(struct buf *b, size_t from, const struct key *k, struct digest *ret,
	       struct fault *f)
{
	unsigned char sig[ED25519_SIGNATURE];
	if (buf_failed(b))
		return fault_set(f, -ENOMEM, "cannot write the index:");
	struct buf what = BUF_INIT;
	add_signed(&what, (struct view){b->ptr + from, b->len - from}, ret);
	int r = key_sign(k, buf_view(&what), sig);
	buf_release(&what);
	if (r < 0)
		return fault_set(f, ERR_SIGNATURE, "key '%s' cannot sign", k->name);
	buf_adds(b, "signature ");
	base64_add(b, (struct view){(const char *)sig, sizeof sig});
	buf_addc(b, '\n');
	return buf_failed(b);
}

bool frame_take_word(struct view *v, size_t len, struct view *ret)
{
	if (v->len <= len || v->ptr[len] != ' ')
		return false;
	*ret = (struct view){v->ptr, len};
	v->ptr += len + 1;
	v->len -= len + 1;
	return true;
}

bool frame_take_digest(struct view *v, struct digest *ret)
{
	struct view word;
	return frame_take_word(v, DIGEST_HEX, &word) &&
	       hex_parse(word, ret->b, DIGEST_LEN) == 0;
}
