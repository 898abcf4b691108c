/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/protocol.h"

#include <stddef.h>

static const char *const COMMANDS[] = {"build", "verify", "source", "root", "gc"};

const char *const PROTOCOL_VARIABLES[] = {
    "TERM",      "LANG",      "NO_COLOR", "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",   NULL};

bool protocol_runs(struct view name)
{
	for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		if (view_is(name, COMMANDS[i]))
			return true;
	return false;
}
