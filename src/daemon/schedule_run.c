/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/schedule_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/path.h"
#include "daemon/log.h"
#include "daemon/trigger.h"

enum { STATUS_DIFFERS = 2 };

int schedule_gc_command(struct strlist *ret, uint64_t older_s, uint64_t keep_s)
{
	int r = strlist_add(ret, "gc");
	if (r == 0 && older_s)
		r = strlist_addf(ret, "--older-than=%" PRIu64, older_s);
	return r < 0 ? r : strlist_addf(ret, "--keep-built=%" PRIu64, keep_s);
}

static uint64_t free_bytes(const char *path)
{
	struct statvfs v;
	return statvfs(path, &v) < 0 ? UINT64_MAX : (uint64_t)v.f_bavail * v.f_frsize;
}

/* A run that has begun. */
struct under_way {
	const struct schedule_run *r;
	int64_t run;         /* in the history; 0 = none */
	const char *recipes; /* folder, or NULL */
	int status;          /* of the last command */
	bool cancelled;
	struct buf reason; /* why it failed */
};

/* Runs one command to its end. Returns its exit status, or -1 when it could not be started. */
static int run_command(struct under_way *w, const struct strlist *command, const char *recipes)
{
	struct job *j;
	struct fault f = FAULT_INIT;
	const char *plan = w->r->plan->name;
	struct job_request q = {.arguments = *command, .plan = plan, .run = w->run};
	q.recipes = strcmp(command->items[0], "gc") == 0 ? NULL : recipes;
	w->cancelled = false;
	if (jobs_start(w->r->jobs, &q, &j, NULL, &f) < 0) {
		daemon_log_fault(plan, &f);
		return -1;
	}
	int status = job_wait(j, &w->cancelled);
	job_leave(j);
	return status;
}

/* Looks whether there is room to work; collects garbage when that is allowed. RET_WHY gets why not, in words. */
static bool has_room(const struct schedule_run *r, struct buf *ret_why)
{
	const struct log_about about = {.plan = r->plan->name};
	uint64_t n = free_bytes(r->state);
	if (n >= r->min_free || strcmp(r->plan->name, SCHEDULE_GC) == 0)
		return true;
	if (r->collects) {
		struct strlist gc = STRLIST_INIT;
		struct under_way w = {.r = r};
		daemon_log_about(&about, LOG_LEVEL_WARNING,
				 "%s: %" PRIu64
				 " MiB free on the disk of %s: collecting garbage",
				 r->plan->name, n >> 20, r->state);
		if (schedule_gc_command(&gc, r->gc_older_than_s, r->gc_keep_built_s) == 0)
			run_command(&w, &gc, NULL);
		strlist_release(&gc);
		n = free_bytes(r->state);
	}
	if (n >= r->min_free)
		return true;
	buf_addf(ret_why,
		 "%" PRIu64 " MiB free on the disk of %s, %" PRIu64
		 " MiB needed; next try in an hour",
		 n >> 20, r->state, r->min_free >> 20);
	daemon_log_about(&about, LOG_LEVEL_WARNING, "%s: skipped: %s", r->plan->name,
			 buf_str(ret_why));
	return false;
}

/* Notes that COMMAND ended with STATUS, and that MORE does not come. */
static void complain(struct under_way *w, const char *command, int status, bool more)
{
	daemon_log_about(&(struct log_about){.plan = w->r->plan->name, .run = w->run},
			 LOG_LEVEL_WARNING, "%s: %s ended with status %d%s", w->r->plan->name,
			 command, status, more ? "; what follows is not run" : "");
	buf_addf(&w->reason, "%s ended with status %d%s", command, status,
		 more ? "; what follows was not run" : "");
}

/* Runs the commands of the plan, up to the first that does not exit with 0. */
static void run_commands(struct under_way *w)
{
	const struct daemon_plan *p = w->r->plan;
	int status = 0;
	for (size_t i = 0; status == 0 && i < p->nrun; i++) {
		status = run_command(w, &p->run[i], w->recipes);
		if (status != 0)
			complain(w, p->run[i].items[0], status, i + 1 < p->nrun);
	}
	w->status = status ? status : w->status;
}

/* Looks which pinned files have left the archive. A difference does not end the run. */
static void look_upstream(struct under_way *w, const struct trigger *t)
{
	struct strlist command = STRLIST_INIT;
	int r = trigger_command(t, &command);
	w->status = r < 0 ? -1 : run_command(w, &command, w->recipes);
	if (w->status != 0 && w->status != STATUS_DIFFERS)
		complain(w, "source upstream", w->status, w->r->plan->nrun > 0);
	strlist_release(&command);
}

/* Removes what is in FOLDER but KEEP: checkouts of earlier commits. */
static void forget_others(const char *folder, const char *keep)
{
	struct strlist names = STRLIST_INIT;
	struct fault f = FAULT_INIT;
	int r = file_list(folder, &names, &f);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		FREE_PTR char *path = path_join(folder, names.items[i]);
		if (path && strcmp(names.items[i], keep) != 0)
			r = file_remove_tree(path, &f);
	}
	if (r < 0)
		daemon_log_fault("recipes", &f);
	strlist_release(&names);
}

/*
 * Has the commit that the branch T is at checked out below the state folder, unless it is there. *RET gets the folder
 * of the recipes, malloc'd; NULL: it failed, and the reason says why.
 */
static char *check_out(struct under_way *w, const struct trigger *t)
{
	struct strlist command = STRLIST_INIT;
	char *recipes = NULL;
	FREE_PTR char *commit = trigger_seen(w->r->history, w->r->plan->name, t);
	FREE_PTR char *folder = NULL;
	FREE_PTR char *to = NULL;
	if (!commit || !*commit ||
	    asprintf(&folder, "%s/daemon/recipes/%s", w->r->state, w->r->plan->name) < 0 ||
	    asprintf(&to, "%s/%s", folder, commit) < 0) {
		buf_addf(&w->reason, "no commit of branch %s of %s is known", t->branch,
			 t->url);
		w->status = -1;
		return NULL;
	}
	if (file_exists(to, NULL) <= 0) {
		int r = strlist_add(&command, "source");
		const char *const words[] = {"checkout", t->url, commit, to};
		for (size_t i = 0; r == 0 && i < sizeof words / sizeof *words; i++)
			r = strlist_add(&command, words[i]);
		w->status = r < 0 ? -1 : run_command(w, &command, NULL);
		if (w->status != 0)
			complain(w, "source checkout", w->status, true);
		strlist_release(&command);
	}
	if (w->status == 0) {
		forget_others(folder, commit);
		recipes = t->folder ? path_join(to, t->folder) : strdup(to);
		daemon_history_run_recipes(w->r->history, w->run, recipes ? recipes : to,
					   commit);
	}
	return recipes;
}

/* Does all that the run does. */
static void carry_out(struct under_way *w)
{
	const struct trigger *git = trigger_find(w->r->plan, TRIGGER_GIT);
	const struct trigger *sources = trigger_find(w->r->plan, TRIGGER_SOURCES);
	FREE_PTR char *own = git ? check_out(w, git) : NULL;
	w->recipes = git ? own : w->r->recipes;
	if (w->status == 0 && sources)
		look_upstream(w, sources);
	if (w->status == 0 || (sources && w->status == STATUS_DIFFERS))
		run_commands(w);
}

void schedule_run(const struct schedule_run *r, struct schedule_outcome *ret)
{
	struct under_way w = {.r = r, .reason = BUF_INIT};
	*ret = (struct schedule_outcome){.begun = has_room(r, &w.reason), .state = "skipped"};
	if (ret->begun) {
		w.run = daemon_history_run(r->history, r->plan->name, r->cause, r->attempt,
					   &r->plan->notify);
		carry_out(&w);
		ret->status = w.status;
		ret->state = job_state(w.status, w.cancelled, *r->stopping);
		daemon_history_run_end(r->history, w.run, ret->state, buf_str(&w.reason));
	} else {
		daemon_history_skip(r->history, r->plan->name, r->cause, buf_str(&w.reason),
				    &r->plan->notify);
	}
	buf_release(&w.reason);
}
