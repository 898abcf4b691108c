/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests in their three spellings, and SHA-256 itself against the vectors of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "hash/sha256.h"

/* SHA-256 of "abc"; the base-32 and SRI forms are what `nix-hash` prints for it. */
static const char ABC_HEX[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char ABC_NIX32[] = "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s";
static const char ABC_SRI[] = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

static void spellings(void **state)
{
	(void)state;
	struct digest d, e;
	char hex[DIGEST_HEX + 1], nix[DIGEST_NIX32 + 1], sri[DIGEST_SRI + 1];
	sha256_view(view_of("abc"), &d);
	digest_hex(&d, hex);
	digest_nix32(&d, nix);
	digest_sri(&d, sri);
	assert_string_equal(hex, ABC_HEX);
	assert_string_equal(nix, ABC_NIX32);
	assert_string_equal(sri, ABC_SRI);
	const char *forms[] = {ABC_HEX, ABC_NIX32, ABC_SRI};
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(digest_parse(view_of(forms[i]), &e), 0);
		assert_true(digest_eq(&d, &e));
	}
}

static void random_round_trips(void **state)
{
	(void)state;
	srand(1);
	for (int i = 0; i < 1000; i++) {
		struct digest d, e;
		char nix[DIGEST_NIX32 + 1], sri[DIGEST_SRI + 1];
		for (size_t k = 0; k < DIGEST_LEN; k++)
			d.b[k] = (unsigned char)rand();
		digest_nix32(&d, nix);
		assert_int_equal(digest_parse(view_of(nix), &e), 0);
		assert_true(digest_eq(&d, &e));
		digest_sri(&d, sri);
		assert_int_equal(digest_parse(view_of(sri), &e), 0);
		assert_true(digest_eq(&d, &e));
	}
}

static void refused(void **state)
{
	(void)state;
	struct digest d;
	const char *bad[] = {
	    "",
	    "ba78",
	    "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "9b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s", /* 257 bits */
	    "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5e", /* no such digit */
	    "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1=",  /* loose bits */
	    "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0",
	    "sha512-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(digest_parse(view_of(bad[i]), &d), ERR_SYNTAX);
}

static void streamed(void **state)
{
	(void)state;
	struct sha256 h;
	struct digest d;
	char hex[DIGEST_HEX + 1];
	assert_int_equal(sha256_init(&h), 0);
	for (int i = 0; i < 1000000; i += 1000) {
		char a[1000];
		memset(a, 'a', sizeof a);
		sha256_update(&h, a, sizeof a);
	}
	sha256_final(&h, &d);
	digest_hex(&d, hex);
	assert_string_equal(hex,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spellings),
	    cmocka_unit_test(random_round_trips),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(streamed),
	};
	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
