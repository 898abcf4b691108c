/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ed25519 against the vectors of Project Wycheproof (tests/data/wycheproof), with keys that nobody
 * owns, and with messages of any length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "hash/digest.h"
#include "hash/ed25519.h"
#include "json/value.h"

#define VECTORS "tests/data/wycheproof/"

/* Adds the bytes of hex V to RET. */
static void unhex(struct view v, struct buf *ret)
{
	unsigned char byte;
	assert_int_equal(v.len % 2, 0);
	for (; v.len; v.ptr += 2, v.len -= 2) {
		assert_int_equal(hex_parse((struct view){v.ptr, 2}, &byte, 1), 0);
		buf_addc(ret, (char)byte);
	}
}

static void unhex_member(const struct json_value *v, const char *name, struct buf *ret)
{
	buf_clear(ret);
	unhex(json_text(json_member(v, name)), ret);
}

/* Reads the key of a group of vectors; its text form must be taken as good. */
static struct key group_key(const struct json_value *group)
{
	const struct json_value *key = json_member(group, "key");
	struct key k = {.secret = json_member(key, "sk") != NULL}, again;
	struct buf b = BUF_INIT;
	if (k.secret) {
		unhex_member(key, "sk", &b);
		assert_int_equal(b.len, ED25519_SEED);
		memcpy(k.seed, b.ptr, b.len);
	}
	unhex_member(key, "pk", &b);
	assert_int_equal(b.len, ED25519_PUBLIC);
	memcpy(k.public, b.ptr, b.len);
	strcpy(k.name, "w");
	buf_clear(&b);
	key_write(&k, k.secret, &b);
	assert_int_equal(key_parse(buf_view(&b), &again, NULL), 0);
	buf_release(&b);
	return k;
}

/* Judges vector V by K. Returns whether it is one of the good ones, which we must sign alike. */
static bool judge(const struct key *k, const struct json_value *v)
{
	struct buf msg = BUF_INIT, sig = BUF_INIT;
	unsigned char own[ED25519_SIGNATURE];
	struct view want = json_text(json_member(v, "result"));
	bool valid = view_is(want, "valid");
	assert_true(valid || view_is(want, "invalid"));
	unhex_member(v, "msg", &msg);
	unhex_member(v, "sig", &sig);
	uint64_t id = 0;
	json_whole(json_member(v, "tcId"), &id);
	int r = key_verify(k, buf_view(&msg), buf_view(&sig));
	if (r != (valid ? 0 : ERR_SIGNATURE))
		fail_msg("vector %d: got %d, expected %s", (int)id, r,
			 valid ? "valid" : "invalid");
	if (valid) {
		assert_int_equal(key_sign(k, buf_view(&msg), own), 0);
		assert_memory_equal(own, sig.ptr, sizeof own);
	}
	buf_release(&msg);
	buf_release(&sig);
	return valid;
}

/* Judges the vectors of FILE: TOTAL of them, of which GOOD are valid. */
static void judge_file(const char *file, size_t total, size_t good)
{
	struct buf text = BUF_INIT;
	struct json_document *doc = NULL;
	uint64_t said = 0;
	size_t n = 0;
	assert_int_equal(file_read(file, 1 << 20, &text, NULL), 0);
	assert_int_equal(json_document_parse(buf_view(&text), &doc, NULL), 0);
	const struct json_value *root = json_document_root(doc);
	const struct json_value *groups = json_member(root, "testGroups");
	assert_int_equal(json_whole(json_member(root, "numberOfTests"), &said), 0);
	for (size_t i = 0; i < json_count(groups); i++) {
		const struct json_value *group = json_item(groups, i);
		const struct json_value *tests = json_member(group, "tests");
		struct key k = group_key(group);
		for (size_t t = 0; t < json_count(tests); t++, n++)
			good -= judge(&k, json_item(tests, t));
	}
	assert_int_equal(n, said);
	assert_int_equal(n, total);
	assert_int_equal(good, 0);
	json_document_free(doc);
	buf_release(&text);
}

/* All of the collection's 151 but three that repeat others: README.md there. */
static void wycheproof(void **state)
{
	(void)state;
	judge_file(VECTORS "eddsa_test.json", 145, 84);
	judge_file(VECTORS "ed25519_newer.json", 3, 1);
}

/* Public keys that must not be taken: small y, small order, not canonical, not on the curve. */
static const char *const bad_keys[] = {
    "0200000000000000000000000000000000000000000000000000000000000000", /* aborted libgcrypt */
    "0000000000000000000000000000000000000000000000000000000000000000", /* order 4 */
    "0000000000000000000000000000000000000000000000000000000000000080", /* order 4, other sign */
    "0100000000000000000000000000000000000000000000000000000000000000", /* the neutral element */
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* order 2 */
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", /* order 8 */
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", /* order 8 */
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* 0 as p */
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* 1 as p + 1 */
    "0100000000000000000000000000000000000000000000000000000000000080", /* minus 0 */
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

static void keys_of_nobody(void **state)
{
	(void)state;
	unsigned char sig[ED25519_SIGNATURE] = {0}, identity[ED25519_SIGNATURE] = {1};
	for (size_t i = 0; i < sizeof bad_keys / sizeof *bad_keys; i++) {
		struct key k = {.name = "bad"}, read = {.name = "untouched"};
		struct buf b = BUF_INIT;
		struct fault f = FAULT_INIT;
		unhex(view_of(bad_keys[i]), &b);
		memcpy(k.public, b.ptr, ED25519_PUBLIC);
		buf_clear(&b);
		key_write(&k, false, &b);
		assert_int_equal(key_parse(buf_view(&b), &read, &f), ERR_SIGNATURE);
		assert_non_null(strstr(f.what, "key 'bad'"));
		assert_string_equal(read.name, "untouched");
		/* Where it comes in by another way, no signature is good and nothing aborts. */
		struct view all[] = {{(const char *)sig, sizeof sig},
				     {(const char *)identity, sizeof identity}};
		for (int s = 0; s < 2; s++)
			for (int m = 0; m < 16; m++)
				assert_int_equal(
				    key_verify(&k, (struct view){(const char *)&m, 1}, all[s]),
				    ERR_SIGNATURE);
		buf_release(&b);
	}
}

/* 64 KiB was the end once: a statement about musl is 102,501 bytes long. */
static void long_messages(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 60000, 60001, 65535, 65536, 102501, 5 << 20};
	struct key k;
	assert_int_equal(key_generate("k", &k, NULL), 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned char sig[ED25519_SIGNATURE];
		char *text = calloc(1, sizes[i] + 1);
		struct view m = {text, sizes[i]}, s = {(const char *)sig, sizeof sig};
		assert_non_null(text);
		assert_int_equal(key_sign(&k, m, sig), 0);
		assert_int_equal(key_verify(&k, m, s), 0);
		if (m.len) {
			text[m.len - 1] ^= 1;
			assert_int_equal(key_verify(&k, m, s), ERR_SIGNATURE);
		}
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wycheproof),
	    cmocka_unit_test(keys_of_nobody),
	    cmocka_unit_test(long_messages),
	};
	return cmocka_run_group_tests_name("ed25519", tests, NULL, NULL);
}
