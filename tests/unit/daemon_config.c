/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon's configuration: what is read, what is refused; when plans are due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "daemon/config.h"
#include "daemon/schedule.h"
#include "daemon/trigger.h"

static int parse(const char *text, struct daemon_config *c, struct fault *f)
{
	return daemon_config_parse(view_of(text), "c.json", c, f);
}

static void reads(void **state)
{
	struct daemon_config c;
	struct fault f = FAULT_INIT;
	(void)state;
	assert_int_equal(parse("{}", &c, &f), 0);
	assert_int_equal(c.mode, 0600);
	assert_int_equal(c.jobs, 8);
	assert_int_equal(c.drain_s, 600);
	assert_int_equal(c.timeout_s, 30);
	assert_int_equal(c.gc_keep_built_s, 30 * 86400);
	daemon_config_release(&c);
	assert_int_equal(
	    parse("{\"peers\":[],\"daemon\":{\"state\":\"/"
		  "s\",\"min_free\":\"3G\",\"drain\":\"2m\","
		  "\"control\":{\"socket\":\"/c\",\"mode\":\"0660\",\"jobs\":2},"
		  "\"public\":{\"listen\":[\"*:1\"],\"folder\":\"/"
		  "p\",\"timeout\":7,\"rate_min\":\"2K\"},"
		  "\"gc\":{\"every\":\"7d\",\"older_than\":\"1h\",\"keep_built\":\"2d\"},"
		  "\"schedule\":[{\"name\":\"a\",\"at\":[\"03:00\",\"23:59\"],"
		  "\"run\":[[\"build\",\"x\"],[\"gc\"]]},"
		  "{\"name\":\"b\",\"every\":\"90s\",\"recipes\":\"/"
		  "r\",\"run\":[[\"verify\"]]}]}}",
		  &c, &f),
	    0);
	assert_string_equal(c.state, "/s");
	assert_int_equal(c.min_free, UINT64_C(3) << 30);
	assert_int_equal(c.drain_s, 120);
	assert_int_equal(c.mode, 0660);
	assert_int_equal(c.rate_min, 2048);
	assert_int_equal(c.gc_every_s, 7 * 86400);
	assert_int_equal(c.gc_older_than_s, 3600);
	assert_int_equal(c.gc_keep_built_s, 2 * 86400);
	assert_int_equal(c.nplans, 2);
	assert_int_equal(c.plans[0].nat, 2);
	assert_int_equal(c.plans[0].at[1], 23 * 60 + 59);
	assert_int_equal(c.plans[0].nrun, 2);
	assert_string_equal(c.plans[0].run[0].items[1], "x");
	assert_int_equal(c.plans[1].every_s, 90);
	assert_string_equal(c.plans[1].recipes, "/r");
	daemon_config_release(&c);
}

static void refuses(void **state)
{
	/* the object "daemon", and what the fault must name */
	static const char *const bad[][2] = {
	    {"[]", "daemon: expected an object"},
	    {"{\"x\":1}", "daemon.x: there is no such field"},
	    {"{\"control\":{\"sockets\":1}}", "daemon.control.sockets"},
	    {"{\"control\":{\"socket\":\"relative\"}}",
	     "daemon.control.socket: expected an absolute path"},
	    {"{\"control\":{\"socket\":7}}", "daemon.control.socket: expected a text"},
	    {"{\"control\":{\"mode\":\"9\"}}", "daemon.control.mode"},
	    {"{\"control\":{\"mode\":\"1777\"}}", "daemon.control.mode"},
	    {"{\"control\":{\"mode\":600}}", "daemon.control.mode"},
	    {"{\"control\":{\"jobs\":0}}", "daemon.control.jobs"},
	    {"{\"control\":{\"jobs\":-1}}", "daemon.control.jobs"},
	    {"{\"public\":{\"listen\":\"x\"}}", "daemon.public.listen"},
	    {"{\"public\":{\"listen\":[\"x:1\"],\"pages\":false}}", "daemon.public.folder"},
	    {"{\"public\":{\"timeout\":0}}", "daemon.public.timeout"},
	    {"{\"public\":{\"timeout\":\"5x\"}}", "daemon.public.timeout"},
	    {"{\"public\":{\"rate_min\":\"99999999999999999999\"}}", "daemon.public.rate_min"},
	    {"{\"public\":{\"rate_min\":\"99999999999T\"}}", "daemon.public.rate_min"},
	    {"{\"min_free\":1.5}", "daemon.min_free"},
	    {"{\"schedule\":[{\"name\":\"a\",\"every\":9007199254740991,\"run\":[[\"a\"]]}]}",
	     "at most 100 years"},
	    {"{\"alarms\":[]}", "daemon.alarms"},
	    {"{\"alarms\":{\"x\":1}}", "daemon.alarms.x"},
	    {"{\"alarms\":{\"pause\":0}}", "daemon.alarms.pause"},
	    {"{\"alarms\":{\"pause\":\"7h\"}}", "daemon.alarms.pause"},
	    {"{\"alarms\":{\"targets\":[{\"name\":\"a\"}]}}", "either"},
	    {"{\"alarms\":{\"targets\":[{\"name\":\"a\",\"url\":\"ftp://x/\"}]}}",
	     "daemon.alarms.targets.url"},
	    {"{\"alarms\":{\"targets\":[{\"name\":\"a\",\"mail\":[\"x@y\"]}]}}",
	     "daemon.alarms.smtp.from"},
	    {"{\"alarms\":{\"smtp\":{\"from\":\"m@h\"},\"targets\":[{\"name\":\"a\","
	     "\"mail\":[\"x@y>\\r\\nDATA\"]}]}}",
	     "daemon.alarms.targets.mail"},
	    {"{\"alarms\":{\"smtp\":{\"from\":\"m h@h\"}}}", "daemon.alarms.smtp.from"},
	    {"{\"alarms\":{\"smtp\":{\"server\":\"http://h\"}}}", "daemon.alarms.smtp.server"},
	    {"{\"alarms\":{\"smtp\":{\"tls\":\"maybe\"}}}", "daemon.alarms.smtp.tls"},
	    {"{\"alarms\":{\"targets\":[{\"name\":\"a\",\"url\":\"http://x/\",\"on\":\"x\"}]}}",
	     "daemon.alarms.targets.on"},
	    {"{\"alarms\":{\"targets\":[{\"name\":\"a\",\"url\":\"http://x/\"},"
	     "{\"name\":\"a\",\"url\":\"http://x/\"}]}}",
	     "two have this name"},
	    {"{\"schedule\":[{\"name\":\"a\",\"every\":1,\"notify\":[\"ops\"],"
	     "\"run\":[[\"a\"]]}]}",
	     "plan a: notify: there is no target 'ops'"},
	    {"{\"schedule\":[{\"name\":\"a\",\"run\":[[\"a\"]],\"triggers\":[{\"git\":\"x\"}]}]"
	     "}",
	     "triggers.git: expected the URL"},
	    {"{\"schedule\":[{\"name\":\"a\",\"run\":[[\"a\"]],\"triggers\":[{\"peer\":\"x\"}]}"
	     "]}",
	     "plan a: triggers: there is no peer 'x'"},
	    {"{\"schedule\":{}}", "daemon.schedule: expected a list"},
	    {"{\"schedule\":[{\"every\":1,\"run\":[[\"a\"]]}]}", "daemon.schedule.name"},
	    {"{\"schedule\":[{\"name\":\"gc\",\"every\":1,\"run\":[[\"a\"]]}]}", "is taken"},
	    {"{\"schedule\":[{\"name\":\"a b\",\"every\":1,\"run\":[[\"a\"]]}]}",
	     "schedule.name"},
	    {"{\"schedule\":[{\"name\":\"a\",\"run\":[[\"a\"]]}]}", "either"},
	    {"{\"schedule\":[{\"name\":\"a\",\"every\":1,\"at\":[\"01:00\"],\"run\":[[\"a\"]]}]"
	     "}",
	     "either"},
	    {"{\"schedule\":[{\"name\":\"a\",\"at\":[\"24:00\"],\"run\":[[\"a\"]]}]}",
	     "schedule.at"},
	    {"{\"schedule\":[{\"name\":\"a\",\"at\":[\"1:00\"],\"run\":[[\"a\"]]}]}",
	     "schedule.at"},
	    {"{\"schedule\":[{\"name\":\"a\",\"at\":[],\"run\":[[\"a\"]]}]}", "schedule.at"},
	    {"{\"schedule\":[{\"name\":\"a\",\"every\":1}]}", "schedule.run"},
	    {"{\"schedule\":[{\"name\":\"a\",\"every\":1,\"run\":[[]]}]}", "schedule.run"},
	    {"{\"schedule\":[{\"name\":\"a\",\"every\":1,\"run\":[[\"x\"]]},"
	     "{\"name\":\"a\",\"every\":1,\"run\":[[\"x\"]]}]}",
	     "two have this name"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct daemon_config c;
		struct fault f = FAULT_INIT;
		struct buf b = BUF_INIT;
		buf_addf(&b, "{\"daemon\":%s}", bad[i][0]);
		int r = parse(buf_str(&b), &c, &f);
		buf_release(&b);
		if (r != ERR_CONFIG || !strstr(f.what, bad[i][1]))
			fail_msg("%s: %d %s", bad[i][0], r, f.what);
		assert_non_null(strstr(f.what, "c.json"));
	}
	struct daemon_config c;
	struct fault f = FAULT_INIT;
	assert_int_equal(parse("{\"deamon\":{}}", &c, &f), ERR_CONFIG);
	assert_int_equal(parse("[]", &c, &f), ERR_CONFIG);
	/* what commands read of the file, refused as they do */
	assert_int_equal(parse("{\"peers\":[1],\"daemon\":{}}", &c, &f), ERR_CONFIG);
	assert_non_null(strstr(f.what, "c.json: peers: item 1"));
	assert_int_equal(parse("{\"quorum\":{\"need\":1,\"of\":[\"eve\"]}}", &c, &f),
			 ERR_CONFIG);
	assert_non_null(strstr(f.what, "c.json: quorum: of: 'eve'"));
	assert_int_equal(parse("{", &c, &f), ERR_SYNTAX);
	assert_non_null(strstr(f.what, "c.json"));
}

static void due(void **state)
{
	const int64_t midnight = INT64_C(20000) * 86400, hour = 3600;
	unsigned times[] = {3 * 60, 15 * 60};
	struct daemon_plan every = {.every_s = 600}, at = {.at = times, .nat = 2};
	(void)state;
	assert_int_equal(schedule_due(&every, 0, midnight), midnight);
	assert_int_equal(schedule_due(&every, midnight, midnight + 1), midnight + 600);
	/* the clock was set back by a day: it does not wait that long */
	assert_int_equal(schedule_due(&every, midnight + 86400, midnight), midnight + 600);
	assert_int_equal(schedule_due(&at, midnight, midnight), midnight + 3 * hour);
	assert_int_equal(schedule_due(&at, midnight + 3 * hour, midnight), midnight + 3 * hour);
	assert_int_equal(schedule_due(&at, midnight + 3 * hour, midnight + 4 * hour),
			 midnight + 15 * hour);
	assert_int_equal(schedule_due(&at, midnight + 16 * hour, midnight + 17 * hour),
			 midnight + 27 * hour);
	/* away for a week: due since the first time that was missed, so run at once, and once */
	assert_true(schedule_due(&at, midnight, midnight + 7 * 24 * hour) <
		    midnight + 24 * hour);
}

static void reads_triggers(void **state)
{
	struct daemon_config c;
	struct daemon_plan copy;
	struct fault f = FAULT_INIT;
	(void)state;
	assert_int_equal(
	    parse("{\"peers\":[{\"name\":\"p\",\"location\":\"/"
		  "p\",\"keys\":[]}],\"daemon\":{\"schedule\":["
		  "{\"name\":\"a\",\"triggers\":[{\"git\":\"https://x/y\",\"folder\":\"r\"},"
		  "{\"peer\":\"p\",\"poll\":\"2h\"},{\"sources\":[\"mes\",\"tcc\"]}]}]}}",
		  &c, &f),
	    0);
	assert_int_equal(daemon_plan_copy(&c.plans[0], &copy), 0);
	daemon_config_release(&c);
	assert_int_equal(copy.ntriggers, 3);
	assert_string_equal(copy.triggers[0].watch, "git https://x/y main");
	assert_string_equal(copy.triggers[0].folder, "r");
	assert_int_equal(copy.triggers[0].poll_s, 300);
	assert_string_equal(copy.triggers[1].watch, "peer p");
	assert_int_equal(copy.triggers[1].poll_s, 7200);
	assert_string_equal(copy.triggers[2].watch, "sources mes tcc");
	/* by the clock it never runs */
	assert_true(schedule_due(&copy, 0, 1000) == INT64_MAX);
	assert_int_equal(trigger_pause(&copy.triggers[0], 0), 300);
	assert_int_equal(trigger_pause(&copy.triggers[0], 1), 600);
	assert_int_equal(trigger_pause(&copy.triggers[0], 3), 2400);
	assert_int_equal(trigger_pause(&copy.triggers[0], 1000), 6 * 3600);
	assert_int_equal(trigger_pause(&copy.triggers[2], 1000), 86400);
	daemon_plan_release(&copy);
}

/* What the command of a trigger prints, and what comes of it. */
static void expect_token(struct trigger *t, const char *text, const char *token,
			 const char *cause)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	int r = trigger_read(t, view_of(text), &a, &b);
	assert_int_equal(r, token ? 0 : ERR_SYNTAX);
	if (token) {
		assert_string_equal(buf_str(&a), token);
		assert_string_equal(buf_str(&b), cause);
	}
	buf_release(&a);
	buf_release(&b);
}

static void reads_what_triggers_see(void **state)
{
	char url[] = "/u", branch[] = "b", peer[] = "p";
	struct trigger git = {.kind = TRIGGER_GIT, .url = url, .branch = branch};
	struct trigger them = {.kind = TRIGGER_PEER, .peer = peer};
	struct trigger sources = {.kind = TRIGGER_SOURCES};
	(void)state;
	expect_token(&git, "0123456789012345678901234567890123456789\n",
		     "0123456789012345678901234567890123456789",
		     "branch b of /u is at 012345678901");
	expect_token(&git, "0123456789\n", NULL, NULL);
	expect_token(&git, "", NULL, NULL);
	expect_token(&git, "012345678901234567890123456789012345678x\n", NULL, NULL);
	expect_token(
	    &them,
	    "{\"peers\":[{\"keys\":[{\"key\":\"k\",\"own\":true,\"good\":true,\"serial\":7},"
	    "{\"key\":\"relayed\",\"own\":false,\"good\":true,\"serial\":9},"
	    "{\"key\":\"bad\",\"own\":true,\"good\":false,\"serial\":9}]}]}",
	    "k 7", "peer p has a new index");
	expect_token(&them, "{\"peers\":[{\"keys\":[]}]}", NULL, NULL);
	expect_token(&them, "{", NULL, NULL);
	expect_token(&sources, "{\"sources\":[{\"state\":\"listed\"},{\"state\":\"served\"}]}",
		     "none", "all pinned files are in Debian's archive again");
	expect_token(&sources, "{}", NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(due),
	    cmocka_unit_test(reads_triggers),
	    cmocka_unit_test(reads_what_triggers_see),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
