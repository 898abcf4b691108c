/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed statements, tests/data/statements: which are in-toto's, and why the others are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "attest/dsse.h"
#include "attest/statement.h"

#define FOLDER "tests/data/statements/"

static struct key key;

static int read_key(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	int r = file_read(FOLDER "KEY", 4096, &b, NULL);
	if (r == 0)
		r = key_parse(buf_view(&b), &key, NULL);
	buf_release(&b);
	return r;
}

static int check_text(struct view text, struct fault *f)
{
	struct json_document *doc = NULL;
	int r = json_document_parse_wide(text, &doc, f);
	if (r == 0)
		r = statement_check(json_document_root(doc), f);
	json_document_free(doc);
	return r;
}

/* Opens the envelope NAME and checks what it holds. */
static int check(const char *name, struct fault *f)
{
	char path[200];
	struct buf b = BUF_INIT, payload = BUF_INIT;
	size_t which;
	snprintf(path, sizeof path, FOLDER "%s.json", name);
	assert_int_equal(file_read(path, 1 << 20, &b, NULL), 0);
	assert_int_equal(dsse_open(buf_view(&b), DSSE_IN_TOTO, &key, 1, &payload, &which, NULL),
			 0);
	int r = check_text(buf_view(&payload), f);
	buf_release(&b);
	buf_release(&payload);
	return r;
}

static void signed_ones(void **state)
{
	(void)state;
	static const struct {
		const char *name, *why; /* why NULL: it is good */
	} cases[] = {
	    {"ok-v1", NULL},
	    {"v01", NULL},
	    {"foreign-ptype", NULL},
	    {"unknown-field", NULL},
	    {"sub-gitcommit", NULL},
	    {"sub-uri-only", NULL},
	    {"esc-name", NULL},
	    {"float", NULL},
	    {"array", "not an object"},
	    {"not-json", "not JSON"},
	    {"dup", "duplicate"},
	    {"nan", "overflow"},
	    {"no-type", "no _type"},
	    {"wrong-type", "its _type"},
	    {"no-ptype", "no predicateType"},
	    {"no-subject", "no subject"},
	    {"empty-subject", "no subject"},
	    {"sub-no-digest", "subject 1 has no digest"},
	    {"sub-badhex", "subject 1: its digest sha256"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fault f = FAULT_INIT;
		int r = check(cases[i].name, &f);
		if (r != (cases[i].why ? ERR_SYNTAX : 0))
			fail_msg("%s: %d %s", cases[i].name, r, f.what);
		if (cases[i].why && !strstr(f.what, cases[i].why))
			fail_msg("%s: %s", cases[i].name, f.what);
	}
}

/* A statement with one thing in another place. */
static void shapes(void **state)
{
	(void)state;
#define HEAD    "{\"_type\":\"" STATEMENT_TYPE "\",\"predicateType\":\"x:y\","
#define NAR_HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	static const char *const good[] = {
	    HEAD "\"subject\":[{\"digest\":{\"" STATEMENT_NAR "\":\"" NAR_HEX "\"}}]}",
	    HEAD "\"subject\":[{\"digest\":{\"somecoolhash\":\"+/\"}}]}",
	};
	static const char *const bad[] = {
	    "null",
	    HEAD "\"subject\":{}}",
	    HEAD "\"subject\":[7]}",
	    HEAD "\"subject\":[{\"digest\":[]}]}",
	    HEAD "\"subject\":[{\"digest\":{}}]}",
	    HEAD "\"subject\":[{\"digest\":{\"x\":7}}]}",
	    HEAD "\"subject\":[{\"digest\":{\"x\":\"\"}}]}",
	    HEAD "\"subject\":[{\"name\":7,\"digest\":{\"x\":\"1\"}}]}",
	    HEAD "\"subject\":[{\"digest\":{\"sha1\":\"ab\"}}]}",
	    HEAD "\"subject\":[{\"digest\":{\"blake2b\":\"abc\"}}]}",
	    HEAD "\"subject\":[{\"digest\":{\"x\":\"1\"}},{\"digest\":{\"md5\":\"1\"}}]}",
	    HEAD "\"predicate\":[],\"subject\":[{\"digest\":{\"x\":\"1\"}}]}",
	    "{\"_type\":\"" STATEMENT_TYPE
	    "\",\"predicateType\":\"\",\"subject\":[{\"digest\":{\"x\":\"1\"}}]}",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(check_text(view_of(good[i]), NULL), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (check_text(view_of(bad[i]), NULL) != ERR_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signed_ones),
	    cmocka_unit_test(shapes),
	};
	return cmocka_run_group_tests_name("statement", tests, read_key, NULL);
}
