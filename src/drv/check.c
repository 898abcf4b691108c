/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drv/drv.h"

#include <stdlib.h>
#include <string.h>

#include "base/inside.h"
#include "base/path.h"
#include "json/json.h"

bool drv_env_name_ok(const char *name)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++)
		if (!((*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z') ||
		      (*name >= '0' && *name <= '9') || *name == '_'))
			return false;
	return true;
}

bool drv_env_reserved(const char *name)
{
	static const char *const names[] = {"HOME",   "LC_ALL", "PATH", "SOURCE_DATE_EPOCH",
					    "TMPDIR", "TZ",     "out"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_text(const char *s)
{
	return json_is_text(view_of(s));
}

static bool is_clean(const char *s)
{
	return path_is_clean(view_of(s)) && is_text(s);
}

static int check_env(const struct drv_env *env, size_t n, struct fault *f)
{
	for (size_t i = 0; i < n; i++) {
		if (!drv_env_name_ok(env[i].name))
			return fault_set(f, ERR_SYNTAX,
					 "'%s' cannot name an environment variable",
					 env[i].name);
		if (drv_env_reserved(env[i].name))
			return fault_set(f, ERR_SYNTAX,
					 "the environment variable %s is set by the engine",
					 env[i].name);
		if (!is_text(env[i].value))
			return fault_set(f, ERR_SYNTAX, "the value of %s is not UTF-8 text",
					 env[i].name);
		if (i && strcmp(env[i - 1].name, env[i].name) >= 0)
			return fault_set(f, ERR_SYNTAX,
					 "the environment variable %s is set twice",
					 env[i].name);
	}
	return 0;
}

static int check_inputs(const struct drv *d, struct fault *f)
{
	for (size_t i = 0; i < d->ninputs; i++) {
		const char *as = d->inputs[i].as;
		if (!path_is_name(view_of(as)))
			return fault_set(f, ERR_SYNTAX, "'%s' cannot name an input", as);
		if (strcmp(as, d->name) == 0)
			return fault_set(f, ERR_SYNTAX,
					 "the input '%s' has the name of the output", as);
		if (i && strcmp(d->inputs[i - 1].as, as) >= 0)
			return fault_set(f, ERR_SYNTAX, "two inputs claim the name '%s'", as);
	}
	return 0;
}

static bool is_commit(const char *s)
{
	return s && strlen(s) == 40 && strspn(s, "0123456789abcdef") == 40;
}

static int check_sources(const struct drv *d, struct fault *f)
{
	for (size_t i = 0; i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		if (!path_is_component(view_of(s->as)) || !is_text(s->as))
			return fault_set(f, ERR_SYNTAX, "'%s' cannot name a source: %s", s->as,
					 "it must be one path component");
		if (i && strcmp(d->sources[i - 1].as, s->as) >= 0)
			return fault_set(f, ERR_SYNTAX, "two sources claim the name '%s'",
					 s->as);
		if (s->pin == DRV_PIN_GIT && !is_commit(s->commit))
			return fault_set(f, ERR_SYNTAX,
					 "source '%s': a commit is 40 hex digits", s->as);
		if (s->nested && !is_clean(s->nested))
			return fault_set(f, ERR_SYNTAX,
					 "source '%s': '%s' is not a clean relative path",
					 s->as, s->nested);
		if (s->nested && (!s->unpack || s->pin == DRV_PIN_GIT))
			return fault_set(
			    f, ERR_SYNTAX,
			    "source '%s': nested needs an archive that is unpacked", s->as);
	}
	return 0;
}

/* Returns whether PATH is clean and relative, or clean below INSIDE_PREFIX/NAME (any NAME: NULL).
 */
static bool is_stream(const char *path, const char *name)
{
	const size_t n = sizeof INSIDE_PREFIX - 1;
	if (*path != '/')
		return is_clean(path);
	if (strncmp(path, INSIDE_PREFIX "/", n + 1) != 0 || !is_clean(path + n + 1))
		return false;
	const char *rest = strchr(path + n + 1, '/');
	size_t len = rest ? (size_t)(rest - (path + n + 1)) : 0;
	return rest && (!name || (strlen(name) == len && memcmp(name, path + n + 1, len) == 0));
}

static int check_step(const struct drv *d, const struct drv_step *s, struct fault *f)
{
	if (s->argc == 0 || !*s->argv[0])
		return fault_set(f, ERR_SYNTAX, "it names no program");
	for (size_t i = 0; i < s->argc; i++)
		if (!is_text(s->argv[i]))
			return fault_set(f, ERR_SYNTAX, "argument %zu is not UTF-8 text",
					 i + 1);
	if (*s->dir && !is_clean(s->dir))
		return fault_set(f, ERR_SYNTAX, "dir '%s' is not a clean relative path",
				 s->dir);
	if (*s->in && !is_stream(s->in, NULL))
		return fault_set(
		    f, ERR_SYNTAX,
		    "stdin '%s' is neither a clean relative path nor below an input", s->in);
	if (*s->out && !is_stream(s->out, d->name))
		return fault_set(
		    f, ERR_SYNTAX,
		    "stdout '%s' is neither a clean relative path nor below the output",
		    s->out);
	return check_env(s->env, s->nenv, f);
}

static int check_steps(const struct drv *d, struct fault *f)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		int r = check_step(d, &d->steps[i], f);
		if (r < 0) {
			fault_wrap(f, "step %zu", i + 1);
			return r;
		}
	}
	return 0;
}

static bool lies_in_source(const struct drv *d, const char *path)
{
	size_t n = strcspn(path, "/");
	for (size_t i = 0; i < d->nsources; i++)
		if (view_eq(view_of(d->sources[i].as), (struct view){path, n}))
			return true;
	return false;
}

static int check_script(const struct drv *d, struct fault *f)
{
	if (!d->script != !d->shell)
		return fault_set(f, ERR_SYNTAX, "%s needs %s", d->script ? "a script" : "shell",
				 d->script ? "a shell" : "a script");
	if (!d->script)
		return d->nsteps
			   ? 0
			   : fault_set(f, ERR_SYNTAX, "it has neither steps nor a script");
	if (d->nsteps)
		return fault_set(f, ERR_SYNTAX, "it has both steps and a script");
	if (!is_clean(d->script) || !lies_in_source(d, d->script))
		return fault_set(f, ERR_SYNTAX, "the script '%s' lies in no source", d->script);
	for (size_t i = 0; i < d->ninputs; i++)
		if (strcmp(d->inputs[i].as, d->shell) == 0)
			return 0;
	return fault_set(f, ERR_SYNTAX, "the shell '%s' is not an input", d->shell);
}

static int check_dirs(const struct drv *d, struct fault *f)
{
	for (size_t i = 0; i < d->ndirs; i++) {
		if (!is_clean(d->dirs[i]))
			return fault_set(f, ERR_SYNTAX,
					 "dirs: '%s' is not a clean relative path", d->dirs[i]);
		if (i && strcmp(d->dirs[i - 1], d->dirs[i]) >= 0)
			return fault_set(f, ERR_SYNTAX, "dirs: '%s' is named twice",
					 d->dirs[i]);
	}
	return 0;
}

int drv_check(const struct drv *d, struct fault *f)
{
	if (!path_is_name(view_of(d->name)))
		return fault_set(f, ERR_SYNTAX, "'%s' cannot name a recipe", d->name);
	if (strcmp(d->system, "i686-linux") != 0 && strcmp(d->system, "x86_64-linux") != 0)
		return fault_set(f, ERR_SYNTAX,
				 "unknown system '%s': i686-linux or x86_64-linux", d->system);
	int r = check_inputs(d, f);
	if (r == 0)
		r = check_sources(d, f);
	if (r == 0)
		r = check_env(d->env, d->nenv, f);
	if (r == 0)
		r = check_dirs(d, f);
	if (r == 0)
		r = check_steps(d, f);
	if (r == 0)
		r = check_script(d, f);
	return r;
}

static int by_env(const void *a, const void *b)
{
	return strcmp(((const struct drv_env *)a)->name, ((const struct drv_env *)b)->name);
}

static int by_input(const void *a, const void *b)
{
	return strcmp(((const struct drv_input *)a)->as, ((const struct drv_input *)b)->as);
}

static int by_source(const void *a, const void *b)
{
	return strcmp(((const struct drv_source *)a)->as, ((const struct drv_source *)b)->as);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void drv_sort(struct drv *d)
{
	if (d->ninputs > 1)
		qsort(d->inputs, d->ninputs, sizeof *d->inputs, by_input);
	if (d->nsources > 1)
		qsort(d->sources, d->nsources, sizeof *d->sources, by_source);
	if (d->nenv > 1)
		qsort(d->env, d->nenv, sizeof *d->env, by_env);
	if (d->ndirs > 1)
		qsort(d->dirs, d->ndirs, sizeof *d->dirs, by_text);
	for (size_t i = 0; i < d->nsteps; i++)
		if (d->steps[i].nenv > 1)
			qsort(d->steps[i].env, d->steps[i].nenv, sizeof *d->steps[i].env,
			      by_env);
}
