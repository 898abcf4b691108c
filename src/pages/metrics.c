/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/path.h"
#include "pages/internal.h"

/* What Prometheus reads, in its text format. */

enum { RUNS = 1000, PEERS_MAX = 1 << 20 };

/* Begins a family of gauges. */
static void family(struct buf *b, const char *name, const char *help)
{
	buf_addf(b, "# HELP boot_hurd_%s %s\n# TYPE boot_hurd_%s gauge\n", name, help, name);
}

/* Returns whether run I is the newest of its plan that ended, and was begun at all. */
static bool is_last(const struct history_run *runs, size_t i)
{
	if (!runs[i].ended_ns || strcmp(runs[i].state, "skipped") == 0)
		return false;
	for (size_t k = 0; k < i; k++)
		if (strcmp(runs[k].plan, runs[i].plan) == 0 && runs[k].ended_ns &&
		    strcmp(runs[k].state, "skipped") != 0)
			return false;
	return true;
}

/* Adds what is known of peers, from peers/answered (peers/look.h). */
static void add_peers(struct request *q)
{
	static const char *const names[] = {"peer_last_answer_timestamp_seconds",
					    "peer_index_timestamp_seconds"};
	static const char *const help[] = {"When a peer last answered.",
					   "Of when the newest index of a peer is."};
	char peer[128];
	unsigned long long t[2];
	struct buf b = BUF_INIT;
	FREE_PTR char *file = path_join(q->p->o.state, "peers/answered");
	if (!file || file_read_if_there(file, PEERS_MAX, &b, NULL) < 0)
		return;
	for (size_t k = 0; k < 2; k++) {
		family(q->b, names[k], help[k]);
		for (const char *line = buf_str(&b); *line;
		     line += strcspn(line, "\n"), line += *line != 0)
			if (sscanf(line, "%127s %llu %llu", peer, &t[0], &t[1]) == 3 &&
			    path_is_name(view_of(peer)))
				buf_addf(q->b, "boot_hurd_%s{peer=\"%s\"} %llu\n", names[k],
					 peer, t[k]);
	}
	buf_release(&b);
}

/* Adds what becomes of alarms. */
static int add_messages(struct request *q)
{
	uint64_t waiting = 0, given_up = 0;
	int r = history_message_counts(q->p->s, &waiting, &given_up, q->f);
	if (r < 0)
		return r;
	family(q->b, "messages", "Alarms by what became of them.");
	buf_addf(q->b,
		 "boot_hurd_messages{state=\"waiting\"} %" PRIu64
		 "\nboot_hurd_messages{state=\"given up\"} %" PRIu64 "\n",
		 waiting, given_up);
	return 0;
}

/* Returns whether VERDICT says that bits were compared. */
static bool is_covered(const char *verdict)
{
	static const char *const not [] = {"baseline-only", "sampled-out", "unchecked",
					   "failed"};
	for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
		if (strcmp(verdict, not [i]) == 0)
			return false;
	return true;
}

/* Adds how often what plans watch has not answered. */
static int add_triggers(struct request *q)
{
	struct history_trigger *t;
	size_t n = 0, failing = 0, pending = 0;
	int r = history_triggers(q->p->s, &q->arena, NULL, &t, &n, q->f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		failing += t[i].failures > 0;
		pending += *t[i].pending != '\0';
	}
	family(q->b, "triggers", "What plans watch beside the clock.");
	buf_addf(q->b,
		 "boot_hurd_triggers{state=\"all\"} %zu\n"
		 "boot_hurd_triggers{state=\"failing\"} %zu\n"
		 "boot_hurd_triggers{state=\"pending\"} %zu\n",
		 n, failing, pending);
	return r;
}

int page_metrics(struct request *q, const char *name)
{
	struct history_run *runs;
	struct history_job *jobs;
	size_t n = 0, running = 0;
	struct statvfs v;
	uint64_t bytes = 0;
	(void)name;
	int r = history_runs(q->p->s, &q->arena, NULL, 0, RUNS, &runs, &n, q->f);
	if (r == 0)
		r = history_jobs(q->p->s, &q->arena, 0, true, &jobs, &running, q->f);
	if (r < 0)
		return r;
	family(q->b, "outputs", "Outputs by standing verdict.");
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		buf_addf(q->b, "boot_hurd_outputs{verdict=\"%s\"} %zu\n", MODEL_WORDS[i],
			 q->m->counts[i]);
	family(q->b, "reproduced_ratio", "Share of the outputs that are reproduced.");
	buf_addf(q->b, "boot_hurd_reproduced_ratio %.6f\n",
		 q->m->n ? (double)q->m->counts[0] / (double)q->m->n : 0);
	size_t checked = 0;
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		checked += is_covered(MODEL_WORDS[i]) ? q->m->counts[i] : 0;
	family(q->b, "coverage_ratio",
	       "Share of the outputs that were built again or compared with others'.");
	buf_addf(q->b, "boot_hurd_coverage_ratio %.6f\n",
		 q->m->n ? (double)checked / (double)q->m->n : 0);
	family(q->b, "last_run_end_timestamp_seconds", "When the last run of a plan ended.");
	for (size_t i = 0; i < n; i++)
		if (is_last(runs, i))
			buf_addf(q->b,
				 "boot_hurd_last_run_end_timestamp_seconds{plan=\"%s\"} %.3f\n",
				 runs[i].plan, (double)runs[i].ended_ns / 1e9);
	family(q->b, "last_run_duration_seconds", "How long the last run of a plan took.");
	for (size_t i = 0; i < n; i++)
		if (is_last(runs, i))
			buf_addf(q->b,
				 "boot_hurd_last_run_duration_seconds{plan=\"%s\"} %.3f\n",
				 runs[i].plan,
				 (double)(runs[i].ended_ns - runs[i].started_ns) / 1e9);
	family(q->b, "last_run_done", "1 when the last run of a plan came to a verdict.");
	for (size_t i = 0; i < n; i++)
		if (is_last(runs, i))
			buf_addf(q->b, "boot_hurd_last_run_done{plan=\"%s\"} %d\n",
				 runs[i].plan, strcmp(runs[i].state, "done") == 0);
	family(q->b, "jobs_running", "Jobs that run.");
	buf_addf(q->b, "boot_hurd_jobs_running %zu\n", running);
	for (size_t i = 0; i < q->m->n; i++)
		bytes += q->m->outputs[i].built.file_size;
	family(q->b, "output_bytes", "Bytes in the newest object of each output.");
	buf_addf(q->b, "boot_hurd_output_bytes %" PRIu64 "\n", bytes);
	add_peers(q);
	if (q->p->o.metrics)
		q->p->o.metrics(q->p->o.ctx, q->b);
	r = add_messages(q);
	if (r == 0)
		r = add_triggers(q);
	if (r < 0)
		return r;
	if (statvfs(q->p->o.state, &v) == 0) {
		family(q->b, "free_bytes", "Bytes free on the disk of the store.");
		buf_addf(q->b, "boot_hurd_free_bytes %" PRIu64 "\n",
			 (uint64_t)v.f_bavail * v.f_frsize);
	}
	return 0;
}
