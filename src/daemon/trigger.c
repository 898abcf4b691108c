/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/trigger.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/path.h"
#include "base/program.h"
#include "base/sys.h"
#include "daemon/log.h"

enum {
	SAID_MAX = 16 << 20, /* bytes that a look may print */
	GIT_S = 120,         /* that a look may take */
	PEER_S = 1200,
	SOURCES_S = 3600,
	SOON_S = 60,     /* until recipes may have come */
	ERROR_MAX = 400, /* bytes of what is kept of an error */
};
#define SECOND INT64_C(1000000000)

/* What one plan watches. */
struct watch {
	char *plan;         /* owned */
	char *recipes;      /* folder, for lists of sources; or NULL; owned */
	bool follows;       /* the plan's recipes are those of a branch */
	char *folder;       /* … and lie there in it; or NULL; owned */
	struct trigger git; /* … which is that one */
	struct trigger t;
	int64_t next_ns; /* monotonic: when to look */
	unsigned failures;
};

struct triggers {
	struct triggers_world w;
	_Atomic bool stopping;
	_Atomic bool reloaded; /* what is being asked may be out of date */
	pthread_mutex_t lock;  /* over all below */
	pthread_cond_t wake;
	pthread_t thread;
	bool threaded;
	struct watch *watches; /* the thread's, unless reloaded; owned */
	size_t n;
	struct watch *fresh; /* to be taken over; owned */
	size_t nfresh;
};

/* ---- what is watched ---- */

static void watches_free(struct watch *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(w[i].plan);
		free(w[i].recipes);
		free(w[i].folder);
		trigger_release(&w[i].t);
		trigger_release(&w[i].git);
	}
	free(w);
}

/* Fills W from trigger I of P. */
static int fill_watch(const struct daemon_config *c, const struct daemon_plan *p, size_t i,
		      struct watch *w)
{
	const char *recipes = p->recipes ? p->recipes : c->recipes;
	const struct trigger *git = trigger_find(p, TRIGGER_GIT);
	w->plan = strdup(p->name);
	w->recipes = recipes ? strdup(recipes) : NULL;
	w->follows = git != NULL;
	w->folder = git && git->folder ? strdup(git->folder) : NULL;
	int r = w->plan && (!recipes || w->recipes) && (!git || !git->folder || w->folder)
		    ? trigger_copy(&p->triggers[i], &w->t)
		    : -ENOMEM;
	return r == 0 && git ? trigger_copy(git, &w->git) : r;
}

/* Lists what the plans of C watch. */
static int list_watches(const struct daemon_config *c, struct watch **ret, size_t *ret_n)
{
	size_t n = 0, k = 0;
	int r = 0;
	for (size_t i = 0; i < c->nplans; i++)
		n += c->plans[i].ntriggers;
	struct watch *all = calloc(n + 1, sizeof *all);
	if (!all)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < c->nplans; i++)
		for (size_t t = 0; r == 0 && t < c->plans[i].ntriggers; t++)
			r = fill_watch(c, &c->plans[i], t, &all[k++]);
	if (r < 0) {
		watches_free(all, n);
		return r;
	}
	*ret = all;
	*ret_n = n;
	return 0;
}

/* ---- the history ---- */

/* A row of the history about a watch. */
struct row {
	const char *plan, *watch;
	struct arena arena;
	struct history_trigger row; /* plan NULL: there is none */
};

static int find_row(void *ctx, struct store *s)
{
	struct row *x = ctx;
	struct history_trigger *all;
	size_t n = 0;
	int r = history_triggers(s, &x->arena, x->plan, &all, &n, NULL);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(all[i].watch, x->watch) == 0)
			x->row = all[i];
	return r;
}

char *trigger_seen(struct daemon_history *h, const char *plan, const struct trigger *t)
{
	struct row x = {.plan = plan, .watch = t->watch, .arena = ARENA_INIT};
	daemon_history_with(h, find_row, &x);
	char *ret = strdup(x.row.plan ? x.row.seen : "");
	arena_release(&x.arena);
	return ret;
}

/* The causes of a plan. */
struct causes {
	const char *plan;
	struct buf *to;
};

static int add_causes(void *ctx, struct store *s)
{
	struct causes *x = ctx;
	struct arena a = ARENA_INIT;
	struct history_trigger *all;
	size_t n = 0;
	int r = history_triggers(s, &a, x->plan, &all, &n, NULL);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (*all[i].pending)
			buf_addf(x->to, "%s%s", x->to->len ? "; " : "", all[i].cause);
	arena_release(&a);
	return r;
}

void trigger_causes(struct daemon_history *h, const char *plan, struct buf *ret)
{
	struct causes x = {plan, ret};
	daemon_history_with(h, add_causes, &x);
}

/* What is to be written. */
struct note {
	struct history_trigger row;
	struct fault f;
};

static int put_row(void *ctx, struct store *s)
{
	struct note *x = ctx;
	return history_trigger_put(s, &x->row, &x->f);
}

/* Forgets what no plan watches any more. */
static int forget(void *ctx, struct store *s)
{
	const struct triggers *t = ctx;
	struct arena a = ARENA_INIT;
	struct history_trigger *all;
	size_t n = 0;
	int r = history_triggers(s, &a, NULL, &all, &n, NULL);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct strlist keep = STRLIST_INIT;
		if (i && strcmp(all[i].plan, all[i - 1].plan) == 0)
			continue;
		for (size_t k = 0; r == 0 && k < t->n; k++)
			if (strcmp(t->watches[k].plan, all[i].plan) == 0)
				r = strlist_add(&keep, t->watches[k].t.watch);
		if (r == 0)
			r = history_triggers_keep(s, all[i].plan, &keep, NULL);
		strlist_release(&keep);
	}
	arena_release(&a);
	return r;
}

/* ---- looking ---- */

static bool is_stopping(void *ctx)
{
	const struct triggers *t = ctx;
	return t->stopping || t->reloaded;
}

/* Returns the folder of the recipes whose sources W watches, malloc'd; NULL: boot-hurd's own, or none yet. */
static char *recipes_of(const struct triggers *t, const struct watch *w)
{
	char *path = NULL;
	if (!w->follows)
		return w->recipes ? strdup(w->recipes) : NULL;
	FREE_PTR char *commit = trigger_seen(t->w.history, w->plan, &w->git);
	if (!commit || !*commit ||
	    asprintf(&path, "%s/daemon/recipes/%s/%s%s%s", t->w.state, w->plan, commit,
		     w->folder ? "/" : "", w->folder ? w->folder : "") < 0)
		return NULL;
	return path;
}

/* Runs the command that looks at W. RET gets what it wrote. */
static int look(struct triggers *t, const struct watch *w, struct program_result *ret,
		struct fault *f)
{
	static const char *const hides[] = {"BOOT_HURD_", "NOTIFY_SOCKET=", NULL};
	static const unsigned limits[] = {GIT_S, PEER_S, SOURCES_S};
	struct strlist command = STRLIST_INIT, argv = STRLIST_INIT;
	FREE_PTR char *state = NULL;
	FREE_PTR char *config = NULL;
	FREE_PTR char *recipes = w->t.kind == TRIGGER_SOURCES ? recipes_of(t, w) : NULL;
	if (w->t.kind == TRIGGER_SOURCES && w->follows && !recipes)
		return -EAGAIN; /* there are no recipes of the branch yet */
	int r = trigger_command(&w->t, &command);
	if (r == 0)
		r = strlist_add(&argv, t->w.program);
	if (r == 0)
		r = strlist_add(&argv, command.items[0]);
	if (r == 0)
		r = strlist_add(&argv, "--no-daemon");
	if (r == 0 && recipes)
		r = strlist_addf(&argv, "--recipes=%s", recipes);
	for (size_t i = 1; r == 0 && i < command.n; i++)
		r = strlist_add(&argv, command.items[i]);
	if (r == 0 && (asprintf(&state, "BOOT_HURD_STATE=%s", t->w.state) < 0 ||
		       asprintf(&config, "BOOT_HURD_CONFIG=%s", t->w.file) < 0))
		r = -ENOMEM;
	const char *sets[] = {state, config, NULL};
	const struct program p = {.argv = (const char *const *)argv.items,
				  .hides = hides,
				  .sets = sets,
				  .limit_s = limits[w->t.kind],
				  .max = SAID_MAX,
				  .stopped = is_stopping,
				  .ctx = t};
	if (r == 0)
		r = program_run(&p, ret, f);
	strlist_release(&command);
	strlist_release(&argv);
	return r;
}

/* Adds why a look failed: the last line of what it wrote to standard error. */
static void add_error(const struct program_result *got, struct buf *ret)
{
	struct view said = buf_view(&got->err), line = said, last = {NULL, 0};
	while (view_line(&said, &line))
		if (line.len)
			last = line;
	view_skip(&last, "boot-hurd: ");
	if (last.len)
		buf_addf(ret, "%.*s", (int)(last.len < ERROR_MAX ? last.len : ERROR_MAX),
			 last.ptr);
	else
		buf_addf(ret, "exit status %d", got->status);
}

/* Looks at W and notes what is found. */
static void ask(struct triggers *t, struct watch *w)
{
	struct program_result got = {.status = 0};
	struct buf token = BUF_INIT, cause = BUF_INIT, error = BUF_INIT;
	struct row old = {.plan = w->plan, .watch = w->t.watch, .arena = ARENA_INIT};
	struct note note = {.f = FAULT_INIT};
	struct fault f = FAULT_INIT;
	int r = look(t, w, &got, &f);
	w->next_ns = sys_monotonic_ns() + SOON_S * SECOND;
	if (r == ERR_CANCELLED || r == -EAGAIN)
		goto out; /* it is asked again, by the next daemon, or the next configuration */
	if (r == 0 && trigger_read(&w->t, buf_view(&got.out), &token, &cause) < 0) {
		r = ERR_NET;
		add_error(&got, &error);
	} else if (r < 0) {
		buf_addf(&error, "%.*s", ERROR_MAX, f.code ? f.what : err_str(r));
	}
	w->failures = r < 0 ? w->failures + 1 : 0;
	if (daemon_history_with(t->w.history, find_row, &old) < 0)
		old.row.plan = NULL;
	const char *seen = old.row.plan ? old.row.seen : "",
		   *pending = old.row.plan ? old.row.pending : "";
	/* That nothing is wrong with the sources is what one expects. */
	bool same = r < 0 || strcmp(buf_str(&token), seen) == 0 ||
		    strcmp(buf_str(&token), pending) == 0 ||
		    (!*seen && !*pending && strcmp(buf_str(&token), "none") == 0);
	note.row = (struct history_trigger){.plan = w->plan,
					    .watch = w->t.watch,
					    .seen = "",
					    .pending = same ? "" : buf_str(&token),
					    .cause = same ? "" : buf_str(&cause),
					    .asked_ns = sys_now_ns(),
					    .failures = w->failures,
					    .error = buf_str(&error)};
	const struct log_about about = {.plan = w->plan};
	if (r < 0)
		daemon_log_about(&about, LOG_LEVEL_WARNING,
				 "%s: %s: %s; next look in %" PRIu64 " s", w->plan, w->t.watch,
				 buf_str(&error), trigger_pause(&w->t, w->failures));
	if (daemon_history_with(t->w.history, put_row, &note) < 0) {
		daemon_log_fault("triggers", &note.f);
	} else if (!same) {
		daemon_log_about(&about, LOG_LEVEL_INFO, "%s: %s", w->plan, buf_str(&cause));
		t->w.fire(t->w.ctx, w->plan);
	}
	w->next_ns = sys_monotonic_ns() + (int64_t)trigger_pause(&w->t, w->failures) * SECOND;
out:
	program_result_release(&got);
	buf_release(&token);
	buf_release(&cause);
	buf_release(&error);
	arena_release(&old.arena);
}

/* ---- the thread ---- */

/* Sets when W is looked at: as if there had been no restart. */
static void set_first(const struct triggers *t, struct watch *w)
{
	struct row x = {.plan = w->plan, .watch = w->t.watch, .arena = ARENA_INIT};
	int64_t now = sys_monotonic_ns();
	daemon_history_with(t->w.history, find_row, &x);
	w->next_ns = now;
	if (x.row.plan) {
		w->failures = x.row.failures;
		int64_t pause = (int64_t)trigger_pause(&w->t, w->failures) * SECOND;
		int64_t left = x.row.asked_ns + pause - sys_now_ns();
		/* A clock that was set back does not make it longer. */
		w->next_ns += left < 0 ? 0 : left < pause ? left : pause;
	}
	arena_release(&x.arena);
}

/* Takes over what reload left. The lock is held, and given up meanwhile. */
static void take_over(struct triggers *t)
{
	if (!t->fresh)
		return;
	watches_free(t->watches, t->n);
	t->watches = t->fresh;
	t->n = t->nfresh;
	t->fresh = NULL;
	t->nfresh = 0;
	t->reloaded = false;
	pthread_mutex_unlock(&t->lock);
	daemon_history_with(t->w.history, forget, t);
	for (size_t i = 0; i < t->n; i++)
		set_first(t, &t->watches[i]);
	pthread_mutex_lock(&t->lock);
}

static void *triggers_main(void *arg)
{
	struct triggers *t = arg;
	pthread_mutex_lock(&t->lock);
	while (!t->stopping) {
		take_over(t);
		struct watch *next = NULL;
		for (size_t i = 0; i < t->n; i++)
			if (!next || t->watches[i].next_ns < next->next_ns)
				next = &t->watches[i];
		if (next && next->next_ns <= sys_monotonic_ns()) {
			pthread_mutex_unlock(&t->lock);
			ask(t, next);
			pthread_mutex_lock(&t->lock);
			continue;
		}
		if (!t->fresh && !t->stopping) {
			if (next) {
				struct timespec until = {
				    .tv_sec = (time_t)(next->next_ns / SECOND),
				    .tv_nsec = (long)(next->next_ns % SECOND)};
				pthread_cond_timedwait(&t->wake, &t->lock, &until);
			} else {
				pthread_cond_wait(&t->wake, &t->lock);
			}
		}
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

int triggers_start(const struct triggers_world *w, const struct daemon_config *c,
		   struct triggers **ret, struct fault *f)
{
	pthread_condattr_t attr;
	struct triggers *t = calloc(1, sizeof *t);
	if (!t)
		return fault_set(f, -ENOMEM, "cannot start the triggers:");
	t->w = *w;
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->wake, &attr);
	pthread_condattr_destroy(&attr);
	int r = list_watches(c, &t->fresh, &t->nfresh);
	if (r < 0)
		fault_set(f, r, "cannot start the triggers:");
	else if (pthread_create(&t->thread, NULL, triggers_main, t) != 0)
		r = fault_set(f, -EAGAIN, "cannot start the triggers:");
	t->threaded = r == 0;
	if (r < 0)
		triggers_free(t);
	else
		*ret = t;
	return r;
}

int triggers_reload(struct triggers *t, const struct daemon_config *c, struct fault *f)
{
	struct watch *fresh = NULL;
	size_t n = 0;
	if (list_watches(c, &fresh, &n) < 0)
		return fault_set(f, -ENOMEM, "cannot take over the triggers:");
	pthread_mutex_lock(&t->lock);
	watches_free(t->fresh, t->nfresh);
	t->fresh = fresh;
	t->nfresh = n;
	t->reloaded = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	return 0;
}

void triggers_free(struct triggers *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->stopping = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	if (t->threaded)
		pthread_join(t->thread, NULL);
	watches_free(t->watches, t->n);
	watches_free(t->fresh, t->nfresh);
	pthread_cond_destroy(&t->wake);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
