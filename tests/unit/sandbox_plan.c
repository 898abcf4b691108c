/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sandbox plans: their text, and what is refused before anything is started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sandbox/internal.h"

static const char *const ARGV[] = {"tcc", "-o", "a\nb", NULL};
static const char *const ENV[] = {"PATH=/opt/boot-hurd/tcc/bin", "A=1", NULL};
static const struct sandbox_bind BINDS[] = {{"/store/2", "/opt/boot-hurd/tcc"},
					    {"/store/1", "/opt/boot-hurd/mes"}};
static const struct sandbox_step STEP = {.argv = ARGV, .dir = "/build", .env = ENV};

static struct sandbox_plan plan(void)
{
	return (struct sandbox_plan){.binds = BINDS,
				     .nbinds = 2,
				     .build_host = "/tmp/b",
				     .output_host = "/tmp/o",
				     .output = "/opt/boot-hurd/out",
				     .scratch_host = "/tmp/s",
				     .machine = "i686",
				     .steps = &STEP,
				     .nsteps = 1,
				     .limits = {.time_s = 60}};
}

static void prints(void **state)
{
	(void)state;
	struct sandbox_plan p = plan();
	struct buf b = BUF_INIT;
	sandbox_plan_print(&p, &b);
	assert_string_equal(buf_str(&b), "machine i686\n"
					 "user 1000\n"
					 "umask 022\n"
					 "kernel 6.1.0\n"
					 "aslr off\n"
					 "cpus all\n"
					 "listing as it is\n"
					 "memory as it is\n"
					 "processor as it is\n"
					 "ids as they are\n"
					 "wall-clock-offset 0\n"
					 "clock-offset 0\n"
					 "network loopback\n"
					 "terminal no\n"
					 "limit time 60\n"
					 "limit silence none\n"
					 "limit memory none\n"
					 "limit processes none\n"
					 "limit output none\n"
					 "limit build none\n"
					 "limit log none\n"
					 "input /opt/boot-hurd/mes /store/1\n"
					 "input /opt/boot-hurd/tcc /store/2\n"
					 "folder /build /tmp/b\n"
					 "output /opt/boot-hurd/out /tmp/o\n"
					 "step 1 dir /build\n"
					 "step 1 in /dev/null\n"
					 "step 1 out log\n"
					 "step 1 env A=1\n"
					 "step 1 env PATH=/opt/boot-hurd/tcc/bin\n"
					 "step 1 arg tcc\n"
					 "step 1 arg -o\n"
					 "step 1 arg a\\nb\n");
	buf_release(&b);
}

/* The order of binds does not show. */
static void order_is_hidden(void **state)
{
	(void)state;
	const struct sandbox_bind turned[] = {BINDS[1], BINDS[0]};
	struct sandbox_plan p = plan(), q = plan();
	struct buf a = BUF_INIT, b = BUF_INIT;
	q.binds = turned;
	sandbox_plan_print(&p, &a);
	sandbox_plan_print(&q, &b);
	assert_string_equal(buf_str(&a), buf_str(&b));
	buf_release(&a);
	buf_release(&b);
}

static void variations_show(void **state)
{
	(void)state;
	struct sandbox_plan p = plan();
	struct buf b = BUF_INIT;
	p.vary = (struct sandbox_vary){.aslr = true,
				       .cpus = 1,
				       .kernel_name = "5.0",
				       .umask = 077,
				       .user = 7,
				       .cpus_told = 9,
				       .listing = true,
				       .memory = true,
				       .processor = true,
				       .ids = true,
				       .wall_offset_s = 77,
				       .time_offset_s = 99};
	sandbox_plan_print(&p, &b);
	assert_non_null(strstr(buf_str(&b),
			       "user 7\numask 077\nkernel 5.0\naslr on\ncpus 1\n"
			       "cpus-told 9\nlisting reversed\nmemory varied\n"
			       "processor varied\nids varied\nwall-clock-offset 77\n"
			       "clock-offset 99\n"));
	buf_release(&b);
}

/* Checks that P is refused with a text that holds WORDS. */
static void refused(const struct sandbox_plan *p, const char *words)
{
	struct fault f = FAULT_INIT;
	struct sandbox *s;
	assert_int_equal(sandbox_start(p, -1, &s, &f), ERR_USAGE);
	if (!strstr(f.what, words))
		fail_msg("'%s' does not say '%s'", f.what, words);
}

static void refuses_places(void **state)
{
	(void)state;
	static const struct {
		const char *inside, *words;
	} bad[] = {
	    {"/build/x", "cannot stand at /build/x"},
	    {"/", "not an absolute"},
	    {"opt/x", "not an absolute"},
	    {"/opt/../x", "not an absolute"},
	    {"/opt", "overlap"},
	    {"/opt/boot-hurd/out/x", "overlap"},
	    {"/opt/boot-hurd/mes", "overlap"},
	    {"/opt/boot-hurd/mes/bin", "overlap"},
	    {"/proc", "cannot stand"},
	    {"/dev/null", "cannot stand"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct sandbox_bind binds[] = {{"/store/3", bad[i].inside},
						     {"/store/4", "/opt/boot-hurd/mes-x"},
						     BINDS[1]};
		struct sandbox_plan p = plan();
		p.binds = binds;
		p.nbinds = 3;
		refused(&p, bad[i].words);
	}
}

static void refuses_nonsense(void **state)
{
	(void)state;
	struct sandbox_plan p = plan();
	p.output = "/opt/boot-hurd";
	refused(&p, "output must lie below");
	p.output = "/opt/boot-hurd/../x";
	refused(&p, "output must lie below");
	p = plan();
	p.machine = "vax";
	refused(&p, "machine");
	p = plan();
	p.vary.umask = 0777;
	refused(&p, "umask 0777");
	p = plan();
	p.scratch_host = NULL;
	refused(&p, "scratch");
	static const char *const none[] = {NULL};
	struct sandbox_step step = {.argv = none, .dir = "/build", .env = ENV};
	p = plan();
	p.steps = &step;
	refused(&p, "step 1 lacks a command");
	step = STEP;
	step.dir = "build";
	refused(&p, "step 1: a path is not absolute");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints),           cmocka_unit_test(order_is_hidden),
	    cmocka_unit_test(variations_show),  cmocka_unit_test(refuses_places),
	    cmocka_unit_test(refuses_nonsense),
	};
	return cmocka_run_group_tests_name("sandbox plans", tests, NULL, NULL);
}
