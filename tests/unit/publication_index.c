/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed indexes and commitments: round trip, lookups, and every kind of text to be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "peers/peer_history.h"
#include "publication/commitments.h"

static struct key key, other;

static int setup(void **state)
{
	(void)state;
	return key_generate("alice", &key, NULL) | key_generate("bob", &other, NULL);
}

static struct digest digest_of(const char *s)
{
	struct digest d;
	sha256_view(view_of(s), &d);
	return d;
}

static struct index_row row(const char *name, const char *action, const char *object)
{
	struct index_row r = {
	    .action = digest_of(action), .drv = digest_of(name), .name = name};
	r.failed = object == NULL;
	if (object)
		r.object = digest_of(object);
	return r;
}

static void round_trip(void **state)
{
	(void)state;
	struct index x = INDEX_INIT, y = INDEX_INIT;
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct index_row rows[] = {row("zlib-1", "1", "o1"), row("gcc-2", "2", NULL),
				   row("mes-3", "3", "o3"), row("mes-3", "4", "o4")};
	rows[2].salted = true;
	memset(rows[2].salt, 0xa5, sizeof rows[2].salt);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(index_add(&x, &rows[i], NULL), 0);
	x.serial = 7;
	x.time_s = 1000;
	assert_int_equal(index_write(&x, &key, &a, NULL), 0);
	struct fault f = FAULT_INIT;
	assert_int_equal(index_parse(buf_view(&a), &key, &y, &f), 0);
	assert_int_equal(y.n, 4);
	assert_int_equal(y.serial, 7);
	assert_int_equal(y.time_s, 1000);
	assert_string_equal(y.rows[0].name, "gcc-2");
	assert_true(y.rows[0].failed);
	const struct index_row *r = index_of_action(&y, &rows[2].action);
	assert_non_null(r);
	assert_true(r->salted && !r->failed);
	assert_memory_equal(r->salt, rows[2].salt, INDEX_SALT);
	assert_true(digest_eq(&r->object, &rows[2].object));
	size_t at;
	assert_int_equal(index_of_drv(&y, &rows[3].drv, &at), 2);
	assert_string_equal(y.rows[y.by_drv[at]].name, "mes-3");
	struct digest none = digest_of("none");
	assert_null(index_of_action(&y, &none));
	assert_int_equal(index_of_drv(&y, &none, &at), 0);
	/* written again, it is the same text: Ed25519 signs without chance */
	assert_int_equal(index_write(&y, &key, &b, NULL), 0);
	assert_string_equal(buf_str(&a), buf_str(&b));
	index_release(&x);
	index_release(&y);
	buf_release(&a);
	buf_release(&b);
}

static void doubles(void **state)
{
	(void)state;
	struct index x = INDEX_INIT;
	struct buf b = BUF_INIT;
	struct index_row one = row("a", "1", "o1"), two = row("b", "1", "o2");
	assert_int_equal(index_add(&x, &one, NULL), 0);
	assert_int_equal(index_add(&x, &two, NULL), 0);
	assert_int_equal(index_write(&x, &key, &b, NULL), ERR_EXISTS);
	one.name = "a/b";
	assert_int_equal(index_add(&x, &one, NULL), ERR_SYNTAX);
	index_release(&x);
	buf_release(&b);
}

/* Signs BODY (with KEYID for "@", hex for "1" to "3" after '%') and returns what parsing says. */
static int parse_signed(const char *body, const struct key *signer, bool index)
{
	struct buf b = BUF_INIT;
	char id[KEY_ID + 1], hex[DIGEST_HEX + 1];
	unsigned char sig[ED25519_SIGNATURE];
	key_id(&key, id);
	for (const char *p = body; *p; p++) {
		if (*p == '@') {
			buf_adds(&b, id);
		} else if (*p == '%') {
			/* in the order of the digits */
			memset(hex, *++p, DIGEST_HEX);
			hex[DIGEST_HEX] = '\0';
			buf_adds(&b, hex);
		} else {
			buf_addc(&b, *p);
		}
	}
	struct buf what = BUF_INIT;
	struct digest hash;
	char hash_hex[DIGEST_HEX + 1];
	sha256_view(buf_view(&b), &hash);
	digest_hex(&hash, hash_hex);
	buf_addf(&what, "boot-hurd signature 1\n%s\n", hash_hex);
	assert_int_equal(key_sign(signer, buf_view(&what), sig), 0);
	buf_release(&what);
	buf_adds(&b, "signature ");
	base64_add(&b, (struct view){(const char *)sig, sizeof sig});
	buf_addc(&b, '\n');
	struct fault f = FAULT_INIT;
	struct index x = INDEX_INIT;
	struct commitments c = COMMITMENTS_INIT;
	int r = index ? index_parse(buf_view(&b), &key, &x, &f)
		      : commitments_parse(buf_view(&b), &key, &c, &f);
	if (r < 0)
		assert_true(f.what[0]);
	index_release(&x);
	commitments_release(&c);
	buf_release(&b);
	return r;
}

#define HEAD "boot-hurd index 1\nkey @\nserial 1\ntime 5\n"

static void hostile(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int want;
	} cases[] = {
	    {HEAD, 0},
	    {HEAD "%1 %2 %3 - a\n", 0},
	    {HEAD "%1 - %3 - a\n%2 %2 %3 - a\n%1 %2 %3 - b\n", ERR_EXISTS},
	    {HEAD "%1 - %3 - a\n%2 %2 %3 - a\n", 0},
	    {HEAD "%2 %2 %3 - a\n%1 %2 %3 - a\n", ERR_SYNTAX}, /* not sorted by action */
	    {HEAD "%1 %2 %3 - b\n%2 %2 %3 - a\n", ERR_SYNTAX}, /* not sorted by name */
	    {HEAD "%1 %2 %3 - a\n%1 %2 %3 - a\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 - a\r\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3  - a\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 - a b\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 - ../a\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 - \n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 -\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 a\n", ERR_SYNTAX},
	    {HEAD "%1 %2 - a\n", ERR_SYNTAX},
	    {HEAD "- %2 %3 - a\n", ERR_SYNTAX},
	    {HEAD "%1 %A %3 - a\n", ERR_SYNTAX}, /* one spelling */
	    {HEAD "%1 %g %3 - a\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 0123456789abcdef0123456789abcdef a\n", 0},
	    {HEAD "%1 %2 %3 0123456789ABCDEF0123456789abcdef a\n", ERR_SYNTAX},
	    {HEAD "%1 %2 %3 0123456789abcdef0123456789abcde a\n", ERR_SYNTAX},
	    {HEAD "\n", ERR_SYNTAX},
	    {HEAD "# comment\n", ERR_SYNTAX},
	    {HEAD "signature AAAA\n", ERR_SYNTAX},
	    {"boot-hurd index 2\nkey @\nserial 1\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd commitments 1\nkey @\nserial 1\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\r\nkey @\nserial 1\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nserial 1\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey %1\nserial 1\ntime 5\n", ERR_SIGNATURE},
	    {"boot-hurd index 1\nkey @\nserial 0\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial 01\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial -1\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial +1\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial \ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial 9007199254740992\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial 9007199254740991\ntime 5\n", 0},
	    {"boot-hurd index 1\nkey @\nserial 18446744073709551617\ntime 5\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\nserial 1\n", ERR_SYNTAX},
	    {"boot-hurd index 1\nkey @\ntime 5\nserial 1\n", ERR_SYNTAX},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int r = parse_signed(cases[i].body, &key, true);
		if (r != cases[i].want)
			fail_msg("case %zu: %d, not %d: %s", i, r, cases[i].want,
				 cases[i].body);
	}
	assert_int_equal(parse_signed(HEAD, &other, true), ERR_SIGNATURE);
}

static void damaged(void **state)
{
	(void)state;
	struct index x = INDEX_INIT, y = INDEX_INIT;
	struct buf b = BUF_INIT;
	struct index_row one = row("a", "1", "o1"), two = row("b", "2", "o2");
	assert_int_equal(index_add(&x, &one, NULL), 0);
	assert_int_equal(index_add(&x, &two, NULL), 0);
	x.serial = 1;
	assert_int_equal(index_write(&x, &key, &b, NULL), 0);
	/* no proper beginning is taken, and no bit may change */
	for (size_t n = 0; n < b.len; n++)
		assert_true(index_parse((struct view){b.ptr, n}, &key, &y, NULL) < 0);
	for (size_t i = 0; i + 5 < b.len; i++) {
		b.ptr[i] ^= 1;
		assert_true(index_parse(buf_view(&b), &key, &y, NULL) < 0);
		b.ptr[i] ^= 1;
	}
	assert_int_equal(index_parse(buf_view(&b), &other, &y, NULL), ERR_SIGNATURE);
	buf_addc(&b, '\n');
	assert_true(index_parse(buf_view(&b), &key, &y, NULL) < 0);
	index_release(&x);
	buf_release(&b);
}

/*
 * Signs the bytes of TEXT before its last line once more, with a nonce of another origin: as good as the
 * first signature, but other bytes. Only the key's owner can; others could while S + L was taken.
 */
static void sign_again(const struct key *k, struct buf *text)
{
	unsigned char secret[64], r[64], point[32], hash[64], kk[32], s[32], sk[32];
	struct buf what = BUF_INIT, line = BUF_INIT;
	struct digest d;
	char hex[DIGEST_HEX + 1], *last = strstr(buf_str(text), "signature ");
	sha256_view((struct view){text->ptr, (size_t)(last - text->ptr)}, &d);
	digest_hex(&d, hex);
	buf_addf(&what, "boot-hurd signature 1\n%s\n", hex);
	/* RFC 8032, 5.1.6, but for r */
	crypto_hash_sha512(secret, k->seed, sizeof k->seed);
	secret[0] &= 248;
	secret[31] = (unsigned char)((secret[31] & 63) | 64);
	crypto_core_ed25519_scalar_random(r);
	assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(point, r), 0);
	crypto_hash_sha512_state h;
	crypto_hash_sha512_init(&h);
	crypto_hash_sha512_update(&h, point, 32);
	crypto_hash_sha512_update(&h, k->public, 32);
	crypto_hash_sha512_update(&h, (unsigned char *)what.ptr, what.len);
	crypto_hash_sha512_final(&h, hash);
	crypto_core_ed25519_scalar_reduce(kk, hash);
	memset(secret + 32, 0, 32);
	crypto_core_ed25519_scalar_reduce(sk, secret);
	crypto_core_ed25519_scalar_mul(s, kk, sk);
	crypto_core_ed25519_scalar_add(s, s, r);
	buf_add(&line, (char *)point, 32);
	buf_add(&line, (char *)s, 32);
	text->len = (size_t)(last - text->ptr);
	buf_adds(text, "signature ");
	base64_add(text, buf_view(&line));
	buf_addc(text, '\n');
	buf_release(&what);
	buf_release(&line);
}

/* What an index says does not depend on its signature's bytes: two of them are one index. */
static void two_signatures(void **state)
{
	(void)state;
	struct index x = {.serial = 7}, y = INDEX_INIT, z = INDEX_INIT;
	struct index_row r = row("a", "1", "o");
	struct buf b = BUF_INIT;
	struct seen seen = SEEN_INIT;
	assert_int_equal(index_add(&x, &r, NULL), 0);
	assert_int_equal(index_write(&x, &key, &b, NULL), 0);
	assert_int_equal(index_parse(buf_view(&b), &key, &y, NULL), 0);
	char *first = strdup(buf_str(&b));
	sign_again(&key, &b);
	assert_string_not_equal(first, buf_str(&b));
	assert_int_equal(index_parse(buf_view(&b), &key, &z, NULL), 0);
	assert_true(digest_eq(&x.content, &y.content));
	assert_true(digest_eq(&y.content, &z.content));
	assert_int_equal(seen_serial(&seen, y.key, y.serial, &y.content, NULL), 0);
	assert_int_equal(seen_serial(&seen, z.key, z.serial, &z.content, NULL), 0);
	/* another row is another index */
	r = row("b", "2", "o");
	assert_int_equal(index_add(&x, &r, NULL), 0);
	buf_clear(&b);
	assert_int_equal(index_write(&x, &key, &b, NULL), 0);
	assert_false(digest_eq(&x.content, &y.content));
	assert_int_equal(seen_serial(&seen, x.key, x.serial, &x.content, NULL), ERR_SIGNATURE);
	free(first);
	seen_release(&seen);
	index_release(&x);
	index_release(&y);
	index_release(&z);
	buf_release(&b);
}

/* An index may be long. */
static void large(void **state)
{
	(void)state;
	struct index x = {.serial = 1}, y = INDEX_INIT;
	struct buf b = BUF_INIT;
	char name[32], action[32];
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "n-%d", i);
		snprintf(action, sizeof action, "a-%d", i);
		struct index_row r = row(name, action, "o");
		assert_int_equal(index_add(&x, &r, NULL), 0);
	}
	assert_int_equal(index_write(&x, &key, &b, NULL), 0);
	assert_int_equal(index_parse(buf_view(&b), &key, &y, NULL), 0);
	assert_int_equal(y.n, 2000);
	index_release(&x);
	index_release(&y);
	buf_release(&b);
}

static void commitments(void **state)
{
	(void)state;
	struct commitments c = COMMITMENTS_INIT, d = COMMITMENTS_INIT;
	struct index_row one = row("a", "1", "o1"), two = row("b", "2", NULL);
	struct buf b = BUF_INIT;
	struct digest want;
	char id[KEY_ID + 1], id2[KEY_ID + 1];
	key_id(&key, id);
	key_id(&other, id2);
	one.salted = two.salted = true;
	one.salt[0] = 0x12;
	assert_int_equal(commitments_add(&c, id, &one), 0);
	assert_int_equal(commitments_add(&c, id, &two), 0);
	c.serial = 3;
	assert_int_equal(commitments_write(&c, &key, &b, NULL), 0);
	assert_int_equal(commitments_parse(buf_view(&b), &key, &d, NULL), 0);
	assert_int_equal(d.n, 2);
	assert_int_equal(d.serial, 3);
	const struct commitment *m = commitments_of_action(&d, &one.action);
	assert_non_null(m);
	assert_int_equal(commitment_make(id, &one, &want), 0);
	assert_true(digest_eq(&m->commitment, &want));
	/* the text that is hashed, spelled out */
	struct buf text = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	buf_addf(&text, "boot-hurd commitment 1\n%s\n", id);
	digest_hex(&one.action, hex);
	buf_addf(&text, "%s\n", hex);
	digest_hex(&one.object, hex);
	buf_addf(&text, "%s\n12000000000000000000000000000000\n", hex);
	sha256_view(buf_view(&text), &want);
	assert_true(digest_eq(&m->commitment, &want));
	/* another key's, another salt's */
	assert_int_equal(commitment_make(id2, &one, &want), 0);
	assert_false(digest_eq(&m->commitment, &want));
	one.salt[15] = 1;
	assert_int_equal(commitment_make(id, &one, &want), 0);
	assert_false(digest_eq(&m->commitment, &want));
	assert_int_equal(
	    parse_signed("boot-hurd commitments 1\nkey @\nserial 1\ntime 5\n%1 %2\n", &key,
			 false),
	    0);
	assert_int_equal(
	    parse_signed("boot-hurd commitments 1\nkey @\nserial 1\ntime 5\n%1 %2 \n", &key,
			 false),
	    ERR_SYNTAX);
	assert_int_equal(
	    parse_signed("boot-hurd commitments 1\nkey @\nserial 1\ntime 5\n%1 %2\n%1 %3\n",
			 &key, false),
	    ERR_SYNTAX);
	commitments_release(&c);
	commitments_release(&d);
	buf_release(&b);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),  cmocka_unit_test(doubles),
	    cmocka_unit_test(hostile),     cmocka_unit_test(damaged),
	    cmocka_unit_test(commitments), cmocka_unit_test(two_signatures),
	    cmocka_unit_test(large),
	};
	return cmocka_run_group_tests_name("index", tests, setup, NULL);
}
