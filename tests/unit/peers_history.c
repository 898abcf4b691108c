/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was seen of peers: round trip, replays, and who committed first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "peers/peer_history.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct index_row row(const char *object)
{
	struct index_row r = {.name = "x", .salted = true};
	sha256_view(view_of("action"), &r.action);
	sha256_view(view_of(object), &r.object);
	return r;
}

/* Writes S and reads it again. */
static void reload(struct seen *s)
{
	struct buf b = BUF_INIT, again = BUF_INIT;
	assert_int_equal(seen_write(s, &b), 0);
	seen_release(s);
	assert_int_equal(seen_parse(buf_view(&b), s, NULL), 0);
	assert_int_equal(seen_write(s, &again), 0);
	assert_string_equal(buf_str(&b), buf_str(&again));
	buf_release(&b);
	buf_release(&again);
}

static void answer(struct seen *s, const char *key, const struct index_row *r)
{
	struct index x = INDEX_INIT;
	strcpy(x.key, key);
	assert_int_equal(index_add(&x, r, NULL), 0);
	assert_int_equal(seen_answers(s, &x), 0);
	index_release(&x);
}

static void commit(struct seen *s, const char *key, const struct index_row *r)
{
	struct commitments c = COMMITMENTS_INIT;
	strcpy(c.key, key);
	assert_int_equal(commitments_add(&c, key, r), 0);
	assert_int_equal(seen_commitments(s, &c), 0);
	commitments_release(&c);
}

static void replays(void **state)
{
	(void)state;
	struct seen s = SEEN_INIT;
	struct digest one, two;
	sha256_view(view_of("1"), &one);
	sha256_view(view_of("2"), &two);
	assert_int_equal(seen_serial(&s, A, 5, &one, NULL), 0);
	assert_int_equal(seen_serial(&s, A, 5, &one, NULL), 0);
	assert_int_equal(seen_serial(&s, A, 5, &two, NULL), ERR_SIGNATURE);
	assert_int_equal(seen_serial(&s, B, 1, &two, NULL), 0);
	assert_int_equal(seen_serial(&s, A, 6, &two, NULL), 0);
	reload(&s);
	assert_int_equal(seen_serial(&s, A, 5, &one, NULL), ERR_SIGNATURE);
	assert_int_equal(seen_serial(&s, A, 6, &two, NULL), 0);
	seen_release(&s);
}

/* Version 1 kept the hash of the file, signature and all: it tells nothing of what the index says. */
static void version_1(void **state)
{
	(void)state;
	struct seen s = SEEN_INIT;
	struct digest one, two;
	sha256_view(view_of("1"), &one);
	sha256_view(view_of("2"), &two);
	assert_int_equal(
	    seen_parse(view_of("boot-hurd seen 1\nlook 4\nserial " A " 5 " B "\n"), &s, NULL),
	    0);
	assert_int_equal(s.look, 4);
	reload(&s);
	assert_int_equal(seen_serial(&s, A, 4, &one, NULL), ERR_SIGNATURE);
	assert_int_equal(seen_serial(&s, A, 5, &one, NULL), 0);
	assert_int_equal(seen_serial(&s, A, 5, &two, NULL), ERR_SIGNATURE);
	reload(&s);
	assert_int_equal(seen_serial(&s, A, 5, &two, NULL), ERR_SIGNATURE);
	seen_release(&s);
}

static void first(void **state)
{
	(void)state;
	struct seen s = SEEN_INIT;
	struct index_row mine = row("1"), other = row("2");
	bool committed;
	seen_look(&s);
	commit(&s, A, &mine);
	commit(&s, A, &other); /* too late to say another thing */
	assert_true(seen_committed_first(&s, A, &mine, &committed));
	seen_look(&s);
	answer(&s, A, &mine);
	commit(&s, B, &mine);
	seen_look(&s);
	answer(&s, B, &mine);
	reload(&s);
	assert_int_equal(s.look, 3);
	assert_true(seen_committed_first(&s, A, &mine, &committed));
	assert_true(committed);
	assert_false(seen_committed_first(&s, A, &other, &committed));
	assert_false(committed);
	assert_false(seen_committed_first(&s, B, &mine, &committed));
	assert_true(committed); /* but after A's answer could be read */
	mine.salted = false;
	assert_false(seen_committed_first(&s, A, &mine, &committed));
	assert_false(committed);
	seen_release(&s);
}

static void refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "x",
	    "boot-hurd seen 3\n",
	    "boot-hurd seen 1\nserial " A " 1 -\n",
	    "boot-hurd seen 2\nserial " A " 1 x\n",
	    "boot-hurd seen 1\nlook\n",
	    "boot-hurd seen 1\nlook x\n",
	    "boot-hurd seen 1\nlook 1",
	    "boot-hurd seen 1\n\n",
	    "boot-hurd seen 1\nserial " A " 1\n",
	    "boot-hurd seen 1\nserial " A " 1 x\n",
	    "boot-hurd seen 1\nserial x 1 " A "\n",
	    "boot-hurd seen 1\ncommitment " A " " A " " A "\n",
	    "boot-hurd seen 1\nanswer " A " " A "\n",
	    "boot-hurd seen 1\nanswer " A " " A " 1 2\n",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct seen s = SEEN_INIT;
		struct fault f = FAULT_INIT;
		if (seen_parse(view_of(bad[i]), &s, &f) != ERR_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
		assert_true(f.what[0]);
	}
	struct seen s = SEEN_INIT;
	assert_int_equal(seen_parse(view_of(""), &s, NULL), 0);
	seen_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(replays),
					   cmocka_unit_test(version_1), cmocka_unit_test(first),
					   cmocka_unit_test(refused)};
	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
