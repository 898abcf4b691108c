/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/vec.h"
#include "nar/nar.h"
#include "recipe/host.h"
#include "recipe/suggest.h"

/* Finding recipes, and following their inputs. */

int recipes_open(const char *dir, const char *repo, struct recipes **ret, struct fault *f)
{
	struct recipes *r = calloc(1, sizeof *r);
	FREE_PTR char *real = realpath(repo, NULL);
	if (!real) {
		int e = fault_set(f, -errno, "cannot open the repository %s:", repo);
		free(r);
		return e;
	}
	int e = r ? 0 : -ENOMEM;
	if (e == 0) {
		r->now_ns = sys_now_ns();
		r->layers[0] = (struct layer){arena_str(&r->a, dir), arena_str(&r->a, real)};
		r->nlayers = 1;
		e = r->layers[0].dir && r->layers[0].repo ? scan_recipes(r, f) : -ENOMEM;
	}
	if (e == -ENOMEM)
		fault_set(f, e, "cannot read the recipe folder %s:", dir);
	if (e < 0) {
		recipes_free(r);
		return e;
	}
	*ret = r;
	return 0;
}

int recipes_overlay(struct recipes *r, const char *dir, const char *repo, struct fault *f)
{
	FREE_PTR char *real = realpath(repo, NULL);
	if (!real)
		return fault_set(f, -errno, "cannot open the repository %s:", repo);
	if (r->nlayers == LAYERS_MAX)
		return fault_set(f, ERR_LIMIT, "more than %d recipe folders", LAYERS_MAX);
	struct layer *l = &r->layers[r->nlayers];
	*l = (struct layer){arena_str(&r->a, dir), arena_str(&r->a, real)};
	if (!l->dir || !l->repo)
		return fault_set(f, -ENOMEM, "cannot read the recipe folder %s:", dir);
	r->nlayers++;
	r->nfiles = 0;
	int e = scan_recipes(r, f);
	return e == -ENOMEM ? fault_set(f, e, "cannot read the recipe folder %s:", dir) : e;
}

const char *recipes_replaced(const struct recipes *r, size_t i)
{
	return r->files[i].replaces;
}

void recipes_free(struct recipes *r)
{
	if (!r)
		return;
	host_free(r->host);
	map_release(&r->by_name);
	map_release(&r->real);
	map_release(&r->contents);
	memory_free(r->memory);
	free(r->reads);
	free(r->overrides);
	arena_release(&r->a);
	free(r);
}

size_t recipes_names(const struct recipes *r, const char *const **ret)
{
	*ret = r->stems;
	return r->nfiles;
}

const char *recipes_file(const struct recipes *r, size_t i)
{
	return r->files[i].path;
}

/* Returns whether recipe D may stand in its file: its name is the file's stem, or begins with it. */
static bool belongs(const struct decl *d)
{
	size_t n = strlen(d->file->stem);
	return strncmp(d->drv.name, d->file->stem, n) == 0 &&
	       (d->drv.name[n] == 0 || d->drv.name[n] == '-');
}

/* Evaluates FILE unless that has been done, and enters its recipes. */
static int load(struct recipes *r, struct recipe_file *file, struct fault *f)
{
	if (file->state == FILE_EVALUATED)
		return 0;
	int e = memory_recall(r, file);
	if (e == 0)
		e = host_eval(&r->host, r, file, f);
	else if (e > 0)
		e = 0;
	if (e < 0)
		return e;
	for (size_t i = 0; i < file->ndecls; i++) {
		struct decl *d = file->decls[i];
		if (!belongs(d))
			return decl_fault(d, ERR_SYNTAX, f,
					  "a recipe in %s.lua must be named '%s' or '%s-…'",
					  file->stem, file->stem, file->stem);
		const struct decl *had = map_get(&r->by_name, view_of(d->drv.name));
		for (size_t k = 0; !had && k < i; k++)
			if (strcmp(file->decls[k]->drv.name, d->drv.name) == 0)
				had = file->decls[k];
		if (had)
			return decl_fault(d, ERR_SYNTAX, f,
					  "this name is taken already, by %s:%d",
					  had->drv.meta.file, had->drv.meta.line);
	}
	file->drvs = arena_array(&r->a, file->ndecls + 1, sizeof *file->drvs);
	if (!file->drvs)
		return fault_set(f, -ENOMEM, "%s:", file->path);
	for (size_t i = 0; i < file->ndecls; i++) {
		struct decl *d = file->decls[i];
		file->drvs[i] = &d->drv;
		if (map_put(&r->by_name, view_of(d->drv.name), d) < 0)
			return fault_set(f, -ENOMEM, "%s:", file->path);
	}
	file->state = FILE_EVALUATED;
	return 0;
}

/* Returns the index of the first file whose stem is not below NAME. */
static size_t lower_bound(const struct recipes *r, struct view name)
{
	size_t lo = 0, hi = r->nfiles;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (view_cmp(view_of(r->files[mid].stem), name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* A lookup under way. */
struct lookup {
	struct recipes *r;
	const char *name;
	struct decl *exact, *by_pname; /* what was found */
	bool several;                  /* more than one recipe has that name without version */
	struct buf found;              /* full names seen in the files looked at */
};

static void consider(struct lookup *k, struct decl *d)
{
	buf_addf(&k->found, "%s%s", k->found.len ? ", " : "", d->drv.name);
	if (strcmp(d->drv.name, k->name) == 0)
		k->exact = d;
	if (strcmp(d->drv.meta.pname, k->name) != 0)
		return;
	k->several |= k->by_pname != NULL;
	k->by_pname = d;
}

static int look_in(struct lookup *k, struct recipe_file *file, struct fault *f)
{
	int e = load(k->r, file, f);
	for (size_t i = 0; e == 0 && i < file->ndecls; i++)
		consider(k, file->decls[i]);
	return e;
}

/* Evaluates every file that may define the name: see recipe.h for the rule. */
static int look_everywhere(struct lookup *k, struct fault *f)
{
	struct recipes *r = k->r;
	size_t len = strlen(k->name);
	int e = 0;
	/* Files whose stem is the name or ends at one of its dashes. */
	for (size_t n = 1; e == 0 && n <= len; n++) {
		struct view stem = {k->name, n};
		if (n < len && k->name[n] != '-')
			continue;
		size_t at = lower_bound(r, stem);
		if (at < r->nfiles && view_is(stem, r->files[at].stem))
			e = look_in(k, &r->files[at], f);
	}
	/* Files of one version each: NAME-VERSION.lua. */
	FREE_PTR char *dashed = path_join(k->name, "");
	if (!dashed)
		return fault_set(f, -ENOMEM, "recipe '%s':", k->name);
	dashed[len] = '-';
	struct view prefix = {dashed, len + 1};
	for (size_t i = lower_bound(r, prefix); e == 0 && i < r->nfiles; i++) {
		const char *stem = r->files[i].stem;
		if (strncmp(stem, dashed, len + 1) != 0)
			break;
		if (stem[len + 1] >= '0' && stem[len + 1] <= '9')
			e = look_in(k, &r->files[i], f);
	}
	return e;
}

/* Says that there is no recipe of that name, and which one may be meant. */
static int not_found(const struct lookup *k, struct fault *f)
{
	if (k->found.len)
		return fault_set(f, ERR_MISSING, "there is no recipe '%s'; there is %s",
				 k->name, buf_str(&k->found));
	char near[NEAR_TEXT];
	near_question(k->name, k->r->stems, k->r->nfiles, "", near);
	if (*near)
		return fault_set(f, ERR_MISSING, "there is no recipe '%s'%s", k->name, near);
	return fault_set(f, ERR_MISSING, "there is no recipe '%s' in %s", k->name,
			 k->r->layers[0].dir);
}

/*
 * Finds the recipe NAME. When there is none or when several fit, the fault is put down to the recipe
 * USER that needs it (NULL: to nobody).
 */
static int find(struct recipes *r, const char *name, const struct decl *user, struct decl **ret,
		struct fault *f)
{
	struct lookup k = {.r = r, .name = name, .found = BUF_INIT};
	int e = look_everywhere(&k, f);
	struct decl *found = k.exact ? k.exact : k.several ? NULL : k.by_pname;
	if (e == 0 && !found) {
		e = k.several
			? fault_set(f, ERR_SYNTAX, "'%s' may be any of %s: name the version",
				    name, buf_str(&k.found))
			: not_found(&k, f);
		if (user)
			decl_wrap(user, f);
	}
	if (e == 0)
		*ret = found;
	buf_release(&k.found);
	return e;
}

/* The recipes between the target and the one being looked at. */
struct chain {
	struct link {
		struct decl *decl;
		size_t next; /* the input to follow next */
	} * links;
	size_t n, cap;
};

/* Names the cycle that closes when the last of C needs AGAIN. */
static int cycle(const struct chain *c, const struct decl *again, struct fault *f)
{
	struct buf b = BUF_INIT;
	size_t i = c->n;
	while (i > 0 && c->links[i - 1].decl != again)
		i--;
	size_t len = c->n - i + 1;
	for (size_t k = i - 1; k < c->n; k++) {
		if (len > 12 && k == i + 4) {
			buf_addf(&b, "(%zu more) -> ", len - 10);
			k = c->n - 5;
		}
		buf_addf(&b, "%s -> ", c->links[k].decl->drv.name);
	}
	buf_adds(&b, again->drv.name);
	int e = decl_fault(c->links[c->n - 1].decl, ERR_SYNTAX, f,
			   "recipes need each other in a cycle: %s", buf_str(&b));
	buf_release(&b);
	return e;
}

static int enter(struct chain *c, struct decl *d)
{
	struct link *p = vec_grow(c->links, &c->cap, c->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	c->links = p;
	c->links[c->n++] = (struct link){d, 0};
	d->state = DECL_ACTIVE;
	return 0;
}

/* Makes the derivations of D and of all it needs; a loop, not a recursion, for any depth. */
static int finish_all(struct recipes *r, struct decl *d, struct fault *f)
{
	struct chain c = {0};
	int e = d->state == DECL_DONE ? 0 : enter(&c, d);
	while (e == 0 && c.n) {
		struct link *at = &c.links[c.n - 1];
		if (at->next == at->decl->nwants) {
			e = decl_finish(r, at->decl, f);
			if (e == 0)
				c.n--;
			continue;
		}
		struct input_decl *in = &at->decl->wants[at->next++];
		if (!in->found)
			e = find(r, in->name, at->decl, &in->found, f);
		if (e < 0 || !in->found)
			break;
		if (in->found->state == DECL_ACTIVE)
			e = cycle(&c, in->found, f);
		else if (in->found->state == DECL_NEW)
			e = enter(&c, in->found);
	}
	for (size_t i = 0; i < c.n; i++)
		c.links[i].decl->state = DECL_NEW;
	free(c.links);
	return e == -ENOMEM ? fault_set(f, e, "recipe '%s':", d->drv.name) : e;
}

int recipes_get(struct recipes *r, const char *name, const struct drv **ret, struct fault *f)
{
	struct decl *d = NULL;
	if (!path_is_name(view_of(name)))
		return fault_set(f, ERR_MISSING, "'%s' cannot be the name of a recipe", name);
	int e = find(r, name, NULL, &d, f);
	if (e == 0)
		e = finish_all(r, d, f);
	if (e == 0)
		*ret = &d->drv;
	return e;
}

int recipes_load(struct recipes *r, size_t i, const struct drv *const **ret, size_t *ret_n,
		 struct fault *f)
{
	struct recipe_file *file = &r->files[i];
	int e = load(r, file, f);
	for (size_t k = 0; e == 0 && k < file->ndecls; k++)
		e = finish_all(r, file->decls[k], f);
	if (e == 0) {
		*ret = file->drvs;
		*ret_n = file->ndecls;
	}
	return e;
}

/* Evaluates every file, those in canary/ only with CANARIES. See recipes_whole. */
static int list_all(struct recipes *r, bool canaries,
		    void (*broken)(void *ctx, const char *file, const struct fault *why),
		    void *ctx, const struct drv ***ret, size_t *ret_n, struct fault *f)
{
	const struct drv **all = NULL;
	size_t n = 0, cap = 0;
	for (size_t i = 0; i < r->nfiles; i++) {
		const struct drv *const *some;
		struct fault why = FAULT_INIT;
		size_t m = 0;
		if (r->files[i].canary && !canaries)
			continue;
		int e = recipes_load(r, i, &some, &m, &why);
		if (e < 0 && e != -ENOMEM && broken) {
			broken(ctx, recipes_file(r, i), &why);
			continue;
		}
		const struct drv **p =
		    e == 0 ? vec_grow(all, &cap, n + m + 1, sizeof *p) : NULL;
		if (!p) {
			free(all);
			if (e == 0)
				return fault_set(f, -ENOMEM, "recipes:");
			if (f)
				*f = why;
			return e;
		}
		all = p;
		for (size_t k = 0; k < m; k++)
			all[n++] = some[k];
	}
	*ret = all;
	*ret_n = n;
	return 0;
}

int recipes_all(struct recipes *r, const struct drv ***ret, size_t *ret_n, struct fault *f)
{
	return list_all(r, false, NULL, NULL, ret, ret_n, f);
}

int recipes_whole(struct recipes *r,
		  void (*broken)(void *ctx, const char *file, const struct fault *why),
		  void *ctx, const struct drv ***ret, size_t *ret_n, struct fault *f)
{
	return list_all(r, true, broken, ctx, ret, ret_n, f);
}

int recipes_override(struct recipes *r, const char *source, const char *path, struct fault *f)
{
	const char *colon = strchr(source, ':');
	const char *as = colon ? colon + 1 : source;
	FREE_PTR char *real = realpath(path, NULL);
	if (!path_is_component(view_of(as)))
		return fault_set(f, ERR_USAGE, "'%s' cannot name a source (AS or RECIPE:AS)",
				 source);
	if (!real)
		return fault_set(f, -errno, "cannot use %s for the source '%s':", path, source);
	struct override *p =
	    vec_grow(r->overrides, &r->overrides_cap, r->noverrides + 1, sizeof *p);
	if (!p)
		return fault_set(f, -ENOMEM, "source '%s':", source);
	r->overrides = p;
	struct override *o = &p[r->noverrides];
	*o = (struct override){.as = arena_str(&r->a, as),
			       .spelled = arena_str(&r->a, source),
			       .path = arena_str(&r->a, real)};
	if (colon)
		o->recipe = arena_strv(&r->a, (struct view){source, (size_t)(colon - source)});
	if (!o->as || !o->spelled || !o->path || (colon && !o->recipe))
		return fault_set(f, -ENOMEM, "source '%s':", source);
	int e = nar_hash(o->path, &o->hash, NULL, f);
	if (e == 0)
		r->noverrides++;
	return e;
}

bool recipes_overridden(const struct recipes *r, const struct drv *d)
{
	const struct decl *decl = map_get(&r->by_name, view_of(d->name));
	return decl && &decl->drv == d && decl->overridden;
}

const char *recipes_override_unused(const struct recipes *r)
{
	for (size_t i = 0; i < r->noverrides; i++)
		if (!r->overrides[i].used)
			return r->overrides[i].spelled;
	return NULL;
}
