/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_RUNNER_H
#define CMD_RUNNER_H

#include "cmd/cmd.h"

/* The runner: from the words of a command line and a command's row to an exit status. */

/* A command of the table: its row, and whether a daemon may run it (cmd/commands.h). */
struct run_entry {
	const struct command *row;
	bool on_daemon;
};

/*
 * Moves the first word of ARGV (ARGC words) that is not an option to the front: `--state DIR build mes` becomes
 * `build --state DIR mes`. ROWS are options that may stand there beside the common ones, or NULL. Returns
 * false when there is none.
 */
bool run_word_first(int argc, char **argv, const struct command *const *rows);
/* Returns the options that every command has. */
const struct option_row *run_common_options(void);
/* Runs ENTRY with the words ARGV, its name first; faults are printed. Returns an exit status. */
int run_command(const struct run_entry *entry, int argc, char **argv);
/*
 * Ends a call that only printed something: makes sure that it has arrived. Returns STATUS, or CMD_ERROR when it
 * has not.
 */
int run_printed(int status);

#endif
