/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/keys.h"
#include "base/file.h"
#include "cmd/locate.h"
#include "cmd/overrides.h"
#include "cmd/print.h"
#include "cmd/remote.h"
#include "cmd/signals.h"
#include "cmd/target.h"
#include "cmd/terminal.h"
#include "recipe/suggest.h"

static const struct option_row NONE[] = {{0}};

/* The options that every command has. */
static const struct option_row COMMON[] = {
    {OPTION_LIST, 0, "recipes", offsetof(struct cmd, recipes_option), "DIR",
     "read recipes from DIR; again: on top of those before"},
    {OPTION_LIST, 0, "override-source", offsetof(struct cmd, overrides), "NAME=PATH",
     "use a local tree for a source; the result is not attestable"},
    {OPTION_TEXT, 0, "state", offsetof(struct cmd, state_option), "DIR",
     "keep the store in DIR"},
    {OPTION_FLAG, 0, "offline", offsetof(struct cmd, offline), NULL, "use no network"},
    {OPTION_FLAG, 0, "no-daemon", offsetof(struct cmd, no_daemon), NULL,
     "do it here, ask no daemon"},
    {OPTION_TEXT, 0, "color", offsetof(struct cmd, color), "WHEN",
     "colours: auto (default), always or never"},
    {OPTION_FLAG, 'q', "quiet", offsetof(struct cmd, quiet), NULL, "show failures only"},
    {0}};

/* A command line, on its way through the runner. */
struct line {
	const struct command *row,
	    *parent;       /* what runs; the command whose verb it is, or NULL */
	const char *title; /* what messages call it: "store check" */
	int argc;
	char **argv; /* the row's words, its name first */
	struct option_set own, common;
};

const struct option_row *run_common_options(void)
{
	return COMMON;
}

/* ---- verbs ---- */

/* Returns whether the option WORD takes the word behind it: of the common ones, or of one of ROWS. */
static bool takes_word(const char *word, const struct command *const *rows)
{
	const struct option_row *o = option_find(COMMON, word);
	for (; !o && rows && *rows; rows++)
		o = option_find((*rows)->options, word);
	return o && o->kind != OPTION_FLAG;
}

bool run_word_first(int argc, char **argv, const struct command *const *rows)
{
	int at = 0;
	while (at < argc && argv[at][0] == '-' && strcmp(argv[at], "--verify") != 0)
		at += 1 + takes_word(argv[at], rows);
	if (at >= argc)
		return false;
	char *word = argv[at];
	memmove(argv + 1, argv, (size_t)at * sizeof *argv);
	argv[0] = word;
	return true;
}

/* Says that PARENT has no verb WORD, and which one may be meant. */
static int no_verb(const struct command *parent, const char *word, struct fault *f)
{
	const char *names[32];
	size_t n = 0;
	for (; n < 32 && parent->verbs[n]; n++)
		names[n] = parent->verbs[n]->name;
	char near[NEAR_TEXT];
	near_question(word, names, n, "", near);
	fault_set(f, ERR_USAGE, "%s: there is no '%s'%s", parent->name, word, near);
	fault_hint(f, "boot-hurd %s --help lists what there is", parent->name);
	return ERR_USAGE;
}

/* Goes down to the verb that is asked for. L stays at the parent when there is none. */
static int choose_verb(struct cmd *c, struct line *l, struct fault *f)
{
	const struct command *const *verb = l->row->verbs;
	if (!verb || !run_word_first(l->argc - 1, l->argv + 1, verb))
		return 0;
	const char *word = l->argv[1];
	while (*verb && strcmp((*verb)->name, word) != 0)
		verb++;
	if (!*verb)
		return no_verb(l->row, word, f);
	l->parent = l->row;
	l->row = *verb;
	l->argc--;
	l->argv++;
	l->title = arena_fmt(&c->arena, "%s %s", l->parent->name, l->row->name);
	return l->title ? 0 : -ENOMEM;
}

/* Refuses an option that only another verb of the same command has. */
static int check_meaning(const struct line *l, struct fault *f)
{
	for (int i = 1; l->parent && i < l->argc && strcmp(l->argv[i], "--") != 0; i++) {
		const char *word = l->argv[i];
		const struct option_row *other = NULL;
		if (option_find(l->own.rows, word) || option_find(COMMON, word))
			continue;
		for (size_t k = 0; !other && l->parent->verbs[k]; k++)
			other = option_find(l->parent->verbs[k]->options, word);
		if (other)
			return fault_set(f, ERR_USAGE, "%s: %s has no meaning here", l->title,
					 word);
	}
	return 0;
}

/* ---- help ---- */

static void print_help(const struct line *l)
{
	const char *synopsis = l->row->verbs ? "VERB [OPTION…] [OPERAND…]" : l->row->synopsis;
	print_out("Usage: boot-hurd %s%s%s\n%s.\n\n", l->title, *synopsis ? " " : "", synopsis,
		  l->row->summary);
	for (size_t i = 0; l->row->verbs && l->row->verbs[i]; i++)
		print_out("  %-11s %s\n", l->row->verbs[i]->name, l->row->verbs[i]->summary);
	if (l->row->verbs)
		print_out("\n");
	option_help(l->own.rows);
	option_help(COMMON);
	option_help((const struct option_row[]){
	    {OPTION_FLAG, 'h', "help", 0, NULL, "print this and exit"}, {0}});
}

/* ---- one command ---- */

/* Splits off the words behind "--", when they are not ours. */
static void split_rest(struct cmd *c, struct line *l)
{
	int ours = 1;
	if (!(l->row->needs & CMD_REST))
		return;
	while (ours < l->argc && strcmp(l->argv[ours], "--") != 0)
		ours++;
	if (ours == l->argc)
		return;
	c->rest = l->argv + ours + 1;
	c->nrest = (size_t)(l->argc - ours - 1);
	l->argv[ours] = NULL;
	l->argc = ours;
}

static int check_operands(const struct cmd *c, const struct line *l, struct fault *f)
{
	if (l->row->verbs || c->noperands < (size_t)l->row->min)
		fault_set(f, ERR_USAGE, "%s: an operand is missing", l->title);
	else if (l->row->max != CMD_MANY && c->noperands > (size_t)l->row->max)
		fault_set(f, ERR_USAGE, "%s: '%s' is one operand too many", l->title,
			  c->operands[l->row->max]);
	else
		return 0;
	fault_hint(f, "boot-hurd %s --help shows how it is used", l->title);
	return ERR_USAGE;
}

/* Has a daemon do it, when one manages the store. ARGV are all the words. As remote_run. */
static int ask_daemon(struct cmd *c, int argc, char **argv, int *ret_status, struct fault *f)
{
	FREE_PTR char *state = locate_given_state(c->state_option);
	FREE_PTR char *recipes = locate_recipes(&c->recipes_option);
	const struct remote_call call = {argv, argc, state, recipes};
	return remote_run(&call, ret_status, f);
}

/* Opens what the row says, and runs it. */
static int open_and_run(struct cmd *c, const struct line *l, struct fault *f)
{
	struct recipes *recipes;
	struct store *store;
	const char *state;
	int r = l->row->needs & CMD_STATE ? cmd_state(c, &state, f) : 0;
	if (r == 0 && l->row->needs & CMD_RECIPES)
		r = cmd_recipes(c, &recipes, f);
	if (r == 0 && l->row->needs & CMD_STORE)
		r = cmd_store_with(c, l->row->needs & CMD_ROOM ? STORE_NEED_ROOM : 0, &store,
				   f);
	return r == 0 ? l->row->run(c, l->own.into, f) : r;
}

/*
 * Looks whether L, which has been read, could be carried out, for `boot-hurdd --check`: its targets are
 * recipes, unless its recipes are not known yet, the key that it names is there. Nothing is written.
 */
static int only_check(struct cmd *c, const struct line *l, bool recipes_known, struct fault *f)
{
	const struct option_row *o = option_find(l->own.rows, "--key");
	const char *key = NULL, *state;
	struct recipes *recipes;
	const struct drv **targets;
	size_t n = 0;
	int r = 0;
	if (o && o->kind == OPTION_TEXT)
		key = *(const char **)((char *)l->own.into + o->at);
	if (recipes_known && l->row->needs & CMD_RECIPES)
		r = cmd_recipes(c, &recipes, f);
	if (r == 0 && recipes_known && l->row->needs & CMD_TARGETS && c->noperands)
		r = cmd_targets_any_pins(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0 && key) {
		struct key k = {.secret = false};
		r = cmd_state(c, &state, f);
		if (r == 0)
			r = keys_load(state, key, true, &k, f);
		key_release(&k);
	}
	return r;
}

/* Reads the command line, and does what it says here or has a daemon do it. */
static int run(struct cmd *c, const struct run_entry *entry, int argc, char **argv,
	       struct fault *f)
{
	struct line l = {
	    .row = entry->row, .title = entry->row->name, .argc = argc, .argv = argv};
	int first = 0, status = 0;
	int r = choose_verb(c, &l, f);
	if (r < 0)
		return r;
	l.own = (struct option_set){l.row->options ? l.row->options : NONE,
				    arena_array(&c->arena, 1, l.row->size + 1)};
	l.common = (struct option_set){COMMON, c};
	if (!l.own.into)
		return -ENOMEM;
	if (l.row->defaults)
		memcpy(l.own.into, l.row->defaults, l.row->size);
	split_rest(c, &l);
	r = check_meaning(&l, f);
	if (r == 0)
		r = option_parse(l.title, l.argc, l.argv, &l.own, &l.common, &first, f);
	if (r > 0) {
		print_help(&l);
		return CMD_OK;
	}
	if (r == 0 && c->color)
		r = terminal_set_color(c->color, f);
	c->operands = l.argv + first;
	c->noperands = (size_t)(l.argc - first);
	if (r == 0)
		r = check_operands(c, &l, f);
	if (r == 0 && l.row->check)
		r = l.row->check(c, l.own.into, f);
	const char *check = getenv("BOOT_HURD_ONLY_CHECK");
	if (r == 0 && check) {
		status = only_check(c, &l, strcmp(check, "options") != 0, f);
		option_release(&l.own);
		return status;
	}
	if (r == 0 && entry->on_daemon && !c->no_daemon)
		r = ask_daemon(c, argc, argv, &status, f);
	if (r == 0)
		status = r = open_and_run(c, &l, f);
	if (status >= 0 && overrides_check(c->recipes, f) < 0)
		r = ERR_USAGE;
	option_release(&l.own);
	return r < 0 ? r : status;
}

/* Makes sure that what was printed has arrived. */
static int flush(struct fault *f)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return fault_set(f, errno ? -errno : -EIO, "cannot write to standard output:");
}

int run_printed(int status)
{
	struct fault f = FAULT_INIT;
	if (flush(&f) == 0)
		return status;
	cmd_print_fault(&f);
	return CMD_ERROR;
}

int run_command(const struct run_entry *entry, int argc, char **argv)
{
	struct cmd c = {.arena = ARENA_INIT};
	struct fault f = FAULT_INIT;
	int r = run(&c, entry, argc, argv, &f);
	if (r >= 0) {
		int e = flush(&f);
		r = e < 0 ? e : r;
	}
	if (r < 0 && f.code == 0)
		fault_set(&f, r, "%s:", argv[0]);
	if (r < 0)
		cmd_print_fault(&f);
	cmd_release(&c);
	if (signals_interrupted())
		return CMD_INTERRUPTED;
	return r < 0 ? CMD_ERROR : r;
}
