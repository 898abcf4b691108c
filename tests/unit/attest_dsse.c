/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ed25519 against RFC 8032, keys as text, and DSSE envelopes: round trip and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "attest/dsse.h"
#include "hash/digest.h"

/* RFC 8032, section 7.1, test 2: seed, public key, message 0x72, signature. */
static const char SEED[] = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
static const char PUBLIC[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
static const char SIGNATURE[] =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

static void unhex(const char *hex, unsigned char *ret)
{
	for (; *hex; hex += 2) {
		char two[3] = {hex[0], hex[1], 0};
		*ret++ = (unsigned char)strtoul(two, NULL, 16);
	}
}

static void rfc8032(void **state)
{
	(void)state;
	struct key k = {.name = "t", .secret = true}, read;
	unsigned char sig[64], want[64];
	struct buf text = BUF_INIT;
	unhex(SEED, k.seed);
	unhex(PUBLIC, k.public);
	unhex(SIGNATURE, want);
	assert_int_equal(key_sign(&k, (struct view){"\x72", 1}, sig), 0);
	assert_memory_equal(sig, want, 64);
	struct view s = {(const char *)sig, 64};
	assert_int_equal(key_verify(&k, (struct view){"\x72", 1}, s), 0);
	assert_int_equal(key_verify(&k, (struct view){"\x73", 1}, s), ERR_SIGNATURE);
	assert_int_equal(key_verify(&k, (struct view){"\x72", 1}, (struct view){s.ptr, 63}),
			 ERR_SIGNATURE);
	sig[0] ^= 1;
	assert_int_equal(key_verify(&k, (struct view){"\x72", 1}, s), ERR_SIGNATURE);
	/* the text form checks that seed and public key belong together */
	key_write(&k, true, &text);
	assert_int_equal(key_parse(buf_view(&text), &read, NULL), 0);
	assert_memory_equal(read.public, k.public, 32);
	k.public[0] ^= 1;
	buf_clear(&text);
	key_write(&k, true, &text);
	assert_int_equal(key_parse(buf_view(&text), &read, NULL), ERR_SIGNATURE);
	buf_release(&text);
}

static void keys(void **state)
{
	(void)state;
	struct key a, b;
	struct buf text = BUF_INIT;
	assert_int_equal(key_generate("bad/name", &a, NULL), ERR_SYNTAX);
	assert_int_equal(key_generate("good-1", &a, NULL), 0);
	key_write(&a, false, &text);
	buf_addc(&text, '\n');
	assert_int_equal(key_parse(buf_view(&text), &b, NULL), 0);
	assert_string_equal(b.name, "good-1");
	assert_false(b.secret);
	assert_memory_equal(a.public, b.public, 32);
	const char *bad[] = {"", ":", "x", "x:", "x:AAAA", "x/y:AAAA", "x:!!!!"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(key_parse(view_of(bad[i]), &b, NULL), ERR_SYNTAX);
	buf_release(&text);
}

static int try_open(const char *text, const struct key *k)
{
	struct buf out = BUF_INIT;
	size_t which;
	struct fault f = FAULT_INIT;
	int r = dsse_open(view_of(text), DSSE_IN_TOTO, k, 1, &out, &which, &f);
	if (r < 0)
		assert_true(f.what[0]);
	buf_release(&out);
	return r;
}

/* Replaces the first FROM in TEXT by TO, which is as long. */
static void swap(char *text, const char *from, const char *to)
{
	char *p = strstr(text, from);
	assert_non_null(p);
	memcpy(p, to, strlen(to));
}

static void envelopes(void **state)
{
	(void)state;
	struct key k, other;
	struct buf e = BUF_INIT, out = BUF_INIT;
	size_t which = 9;
	assert_int_equal(key_generate("k", &k, NULL), 0);
	assert_int_equal(key_generate("other", &other, NULL), 0);
	assert_int_equal(dsse_sign(&k, DSSE_IN_TOTO, view_of("{\"a\":1}"), &e, NULL), 0);
	struct key both[] = {other, k};
	assert_int_equal(dsse_open(buf_view(&e), DSSE_IN_TOTO, both, 2, &out, &which, NULL), 0);
	assert_int_equal(which, 1);
	assert_string_equal(buf_str(&out), "{\"a\":1}");
	assert_int_equal(try_open(e.ptr, &other), ERR_SIGNATURE);
	assert_int_equal(dsse_open(buf_view(&e), "text/plain", both, 2, &out, &which, NULL),
			 ERR_SIGNATURE);
	swap(e.ptr, "eyJhIjoxfQ==", "eyJhIjoyfQ=="); /* {"a":2} */
	assert_int_equal(try_open(e.ptr, &k), ERR_SIGNATURE);
	const char *bad[] = {"",
			     "{}",
			     "[]",
			     "null",
			     "{\"payload\":1}",
			     "{\"payload\":\"e30=\",\"payloadType\":\"" DSSE_IN_TOTO
			     "\",\"signatures\":[]}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(try_open(bad[i], &k), ERR_SYNTAX);
	assert_int_equal(try_open("{\"payload\":\"e30=\",\"payloadType\":\"" DSSE_IN_TOTO
				  "\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
				  &k),
			 ERR_SIGNATURE);
	buf_release(&e);
	buf_release(&out);
}

/* Adds the signature object of K over PAYLOAD, with the members EXTRA (ending in a comma). */
static void add_signature(struct buf *b, const struct key *k, const char *payload,
			  const char *extra)
{
	struct buf pae = BUF_INIT;
	unsigned char sig[ED25519_SIGNATURE];
	buf_addf(&pae, "DSSEv1 %zu %s %zu %s", strlen(DSSE_IN_TOTO), DSSE_IN_TOTO,
		 strlen(payload), payload);
	assert_int_equal(key_sign(k, buf_view(&pae), sig), 0);
	buf_addf(b, "{%s\"sig\":\"", extra);
	base64_add(b, (struct view){(const char *)sig, sizeof sig});
	buf_adds(b, "\"}");
	buf_release(&pae);
}

/* Opens PAYLOAD (as base64 in TEXT) with SIGNATURES by K. */
static int open_with(const char *text, const char *signatures, const struct key *k)
{
	struct buf e = BUF_INIT;
	buf_addf(&e,
		 "{\"note\":{\"big\":12345678901234567890},\"payload\":\"%s\","
		 "\"payloadType\":\"" DSSE_IN_TOTO "\",\"signatures\":[%s]}",
		 text, signatures);
	int r = try_open(buf_str(&e), k);
	buf_release(&e);
	return r;
}

/* What the protocol says that a verifier must accept. */
static void tolerance(void **state)
{
	(void)state;
	/* its base64 has both characters that the alphabets differ in, and padding */
	static const char payload[] = "{\"a\":\"\xc3\xbf\xc3\xbe>?\xef\xbf\xbf?~\"}";
	struct key k, other;
	struct buf b = BUF_INIT, sig = BUF_INIT, sigs = BUF_INIT;
	assert_int_equal(key_generate("k", &k, NULL), 0);
	assert_int_equal(key_generate("other", &other, NULL), 0);
	base64_add(&b, view_of(payload));
	char *standard = strdup(buf_str(&b)), *safe = strdup(standard);
	assert_non_null(strpbrk(standard, "+/"));
	assert_non_null(strchr(standard, '='));
	for (char *p = safe; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	add_signature(&sig, &k, payload, "");
	assert_int_equal(open_with(standard, sig.ptr, &k), 0);
	assert_int_equal(open_with(safe, sig.ptr, &k), 0);
	*strchr(safe, '=') = '\0';
	assert_int_equal(open_with(safe, sig.ptr, &k), 0);
	/* a key id is a hint: ours, another's, none, of any form */
	static const char *const ids[] = {"\"keyid\":\"\",", "\"keyid\":\"x\",", "\"keyid\":7,",
					  "\"x\":[],"};
	for (size_t i = 0; i < 4; i++) {
		buf_clear(&sig);
		add_signature(&sig, &k, payload, ids[i]);
		assert_int_equal(open_with(standard, sig.ptr, &k), 0);
	}
	/* several signatures: those of others, broken and false ones are passed over */
	buf_adds(&sigs, "{},7,{\"sig\":\"!\"},{\"sig\":\"AAAA\"},");
	add_signature(&sigs, &other, payload, "");
	buf_addc(&sigs, ',');
	add_signature(&sigs, &k, "other words", "");
	assert_int_equal(open_with(standard, sigs.ptr, &k), ERR_SIGNATURE);
	buf_addc(&sigs, ',');
	add_signature(&sigs, &k, payload, "");
	assert_int_equal(open_with(standard, sigs.ptr, &k), 0);
	/* what is not base64, and too many signatures */
	assert_int_equal(open_with("e30==", sig.ptr, &k), ERR_SYNTAX);
	assert_int_equal(open_with("e", sig.ptr, &k), ERR_SYNTAX);
	buf_clear(&sigs);
	for (int i = 0; i < DSSE_SIGNATURES_MAX; i++)
		buf_adds(&sigs, "{},");
	buf_addv(&sigs, buf_view(&sig));
	assert_int_equal(open_with(standard, sigs.ptr, &k), ERR_LIMIT);
	free(standard);
	free(safe);
	buf_release(&b);
	buf_release(&sig);
	buf_release(&sigs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc8032),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(envelopes),
	    cmocka_unit_test(tolerance),
	};
	return cmocka_run_group_tests_name("dsse", tests, NULL, NULL);
}
