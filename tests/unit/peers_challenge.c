/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A challenge over three derivations, each built from the one before, and what peers say of them: verdicts,
 * coverage, exit status, and that a look-up that fails stops it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "json/value.h"
#include "peers/challenge.h"

enum { N = 3, PEERS = 2 };
static const char OURS[] = "ours";

static struct drv drvs[N];
static struct drv_input inputs[N];
static struct config_peer configured[PEERS];
static struct peer_answer answers[PEERS];
static struct peer_index indexes[PEERS];
static size_t from[PEERS] = {0, 1};

/* What the store has: bytes that stand for the objects, 0 = not built; which ones are taken. */
struct store_view {
	const char *objects; /* "123" */
	const char *taken;   /* "010" or "" */
	int fails;           /* every look-up fails with this */
};

static int stored(void *ctx, const struct drv *d, struct digest *action, struct digest *object,
		  bool *ret_taken, struct fault *f)
{
	const struct store_view *s = ctx;
	size_t i = (size_t)(d - drvs);
	if (s->fails)
		return fault_set(f, s->fails, "on purpose");
	if (s->objects[i] == '-')
		return ERR_MISSING;
	memset(action->b, 'a' + (int)i, DIGEST_LEN);
	memset(object->b, s->objects[i], DIGEST_LEN);
	*ret_taken = *s->taken && s->taken[i] == '1';
	return 0;
}

static bool asked(void *ctx, const struct drv *d)
{
	(void)ctx;
	return d == &drvs[N - 1];
}

static int make_world(void **state)
{
	static const char *const names[] = {"one", "two", "three"};
	static char name[PEERS][8] = {"alice", "bob"}, place[] = "/nowhere";
	(void)state;
	for (size_t i = 0; i < N; i++) {
		drvs[i] = (struct drv){.name = names[i]};
		memset(drvs[i].id.b, '0' + (int)i, DIGEST_LEN);
		inputs[i] = (struct drv_input){names[i ? i - 1 : 0], &drvs[i ? i - 1 : 0]};
		drvs[i].inputs = &inputs[i];
		drvs[i].ninputs = i ? 1 : 0;
	}
	for (size_t i = 0; i < PEERS; i++) {
		configured[i] = (struct config_peer){
		    .name = name[i], .location = place, .trust = CONFIG_VOTES};
		answers[i].peer = &configured[i];
	}
	return 0;
}

/* Has peer I say OBJECTS ("-": nothing, "!": the build failed). */
static void say(size_t i, const char *objects)
{
	struct peer_index *x = &indexes[i];
	index_release(&x->index);
	memset(x->index.key, 'a' + (int)i, KEY_ID);
	x->index.key[KEY_ID] = '\0';
	x->votes = true;
	x->from = &from[i];
	x->nfrom = 1;
	for (size_t k = 0; k < N; k++) {
		struct index_row row = {.drv = drvs[k].id, .name = drvs[k].name};
		if (objects[k] == '-')
			continue;
		row.failed = objects[k] == '!';
		memset(row.action.b, 'a' + (int)k, DIGEST_LEN);
		if (!row.failed)
			memset(row.object.b, objects[k], DIGEST_LEN);
		assert_int_equal(index_add(&x->index, &row, NULL), 0);
	}
	assert_int_equal(index_sort(&x->index, NULL), 0);
}

static int challenge(const struct store_view *s, struct challenge *ret, struct fault *f)
{
	const struct drv *nodes[N] = {&drvs[0], &drvs[1], &drvs[2]};
	static struct peers peers;
	static struct seen seen;
	static struct quorum none;
	struct store_view view = *s;
	peers = (struct peers){answers, PEERS, indexes, PEERS, PEERS};
	return challenge_run(nodes, N, stored, asked, &view, &peers, &seen, &none, OURS, ret,
			     f);
}

static void verdicts(void **state)
{
	static const struct {
		struct store_view have;
		const char *alice, *bob;
		enum verdict want[N];
		double coverage;
		int exit;
	} rows[] = {
	    {{"123", "", 0},
	     "123",
	     "---",
	     {VERDICT_REPRODUCED, VERDICT_REPRODUCED, VERDICT_REPRODUCED},
	     100,
	     0},
	    /* The culprit, and what was built on it. */
	    {{"123", "", 0},
	     "1x3",
	     "---",
	     {VERDICT_REPRODUCED, VERDICT_DIFFERS, VERDICT_STANDS_ON},
	     100,
	     2},
	    /* Nobody has what was asked for by name. */
	    {{"123", "", 0},
	     "12-",
	     "---",
	     {VERDICT_REPRODUCED, VERDICT_REPRODUCED, VERDICT_UNCHECKED},
	     200 / 3.0,
	     3},
	    /* A failed build has no bits. */
	    {{"123", "", 0},
	     "12!",
	     "---",
	     {VERDICT_REPRODUCED, VERDICT_REPRODUCED, VERDICT_UNCHECKED},
	     200 / 3.0,
	     3},
	    /* What was taken needs two others. */
	    {{"123", "001", 0},
	     "123",
	     "---",
	     {VERDICT_REPRODUCED, VERDICT_REPRODUCED, VERDICT_UNCHECKED},
	     200 / 3.0,
	     3},
	    {{"123", "001", 0},
	     "123",
	     "123",
	     {VERDICT_REPRODUCED, VERDICT_REPRODUCED, VERDICT_REPRODUCED},
	     100,
	     0},
	    /* What was not built here is compared with nothing. */
	    {{"12-", "", 0},
	     "123",
	     "123",
	     {VERDICT_REPRODUCED, VERDICT_REPRODUCED, VERDICT_UNCHECKED},
	     200 / 3.0,
	     3},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct challenge a = CHALLENGE_INIT;
		struct fault f = FAULT_INIT;
		struct buf text = BUF_INIT;
		struct json_document *doc = NULL;
		say(0, rows[i].alice);
		say(1, rows[i].bob);
		assert_int_equal(challenge(&rows[i].have, &a, &f), 0);
		for (size_t k = 0; k < N; k++)
			if (a.results[k].judged.verdict != rows[i].want[k])
				fail_msg("row %zu, output %zu: %s", i, k,
					 verdict_word(a.results[k].judged.verdict));
		if (a.coverage < rows[i].coverage - 0.01 ||
		    a.coverage > rows[i].coverage + 0.01)
			fail_msg("row %zu: coverage %f", i, a.coverage);
		assert_int_equal(challenge_exit(&a, 0), rows[i].exit);
		challenge_json(&a, 0, &text);
		assert_int_equal(json_document_parse(buf_view(&text), &doc, &f), 0);
		assert_int_equal(json_count(json_member(json_document_root(doc), "outputs")),
				 N);
		json_document_free(doc);
		buf_release(&text);
		challenge_release(&a);
	}
}

/* A closer look comes to both reports. */
static void closer_look(void **state)
{
	const struct store_view have = {"123", "", 0};
	struct challenge a = CHALLENGE_INIT;
	struct buf b = BUF_INIT;
	(void)state;
	say(0, "1x3");
	say(1, "---");
	assert_int_equal(challenge(&have, &a, NULL), 0);
	a.results[1].closer = strdup("  a file differs\n");
	a.results[1].closer_json = strdup("\"fetched\":\"/x\"");
	challenge_text(&a, false, &b);
	assert_non_null(strstr(buf_str(&b), "\n  a file differs\n"));
	buf_clear(&b);
	challenge_json(&a, 0, &b);
	assert_non_null(strstr(buf_str(&b), ",\"fetched\":\"/x\",\"votes\":["));
	buf_release(&b);
	challenge_release(&a);
}

static void unreadable(void **state)
{
	const struct store_view have = {"123", "", ERR_CORRUPT};
	struct challenge a = CHALLENGE_INIT;
	struct fault f = FAULT_INIT;
	(void)state;
	say(0, "123");
	say(1, "123");
	assert_int_equal(challenge(&have, &a, &f), ERR_CORRUPT);
	assert_int_equal(a.n, 0);
}

static int end_world(void **state)
{
	(void)state;
	for (size_t i = 0; i < PEERS; i++)
		index_release(&indexes[i].index);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verdicts),
	    cmocka_unit_test(closer_look),
	    cmocka_unit_test(unreadable),
	};
	return cmocka_run_group_tests(tests, make_world, end_world);
}
