/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recipe folders as a whole: large ones, deep ones, errors that leave the rest usable, overrides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"
#include "hash/sha256.h"
#include "recipe/recipe.h"

static char top[] = "/tmp/boot-hurd-unit-XXXXXX";
static char folder[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(top + sizeof top - 7, "XXXXXX");
	if (!mkdtemp(top))
		return -1;
	snprintf(folder, sizeof folder, "%s/recipes", top);
	return file_mkdirs(folder, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	return file_remove_tree(top, NULL);
}

static void write_recipe(const char *stem, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void write_recipe(const char *stem, const char *fmt, ...)
{
	char path[128];
	struct buf b = BUF_INIT;
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	snprintf(path, sizeof path, "%s/%s.lua", folder, stem);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(b.ptr, 1, b.len, f), b.len);
	assert_int_equal(fclose(f), 0);
	buf_release(&b);
}

/* Writes N recipes r0, r1, …, each needing the one before it. */
static void write_chain(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char stem[32], inputs[64] = "";
		snprintf(stem, sizeof stem, "r%zu", i);
		if (i)
			snprintf(inputs, sizeof inputs, "\"r%zu\"", i - 1);
		write_recipe(
		    stem,
		    "return recipe {\n"
		    "  name = \"r%zu\", version = \"1.0\",\n"
		    "  sources = { { url \"https://example.org/r%zu-1.0.tar.gz\", sha256 = "
		    "\"7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e\" "
		    "} },\n"
		    "  inputs = { %s },\n"
		    "  env = { CC = \"tcc\" },\n"
		    "  steps = {\n"
		    "    { \"cc\", \"-o\", out \"bin/r%zu\", \"r%zu.c\" },\n"
		    "    { \"chmod\", \"755\", out \"bin/r%zu\" },\n"
		    "  },\n"
		    "  summary = \"Number %zu\", license = \"GPL-3.0-or-later\",\n"
		    "}\n",
		    i, i, inputs, i, i, i, i);
	}
}

static void open_folder(struct recipes **ret)
{
	struct fault f = FAULT_INIT;
	if (recipes_open(folder, top, ret, &f) < 0)
		fail_msg("%s", f.what);
}

/* 1,000 recipes are evaluated in some 20 ms; a chain of them does not recurse deeply. */
static void thousand(void **state)
{
	(void)state;
	enum { N = 1000 };
	struct recipes *r;
	const struct drv *d = NULL, **all = NULL;
	const struct drv **list = NULL;
	const char *const *names;
	size_t n = 0;
	struct fault f = FAULT_INIT;
	write_chain(N);
	int64_t start = sys_monotonic_ns();
	open_folder(&r);
	assert_int_equal(recipes_names(r, &names), N);
	assert_string_equal(names[0], "r0");
	assert_int_equal(recipes_get(r, "r999", &d, &f), 0);
	assert_string_equal(d->name, "r999-1.0");
	assert_int_equal(drv_closure(&d, 1, &list, &n, &f), 0);
	double ms = (double)(sys_monotonic_ns() - start) / 1e6;
	assert_int_equal(n, N);
	print_message("# 1,000 recipes in %.1f ms\n", ms);
	free(list);
	assert_int_equal(recipes_all(r, &all, &n, &f), 0);
	assert_int_equal(n, N);
	free(all);
	recipes_free(r);
}

static void deep(void **state)
{
	(void)state;
	enum { N = 5000 };
	struct recipes *r;
	const struct drv *d = NULL;
	struct fault f = FAULT_INIT;
	write_chain(N);
	write_recipe(
	    "r0",
	    "return recipe { name = \"r0\", inputs = { \"r%d\" }, steps = { { \"a\" } } }",
	    N - 1);
	open_folder(&r);
	assert_int_equal(recipes_get(r, "r4999", &d, &f), ERR_SYNTAX);
	assert_non_null(strstr(f.what,
			       "recipes need each other in a cycle: r4999-1.0 -> r4998-1.0 -> "
			       "r4997-1.0 -> r4996-1.0 -> "));
	assert_non_null(strstr(f.what, " -> r1-1.0 -> r0 -> r4999-1.0"));
	assert_null(d);
	recipes_free(r);
}

/* A broken recipe breaks only what needs it, and every file can be looked at. */
static void broken(void **state)
{
	(void)state;
	struct recipes *r;
	const struct drv *d = NULL;
	const struct drv *const *some;
	const char *const *names;
	size_t n, bad = 0;
	struct fault f = FAULT_INIT;
	write_recipe("a", "return recipe { name = \"a\", steps = { { \"x\" } } }");
	write_recipe("b", "while true do end");
	write_recipe(
	    "c", "return recipe { name = \"c\", inputs = { \"b\" }, steps = { { \"x\" } } }");
	write_recipe("d", "local t = {} while true do t[#t + 1] = (\"x\"):rep(1000) end");
	write_recipe(
	    "e", "return recipe { name = \"e\", inputs = { \"a\" }, steps = { { \"x\" } } }, "
		 "recipe { name = \"e-2\", steps = { { \"y\" } } }");
	open_folder(&r);
	size_t files = recipes_names(r, &names);
	assert_int_equal(files, 5);
	for (size_t i = 0; i < files; i++) {
		int e = recipes_load(r, i, &some, &n, &f);
		bad += e < 0;
		if (e < 0)
			assert_non_null(
			    strstr(f.what, recipes_file(r, e == ERR_LIMIT && i == 2 ? 1 : i)));
		else
			assert_int_equal(n, i == 4 ? 2 : 1);
	}
	assert_int_equal(bad, 3);
	assert_int_equal(recipes_get(r, "c", &d, &f), ERR_LIMIT);
	assert_non_null(strstr(f.what, "b.lua:1: recipe 'b': it takes too m"));
	assert_int_equal(recipes_get(r, "e-2", &d, &f), 0);
	assert_int_equal(recipes_get(r, "e", &d, &f), 0);
	assert_string_equal(d->inputs[0].as, "a");
	assert_int_equal(recipes_get(r, "../a", &d, &f), ERR_MISSING);
	assert_int_equal(recipes_get(r, "", &d, &f), ERR_MISSING);
	recipes_free(r);
}

static void overrides(void **state)
{
	(void)state;
	struct recipes *r;
	const struct drv *d = NULL, *user = NULL, *other = NULL;
	struct fault f = FAULT_INIT;
	write_recipe(
	    "a",
	    "return recipe { name = \"a\", version = \"1\", sources = { text(\"s\", \"1\") }, "
	    "steps = { { \"x\" } } }");
	write_recipe(
	    "b", "return recipe { name = \"b\", inputs = { \"a\" }, sources = { text(\"s\", "
		 "\"1\") }, steps = { { \"x\" } } }");
	write_recipe(
	    "c", "return recipe { name = \"c\", sources = { text(\"s\", \"1\") }, steps = { { "
		 "\"x\" } } }");
	open_folder(&r);
	assert_int_equal(recipes_override(r, "a:s", folder, &f), 0);
	assert_int_equal(recipes_override(r, "c-1:s", folder, &f), 0);
	assert_true(recipes_override(r, "s/t", folder, &f) < 0);
	assert_true(recipes_override(r, "s", "/nowhere/at/all", &f) < 0);
	assert_int_equal(recipes_get(r, "b", &user, &f), 0);
	assert_int_equal(recipes_get(r, "a", &d, &f), 0);
	assert_int_equal(recipes_get(r, "c", &other, &f), 0);
	assert_true(recipes_overridden(r, d));
	assert_true(recipes_overridden(r, user));
	assert_false(recipes_overridden(r, other));
	assert_string_equal(d->sources[0].path, folder);
	assert_null(d->sources[0].text);
	assert_null(user->sources[0].path);
	assert_string_equal(recipes_override_unused(r), "c-1:s");
	recipes_free(r);
}

/* What a recipe means does not depend on the caller's locale. */
static void locales(void **state)
{
	(void)state;
	static const char *const names[] = {"C", "C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8"};
	struct digest first = {{0}};
	write_recipe("a", "local t = { \"b\", \"A\", \"a\", \"B\", \"_\" }\n"
			  "table.sort(t, function(x, y) return x < y end)\n"
			  "return recipe { name = \"a\", steps = { t, { tostring(1.5), "
			  "(\"%%.2f\"):format(0.5) } } }");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct recipes *r;
		const struct drv *d = NULL;
		struct fault f = FAULT_INIT;
		if (!setlocale(LC_ALL, names[i]))
			continue; /* not installed here */
		open_folder(&r);
		if (recipes_get(r, "a", &d, &f) < 0)
			fail_msg("%s", f.what);
		assert_string_equal(d->steps[0].argv[0], "A");
		assert_string_equal(d->steps[1].argv[1], "0.50");
		if (i == 0)
			first = d->id;
		assert_true(digest_eq(&d->id, &first));
		recipes_free(r);
	}
	setlocale(LC_ALL, "C");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {TEST(thousand), TEST(deep), TEST(broken),
					   TEST(overrides), TEST(locales)};
	hash_setup(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
