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

/* Returns whether an operand of ROW may be a target. */
static bool takes_targets(const struct command *row)
{
	return !row->verbs && row->synopsis && strstr(row->synopsis, "TARGET");
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
	print_out("'; targets=%s ;;\n", takes_targets(row) ? "yes" : "");
}

/* Prints the body of a `case` of command and verb; before a command there are commands. */
static void print_cases(void)
{
	static const struct command none = {.name = ""};
	for (size_t i = 0; i < NROWS; i++)
		for (size_t k = 0; ROWS[i]->verbs && ROWS[i]->verbs[k]; k++)
			print_case(ROWS[i], ROWS[i]->verbs[k]);
	for (size_t i = 0; i < NROWS; i++)
		print_case(NULL, ROWS[i]);
	print_out("\t*) options='");
	print_options(&none);
	print_out(" --version'; verbs='");
	print_names(" ");
	print_out(" help' ;;\n");
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

/* Prints the options of every command that have an argument, for a shell's `case`, with BETWEEN between two. */
static void print_with_argument(const char *between)
{
	const char *sep = "";
	for (const struct option_row *o = run_common_options(); o->kind != OPTION_END; o++)
		if (o->kind != OPTION_FLAG) {
			print_out("%s--%s", sep, o->name);
			sep = between;
		}
}

/*
 * Prints the loop that finds command and verb among the words before the one that is completed: WORD is that word in
 * the shell's language, FIRST and END where they begin and what they are before. `help` is followed by a command.
 */
static void print_finding(const char *word, const char *first, const char *end)
{
	print_out("\tfor ((i = %s; i < %s; i++)); do\n\t\tcase %s in\n\t\t", first, end, word);
	print_with_argument("|");
	print_out(") ((i++)) ;;\n"
		  "\t\t-*|help) ;;\n"
		  "\t\t*) if [[ -z $command ]]; then command=%s; else verb=%s; break; fi ;;\n"
		  "\t\tesac\n\tdone\n\tcase \"$command $verb\" in\n",
		  word, word);
	print_cases();
	print_out("\tesac\n");
}

static int bash(struct cmd *c, void *request, struct fault *f)
{
	(void)c;
	(void)request;
	(void)f;
	print_out("# bash completion of boot-hurd; made by `boot-hurd completion bash`\n"
		  "_boot_hurd() {\n"
		  "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		  "\tlocal options='' verbs='' targets='' command='' verb='' i\n"
		  "\tCOMPREPLY=()\n\tcase $prev in\n\t");
	print_paths();
	print_out(")\n\t\tcompopt -o default\n\t\treturn ;;\n\tesac\n");
	print_finding("${COMP_WORDS[i]}", "1", "COMP_CWORD");
	print_out(
	    "\tif [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	    "\telif [[ -n $verbs ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
	    "\telif [[ -n $targets ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$(boot-hurd completion targets 2>/dev/null)\" -- "
	    "\"$cur\"))\n"
	    "\telse\n\t\tcompopt -o default\n"
	    "\tfi\n}\ncomplete -F _boot_hurd boot-hurd\n");
	return CMD_OK;
}

static int zsh(struct cmd *c, void *request, struct fault *f)
{
	(void)c;
	(void)request;
	(void)f;
	print_out("#compdef boot-hurd\n# made by `boot-hurd completion zsh`\n"
		  "local options='' verbs='' targets='' command='' verb='' i\n"
		  "case ${words[CURRENT-1]} in\n\t");
	print_paths();
	print_out(")\n\t_files\n\treturn ;;\nesac\n");
	print_finding("${words[i]}", "2", "CURRENT");
	print_out("if [[ ${words[CURRENT]} == -* ]]; then\n\tcompadd -- ${=options}\n"
		  "elif [[ -n $verbs ]]; then\n\tcompadd -- ${=verbs}\n"
		  "elif [[ -n $targets ]]; then\n"
		  "\tcompadd -- ${(f)\"$(boot-hurd completion targets 2>/dev/null)\"}\n"
		  "else\n\t_files\nfi\n");
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

/* Prints fish's lines for the targets that a command may take when CONDITION holds. */
static void fish_targets(const struct command *row, const char *condition)
{
	if (takes_targets(row))
		print_out("complete -c boot-hurd -n '%s' -a '(boot-hurd completion targets "
			  "2>/dev/null)'\n",
			  condition);
	else if (!row->verbs && row->max != 0)
		print_out("complete -c boot-hurd -n '%s' -F\n", condition);
}

/* Prints fish's lines for the verbs of ROW, and for what stands behind each. */
static int fish_verbs(struct arena *a, const struct command *row, const char *seen)
{
	const char *before = arena_fmt(a, "%s; and test (count (__boot_hurd_words)) = 1", seen);
	for (size_t k = 0; before && row->verbs[k]; k++) {
		const char *behind = arena_fmt(a, "%s %s", seen, row->verbs[k]->name);
		if (!behind)
			return -ENOMEM;
		print_out("complete -c boot-hurd -n '%s' -a %s -d ", before,
			  row->verbs[k]->name);
		print_quoted(row->verbs[k]->summary);
		print_out("\n");
		fish_options(row->verbs[k]->options, behind);
		fish_targets(row->verbs[k], behind);
	}
	return before ? 0 : -ENOMEM;
}

static int fish(struct cmd *c, void *request, struct fault *f)
{
	int r = CMD_OK;
	(void)request;
	(void)f;
	print_out("# fish completion of boot-hurd; made by `boot-hurd completion fish`\n"
		  "function __boot_hurd_words --description 'command and verb of the line'\n"
		  "\tset -l skip no\n"
		  "\tfor word in (commandline -opc)[2..-1]\n"
		  "\t\tif test $skip = yes\n\t\t\tset skip no\n\t\t\tcontinue\n\t\tend\n"
		  "\t\tswitch $word\n\t\t\tcase ");
	print_with_argument(" ");
	print_out("\n\t\t\t\tset skip yes\n"
		  "\t\t\tcase '-*' help\n"
		  "\t\t\tcase '*'\n\t\t\t\techo $word\n\t\tend\n\tend\nend\n"
		  "function __boot_hurd_at --description 'whether the line has got there'\n"
		  "\tset -l words (__boot_hurd_words)\n"
		  "\tset -l n (count $argv)\n"
		  "\ttest $n = 0; and begin; test (count $words) = 0; return; end\n"
		  "\ttest (count $words) -ge $n; and test \"$words[1..$n]\" = \"$argv\"\n"
		  "end\n"
		  "complete -c boot-hurd -f\n");
	fish_options(run_common_options(), "true");
	for (size_t i = 0; r == 0 && i < NROWS; i++) {
		const struct command *row = ROWS[i];
		const char *seen = arena_fmt(&c->arena, "__boot_hurd_at %s", row->name);
		if (!seen)
			return -ENOMEM;
		print_out("complete -c boot-hurd -n __boot_hurd_at -a %s -d ", row->name);
		print_quoted(row->summary);
		print_out("\n");
		fish_options(row->options, seen);
		if (row->verbs)
			r = fish_verbs(&c->arena, row, seen);
		fish_targets(row, seen);
	}
	print_out("complete -c boot-hurd -n __boot_hurd_at -a help -d 'help of a command'\n");
	return r;
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
