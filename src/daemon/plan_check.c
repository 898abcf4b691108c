/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/plan_check.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest/keys.h"
#include "base/escape.h"
#include "base/file.h"

enum { SAID_MAX = 65536 };

/* Prints that COMMAND of PLAN is no good. */
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

/* Makes what PROGRAM gets: arguments and environment. */
static int prepare(const struct daemon_config *c, const struct daemon_plan *p,
		   const struct strlist *command, struct strlist *argv, struct strlist *envp)
{
	const char *recipes = p->recipes ? p->recipes : c->recipes;
	int r = strlist_add(argv, "boot-hurd");
	if (r == 0)
		r = strlist_add(argv, command->items[0]);
	if (r == 0)
		r = strlist_add(argv, "--no-daemon");
	if (r == 0 && recipes && strcmp(command->items[0], "gc") != 0)
		r = strlist_addf(argv, "--recipes=%s", recipes);
	for (size_t i = 1; r == 0 && i < command->n; i++)
		r = strlist_add(argv, command->items[i]);
	for (char **e = environ; r == 0 && *e; e++)
		if (strncmp(*e, "BOOT_HURD_", 10) != 0)
			r = strlist_add(envp, *e);
	if (r == 0)
		r = strlist_addf(envp, "BOOT_HURD_STATE=%s", c->state);
	return r == 0 ? strlist_add(envp, "BOOT_HURD_ONLY_CHECK=1") : r;
}

/* Runs PROGRAM, whose standard error goes to SAID. Returns its exit status, or negative. */
static int run(const char *program, char **argv, char **envp, struct buf *said)
{
	posix_spawn_file_actions_t a;
	int pipes[2], status = 0;
	pid_t pid;
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	posix_spawn_file_actions_init(&a);
	posix_spawn_file_actions_addopen(&a, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&a, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&a, pipes[1], 2);
	int r = -posix_spawn(&pid, program, &a, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&a);
	close(pipes[1]);
	if (r == 0)
		r = file_read_fd(pipes[0], SAID_MAX, said);
	close(pipes[0]);
	if (r < 0 && r != ERR_LIMIT)
		return r;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Checks COMMAND of P. Returns whether it is good. */
static bool check_command(const struct daemon_config *c, const char *program,
			  const struct daemon_plan *p, const struct strlist *command)
{
	struct strlist argv = STRLIST_INIT, envp = STRLIST_INIT;
	struct buf said = BUF_INIT;
	int r = prepare(c, p, command, &argv, &envp);
	if (r == 0)
		r = run(program, argv.items, envp.items, &said);
	if (r < 0) {
		complain(p->name, command, err_str(r));
	} else if (r > 0) {
		/* Its own first line says it, without its name. */
		const char *text = buf_str(&said);
		if (strncmp(text, "boot-hurd: ", 11) == 0)
			text += 11;
		if (said.ptr)
			said.ptr[(size_t)(text - said.ptr) + strcspn(text, "\n")] = '\0';
		complain(p->name, command, *text ? text : "cannot be carried out");
	}
	strlist_release(&argv);
	strlist_release(&envp);
	buf_release(&said);
	return r == 0;
}

/* Checks that there is a key where one must sign. */
static bool check_key(const struct daemon_config *c)
{
	struct fault f = FAULT_INIT;
	struct key k = {.secret = false};
	size_t found = 0;
	bool calls = false;
	for (size_t i = 0; i < c->alarms.ntargets; i++)
		calls |= c->alarms.targets[i].url != NULL;
	if (!calls)
		return true;
	int r = keys_signer(c->state, c->alarms.key, &k, &found, &f);
	key_release(&k);
	if (r == 0 && found == 1)
		return true;
	struct buf text = BUF_INIT;
	escape_addf(&text, "boot-hurdd: daemon.alarms.key: %s\n",
		    r < 0   ? f.what
		    : found ? "there are several keys: name one"
			    : "there is no key to sign what a URL gets");
	fputs(buf_str(&text), stderr);
	buf_release(&text);
	return false;
}

size_t plan_check(const struct daemon_config *c, const char *program)
{
	size_t bad = !check_key(c);
	for (size_t i = 0; i < c->nplans; i++)
		for (size_t k = 0; k < c->plans[i].nrun; k++)
			bad += !check_command(c, program, &c->plans[i], &c->plans[i].run[k]);
	return bad;
}
