/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rebuild changes on purpose outside the sandbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(jobs)};
	return cmocka_run_group_tests_name("engine vary", tests, NULL, NULL);
}
