/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

/*
 * Returns the columns of the terminal that shows standard error, be it a daemon's client's, or 0: there
 * is none that can show a block of lines.
 */
int terminal_columns(void);

#endif
