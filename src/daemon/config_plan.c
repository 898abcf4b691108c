/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "daemon/config_read.h"
#include "peers/config.h"

enum { NAME_MAX_BYTES = 64, RETRIES = 3, RETRIES_MAX = 100, PAUSE_S = 600 };

/* Reads times of day, "HH:MM". */
static int read_times(const struct config_reader *r, const struct json_value *v,
		      struct daemon_plan *p)
{
	if (!json_is_an_array(v) || !json_count(v))
		return config_refuse(r, "schedule.at",
				     "expected a list of times, such as [\"03:00\"]");
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
			return config_refuse(r, "schedule.at",
					     "expected a time of day, such as \"03:00\"");
		p->at[p->nat++] = hour * 60 + min;
	}
	return 0;
}

const struct trigger *trigger_find(const struct daemon_plan *p, enum trigger_kind kind)
{
	for (size_t i = 0; i < p->ntriggers; i++)
		if (p->triggers[i].kind == kind)
			return &p->triggers[i];
	return NULL;
}

/* Reads V as one more trigger of P. */
static int add_trigger(const struct config_reader *r, const struct json_value *v,
		       struct daemon_plan *p)
{
	struct trigger *t =
	    vec_grow(p->triggers, &p->triggers_cap, p->ntriggers + 1, sizeof *t);
	if (!t)
		return -ENOMEM;
	p->triggers = t;
	t[p->ntriggers] = (struct trigger){.targets = STRLIST_INIT};
	return config_read_trigger(r, v, &t[p->ntriggers++]);
}

/* Reads the list V for P; NULL: there are none. */
static int read_triggers(const struct config_reader *r, const struct json_value *v,
			 struct daemon_plan *p)
{
	if (!v)
		return 0;
	if (!json_is_an_array(v) || !json_count(v))
		return config_refuse(r, "schedule.triggers",
				     "expected a list, such as [{ \"peer\": \"NAME\" }]");
	int e = 0;
	for (size_t i = 0; e == 0 && i < json_count(v); i++) {
		e = add_trigger(r, json_item(v, i), p);
		for (size_t k = 0; e == 0 && k < i; k++)
			if (strcmp(p->triggers[k].watch, p->triggers[i].watch) == 0 ||
			    (p->triggers[k].kind == p->triggers[i].kind &&
			     p->triggers[i].kind != TRIGGER_PEER))
				e = config_refuse(r, "schedule.triggers",
						  "a plan has one branch, one list of sources, "
						  "and each peer once");
	}
	if (e == -ENOMEM)
		return fault_set(r->f, e, "cannot read %s:", r->file);
	if (e == 0 && p->recipes && trigger_find(p, TRIGGER_GIT))
		e = config_refuse(
		    r, "schedule.recipes",
		    "the plan has the recipes of its branch: triggers.folder says "
		    "where they are in it");
	return e;
}

int config_check_triggers(const struct config_reader *r, const struct daemon_config *c,
			  const struct config *all)
{
	for (size_t i = 0; i < c->nplans; i++)
		for (size_t k = 0; k < c->plans[i].ntriggers; k++) {
			const char *peer = c->plans[i].triggers[k].peer;
			if (peer && !config_peer(all, peer))
				return fault_set(
				    r->f, ERR_CONFIG,
				    "%s: daemon.schedule: plan %s: triggers: there is "
				    "no peer '%s'",
				    r->file, c->plans[i].name, peer);
		}
	return 0;
}

static int read_commands(const struct config_reader *r, const struct json_value *v,
			 struct daemon_plan *p)
{
	/* What watches sources has that to do. */
	if (!v && trigger_find(p, TRIGGER_SOURCES))
		return 0;
	if (!v || !json_is_an_array(v) || !json_count(v))
		return config_refuse(
		    r, "schedule.run",
		    "expected a list of commands, such as [[\"build\", \"mes\"]]");
	p->run = calloc(json_count(v), sizeof *p->run);
	if (!p->run)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	for (size_t i = 0; i < json_count(v); i++) {
		int e =
		    config_get_texts(r, json_item(v, i), "schedule.run", &p->run[p->nrun++]);
		if (e < 0)
			return e;
		if (!p->run[i].n)
			return config_refuse(r, "schedule.run", "a command is empty");
	}
	return 0;
}

/* Reads how often a run that failed is tried again: "retries" may be 0. */
static int read_retries(const struct config_reader *r, const struct json_value *v,
			struct daemon_plan *p)
{
	const struct json_value *n = json_member(v, "retries");
	uint64_t retries = p->retries;
	if (n && (json_whole(n, &retries) < 0 || retries > RETRIES_MAX))
		return config_refuse(r, "schedule.retries",
				     "a whole number from 0 to 100 is expected");
	p->retries = (unsigned)retries;
	int e = config_get_seconds(r, json_member(v, "pause"), "schedule.pause", &p->pause_s);
	return e == 0 && p->pause_s < 1
		   ? config_refuse(r, "schedule.pause", "at least 1 s is expected")
		   : e;
}

/* Looks whether NAME (may be NULL), that of C's last plan, can name a plan. */
static int check_name(const struct config_reader *r, const char *name,
		      const struct daemon_config *c)
{
	if (!name || strlen(name) > NAME_MAX_BYTES || !path_is_name(view_of(name)))
		return config_refuse(r, "schedule.name",
				     "expected a name of letters, digits, '-' and '_'");
	if (strcmp(name, "gc") == 0)
		return config_refuse(r, "schedule.name", "\"gc\" is taken");
	for (size_t i = 0; i + 1 < c->nplans; i++)
		if (c->plans[i].name && strcmp(c->plans[i].name, name) == 0)
			return config_refuse(r, "schedule.name", "two have this name");
	return 0;
}

int config_read_plan(const struct config_reader *r, const struct json_value *v,
		     struct daemon_config *c)
{
	static const char *const names[] = {"name",    "every", "at",     "run",      "recipes",
					    "retries", "pause", "notify", "triggers", NULL};
	int e = config_check_object(r, v, "schedule", names);
	if (e < 0)
		return e;
	struct daemon_plan *p = vec_grow(c->plans, &c->plans_cap, c->nplans + 1, sizeof *p);
	if (!p)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	c->plans = p;
	p = &c->plans[c->nplans++];
	*p = (struct daemon_plan){.retries = RETRIES, .pause_s = PAUSE_S};
	const struct json_value *at = json_member(v, "at");
	e = config_get_text(r, json_member(v, "name"), "schedule.name", &p->name);
	if (e == 0)
		e = check_name(r, p->name, c);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "every"), "schedule.every",
				       &p->every_s);
	if (e == 0 && at)
		e = read_times(r, at, p);
	if (e == 0)
		e = config_get_path(r, json_member(v, "recipes"), "schedule.recipes",
				    &p->recipes);
	if (e == 0)
		e = read_triggers(r, json_member(v, "triggers"), p);
	if (e == 0 && (at ? p->every_s : !p->every_s && !p->ntriggers))
		e = config_refuse(r, "schedule",
				  "expected either \"every\" or \"at\", or \"triggers\"");
	if (e == 0)
		e = read_retries(r, v, p);
	if (e == 0)
		e = config_get_texts(r, json_member(v, "notify"), "schedule.notify",
				     &p->notify);
	return e < 0 ? e : read_commands(r, json_member(v, "run"), p);
}

int daemon_plan_copy(const struct daemon_plan *p, struct daemon_plan *ret)
{
	*ret = (struct daemon_plan){
	    .every_s = p->every_s, .retries = p->retries, .pause_s = p->pause_s};
	ret->name = strdup(p->name);
	ret->recipes = p->recipes ? strdup(p->recipes) : NULL;
	ret->at = calloc(p->nat + 1, sizeof *ret->at);
	ret->run = calloc(p->nrun + 1, sizeof *ret->run);
	ret->triggers = calloc(p->ntriggers + 1, sizeof *ret->triggers);
	int r =
	    ret->name && ret->at && ret->run && ret->triggers && (!p->recipes || ret->recipes)
		? 0
		: -ENOMEM;
	if (r == 0 && p->nat)
		memcpy(ret->at, p->at, p->nat * sizeof *p->at);
	ret->nat = r == 0 ? p->nat : 0;
	for (size_t i = 0; r == 0 && i < p->nrun; i++) {
		ret->nrun = i + 1;
		for (size_t k = 0; r == 0 && k < p->run[i].n; k++)
			r = strlist_add(&ret->run[i], p->run[i].items[k]);
	}
	for (size_t i = 0; r == 0 && i < p->notify.n; i++)
		r = strlist_add(&ret->notify, p->notify.items[i]);
	for (size_t i = 0; r == 0 && i < p->ntriggers; i++)
		r = trigger_copy(&p->triggers[i], &ret->triggers[ret->ntriggers++]);
	return r;
}

void daemon_plan_release(struct daemon_plan *p)
{
	for (size_t i = 0; i < p->ntriggers; i++)
		trigger_release(&p->triggers[i]);
	free(p->triggers);
	for (size_t i = 0; i < p->nrun; i++)
		strlist_release(&p->run[i]);
	free(p->run);
	strlist_release(&p->notify);
	free(p->at);
	free(p->name);
	free(p->recipes);
}
