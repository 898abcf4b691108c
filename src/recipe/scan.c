/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/vec.h"

/* Which recipe files a folder has: names only. */
struct scan {
	struct recipes *r;
	struct recipe_file *files; /* owned */
	size_t n, cap;
};

static bool is_dir(const char *path, const struct dirent *e)
{
	struct stat st;
	if (e->d_type == DT_DIR || e->d_type == DT_REG)
		return e->d_type == DT_DIR;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int add_file(struct scan *s, const char *dir, const char *path, struct view stem,
		    struct fault *f)
{
	struct recipe_file *p = vec_grow(s->files, &s->cap, s->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	s->files = p;
	if (!path_is_name(stem))
		return fault_set(f, ERR_SYNTAX, "%s: its name cannot be that of a recipe",
				 path);
	s->files[s->n] =
	    (struct recipe_file){.stem = arena_strv(&s->r->a, stem), .path = path, .dir = dir};
	return s->files[s->n++].stem ? 0 : -ENOMEM;
}

/* Adds the .lua files of DIR and, at the TOP, those of its folders but lib. */
static int scan_folder(struct scan *s, const char *dir, bool top, struct fault *f)
{
	int e = 0;
	struct dirent *entry;
	DIR *d = opendir(dir);
	if (!d)
		return fault_set(f, -errno, "cannot read the recipe folder %s:", dir);
	while (e == 0 && (errno = 0, entry = readdir(d)) != NULL) {
		size_t n = strlen(entry->d_name);
		bool lua = n > 4 && strcmp(entry->d_name + n - 4, ".lua") == 0;
		if (entry->d_name[0] == '.' || (!lua && (!top || entry->d_type == DT_REG)))
			continue;
		const char *path = arena_fmt(&s->r->a, "%s/%s", dir, entry->d_name);
		if (!path)
			e = -ENOMEM;
		else if (is_dir(path, entry))
			e = top && strcmp(entry->d_name, "lib") != 0
				? scan_folder(s, path, false, f)
				: 0;
		else if (lua)
			e = add_file(s, dir, path, (struct view){entry->d_name, n - 4}, f);
	}
	if (e == 0 && errno)
		e = fault_set(f, -errno, "cannot read the recipe folder %s:", dir);
	closedir(d);
	return e;
}

static int by_stem(const void *a, const void *b)
{
	const struct recipe_file *x = a, *y = b;
	int c = strcmp(x->stem, y->stem);
	return c ? c : strcmp(x->path, y->path);
}

int scan_recipes(struct recipes *r, struct fault *f)
{
	struct scan s = {r, NULL, 0, 0};
	int e = scan_folder(&s, r->dir, true, f);
	if (e == 0 && s.n) {
		qsort(s.files, s.n, sizeof *s.files, by_stem);
		for (size_t i = 1; e == 0 && i < s.n; i++)
			if (strcmp(s.files[i - 1].stem, s.files[i].stem) == 0)
				e = fault_set(f, ERR_SYNTAX,
					      "two recipe files of one name: %s and %s",
					      s.files[i - 1].path, s.files[i].path);
	}
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
