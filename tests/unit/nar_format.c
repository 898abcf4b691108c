/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NAR writing, reading and unpacking: the round trip, and everything that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "nar/nar.h"

static int to_buf(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

/* A folder of its own for each test, removed at its end. */
static int make_folder(void **state)
{
	char *dir = strdup("/tmp/nar-test-XXXXXX");
	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
	int r = file_remove_tree(*state, NULL);
	free(*state);
	return r;
}

static void put(const char *dir, const char *name, const char *text, mode_t mode)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(file_write_atomic(path, text, strlen(text), mode, NULL), 0);
}

static void make_tree(const char *dir)
{
	char path[512];
	assert_int_equal(mkdir(dir, 0755), 0);
	put(dir, "b", "hello\n", 0644);
	put(dir, "a-run", "12345678", 0755);
	put(dir, "empty", "", 0600);
	snprintf(path, sizeof path, "%s/sub", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	put(path, "z", "zz", 0444);
	snprintf(path, sizeof path, "%s/link", dir);
	assert_int_equal(symlink("../else where", path), 0);
}

static void round_trip(void **state)
{
	char tree[300], copy[300];
	snprintf(tree, sizeof tree, "%s/tree", (char *)*state);
	snprintf(copy, sizeof copy, "%s/copy", (char *)*state);
	make_tree(tree);
	struct buf nar = BUF_INIT;
	struct nar_stats stats;
	assert_int_equal(nar_write(tree, to_buf, &nar, &stats, NULL), 0);
	assert_int_equal(stats.nar_size, nar.len);
	assert_int_equal(stats.files, 7);
	assert_int_equal(stats.file_size, 16);

	struct nar_unpack *u;
	assert_int_equal(nar_unpack_new(copy, 1000, &u, NULL), 0);
	for (size_t i = 0; i < nar.len; i++) /* byte by byte: every split is met */
		assert_int_equal(nar_unpack_feed(u, nar.ptr + i, 1, NULL), 0);
	assert_int_equal(nar_unpack_end(u, NULL), 0);
	nar_unpack_free(u);

	struct digest a, b;
	assert_int_equal(nar_hash(tree, &a, NULL, NULL), 0);
	assert_int_equal(nar_hash(copy, &b, NULL, NULL), 0);
	assert_true(digest_eq(&a, &b));
	struct stat st;
	strcat(copy, "/a-run");
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0555);
	assert_int_equal(st.st_mtime, 1);
	buf_release(&nar);
}

/* The NAR of a file "hi", written by hand from the grammar. */
static void add_string(struct buf *b, const char *bytes, size_t n)
{
	char le[8] = {(char)n};
	buf_add(b, le, 8);
	buf_add(b, bytes, n);
	buf_add(b, "\0\0\0\0\0\0\0", (8 - n % 8) % 8);
}

static void add_words(struct buf *b, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");
		add_string(b, words, n == 1 && *words == '~' ? 0 : n);
		words += n + (words[n] == ' ');
	}
}

static void known_bytes(void **state)
{
	struct buf want = BUF_INIT, got = BUF_INIT;
	char path[300];
	put(*state, "f", "hi", 0755);
	snprintf(path, sizeof path, "%s/f", (char *)*state);
	add_words(&want, "nix-archive-1 ( type regular executable ~ contents hi )");
	assert_int_equal(nar_write(path, to_buf, &got, NULL, NULL), 0);
	assert_true(view_eq(buf_view(&want), buf_view(&got)));
	buf_release(&want);
	buf_release(&got);
}

static int read_words(const char *words, size_t cut, int extra)
{
	struct buf b = BUF_INIT;
	struct nar_visitor v = {0};
	struct nar_reader *r;
	struct fault f = FAULT_INIT;
	add_words(&b, words);
	b.len -= cut;
	if (extra)
		buf_addc(&b, 0);
	assert_int_equal(nar_reader_new(&v, &r), 0);
	int ret = nar_reader_feed(r, b.ptr, b.len, &f);
	if (ret == 0)
		ret = nar_reader_end(r, &f);
	if (ret < 0)
		assert_true(f.what[0]);
	nar_reader_free(r);
	buf_release(&b);
	return ret;
}

static void hostile(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		int want;
	} cases[] = {
	    {"nix-archive-1 ( type directory )", 0},
	    {"nix-archive-1 ( type symlink target x )", 0},
	    {"nix-archive-2 ( type directory )", ERR_SYNTAX},
	    {"nix-archive-1 ( type socket )", ERR_SYNTAX},
	    {"nix-archive-1 ( type directory ) )", ERR_SYNTAX},
	    {"nix-archive-1 ( type directory entry ( name a node ( type directory ) ) )", 0},
	    {"nix-archive-1 ( type directory entry ( name .. node ( type directory ) ) )",
	     ERR_UNSAFE},
	    {"nix-archive-1 ( type directory entry ( name . node ( type directory ) ) )",
	     ERR_UNSAFE},
	    {"nix-archive-1 ( type directory entry ( name ~ node ( type directory ) ) )",
	     ERR_UNSAFE},
	    {"nix-archive-1 ( type directory entry ( name a/b node ( type directory ) ) )",
	     ERR_UNSAFE},
	    {"nix-archive-1 ( type directory entry ( name b node ( type directory ) ) "
	     "entry ( name a node ( type directory ) ) )",
	     ERR_SYNTAX},
	    {"nix-archive-1 ( type directory entry ( name a node ( type directory ) ) "
	     "entry ( name a node ( type directory ) ) )",
	     ERR_SYNTAX},
	    {"nix-archive-1 ( type symlink target ~ )", ERR_SYNTAX},
	    {"nix-archive-1 ( type regular executable yes contents x )", ERR_SYNTAX},
	    {"nix-archive-1 ( type regular contents x", ERR_SYNTAX},
	    {"nix-archive-1 ( type regular contents x ]", ERR_SYNTAX},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(read_words(cases[i].words, 0, 0), cases[i].want);
	/* cut anywhere, or with a byte too many */
	assert_int_equal(read_words(cases[0].words, 0, 1), ERR_SYNTAX);
	for (size_t cut = 1; cut < 72; cut++)
		assert_int_equal(read_words(cases[0].words, cut, 0), ERR_SYNTAX);
	/* padding that is not zero */
	struct buf b = BUF_INIT;
	struct nar_reader *r;
	struct nar_visitor v = {0};
	add_words(&b, "nix-archive-1");
	b.ptr[b.len - 1] = 1;
	assert_int_equal(nar_reader_new(&v, &r), 0);
	assert_int_equal(nar_reader_feed(r, b.ptr, b.len, NULL), ERR_SYNTAX);
	nar_reader_free(r);
	buf_release(&b);
}

static void unpack_limit(void **state)
{
	char path[300];
	struct buf b = BUF_INIT;
	struct nar_unpack *u;
	snprintf(path, sizeof path, "%s/out", (char *)*state);
	add_words(&b, "nix-archive-1 ( type regular contents 12345 )");
	assert_int_equal(nar_unpack_new(path, 4, &u, NULL), 0);
	assert_int_equal(nar_unpack_feed(u, b.ptr, b.len, NULL), ERR_LIMIT);
	nar_unpack_free(u);
	buf_release(&b);
}

static void refuses_devices(void **state)
{
	char path[300];
	snprintf(path, sizeof path, "%s/fifo", (char *)*state);
	assert_int_equal(mkfifo(path, 0600), 0);
	struct digest d;
	assert_int_equal(nar_hash(path, &d, NULL, NULL), ERR_UNSAFE);
	assert_int_equal(nar_hash(*state, &d, NULL, NULL), ERR_UNSAFE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(round_trip, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(known_bytes, make_folder, remove_folder),
	    cmocka_unit_test(hostile),
	    cmocka_unit_test_setup_teardown(unpack_limit, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(refuses_devices, make_folder, remove_folder),
	};
	return cmocka_run_group_tests_name("nar", tests, NULL, NULL);
}
