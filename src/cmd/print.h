/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PRINT_H
#define CMD_PRINT_H

#include <stdarg.h>

#include "base/escape.h"

/*
 * How all commands print: no byte from outside reaches the terminal with its control characters, see
 * base/escape.h. A line feed of FMT ends a line; one in an argument is escaped. That output could not
 * be written is found when the command ends.
 */

/* Prints to standard output. */
void print_out(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Prints to standard error. */
void print_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_err_v(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
/* Writes SEQUENCE, which cmd/terminal.h gave, to standard error as it is. */
void print_colour(const char *sequence);
/*
 * Prints a whole document (a log, JSON, a script) to standard output: escaped as HOW says on a
 * terminal, byte for byte elsewhere.
 */
void print_document(struct view text, enum escape how);
/* Prints PATH and a line feed: escaped on a terminal, as it is elsewhere, for $(…). */
void print_path(const char *path);

#endif
