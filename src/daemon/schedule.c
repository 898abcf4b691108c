/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "daemon/log.h"
#include "daemon/schedule_run.h"
#include "daemon/trigger.h"
#include "json/json.h"
#include "json/write.h"

enum {
	DAY = 86400,
	LOOK_S = 60,     /* look at the clock at least so often: it may be set */
	RETRY_S = 3600,  /* try a plan again after the disk was full */
	PRUNE_S = 3600,  /* forget old runs so often */
	FILE_MAX = 65536 /* bytes of the file of last times */
};

/* One plan. */
struct entry {
	struct daemon_plan plan; /* owned */
	int64_t last;            /* when it was last started, seconds; 0 = never */
	int64_t not_before;      /* seconds: a retry */
	int status;              /* of its last run; -1 = none yet */
	unsigned attempt;        /* of its last run, from 1 on; 0 = none, or it did not fail */
	int64_t retry;           /* seconds: when it is tried again; 0 = not */
	char cause[64];          /* why somebody wants it to run next; "" */
	bool triggered;          /* something may be pending for it in the history */
	bool waits;              /* for the first answer of its branch: there are no recipes */
	bool running, dropped;   /* its commands run; it left the configuration meanwhile */
};

struct schedule {
	struct jobs *js;
	char *state, *file;   /* the store's folder; where last times are kept */
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t wake;
	pthread_t thread;
	_Atomic bool stopping;
	bool threaded;
	struct entry **entries;
	size_t n, cap;
	char *recipes;
	uint64_t min_free;
	bool collects; /* the configuration lets us collect garbage */
	uint64_t gc_older_than_s, gc_keep_built_s;
	struct daemon_history *history; /* borrowed */
	struct outbox *outbox;          /* borrowed */
	uint64_t history_keep_s;
	unsigned history_runs;
	int64_t pruned; /* seconds: when old runs were last forgotten */
};

static int64_t now_s(void)
{
	return sys_now_ns() / 1000000000;
}

int64_t schedule_due(const struct daemon_plan *p, int64_t last, int64_t now)
{
	if (last > now)
		last = now; /* the clock was set back */
	if (p->every_s)
		return last ? last + (int64_t)p->every_s : now;
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < p->nat; i++) {
		int64_t t = last - last % DAY + (int64_t)p->at[i] * 60;
		if (t <= last)
			t += DAY;
		if (t < first)
			first = t;
	}
	return first;
}

uint64_t schedule_pause(const struct daemon_plan *p, unsigned attempt)
{
	uint64_t pause = p->pause_s;
	for (unsigned i = 1; i < attempt && pause < DAY; i++)
		pause *= 2;
	return pause < DAY || pause == p->pause_s ? pause : DAY;
}

static int64_t entry_due(const struct entry *e, int64_t now)
{
	int64_t due = schedule_due(&e->plan, e->last, now);
	if (*e->cause)
		return now;
	if (e->waits)
		return INT64_MAX;
	if (e->triggered)
		due = now;
	/* What lies further off than we ever put it was meant for a clock that has been set back. */
	if (e->retry && e->retry - now > (int64_t)schedule_pause(&e->plan, e->attempt))
		return now;
	if (e->retry && e->retry < due)
		due = e->retry;
	return due > e->not_before || e->not_before - now > RETRY_S ? due : e->not_before;
}

/* ---- entries ---- */

static void entry_free(struct entry *e)
{
	if (!e)
		return;
	daemon_plan_release(&e->plan);
	free(e);
}

/* Copies P. NULL when out of memory. */
static struct entry *entry_new(const struct daemon_plan *p)
{
	struct entry *e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	e->status = -1;
	if (daemon_plan_copy(p, &e->plan) < 0) {
		entry_free(e);
		return NULL;
	}
	return e;
}

/* Adds a copy of P; one of that name in OLD hands down what is known of it. */
static int add_entry(struct schedule *s, const struct daemon_plan *p, struct entry **old,
		     size_t nold)
{
	struct entry **all = vec_grow(s->entries, &s->cap, s->n + 1, sizeof *all);
	if (!all)
		return -ENOMEM;
	s->entries = all;
	struct entry *e = entry_new(p);
	if (!e)
		return -ENOMEM;
	for (size_t i = 0; i < nold; i++)
		if (strcmp(old[i]->plan.name, p->name) == 0) {
			e->last = old[i]->last;
			e->status = old[i]->status;
			e->attempt = old[i]->attempt;
			e->retry = old[i]->retry;
			memcpy(e->cause, old[i]->cause, sizeof e->cause);
			e->not_before = old[i]->not_before;
		}
	s->entries[s->n++] = e;
	return 0;
}

/* Adds the collection of garbage as a plan. */
static int add_gc(struct schedule *s, const struct daemon_config *c, struct entry **old,
		  size_t nold)
{
	static char name[] = SCHEDULE_GC;
	struct strlist command = STRLIST_INIT;
	int r = schedule_gc_command(&command, c->gc_older_than_s, c->gc_keep_built_s);
	struct daemon_plan p = {
	    .name = name, .every_s = c->gc_every_s, .run = &command, .nrun = 1};
	if (r == 0)
		r = add_entry(s, &p, old, nold);
	strlist_release(&command);
	return r;
}

/* Fills the entries from C. The lock is held or there is no thread yet. */
static int fill(struct schedule *s, const struct daemon_config *c)
{
	struct entry **old = s->entries;
	size_t nold = s->n, cap = s->cap;
	int r = 0;
	s->entries = NULL;
	s->n = s->cap = 0;
	for (size_t i = 0; r == 0 && i < c->nplans; i++)
		r = add_entry(s, &c->plans[i], old, nold);
	if (r == 0 && c->gc_every_s)
		r = add_gc(s, c, old, nold);
	char *recipes = c->recipes ? strdup(c->recipes) : NULL;
	if (c->recipes && !recipes)
		r = -ENOMEM;
	if (r < 0) {
		for (size_t i = 0; i < s->n; i++)
			entry_free(s->entries[i]);
		free(s->entries);
		free(recipes);
		s->entries = old;
		s->n = nold;
		s->cap = cap;
		return r;
	}
	for (size_t i = 0; i < nold; i++)
		if (old[i]->running)
			old[i]->dropped = true; /* its run frees it */
		else
			entry_free(old[i]);
	free(old);
	free(s->recipes);
	s->recipes = recipes;
	s->min_free = c->min_free;
	s->collects = c->gc_every_s > 0;
	s->gc_older_than_s = c->gc_older_than_s;
	s->gc_keep_built_s = c->gc_keep_built_s;
	s->history_keep_s = c->history_keep_s;
	s->history_runs = c->history_runs;
	return 0;
}

/* ---- last times ---- */

/* Reads the file: lines "NAME SECONDS". What it lacks was never started; no file: nothing was. */
static int load(struct schedule *s, struct fault *f)
{
	struct buf b = BUF_INIT;
	char *save = NULL, name[128];
	long long when;
	int64_t now = now_s();
	int r = file_read_if_there(s->file, FILE_MAX, &b, f);
	if (r == 0 && b.len)
		for (char *line = strtok_r(b.ptr, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			if (sscanf(line, "%127s %lld", name, &when) != 2)
				continue;
			for (size_t i = 0; i < s->n; i++)
				if (strcmp(s->entries[i]->plan.name, name) == 0)
					s->entries[i]->last = when;
		}
	buf_release(&b);
	for (size_t i = 0; i < s->n; i++)
		if (!s->entries[i]->last && s->entries[i]->plan.nat)
			s->entries[i]->last = now; /* wait for its first time of day */
	return r;
}

/* Writes the file. The lock is held. */
static void save(struct schedule *s)
{
	struct buf b = BUF_INIT;
	struct fault f = FAULT_INIT;
	for (size_t i = 0; i < s->n; i++)
		buf_addf(&b, "%s %" PRId64 "\n", s->entries[i]->plan.name, s->entries[i]->last);
	if (file_write_atomic(s->file, buf_str(&b), b.len, 0644, &f) < 0)
		daemon_log_fault("schedule", &f);
	buf_release(&b);
}

/* ---- running ---- */

/* Decides whether and when E, whose run ended in STATE, is tried again. The lock is held. */
static void plan_retry(struct entry *e, const char *state)
{
	bool again = strcmp(state, "failed") == 0 || strcmp(state, "lost") == 0;
	e->retry = 0;
	if (!again || e->attempt > e->plan.retries) {
		e->attempt = again ? e->attempt : 0;
		return;
	}
	uint64_t pause = schedule_pause(&e->plan, e->attempt);
	e->retry = now_s() + (int64_t)pause;
	daemon_log_about(&(struct log_about){.plan = e->plan.name}, LOG_LEVEL_INFO,
			 "%s: attempt %u of %u failed; next one in %" PRIu64 " s at the latest",
			 e->plan.name, e->attempt, e->plan.retries + 1, pause);
}

/* Makes why E runs. DUE: by the clock; RETRIED: for it failed. Nothing is added: there is no reason any more. */
static void find_cause(struct schedule *s, const struct entry *e, const char *asked, bool due,
		       bool retried, struct buf *ret)
{
	if (*asked)
		buf_adds(ret, asked);
	else if (retried)
		buf_adds(ret, "retry after a failure");
	if (e->plan.ntriggers)
		trigger_causes(s->history, e->plan.name, ret);
	if (due && !ret->len)
		buf_adds(ret, "clock");
}

/* Puts what E knows after its run into the entry that a reload has put in its place, and frees E. */
static void hand_over(struct schedule *s, struct entry *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->entries[i]->plan.name, e->plan.name) == 0) {
			s->entries[i]->status = e->status;
			s->entries[i]->attempt = e->attempt;
			s->entries[i]->retry = e->retry;
		}
	entry_free(e);
}

/* Carries out E, which is due. The lock is held, and given up meanwhile. */
static void run_entry(struct schedule *s, struct entry *e)
{
	int64_t before = e->last, now = now_s();
	char asked[sizeof e->cause];
	struct buf cause = BUF_INIT;
	struct schedule_outcome got = {.state = "skipped"};
	bool retried = e->retry && e->retry <= now && !*e->cause;
	bool due = schedule_due(&e->plan, e->last, now) <= now;
	FREE_PTR char *recipes = e->plan.recipes ? strdup(e->plan.recipes)
				 : s->recipes    ? strdup(s->recipes)
						 : NULL;
	struct schedule_run run = {.jobs = s->js,
				   .history = s->history,
				   .state = s->state,
				   .plan = &e->plan,
				   .recipes = recipes,
				   .min_free = s->min_free,
				   .collects = s->collects,
				   .gc_older_than_s = s->gc_older_than_s,
				   .gc_keep_built_s = s->gc_keep_built_s,
				   .stopping = &s->stopping};
	memcpy(asked, e->cause, sizeof asked);
	e->cause[0] = '\0';
	e->triggered = false;
	e->running = true;
	pthread_mutex_unlock(&s->lock);
	find_cause(s, e, asked, due, retried, &cause);
	pthread_mutex_lock(&s->lock);
	/* What a trigger saw may have been taken by the run before. */
	if (cause.len) {
		run.attempt = e->attempt = retried ? e->attempt + 1 : 1;
		run.cause = buf_str(&cause);
		/* A retry does not move the times of the clock. */
		e->last = retried ? e->last : now_s();
		save(s);
		pthread_mutex_unlock(&s->lock);
		schedule_run(&run, &got);
		outbox_wake(s->outbox);
		pthread_mutex_lock(&s->lock);
		if (!got.begun) {
			e->last = before;
			e->not_before = now_s() + RETRY_S;
			e->triggered = e->plan.ntriggers > 0;
		} else {
			e->status = got.status;
			plan_retry(e, got.state);
		}
	}
	e->running = false;
	if (e->dropped)
		hand_over(s, e);
	save(s);
	buf_release(&cause);
}

/*
 * Forgets old runs now and then. The lock is held, and given up meanwhile. Returns whether it was: who asked for a run
 * then has not been heard.
 */
static bool prune(struct schedule *s)
{
	uint64_t keep = s->history_keep_s;
	unsigned runs = s->history_runs;
	if (now_s() < s->pruned + PRUNE_S && now_s() >= s->pruned)
		return false;
	s->pruned = now_s();
	pthread_mutex_unlock(&s->lock);
	daemon_history_prune(s->history, keep, runs);
	pthread_mutex_lock(&s->lock);
	return true;
}

static void *schedule_main(void *arg)
{
	struct schedule *s = arg;
	pthread_mutex_lock(&s->lock);
	while (!s->stopping) {
		struct entry *next = NULL;
		int64_t now = now_s(), due = now + LOOK_S;
		for (size_t i = 0; i < s->n; i++) {
			int64_t t = entry_due(s->entries[i], now);
			if (t <= due && (!next || t < due)) {
				next = s->entries[i];
				due = t;
			}
		}
		if (next && due <= now) {
			run_entry(s, next);
			continue;
		}
		if (prune(s))
			continue;
		/* By a clock that nobody sets: it is looked at the other one often enough. */
		struct timespec t;
		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_sec += due > now ? due - now : 0;
		pthread_cond_timedwait(&s->wake, &s->lock, &t);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Finds what the history has about E: a run that failed or was cut short is tried again, what is pending is run. */
static int recall(void *ctx, struct store *st)
{
	struct entry *e = ctx;
	struct arena a = ARENA_INIT;
	struct history_run *runs;
	struct history_trigger *triggers;
	const struct trigger *git = trigger_find(&e->plan, TRIGGER_GIT);
	size_t n = 0;
	int r = history_runs(st, &a, e->plan.name, 0, 1, &runs, &n, NULL);
	if (r == 0 && n && !e->attempt) {
		bool again =
		    strcmp(runs[0].state, "failed") == 0 || strcmp(runs[0].state, "lost") == 0;
		e->attempt = again ? runs[0].attempt : 0;
		if (again && e->attempt <= e->plan.retries)
			e->retry = runs[0].ended_ns / 1000000000 +
				   (int64_t)schedule_pause(&e->plan, e->attempt);
	}
	e->waits = git != NULL;
	if (r == 0)
		r = history_triggers(st, &a, e->plan.name, &triggers, &n, NULL);
	for (size_t i = 0; r == 0 && i < n; i++) {
		e->triggered |= *triggers[i].pending != '\0';
		if (git && strcmp(triggers[i].watch, git->watch) == 0)
			e->waits = !*triggers[i].seen && !*triggers[i].pending;
	}
	arena_release(&a);
	return r;
}

int schedule_new(const struct schedule_world *w, const struct daemon_config *c,
		 struct schedule **ret, struct fault *f)
{
	pthread_condattr_t attr;
	struct schedule *s = calloc(1, sizeof *s);
	if (!s)
		return fault_set(f, -ENOMEM, "cannot start the schedule:");
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	s->js = w->jobs;
	s->history = w->history;
	s->outbox = w->outbox;
	s->state = strdup(c->state);
	FREE_PTR char *dir = path_join(c->state, "daemon");
	s->file = dir ? path_join(dir, "schedule") : NULL;
	int r = s->state && s->file ? fill(s, c) : -ENOMEM;
	if (r == 0)
		r = file_mkdirs(dir, f);
	if (r == 0)
		r = load(s, f);
	for (size_t i = 0; r == 0 && i < s->n; i++)
		daemon_history_with(s->history, recall, s->entries[i]);
	if (r < 0) {
		schedule_free(s);
		return f && f->code ? r : fault_set(f, r, "cannot start the schedule:");
	}
	*ret = s;
	return 0;
}

int schedule_start(struct schedule *s, struct fault *f)
{
	if (pthread_create(&s->thread, NULL, schedule_main, s) != 0)
		return fault_set(f, -EAGAIN, "cannot start the schedule:");
	s->threaded = true;
	return 0;
}

void schedule_metrics(void *ctx, struct buf *ret)
{
	struct schedule_counts n;
	schedule_count(ctx, &n);
	buf_addf(ret,
		 "# HELP boot_hurd_plans Plans by what they do.\n"
		 "# TYPE boot_hurd_plans gauge\n"
		 "boot_hurd_plans{state=\"running\"} %zu\n"
		 "boot_hurd_plans{state=\"queued\"} %zu\n"
		 "boot_hurd_plans{state=\"retrying\"} %zu\n"
		 "boot_hurd_plans{state=\"idle\"} %zu\n",
		 n.running, n.waiting, n.retries, n.plans - n.running - n.waiting - n.retries);
}

int schedule_reload(struct schedule *s, const struct daemon_config *c, struct fault *f)
{
	pthread_mutex_lock(&s->lock);
	int r = fill(s, c);
	for (size_t i = 0; r == 0 && i < s->n; i++) {
		if (!s->entries[i]->last && s->entries[i]->plan.nat)
			s->entries[i]->last = now_s();
		if (s->entries[i]->plan.ntriggers)
			daemon_history_with(s->history, recall, s->entries[i]);
	}
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	return r < 0 ? fault_set(f, r, "cannot take over the schedule:") : 0;
}

int schedule_run_now(struct schedule *s, const char *plan, const char *cause)
{
	int r = ERR_MISSING;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->entries[i]->plan.name, plan) == 0) {
			snprintf(s->entries[i]->cause, sizeof s->entries[i]->cause, "%s",
				 cause);
			s->entries[i]->not_before = 0;
			r = 0;
		}
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	return r;
}

void schedule_fire(void *ctx, const char *plan)
{
	struct schedule *s = ctx;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->entries[i]->plan.name, plan) == 0) {
			s->entries[i]->triggered = true;
			s->entries[i]->waits = false;
			s->entries[i]->not_before = 0;
		}
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void schedule_stop(struct schedule *s)
{
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void schedule_free(struct schedule *s)
{
	if (!s)
		return;
	schedule_stop(s);
	if (s->threaded)
		pthread_join(s->thread, NULL);
	for (size_t i = 0; i < s->n; i++)
		entry_free(s->entries[i]);
	free(s->entries);
	free(s->recipes);
	free(s->state);
	free(s->file);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void schedule_count(struct schedule *s, struct schedule_counts *ret)
{
	*ret = (struct schedule_counts){.next = INT64_MAX};
	pthread_mutex_lock(&s->lock);
	int64_t now = now_s();
	for (size_t i = 0; i < s->n; i++) {
		const struct entry *e = s->entries[i];
		int64_t due = entry_due(e, now);
		ret->plans++;
		bool waits = !e->running && due <= now;
		ret->running += e->running;
		ret->waiting += waits;
		ret->retries += e->retry && !waits && !e->running;
		if (!e->running && due < ret->next) {
			ret->next = due;
			snprintf(ret->name, sizeof ret->name, "%s", e->plan.name);
		}
	}
	pthread_mutex_unlock(&s->lock);
}

void schedule_list(struct schedule *s, struct buf *ret)
{
	pthread_mutex_lock(&s->lock);
	int64_t now = now_s();
	json_open_array(ret, NULL);
	for (size_t i = 0; i < s->n; i++) {
		const struct entry *e = s->entries[i];
		json_open(ret, NULL);
		json_put(ret, "name", e->plan.name);
		json_put_integer(ret, "last", e->last);
		int64_t due = entry_due(e, now);
		if (due == INT64_MAX)
			json_put_null(ret, "next");
		else
			json_put_integer(ret, "next", due);
		json_put_flag(ret, "running", e->running);
		if (e->status >= 0)
			json_put_integer(ret, "status", e->status);
		if (e->retry) {
			json_put_number(ret, "attempt", e->attempt);
			json_put_integer(ret, "retry", e->retry);
		}
		json_close(ret);
	}
	json_close_array(ret);
	pthread_mutex_unlock(&s->lock);
}
