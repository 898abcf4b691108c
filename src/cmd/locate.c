/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/locate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/xdg.h"
#include "installed.h"

/* Returns the text of environment variable NAME, or NULL when it is unset or empty. */
static const char *env_text(const char *name)
{
	const char *v = getenv(name);
	return v && *v ? v : NULL;
}

/* Returns PATH made absolute, malloc'd; the path need not exist. */
static char *absolute(const char *path)
{
	if (path[0] == '/')
		return strdup(path);
	FREE_PTR char *cwd = getcwd(NULL, 0);
	return cwd ? path_join(cwd, path) : NULL;
}

/* Returns whether PATH is a folder. One that cannot be looked at is: whoever reads it says why it cannot. */
static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? S_ISDIR(st.st_mode) : errno != ENOENT && errno != ENOTDIR;
}

char *locate_given_state(const char *option)
{
	const char *given = option ? option : env_text("BOOT_HURD_STATE");
	return given ? absolute(given) : NULL;
}

char *locate_own_state(void)
{
	return xdg_path("XDG_DATA_HOME", ".local/share", "boot-hurd");
}

/* Returns the recipes folder BELOW the folder N levels above the program, malloc'd, or NULL. */
static char *recipes_near_program(int n, const char *below)
{
	FREE_PTR char *exe = sys_program();
	if (!exe)
		return NULL;
	for (int up = 0; up < n; up++) {
		char *slash = strrchr(exe, '/');
		if (!slash || slash == exe)
			return NULL;
		*slash = '\0';
	}
	FREE_PTR char *recipes = path_join(exe, below);
	FREE_PTR char *stage = recipes ? path_join(recipes, "10-stage0") : NULL;
	return stage && is_folder(stage) ? strdup(recipes) : NULL;
}

char *locate_own_recipes(void)
{
	char *p = recipes_near_program(3, "recipes"); /* TREE/build/bin/boot-hurd */
	if (!p)                                       /* PREFIX/bin/boot-hurd */
		p = recipes_near_program(2, "share/boot-hurd/recipes");
	return p ? p : strdup(INSTALLED_PREFIX "/share/boot-hurd/recipes");
}

/* Returns the recipes that are read when nothing else is said, malloc'd. */
static char *default_recipes(void)
{
	return is_folder("recipes/10-stage0") ? absolute("recipes") : locate_own_recipes();
}

/* Returns whether DIR is one of ALL, which are separated by colons. */
static bool has_folder(const struct buf *all, const char *dir)
{
	struct view rest = buf_view(all);
	while (rest.len) {
		const char *colon = memchr(rest.ptr, ':', rest.len);
		size_t n = colon ? (size_t)(colon - rest.ptr) : rest.len;
		if (view_is((struct view){rest.ptr, n}, dir))
			return true;
		n += colon ? 1 : 0;
		rest = (struct view){rest.ptr + n, rest.len - n};
	}
	return false;
}

/* Adds the folder PATH to ALL, or, for "default", the default. One that is there already counts once. */
static int add_folder(struct buf *all, const char *path)
{
	FREE_PTR char *dir = strcmp(path, "default") == 0 ? default_recipes() : absolute(path);
	if (!dir)
		return -ENOMEM;
	if (has_folder(all, dir))
		return 0;
	if (all->len)
		buf_addc(all, ':');
	buf_adds(all, dir);
	return buf_failed(all);
}

char *locate_recipes(const struct strlist *options)
{
	struct buf all = BUF_INIT;
	const char *more = env_text("BOOT_HURD_RECIPES");
	FREE_PTR char *copy = strdup(more && !options->n ? more : "");
	char *save = NULL;
	int r = copy ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < options->n; i++)
		r = add_folder(&all, options->items[i]);
	if (r == 0 && !options->n)
		r = add_folder(&all, "default");
	for (char *p = r == 0 ? strtok_r(copy, ":", &save) : NULL; r == 0 && p;
	     p = strtok_r(NULL, ":", &save))
		r = add_folder(&all, p);
	char *ret = r == 0 ? buf_detach(&all) : NULL;
	buf_release(&all);
	return ret;
}

char *locate_program(const char *name)
{
	const char *path = env_text("PATH");
	FREE_PTR char *copy = strdup(path ? path : "");
	char *save = NULL;
	for (char *p = copy ? strtok_r(copy, ":", &save) : NULL; p;
	     p = strtok_r(NULL, ":", &save)) {
		struct stat st;
		char *full = path_join(p, name);
		if (full && stat(full, &st) == 0 && S_ISREG(st.st_mode) &&
		    access(full, X_OK) == 0)
			return full;
		free(full);
	}
	return NULL;
}
