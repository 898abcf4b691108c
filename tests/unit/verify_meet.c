/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where roots meet, and which of them stands alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "verify/meet.h"

/*
 * Judges cells written as "ROOT OBJECT" pairs ("a1b1c-"; "-": not built). MARKS has a '!' for each that
 * must differ.
 */
static void expect(const char *cells, enum meet verdict, const char *marks)
{
	struct meet_cell c[8] = {{0}};
	size_t n = strlen(cells) / 2;
	for (size_t i = 0; i < n; i++) {
		c[i].root = (size_t)(cells[2 * i] - 'a');
		c[i].built = cells[2 * i + 1] != '-';
		c[i].object.b[0] = (unsigned char)cells[2 * i + 1];
	}
	assert_int_equal(meet_judge(c, n), verdict);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(c[i].differs, marks[i] == '!');
}

static void same(void **state)
{
	(void)state;
	expect("a1b1", MEET_SAME, "..");
	expect("a1a1b1c1", MEET_SAME, "....");
}

static void open_(void **state)
{
	(void)state;
	expect("a1", MEET_OPEN, ".");
	expect("a1a1", MEET_OPEN, "..");
	expect("a-b-", MEET_OPEN, "..");
	expect("a1b-c1", MEET_OPEN, "...");
}

static void differs(void **state)
{
	(void)state;
	expect("a1b2c1", MEET_DIFFERS, ".!.");
	expect("a2b1c1", MEET_DIFFERS, "!..");
	expect("a1b2c-", MEET_DIFFERS, ".!.");
	/* Two against two: the first counts. */
	expect("a1b2", MEET_DIFFERS, ".!");
	/* A root that repeats itself is one voice. */
	expect("a1a1a1b2c2", MEET_DIFFERS, "!!!..");
	/* And must agree with itself. */
	expect("a1a2b1", MEET_DIFFERS, ".!.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same),
	    cmocka_unit_test(open_),
	    cmocka_unit_test(differs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
