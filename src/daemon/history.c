/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/history.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/path.h"
#include "daemon/log.h"
#include "json/write.h"

struct daemon_history {
	pthread_mutex_t lock; /* over s */
	struct store *s;
};

int daemon_history_new(const char *state, struct daemon_history **ret, struct fault *f)
{
	struct daemon_history *h = calloc(1, sizeof *h);
	size_t lost = 0;
	if (!h)
		return fault_set(f, -ENOMEM, "cannot open the history:");
	pthread_mutex_init(&h->lock, NULL);
	int r = store_open(state, STORE_CREATE, &h->s, f);
	if (r == 0)
		r = history_recover(h->s, &lost, f);
	if (r < 0) {
		daemon_history_free(h);
		return r;
	}
	if (lost)
		daemon_log(LOG_LEVEL_WARNING,
			   "%zu runs were cut short by the end of who carried"
			   " them out",
			   lost);
	*ret = h;
	return 0;
}

void daemon_history_free(struct daemon_history *h)
{
	if (!h)
		return;
	store_close(h->s);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* Tells that something could not be recorded. */
static void tell(int r, const struct fault *f)
{
	if (r < 0)
		daemon_log_fault("the history lacks something", f);
}

/* Begins a run in STATE. Returns its id, or 0. */
static int64_t begin(struct daemon_history *h, const char *state, const char *plan,
		     const char *cause, unsigned attempt, const struct strlist *targets)
{
	struct fault f = FAULT_INIT;
	int64_t id = 0;
	struct history_run r = {.plan = plan,
				.cause = cause,
				.attempt = attempt,
				.state = state,
				.reason = "",
				.recipes = "",
				.revision = ""};
	if (!h)
		return 0;
	pthread_mutex_lock(&h->lock);
	tell(history_run_begin(h->s, &r, &id, &f), &f);
	if (id && targets)
		tell(history_messages_plan(h->s, id, targets, &f), &f);
	pthread_mutex_unlock(&h->lock);
	return id;
}

int64_t daemon_history_run(struct daemon_history *h, const char *plan, const char *cause,
			   unsigned attempt, const struct strlist *targets)
{
	return begin(h, "running", plan, cause, attempt, targets);
}

void daemon_history_skip(struct daemon_history *h, const char *plan, const char *cause,
			 const char *reason, const struct strlist *targets)
{
	struct fault f = FAULT_INIT;
	/* It never runs: what triggers have found is still to be acted upon. */
	int64_t run = begin(h, "skipped", plan, cause, 1, targets);
	if (!run)
		return;
	pthread_mutex_lock(&h->lock);
	tell(history_run_end(h->s, run, "skipped", reason, &f), &f);
	pthread_mutex_unlock(&h->lock);
}

void daemon_history_run_end(struct daemon_history *h, int64_t run, const char *state,
			    const char *reason)
{
	struct fault f = FAULT_INIT;
	if (!h || !run)
		return;
	pthread_mutex_lock(&h->lock);
	tell(history_run_end(h->s, run, state, reason, &f), &f);
	pthread_mutex_unlock(&h->lock);
}

void daemon_history_run_recipes(struct daemon_history *h, int64_t run, const char *recipes,
				const char *revision)
{
	struct fault f = FAULT_INIT;
	if (!h || !run)
		return;
	pthread_mutex_lock(&h->lock);
	tell(history_run_recipes(h->s, run, recipes, revision, &f), &f);
	pthread_mutex_unlock(&h->lock);
}

int64_t daemon_history_job(struct daemon_history *h, int64_t run, const struct strlist *command,
			   const char *directory, const char *config)
{
	struct fault f = FAULT_INIT;
	struct buf b = BUF_INIT;
	int64_t id = 0;
	if (!h || !run)
		return 0;
	json_open_array(&b, NULL);
	for (size_t i = 0; i < command->n; i++)
		json_put_escaped(&b, NULL, command->items[i]);
	json_close_array(&b);
	struct history_job j = {.run = run,
				.command = buf_str(&b),
				.directory = directory ? directory : "",
				.config = config ? config : "",
				.log = "daemon/jobs/%s.log"};
	pthread_mutex_lock(&h->lock);
	tell(history_job_begin(h->s, &j, &id, &f), &f);
	pthread_mutex_unlock(&h->lock);
	buf_release(&b);
	return id;
}

void daemon_history_job_end(struct daemon_history *h, int64_t job, const char *state,
			    int status)
{
	struct fault f = FAULT_INIT;
	if (!h || !job)
		return;
	pthread_mutex_lock(&h->lock);
	tell(history_job_end(h->s, job, state, status, &f), &f);
	pthread_mutex_unlock(&h->lock);
}

void daemon_history_prune(struct daemon_history *h, uint64_t keep_s, unsigned keep)
{
	struct fault f = FAULT_INIT;
	struct strlist logs = STRLIST_INIT;
	if (!h)
		return;
	pthread_mutex_lock(&h->lock);
	tell(history_prune(h->s, (int64_t)keep_s * 1000000000, keep, &logs, &f), &f);
	for (size_t i = 0; i < logs.n; i++) {
		FREE_PTR char *path = path_join(store_path(h->s), logs.items[i]);
		if (path && unlink(path) < 0 && errno != ENOENT)
			daemon_log(LOG_LEVEL_WARNING, "cannot remove %s: %s", path,
				   err_str(-errno));
	}
	pthread_mutex_unlock(&h->lock);
	strlist_release(&logs);
}

int daemon_history_with(struct daemon_history *h, int (*fn)(void *ctx, struct store *s),
			void *ctx)
{
	if (!h)
		return ERR_MISSING;
	pthread_mutex_lock(&h->lock);
	int r = fn(ctx, h->s);
	pthread_mutex_unlock(&h->lock);
	return r;
}
