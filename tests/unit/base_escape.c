/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reaches a terminal or a report of text from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

static void expect(const char *in, size_t n, enum escape how, const char *out)
{
	struct buf b = BUF_INIT;
	escape_add(&b, (struct view){in, n}, how);
	assert_string_equal(buf_str(&b), out);
	buf_release(&b);
}

static void line(const char *in, const char *out)
{
	expect(in, strlen(in), ESCAPE_LINE, out);
}

static void controls(void **state)
{
	(void)state;
	line("plain \\ text, caf\303\251 \342\200\246 \360\237\230\200",
	     "plain \\ text, caf\303\251 \342\200\246 \360\237\230\200");
	line("\033]52;c;aGk=\007", "\\x1b]52;c;aGk=\\x07");
	line("a\n\nDIFFERS x\r\t\b", "a\\n\\nDIFFERS x\\r\\t\\x08");
	line("\177", "\\x7f");
	line("\302\205\302\233\302\240", "\\u0085\\u009b\302\240"); /* C1; a no-break space */
	line("\330\234\342\200\216\342\200\217", "\\u061c\\u200e\\u200f");
	line("\342\200\250\342\200\251\342\200\252\342\200\256",
	     "\\u2028\\u2029\\u202a\\u202e");
	line("\342\201\246\342\201\251\342\201\252", "\\u2066\\u2069\342\201\252");
	expect("a\0b", 3, ESCAPE_LINE, "a\\x00b");
}

static void not_utf8(void **state)
{
	(void)state;
	line("\233", "\\x9b"); /* CSI as one byte */
	line("\300\212\355\240\200\365\200", "\\xc0\\x8a\\xed\\xa0\\x80\\xf5\\x80");
	expect("\342\200", 2, ESCAPE_LINE, "\\xe2\\x80"); /* cut short */
	expect("x\342", 2, ESCAPE_JSON, "x\\\\xe2");
}

static void lines_and_json(void **state)
{
	(void)state;
	const char in[] = "a\tb\n\033[2K\"\\\302\233";
	expect(in, sizeof in - 1, ESCAPE_LINES, "a\tb\n\\x1b[2K\"\\\\u009b");
	expect(in, sizeof in - 1, ESCAPE_JSON, "a\\tb\\n\\u001b[2K\\\"\\\\\\u009b");
	const char doc[] = "{\"a\":\"\\n\302\233\177\"}\n";
	expect(doc, sizeof doc - 1, ESCAPE_DOCUMENT, "{\"a\":\"\\n\\u009b\\u007f\"}\n");
}

static void formats(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	escape_addf(&b, "\tA %s\n%s", "x\n\nDIFFERS y\t", "\n");
	escape_addf(&b, "%c%5s|%.2s\n", '\n', "\033", "\342\200\246");
	assert_string_equal(buf_str(&b),
			    "\tA x\\n\\nDIFFERS y\\t\n\\n\\n    \\x1b|\\xe2\\x80\n");
	buf_release(&b);
}

/* Whatever comes in, nothing that controls comes out. */
static void random_bytes(void **state)
{
	(void)state;
	uint32_t x = 1;
	for (int round = 0; round < 2000; round++) {
		char in[64];
		struct buf b = BUF_INIT;
		for (size_t i = 0; i < sizeof in; i++) {
			x = x * 1664525 + 1013904223;
			in[i] = (char)(x >> 24);
		}
		escape_add(&b, (struct view){in, sizeof in}, ESCAPE_LINE);
		for (size_t i = 0, n; i < b.len; i += n) {
			n = utf8_length(b.ptr + i, b.len - i);
			assert_int_not_equal(n, 0);
			assert_true((unsigned char)b.ptr[i] >= 0x20 && b.ptr[i] != 0x7f);
			assert_false(b.ptr[i] == '\302' && (unsigned char)b.ptr[i + 1] < 0xa0);
		}
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(controls),       cmocka_unit_test(not_utf8),
	    cmocka_unit_test(lines_and_json), cmocka_unit_test(formats),
	    cmocka_unit_test(random_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
