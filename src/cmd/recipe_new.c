/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/recipe.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/prefetch.h"
#include "cmd/print.h"
#include "source/source.h"

/*
 * `recipe new NAME [URI]`: fetches, pins, looks inside, and writes a recipe that builds, or that says at its
 * head what is missing.
 */
struct request {
	const char *folder; /* to write it to; NULL: the last folder of recipes */
};
static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "to", offsetof(struct request, folder), "DIR",
     "write it to DIR (default: the last folder of --recipes)"},
    {0}};

/* What was seen in the source. */
struct looked {
	bool configure, configure_ac, makefile, cmake, meson, cargo;
	const char *license; /* its identifier, or NULL */
};

/* A build system, and what one does about it. */
static bool has(const char *tree, const char *name)
{
	FREE_PTR char *path = path_join(tree, name);
	return path && file_exists(path, NULL) > 0;
}

/* Guesses the licence from the texts that lie there; NULL: it is not known. */
static const char *guess_license(const char *tree)
{
	static const char *const files[] = {"COPYING", "LICENSE", "LICENSE.txt",
					    "COPYING.LESSER", "LICENCE"};
	static const struct {
		const char *says, *id;
	} known[] = {
	    {"GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3",
	     "LGPL-3.0-or-later"},
	    {"GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-2.1-or-later"},
	    {"GNU GENERAL PUBLIC LICENSE\n                       Version 3",
	     "GPL-3.0-or-later"},
	    {"GNU GENERAL PUBLIC LICENSE\n                       Version 2",
	     "GPL-2.0-or-later"},
	    {"Apache License", "Apache-2.0"},
	    {"Permission is hereby granted, free of charge", "MIT"},
	    {"Permission to use, copy, modify, and/or distribute", "ISC"},
	    {"Redistribution and use in source and binary forms", "BSD-3-Clause"},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf text = BUF_INIT;
		FREE_PTR char *path = path_join(tree, files[i]);
		const char *found = NULL;
		if (path && file_read(path, 1 << 20, &text, NULL) == 0)
			for (size_t k = 0; !found && k < sizeof known / sizeof *known; k++)
				if (strstr(buf_str(&text), known[k].says))
					found = known[k].id;
		buf_release(&text);
		if (found)
			return found;
	}
	return NULL;
}

/* Unpacks FILE and looks at what it holds. */
static int look_inside(struct cmd *c, const char *file, struct looked *ret, struct fault *f)
{
	FREE_PTR char *tmp = NULL;
	struct source_options o = {0};
	int r = store_tmp(c->store, "look", &tmp, f);
	FREE_PTR char *tree = r == 0 && tmp ? path_join(tmp, "tree") : NULL;
	if (r == 0)
		r = tree ? source_unpack(file, tree, &o, f) : -ENOMEM;
	if (r == 0) {
		ret->configure = has(tree, "configure");
		ret->configure_ac = has(tree, "configure.ac") || has(tree, "configure.in");
		ret->makefile =
		    has(tree, "Makefile") || has(tree, "makefile") || has(tree, "GNUmakefile");
		ret->cmake = has(tree, "CMakeLists.txt");
		ret->meson = has(tree, "meson.build");
		ret->cargo = has(tree, "Cargo.toml");
		ret->license = guess_license(tree);
	}
	if (tmp)
		file_remove_tree(tmp, NULL);
	return r;
}

/* Finds the version in the last part of URI: what follows the first '-' or '_' before a digit. */
static const char *guess_version(struct cmd *c, const char *uri)
{
	static const char *const endings[] = {".orig.tar.", ".tar.", ".tgz",
					      ".tbz2",      ".zip",  ".deb"};
	const char *base = path_base(uri), *from = NULL;
	for (const char *p = base; *p && !from; p++)
		if ((*p == '-' || *p == '_') && isdigit((unsigned char)p[1]))
			from = p + 1;
	if (!from)
		return NULL;
	size_t n = strlen(from);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		const char *end = strstr(from, endings[i]);
		if (end && (size_t)(end - from) < n)
			n = (size_t)(end - from);
	}
	const char *version = arena_fmt(&c->arena, "%.*s", (int)n, from);
	return version && path_is_name(view_of(version)) ? version : NULL;
}

/* Adds the fields that say how it is built, and NOTES of what is missing. */
static void add_build(struct buf *b, struct buf *notes, const char *name,
		      const struct looked *l)
{
	if (l->configure) {
		buf_adds(b, "  configure = {},\n");
	} else if (l->configure_ac) {
		buf_adds(b, "  inputs = { \"m4\", \"perl\", \"autoconf\", \"automake\" },\n"
			    "  prepare = \"autoreconf -fi\",\n  configure = {},\n");
		buf_adds(notes, "-- * configure is made from configure.ac, by autoreconf\n");
	} else if (l->makefile) {
		buf_addf(b, "  configure = false,\n"
			    "  make = { \"CC=gcc\", \"PREFIX=\" .. out \"\", \"prefix=\" .. "
			    "out \"\" },\n");
		buf_adds(notes, "-- * the variables of make: PREFIX and prefix are guessed\n");
	} else {
		buf_addf(b,
			 "  configure = false,\n  targets = {},\n  install = false,\n"
			 "  dirs = { \"bin\" },\n"
			 "  -- finish = \"gcc -O2 -static *.c -o $out/bin/%s\",\n",
			 name);
		buf_addf(notes, "-- * how it is built: %s\n",
			 l->cmake   ? "it has a CMakeLists.txt, and there is no recipe of cmake"
			 : l->meson ? "it has a meson.build, and there is no recipe of meson"
			 : l->cargo ? "it has a Cargo.toml, and there is no recipe of Rust"
				    : "it has no configure and no Makefile");
	}
	if (l->configure)
		buf_adds(
		    b, "  pregenerated = { \"configure\", \"Makefile.in\", \"*/Makefile.in\", "
		       "\"aclocal.m4\" },\n");
}

/* Writes the recipe of NAME, whose source URI has the pin D, to RET. */
static int write_recipe(struct cmd *c, const char *name, const char *uri,
			const struct digest *d, const struct looked *l, struct buf *ret)
{
	struct buf fields = BUF_INIT, notes = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	const char *version = uri ? guess_version(c, uri) : NULL;
	if (!version) {
		version = "1";
		if (uri)
			buf_adds(&notes, "-- * the version: the URI does not say it\n");
	}
	buf_addf(&fields, "  name = \"%s\",\n  version = \"%s\",\n", name, version);
	buf_adds(&fields, "  summary = \"\",\n  homepage = \"\",\n");
	buf_addf(&fields, "  license = \"%s\",\n", l->license ? l->license : "");
	buf_adds(&notes, "-- * summary and homepage\n");
	if (!l->license)
		buf_adds(&notes, "-- * the licence, as an SPDX identifier\n");
	else
		buf_adds(&notes, "-- * whether the licence is the one guessed\n");
	if (uri) {
		bool debian = strncmp(uri, "debian:", 7) == 0;
		digest_hex(d, hex);
		buf_addf(&fields,
			 "  sources = {\n    { %s \"%s\", as = \"%s\",\n      sha256 = \"%s\" "
			 "},\n  },\n",
			 debian ? "debian" : "url", debian ? uri + 7 : uri, name, hex);
		add_build(&fields, &notes, name, l);
	} else {
		buf_addf(&fields,
			 "  sources = {\n    { text(\"%s.c\", \"int main(void) { return 0; "
			 "}\\n\") },\n  },\n"
			 "  dir = \".\",\n  configure = false,\n  targets = {},\n  install = "
			 "false,\n"
			 "  dirs = { \"bin\" },\n  finish = \"gcc -O2 -static %s.c -o "
			 "$out/bin/%s\",\n",
			 name, name, name);
		buf_adds(&notes,
			 "-- * the source: boot-hurd source prefetch URI prints its pin\n");
	}
	buf_adds(ret, "-- Written by `boot-hurd recipe new`. To be checked:\n");
	buf_addv(ret, buf_view(&notes));
	buf_adds(ret, "local build = lib \"tool\"\n\nreturn build {\n");
	buf_addv(ret, buf_view(&fields));
	buf_adds(ret, "}\n");
	int r = buf_failed(&fields) < 0 || buf_failed(&notes) < 0 ? -ENOMEM : buf_failed(ret);
	buf_release(&fields);
	buf_release(&notes);
	return r;
}

/* Finds the file to write, which must not be there; nor may another recipe have the name. */
static int find_place(struct cmd *c, const struct request *q, const char *name,
		      const char **ret, struct fault *f)
{
	const char *const *stems;
	size_t n = recipes_names(c->recipes, &stems);
	const char *dir = q->folder;
	if (!path_is_name(view_of(name)))
		return fault_set(f, ERR_USAGE, "'%s' cannot name a recipe", name);
	if (!dir)
		dir = c->recipes_last;
	for (size_t i = 0; i < n; i++)
		if (strcmp(stems[i], name) == 0)
			return fault_set(f, ERR_EXISTS,
					 "there is a recipe file of that name: %s",
					 recipes_file(c->recipes, i));
	*ret = arena_fmt(&c->arena, "%s/%s.lua", dir, name);
	if (!*ret)
		return -ENOMEM;
	int there = file_exists(*ret, f);
	return there <= 0 ? there : fault_set(f, ERR_EXISTS, "%s is there already", *ret);
}

/* Says what to do with PLACE, the recipe of NAME; FOLDER, unless NULL, must be named to the commands, too. */
static void print_next(const char *place, const char *folder, const char *name)
{
	print_out("%s\nnext:", place);
	for (int i = 0; i < 2; i++)
		print_out("%s boot-hurd %s%s%s %s", i ? "," : "", i ? "build" : "recipe edit",
			  folder ? " --recipes default --recipes " : "", folder ? folder : "",
			  name);
	print_out("\n");
}

static int new_recipe(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	const char *name = c->operands[0], *uri = c->noperands > 1 ? c->operands[1] : NULL;
	const char *place = NULL, *file = NULL;
	struct looked l = {0};
	struct digest d = {{0}};
	struct buf text = BUF_INIT;
	int r = find_place(c, q, name, &place, f);
	if (r == 0 && uri)
		r = prefetch(c, uri, &d, &file, f);
	if (r == 0 && uri)
		r = look_inside(c, file, &l, f);
	if (r == 0)
		r = write_recipe(c, name, uri, &d, &l, &text);
	if (r == 0)
		r = file_write_new(place, text.ptr, text.len, 0644, f);
	if (r == 0)
		print_next(place, q->folder, name);
	buf_release(&text);
	return r;
}

const struct command recipe_new = {
    .name = "new",
    .run = new_recipe,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = 2,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "[--to DIR] NAME [URI]",
    .summary = "write a recipe: fetch, pin, look inside, choose how it is built",
};
