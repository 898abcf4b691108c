/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "base/arena.h"
#include "store/store.h"

/*
 * The history: runs, the jobs of each, what these found out, and what is to be told to whom. It is kept
 * in the store's database, in tables of its own (store/history.sql), which the first writer makes; to a
 * reader a store without them has an empty history. Every writing call is one transaction: what was
 * recorded survives SIGKILL and a power cut.
 *
 * States of runs and jobs: "running"; "done" (exit status 0, 2 or 3: it came to a verdict); "failed";
 * "skipped" (not begun); "cancelled" (on request); "lost" (who carried it out is gone).
 */

struct history_run {
	int64_t id;
	const char *plan;  /* "" = none */
	const char *cause; /* why it began */
	unsigned attempt;  /* from 1 on */
	const char *state, *reason;
	const char *recipes, *revision; /* folder, commit; "" = not known */
	const char *owner;              /* see history_owner */
	int64_t started_ns, ended_ns;   /* ended: 0 while it runs */
};

struct history_job {
	int64_t id, run;
	const char *command; /* JSON: list of arguments */
	const char *directory, *config;
	const char *state;
	int status;      /* exit status, 128 and a signal, -1 = none yet */
	const char *log; /* below the store's folder, or "" */
	int64_t started_ns, ended_ns;
};

struct history_result {
	int64_t id, job, run; /* run: filled in when read */
	const char *mode;     /* "build", "rebuild" or "peers" */
	const char *output;
	const char *verdict; /* "running" until there is one */
	struct digest drv;
	struct digest action, object, other; /* all zero: none */
	int64_t started_ns, ended_ns;
	uint64_t wall_ns;
	const char *detail; /* JSON object */
};

struct history_change {
	int64_t id, run, result;
	const char *mode, *output, *was, *now;
	int64_t at_ns;
};

struct history_trend {
	int64_t run, at_ns;
	const char *mode, *counts; /* counts: JSON object */
};

struct history_message {
	int64_t id, run;
	const char *target; /* name in the configuration */
	const char
	    *state; /* "planned" until the run ends, "waiting", "sent", "nothing", "given up" */
	unsigned attempts;
	int64_t next_ns, made_ns;
	const char *error;
};

/* What a plan watches beside the clock, and what was seen there. */
struct history_trigger {
	const char *plan, *watch; /* watch: "git URL BRANCH", "peer NAME", "sources TARGET…" */
	const char *seen;         /* what the newest run began with; "" = nothing yet */
	const char *pending;      /* what was seen since, and no run has begun with; or "" */
	const char *cause;        /* in words, of pending, else of seen */
	int64_t asked_ns;         /* when it was last asked for */
	unsigned failures;        /* answers that did not come since the last one that did */
	const char *error;        /* why not, or "" */
};

/* An output that is known: built here, or with a standing verdict. */
struct history_output {
	const char *name;
	struct digest drv, action, object; /* of the newest success; all zero: none */
	int64_t started_ns, ended_ns;      /* of that build */
	uint64_t wall_ns, max_rss;         /* its cost; bytes */
	uint64_t file_size;                /* bytes; 0 when the object is gone */
	const char *log;                   /* below the store's folder, or "" */
	const char *builder;               /* "" = this store */
};

/* ---- writing ---- */

/* Writes who this process is, so that others can tell whether it lives. RET: malloc'd, or NULL. */
char *history_owner(void);
/* Returns whether the process that OWNER names lives. */
bool history_owner_lives(const char *owner);

/* Begins a run: its id is set here; owner is this process. What its plan's triggers have pending is taken. */
int history_run_begin(struct store *s, const struct history_run *r, int64_t *ret_id,
		      struct fault *f);
/* Ends it, and takes down how the standing verdicts are by now. */
int history_run_end(struct store *s, int64_t run, const char *state, const char *reason,
		    struct fault *f);
/* Begins a job of run J->run; J->log may hold one "%s" for its id. */
int history_job_begin(struct store *s, const struct history_job *j, int64_t *ret_id,
		      struct fault *f);
/* Notes which recipes RUN uses, and at which commit. */
int history_run_recipes(struct store *s, int64_t run, const char *recipes, const char *revision,
			struct fault *f);
/* Notes which recipes JOB's run uses, and at which commit; with "" that stays as it was noted. */
int history_job_recipes(struct store *s, int64_t job, const char *recipes, const char *revision,
			struct fault *f);
/* Ends it; results that are still running become "interrupted". */
int history_job_end(struct store *s, int64_t job, const char *state, int status,
		    struct fault *f);
/*
 * Writes the N results R of one job, each in place of an earlier one of that job, mode and output. A
 * verdict other than "running", "interrupted" and "sampled-out" becomes the standing one, and when that
 * is another than before, the change is noted.
 */
int history_results_put(struct store *s, const struct history_result *r, size_t n,
			struct fault *f);
/* Notes what recipes say about derivations: N of them, DETAIL being JSON objects. */
int history_about_put(struct store *s, const struct digest *drvs, const char *const *names,
		      const char *const *details, size_t n, struct fault *f);
/* Makes runs and jobs whose owner is gone "lost". *RET gets how many runs. */
int history_recover(struct store *s, size_t *ret, struct fault *f);
/*
 * Forgets runs that ended longer than AGE_NS ago (0 = any age is kept), and of each plan those beyond the
 * newest KEEP (0 = any number), but none that has a standing verdict or an unsent message. The paths of
 * logs that nobody needs any more are added to LOGS.
 */
int history_prune(struct store *s, int64_t age_ns, unsigned keep, struct strlist *logs,
		  struct fault *f);

/*
 * Plans one message about RUN to each of TARGETS. When the run ends, however that comes, they wait to be
 * sent, in the transaction that ends it: so none is lost, and none is made twice.
 */
int history_messages_plan(struct store *s, int64_t run, const struct strlist *targets,
			  struct fault *f);
/* Has the messages that wait for TARGET tried now: how it is reached has changed. */
int history_messages_hurry(struct store *s, const char *target, struct fault *f);
/* Notes what became of an attempt to send message M (its state, attempts, next_ns, error). */
int history_message_update(struct store *s, const struct history_message *m, struct fault *f);

/*
 * Notes what was found when what a plan watches was asked for: T's pending, cause, failures, error; all but plan and
 * watch may be "". What is pending is taken by the next run of the plan, in the transaction that begins it.
 */
int history_trigger_put(struct store *s, const struct history_trigger *t, struct fault *f);
/* Forgets what PLAN no longer watches: all but the watches KEEP. */
int history_triggers_keep(struct store *s, const char *plan, const struct strlist *keep,
			  struct fault *f);

/* ---- reading; arrays and strings live in A ---- */

enum { HISTORY_ALL = 1 << 30 };

/* Lists runs, newest first: of PLAN (NULL = all), with ids below BEFORE (0 = all), at most MAX. */
int history_runs(struct store *s, struct arena *a, const char *plan, int64_t before, int max,
		 struct history_run **ret, size_t *ret_n, struct fault *f);
/* Finds one. ERR_MISSING without a fault text. */
int history_run(struct store *s, struct arena *a, int64_t id, struct history_run *ret);
int history_job(struct store *s, struct arena *a, int64_t id, struct history_job *ret);
/* Lists the jobs of RUN (0 = of all runs), oldest first; RUNNING: those only. */
int history_jobs(struct store *s, struct arena *a, int64_t run, bool running,
		 struct history_job **ret, size_t *ret_n, struct fault *f);
/* Lists the results of RUN, in the order they came. */
int history_results(struct store *s, struct arena *a, int64_t run, struct history_result **ret,
		    size_t *ret_n, struct fault *f);
/* Lists the results about OUTPUT (NULL = all outputs), newest first, at most MAX. */
int history_results_of(struct store *s, struct arena *a, const char *output, int max,
		       struct history_result **ret, size_t *ret_n, struct fault *f);
/* Lists the standing results of MODE (NULL = all), sorted by output. */
int history_standing(struct store *s, struct arena *a, const char *mode,
		     struct history_result **ret, size_t *ret_n, struct fault *f);
/* Finds one result. ERR_MISSING without a fault text. */
int history_result(struct store *s, struct arena *a, int64_t id, struct history_result *ret);
/* Lists changes, newest first: of RUN (0 = all), at most MAX. */
int history_changes(struct store *s, struct arena *a, int64_t run, int max,
		    struct history_change **ret, size_t *ret_n, struct fault *f);
/* Lists the trend, oldest first, the newest MAX points. */
int history_trend(struct store *s, struct arena *a, int max, struct history_trend **ret,
		  size_t *ret_n, struct fault *f);
/* Lists how the standing verdicts are now, a row a mode, as history_trend has them. */
int history_now(struct store *s, struct arena *a, struct history_trend **ret, size_t *ret_n,
		struct fault *f);
/* Returns what was noted about derivation DRV, or NULL. */
const char *history_about(struct store *s, struct arena *a, const struct digest *drv);
/* Lists the outputs that were built here or taken over, sorted by name, the newest of each name. */
int history_outputs(struct store *s, struct arena *a, struct history_output **ret,
		    size_t *ret_n, struct fault *f);
/*
 * Lists messages that wait and are due by NOW_NS, oldest first; also those due more than a day later, which
 * a clock that has been set back since has left there.
 */
int history_messages(struct store *s, struct arena *a, int64_t now_ns,
		     struct history_message **ret, size_t *ret_n, struct fault *f);
/* Lists what is watched, by PLAN (NULL = by all), sorted. */
int history_triggers(struct store *s, struct arena *a, const char *plan,
		     struct history_trigger **ret, size_t *ret_n, struct fault *f);
/* Counts messages by state: waiting and given up. */
int history_message_counts(struct store *s, uint64_t *ret_waiting, uint64_t *ret_given_up,
			   struct fault *f);
/* Returns a number that changes with what these functions read, or negative. */
int64_t history_generation(struct store *s);

#endif
