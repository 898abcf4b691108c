/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes and quorum, as tables: who says what of one output, and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "peers/quorum.h"

/* A vote in short: key "a" to "z"; object "1" is ours; '!' failed; '^' another action. */
static struct vote vote_of(const char *text)
{
	struct vote v = {.relays = 1};
	memset(v.key, text[0], KEY_ID);
	sha256_view(view_of(text[1] == '^' ? "their action" : "action"), &v.action);
	sha256_view(view_of(text + 1), &v.object);
	v.kind = text[1] == '1'   ? VOTE_SAME
		 : text[1] == '!' ? VOTE_FAILED
		 : text[1] == '^' ? VOTE_INHERITS
				  : VOTE_OTHER;
	return v;
}

static void id_of(char c, char ret[KEY_ID + 1])
{
	memset(ret, c, KEY_ID);
	ret[KEY_ID] = '\0';
}

/* Reads "a1 b2 …". */
static void votes_of_text(const char *text, struct votes *ret)
{
	char copy[256], *save = NULL;
	strcpy(copy, text);
	for (char *p = strtok_r(copy, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		struct vote v = vote_of(p);
		assert_int_equal(votes_add(ret, &v), 0);
	}
}

static void judge(void **state)
{
	(void)state;
	static const struct {
		const char *votes;
		unsigned need;
		const char *of;
		char own; /* or 0 */
		enum verdict want;
		int object; /* what quorum_object finds: '1', '2' … or 0 */
	} rows[] = {
	    /* no policy */
	    {"", 0, "", 0, VERDICT_UNCHECKED, 0},
	    {"a1", 0, "", 0, VERDICT_REPRODUCED, 0},
	    {"a1", 0, "", 'a', VERDICT_UNCHECKED, 0}, /* our own word, relayed */
	    {"a1 b1", 0, "", 'a', VERDICT_REPRODUCED, 0},
	    {"a2", 0, "", 0, VERDICT_DIFFERS, 0},
	    {"a1 b1 c2", 0, "", 0, VERDICT_DIFFERS, 0},
	    {"a^", 0, "", 0, VERDICT_INHERITS, 0},
	    {"a^ b2", 0, "", 0, VERDICT_DIFFERS, 0},
	    {"a^ b1", 0, "", 0, VERDICT_INHERITS, 0},
	    {"a!", 0, "", 0, VERDICT_UNCHECKED, 0},
	    {"a1 a2", 0, "", 0, VERDICT_UNCHECKED, 0}, /* said two things */
	    {"a1 a2 a1", 0, "", 0, VERDICT_UNCHECKED, 0},
	    {"a^ a1", 0, "", 0, VERDICT_REPRODUCED, 0},
	    {"a1 a^", 0, "", 0, VERDICT_REPRODUCED, 0},
	    /* two of a, b, c */
	    {"a1", 2, "abc", 0, VERDICT_UNCHECKED, 0},
	    {"a1 a1 a1", 2, "abc", 0, VERDICT_UNCHECKED, 0}, /* relays do not count */
	    {"a1 b1", 2, "abc", 0, VERDICT_REPRODUCED, '1'},
	    {"a1 z1", 2, "abc", 0, VERDICT_UNCHECKED, 0}, /* z is not asked */
	    {"z2", 2, "abc", 0, VERDICT_UNCHECKED, 0},
	    {"a1 b1 c2", 2, "abc", 0, VERDICT_REPRODUCED, '1'}, /* a liar is outvoted */
	    {"a1 b2", 2, "abc", 0, VERDICT_DIFFERS, 0},
	    {"a2 b2 c1", 2, "abc", 0, VERDICT_DIFFERS, '2'},
	    {"a2 b3", 2, "abc", 0, VERDICT_DIFFERS, 0},
	    {"a1 b^", 2, "abc", 0, VERDICT_INHERITS, 0},
	    {"a1 b1 c^", 2, "abc", 0, VERDICT_REPRODUCED, '1'},
	    {"b1", 2, "abc", 'a', VERDICT_REPRODUCED, 0}, /* we are one of the two */
	    {"b1", 2, "abc", 'z', VERDICT_UNCHECKED, 0},
	    {"a1", 1, "abc", 'a', VERDICT_UNCHECKED, '1'},     /* nobody but us */
	    {"a1 b1 c2 d2", 2, "abcd", 0, VERDICT_DIFFERS, 0}, /* both reach it: none */
	    {"a1 b1 c! d^", 2, "abcd", 0, VERDICT_REPRODUCED, '1'},
	};
	struct digest ours;
	sha256_view(view_of("1"), &ours);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct votes v = VOTES_INIT;
		struct quorum q = QUORUM_INIT;
		struct quorum_verdict got;
		struct digest object, want;
		char id[KEY_ID + 1], text[2] = {(char)rows[i].object, 0};
		votes_of_text(rows[i].votes, &v);
		q.need = rows[i].need;
		for (const char *p = rows[i].of; *p; p++) {
			id_of(*p, id);
			assert_int_equal(quorum_add(&q, id), 0);
			assert_int_equal(quorum_add(&q, id), 0);
		}
		assert_int_equal(q.of.n, strlen(rows[i].of));
		id_of(rows[i].own, id);
		quorum_judge(&q, &v, &ours, rows[i].own ? id : NULL, &got);
		if (got.verdict != rows[i].want)
			fail_msg("row %zu, '%s': %s, not %s", i, rows[i].votes,
				 verdict_word(got.verdict), verdict_word(rows[i].want));
		int r = quorum_object(&q, &v, &object, NULL);
		if ((r == 0) != (rows[i].object != 0))
			fail_msg("row %zu, '%s': object: %d", i, rows[i].votes, r);
		sha256_view(view_of(text), &want);
		if (r == 0)
			assert_true(digest_eq(&object, &want));
		votes_release(&v);
		quorum_release(&q);
	}
}

static void counts(void **state)
{
	(void)state;
	struct votes v = VOTES_INIT;
	struct quorum q = QUORUM_INIT;
	struct quorum_verdict got;
	struct digest ours;
	char id[KEY_ID + 1];
	sha256_view(view_of("1"), &ours);
	votes_of_text("a1 a1 b2 c^ d! e1 e2", &v);
	quorum_judge(&q, &v, &ours, NULL, &got);
	assert_int_equal(got.same, 1);
	assert_int_equal(got.other, 1);
	assert_int_equal(got.inherits, 1);
	assert_int_equal(got.failed, 1);
	assert_int_equal(got.twice, 1);
	id_of('a', id);
	assert_int_equal(votes_of(&v, id)->relays, 2);
	id_of('x', id);
	assert_null(votes_of(&v, id));
	votes_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(judge), cmocka_unit_test(counts)};
	return cmocka_run_group_tests_name("quorum", tests, NULL, NULL);
}
