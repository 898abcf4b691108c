/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"
#include "cmd/commands.h"
#include "cmd/print.h"
#include "cmd/runner.h"
#include "hash/sha256.h"
#include "recipe/suggest.h"

#define ROW(name, on_daemon) extern const struct command command_##name;
COMMANDS(ROW)
#undef ROW

#define ENTRY(name, on_daemon) {&command_##name, on_daemon},
static const struct run_entry ENTRIES[] = {COMMANDS(ENTRY)};
enum { NCOMMANDS = sizeof ENTRIES / sizeof *ENTRIES };

static void print_usage(void)
{
	print_out("Usage: boot-hurd COMMAND [OPTION…] [OPERAND…]\n"
		  "       boot-hurd --verify [OPTION…] [TARGET…]\n"
		  "\n"
		  "Walks a graph of recipes from a tiny seed to a whole system, hashes every\n"
		  "output, and checks that a second build gives the same bits.\n"
		  "\n"
		  "Commands:\n");
	for (size_t i = 0; i < NCOMMANDS; i++)
		print_out("  %-10s %s\n", ENTRIES[i].row->name, ENTRIES[i].row->summary);
	print_out(
	    "\n"
	    "Exit status: 0 done (verify: all reproduced), 1 error, 2 something differs or\n"
	    "is damaged, 3 nothing differs but less was done than was asked, 130\n"
	    "interrupted.\n"
	    "\n"
	    "boot-hurd help COMMAND and man boot-hurd have more.\n");
}

/* Says that there is no command NAME, and which one may be meant. Returns an exit status. */
static int no_command(const char *name)
{
	const char *names[NCOMMANDS];
	struct fault f = FAULT_INIT;
	for (size_t i = 0; i < NCOMMANDS; i++)
		names[i] = ENTRIES[i].row->name;
	char near[NEAR_TEXT];
	near_question(name, names, NCOMMANDS, "", near);
	fault_set(&f, ERR_USAGE, "there is no command '%s'%s", name, near);
	fault_hint(&f, "boot-hurd --help lists the commands");
	cmd_print_fault(&f);
	return CMD_ERROR;
}

/* Runs the command ARGV[0]. Returns an exit status. */
static int run(int argc, char **argv)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(ENTRIES[i].row->name, argv[0]) == 0)
			return run_command(&ENTRIES[i], argc, argv);
	return no_command(argv[0]);
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

/* `help [COMMAND [VERB]]`; ARGV[0] is "help". */
static int help(int argc, char **argv)
{
	static char option[] = "--help";
	if (argc < 2) {
		print_usage();
		return run_printed(CMD_OK);
	}
	memmove(argv, argv + 1, (size_t)(argc - 1) * sizeof *argv);
	argv[argc - 1] = option;
	return run(argc, argv);
}

int main(int argc, char **argv)
{
	static const char *const help_words[] = {"--help", "-h", "help", NULL};
	static const char *const version_words[] = {"--version", "-V", NULL};
	static char verify[] = "verify"; /* what --verify stands for */
	signal(SIGPIPE, SIG_DFL);
	if (sys_settle() < 0)
		return CMD_ERROR;
	if (argc < 2) {
		print_usage();
		return CMD_ERROR;
	}
	argc--;
	argv++;
	if (is_one_of(argv[0], help_words))
		return help(argc, argv);
	bool has_command = run_word_first(argc, argv, NULL);
	if (is_one_of(argv[0], version_words) ||
	    (argc > 1 && is_one_of(argv[1], version_words))) {
		print_out("boot-hurd " BOOT_HURD_VERSION "\n");
		return run_printed(CMD_OK);
	}
	if (!has_command) {
		struct fault f = FAULT_INIT;
		fault_set(&f, ERR_USAGE, "'%s': expected a command", argv[argc - 1]);
		fault_hint(&f, "boot-hurd --help lists the commands");
		cmd_print_fault(&f);
		return CMD_ERROR;
	}
	if (strcmp(argv[0], "--verify") == 0)
		argv[0] = verify;
	struct fault f = FAULT_INIT;
	if (hash_setup(&f) < 0) {
		cmd_print_fault(&f);
		return CMD_ERROR;
	}
	return run(argc, argv);
}
