/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/plan_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/program.h"
#include "daemon/alarm.h"
#include "daemon/trigger.h"

enum { SAID_MAX = 65536, LIMIT_S = 600 };

/* Prints that COMMAND of PLAN cannot be run. */
static void complain(const char *plan, const struct strlist *command, const char *said)
{
	struct buf words = BUF_INIT, text = BUF_INIT;
	for (size_t i = 0; i < command->n; i++)
		buf_addf(&words, "%s%s", i ? " " : "", command->items[i]);
	escape_addf(&text, "boot-hurdd: daemon.schedule: plan %s: %s: %s\n", plan,
		    buf_str(&words), said);
	fputs(buf_str(&text), stderr);
	buf_release(&words);
	buf_release(&text);
}

/* Makes the words by which PROGRAM carries out COMMAND of P. */
static int words_of(const struct daemon_config *c, const char *program,
		    const struct daemon_plan *p, const struct strlist *command,
		    struct strlist *argv)
{
	const char *recipes = p->recipes ? p->recipes : c->recipes;
	int r = strlist_add(argv, program);
	if (r == 0)
		r = strlist_add(argv, command->items[0]);
	if (r == 0)
		r = strlist_add(argv, "--no-daemon");
	if (r == 0 && recipes && strcmp(command->items[0], "gc") != 0)
		r = strlist_addf(argv, "--recipes=%s", recipes);
	for (size_t i = 1; r == 0 && i < command->n; i++)
		r = strlist_add(argv, command->items[i]);
	return r;
}

/* Checks COMMAND of P. Returns whether it is good. */
static bool check_command(const struct daemon_config *c, const char *program,
			  const struct daemon_plan *p, const struct strlist *command)
{
	static const char *const hides[] = {"BOOT_HURD_", NULL};
	struct strlist argv = STRLIST_INIT;
	struct program_result got = {.status = 0};
	struct fault f = FAULT_INIT;
	FREE_PTR char *state = NULL;
	int r = words_of(c, program, p, command, &argv);
	if (r == 0 && asprintf(&state, "BOOT_HURD_STATE=%s", c->state) < 0)
		r = -ENOMEM;
	/* Which recipes a branch has is not known before it is asked. */
	bool follows = trigger_find(p, TRIGGER_GIT) != NULL;
	const char *sets[] = {
	    state, follows ? "BOOT_HURD_ONLY_CHECK=options" : "BOOT_HURD_ONLY_CHECK=1", NULL};
	const struct program check = {.argv = (const char *const *)argv.items,
				      .hides = hides,
				      .sets = sets,
				      .limit_s = LIMIT_S,
				      .max = SAID_MAX};
	if (r == 0)
		r = program_run(&check, &got, &f);
	if (r < 0) {
		complain(p->name, command, f.code ? f.what : err_str(r));
	} else if (got.status) {
		/* Its own first line says it, without its name. */
		struct view said = buf_view(&got.err), line = said;
		view_line(&said, &line);
		view_skip(&line, "boot-hurd: ");
		FREE_PTR char *text = line.len ? strndup(line.ptr, line.len) : NULL;
		complain(p->name, command, text ? text : "cannot be carried out");
	}
	bool good = r == 0 && !got.status;
	strlist_release(&argv);
	program_result_release(&got);
	return good;
}

/* Checks that there is a key where one must sign. */
static bool check_key(const struct daemon_config *c)
{
	struct fault f = FAULT_INIT;
	struct key k = {.secret = false};
	struct buf text = BUF_INIT;
	bool calls = false;
	for (size_t i = 0; i < c->alarms.ntargets; i++)
		calls |= c->alarms.targets[i].url != NULL;
	if (!calls)
		return true;
	int r = alarm_signer(&c->alarms, c->state, &k, &f);
	key_release(&k);
	if (r == 0)
		return true;
	escape_addf(&text, "boot-hurdd: daemon.alarms.key: %s%s%s\n", f.what,
		    f.hint[0] ? "; " : "", f.hint);
	fputs(buf_str(&text), stderr);
	buf_release(&text);
	return false;
}

/* Checks the targets whose sources P watches. Returns how many faults there are. */
static size_t check_sources(const struct daemon_config *c, const char *program,
			    const struct daemon_plan *p)
{
	const struct trigger *t = trigger_find(p, TRIGGER_SOURCES);
	struct strlist command = STRLIST_INIT;
	bool good =
	    !t || (trigger_command(t, &command) == 0 && check_command(c, program, p, &command));
	strlist_release(&command);
	return !good;
}

size_t plan_check(const struct daemon_config *c, const char *program)
{
	size_t bad = !check_key(c);
	for (size_t i = 0; i < c->nplans; i++)
		bad += check_sources(c, program, &c->plans[i]);
	for (size_t i = 0; i < c->nplans; i++)
		for (size_t k = 0; k < c->plans[i].nrun; k++)
			bad += !check_command(c, program, &c->plans[i], &c->plans[i].run[k]);
	return bad;
}
