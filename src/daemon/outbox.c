/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/outbox.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sys.h"
#include "daemon/alarm.h"
#include "daemon/log.h"

enum {
	LOOK_S = 60, /* look at least so often: the clock may be set */
};
#define SECOND INT64_C(1000000000)

struct outbox {
	struct daemon_history *history; /* borrowed */
	_Atomic bool stopping;
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t wake;
	bool woken;
	struct daemon_config *next; /* to be taken over; owned */
	pthread_t thread;
	bool threaded;
	struct daemon_config *c; /* the thread's own; owned */
};

/* What has to be sent, read from the history. */
struct letter {
	const struct outbox *o;
	struct arena arena;
	struct history_message m;
	struct alarm alarm;
	bool there;       /* there is one */
	int64_t after_id; /* in: look for one with a higher number */
	struct fault *f;
};

uint64_t outbox_pause(const struct alarm_config *c, unsigned attempt)
{
	uint64_t pause = c->pause_s;
	for (unsigned i = 1; i < attempt && pause < ALARM_PAUSE_MAX_S; i++)
		pause *= 2;
	return pause < ALARM_PAUSE_MAX_S ? pause : ALARM_PAUSE_MAX_S;
}

static int find(void *ctx, struct store *s)
{
	struct letter *l = ctx;
	struct history_message *all;
	size_t n = 0;
	int r = history_messages(s, &l->arena, sys_now_ns(), &all, &n, l->f);
	for (size_t i = 0; r == 0 && i < n && !l->there; i++)
		if (all[i].id > l->after_id) {
			l->m = all[i];
			l->there = true;
		}
	if (r == 0 && l->there)
		r = alarm_collect(s, &l->arena, l->m.run, &l->alarm, l->f);
	return r;
}

static int update(void *ctx, struct store *s)
{
	struct letter *l = ctx;
	return history_message_update(s, &l->m, l->f);
}

static int is_stopping(void *ctx)
{
	const struct outbox *o = ctx;
	return o->stopping;
}

/* Sends L, whose fields say afterwards what became of it. Returns whether it is to be noted. */
static bool send_letter(struct outbox *o, struct letter *l, int r)
{
	const struct alarm_config *c = &o->c->alarms;
	const struct alarm_target *t = alarm_target_find(c, l->m.target);
	struct history_message *m = &l->m;
	char id[96];
	if (r == 0 && !t)
		r = fault_set(l->f, ERR_MISSING, "there is no such target any more");
	if (r == 0 && !alarm_concerns(t, &l->alarm)) {
		m->state = "nothing";
		return true;
	}
	snprintf(id, sizeof id, "bh_%" PRId64 "_%" PRId64, m->id, m->made_ns);
	const struct alarm_sender s = {c, o->c->state, is_stopping, o};
	if (r == 0)
		r = alarm_send(&s, t, &l->alarm, id, l->f);
	if (r == ERR_CANCELLED)
		return false; /* the daemon stops; that does not count as an attempt */
	m->attempts++;
	m->error = r < 0 ? l->f->what : "";
	if (r == 0) {
		m->state = "sent";
		daemon_log(LOG_LEVEL_INFO, "%s has been told about run %" PRId64, m->target,
			   m->run);
		return true;
	}
	bool again = m->attempts < c->attempts;
	uint64_t pause = outbox_pause(c, m->attempts);
	m->state = again ? "waiting" : "given up";
	m->next_ns = sys_now_ns() + (int64_t)pause * SECOND;
	if (again)
		daemon_log(LOG_LEVEL_WARNING,
			   "cannot tell %s about run %" PRId64 " (attempt %u of %u): %s%s%s;"
			   " again in %" PRIu64 " s",
			   m->target, m->run, m->attempts, c->attempts, l->f->what,
			   l->f->hint[0] ? "; " : "", l->f->hint, pause);
	else
		daemon_log(LOG_LEVEL_ERROR,
			   "%s is not told about run %" PRId64 ", after %u attempts: %s",
			   m->target, m->run, m->attempts, l->f->what);
	return true;
}

/* Sends the next message after number AFTER that is due. Returns its number, 0 when there is none. */
static int64_t send_next(struct outbox *o, int64_t after)
{
	struct fault f = FAULT_INIT, g = FAULT_INIT;
	struct letter l = {.o = o, .arena = ARENA_INIT, .after_id = after, .f = &f};
	int r = daemon_history_with(o->history, find, &l);
	int64_t id = l.there ? l.m.id : 0;
	if (!l.there && r < 0) {
		daemon_log_fault("alarms", &f);
	} else if (l.there && send_letter(o, &l, r)) {
		/* The text of the fault is in the message. */
		l.f = &g;
		if (daemon_history_with(o->history, update, &l) < 0)
			daemon_log_fault("alarms", &g);
	}
	arena_release(&l.arena);
	return id;
}

static void config_free(struct daemon_config *c)
{
	if (c)
		daemon_config_release(c);
	free(c);
}

/* Takes over what reload left. Returns whether there was something. The lock is held. */
static bool take_over(struct outbox *o)
{
	if (!o->next)
		return false;
	config_free(o->c);
	o->c = o->next;
	o->next = NULL;
	return true;
}

/* Has what waits tried now. */
static int hurry(void *ctx, struct store *s)
{
	const struct outbox *o = ctx;
	int r = 0;
	for (size_t i = 0; r == 0 && i < o->c->alarms.ntargets; i++)
		r = history_messages_hurry(s, o->c->alarms.targets[i].name, NULL);
	return r;
}

static void *outbox_main(void *arg)
{
	struct outbox *o = arg;
	pthread_mutex_lock(&o->lock);
	while (!o->stopping) {
		bool fresh = take_over(o);
		o->woken = false;
		pthread_mutex_unlock(&o->lock);
		if (fresh)
			daemon_history_with(o->history, hurry, o);
		for (int64_t id = 0; !o->stopping && (id = send_next(o, id));)
			;
		pthread_mutex_lock(&o->lock);
		uint64_t wait = o->c->alarms.pause_s < LOOK_S ? o->c->alarms.pause_s : LOOK_S;
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += (time_t)wait;
		if (!o->stopping && !o->woken)
			pthread_cond_timedwait(&o->wake, &o->lock, &until);
	}
	pthread_mutex_unlock(&o->lock);
	return NULL;
}

/* Copies what matters of C by reading its text again. */
static int copy_config(const struct daemon_config *c, struct daemon_config **ret,
		       struct fault *f)
{
	struct daemon_config *copy = calloc(1, sizeof *copy);
	int r = copy ? daemon_config_parse(view_of(c->text), "the configuration", copy, f)
		     : -ENOMEM;
	if (r < 0) {
		free(copy);
		return f && f->code ? r : fault_set(f, r, "cannot take over the alarms:");
	}
	free(copy->state);
	copy->state = strdup(c->state);
	if (!copy->state) {
		config_free(copy);
		return fault_set(f, -ENOMEM, "cannot take over the alarms:");
	}
	*ret = copy;
	return 0;
}

int outbox_start(struct daemon_history *h, const struct daemon_config *c, struct outbox **ret,
		 struct fault *f)
{
	pthread_condattr_t attr;
	struct outbox *o = calloc(1, sizeof *o);
	if (!o)
		return fault_set(f, -ENOMEM, "cannot start the alarms:");
	o->history = h;
	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->wake, &attr);
	pthread_condattr_destroy(&attr);
	int r = copy_config(c, &o->c, f);
	if (r == 0 && pthread_create(&o->thread, NULL, outbox_main, o) != 0)
		r = fault_set(f, -EAGAIN, "cannot start the alarms:");
	o->threaded = r == 0;
	if (r < 0)
		outbox_free(o);
	else
		*ret = o;
	return r;
}

int outbox_reload(struct outbox *o, const struct daemon_config *c, struct fault *f)
{
	struct daemon_config *next = NULL;
	int r = copy_config(c, &next, f);
	if (r < 0)
		return r;
	pthread_mutex_lock(&o->lock);
	config_free(o->next);
	o->next = next;
	o->woken = true;
	pthread_cond_signal(&o->wake);
	pthread_mutex_unlock(&o->lock);
	return 0;
}

void outbox_wake(struct outbox *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->woken = true;
	pthread_cond_signal(&o->wake);
	pthread_mutex_unlock(&o->lock);
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->stopping = true;
	pthread_cond_signal(&o->wake);
	pthread_mutex_unlock(&o->lock);
	if (o->threaded)
		pthread_join(o->thread, NULL);
	config_free(o->c);
	config_free(o->next);
	pthread_cond_destroy(&o->wake);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

size_t outbox_tell_all(const struct daemon_config *c, const char *text)
{
	const struct alarm_sender s = {.c = &c->alarms, .state = c->state};
	const struct alarm m = {.was = "", .text = text};
	size_t bad = 0;
	char id[64];
	snprintf(id, sizeof id, "bh_0_%" PRId64, sys_now_ns());
	for (size_t i = 0; i < c->alarms.ntargets; i++) {
		struct fault f = FAULT_INIT;
		if (alarm_send(&s, &c->alarms.targets[i], &m, id, &f) == 0)
			continue;
		daemon_log_fault(c->alarms.targets[i].name, &f);
		bad++;
	}
	return bad;
}
