/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sys.h"
#include "cmd/print.h"
#include "cmd/remote.h"
#include "net/protocol.h"
#include "recipe/suggest.h"

static const struct cmd_row COMMANDS[] = {
    {"build", cmd_build, "[OPTION…] TARGET…", "build targets and what they need"},
    {"verify", cmd_verify, "[OPTION…] [TARGET…]", "rebuild and compare, bit for bit"},
    {"show", cmd_show, "[--json] TARGET…",
     "show a target: sources, inputs, steps, what was built"},
    {"graph", cmd_graph, "[OPTION…] [TARGET…]", "print what needs what"},
    {"why", cmd_why, "TARGET INPUT", "print how one target comes to need another"},
    {"log", cmd_log, "[--path] TARGET", "print the log of the newest build"},
    {"shell", cmd_shell, "TARGET [-- COMMAND…]",
     "enter the sandbox of a target, with its inputs"},
    {"source", cmd_source, "fetch|list|check [TARGET…]", "look after sources"},
    {"root", cmd_root, "add NAME TARGET|HASH, remove NAME, list",
     "keep outputs from collection"},
    {"gc", cmd_gc, "[OPTION…]", "delete what no root and no running build needs"},
    {"store", cmd_store_tool, "check|repair|rebuild-db|path|hash|dump|restore|fetch …",
     "look after the store"},
    {"export", cmd_export, "[OPTION…] TARGET", "copy an output out, with its provenance"},
    {"key", cmd_key, "generate|show|import NAME, list", "look after signing keys"},
    {"attest", cmd_attest, "--key NAME TARGET… | --check FILE…",
     "sign what was built, or check what others signed"},
    {"publish", cmd_publish, "DIR [--key NAME] [--commit] [TARGET…]",
     "write what was built as files for others"},
    {"peer", cmd_peer, "add NAME LOCATION --key KEY…, remove NAME, list, test [NAME]",
     "look after those whose results are compared"},
    {"lint", cmd_lint, "[--record] [TARGET…]",
     "check recipes, list what an auditor takes on trust"},
    {"vm", cmd_vm, "[OPTION…] [TARGET] [-- QEMU-OPTION…]",
     "boot a disk image in qemu (default: hurd-image)"},
    {"doctor", cmd_doctor, "", "say what this machine lacks and how to mend it"},
};
enum { NCOMMANDS = sizeof COMMANDS / sizeof *COMMANDS };

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
		print_out("  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
	print_out(
	    "\n"
	    "Exit status: 0 done (verify: all reproduced), 1 error, 2 something differs or\n"
	    "is damaged, 3 nothing differs but less was done than was asked, 130\n"
	    "interrupted.\n"
	    "\n"
	    "boot-hurd help COMMAND and man boot-hurd have more.\n");
}

static const struct cmd_row *find_command(const char *name)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(COMMANDS[i].name, name) == 0)
			return &COMMANDS[i];
	return NULL;
}

/* Says that there is no command NAME, and which one may be meant. */
static int no_command(const char *name, struct fault *f)
{
	const char *names[NCOMMANDS];
	for (size_t i = 0; i < NCOMMANDS; i++)
		names[i] = COMMANDS[i].name;
	const char *near = near_word(name, names, NCOMMANDS);
	fault_set(f, ERR_USAGE, "there is no command '%s'%s%s%s", name,
		  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	fault_hint(f, "boot-hurd --help lists the commands");
	return ERR_USAGE;
}

int cmd_parse(struct cmd *c, int argc, char **argv, const struct option_row *rows,
	      struct fault *f)
{
	int first;
	const struct option_row *common = cmd_common_options(c);
	int r = option_parse(argc, argv, rows, common, &first, f);
	if (r < 0)
		return r;
	const struct cmd_row *row = find_command(argv[0]);
	if (r == 0 && !c->no_daemon && protocol_runs(view_of(argv[0])))
		r = remote_run(c, argc, argv, f);
	if (r <= 0)
		return r < 0 ? r : first;
	if (c->remote)
		return 0;
	print_out("Usage: boot-hurd %s %s\n%s.\n\n", argv[0], row ? row->synopsis : "",
		  row ? row->summary : "");
	option_help(rows);
	option_help(common);
	option_help((const struct option_row[]){
	    {OPTION_FLAG, 'h', "help", NULL, NULL, "print this and exit"}, {0}});
	return 0;
}

static void release(struct cmd *c)
{
	recipes_free(c->recipes);
	recipes_free(c->own_recipes);
	store_close(c->store);
	free(c->state);
	free(c->recipes_dir);
	arena_release(&c->arena);
}

/* Makes sure that what was printed has arrived. */
static int flush(struct fault *f)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return fault_set(f, errno ? -errno : -EIO, "cannot write to standard output:");
}

/* Ends a call that only printed something. Returns an exit status. */
static int printed(int status)
{
	struct fault f = FAULT_INIT;
	if (flush(&f) == 0)
		return status;
	cmd_print_fault(&f);
	return CMD_ERROR;
}

/* Runs the command ARGV[0]. Returns an exit status. */
static int run(int argc, char **argv)
{
	struct cmd c = {.arena = ARENA_INIT};
	struct fault f = FAULT_INIT;
	const struct cmd_row *row = find_command(argv[0]);
	int r;
	if (row)
		r = row->run(&c, argc, argv, &f);
	else
		r = no_command(argv[0], &f);
	if (r >= 0) {
		int e = flush(&f);
		r = e < 0 ? e : r;
	}
	if (r < 0 && f.code == 0)
		fault_set(&f, r, "%s:", argv[0]);
	if (r < 0)
		cmd_print_fault(&f);
	release(&c);
	if (cmd_interrupted())
		return CMD_INTERRUPTED;
	if (c.remote)
		return c.remote_status;
	return r < 0 ? CMD_ERROR : r;
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

/*
 * Moves the command in front of the options that stand before it: `--state DIR build mes` becomes
 * `build --state DIR mes`. Returns false when there is no command.
 */
static bool command_first(int argc, char **argv)
{
	static const char *const with_argument[] = {"--state", "--recipes", NULL};
	int at = 0;
	while (at < argc && argv[at][0] == '-' && strcmp(argv[at], "--verify") != 0)
		at += 1 + is_one_of(argv[at], with_argument);
	if (at >= argc)
		return false;
	char *command = argv[at];
	memmove(argv + 1, argv, (size_t)at * sizeof *argv);
	argv[0] = command;
	return true;
}

/* `help [COMMAND]`. */
static int help(int argc, char **argv)
{
	static char option[] = "--help";
	if (argc < 2) {
		print_usage();
		return printed(CMD_OK);
	}
	char *words[] = {argv[1], option, NULL};
	return run(2, words);
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
	bool has_command = command_first(argc, argv);
	if (is_one_of(argv[0], version_words) ||
	    (argc > 1 && is_one_of(argv[1], version_words))) {
		print_out("boot-hurd " BOOT_HURD_VERSION "\n");
		return printed(CMD_OK);
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
	return run(argc, argv);
}
