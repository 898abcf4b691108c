/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is remembered of evaluations is never stale: whatever changes, the ids are those of a fresh look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "recipe/internal.h"

static char top[] = "/tmp/boot-hurd-unit-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	strcpy(top + sizeof top - 7, "XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return file_remove_tree(top, NULL);
}

/* The path of FILE in the repository DIR, until the next but three calls. */
static const char *in(const char *dir, const char *file)
{
	static char paths[4][256];
	static unsigned next;
	char *p = paths[next++ % 4];
	snprintf(p, sizeof paths[0], "%s/%s/%s", top, dir, file);
	return p;
}

static void put(const char *dir, const char *file, const char *text)
{
	FILE *f = fopen(in(dir, file), "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

#define LOW(version) \
	"return recipe { name = \"low\", version = \"" version \
	"\", steps = { { \"cc\" } }, summary = \"x\" }\n"

/* A recipe that reads in every way there is, and one below it. */
static void make_repo(const char *dir)
{
	static const char *const folders[] = {"recipes", "recipes/lib", "src", "src/sub"};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		assert_int_equal(file_mkdirs(in(dir, folders[i]), NULL), 0);
	assert_int_equal(file_mkdirs(in(dir, "over/lib"), NULL), 0);
	put(dir, "recipes/low.lua", LOW("1"));
	put(dir, "recipes/high.lua",
	    "return recipe { name = \"high\", inputs = { \"low\" },\n"
	    "  sources = { { tree \"../src\", as = \"src\" }, { file \"../note\", as = "
	    "\"note\" },\n"
	    "              { text (\"t\", out \"x\" .. input_path \"low/y\"), as = \"t\" } },\n"
	    "  steps = lib \"style\" (readfile \"words\"), summary = \"x\" }\n");
	put(dir, "recipes/words", "one two");
	put(dir, "recipes/lib/style.lua", "return function(t) return { { \"run\", t } } end\n");
	put(dir, "recipes/lib/other.lua", "return function(t) return { { \"ran\", t } } end\n");
	put(dir, "src/a", "a");
	put(dir, "src/sub/b", "b");
	put(dir, "first", "1");
	put(dir, "second", "2");
	assert_int_equal(symlink("first", in(dir, "note")), 0);
}

/*
 * Evaluates high, with what is remembered when MEMORY; *RET_EVALUATED tells whether any file was evaluated.
 */
static struct digest evaluate(const char *dir, bool memory, bool *ret_evaluated)
{
	struct recipes *r = NULL;
	const struct drv *d = NULL;
	struct fault f = FAULT_INIT;
	int e = recipes_open(in(dir, "recipes"), in(dir, ""), &r, &f);
	if (e == 0)
		e = recipes_overlay(r, in(dir, "over"), in(dir, ""), &f);
	if (e == 0 && memory)
		e = recipes_remember(r, in(dir, "memory"), &f);
	if (e == 0)
		e = recipes_get(r, "high", &d, &f);
	if (e < 0)
		fail_msg("%s", f.what);
	struct digest id = d->id, again;
	struct drv copy = *d;
	assert_int_equal(drv_set_id(&copy), 0); /* it is what its id says */
	again = copy.id;
	assert_true(digest_eq(&id, &again));
	if (ret_evaluated)
		*ret_evaluated = r->host != NULL;
	assert_int_equal(recipes_keep(r, &f), 0);
	recipes_free(r);
	return id;
}

/* Writes TEXT, as long as what is there, to FILE and gives it the time it had. */
static void replace_keeping_time(const char *dir, const char *file, const char *text)
{
	struct stat st;
	assert_int_equal(stat(in(dir, file), &st), 0);
	assert_int_equal((size_t)st.st_size, strlen(text));
	put(dir, file, text);
	const struct timespec times[] = {st.st_mtim, st.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, in(dir, file), times, 0), 0);
}

static void edit_recipe(const char *dir)
{
	put(dir, "recipes/low.lua", LOW("20"));
}
static void replace_recipe(const char *dir)
{
	replace_keeping_time(dir, "recipes/low.lua", LOW("3"));
}
static void move_recipe(const char *dir)
{
	struct stat st;
	assert_int_equal(stat(in(dir, "recipes/low.lua"), &st), 0);
	put(dir, "aside", LOW("4"));
	const struct timespec times[] = {st.st_mtim, st.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, in(dir, "aside"), times, 0), 0);
	assert_int_equal(rename(in(dir, "aside"), in(dir, "recipes/low.lua")), 0);
}
static void edit_lib(const char *dir)
{
	replace_keeping_time(dir, "recipes/lib/style.lua",
			     "return function(t) return { { \"ruN\", t } } end\n");
}
static void move_lib(const char *dir)
{
	assert_int_equal(
	    rename(in(dir, "recipes/lib/other.lua"), in(dir, "over/lib/style.lua")), 0);
}
static void edit_words(const char *dir)
{
	replace_keeping_time(dir, "recipes/words", "one tWo");
}
static void edit_tree(const char *dir)
{
	replace_keeping_time(dir, "src/sub/b", "B");
}
static void add_to_tree(const char *dir)
{
	put(dir, "src/sub/c", "");
}
static void take_from_tree(const char *dir)
{
	assert_int_equal(unlink(in(dir, "src/sub/b")), 0);
}
static void make_executable(const char *dir)
{
	assert_int_equal(chmod(in(dir, "src/a"), 0755), 0);
}
static void turn_link(const char *dir)
{
	assert_int_equal(unlink(in(dir, "note")), 0);
	assert_int_equal(symlink("second", in(dir, "note")), 0);
}
static void new_version_file(const char *dir)
{
	assert_int_equal(rename(in(dir, "recipes/low.lua"), in(dir, "recipes/low-5.lua")), 0);
	put(dir, "recipes/low-5.lua", LOW("5"));
}

static void (*const changes[])(const char *dir) = {
    edit_recipe, replace_recipe, move_recipe,    edit_lib,        move_lib,  edit_words,
    edit_tree,   add_to_tree,    take_from_tree, make_executable, turn_link, new_version_file,
};
enum { NCHANGES = sizeof changes / sizeof *changes };

/* Makes a repository for each change, remembers it, SETTLED or not, makes the change, and looks again. */
static void each_change(bool settled)
{
	char dir[16];
	struct digest before[NCHANGES];
	for (size_t i = 0; i < NCHANGES; i++) {
		snprintf(dir, sizeof dir, "%c%zu", settled ? 's' : 'n', i);
		make_repo(dir);
		before[i] = evaluate(dir, true, NULL);
	}
	if (settled)
		nanosleep(&(struct timespec){2, 200000000}, NULL);
	for (size_t i = 0; i < NCHANGES; i++) {
		bool evaluated;
		snprintf(dir, sizeof dir, "%c%zu", settled ? 's' : 'n', i);
		for (int k = 0; k < 2; k++) { /* the first may write new stamps */
			struct digest same = evaluate(dir, true, &evaluated);
			assert_true(digest_eq(&same, &before[i]));
			assert_false(evaluated);
		}
		changes[i](dir);
		struct digest fresh = evaluate(dir, false, NULL);
		struct digest with = evaluate(dir, true, &evaluated);
		if (!digest_eq(&fresh, &with) || digest_eq(&with, &before[i]))
			fail_msg("change %zu is not seen", i);
		assert_true(evaluated);
		with = evaluate(dir, true, &evaluated);
		assert_true(digest_eq(&fresh, &with));
		assert_false(evaluated);
	}
}

static void sees_changes_at_once(void **state)
{
	(void)state;
	each_change(false);
}

static void sees_changes_of_what_has_settled(void **state)
{
	(void)state;
	each_change(true);
}

static void a_touch_changes_nothing(void **state)
{
	bool evaluated;
	(void)state;
	make_repo("t");
	struct digest before = evaluate("t", true, &evaluated);
	assert_true(evaluated);
	assert_int_equal(utimensat(AT_FDCWD, in("t", "recipes/low.lua"), NULL, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, in("t", "src/a"), NULL, 0), 0);
	struct digest after = evaluate("t", true, &evaluated);
	assert_true(digest_eq(&before, &after));
	assert_false(evaluated);
}

static void damage_is_no_answer(void **state)
{
	struct buf b = BUF_INIT, bad = BUF_INIT;
	struct strlist names = STRLIST_INIT;
	bool evaluated;
	(void)state;
	make_repo("d");
	struct digest before = evaluate("d", true, NULL);
	assert_int_equal(file_list(in("d", "memory"), &names, NULL), 0);
	assert_int_equal(names.n, 1);
	char path[256];
	snprintf(path, sizeof path, "%s/%s", in("d", "memory"), names.items[0]);
	assert_int_equal(file_read(path, 1 << 20, &b, NULL), 0);
	for (size_t at = 0; at < b.len; at += 1 + b.len / 60) {
		for (int cut = 0; cut < 2; cut++) {
			buf_clear(&bad);
			buf_add(&bad, b.ptr, cut ? at : b.len);
			if (!cut)
				bad.ptr[at] ^= 1;
			assert_int_equal(file_write_atomic(path, bad.ptr, bad.len, 0644, NULL),
					 0);
			struct digest after = evaluate("d", true, &evaluated);
			assert_true(digest_eq(&before, &after));
			assert_true(evaluated);
		}
	}
	strlist_release(&names);
	buf_release(&bad);
	buf_release(&b);
}

static void nowhere_to_write_is_no_error(void **state)
{
	(void)state;
	make_repo("w");
	put("w", "memory", "a file where the folder would be");
	struct digest fresh = evaluate("w", false, NULL), with = evaluate("w", true, NULL);
	assert_true(digest_eq(&fresh, &with));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sees_changes_at_once),
	    cmocka_unit_test(sees_changes_of_what_has_settled),
	    cmocka_unit_test(a_touch_changes_nothing),
	    cmocka_unit_test(damage_is_no_answer),
	    cmocka_unit_test(nowhere_to_write_is_no_error),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
