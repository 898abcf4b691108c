/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/terminal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_MAX = 1000 };

/* Returns the columns of the terminal at the other end of a daemon's client, or 0. */
static int far_columns(void)
{
	const char *s = getenv("BOOT_HURD_COLUMNS");
	long n = s ? strtol(s, NULL, 10) : 0;
	return n > 20 && n <= COLUMNS_MAX ? (int)n : 0;
}

int terminal_columns(void)
{
	struct winsize w;
	const char *term = getenv("TERM");
	int far = far_columns();
	if (!term || strcmp(term, "dumb") == 0)
		return 0;
	if (far || !isatty(STDERR_FILENO))
		return far;
	bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20;
	return !known ? 80 : w.ws_col < COLUMNS_MAX ? w.ws_col : COLUMNS_MAX;
}
