/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alarm_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "daemon/config_read.h"
#include "net/http.h"

static int read_smtp(const struct config_reader *r, const struct json_value *v,
		     struct alarm_config *c)
{
	static const char *const names[] = {"server", "from", "user", "password", "tls", NULL};
	static const char *const words[] = {"try", "required", "none"};
	if (!v)
		return 0;
	struct view tls = json_text(json_member(v, "tls"));
	int e = config_check_object(r, v, "alarms.smtp", names);
	if (e == 0)
		e = config_get_text(r, json_member(v, "server"), "alarms.smtp.server",
				    &c->server);
	if (e == 0)
		e = config_get_text(r, json_member(v, "from"), "alarms.smtp.from", &c->from);
	if (e == 0)
		e = config_get_text(r, json_member(v, "user"), "alarms.smtp.user", &c->user);
	if (e == 0)
		e = config_get_path(r, json_member(v, "password"), "alarms.smtp.password",
				    &c->password);
	if (e < 0)
		return e;
	if (c->server && !mail_is_server(c->server))
		return config_refuse(r, "alarms.smtp.server",
				     "expected smtp://HOST:PORT or smtps://HOST:PORT");
	if (c->from && !mail_is_address(c->from))
		return config_refuse(r, "alarms.smtp.from", "expected an address of mail");
	/* A password does not go out in the clear unless somebody says so. */
	c->tls = c->user ? MAIL_TLS_REQUIRED : MAIL_TLS_TRY;
	if (!json_member(v, "tls"))
		return 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (view_is(tls, words[i])) {
			c->tls = (enum mail_tls)i;
			return 0;
		}
	return config_refuse(r, "alarms.smtp.tls",
			     "expected \"try\", \"required\" or \"none\"");
}

/* Looks whether the fields of T go together, and with the rest of C. */
static int check_target(const struct config_reader *r, const struct alarm_config *c,
			const struct alarm_target *t)
{
	if (!t->name || !path_is_name(view_of(t->name)))
		return config_refuse(r, "alarms.targets.name",
				     "expected a name of letters, digits, '-' and '_'");
	if (alarm_target_find(c, t->name) != t)
		return config_refuse(r, "alarms.targets.name", "two have this name");
	if (!t->mail.n == !t->url)
		return config_refuse(r, "alarms.targets",
				     "expected either \"mail\" or \"url\"");
	for (size_t i = 0; i < t->mail.n; i++)
		if (!mail_is_address(t->mail.items[i]))
			return config_refuse(r, "alarms.targets.mail",
					     "expected a list of addresses of mail");
	if (t->url && !http_is_url(t->url))
		return config_refuse(r, "alarms.targets.url", "expected http://… or https://…");
	if (t->mail.n && !c->from)
		return config_refuse(r, "alarms.smtp.from", "who does the mail come from?");
	return 0;
}

static int read_target(const struct config_reader *r, const struct json_value *v,
		       struct alarm_config *c)
{
	static const char *const names[] = {"name", "mail", "url", "on", NULL};
	int e = config_check_object(r, v, "alarms.targets", names);
	if (e < 0)
		return e;
	struct alarm_target *t =
	    vec_grow(c->targets, &c->targets_cap, c->ntargets + 1, sizeof *t);
	if (!t)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	c->targets = t;
	t = &c->targets[c->ntargets++];
	*t = (struct alarm_target){.mail = STRLIST_INIT};
	struct view on = json_text(json_member(v, "on"));
	t->worse = view_is(on, "worse");
	if (json_member(v, "on") && !t->worse && !view_is(on, "change"))
		return config_refuse(r, "alarms.targets.on",
				     "expected \"change\" or \"worse\"");
	e = config_get_text(r, json_member(v, "name"), "alarms.targets.name", &t->name);
	if (e == 0)
		e = config_get_texts(r, json_member(v, "mail"), "alarms.targets.mail",
				     &t->mail);
	if (e == 0)
		e = config_get_text(r, json_member(v, "url"), "alarms.targets.url", &t->url);
	return e < 0 ? e : check_target(r, c, t);
}

int config_read_alarms(const struct config_reader *r, const struct json_value *v,
		       struct alarm_config *c)
{
	static const char *const names[] = {"targets", "smtp",     "key",
					    "pause",   "attempts", NULL};
	if (!v)
		return 0;
	int e = config_check_object(r, v, "alarms", names);
	if (e == 0)
		e = read_smtp(r, json_member(v, "smtp"), c);
	if (e == 0)
		e = config_get_text(r, json_member(v, "key"), "alarms.key", &c->key);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "pause"), "alarms.pause", &c->pause_s);
	if (e == 0)
		e = config_get_count(r, json_member(v, "attempts"), "alarms.attempts",
				     &c->attempts);
	if (e == 0 && (c->pause_s < 1 || c->pause_s > ALARM_PAUSE_MAX_S))
		e = config_refuse(r, "alarms.pause", "from 1 s to 6 h is allowed");
	const struct json_value *t = json_member(v, "targets");
	if (e == 0 && t && !json_is_an_array(t))
		e = config_refuse(r, "alarms.targets", "expected a list");
	for (size_t i = 0; e == 0 && i < json_count(t); i++)
		e = read_target(r, json_item(t, i), c);
	return e;
}

const struct alarm_target *alarm_target_find(const struct alarm_config *c, const char *name)
{
	for (size_t i = 0; i < c->ntargets; i++)
		if (c->targets[i].name && strcmp(c->targets[i].name, name) == 0)
			return &c->targets[i];
	return NULL;
}

void alarm_config_release(struct alarm_config *c)
{
	for (size_t i = 0; i < c->ntargets; i++) {
		free(c->targets[i].name);
		free(c->targets[i].url);
		strlist_release(&c->targets[i].mail);
	}
	free(c->targets);
	free(c->server);
	free(c->from);
	free(c->user);
	free(c->password);
	free(c->key);
	*c = (struct alarm_config){0};
}
