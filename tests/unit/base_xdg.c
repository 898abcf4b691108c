/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of the XDG Base Directory Specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/xdg.h"

/* Checks what data/x is when XDG_DATA_HOME and HOME are DATA and HOME (NULL: unset). */
static void check(const char *data, const char *home, const char *want)
{
	data ? setenv("XDG_DATA_HOME", data, 1) : unsetenv("XDG_DATA_HOME");
	home ? setenv("HOME", home, 1) : unsetenv("HOME");
	char *got = xdg_path("XDG_DATA_HOME", ".local/share", "x");
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void finds(void **state)
{
	(void)state;
	check("/data", "/home/me", "/data/x");
	check(NULL, "/home/me", "/home/me/.local/share/x");
	check("", "/home/me", "/home/me/.local/share/x");
	check("relative", "/home/me", "/home/me/.local/share/x");
	check(NULL, "relative", NULL);
	check(NULL, NULL, NULL);
	setenv("HOME", "/home/me", 1);
	unsetenv("XDG_RUNTIME_DIR");
	assert_null(xdg_path("XDG_RUNTIME_DIR", NULL, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
