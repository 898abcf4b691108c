/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/xdg.h"
#include "daemon/config_read.h"
#include "json/json.h"
#include "peers/config.h"
#include "store/store.h"

enum {
	FILE_MAX = 1 << 20, /* bytes of a configuration */
	JOBS = 8,
	CONNECTIONS = 1000,
	PER_CLIENT = 64,
	TIMEOUT_S = 30,
	RATE_MIN = 1024,
	DRAIN_S = 600,
	HISTORY_RUNS = 1000,
};
#define HISTORY_KEEP_S  (UINT64_C(400) * 86400)
#define MIN_FREE        (UINT64_C(1) << 30)
#define GC_OLDER_THAN_S (UINT64_C(30) * 86400)

static int read_control(const struct config_reader *r, const struct json_value *v,
			struct daemon_config *c)
{
	static const char *const names[] = {"socket", "mode", "jobs", NULL};
	if (!v)
		return 0;
	const struct json_value *mode = json_member(v, "mode");
	struct view t = json_text(mode);
	int e = config_check_object(r, v, "control", names);
	if (e == 0)
		e = config_get_path(r, json_member(v, "socket"), "control.socket", &c->socket);
	if (e == 0)
		e = config_get_count(r, json_member(v, "jobs"), "control.jobs", &c->jobs);
	if (e < 0 || !mode)
		return e;
	mode_t m = 0;
	for (size_t i = 0; i < t.len; i++)
		m = t.ptr[i] >= '0' && t.ptr[i] <= '7' && m <= 0777
			? m * 8 + (mode_t)(t.ptr[i] - '0')
			: 010000;
	if (!t.len || m > 0777)
		return config_refuse(r, "control.mode",
				     "expected a mode in octal, such as \"660\"");
	c->mode = m;
	return 0;
}

static int read_public(const struct config_reader *r, const struct json_value *v,
		       struct daemon_config *c)
{
	static const char *const names[] = {"listen",  "folder",   "connections", "per_client",
					    "timeout", "rate_min", "pages",       NULL};
	if (!v)
		return 0;
	int e = config_check_object(r, v, "public", names);
	if (e == 0)
		e = config_get_texts(r, json_member(v, "listen"), "public.listen", &c->listen);
	if (e == 0)
		e = config_get_path(r, json_member(v, "folder"), "public.folder", &c->folder);
	if (e == 0)
		e = config_get_count(r, json_member(v, "connections"), "public.connections",
				     &c->connections);
	if (e == 0)
		e = config_get_count(r, json_member(v, "per_client"), "public.per_client",
				     &c->per_client);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "timeout"), "public.timeout",
				       &c->timeout_s);
	if (e == 0)
		e = config_get_bytes(r, json_member(v, "rate_min"), "public.rate_min",
				     &c->rate_min);
	if (e == 0 && (c->timeout_s < 1 || c->timeout_s > 86400))
		e = config_refuse(r, "public.timeout", "from 1 s to 1 d is allowed");
	if (e == 0 && json_member(v, "pages") &&
	    json_flag(json_member(v, "pages"), &c->pages) < 0)
		e = config_refuse(r, "public.pages", "true or false is expected");
	if (e == 0 && c->listen.n && !c->folder && !c->pages)
		e = config_refuse(r, "public.folder", "what is to be served?");
	return e;
}

static int read_gc(const struct config_reader *r, const struct json_value *v,
		   struct daemon_config *c)
{
	static const char *const names[] = {"every", "older_than", "keep_built", NULL};
	if (!v)
		return 0;
	int e = config_check_object(r, v, "gc", names);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "every"), "gc.every", &c->gc_every_s);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "older_than"), "gc.older_than",
				       &c->gc_older_than_s);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "keep_built"), "gc.keep_built",
				       &c->gc_keep_built_s);
	return e;
}

static int read_history(const struct config_reader *r, const struct json_value *v,
			struct daemon_config *c)
{
	static const char *const names[] = {"keep", "runs", NULL};
	if (!v)
		return 0;
	int e = config_check_object(r, v, "history", names);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "keep"), "history.keep",
				       &c->history_keep_s);
	return e < 0 ? e
		     : config_get_count(r, json_member(v, "runs"), "history.runs",
					&c->history_runs);
}

/* Looks whether each plan notifies targets that there are. */
static int check_notify(const struct config_reader *r, const struct daemon_config *c)
{
	for (size_t i = 0; i < c->nplans; i++)
		for (size_t k = 0; k < c->plans[i].notify.n; k++)
			if (!alarm_target_find(&c->alarms, c->plans[i].notify.items[k]))
				return fault_set(
				    r->f, ERR_CONFIG,
				    "%s: daemon.schedule: plan %s: notify: there is no target"
				    " '%s' in alarms.targets",
				    r->file, c->plans[i].name, c->plans[i].notify.items[k]);
	return 0;
}

/* Reads the object V. */
static int read_daemon(const struct config_reader *r, const struct json_value *v,
		       struct daemon_config *c)
{
	static const char *const names[] = {"state",  "recipes",  "program", "control",
					    "public", "schedule", "gc",      "min_free",
					    "drain",  "history",  "alarms",  NULL};
	int e = config_check_object(r, v, "", names);
	if (e < 0 ||
	    (e = config_get_path(r, json_member(v, "state"), "state", &c->state)) < 0 ||
	    (e = config_get_path(r, json_member(v, "recipes"), "recipes", &c->recipes)) < 0 ||
	    (e = config_get_path(r, json_member(v, "program"), "program", &c->program)) < 0 ||
	    (e = read_control(r, json_member(v, "control"), c)) < 0 ||
	    (e = read_public(r, json_member(v, "public"), c)) < 0)
		return e;
	const struct json_value *s = json_member(v, "schedule");
	if (s && !json_is_an_array(s))
		return config_refuse(r, "schedule", "expected a list");
	for (size_t i = 0; e == 0 && i < json_count(s); i++)
		e = config_read_plan(r, json_item(s, i), c);
	if (e < 0 || (e = read_gc(r, json_member(v, "gc"), c)) < 0 ||
	    (e = read_history(r, json_member(v, "history"), c)) < 0 ||
	    (e = config_read_alarms(r, json_member(v, "alarms"), &c->alarms)) < 0 ||
	    (e = check_notify(r, c)) < 0)
		return e;
	e = config_get_bytes(r, json_member(v, "min_free"), "min_free", &c->min_free);
	return e < 0 ? e : config_get_seconds(r, json_member(v, "drain"), "drain", &c->drain_s);
}

static void set_defaults(struct daemon_config *c)
{
	*c = (struct daemon_config){.mode = 0600,
				    .pages = true,
				    .jobs = JOBS,
				    .listen = STRLIST_INIT,
				    .alarms = ALARM_CONFIG_INIT,
				    .connections = CONNECTIONS,
				    .per_client = PER_CLIENT,
				    .timeout_s = TIMEOUT_S,
				    .rate_min = RATE_MIN,
				    .gc_older_than_s = GC_OLDER_THAN_S,
				    .gc_keep_built_s = STORE_KEEP_BUILT_S,
				    .min_free = MIN_FREE,
				    .drain_s = DRAIN_S,
				    .history_keep_s = HISTORY_KEEP_S,
				    .history_runs = HISTORY_RUNS};
}

int daemon_config_parse(struct view text, const char *file, struct daemon_config *ret,
			struct fault *f)
{
	struct config_reader r = {file, f};
	struct json_document *doc = NULL;
	struct config all = CONFIG_INIT;
	struct daemon_config c;
	set_defaults(&c);
	int e = json_document_parse(text, &doc, f);
	const struct json_value *own =
	    e == 0 ? json_member(json_document_root(doc), "daemon") : NULL;
	if (e < 0)
		fault_wrap(f, "%s", file);
	if (own)
		e = read_daemon(&r, own, &c);
	if (e == 0)
		e = config_parse(text, file, &all, f);
	if (e == 0)
		e = config_check_triggers(&r, &c, &all);
	json_document_free(doc);
	config_release(&all);
	if (e < 0)
		daemon_config_release(&c);
	else
		*ret = c;
	return e;
}

/* Fills in where state and socket are when nobody said so. */
static int fill_paths(struct daemon_config *c, const char *state, struct fault *f)
{
	const char *env = getenv("BOOT_HURD_SOCKET");
	if (!state && !c->state)
		state = getenv("BOOT_HURD_STATE");
	if (state && *state) {
		c->overridden = c->state;
		c->state = realpath(state, NULL);
		if (!c->state && state[0] == '/')
			c->state = strdup(state);
		if (!c->state)
			return fault_set(f, ERR_CONFIG,
					 "the state folder %s is not an absolute path", state);
	}
	if (c->overridden && c->state && strcmp(c->overridden, c->state) == 0) {
		free(c->overridden);
		c->overridden = NULL;
	}
	if (!c->state)
		c->state = xdg_path("XDG_DATA_HOME", ".local/share", "boot-hurd");
	if (!c->state)
		c->state = strdup("/var/lib/boot-hurd");
	if (env && env[0] == '/' && !c->socket)
		c->socket = strdup(env);
	if (!c->socket)
		c->socket = xdg_path("XDG_RUNTIME_DIR", NULL, "boot-hurd/control");
	if (!c->socket)
		c->socket = strdup("/run/boot-hurd/control");
	return c->state && c->socket ? 0 : fault_set(f, -ENOMEM, "cannot name the folders:");
}

int daemon_config_read(const char *file, bool optional, const char *state,
		       struct daemon_config *ret, struct fault *f)
{
	struct buf text = BUF_INIT;
	struct daemon_config c;
	set_defaults(&c);
	struct fault missing = FAULT_INIT;
	int r = file ? file_read(file, FILE_MAX, &text, &missing) : -ENOENT;
	if (r == 0) {
		r = daemon_config_parse(buf_view(&text), file, &c, f);
	} else if (r == -ENOENT && (!file || optional)) {
		r = 0;
	} else if (f) {
		*f = missing;
	}
	if (r == 0) {
		if (!text.len)
			buf_adds(&text, "{}\n");
		c.text = buf_detach(&text);
		r = c.text ? 0 : fault_set(f, -ENOMEM, "cannot read the configuration:");
	}
	buf_release(&text);
	if (r == 0)
		r = fill_paths(&c, state, f);
	if (r < 0)
		daemon_config_release(&c);
	else
		*ret = c;
	return r;
}

void daemon_config_release(struct daemon_config *c)
{
	for (size_t i = 0; i < c->nplans; i++)
		daemon_plan_release(&c->plans[i]);
	free(c->plans);
	alarm_config_release(&c->alarms);
	free(c->text);
	free(c->state);
	free(c->overridden);
	free(c->recipes);
	free(c->program);
	free(c->socket);
	free(c->folder);
	strlist_release(&c->listen);
	*c = (struct daemon_config){0};
}
