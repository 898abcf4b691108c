/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history: what stands, what changed, what is forgotten, what a kill and rebuild-db leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <time.h>

#include "base/sys.h"
#include "store/history.h"
#include "store_util.h"

enum { KILLS = 100 };

static int64_t begin_run(struct store *s, const char *plan)
{
	struct history_run r = {.plan = plan,
				.cause = "clock",
				.attempt = 1,
				.state = "running",
				.reason = "",
				.recipes = "/r",
				.revision = ""};
	int64_t id = 0;
	OK(history_run_begin(s, &r, &id, &fault));
	return id;
}

static int64_t begin_job(struct store *s, int64_t run)
{
	struct history_job j = {.run = run,
				.command = "[\"verify\"]",
				.directory = "",
				.config = "",
				.log = "daemon/jobs/%s.log"};
	int64_t id = 0;
	OK(history_job_begin(s, &j, &id, &fault));
	return id;
}

static void put(struct store *s, int64_t job, const char *output, const char *verdict)
{
	struct history_result r = {.job = job,
				   .mode = "rebuild",
				   .output = output,
				   .verdict = verdict,
				   .drv = {{1}},
				   .started_ns = sys_now_ns(),
				   .detail = "{}"};
	OK(history_results_put(s, &r, 1, &fault));
}

/* A run of PLAN with one verdict on each of the outputs "a" and "b" (NULL: none). */
static int64_t whole_run(struct store *s, const char *plan, const char *a, const char *b)
{
	int64_t run = begin_run(s, plan), job = begin_job(s, run);
	if (a)
		put(s, job, "a", a);
	if (b)
		put(s, job, "b", b);
	OK(history_job_end(s, job, "done", 0, &fault));
	OK(history_run_end(s, run, "done", "", &fault));
	return run;
}

static size_t count_changes(struct store *s, int64_t run)
{
	struct arena a = ARENA_INIT;
	struct history_change *c;
	size_t n = 0;
	OK(history_changes(s, &a, run, 100, &c, &n, &fault));
	arena_release(&a);
	return n;
}

static void test_empty(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct history_run *runs, run;
	struct history_output *outputs;
	size_t n = 1;
	OK(history_runs(s, &a, NULL, 0, 10, &runs, &n, &fault));
	assert_int_equal(n, 0);
	OK(history_outputs(s, &a, &outputs, &n, &fault));
	assert_int_equal(n, 0);
	assert_int_equal(history_run(s, &a, 1, &run), ERR_MISSING);
	arena_release(&a);
	store_close(s);
}

static void test_triggers(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct history_trigger *t;
	struct strlist keep = STRLIST_INIT;
	size_t n;
	struct history_trigger x = {.plan = "p",
				    .watch = "git u b",
				    .seen = "",
				    .pending = "1",
				    .cause = "at 1",
				    .asked_ns = 1,
				    .error = ""};
	OK(history_trigger_put(s, &x, &fault));
	begin_run(s, "other");
	OK(history_triggers(s, &a, "p", &t, &n, &fault));
	assert_int_equal(n, 1);
	assert_string_equal(t[0].pending, "1");
	assert_string_equal(t[0].seen, "");
	/* A look that finds nothing new leaves what waits for a run. */
	x.pending = x.cause = "";
	x.failures = 2;
	x.error = "no answer";
	OK(history_trigger_put(s, &x, &fault));
	OK(history_triggers(s, &a, NULL, &t, &n, &fault));
	assert_string_equal(t[0].pending, "1");
	assert_string_equal(t[0].cause, "at 1");
	assert_int_equal(t[0].failures, 2);
	/* A run that is skipped does not take it; one that begins does. */
	struct history_run skipped = {.plan = "p",
				      .cause = "",
				      .attempt = 1,
				      .state = "skipped",
				      .reason = "",
				      .recipes = "",
				      .revision = ""};
	int64_t id;
	OK(history_run_begin(s, &skipped, &id, &fault));
	OK(history_triggers(s, &a, "p", &t, &n, &fault));
	assert_string_equal(t[0].pending, "1");
	begin_run(s, "p");
	OK(history_triggers(s, &a, "p", &t, &n, &fault));
	assert_string_equal(t[0].pending, "");
	assert_string_equal(t[0].seen, "1");
	OK(history_triggers_keep(s, "p", &keep, &fault));
	OK(history_triggers(s, &a, "p", &t, &n, &fault));
	assert_int_equal(n, 0);
	strlist_release(&keep);
	arena_release(&a);
	store_close(s);
}

static void test_standing(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct history_result *r;
	struct history_trend *t;
	struct history_job *jobs;
	size_t n;
	int64_t first = whole_run(s, "p", "reproduced", "reproduced");
	assert_int_equal(count_changes(s, first), 2);
	int64_t same = whole_run(s, "p", "reproduced", "reproduced");
	assert_int_equal(count_changes(s, same), 0);
	/* What a sample leaves out keeps its verdict, and nothing changed. */
	int64_t sampled = whole_run(s, "p", "sampled-out", "differs");
	assert_int_equal(count_changes(s, sampled), 1);
	OK(history_standing(s, &a, "rebuild", &r, &n, &fault));
	assert_int_equal(n, 2);
	assert_string_equal(r[0].verdict, "reproduced");
	assert_int_equal(r[0].run, same);
	assert_string_equal(r[1].verdict, "differs");
	OK(history_trend(s, &a, 100, &t, &n, &fault));
	assert_int_equal(n, 3);
	assert_non_null(strstr(t[2].counts, "\"differs\":1"));
	assert_non_null(strstr(t[0].counts, "\"reproduced\":2"));
	OK(history_jobs(s, &a, first, false, &jobs, &n, &fault));
	assert_int_equal(n, 1);
	assert_string_equal(jobs[0].log, "daemon/jobs/1.log");
	/* The plan asks the same and does not find "a" any more: it left the recipes. */
	whole_run(s, "p", NULL, "differs");
	OK(history_standing(s, &a, "rebuild", &r, &n, &fault));
	assert_int_equal(n, 1);
	assert_string_equal(r[0].output, "b");
	/* Another plan's question leaves it alone. */
	whole_run(s, "q", "reproduced", NULL);
	OK(history_standing(s, &a, "rebuild", &r, &n, &fault));
	assert_int_equal(n, 2);
	arena_release(&a);
	store_close(s);
}

static void test_prune(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct history_run *runs;
	struct strlist logs = STRLIST_INIT;
	size_t n;
	int64_t standing = whole_run(s, "p", "differs", NULL);
	for (int i = 0; i < 5; i++)
		whole_run(s, "", NULL, NULL);
	whole_run(s, "p", NULL, "reproduced");
	OK(history_prune(s, 0, 2, &logs, &fault));
	OK(history_runs(s, &a, NULL, 0, 10, &runs, &n, &fault));
	assert_int_equal(logs.n, 3);
	assert_int_equal(n, 4);
	/* One whose verdict stands is kept, however old. */
	nanosleep(&(struct timespec){0, 2000000}, NULL);
	OK(history_prune(s, 1000000, 0, &logs, &fault));
	OK(history_runs(s, &a, NULL, 0, 10, &runs, &n, &fault));
	assert_true(n >= 1);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(runs[i].plan, "p");
	assert_true(runs[n - 1].id > standing || runs[n - 1].id == standing);
	strlist_release(&logs);
	arena_release(&a);
	store_close(s);
}

static void test_messages(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct history_message *m;
	size_t n;
	struct strlist targets = STRLIST_INIT;
	struct history_run r = {.plan = "p",
				.cause = "test",
				.attempt = 1,
				.state = "running",
				.reason = "",
				.recipes = "",
				.revision = ""};
	int64_t run = 0;
	uint64_t waiting = 9, given_up = 9;
	OK(strlist_add(&targets, "ops"));
	OK(strlist_add(&targets, "hook"));
	OK(history_run_begin(s, &r, &run, &fault));
	OK(history_messages_plan(s, run, &targets, &fault));
	/* Once is enough, and before the run has ended there is nothing to say. */
	OK(history_messages_plan(s, run, &targets, &fault));
	OK(history_messages(s, &a, sys_now_ns(), &m, &n, &fault));
	assert_int_equal(n, 0);
	OK(history_run_end(s, run, "done", "", &fault));
	OK(history_message_counts(s, &waiting, &given_up, &fault));
	assert_int_equal(waiting, 2);
	assert_int_equal(given_up, 0);
	OK(history_messages(s, &a, sys_now_ns(), &m, &n, &fault));
	assert_int_equal(n, 2);
	m[1].state = "sent";
	OK(history_message_update(s, &m[1], &fault));
	strlist_release(&targets);
	m[0].attempts = 1;
	m[0].next_ns = sys_now_ns() + (int64_t)3600 * 1000000000;
	m[0].error = "no answer";
	OK(history_message_update(s, &m[0], &fault));
	OK(history_messages(s, &a, sys_now_ns(), &m, &n, &fault));
	assert_int_equal(n, 0);
	OK(history_messages_hurry(s, "hook", &fault));
	OK(history_messages(s, &a, sys_now_ns(), &m, &n, &fault));
	assert_int_equal(n, 0);
	OK(history_messages_hurry(s, "ops", &fault));
	OK(history_messages(s, &a, sys_now_ns(), &m, &n, &fault));
	assert_int_equal(n, 1);
	assert_string_equal(m[0].target, "ops");
	/* A clock that was set back: what would be due in years is due now. */
	m[0].next_ns = sys_now_ns() + (int64_t)10 * 365 * 86400 * 1000000000;
	OK(history_message_update(s, &m[0], &fault));
	OK(history_messages(s, &a, sys_now_ns(), &m, &n, &fault));
	assert_int_equal(n, 1);
	arena_release(&a);
	store_close(s);
}

static void test_rebuild_db(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct history_run *runs;
	struct history_result *r;
	struct store_rebuilt made;
	char path[512], file[600];
	size_t n;
	snprintf(path, sizeof path, "%s/store", (char *)*state);
	whole_run(s, "p", "reproduced", "differs");
	store_close(s);
	OK(store_rebuild_db(path, &made, &fault));
	assert_int_equal(made.runs, 1);
	assert_string_equal(made.history_lost, "");
	s = open_store(*state);
	OK(history_runs(s, &a, "p", 0, 10, &runs, &n, &fault));
	assert_int_equal(n, 1);
	OK(history_standing(s, &a, NULL, &r, &n, &fault));
	assert_int_equal(n, 2);
	/* Numbers go on where they were. */
	assert_true(whole_run(s, "p", NULL, NULL) > runs[0].id);
	store_close(s);
	/* A database that is no more one: the rest comes back, and that this does not is said. */
	snprintf(file, sizeof file, "%s/db.sqlite", path);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fputs("this is not a database", f);
	fclose(f);
	OK(store_rebuild_db(path, &made, &fault));
	assert_int_equal(made.runs, 0);
	assert_true(made.history_lost[0]);
	s = open_store(*state);
	assert_clean(s);
	store_close(s);
	arena_release(&a);
}

/* Records runs of two outputs each until killed; says each verdict once it is recorded. */
static void work(const char *dir, int fd)
{
	in_child = 1;
	struct store *s = open_store(dir);
	for (;;) {
		int64_t run = begin_run(s, "p"), job = begin_job(s, run), said[2] = {job, 0};
		for (said[1] = 1; said[1] <= 2; said[1]++) {
			put(s, job, said[1] == 1 ? "a" : "b", "running");
			put(s, job, said[1] == 1 ? "a" : "b",
			    job % 2 ? "reproduced" : "differs");
			if (write(fd, said, sizeof said) != sizeof said)
				_exit(8);
		}
		OK(history_job_end(s, job, "done", 0, &fault));
		OK(history_run_end(s, run, "done", "", &fault));
	}
}

static void test_kill(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	for (unsigned i = 0; i < KILLS; i++) {
		int fds[2];
		int64_t said[2] = {0}, last[2] = {0};
		size_t lost = 0, n;
		struct history_run *runs;
		struct history_result *r;
		assert_int_equal(pipe(fds), 0);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			close(fds[0]);
			work(*state, fds[1]);
		}
		close(fds[1]);
		nanosleep(&(struct timespec){0, 1000000 + (i * 7919 % 97) * 300000}, NULL);
		kill(pid, SIGKILL);
		while (read(fds[0], said, sizeof said) == sizeof said)
			memcpy(last, said, sizeof last);
		close(fds[0]);
		waitpid(pid, NULL, 0);
		OK(history_recover(s, &lost, &fault));
		assert_true(lost <= 1);
		OK(history_runs(s, &a, NULL, 0, 2, &runs, &n, &fault));
		for (size_t k = 0; k < n; k++)
			assert_string_not_equal(runs[k].state, "running");
		/* All that was said to be recorded is there, and stands. */
		bool found = !last[0];
		OK(history_standing(s, &a, "rebuild", &r, &n, &fault));
		for (size_t k = 0; k < n; k++)
			if (r[k].job >= last[0] &&
			    !strcmp(r[k].output, last[1] == 1 ? "a" : "b"))
				found = true;
		assert_true(found);
		arena_release(&a);
		a = (struct arena)ARENA_INIT;
	}
	assert_clean(s);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_empty, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_triggers, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_standing, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_prune, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_messages, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_rebuild_db, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_kill, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
