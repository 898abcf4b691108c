/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/option.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sys.h"
#include "cmd/print.h"
#include "recipe/suggest.h"

enum { ROWS_MAX = 48, HELP_VALUE = 1000 };

/* A unit: a letter and what it multiplies by. */
struct unit {
	char letter;
	uint64_t factor;
};

static const struct unit BYTE_UNITS[] = {
    {'K', 1ULL << 10}, {'M', 1ULL << 20}, {'G', 1ULL << 30}, {'T', 1ULL << 40}, {0, 1}};
static const struct unit TIME_UNITS[] = {
    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {0, 1}};

/* Reads a whole number with at most one unit letter behind. */
static bool parse_units(const char *text, const struct unit *units, uint64_t *ret)
{
	char *end;
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	uint64_t n = strtoull(text, &end, 10);
	if (errno)
		return false;
	while (units->letter && units->letter != *end)
		units++;
	if (units->letter)
		end++;
	if (*end || (n && units->factor > UINT64_MAX / n))
		return false;
	*ret = n * units->factor;
	return true;
}

static bool parse_percent(const char *text, double *ret)
{
	char *end;
	double v = strtod(text, &end);
	if (*end == '%')
		end++;
	if (end == text || *end || !(v >= 0) || v > 100)
		return false;
	*ret = v;
	return true;
}

/* Stores TEXT as ROW asks in the struct at BASE. Returns what is wrong with it, or NULL. */
static const char *store_value(const struct option_row *row, void *base, const char *text)
{
	void *into = (char *)base + row->at;
	uint64_t n;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)into = true;
		return NULL;
	case OPTION_TEXT:
		*(const char **)into = text;
		return NULL;
	case OPTION_LIST:
		return strlist_add(into, text) < 0 ? "out of memory" : NULL;
	case OPTION_COUNT:
		if (!parse_units(text, &(struct unit){0, 1}, &n) || n < 1 || n > INT_MAX)
			return "expected a whole number, 1 or more";
		*(unsigned *)into = (unsigned)n;
		return NULL;
	case OPTION_BYTES:
		if (!parse_units(text, BYTE_UNITS, into))
			return "expected a number of bytes, such as 500M or 2G";
		return NULL;
	case OPTION_SECONDS:
		if (!parse_units(text, TIME_UNITS, &n) || n > SYS_SECONDS_MAX)
			return "expected a time of at most 100 years, such as 90s, 10m or 2d";
		*(uint64_t *)into = n;
		return NULL;
	case OPTION_PERCENT:
		return parse_percent(text, into) ? NULL : "expected a percentage, 0 to 100";
	case OPTION_END:
		break;
	}
	return "it cannot be used";
}

/* Appends ROWS to the tables getopt_long wants. */
static int add_rows(const struct option_row *rows, const struct option_row **all,
		    struct option *longs, char *shorts, int n)
{
	for (; rows->kind != OPTION_END && n < ROWS_MAX; rows++, n++) {
		int arg = rows->kind == OPTION_FLAG ? no_argument : required_argument;
		all[n] = rows;
		longs[n] = (struct option){rows->name, arg, NULL, n + 1};
		size_t k = strlen(shorts);
		if (rows->letter)
			snprintf(shorts + k, (size_t)ROWS_MAX * 2 + 8 - k, "%c%s", rows->letter,
				 arg ? ":" : "");
	}
	return n;
}

/* Says what is wrong with the option WORD, which getopt refused as C. */
static int refused(const char *command, const char *word, int c,
		   const struct option_row *const *rows, int n, struct fault *f)
{
	const char *names[ROWS_MAX];
	char near[NEAR_TEXT] = "";
	for (int i = 0; i < n; i++)
		names[i] = rows[i]->name;
	if (c == '?' && strncmp(word, "--", 2) == 0)
		near_question(word + 2, names, (size_t)n, "--", near);
	if (c == ':')
		fault_set(f, ERR_USAGE, "option '%s' needs an argument", word);
	else
		fault_set(f, ERR_USAGE, "unknown option '%s'%s", word, near);
	fault_hint(f, "boot-hurd %s --help lists the options", command);
	return ERR_USAGE;
}

int option_parse(const char *command, int argc, char **argv, const struct option_set *own,
		 const struct option_set *common, int *ret_first, struct fault *f)
{
	const struct option_row *all[ROWS_MAX];
	struct option longs[ROWS_MAX + 2] = {0};
	char shorts[ROWS_MAX * 2 + 8] = ":h";
	int nown = add_rows(own->rows, all, longs, shorts, 0);
	int n = add_rows(common->rows, all, longs, shorts, nown);
	longs[n] = (struct option){"help", no_argument, NULL, HELP_VALUE};
	optind = 0; /* glibc: start from the beginning, also after an earlier use */
	int c;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int at = 0;
		if (c == HELP_VALUE || c == 'h')
			return 1;
		if (c == '?' || c == ':')
			return refused(command, argv[optind - 1], c, all, n, f);
		while (at < n && c != at + 1 && (!all[at]->letter || c != all[at]->letter))
			at++;
		void *into = at < nown ? own->into : common->into;
		const char *wrong =
		    at < n ? store_value(all[at], into, optarg) : "it cannot be used";
		if (wrong)
			return fault_set(f, ERR_USAGE, "option --%s: '%s': %s",
					 at < n ? all[at]->name : "?", optarg ? optarg : "",
					 wrong);
	}
	*ret_first = optind;
	return 0;
}

const struct option_row *option_find(const struct option_row *rows, const char *word)
{
	for (; rows && rows->kind != OPTION_END; rows++)
		if (word[0] == '-' && ((word[1] == '-' && strcmp(word + 2, rows->name) == 0) ||
				       (rows->letter && word[1] == rows->letter && !word[2])))
			return rows;
	return NULL;
}

void option_release(const struct option_set *set)
{
	for (const struct option_row *row = set->rows; row->kind != OPTION_END; row++)
		if (row->kind == OPTION_LIST)
			strlist_release((struct strlist *)((char *)set->into + row->at));
}

/* Prints TEXT from column LEFT on, which is where the line stands, in lines of at most COLUMNS. */
static void print_wrapped(const char *text, size_t left, size_t columns)
{
	size_t at = left;
	while (*text) {
		size_t n = strcspn(text, " ");
		if (at > left && at + 1 + n > columns) {
			print_out("\n%*s", (int)left, "");
			at = left;
		} else if (at > left) {
			print_out(" ");
			at++;
		}
		print_out("%.*s", (int)n, text);
		at += n;
		text += n + (text[n] == ' ');
	}
	print_out("\n");
}

void option_help(const struct option_row *rows)
{
	enum { LEFT = 31, COLUMNS = 80 };
	for (; rows->kind != OPTION_END; rows++) {
		char left[80], letter[8] = "    ";
		if (rows->letter)
			snprintf(letter, sizeof letter, "-%c, ", rows->letter);
		int n = snprintf(left, sizeof left, "  %s--%s%s%s", letter, rows->name,
				 rows->arg ? " " : "", rows->arg ? rows->arg : "");
		print_out("%-*s", LEFT, left);
		if (n >= LEFT)
			print_out("\n%*s", LEFT, "");
		print_wrapped(rows->help, LEFT, COLUMNS);
	}
}
