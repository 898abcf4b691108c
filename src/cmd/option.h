/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_OPTION_H
#define CMD_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"

/*
 * Command lines: each command has a table of its options, which says where in a struct of the command each
 * goes. Parsing and --help come from the same table, so they cannot drift apart.
 */
enum option_kind {
	OPTION_END = 0, /* closes a table */
	OPTION_FLAG,    /* bool: set to true */
	OPTION_TEXT,    /* const char *: the last one given */
	OPTION_LIST,    /* struct strlist: each one given is added */
	OPTION_COUNT,   /* unsigned: a whole number from 1 on */
	OPTION_BYTES,   /* uint64_t: bytes, with K, M, G or T behind */
	OPTION_SECONDS, /* uint64_t: seconds, with s, m, h or d behind */
	OPTION_PERCENT, /* double: 0 to 100, a % behind is allowed */
};

struct option_row {
	enum option_kind kind;
	char letter;      /* short form, or 0 */
	const char *name; /* long form, without dashes */
	size_t at;        /* offset of what is set in the struct; see kind */
	const char *arg;  /* what --help calls the argument, or NULL */
	const char *help; /* one line */
};

/* A table of options, and the struct that it fills. */
struct option_set {
	const struct option_row *rows; /* up to OPTION_END */
	void *into;
};

/*
 * Parses ARGV (ARGC words, the command's first) against the options in OWN and those that every command
 * has, COMMON. COMMAND is what messages call it. Operands are moved behind; *RET_FIRST is the index of the
 * first. Returns 0, 1 when --help was asked for, ERR_USAGE with a fault that says which word and why.
 */
int option_parse(const char *command, int argc, char **argv, const struct option_set *own,
		 const struct option_set *common, int *ret_first, struct fault *f);
/* Returns the row of the option WORD ("--name" or "-l"), or NULL: it is none of ROWS (may be NULL). */
const struct option_row *option_find(const struct option_row *rows, const char *word);
/* Frees the lists that parsing filled. */
void option_release(const struct option_set *set);

/* Prints the lines of --help for ROWS to standard output. */
void option_help(const struct option_row *rows);

#endif
