/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/recipe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/prefetch.h"
#include "cmd/print.h"
#include "cmd/target.h"
#include "recipe/suggest.h"

enum { FILE_BYTES_MAX = 1 << 20 };

/* ---- edit ---- */

/* Runs the editor on FILE. */
static int run_editor(const char *file, struct fault *f)
{
	const char *editor = getenv("VISUAL");
	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "vi";
	pid_t pid = fork();
	if (pid == 0) {
		/* The variable may hold options, too. */
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, file, (char *)NULL);
		_exit(127);
	}
	int status = 0;
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return fault_set(f, -errno, "cannot start the editor %s:", editor);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fault_set(f, ERR_CONFIG, "the editor %s failed", editor);
		fault_hint(f, "set VISUAL or EDITOR to the one you use");
		return ERR_CONFIG;
	}
	return 0;
}

static int edit(struct cmd *c, void *request, struct fault *f)
{
	const char *const *stems;
	const char *file = NULL;
	const struct drv *d = NULL;
	struct fault broken = FAULT_INIT;
	(void)request;
	/* What is broken must be edited most of all: a file is found by its name, too. */
	int r = cmd_target(c, c->operands[0], &d, &broken);
	if (r == 0)
		r = recipe_file_of(c, d, &file, f);
	else
		r = 0;
	size_t n = recipes_names(c->recipes, &stems);
	for (size_t i = 0; r == 0 && !file && i < n; i++)
		if (strcmp(stems[i], c->operands[0]) == 0)
			file = recipes_file(c->recipes, i);
	if (r == 0 && !file) {
		*f = broken;
		return broken.code;
	}
	return r < 0 ? r : run_editor(file, f);
}

static const struct command EDIT = {
    .name = "edit",
    .run = edit,
    .min = 1,
    .max = 1,
    .needs = CMD_RECIPES,
    .synopsis = "NAME",
    .summary = "open a recipe in $VISUAL or $EDITOR",
};

/* ---- format ---- */

struct format_request {
	bool check;
};
static const struct option_row FORMAT_OPTIONS[] = {
    {OPTION_FLAG, 0, "check", offsetof(struct format_request, check), NULL,
     "change nothing; exit 1 when something would be"},
    {0}};

/*
 * Adds TEXT in the form that recipes have: line feeds, two blanks for a tab at the beginning of a line, no blank at
 * the end of one, no two empty lines, one line feed at the end. Long strings stay as they are.
 */
static void add_formatted(struct buf *ret, struct view text)
{
	bool in_string = false, empty = true;
	while (text.len) {
		struct view line;
		if (!view_line(&text, &line)) {
			line = text;
			text = (struct view){NULL, 0};
		}
		bool was = in_string;
		for (size_t i = 0; i + 1 < line.len; i++) {
			if (!in_string && line.ptr[i] == '[' && line.ptr[i + 1] == '[')
				in_string = true;
			else if (in_string && line.ptr[i] == ']' && line.ptr[i + 1] == ']')
				in_string = false;
		}
		if (was) {
			buf_addv(ret, line);
			buf_addc(ret, '\n');
			empty = false;
			continue;
		}
		size_t n = line.len, from = 0;
		while (!in_string && n && strchr(" \t\r", line.ptr[n - 1]))
			n--;
		if (!n && empty)
			continue;
		empty = !n;
		for (; from < n && (line.ptr[from] == ' ' || line.ptr[from] == '\t'); from++)
			buf_adds(ret, line.ptr[from] == '\t' ? "  " : " ");
		buf_add(ret, line.ptr + from, n - from);
		buf_addc(ret, '\n');
	}
	while (ret->len > 1 && ret->ptr[ret->len - 1] == '\n' && ret->ptr[ret->len - 2] == '\n')
		ret->len--;
}

static int format_file(const char *file, bool check, size_t *changed, struct fault *f)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	int r = file_read(file, FILE_BYTES_MAX, &was, f);
	if (r == 0)
		add_formatted(&is, buf_view(&was));
	if (r == 0)
		r = buf_failed(&is);
	if (r == 0 && !view_eq(buf_view(&was), buf_view(&is))) {
		++*changed;
		print_out("%s %s\n", check ? "would format" : "formatted", file);
		if (!check)
			r = file_write_atomic(file, is.ptr, is.len, 0644, f);
	}
	buf_release(&was);
	buf_release(&is);
	return r;
}

static int format(struct cmd *c, void *request, struct fault *f)
{
	const struct format_request *q = request;
	const char *const *stems;
	size_t n = recipes_names(c->recipes, &stems), changed = 0;
	int r = 0;
	for (size_t k = 0; r == 0 && k < c->noperands; k++) {
		bool found = false;
		for (size_t i = 0; r == 0 && i < n; i++)
			if (strcmp(stems[i], c->operands[k]) == 0) {
				found = true;
				r = format_file(recipes_file(c->recipes, i), q->check, &changed,
						f);
			}
		char near[NEAR_TEXT];
		near_question(c->operands[k], stems, n, "", near);
		if (r == 0 && !found)
			r = fault_set(f, ERR_MISSING, "there is no recipe file %s.lua%s",
				      c->operands[k], near);
	}
	for (size_t i = 0; r == 0 && !c->noperands && i < n; i++)
		r = format_file(recipes_file(c->recipes, i), q->check, &changed, f);
	return r == 0 && q->check && changed ? CMD_ERROR : r;
}

static const struct command FORMAT = {
    .name = "format",
    .run = format,
    .options = FORMAT_OPTIONS,
    .size = sizeof(struct format_request),
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[--check] [FILE…]",
    .summary = "put blanks and line ends of recipe files right (all without FILE)",
};

const struct command command_recipe = {
    .name = "recipe",
    .verbs = (const struct command *const[]){&recipe_new, &recipe_bump, &EDIT, &FORMAT, NULL},
    .summary = "write and change recipes",
};
