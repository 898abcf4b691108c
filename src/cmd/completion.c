/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/commands.h"

#include <errno.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/print.h"
#include "cmd/runner.h"

/*
 * Completion for shells, written from the tables of commands and options: what --help says and what Tab gives
 * cannot drift apart. Targets are asked for when they are needed, by `completion targets`.
 */
#define ROW(name, on_daemon) extern const struct command command_##name;
COMMANDS(ROW)
#undef ROW
#define ENTRY(name, on_daemon) &command_##name,
static const struct command *const ROWS[] = {COMMANDS(ENTRY)};
enum { NROWS = sizeof ROWS / sizeof *ROWS };

static void print_names(const char *sep)
{
	for (size_t i = 0; i < NROWS; i++)
		print_out("%s%s", i ? sep : "", ROWS[i]->name);
}

/* Prints the long options of ROW and those of every command. */
static void print_options(const struct command *row)
{
	const struct option_row *tables[] = {row->options, run_common_options()};
	for (size_t t = 0; t < 2; t++)
		for (const struct option_row *o = tables[t]; o && o->kind != OPTION_END; o++)
			print_out(" --%s", o->name);
	print_out(" --help");
}

/* Prints a line of a shell's `case` for ROW, which is a verb of PARENT or (NULL) a command. */
static void print_case(const struct command *parent, const struct command *row)
{
	if (parent)
		print_out("\t'%s %s') options='", parent->name, row->name);
	else
		print_out("\t'%s '*) options='", row->name);
	print_options(row);
	print_out("'; verbs='");
	for (size_t i = 0; row->verbs && row->verbs[i]; i++)
		print_out("%s%s", i ? " " : "", row->verbs[i]->name);
	print_out("' ;;\n");
}

static void print_cases(void)
{
	for (size_t i = 0; i < NROWS; i++)
		for (size_t k = 0; ROWS[i]->verbs && ROWS[i]->verbs[k]; k++)
			print_case(ROWS[i], ROWS[i]->verbs[k]);
	for (size_t i = 0; i < NROWS; i++)
		print_case(NULL, ROWS[i]);
}

/* Prints the options whose argument is a file or a folder, for a shell's `case`. */
static void print_paths(void)
{
	print_out("--recipes|--state");
	for (size_t i = 0; i < NROWS; i++)
		for (const struct option_row *o = ROWS[i]->options; o && o->kind != OPTION_END;
		     o++)
			if (o->arg &&
			    (strcmp(o->arg, "DIR") == 0 || strcmp(o->arg, "FILE") == 0 ||
			     strcmp(o->arg, "PATH") == 0))
				print_out("|--%s", o->name);
}

static int bash(struct cmd *c, void *request, struct fault *f)
{
	(void)c;
	(void)request;
	(void)f;
	print_out("# bash completion of boot-hurd; made by `boot-hurd completion bash`\n"
		  "_boot_hurd() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} options='' verbs=''\n"
		  "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		  "\tCOMPREPLY=()\n\tcase $prev in\n\t");
	print_paths();
	print_out(")\n\t\tcompopt -o default\n\t\treturn ;;\n\tesac\n"
		  "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
		  "\t\tCOMPREPLY=($(compgen -W '");
	print_names(" ");
	print_out(" help' -- \"$cur\"))\n\t\treturn\n\tfi\n"
		  "\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	print_cases();
	print_out(
	    "\tesac\n"
	    "\tif [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	    "\telif [ -n \"$verbs\" ]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
	    "\telse\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$(boot-hurd completion targets 2>/dev/null)\" -- "
	    "\"$cur\"))\n"
	    "\tfi\n}\ncomplete -F _boot_hurd boot-hurd\n");
	return CMD_OK;
}

static int zsh(struct cmd *c, void *request, struct fault *f)
{
	(void)c;
	(void)request;
	(void)f;
	print_out("#compdef boot-hurd\n# made by `boot-hurd completion zsh`\n"
		  "local options='' verbs=''\n"
		  "case ${words[CURRENT-1]} in\n\t");
	print_paths();
	print_out(")\n\t_files\n\treturn ;;\nesac\n"
		  "if (( CURRENT == 2 )); then\n\tcompadd -- ");
	print_names(" ");
	print_out(" help\n\treturn\nfi\ncase \"${words[2]} ${words[3]}\" in\n");
	print_cases();
	print_out("esac\n"
		  "if [[ ${words[CURRENT]} == -* ]]; then\n\tcompadd -- ${=options}\n"
		  "elif [[ -n $verbs ]]; then\n\tcompadd -- ${=verbs}\n"
		  "else\n\tcompadd -- $(boot-hurd completion targets 2>/dev/null)\nfi\n");
	return CMD_OK;
}

/* Prints TEXT as a word in single quotes, for fish. */
static void print_quoted(const char *text)
{
	print_out("'");
	for (; *text; text++)
		print_out(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
	print_out("'");
}

/* Prints fish's lines for ROW; CONDITION says when they apply. */
static void fish_options(const struct option_row *o, const char *condition)
{
	for (; o && o->kind != OPTION_END; o++) {
		print_out("complete -c boot-hurd -n '%s' -l %s", condition, o->name);
		if (o->letter)
			print_out(" -s %c", o->letter);
		if (o->kind != OPTION_FLAG)
			print_out(" -r");
		print_out(" -d ");
		print_quoted(o->help);
		print_out("\n");
	}
}

static int fish(struct cmd *c, void *request, struct fault *f)
{
	(void)request;
	(void)f;
	print_out("# fish completion of boot-hurd; made by `boot-hurd completion fish`\n"
		  "complete -c boot-hurd -f\n");
	fish_options(run_common_options(), "true");
	for (size_t i = 0; i < NROWS; i++) {
		const struct command *row = ROWS[i];
		const char *seen =
		    arena_fmt(&c->arena, "__fish_seen_subcommand_from %s", row->name);
		if (!seen)
			return -ENOMEM;
		print_out("complete -c boot-hurd -n __fish_use_subcommand -a %s -d ",
			  row->name);
		print_quoted(row->summary);
		print_out("\n");
		fish_options(row->options, seen);
		for (size_t k = 0; row->verbs && row->verbs[k]; k++) {
			print_out("complete -c boot-hurd -n '%s' -a %s -d ", seen,
				  row->verbs[k]->name);
			print_quoted(row->verbs[k]->summary);
			print_out("\n");
			fish_options(row->verbs[k]->options, seen);
		}
		if (!row->verbs && row->max != 0)
			print_out("complete -c boot-hurd -n '%s' -a '(boot-hurd completion "
				  "targets)'\n",
				  seen);
	}
	return CMD_OK;
}

/* The files' names: no recipe is evaluated while somebody waits for a Tab. */
static int targets(struct cmd *c, void *request, struct fault *f)
{
	const char *const *stems;
	size_t n = recipes_names(c->recipes, &stems);
	(void)request;
	(void)f;
	for (size_t i = 0; i < n; i++)
		print_out("%s\n", stems[i]);
	return CMD_OK;
}

static const struct command BASH = {
    .name = "bash", .run = bash, .synopsis = "", .summary = "print it for bash"};
static const struct command ZSH = {
    .name = "zsh", .run = zsh, .synopsis = "", .summary = "print it for zsh"};
static const struct command FISH = {
    .name = "fish", .run = fish, .synopsis = "", .summary = "print it for fish"};
static const struct command TARGETS = {.name = "targets",
				       .run = targets,
				       .needs = CMD_RECIPES,
				       .synopsis = "",
				       .summary = "print the names that a target may have"};

const struct command command_completion = {
    .name = "completion",
    .verbs = (const struct command *const[]){&BASH, &ZSH, &FISH, &TARGETS, NULL},
    .summary = "print what a shell needs to complete command lines",
};
