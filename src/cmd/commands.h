/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include <stdbool.h>

/*
 * The table of commands, in the order of --help: ENTRY(NAME, ON_DAEMON) for each. The row of NAME is
 * command_NAME, in cmd/NAME.c. ON_DAEMON: its work is in the store, so a daemon that answers does it; the
 * daemon runs no other command. boot-hurd makes its rows of this table, boot-hurdd what it takes on.
 */
#define COMMANDS(ENTRY) \
	ENTRY(build, true) \
	ENTRY(verify, true) \
	ENTRY(show, false) \
	ENTRY(list, false) \
	ENTRY(search, false) \
	ENTRY(graph, false) \
	ENTRY(why, false) \
	ENTRY(log, false) \
	ENTRY(realise, false) \
	ENTRY(shell, false) \
	ENTRY(source, true) \
	ENTRY(roots, false) \
	ENTRY(root, true) \
	ENTRY(profile, true) \
	ENTRY(gc, true) \
	ENTRY(store, false) \
	ENTRY(export, false) \
	ENTRY(key, false) \
	ENTRY(attest, false) \
	ENTRY(publish, false) \
	ENTRY(peer, false) \
	ENTRY(quorum, false) \
	ENTRY(recipe, false) \
	ENTRY(lint, false) \
	ENTRY(vm, false) \
	ENTRY(status, false) \
	ENTRY(jobs, false) \
	ENTRY(history, false) \
	ENTRY(cancel, false) \
	ENTRY(retry, false) \
	ENTRY(completion, false) \
	ENTRY(doctor, false)

#endif
