/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attest/keys.h"
#include "base/file.h"
#include "base/path.h"
#include "cmd/locate.h"
#include "cmd/overrides.h"
#include "cmd/print.h"
#include "cmd/remote.h"
#include "cmd/signals.h"
#include "cmd/terminal.h"
#include "peers/config.h"
#include "publication/sources.h"

enum { REPLACED_MAX = 5 }; /* recipes that are named which take the place of others */

int cmd_state(struct cmd *c, const char **ret, struct fault *f)
{
	if (!c->state)
		c->state = locate_given_state(c->state_option);
	int r = c->state || c->no_daemon ? 0 : remote_state(&c->state, f);
	if (r < 0)
		return r;
	if (!c->state)
		c->state = locate_own_state();
	if (!c->state) {
		fault_set(f, ERR_CONFIG, "there is nowhere to keep the store");
		fault_hint(f, "set BOOT_HURD_STATE or HOME, or give --state DIR");
		return ERR_CONFIG;
	}
	*ret = c->state;
	return 0;
}

/* Opens the recipes in the folder DIR, an absolute path: on top of OVER, or, when that is NULL, as RET. */
static int open_recipes(const char *dir, struct recipes *over, struct recipes **ret,
			struct fault *f)
{
	struct stat st;
	int e = stat(dir, &st) < 0 ? errno : 0;
	if (e && e != ENOENT && e != ENOTDIR)
		return fault_set(f, -e, "cannot look at %s:", dir);
	if (e || !S_ISDIR(st.st_mode)) {
		fault_set(f, ERR_MISSING, "there is no recipe folder %s", dir);
		fault_hint(f, "give --recipes DIR");
		return ERR_MISSING;
	}
	const char *slash = strrchr(dir, '/');
	FREE_PTR char *repo = strndup(dir, slash == dir ? 1 : (size_t)(slash - dir));
	if (!repo)
		return fault_set(f, -ENOMEM, "cannot look for recipes:");
	return over ? recipes_overlay(over, dir, repo, f) : recipes_open(dir, repo, ret, f);
}

/* Has the recipes' evaluations remembered beside the store, if there is a place for one. */
static int remember(struct cmd *c, struct fault *f)
{
	const char *state;
	if (cmd_state(c, &state, NULL) < 0)
		return 0;
	FREE_PTR char *dir = path_join(state, "evaluated");
	return dir ? recipes_remember(c->recipes, dir, f) : -ENOMEM;
}

/* Says which of the N recipe files stand in the place of others; of many, how many. */
static void note_replaced(const struct recipes *r, size_t n)
{
	size_t all = 0, told = 0;
	for (size_t i = 0; i < n; i++)
		all += recipes_replaced(r, i) != NULL;
	for (size_t i = 0; i < n && told < REPLACED_MAX; i++)
		if (recipes_replaced(r, i)) {
			told++;
			print_err("note: %s takes the place of %s\n", recipes_file(r, i),
				  recipes_replaced(r, i));
		}
	if (all > told)
		print_err("note: so do %zu more recipes of later folders\n", all - told);
}

/* Opens the recipes in the folders ALL, joined by colons, the later ones on top of the earlier. */
static int open_all(struct cmd *c, char *all, struct fault *f)
{
	char *save = NULL;
	int r = 0;
	for (char *dir = strtok_r(all, ":", &save); r == 0 && dir;
	     dir = strtok_r(NULL, ":", &save)) {
		if (!c->recipes) {
			c->recipes_dir = strdup(dir);
			r = c->recipes_dir ? open_recipes(dir, NULL, &c->recipes, f) : -ENOMEM;
		} else {
			r = open_recipes(dir, c->recipes, NULL, f);
		}
		free(c->recipes_last);
		c->recipes_last = strdup(dir);
		if (r == 0 && !c->recipes_last)
			r = -ENOMEM;
	}
	if (r == 0 && !c->recipes)
		return fault_set(f, ERR_USAGE, "--recipes names no folder");
	const char *const *names;
	size_t n = r == 0 ? recipes_names(c->recipes, &names) : 0;
	if (r == 0)
		r = remember(c, f);
	if (!c->quiet)
		note_replaced(c->recipes, n);
	return r;
}

int cmd_recipes(struct cmd *c, struct recipes **ret, struct fault *f)
{
	int r = 0;
	if (!c->recipes) {
		FREE_PTR char *all = locate_recipes(&c->recipes_option);
		r = all ? open_all(c, all, f)
			: fault_set(f, -ENOMEM, "cannot look for recipes:");
		if (r == 0)
			r = overrides_apply(c->recipes, &c->overrides, f);
	}
	if (r == 0)
		*ret = c->recipes;
	return r;
}

int cmd_recipes_again(struct cmd *c, struct fault *f)
{
	struct recipes *r;
	recipes_free(c->recipes);
	free(c->recipes_dir);
	free(c->recipes_last);
	c->recipes = NULL;
	c->recipes_dir = c->recipes_last = NULL;
	return cmd_recipes(c, &r, f);
}

int cmd_own_recipes(struct cmd *c, struct recipes **ret, struct fault *f)
{
	if (!c->own_recipes) {
		FREE_PTR char *own = locate_own_recipes();
		int r = own ? open_recipes(own, NULL, &c->own_recipes, f)
			    : fault_set(f, -ENOMEM, "cannot look for recipes:");
		if (r < 0)
			return r;
	}
	*ret = c->own_recipes;
	return 0;
}

/* Says what kept leftovers in the store, which is not a reason to stop. S may be NULL. */
static void warn(const struct store *s)
{
	const struct fault *f = s ? store_warning(s) : NULL;
	if (f)
		print_err("boot-hurd: warning: leftovers stay in the store: %s\n",
			  f->what[0] ? f->what : err_str(f->code));
}

int cmd_store_with(struct cmd *c, int flags, struct store **ret, struct fault *f)
{
	const char *state = NULL;
	int r = c->store ? 0 : cmd_state(c, &state, f);
	if (r == 0 && !c->store) {
		r = store_open(state, STORE_CREATE | STORE_MAY_LOOK | flags, &c->store, f);
		warn(c->store);
	}
	if (r == 0)
		*ret = c->store;
	return r;
}

int cmd_store(struct cmd *c, struct store **ret, struct fault *f)
{
	return cmd_store_with(c, 0, ret, f);
}

/*
 * Notes where sources are looked up by their hash: the peers, that may publish them, then the archives. A
 * configuration that is broken stops no build.
 */
static void read_archives(struct cmd *c)
{
	struct config config = CONFIG_INIT;
	struct fault f = FAULT_INIT;
	FREE_PTR char *path = config_path();
	if (!path)
		return;
	if (config_read(path, &config, &f) < 0)
		print_err("boot-hurd: warning: no archive is asked for sources: %s\n", f.what);
	strlist_release(&c->archives);
	for (size_t i = 0; i < config.npeers; i++) {
		FREE_PTR char *at = publication_source_template(config.peers[i].location);
		if (at)
			strlist_add(&c->archives, at);
	}
	for (size_t i = 0; i < config.archives.n; i++)
		strlist_add(&c->archives, config.archives.items[i]);
	config_release(&config);
}

int cmd_builder(struct cmd *c, struct build_options *o, struct builder **ret, struct fault *f)
{
	const char *state = NULL;
	int r = cmd_state(c, &state, f);
	if (r < 0)
		return r;
	o->store = state;
	o->offline |= c->offline;
	read_archives(c);
	o->archives = (const char *const *)c->archives.items;
	o->narchives = c->archives.n;
	r = builder_new(o, &c->builder, f);
	if (r < 0)
		return r;
	signals_stop(c->builder);
	signals_catch();
	*ret = c->builder;
	return 0;
}

int cmd_signer(struct cmd *c, const char *command, const char *name, struct key *ret,
	       struct fault *f)
{
	size_t found = 0;
	int r = keys_signer(c->state, name, ret, &found, f);
	if (r < 0 || found == 1)
		return r;
	fault_set(f, ERR_USAGE, "%s: which key is to sign? Give --key NAME", command);
	fault_hint(f,
		   found ? "boot-hurd key list shows them"
			 : "boot-hurd key generate NAME makes one, in %s",
		   c->state);
	return ERR_USAGE;
}

void cmd_release(struct cmd *c)
{
	signals_stop(NULL);
	builder_free(c->builder);
	if (c->recipes)
		recipes_keep(c->recipes, NULL);
	recipes_free(c->recipes);
	recipes_free(c->own_recipes);
	store_close(c->store);
	free(c->state);
	free(c->recipes_dir);
	free(c->recipes_last);
	strlist_release(&c->recipes_option);
	strlist_release(&c->overrides);
	strlist_release(&c->archives);
	arena_release(&c->arena);
}

void cmd_print_fault(const struct fault *f)
{
	print_colour(terminal_colour(TERMINAL_RED));
	print_err("boot-hurd:");
	print_colour(terminal_colour(TERMINAL_PLAIN));
	print_err(" %s\n", f->what[0] ? f->what : err_str(f->code));
	if (f->hint[0])
		print_err("hint: %s\n", f->hint);
}
