/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Slurm's programs print, and the requests that its jobs read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engine/request.h"
#include "engine/slurm_text.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void numbers(void **state)
{
	(void)state;
	static const char *const good[] = {"7\n", "123456\n", "7;cluster\n"};
	static const char *const bad[] = {
	    "",     "\n",   "7",      "07\n", "x\n",
	    "7 \n", "-7\n", "7\n8\n", ";c\n", "1234567890123456789\n"};
	uint64_t id = 0;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(slurm_parse_id(view_of(good[i]), &id), 0);
	assert_int_equal(id, 7);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(slurm_parse_id(view_of(bad[i]), &id), ERR_SYNTAX);
}

static void listing(void **state)
{
	(void)state;
	static const char text[] =
	    "12|RUNNING|None|n1|boot-hurd:" HEX ":a1\n"
	    "13|PENDING|Resources||boot-hurd:" HEX ":a2\n"
	    "14|PENDING|launch failed requeued held||boot-hurd:" HEX ":a3\n"
	    "15|NODE_FAIL|NodeDown|n2|boot-hurd:" HEX ":a4\n"
	    "16|SOMETHING_NEW|None|n2|boot-hurd:" HEX ":a5\n"
	    "17|RUNNING|None|n2|of somebody else | with bars\n"
	    "18|RUNNING|None|n2|(null)\n";
	static const enum slurm_state want[] = {SLURM_RUNNING, SLURM_QUEUED, SLURM_STUCK,
						SLURM_ENDED, SLURM_RUNNING};
	struct slurm_job *jobs = NULL;
	size_t n = 0;
	assert_int_equal(slurm_parse_queue(view_of(text), &jobs, &n, NULL), 0);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(jobs[i].id, 12 + i);
		assert_int_equal(jobs[i].state, want[i]);
	}
	assert_string_equal(jobs[0].node, "n1");
	assert_string_equal(jobs[1].reason, "Resources");
	assert_string_equal(jobs[3].word, "NODE_FAIL");
	assert_string_equal(jobs[4].attempt, "a5");
	free(jobs);
	assert_int_equal(slurm_parse_queue(view_of(""), &jobs, &n, NULL), 0);
	assert_int_equal(n, 0);
	free(jobs);
}

static void bad_listing(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "12|RUNNING|None|n1|boot-hurd:" HEX ":a1",    /* cut short */
	    "x|RUNNING|None|n1|boot-hurd:" HEX ":a1\n",   /* no number */
	    "12|RUNNING|n1|boot-hurd:" HEX ":a1\n",       /* a field is missing */
	    "12|RUNNING|a|b|n1|boot-hurd:" HEX ":a1\n",   /* one too many */
	    "12|RUNNING|None|n1|boot-hurd:" HEX ":\n",    /* no attempt */
	    "12|RUNNING|None|n1|boot-hurd:" HEX ":a/b\n", /* one that leads elsewhere */
	    "12|RUNNING|None|n1|boot-hurd:abc:a1\n",      /* no action */
	    "slurm_load_jobs error: Unable to contact slurm controller",
	};
	struct slurm_job *jobs = NULL;
	size_t n = 0;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(slurm_parse_queue(view_of(bad[i]), &jobs, &n, NULL),
				 ERR_SYNTAX);
}

static void what_passes(void **state)
{
	(void)state;
	assert_true(
	    slurm_passes(view_of("sbatch: error: Batch job submission failed: Unable to "
				 "contact slurm controller (connect failure)\n")));
	assert_true(slurm_passes(view_of("sbatch: error: QOSMaxSubmitJobPerUserLimit\n")));
	assert_false(slurm_passes(view_of("sbatch: error: invalid partition specified: x\n")));
	assert_false(slurm_passes(view_of("")));
}

/* ---- requests ---- */

#define STEP \
	"\"steps\":[{\"argv\":[\"a/" \
	"b\"]}],\"system\":\"i686-linux\",\"type\":\"derivation\"}\n"
#define DERIVATION \
	"{\"env\":{},\"inputs\":[{\"as\":\"in\",\"drv\":\"" HEX "\"}],\"name\":\"x-1\"," \
	"\"schema\":1,\"sources\":[{\"as\":\"src\",\"pin\":\"sha256:" HEX \
	"\",\"unpack\":false}]," STEP
#define FIRST   "boot-hurd request 1\n"
#define INPUT   "input " HEX " in\n"
#define RUNTIME "input " HEX " libc\n"
#define SOURCE  "source " HEX " src\n"

/* Reads TEXT, whose id nobody knows before; writes it again when it is good. */
static int reread(const char *text, struct buf *ret)
{
	struct arena a = ARENA_INIT;
	struct action act;
	struct digest id = {{0}};
	struct fault f = FAULT_INIT;
	int r = request_parse(&a, view_of(text), &id, &act, &f);
	if (r == ERR_HASH) {
		id = act.id;
		r = request_parse(&a, view_of(text), &id, &act, &f);
	}
	if (r == 0)
		r = request_write(&act, ret, NULL);
	arena_release(&a);
	return r;
}

static void requests(void **state)
{
	(void)state;
	static const char text[] =
	    FIRST DERIVATION INPUT RUNTIME SOURCE "limit time_s 60\nlimit memory 1048576\n";
	struct buf b = BUF_INIT;
	assert_int_equal(reread(text, &b), 0);
	assert_string_equal(buf_str(&b), text);
	buf_release(&b);
}

static void bad_requests(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "",
	    FIRST,
	    "boot-hurd request 2\n" DERIVATION INPUT SOURCE,
	    FIRST DERIVATION SOURCE,                              /* no input */
	    FIRST DERIVATION RUNTIME SOURCE,                      /* another one */
	    FIRST DERIVATION INPUT,                               /* no source */
	    FIRST DERIVATION INPUT SOURCE SOURCE,                 /* twice */
	    FIRST DERIVATION INPUT INPUT SOURCE,                  /* twice */
	    FIRST DERIVATION RUNTIME INPUT SOURCE,                /* not sorted */
	    FIRST DERIVATION SOURCE INPUT,                        /* not in order */
	    FIRST DERIVATION INPUT "input " HEX " ../x\n" SOURCE, /* a way out */
	    FIRST DERIVATION INPUT "input " HEX " x-1\n" SOURCE,  /* the output itself */
	    FIRST DERIVATION INPUT "input abc libc\n" SOURCE,
	    FIRST DERIVATION INPUT SOURCE "limit time_s 0\n",
	    FIRST DERIVATION INPUT SOURCE "limit time_s 1x\n",
	    FIRST DERIVATION INPUT SOURCE "limit time_s 1\nlimit time_s 1\n",
	    FIRST DERIVATION INPUT SOURCE "limit memory 1\nlimit time_s 1\n",
	    FIRST DERIVATION INPUT SOURCE "limit colour 1\n",
	    FIRST DERIVATION INPUT SOURCE "more\n",
	    FIRST DERIVATION INPUT "source " HEX " src",
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(reread(bad[i], &b), ERR_SYNTAX);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers),     cmocka_unit_test(listing),
	    cmocka_unit_test(bad_listing), cmocka_unit_test(what_passes),
	    cmocka_unit_test(requests),    cmocka_unit_test(bad_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
