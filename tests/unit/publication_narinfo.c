/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Narinfo texts: what we write is read again, what is wrong in any way is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "publication/narinfo.h"

/*
 * What `nix-hash --type sha256` and `nix-store --print-fixed-path --recursive sha256 … tcc-0.9.27`
 * print for a small tree.
 */
static const char NAR[] = "e0ffc808d44244e4be4ab59ddfaa3f11c550437c08aaf16f58dc63b16463063c";
static const char PATH_HASH[] = "0c8rprz46v98ypnn0pg5nijwjr55753g";

static const char TEXT[] =
    "StorePath: /nix/store/0c8rprz46v98ypnn0pg5nijwjr55753g-tcc-0.9.27\n"
    "URL: nar/0g06cdjb2qywb1pz3ah8gi1m1i8i7ymdz7dm9azf8i22sh4cizz0.nar.zst\n"
    "Compression: zstd\n"
    "FileHash: sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s\n"
    "FileSize: 3\n"
    "NarHash: sha256:0g06cdjb2qywb1pz3ah8gi1m1i8i7ymdz7dm9azf8i22sh4cizz0\n"
    "NarSize: 648\n"
    "References: \n"
    "CA: fixed:r:sha256:0g06cdjb2qywb1pz3ah8gi1m1i8i7ymdz7dm9azf8i22sh4cizz0\n";

static struct narinfo example(void)
{
	struct narinfo n = {0};
	assert_int_equal(narinfo_set_name(&n, view_of("tcc-0.9.27")), 0);
	assert_int_equal(digest_parse_hex(view_of(NAR), &n.nar), 0);
	assert_int_equal(
	    digest_parse(view_of("1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s"),
			 &n.file),
	    0);
	n.nar_size = 648;
	n.file_size = 3;
	return n;
}

static void path_is_that_of_nix(void **state)
{
	(void)state;
	struct narinfo n = example();
	char hash[NARINFO_PATH_HASH + 1];
	assert_int_equal(narinfo_path_hash(&n, hash), 0);
	assert_string_equal(hash, PATH_HASH);
}

static void names(void **state)
{
	(void)state;
	struct narinfo n;
	char longest[NARINFO_NAME_MAX + 1];
	memset(longest, 'a', sizeof longest);
	assert_int_equal(narinfo_set_name(&n, (struct view){longest, NARINFO_NAME_MAX}), 0);
	assert_int_equal(narinfo_set_name(&n, (struct view){longest, NARINFO_NAME_MAX + 1}),
			 ERR_SYNTAX);
	assert_int_equal(narinfo_set_name(&n, view_of("a+-._?=9Z")), 0);
	const struct view bad[] = {{"", 0}, {".a", 2}, {"a/b", 3}, {"a b", 3}, {"a\0", 2}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(narinfo_set_name(&n, bad[i]), ERR_SYNTAX);
}

static void writes_and_reads(void **state)
{
	(void)state;
	struct narinfo n = example(), m;
	struct fault f = FAULT_INIT;
	struct buf b = BUF_INIT, c = BUF_INIT;
	assert_int_equal(narinfo_write(&n, &b), 0);
	assert_string_equal(b.ptr, TEXT);
	assert_int_equal(narinfo_parse(buf_view(&b), &m, &f), 0);
	assert_false(m.has_sig);
	assert_int_equal(narinfo_write(&m, &c), 0);
	assert_string_equal(c.ptr, TEXT);
	buf_release(&b);
	buf_release(&c);
}

static void signatures(void **state)
{
	(void)state;
	struct narinfo n = example(), m;
	struct fault f = FAULT_INIT;
	struct buf b = BUF_INIT;
	struct key k, other;
	assert_int_equal(key_generate("k", &k, &f), 0);
	assert_int_equal(key_generate("k", &other, &f), 0);
	assert_int_equal(narinfo_verify(&n, &k), ERR_SIGNATURE);
	assert_int_equal(narinfo_sign(&n, &k, &f), 0);
	assert_int_equal(narinfo_write(&n, &b), 0);
	assert_int_equal(narinfo_parse(buf_view(&b), &m, &f), 0);
	assert_true(m.has_sig);
	assert_int_equal(narinfo_verify(&m, &k), 0);
	assert_int_equal(narinfo_verify(&m, &other), ERR_SIGNATURE);
	m.nar_size++;
	assert_int_equal(narinfo_verify(&m, &k), ERR_SIGNATURE);
	buf_release(&b);
}

/* Replaces OLD, which is there, by NEW and reads. */
static int reads_with(const char *old, const char *new, struct fault *f)
{
	struct narinfo n;
	struct buf b = BUF_INIT;
	const char *at = strstr(TEXT, old);
	assert_non_null(at);
	buf_add(&b, TEXT, (size_t)(at - TEXT));
	buf_adds(&b, new);
	buf_adds(&b, at + strlen(old));
	int r = narinfo_parse(buf_view(&b), &n, f);
	buf_release(&b);
	return r;
}

static void refuses(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
	    {"StorePath: ", "Storepath: "},
	    {"/0c8", "/0c9"},                  /* not the path that follows */
	    {"-tcc-0.9.27\n", "-tcc-0.9.2\n"}, /* the same */
	    {"-tcc-0.9.27\n", "-../../etc\n"},
	    {"nar/0g", "nar/../0g"},
	    {"nar/0g", "http://elsewhere/0g"},
	    {"zstd\n", "xz\n"},
	    {"NarSize: 648", "NarSize: 0648"},
	    {"NarSize: 648", "NarSize: -1"},
	    {"NarSize: 648", "NarSize: 9999999999999999999"},
	    {"FileSize: 3\n", ""},
	    {"FileSize: 3\n", "FileSize: 3\nFileSize: 3\n"},
	    {"References: ", "References: 0c8rprz46v98ypnn0pg5nijwjr55753g-a"},
	    {"References: ", "Deriver: x\nReferences: "},
	    {"fixed:r:sha256:0g", "fixed:r:sha256:1g"},
	    {"fixed:r:", "fixed:"},
	    {"CA: ", "Sig: k:AAAA\nCA: "},
	    {"izz0\n", "izz0\r\n"},
	};
	struct fault f = FAULT_INIT;
	struct narinfo n;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(reads_with(bad[i][0], bad[i][1], &f), ERR_SYNTAX);
	assert_int_equal(narinfo_parse((struct view){NULL, 0}, &n, &f), ERR_SYNTAX);
	for (size_t i = 0; i + 1 < sizeof TEXT; i++) /* every beginning of a good one */
		assert_int_equal(narinfo_parse((struct view){TEXT, i}, &n, &f), ERR_SYNTAX);
	static char large[NARINFO_MAX + 1];
	assert_int_equal(narinfo_parse((struct view){large, sizeof large}, &n, &f), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(path_is_that_of_nix),
	    cmocka_unit_test(names),
	    cmocka_unit_test(writes_and_reads),
	    cmocka_unit_test(signatures),
	    cmocka_unit_test(refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
