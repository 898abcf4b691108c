/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts a value of any kind into a column of the history, which somebody may have changed or a disk damaged, and
 * reads all of it: it comes, or there is a fault that says why it does not.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hash/sha256.h"
#include "store/history.h"
#include "store/internal.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store *s;

static const char *const columns[] = {
    "runs SET plan",         "runs SET cause",     "runs SET attempt",    "runs SET state",
    "runs SET owner",        "runs SET ended_ns",  "jobs SET command",    "jobs SET status",
    "jobs SET log",          "results SET mode",   "results SET output",  "results SET verdict",
    "results SET drv",       "results SET object", "results SET wall_ns", "results SET detail",
    "results SET started_ns"};

static void set_up(void)
{
	struct history_run run = {.plan = "p",
				  .cause = "clock",
				  .attempt = 1,
				  .state = "",
				  .reason = "",
				  .recipes = "",
				  .revision = "",
				  .owner = ""};
	struct history_job job = {
	    .command = "[\"build\"]", .directory = "", .config = "", .state = "", .log = ""};
	struct history_result result = {.mode = "rebuild",
					.output = "x",
					.verdict = "differs",
					.detail = "{}",
					.drv = {{1}},
					.action = {{2}},
					.object = {{3}},
					.other = {{4}},
					.ended_ns = 9};
	if (s)
		return;
	must(hash_setup(NULL) == 0);
	must(store_open(fuzz_folder(), STORE_CREATE, &s, NULL) == 0);
	must(history_run_begin(s, &run, &job.run, NULL) == 0);
	must(history_job_begin(s, &job, &result.job, NULL) == 0);
	must(history_results_put(s, &result, 1, NULL) == 0);
	/* What comes is not written for good: the next input begins with the rows above. */
	must(sqlite3_exec(s->db, "PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0",
			  NULL, NULL, NULL) == SQLITE_OK);
}

/* Puts the value into the column. Returns whether the table takes it. */
static bool put(const uint8_t *data, size_t size)
{
	char sql[128];
	sqlite3_stmt *st = NULL;
	int64_t n = 0;
	const size_t ncolumns = sizeof columns / sizeof *columns;
	snprintf(sql, sizeof sql, "UPDATE %s = ?1", columns[data[0] % ncolumns]);
	must(sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK);
	memcpy(&n, data + 2, size - 2 < sizeof n ? size - 2 : sizeof n);
	if (data[1] % 4 == 0)
		sqlite3_bind_text(st, 1, (const char *)data + 2, (int)size - 2, SQLITE_STATIC);
	else if (data[1] % 4 == 1)
		sqlite3_bind_blob(st, 1, data + 2, (int)size - 2, SQLITE_STATIC);
	else if (data[1] % 4 == 2)
		sqlite3_bind_int64(st, 1, n);
	else
		sqlite3_bind_double(st, 1, (double)n / 3);
	bool ok = sqlite3_step(st) == SQLITE_DONE;
	sqlite3_finalize(st);
	return ok;
}

static void read_all(void)
{
	struct arena a = ARENA_INIT;
	struct history_run *runs = NULL;
	struct history_job *jobs = NULL;
	struct history_result *results = NULL;
	struct history_change *changes = NULL;
	struct history_trend *trend = NULL;
	struct history_output *outputs = NULL;
	struct history_message *messages = NULL;
	struct fault f[8] = {FAULT_INIT};
	size_t n;
	const int r[] = {
	    history_runs(s, &a, NULL, 0, HISTORY_ALL, &runs, &n, &f[0]),
	    history_jobs(s, &a, 0, false, &jobs, &n, &f[1]),
	    history_results_of(s, &a, NULL, HISTORY_ALL, &results, &n, &f[2]),
	    history_standing(s, &a, NULL, &results, &n, &f[3]),
	    history_changes(s, &a, 0, HISTORY_ALL, &changes, &n, &f[4]),
	    history_trend(s, &a, HISTORY_ALL, &trend, &n, &f[5]),
	    history_outputs(s, &a, &outputs, &n, &f[6]),
	    history_messages(s, &a, 0, &messages, &n, &f[7]),
	};
	for (size_t i = 0; i < sizeof r / sizeof *r; i++)
		must(r[i] == 0 || (r[i] < 0 && f[i].what[0]));
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	set_up();
	must(sqlite3_exec(s->db, "SAVEPOINT fuzz", NULL, NULL, NULL) == SQLITE_OK);
	if (put(data, size))
		read_all();
	must(sqlite3_exec(s->db, "ROLLBACK TO fuzz; RELEASE fuzz", NULL, NULL, NULL) ==
	     SQLITE_OK);
	return 0;
}
