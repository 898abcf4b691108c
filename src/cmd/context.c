/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cmd/locate.h"
#include "cmd/print.h"
#include "cmd/remote.h"
#include "cmd/signals.h"

int cmd_state(struct cmd *c, const char **ret, struct fault *f)
{
	if (!c->state)
		c->state = locate_given_state(c->state_option);
	if (!c->state && !c->no_daemon)
		c->state = remote_state();
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

/* Opens the recipes in the folder DIR, an absolute path. */
static int open_recipes(const char *dir, struct recipes **ret, struct fault *f)
{
	struct stat st;
	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode)) {
		fault_set(f, ERR_MISSING, "there is no recipe folder %s", dir);
		fault_hint(f, "give --recipes DIR");
		return ERR_MISSING;
	}
	const char *slash = strrchr(dir, '/');
	FREE_PTR char *repo = strndup(dir, slash == dir ? 1 : (size_t)(slash - dir));
	if (!repo)
		return fault_set(f, -ENOMEM, "cannot look for recipes:");
	return recipes_open(dir, repo, ret, f);
}

int cmd_recipes(struct cmd *c, struct recipes **ret, struct fault *f)
{
	if (!c->recipes_dir)
		c->recipes_dir = locate_recipes(c->recipes_option);
	if (!c->recipes_dir)
		return fault_set(f, -ENOMEM, "cannot look for recipes:");
	int r = c->recipes ? 0 : open_recipes(c->recipes_dir, &c->recipes, f);
	if (r == 0)
		*ret = c->recipes;
	return r;
}

int cmd_own_recipes(struct cmd *c, struct recipes **ret, struct fault *f)
{
	if (!c->own_recipes) {
		FREE_PTR char *own = locate_own_recipes();
		int r = own ? open_recipes(own, &c->own_recipes, f)
			    : fault_set(f, -ENOMEM, "cannot look for recipes:");
		if (r < 0)
			return r;
	}
	*ret = c->own_recipes;
	return 0;
}

/* Says what kept leftovers in the store, which is no reason to stop. S may be NULL. */
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

int cmd_builder(struct cmd *c, struct build_options *o, struct builder **ret, struct fault *f)
{
	const char *state = NULL;
	int r = cmd_state(c, &state, f);
	if (r < 0)
		return r;
	o->store = state;
	o->offline |= c->offline;
	r = builder_new(o, &c->builder, f);
	if (r < 0)
		return r;
	signals_stop(c->builder);
	signals_catch();
	*ret = c->builder;
	return 0;
}

void cmd_release(struct cmd *c)
{
	signals_stop(NULL);
	builder_free(c->builder);
	recipes_free(c->recipes);
	recipes_free(c->own_recipes);
	store_close(c->store);
	free(c->state);
	free(c->recipes_dir);
	arena_release(&c->arena);
}

void cmd_print_fault(const struct fault *f)
{
	print_err("boot-hurd: %s\n", f->what[0] ? f->what : err_str(f->code));
	if (f->hint[0])
		print_err("hint: %s\n", f->hint);
}
