/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"

/* Which recipe files a folder has: names only. */
struct scan {
	struct recipes *r;
	struct recipe_file *files; /* owned */
	size_t n, cap;
};

/* Finds out whether PATH is a folder, and its stamp. A link that leads nowhere is none. */
static int look_at(const struct recipes *r, const char *path, bool *ret,
		   struct stamp *ret_stamp, struct fault *f)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return errno == ENOENT || errno == ELOOP
			   ? 0
			   : fault_set(f, -errno, "cannot look at %s:", path);
	*ret = S_ISDIR(st.st_mode);
	stamp_file(&st, r->now_ns, ret_stamp);
	return 0;
}

static int add_file(struct scan *s, const char *dir, const char *path, struct view stem,
		    const struct stamp *stamp, struct fault *f)
{
	struct recipe_file *p = vec_grow(s->files, &s->cap, s->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	s->files = p;
	if (!path_is_name(stem))
		return fault_set(f, ERR_SYNTAX, "%s: its name cannot be that of a recipe",
				 path);
	s->files[s->n] = (struct recipe_file){.stem = arena_strv(&s->r->a, stem),
					      .path = path,
					      .dir = dir,
					      .stamp = *stamp,
					      .canary = strcmp(path_base(dir), "canary") == 0};
	return s->files[s->n++].stem ? 0 : -ENOMEM;
}

/* Adds the .lua files of DIR and, at the TOP, those of its folders but lib. */
static int scan_folder(struct scan *s, const char *dir, bool top, struct fault *f)
{
	int e = 0;
	struct strlist names = STRLIST_INIT;
	e = file_list(dir, &names, f);
	for (size_t i = 0; e == 0 && i < names.n; i++) {
		const char *name = names.items[i];
		size_t n = strlen(name);
		bool lua = n > 4 && strcmp(name + n - 4, ".lua") == 0, folder = false;
		if (name[0] == '.' || (!lua && !top))
			continue;
		const char *path = arena_fmt(&s->r->a, "%s/%s", dir, name);
		struct stamp stamp = {{0}};
		e = path ? look_at(s->r, path, &folder, &stamp, f) : -ENOMEM;
		if (e == 0 && folder)
			e = top && strcmp(name, "lib") != 0 ? scan_folder(s, path, false, f)
							    : 0;
		else if (e == 0 && lua)
			e = add_file(s, dir, path, (struct view){name, n - 4}, &stamp, f);
	}
	strlist_release(&names);
	return e;
}

static int by_stem_alone(const void *a, const void *b)
{
	const struct recipe_file *x = a, *y = b;
	return strcmp(x->stem, y->stem);
}

static int by_stem(const void *a, const void *b)
{
	const struct recipe_file *x = a, *y = b;
	int c = strcmp(x->stem, y->stem);
	return c ? c : strcmp(x->path, y->path);
}

/* Adds the files of the layer DIR; each takes the place of one of its name in an earlier layer. */
static int scan_layer(struct scan *s, const char *dir, struct fault *f)
{
	size_t before = s->n;
	int e = scan_folder(s, dir, true, f);
	if (e == 0 && s->n > before)
		qsort(s->files + before, s->n - before, sizeof *s->files, by_stem);
	for (size_t i = before + 1; e == 0 && i < s->n; i++)
		if (strcmp(s->files[i - 1].stem, s->files[i].stem) == 0)
			e = fault_set(f, ERR_SYNTAX, "two recipe files of one name: %s and %s",
				      s->files[i - 1].path, s->files[i].path);
	for (size_t i = 0; e == 0 && i < before && s->n > before; i++) {
		struct recipe_file *over =
		    bsearch(&s->files[i], s->files + before, s->n - before, sizeof *s->files,
			    by_stem_alone);
		if (!over)
			continue;
		over->replaces = s->files[i].path;
		s->files[i].replaced = true;
	}
	size_t kept = 0;
	for (size_t i = 0; e == 0 && i < s->n; i++)
		if (!s->files[i].replaced)
			s->files[kept++] = s->files[i];
	if (e == 0)
		s->n = kept;
	return e;
}

int scan_recipes(struct recipes *r, struct fault *f)
{
	struct scan s = {r, NULL, 0, 0};
	int e = 0;
	for (size_t i = 0; e == 0 && i < r->nlayers; i++)
		e = scan_layer(&s, r->layers[i].dir, f);
	if (e == 0 && s.n)
		qsort(s.files, s.n, sizeof *s.files, by_stem);
	if (e == 0) {
		r->files = arena_array(&r->a, s.n + 1, sizeof *r->files);
		r->stems = arena_array(&r->a, s.n + 1, sizeof *r->stems);
		e = r->files && r->stems ? 0 : -ENOMEM;
	}
	for (size_t i = 0; e == 0 && i < s.n; i++) {
		r->files[i] = s.files[i];
		r->stems[i] = s.files[i].stem;
		r->nfiles++;
	}
	free(s.files);
	return e;
}
