/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/slurm.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/path.h"
#include "base/program.h"
#include "base/sys.h"
#include "base/vec.h"
#include "engine/internal.h"
#include "engine/plan.h"
#include "engine/exchange.h"
#include "engine/slurm_queue.h"

enum {
	SUBMIT_S = 300, /* sbatch tries for two minutes by itself */
	GRACE_S =
	    10, /* an answer may be seen later than the end of its job, on a network's disk */
	SLACK_S = 900, /* a job's time for all but the build: what goes to and fro */
	TICK_MS = 250,
	PAUSE_MAX_S = 60,
};
static const uint64_t SLACK_BYTES = 512 << 20; /* a job's memory for all but the build */
static const int64_t NS = 1000000000;

/* What a job runs: its words, with the state of the node it is on. */
static const char SCRIPT[] = "#!/bin/sh\n"
			     "# Made by boot-hurd: carries out one action on this node.\n"
			     "export BOOT_HURD_STATE=\"$1/${SLURMD_NODENAME:?}\" "
			     "PATH=/usr/local/bin:/usr/bin:/bin\n"
			     "shift\n"
			     "exec \"$@\"\n";

struct slurm {
	struct slurm_options o;
	struct node_exchange exchange;
	struct slurm_queue *queue;
	struct executor executor;
	pthread_mutex_t submit; /* one sbatch at a time; over all below, too */
	uint64_t *jobs;         /* what this run has handed in; owned */
	size_t njobs, jobs_cap;
};

/* One action on its way. */
struct trip {
	struct slurm *sl;
	struct builder *b;
	struct store *s;
	const struct action *act;
	char *tmp;     /* a folder of our own; owned */
	char *script;  /* in it; owned */
	uint64_t job;  /* 0 = none yet */
	bool own;      /* it was handed in by this run */
	uint64_t from; /* the first listing that must have it */
	char attempt[ATTEMPT_LEN + 1];
	bool running;          /* it was reported */
	char told[80];         /* the reason to wait that was told last */
	struct slurm_job last; /* as it was last seen */
	struct fault why; /* what kept an answer from being taken, or a listing from coming */
};

/* ---- telling ---- */

static void tell_waiting(struct trip *t, const char *reason)
{
	if (strcmp(t->told, reason) == 0)
		return;
	snprintf(t->told, sizeof t->told, "%s", reason);
	builder_event(t->b, &(struct build_event){
				.kind = BUILD_WAITING, .drv = t->act->drv, .detail = t->told});
}

/* Sleeps for a moment. Returns the level of builder_stop. */
static int tick(const struct trip *t, unsigned ms)
{
	const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
	nanosleep(&pause, NULL);
	return atomic_load(&t->b->stop);
}

static int cancelled(const struct trip *t, struct fault *f)
{
	return fault_set(f, ERR_CANCELLED, "recipe '%s': stopped", t->act->drv->name);
}

/* ---- handing in ---- */

/* Returns how many commands make runs at once in D: what its steps say, or else 1. */
static unsigned cpus_of(const struct drv *d)
{
	unsigned most = 1;
	for (size_t i = 0; i < d->nsteps; i++)
		for (size_t k = 1; k < d->steps[i].argc; k++) {
			const char *word = d->steps[i].argv[k];
			char *end = NULL;
			if (strncmp(word, "-j", 2) != 0 || word[2] < '1' || word[2] > '9')
				continue;
			unsigned long n = strtoul(word + 2, &end, 10);
			if (!*end && n <= 1024 && n > most)
				most = (unsigned)n;
		}
	return most;
}

/* Adds all words of the job to ARGV. */
static int job_words(const struct trip *t, struct strlist *argv)
{
	const struct slurm_options *o = &t->sl->o;
	const struct drv *d = t->act->drv;
	struct sandbox_limits l = build_limits(&d->limits, &t->b->o.caps);
	char hex[DIGEST_HEX + 1];
	digest_hex(&t->act->id, hex);
	const char *fixed[] = {"sbatch",     "--parsable",   "--requeue", "--nodes=1",
			       "--ntasks=1", "--export=NIL", "--chdir=/"};
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof fixed / sizeof *fixed; i++)
		r = strlist_add(argv, fixed[i]);
	if (r == 0)
		r = strlist_addf(argv, "--job-name=%s", d->name);
	if (r == 0)
		r = strlist_addf(argv, "--comment=boot-hurd:%s:%s", hex, t->attempt);
	if (r == 0)
		r = strlist_addf(argv, "--time=%" PRIu64, (l.time_s + SLACK_S + 59) / 60);
	if (r == 0)
		r = strlist_addf(argv, "--mem=%" PRIu64 "M", (l.memory + SLACK_BYTES) >> 20);
	if (r == 0)
		r = strlist_addf(argv, "--cpus-per-task=%u", o->cpus ? o->cpus : cpus_of(d));
	if (r == 0 && o->exchange[0] == '/')
		r = strlist_addf(argv, "--output=%s/.jobs/%s", o->exchange, t->attempt);
	else if (r == 0)
		r = strlist_add(argv, "--output=/dev/null");
	for (size_t i = 0; r == 0 && i < o->njob_options; i++)
		r = strlist_add(argv, o->job_options[i]);
	const char *words[] = {t->script,     o->node_state, o->program,   "realise",
			       "--no-daemon", hex,           "--exchange", o->exchange,
			       "--attempt",   t->attempt};
	for (size_t i = 0; r == 0 && i < sizeof words / sizeof *words; i++)
		r = strlist_add(argv, words[i]);
	return r;
}

/* Notes the job of T as one of this run. */
static int note_job(struct trip *t)
{
	struct slurm *sl = t->sl;
	pthread_mutex_lock(&sl->submit);
	uint64_t *p = vec_grow(sl->jobs, &sl->jobs_cap, sl->njobs + 1, sizeof *p);
	if (p) {
		sl->jobs = p;
		p[sl->njobs++] = t->job;
	}
	pthread_mutex_unlock(&sl->submit);
	t->own = true;
	return p ? 0 : -ENOMEM;
}

/*
 * Cancels what is left in the queue of the jobs of this run. A controller that was away may find a job that has
 * answered long since to have never run, and hold it for good.
 */
static void cancel_left(struct slurm *sl)
{
	for (size_t i = 0; i < sl->njobs; i++) {
		struct slurm_job j;
		if (slurm_queue_find(sl->queue, sl->jobs[i], NULL, NULL, &j) &&
		    (j.state == SLURM_QUEUED || j.state == SLURM_STUCK))
			slurm_cancel(j.id);
	}
}

/* Gives the attempt a new name. */
static int new_attempt(struct trip *t)
{
	unsigned char bytes[16];
	int r = sys_random(bytes, sizeof bytes);
	for (size_t i = 0; r == 0 && i < sizeof bytes; i++)
		snprintf(t->attempt + 2 * i, 3, "%02x", bytes[i]);
	return r;
}

/* Calls sbatch. 1: it was not taken, for a reason that passes, or perhaps it was: T->why says. */
static int call_sbatch(struct trip *t, struct fault *f)
{
	struct strlist argv = STRLIST_INIT;
	struct program_result got = {.status = 0};
	struct fault g = FAULT_INIT;
	int r = job_words(t, &argv);
	const struct program p = {
	    .argv = (const char *const *)argv.items, .limit_s = SUBMIT_S, .max = 1 << 20};
	pthread_mutex_lock(&t->sl->submit);
	t->from = slurm_queue_next(t->sl->queue);
	if (r == 0)
		r = program_run(&p, &got, &g);
	if (r == 0)
		t->from = slurm_queue_next(t->sl->queue);
	pthread_mutex_unlock(&t->sl->submit);
	struct view said = buf_view(&got.err), first = said;
	view_line(&said, &first);
	view_skip(&first, "sbatch: error: ");
	int len = (int)(first.len < 300 ? first.len : 300);
	if (r == ERR_LIMIT) {
		t->why = g;
		r = 1;
	} else if (r < 0) {
		if (f)
			*f = g;
	} else if (got.status == 0 && slurm_parse_id(buf_view(&got.out), &t->job) == 0) {
		r = note_job(t);
	} else if (got.status == 0) {
		fault_set(&t->why, ERR_SYNTAX, "sbatch did not print the number of a job");
		r = 1;
	} else {
		fault_set(&t->why, ERR_NET, "sbatch: %.*s", len, first.ptr ? first.ptr : "");
		r = slurm_passes(buf_view(&got.err)) ? 1 : ERR_CONFIG;
		if (r < 0 && f)
			*f = t->why;
	}
	strlist_release(&argv);
	program_result_release(&got);
	return r;
}

/* Waits for a listing that was begun after what was done last. 0 or ERR_CANCELLED. */
static int await_listing(struct trip *t, uint64_t number, struct fault *f)
{
	struct fault g = FAULT_INIT;
	while (slurm_queue_look(t->sl->queue, &g) < number) {
		if (g.code)
			tell_waiting(t, g.what);
		if (tick(t, TICK_MS) > 0)
			return cancelled(t, f);
	}
	return 0;
}

/* Takes over the job J, which was handed in for the same action. */
static void adopt(struct trip *t, const struct slurm_job *j)
{
	t->job = j->id;
	t->own = false;
	snprintf(t->attempt, sizeof t->attempt, "%s", j->attempt);
}

/* Hands in a job, unless one for the action is alive; waits while the queue is full or nobody answers. */
static int hand_in(struct trip *t, struct fault *f)
{
	struct slurm_job j;
	struct slurm_queue *q = t->sl->queue;
	t->job = 0;
	t->running = false;
	t->last = (struct slurm_job){.id = 0};
	if (slurm_queue_find(q, 0, &t->act->id, NULL, &j) && j.state != SLURM_STUCK) {
		adopt(t, &j);
		return 0;
	}
	int r = new_attempt(t);
	if (r < 0)
		return fault_set(f, r, "cannot name an attempt:");
	for (unsigned pause_s = 1;;
	     pause_s = pause_s < PAUSE_MAX_S / 2 ? 2 * pause_s : PAUSE_MAX_S) {
		r = call_sbatch(t, f);
		if (r <= 0)
			return r < 0 ? fault_wrap(f, "recipe '%s'", t->act->drv->name) : 0;
		tell_waiting(t, t->why.what);
		for (unsigned ms = 0; ms < 1000 * pause_s; ms += TICK_MS)
			if (tick(t, TICK_MS) > 0)
				return cancelled(t, f);
		/* It may have been taken all the same. */
		r = await_listing(t, t->from, f);
		if (r == 0 && slurm_queue_find(q, 0, &t->act->id, t->attempt, &j)) {
			adopt(t, &j);
			return note_job(t);
		}
		if (r < 0)
			return r;
	}
}

/* ---- waiting ---- */

/* Brings what is known of the job up to date. Returns whether it is over. */
static bool is_over(struct trip *t)
{
	struct slurm_job j;
	uint64_t number = slurm_queue_look(t->sl->queue, NULL);
	if (slurm_queue_find(t->sl->queue, t->job, NULL, NULL, &j)) {
		t->last = j;
		if (j.state == SLURM_QUEUED && strcmp(j.reason, "None") != 0 && *j.reason)
			tell_waiting(t, j.reason);
		if (j.state == SLURM_RUNNING && !t->running) {
			t->running = true;
			builder_event(t->b, &(struct build_event){.kind = BUILD_STARTED,
								  .drv = t->act->drv});
		}
		return j.state == SLURM_ENDED || j.state == SLURM_STUCK;
	}
	/* Slurm forgets a job some time after its end; one listing may come from before it was known. */
	return number > t->from;
}

/* Looks for the answer. As exchange_look. */
static int look(struct trip *t, struct answer *ret)
{
	int r = exchange_look(&t->sl->exchange, &t->act->id, NULL, ret, &t->why);
	return r > 0 ? r
		     : exchange_look(&t->sl->exchange, &t->act->id, t->attempt, ret, &t->why);
}

/* Cancels what must be when the run is stopped at LEVEL. Returns whether there is nothing to wait for. */
static bool give_up(struct trip *t, int level)
{
	if (level < 1 || (level < 2 && t->last.state == SLURM_RUNNING && t->last.id))
		return false;
	if (t->own)
		slurm_cancel(t->job);
	return true;
}

/* Waits for the answer. 1: RET is it; 0: the job is over without one; ERR_CANCELLED. */
static int wait_for_answer(struct trip *t, struct answer *ret, struct fault *f)
{
	bool folder = t->sl->o.exchange[0] == '/';
	int64_t over_ns = 0;
	for (;;) {
		bool over = is_over(t);
		/* A web server is asked when there should be an answer; a folder costs little. */
		if ((folder || over) && look(t, ret) > 0)
			return 1;
		int64_t now = sys_monotonic_ns();
		if (over && !over_ns)
			over_ns = now;
		if (!over)
			over_ns = 0;
		bool told =
		    t->last.state == SLURM_ENDED && (strcmp(t->last.word, "COMPLETED") == 0 ||
						     strcmp(t->last.word, "FAILED") == 0);
		if (over && (t->why.code == ERR_SIGNATURE ||
			     now - over_ns >= (told ? GRACE_S : 1) * NS))
			return 0;
		if (give_up(t, tick(t, TICK_MS)))
			return cancelled(t, f);
	}
}

/* ---- the whole way ---- */

/* Adds to F the end of what the job printed, when it is to be had. */
static void add_output(const struct trip *t, struct fault *f)
{
	struct buf b = BUF_INIT;
	FREE_PTR char *path = NULL;
	if (t->sl->o.exchange[0] != '/' ||
	    asprintf(&path, "%s/.jobs/%s", t->sl->o.exchange, t->attempt) < 0)
		return;
	if (file_read(path, 1 << 20, &b, NULL) == 0 && b.len) {
		size_t end = b.len - (b.ptr[b.len - 1] == '\n'), at = end;
		while (at > 0 && end - at < 400)
			at--;
		const char *lf = at ? memchr(b.ptr + at, '\n', end - at) : NULL;
		if (lf)
			at = (size_t)(lf + 1 - b.ptr);
		fault_hint(f, "it said: %.*s", (int)(end - at), b.ptr + at);
	}
	buf_release(&b);
}

/* Says that the job is over, and how. */
static int explain(const struct trip *t, struct fault *f)
{
	const struct slurm_job *j = &t->last;
	fault_set(f, ERR_BUILD,
		  "recipe '%s': Slurm job %" PRIu64
		  ", and those before it, ended without an answer: "
		  "%s%s%s%s%s%s%s",
		  t->act->drv->name, t->job, j->id ? j->word : "it vanished",
		  *j->reason && strcmp(j->reason, "None") != 0 ? ", " : "",
		  *j->reason && strcmp(j->reason, "None") != 0 ? j->reason : "",
		  *j->node ? ", on " : "", j->node, t->why.code ? "; " : "",
		  t->why.code ? t->why.what : "");
	add_output(t, f);
	return ERR_BUILD;
}

/* Takes the answer A. */
static int take(struct trip *t, const struct answer *a, struct fault *f)
{
	FREE_PTR char *log = NULL;
	int r =
	    exchange_take(&t->sl->exchange, t->b, t->s, t->act, a, t->attempt, t->tmp, &log, f);
	struct build_event e = {.kind = BUILD_FINISHED,
				.drv = t->act->drv,
				.detail = log,
				.wall_ns = (uint64_t)(a->ended_ns - a->started_ns),
				.object = &a->object};
	if (r == 0 && a->failed) {
		r = fault_set(f, ERR_BUILD,
			      "recipe '%s': the build failed on node %s (key %.12s)",
			      t->act->drv->name, a->name, a->key);
		build_hint_no_shell(log ? log : "", f);
	}
	if (r < 0)
		e = (struct build_event){
		    .kind = BUILD_FAILED, .drv = t->act->drv, .detail = log, .fault = f};
	builder_event(t->b, &e);
	return r;
}

static int go(struct trip *t, struct fault *f)
{
	struct answer a;
	int r = exchange_look(&t->sl->exchange, &t->act->id, NULL, &a, NULL);
	if (r > 0) /* of an earlier run */
		return take(t, &a, f);
	builder_event(t->b, &(struct build_event){.kind = BUILD_WAITING,
						  .drv = t->act->drv,
						  .detail = "to be sent"});
	r = exchange_send(&t->sl->exchange, t->b, t->s, t->act, t->tmp, f);
	for (int i = 0; r == 0 && i < SLURM_ATTEMPTS; i++) {
		t->why = (struct fault)FAULT_INIT;
		r = hand_in(t, f);
		if (r == 0)
			r = wait_for_answer(t, &a, f);
		if (r > 0)
			return take(t, &a, f);
		if (r == 0 && t->last.state == SLURM_STUCK)
			slurm_cancel(t->job);
		if (r == 0 && t->why.code == ERR_SIGNATURE) /* another one would sign it, too */
			break;
		if (r == 0 && i + 1 < SLURM_ATTEMPTS) {
			char word[48];
			snprintf(word, sizeof word, "again, after %s",
				 t->last.id ? t->last.word : "it vanished");
			tell_waiting(t, word);
			/* What comes next must not find this one alive in an old listing. */
			r = await_listing(t, slurm_queue_next(t->sl->queue), f);
		}
	}
	if (r == 0)
		r = explain(t, f);
	builder_event(
	    t->b, &(struct build_event){.kind = BUILD_FAILED, .drv = t->act->drv, .fault = f});
	return r;
}

static int run(void *ctx, struct builder *b, struct store *s, const struct action *act,
	       struct fault *f)
{
	struct trip t = {.sl = ctx, .b = b, .s = s, .act = act, .why = FAULT_INIT};
	int r = store_tmp(s, "send", &t.tmp, f);
	if (r == 0)
		r = (t.script = path_join(t.tmp, "job")) ? 0 : -ENOMEM;
	if (r == 0)
		r = file_write_new(t.script, SCRIPT, sizeof SCRIPT - 1, 0755, f);
	if (r == 0)
		r = go(&t, f);
	if (t.tmp)
		file_remove_tree(t.tmp, NULL);
	free(t.tmp);
	free(t.script);
	return r;
}

/* ---- making it ---- */

/* Makes the folder of the exchange, and the one in it where jobs print. */
static int make_exchange(const struct slurm_options *o, struct fault *f)
{
	struct publish *p = NULL;
	struct deliver to = {.location = o->exchange, .stopped = o->stopped};
	FREE_PTR char *jobs = path_join(o->exchange, ".jobs");
	if (o->exchange[0] != '/')
		return o->offline ? fault_set(f, ERR_OFFLINE, "%s:", o->exchange) : 0;
	int r = jobs ? deliver_open(&to, &p, f) : -ENOMEM;
	publish_close(p);
	return r == 0 ? file_mkdirs(jobs, f) : r;
}

int slurm_new(const struct slurm_options *o, struct slurm **ret, struct fault *f)
{
	struct slurm *s = calloc(1, sizeof *s);
	struct fault g = FAULT_INIT;
	if (!s)
		return fault_set(f, -ENOMEM, "cannot use Slurm:");
	s->o = *o;
	s->exchange =
	    (struct node_exchange){o->exchange, o->keys, o->nkeys, o->offline, o->stopped};
	s->executor = (struct executor){s, run};
	pthread_mutex_init(&s->submit, NULL);
	int r = slurm_queue_new(&s->queue);
	if (r == 0)
		r = make_exchange(o, f);
	if (r == 0 && slurm_queue_look(s->queue, &g) == 0) {
		r = fault_set(f, ERR_CONFIG, "cannot use Slurm: %s", g.what);
		fault_hint(f, "sinfo on this machine must show the cluster");
	}
	if (r < 0) {
		slurm_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void slurm_free(struct slurm *s)
{
	if (!s)
		return;
	if (s->queue)
		cancel_left(s);
	slurm_queue_free(s->queue);
	pthread_mutex_destroy(&s->submit);
	free(s->jobs);
	free(s);
}

const struct executor *slurm_executor(const struct slurm *s)
{
	return &s->executor;
}
