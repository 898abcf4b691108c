/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "json/json.h"
#include "json/value.h"
#include "peers/config.h"

enum {
	FILE_MAX = 1 << 20, /* bytes of a configuration */
	JOBS = 8,
	CONNECTIONS = 1000,
	PER_CLIENT = 64,
	TIMEOUT_S = 30,
	RATE_MIN = 1024,
	DRAIN_S = 600,
	NAME_MAX_BYTES = 64,
};
#define MIN_FREE        (UINT64_C(1) << 30)
#define GC_OLDER_THAN_S (UINT64_C(30) * 86400)

/* What is being read, for faults. */
struct reader {
	const char *file;
	struct fault *f;
};

/* Refuses: "FILE: daemon.FIELD: WHAT". */
static int refuse(const struct reader *r, const char *field, const char *what)
{
	return fault_set(r->f, ERR_CONFIG, "%s: daemon%s%s: %s", r->file, *field ? "." : "",
			 field, what);
}

/* Refuses members of the object V other than NAMES. */
static int check_object(const struct reader *r, const struct json_value *v, const char *field,
			const char *const *names)
{
	char full[256];
	if (!json_is_an_object(v))
		return refuse(r, field, "an object is wanted");
	const char *unknown = json_unknown(v, names);
	if (!unknown)
		return 0;
	snprintf(full, sizeof full, "%s%s%s", field, *field ? "." : "", unknown);
	return refuse(r, full, "there is no such field");
}

static int get_text(const struct reader *r, const struct json_value *v, const char *field,
		    char **ret)
{
	if (!v)
		return 0;
	struct view t = json_text(v);
	if (!t.len || memchr(t.ptr, '\0', t.len))
		return refuse(r, field, "a text is wanted");
	char *copy = strndup(t.ptr, t.len);
	if (!copy)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	free(*ret);
	*ret = copy;
	return 0;
}

static int get_path(const struct reader *r, const struct json_value *v, const char *field,
		    char **ret)
{
	int e = get_text(r, v, field, ret);
	if (e == 0 && v && *ret && (*ret)[0] != '/')
		e = refuse(r, field, "an absolute path is wanted");
	return e;
}

/* Reads a number, or a text "NUMBER UNIT" with one of the letters UNITS, worth FACTORS. */
static int get_units(const struct reader *r, const struct json_value *v, const char *field,
		     const char *units, const uint64_t *factors, uint64_t *ret)
{
	char text[32], *end;
	if (!v || json_whole(v, ret) == 0)
		return 0;
	struct view t = json_text(v);
	if (!t.len || t.len >= sizeof text || t.ptr[0] < '0' || t.ptr[0] > '9')
		return refuse(r, field,
			      "a number, or a text such as \"10\" with a unit, is wanted");
	memcpy(text, t.ptr, t.len);
	text[t.len] = '\0';
	errno = 0;
	uint64_t n = strtoull(text, &end, 10), factor = 1;
	const char *unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		factor = factors[unit - units];
		end++;
	}
	if (errno || *end || n > (UINT64_C(1) << 53) / factor)
		return refuse(r, field, "the number or its unit cannot be used");
	*ret = n * factor;
	return 0;
}

static int get_seconds(const struct reader *r, const struct json_value *v, const char *field,
		       uint64_t *ret)
{
	static const uint64_t factors[] = {1, 60, 3600, 86400};
	int e = get_units(r, v, field, "smhd", factors, ret);
	return e == 0 && v && *ret > SYS_SECONDS_MAX
		   ? refuse(r, field, "a time is at most 100 years")
		   : e;
}

static int get_bytes(const struct reader *r, const struct json_value *v, const char *field,
		     uint64_t *ret)
{
	static const uint64_t factors[] = {1 << 10, 1 << 20, 1 << 30, UINT64_C(1) << 40};
	return get_units(r, v, field, "KMGT", factors, ret);
}

static int get_count(const struct reader *r, const struct json_value *v, const char *field,
		     unsigned *ret)
{
	uint64_t n;
	if (!v)
		return 0;
	if (json_whole(v, &n) < 0 || n < 1 || n > 1000000)
		return refuse(r, field, "a whole number from 1 on is wanted");
	*ret = (unsigned)n;
	return 0;
}

static int get_texts(const struct reader *r, const struct json_value *v, const char *field,
		     struct strlist *ret)
{
	if (!v)
		return 0;
	if (!json_is_an_array(v))
		return refuse(r, field, "a list of texts is wanted");
	for (size_t i = 0; i < json_count(v); i++) {
		struct view t = json_text(json_item(v, i));
		if (!t.len || memchr(t.ptr, '\0', t.len))
			return refuse(r, field, "a list of texts is wanted");
		if (strlist_addf(ret, "%.*s", (int)t.len, t.ptr) < 0)
			return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	}
	return 0;
}

static int read_control(const struct reader *r, const struct json_value *v,
			struct daemon_config *c)
{
	static const char *const names[] = {"socket", "mode", "jobs", NULL};
	if (!v)
		return 0;
	const struct json_value *mode = json_member(v, "mode");
	struct view t = json_text(mode);
	int e = check_object(r, v, "control", names);
	if (e == 0)
		e = get_path(r, json_member(v, "socket"), "control.socket", &c->socket);
	if (e == 0)
		e = get_count(r, json_member(v, "jobs"), "control.jobs", &c->jobs);
	if (e < 0 || !mode)
		return e;
	mode_t m = 0;
	for (size_t i = 0; i < t.len; i++)
		m = t.ptr[i] >= '0' && t.ptr[i] <= '7' && m <= 0777
			? m * 8 + (mode_t)(t.ptr[i] - '0')
			: 010000;
	if (!t.len || m > 0777)
		return refuse(r, "control.mode", "a mode in octal is wanted, such as \"660\"");
	c->mode = m;
	return 0;
}

static int read_public(const struct reader *r, const struct json_value *v,
		       struct daemon_config *c)
{
	static const char *const names[] = {"listen",  "folder",   "connections", "per_client",
					    "timeout", "rate_min", NULL};
	if (!v)
		return 0;
	int e = check_object(r, v, "public", names);
	if (e == 0)
		e = get_texts(r, json_member(v, "listen"), "public.listen", &c->listen);
	if (e == 0)
		e = get_path(r, json_member(v, "folder"), "public.folder", &c->folder);
	if (e == 0)
		e = get_count(r, json_member(v, "connections"), "public.connections",
			      &c->connections);
	if (e == 0)
		e = get_count(r, json_member(v, "per_client"), "public.per_client",
			      &c->per_client);
	if (e == 0)
		e = get_seconds(r, json_member(v, "timeout"), "public.timeout", &c->timeout_s);
	if (e == 0)
		e = get_bytes(r, json_member(v, "rate_min"), "public.rate_min", &c->rate_min);
	if (e == 0 && (c->timeout_s < 1 || c->timeout_s > 86400))
		e = refuse(r, "public.timeout", "from 1 s to 1 d is allowed");
	if (e == 0 && c->listen.n && !c->folder)
		e = refuse(r, "public.folder", "what is to be served?");
	return e;
}

/* Reads times of day, "HH:MM". */
static int read_times(const struct reader *r, const struct json_value *v, struct daemon_plan *p)
{
	if (!json_is_an_array(v) || !json_count(v))
		return refuse(r, "schedule.at",
			      "a list of times is wanted, such as [\"03:00\"]");
	p->at = calloc(json_count(v), sizeof *p->at);
	if (!p->at)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	for (size_t i = 0; i < json_count(v); i++) {
		struct view t = json_text(json_item(v, i));
		bool ok = t.len == 5 && t.ptr[2] == ':';
		for (size_t k = 0; ok && k < 5; k++)
			ok = k == 2 || (t.ptr[k] >= '0' && t.ptr[k] <= '9');
		unsigned hour =
		    ok ? (unsigned)(t.ptr[0] - '0') * 10 + (unsigned)(t.ptr[1] - '0') : 99;
		unsigned min =
		    ok ? (unsigned)(t.ptr[3] - '0') * 10 + (unsigned)(t.ptr[4] - '0') : 99;
		if (hour > 23 || min > 59)
			return refuse(r, "schedule.at",
				      "a time of day is wanted, such as \"03:00\"");
		p->at[p->nat++] = hour * 60 + min;
	}
	return 0;
}

static int read_commands(const struct reader *r, const struct json_value *v,
			 struct daemon_plan *p)
{
	if (!v || !json_is_an_array(v) || !json_count(v))
		return refuse(r, "schedule.run",
			      "a list of commands is wanted, such as [[\"build\", \"mes\"]]");
	p->run = calloc(json_count(v), sizeof *p->run);
	if (!p->run)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	for (size_t i = 0; i < json_count(v); i++) {
		int e = get_texts(r, json_item(v, i), "schedule.run", &p->run[p->nrun++]);
		if (e < 0)
			return e;
		if (!p->run[i].n)
			return refuse(r, "schedule.run", "a command is empty");
	}
	return 0;
}

/* Looks whether NAME (may be NULL), that of C's last plan, can name a plan. */
static int check_name(const struct reader *r, const char *name, const struct daemon_config *c)
{
	if (!name || strlen(name) > NAME_MAX_BYTES || !path_is_name(view_of(name)))
		return refuse(r, "schedule.name",
			      "a name of letters, digits, '-' and '_' is wanted");
	if (strcmp(name, "gc") == 0)
		return refuse(r, "schedule.name", "\"gc\" is taken");
	for (size_t i = 0; i + 1 < c->nplans; i++)
		if (c->plans[i].name && strcmp(c->plans[i].name, name) == 0)
			return refuse(r, "schedule.name", "two have this name");
	return 0;
}

static int read_plan(const struct reader *r, const struct json_value *v,
		     struct daemon_config *c)
{
	static const char *const names[] = {"name", "every", "at", "run", "recipes", NULL};
	int e = check_object(r, v, "schedule", names);
	if (e < 0)
		return e;
	struct daemon_plan *p = vec_grow(c->plans, &c->plans_cap, c->nplans + 1, sizeof *p);
	if (!p)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	c->plans = p;
	p = &c->plans[c->nplans++];
	*p = (struct daemon_plan){0};
	const struct json_value *at = json_member(v, "at");
	e = get_text(r, json_member(v, "name"), "schedule.name", &p->name);
	if (e == 0)
		e = check_name(r, p->name, c);
	if (e == 0)
		e = get_seconds(r, json_member(v, "every"), "schedule.every", &p->every_s);
	if (e == 0 && at)
		e = read_times(r, at, p);
	if (e == 0 && !at == !p->every_s)
		e = refuse(r, "schedule", "either \"every\" or \"at\" is wanted");
	if (e == 0)
		e = get_path(r, json_member(v, "recipes"), "schedule.recipes", &p->recipes);
	return e < 0 ? e : read_commands(r, json_member(v, "run"), p);
}

static int read_gc(const struct reader *r, const struct json_value *v, struct daemon_config *c)
{
	static const char *const names[] = {"every", "older_than", NULL};
	if (!v)
		return 0;
	int e = check_object(r, v, "gc", names);
	if (e == 0)
		e = get_seconds(r, json_member(v, "every"), "gc.every", &c->gc_every_s);
	if (e == 0)
		e = get_seconds(r, json_member(v, "older_than"), "gc.older_than",
				&c->gc_older_than_s);
	return e;
}

/* Reads the object V. */
static int read_daemon(const struct reader *r, const struct json_value *v,
		       struct daemon_config *c)
{
	static const char *const names[] = {"state",  "recipes",  "program", "control",
					    "public", "schedule", "gc",      "min_free",
					    "drain",  NULL};
	int e = check_object(r, v, "", names);
	if (e == 0)
		e = get_path(r, json_member(v, "state"), "state", &c->state);
	if (e == 0)
		e = get_path(r, json_member(v, "recipes"), "recipes", &c->recipes);
	if (e == 0)
		e = get_path(r, json_member(v, "program"), "program", &c->program);
	if (e == 0)
		e = read_control(r, json_member(v, "control"), c);
	if (e == 0)
		e = read_public(r, json_member(v, "public"), c);
	const struct json_value *s = json_member(v, "schedule");
	if (e == 0 && s && !json_is_an_array(s))
		e = refuse(r, "schedule", "a list is wanted");
	for (size_t i = 0; e == 0 && i < json_count(s); i++)
		e = read_plan(r, json_item(s, i), c);
	if (e == 0)
		e = read_gc(r, json_member(v, "gc"), c);
	if (e == 0)
		e = get_bytes(r, json_member(v, "min_free"), "min_free", &c->min_free);
	return e < 0 ? e : get_seconds(r, json_member(v, "drain"), "drain", &c->drain_s);
}

static void set_defaults(struct daemon_config *c)
{
	*c = (struct daemon_config){.mode = 0600,
				    .jobs = JOBS,
				    .listen = STRLIST_INIT,
				    .connections = CONNECTIONS,
				    .per_client = PER_CLIENT,
				    .timeout_s = TIMEOUT_S,
				    .rate_min = RATE_MIN,
				    .gc_older_than_s = GC_OLDER_THAN_S,
				    .min_free = MIN_FREE,
				    .drain_s = DRAIN_S};
}

int daemon_config_parse(struct view text, const char *file, struct daemon_config *ret,
			struct fault *f)
{
	struct reader r = {file, f};
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
	const char *run = getenv("XDG_RUNTIME_DIR"), *env = getenv("BOOT_HURD_SOCKET");
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	if (!state && !c->state)
		state = getenv("BOOT_HURD_STATE");
	if (state && *state) {
		free(c->state);
		c->state = realpath(state, NULL);
		if (!c->state && state[0] == '/')
			c->state = strdup(state);
		if (!c->state)
			return fault_set(f, ERR_CONFIG,
					 "the state folder %s is no absolute path", state);
	}
	if (!c->state && data && data[0] == '/')
		c->state = path_join(data, "boot-hurd");
	if (!c->state && home && home[0] == '/')
		c->state = path_join(home, ".local/share/boot-hurd");
	if (!c->state)
		c->state = strdup("/var/lib/boot-hurd");
	if (env && env[0] == '/' && !c->socket)
		c->socket = strdup(env);
	if (!c->socket && run && run[0] == '/')
		c->socket = path_join(run, "boot-hurd/control");
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

void daemon_plan_release(struct daemon_plan *p)
{
	for (size_t i = 0; i < p->nrun; i++)
		strlist_release(&p->run[i]);
	free(p->run);
	free(p->at);
	free(p->name);
	free(p->recipes);
}

void daemon_config_release(struct daemon_config *c)
{
	for (size_t i = 0; i < c->nplans; i++)
		daemon_plan_release(&c->plans[i]);
	free(c->plans);
	free(c->text);
	free(c->state);
	free(c->recipes);
	free(c->program);
	free(c->socket);
	free(c->folder);
	strlist_release(&c->listen);
	*c = (struct daemon_config){0};
}
