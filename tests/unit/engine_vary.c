/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rebuild changes on purpose outside the sandbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/internal.h"

/* Make's -jN becomes -j1; nothing else does, and no other program's. */
static void jobs(void **state)
{
	(void)state;
	static const struct {
		const char *argv[6], *want[6];
	} all[] = {
	    {{"make", "-j2", "SHELL=/x"}, {"make", "-j1", "SHELL=/x"}},
	    {{"/opt/boot-hurd/make/bin/make", "-j16"}, {"/opt/boot-hurd/make/bin/make", "-j1"}},
	    {{"gmake", "-j", "-jx", "-j2x", "j2"}, {"gmake", "-j", "-jx", "-j2x", "j2"}},
	    {{"tar", "-j2"}, {"tar", "-j2"}},
	    {{"-j2"}, {"-j2"}},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const char *const *got = build_vary_jobs(&a, all[i].argv);
		assert_non_null(got);
		size_t k = 0;
		for (; all[i].want[k]; k++)
			assert_string_equal(got[k], all[i].want[k]);
		assert_null(got[k]);
	}
	arena_release(&a);
}

/* A folder's number is odd or even as asked, each time, and nothing is left beside it. */
static void folders(void **state)
{
	(void)state;
	char top[] = "/tmp/engine-vary.XXXXXX", path[64];
	assert_non_null(mkdtemp(top));
	for (int i = 0; i < 20; i++) {
		struct stat st;
		snprintf(path, sizeof path, "%s/folder-%d", top, i);
		assert_int_equal(build_vary_folder(path, i % 3 == 0), 0);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_ino & 1, i % 3 == 0);
		assert_int_equal(build_vary_folder(path, false), -EEXIST);
		snprintf(path, sizeof path, "%s/file-%d", top, i); /* numbers taken meanwhile */
		assert_int_equal(file_write_new(path, "", 0, 0644, NULL), 0);
	}
	struct strlist names = STRLIST_INIT;
	assert_int_equal(file_list(top, &names, NULL), 0);
	assert_int_equal(names.n, 40);
	strlist_release(&names);
	assert_int_equal(file_remove_tree(top, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(jobs), cmocka_unit_test(folders)};
	return cmocka_run_group_tests_name("engine vary", tests, NULL, NULL);
}
