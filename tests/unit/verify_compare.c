/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two trees side by side: what differs, in which order, and trees that are deeper than any path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "verify/compare.h"

static char top[] = "/tmp/verify_compare.XXXXXX";

/* Makes file NAME with TEXT below TREE; folders on the way are made. */
static void put(const char *tree, const char *name, const char *text, mode_t mode)
{
	char path[512], dir[512];
	snprintf(path, sizeof path, "%s/%s", tree, name);
	snprintf(dir, sizeof dir, "%s", path);
	*strrchr(dir, '/') = '\0';
	assert_int_equal(file_mkdirs(dir, NULL), 0);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void link_to(const char *tree, const char *name, const char *target)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", tree, name);
	assert_int_equal(symlink(target, path), 0);
}

static void expect(const char *a, const char *b, const char *const *want, size_t n)
{
	struct differences d = DIFFERENCES_INIT;
	struct fault f = FAULT_INIT;
	int r = tree_compare(a, b, &d, &f);
	if (r < 0)
		fail_msg("%s", f.what);
	for (size_t i = 0; i < n && i < d.n; i++) {
		char got[1024];
		snprintf(got, sizeof got, "%s %s: %s", difference_word(d.items[i].kind),
			 d.items[i].path, d.items[i].detail);
		assert_string_equal(got, want[i]);
	}
	assert_int_equal(d.n, n);
	differences_release(&d);
}

static void order(void **state)
{
	(void)state;
	static const char *const want[] = {
	    "only-in-second a: only in the second",
	    "only-in-first b: only in the first",
	    "only-in-second d/a: only in the second",
	    "content d/c: 1 and 2 bytes, first difference at byte 1",
	    "only-in-first d/sub: only in the first",
	    "only-in-second d/z: only in the second",
	    "mode e: executable only in the second",
	    "type f: file and folder",
	    "target l: x and y",
	    "type m: folder and link",
	    "only-in-second z: only in the second",
	};
	char a[64], b[64];
	snprintf(a, sizeof a, "%s/a", top);
	snprintf(b, sizeof b, "%s/b", top);
	put(b, "a/deep/er", "x", 0644);
	put(a, "b/c", "x", 0644);
	put(a, "d/b", "same", 0644);
	put(b, "d/b", "same", 0644);
	put(b, "d/a", "x", 0644);
	put(a, "d/c", "x", 0644);
	put(b, "d/c", "xy", 0644);
	put(a, "d/sub/x", "x", 0644);
	put(b, "d/z", "x", 0644);
	put(a, "e", "x", 0644);
	put(b, "e", "x", 0755);
	put(a, "f", "x", 0644);
	put(b, "f/x", "x", 0644);
	link_to(a, "l", "x");
	link_to(b, "l", "y");
	put(a, "m/x", "x", 0644);
	link_to(b, "m", "d");
	put(b, "z", "x", 0644);
	expect(a, b, want, sizeof want / sizeof *want);
	expect(a, a, NULL, 0);
	/* Trees that are one file. */
	static const char *const file[] = {
	    "content .: 1 and 4 bytes, first difference at byte 0"};
	strcat(strcpy(a, top), "/a/e");
	strcat(strcpy(b, top), "/a/d/b");
	expect(a, b, file, 1);
	static const char *const kind[] = {"type .: file and folder"};
	strcpy(b, top);
	expect(a, b, kind, 1);
}

/* Makes N folders inside each other below TREE, and a file with TEXT in the last. */
static void dig(const char *tree, unsigned n, const char *text)
{
	assert_int_equal(file_mkdirs(tree, NULL), 0);
	int at = open(tree, O_RDONLY | O_DIRECTORY);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(mkdirat(at, "folder", 0755), 0);
		int next = openat(at, "folder", O_RDONLY | O_DIRECTORY);
		close(at);
		at = next;
	}
	int fd = openat(at, "x", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	close(at);
}

static void deep(void **state)
{
	(void)state;
	enum { DEPTH = 3000 };
	char a[64], b[64];
	struct differences d = DIFFERENCES_INIT;
	struct fault f = FAULT_INIT;
	struct rlimit before, few;
	snprintf(a, sizeof a, "%s/deep-a", top);
	snprintf(b, sizeof b, "%s/deep-b", top);
	dig(a, DEPTH, "1");
	dig(b, DEPTH, "2");
	getrlimit(RLIMIT_NOFILE, &before);
	few = before;
	few.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	int r = tree_compare(a, b, &d, &f);
	setrlimit(RLIMIT_NOFILE, &before);
	if (r < 0)
		fail_msg("%s", f.what);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.items[0].kind, DIFFERENCE_CONTENT);
	assert_int_equal(strlen(d.items[0].path), 7 * DEPTH + 1);
	differences_release(&d);
}

static int tear_down(void **state)
{
	(void)state;
	return file_remove_tree(top, NULL);
}

int main(void)
{
	if (!mkdtemp(top))
		return 1;
	const struct CMUnitTest tests[] = {cmocka_unit_test(order), cmocka_unit_test(deep)};
	return cmocka_run_group_tests_name("compare", tests, NULL, tear_down);
}
