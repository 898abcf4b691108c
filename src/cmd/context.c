/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"
#include "cmd/pins.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/remote.h"
#include "verify/baseline.h"

const struct option_row *cmd_common_options(struct cmd *c)
{
	static struct option_row rows[7];
	size_t n = 0;
	rows[n++] = (struct option_row){OPTION_TEXT,        0,     "recipes",
					&c->recipes_option, "DIR", "read recipes from DIR"};
	rows[n++] = (struct option_row){OPTION_TEXT,      0,     "state",
					&c->state_option, "DIR", "keep the store in DIR"};
	rows[n++] =
	    (struct option_row){OPTION_FLAG, 0, "offline", &c->offline, NULL, "use no network"};
	rows[n++] = (struct option_row){OPTION_FLAG,   0,    "no-daemon",
					&c->no_daemon, NULL, "do it here, ask no daemon"};
	rows[n++] = (struct option_row){OPTION_FLAG, 'q',  "quiet",
					&c->quiet,   NULL, "show failures only"};
	rows[n] = (struct option_row){0};
	return rows;
}

int cmd_operands(int argc, char **argv, int first, int min, int max, struct fault *f)
{
	int n = argc - first;
	if (n < min)
		fault_set(f, ERR_USAGE, "%s: an operand is missing", argv[0]);
	else if (max >= 0 && n > max)
		fault_set(f, ERR_USAGE, "%s: '%s' is one operand too many", argv[0],
			  argv[first + max]);
	else
		return 0;
	fault_hint(f, "boot-hurd %s --help shows how it is used", argv[0]);
	return ERR_USAGE;
}

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

int cmd_state(struct cmd *c, const char **ret, struct fault *f)
{
	if (!c->state) {
		const char *given =
		    c->state_option ? c->state_option : env_text("BOOT_HURD_STATE");
		const char *xdg = env_text("XDG_DATA_HOME"), *home = env_text("HOME");
		FREE_PTR char *share = home ? path_join(home, ".local/share") : NULL;
		c->state = given ? absolute(given) : c->no_daemon ? NULL : remote_state();
		if (given || c->state)
			;
		else if (xdg && xdg[0] == '/')
			c->state = path_join(xdg, "boot-hurd");
		else if (share)
			c->state = path_join(share, "boot-hurd");
	}
	if (!c->state) {
		fault_set(f, ERR_CONFIG, "there is nowhere to keep the store");
		fault_hint(f, "set BOOT_HURD_STATE or HOME, or give --state DIR");
		return ERR_CONFIG;
	}
	*ret = c->state;
	return 0;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Returns the recipes folder BELOW the folder N levels above the program, malloc'd, or NULL. */
static char *recipes_near_program(int n, const char *below)
{
	char exe[4096];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (len <= 0)
		return NULL;
	exe[len] = '\0';
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

/* Returns the recipes that came with the program, malloc'd; NULL: out of memory. */
static char *own_recipes(void)
{
	char *p = recipes_near_program(3, "recipes"); /* TREE/build/bin/boot-hurd */
	if (!p)
		p = recipes_near_program(2,
					 "share/boot-hurd/recipes"); /* PREFIX/bin/boot-hurd */
	return p ? p : strdup(BOOT_HURD_DATADIR "/recipes");
}

/* Finds the recipes folder. NULL: there is none. */
static char *find_recipes(struct cmd *c)
{
	if (c->recipes_option)
		return absolute(c->recipes_option);
	if (is_folder("recipes/10-stage0"))
		return absolute("recipes");
	char *p = recipes_near_program(3, "recipes"); /* TREE/build/bin/boot-hurd */
	if (!p)
		p = recipes_near_program(2,
					 "share/boot-hurd/recipes"); /* PREFIX/bin/boot-hurd */
	return p ? p : strdup(BOOT_HURD_DATADIR "/recipes");
}

int cmd_recipes_dir(struct cmd *c, char **ret, struct fault *f)
{
	char *p = find_recipes(c);
	if (!p)
		return fault_set(f, -ENOMEM, "cannot look for recipes:");
	*ret = p;
	return 0;
}

/* Opens the recipes in the folder DIR, an absolute path. */
static int open_recipes(const char *dir, struct recipes **ret, struct fault *f)
{
	if (!is_folder(dir)) {
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
	int r = c->recipes ? 0 : cmd_recipes_dir(c, &c->recipes_dir, f);
	if (r == 0 && !c->recipes)
		r = open_recipes(c->recipes_dir, &c->recipes, f);
	if (r == 0)
		*ret = c->recipes;
	return r;
}

int cmd_own_recipes(struct cmd *c, struct recipes **ret, struct fault *f)
{
	if (!c->own_recipes) {
		FREE_PTR char *own = own_recipes();
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

int cmd_store(struct cmd *c, struct store **ret, struct fault *f)
{
	const char *state = NULL;
	int r = c->store ? 0 : cmd_state(c, &state, f);
	if (r == 0 && !c->store) {
		r = store_open(state, STORE_CREATE | STORE_MAY_LOOK | c->store_flags, &c->store,
			       f);
		warn(c->store);
	}
	if (r == 0)
		*ret = c->store;
	return r;
}

int cmd_baseline(struct cmd *c, struct baseline *ret, struct fault *f)
{
	FREE_PTR char *path = NULL;
	if (asprintf(&path, "%s/../store/baseline/realisations", c->recipes_dir) < 0)
		return -ENOMEM;
	return baseline_read(path, ret, f);
}

int cmd_target(struct cmd *c, const char *name, const struct drv **ret, struct fault *f)
{
	struct recipes *recipes = NULL;
	int r = cmd_recipes(c, &recipes, f);
	return r < 0 ? r : recipes_get(recipes, name, ret, f);
}

int cmd_targets(struct cmd *c, int argc, char **argv, int first, const struct drv ***ret,
		size_t *ret_n, struct fault *f)
{
	struct recipes *recipes = NULL;
	int r = cmd_recipes(c, &recipes, f);
	if (r < 0)
		return r;
	size_t n = (size_t)(argc - first);
	const struct drv **drvs = NULL, **all = NULL;
	if (n == 0)
		r = recipes_all(recipes, &all, &n, f);
	if (r == 0)
		drvs = arena_array(&c->arena, n + 1, sizeof *drvs);
	if (r == 0 && !drvs)
		r = fault_set(f, -ENOMEM, "cannot list targets:");
	for (size_t i = 0; r == 0 && drvs && i < n; i++)
		if (all)
			drvs[i] = all[i];
		else
			r = recipes_get(recipes, argv[first + (int)i], &drvs[i], f);
	free(all);
	if (r == 0 && !c->any_pins)
		r = pins_check(c, drvs, n, f);
	if (r < 0)
		return r;
	*ret = drvs;
	*ret_n = n;
	return 0;
}

/* Finds a root called TEXT: 1, 0 when there is none, or negative. */
static int find_root(struct cmd *c, const char *text, struct digest *ret, struct fault *f)
{
	struct store_root *roots;
	size_t n = 0;
	int r = store_root_list(c->store, &c->arena, &roots, &n, f);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (strcmp(roots[i].name, text) == 0) {
			*ret = roots[i].object;
			return 1;
		}
	return 0;
}

int cmd_object(struct cmd *c, const char *text, struct digest *ret, struct fault *f)
{
	struct store *s = NULL;
	struct digest d, action;
	int r = cmd_store(c, &s, f);
	if (r < 0)
		return r;
	if (digest_parse(view_of(text), &d) == 0) {
		r = store_object(s, &d, NULL);
		if (store_lookup(s, r, f) < 0)
			return r;
		if (r < 0)
			return fault_set(f, ERR_MISSING, "the store has no object %s", text);
		*ret = d;
		return 0;
	}
	r = find_root(c, text, ret, f);
	if (r != 0)
		return r < 0 ? r : 0;
	const struct drv *drv;
	r = cmd_target(c, text, &drv, f);
	if (r < 0)
		return r;
	r = store_find_resolved(s, &drv->id, &action, ret);
	if (store_lookup(s, r, f) < 0)
		return r;
	if (r < 0) {
		fault_set(f, ERR_MISSING, "%s has not been built", drv->name);
		fault_hint(f, "boot-hurd build %s", text);
		return ERR_MISSING;
	}
	return 0;
}

/* The builder that a signal stops; one command has at most one. */
static struct builder *volatile signalled;
static volatile sig_atomic_t signals;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
	struct builder *b = signalled;
	if (b) {
		static const char first[] = "boot-hurd: stopping when the running builds have "
					    "ended; once more kills them\n";
		if (signals == 1 && write(STDERR_FILENO, first, sizeof first - 1) < 0)
			signals = 1; /* nobody reads it: stop all the same */
		builder_stop(b, signals > 1 ? 2 : 1);
	}
	if (signals > 2)
		_exit(CMD_INTERRUPTED);
}

bool cmd_interrupted(void)
{
	return signals > 0;
}

int cmd_signals(void)
{
	return signals;
}

void cmd_catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

int cmd_builder(struct cmd *c, struct build_options *o, struct builder **ret, struct fault *f)
{
	const char *state = NULL;
	int r = cmd_state(c, &state, f);
	if (r < 0)
		return r;
	o->store = state;
	o->offline = c->offline;
	r = builder_new(o, ret, f);
	if (r < 0)
		return r;
	signalled = *ret;
	cmd_catch_signals();
	return 0;
}

char *cmd_find_program(const char *name)
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

void cmd_format_bytes(uint64_t n, char ret[32])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double v = (double)n;
	size_t u = 0;
	while (v >= 1024 && u < 4) {
		v /= 1024;
		u++;
	}
	snprintf(ret, 32, u ? "%.1f %s" : "%.0f %s", v, units[u]);
}

void cmd_format_time(uint64_t ns, char ret[32])
{
	uint64_t s = ns / 1000000000;
	if (ns < 1000000000)
		snprintf(ret, 32, "%llu ms", (unsigned long long)(ns / 1000000));
	else if (s < 60)
		snprintf(ret, 32, "%.1f s", (double)ns / 1e9);
	else if (s < 3600)
		snprintf(ret, 32, "%llu min %llu s", (unsigned long long)(s / 60),
			 (unsigned long long)(s % 60));
	else
		snprintf(ret, 32, "%llu h %llu min", (unsigned long long)(s / 3600),
			 (unsigned long long)(s / 60 % 60));
}

void cmd_print_fault(const struct fault *f)
{
	print_err("boot-hurd: %s\n", f->what[0] ? f->what : err_str(f->code));
	if (f->hint[0])
		print_err("hint: %s\n", f->hint);
}
