/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/path.h"
#include "source/pack.h"

int export_shell(const struct export *e, char **ret, struct fault *f)
{
	*ret = NULL;
	for (size_t i = 0; i < e->n; i++) {
		FREE_PTR char *sh = path_join(e->trees[i].path, "bin/sh");
		int there = sh ? file_exists(sh, f) : -ENOMEM;
		if (there < 0)
			return there;
		if (there && asprintf(ret, INSIDE_PREFIX "/%s/bin/sh", e->trees[i].name) < 0)
			return fault_set(f, -ENOMEM, "cannot export:");
		if (there)
			return 0;
	}
	return 0;
}

int export_rootfs_tar(const struct export *e, const char *file, struct fault *f)
{
	struct pack *p = NULL;
	FREE_PTR char *shell = NULL;
	int r = export_shell(e, &shell, f);
	if (r == 0)
		r = pack_open(file, PACK_TAR_ZSTD, &p, f);
	if (r == 0 && shell)
		r = pack_folder(p, "bin", f);
	if (r == 0 && shell)
		r = pack_link(p, "bin/sh", shell, f);
	if (r == 0)
		r = pack_folder(p, "opt", f);
	if (r == 0)
		r = pack_folder(p, &INSIDE_PREFIX[1], f);
	for (size_t i = 0; r == 0 && i < e->n; i++) {
		FREE_PTR char *name = path_join(&INSIDE_PREFIX[1], e->trees[i].name);
		r = name ? pack_tree(p, e->trees[i].path, name, f) : -ENOMEM;
	}
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	return r;
}

/* Fills the folder TO. */
static int fill(const struct export *e, const char *to, struct fault *f)
{
	FREE_PTR char *opt = path_join(to, &INSIDE_PREFIX[1]), *bin = path_join(to, "bin");
	FREE_PTR char *shell = NULL, *sh = path_join(to, "bin/sh");
	if (!opt || !bin || !sh)
		return fault_set(f, -ENOMEM, "cannot export:");
	int r = file_mkdirs(opt, f);
	for (size_t i = 0; r == 0 && i < e->n; i++) {
		FREE_PTR char *tree = path_join(opt, e->trees[i].name);
		r = tree ? file_copy_tree(e->trees[i].path, tree, false, f) : -ENOMEM;
	}
	if (r == 0)
		r = export_shell(e, &shell, f);
	if (r == 0 && shell)
		r = file_mkdirs(bin, f);
	if (r == 0 && shell && symlink(shell, sh) < 0)
		r = fault_set(f, -errno, "cannot make %s:", sh);
	return r;
}

int export_rootfs_folder(const struct export *e, const char *to, struct fault *f)
{
	FREE_PTR char *aside = NULL;
	if (asprintf(&aside, "%s.part", to) < 0)
		return fault_set(f, -ENOMEM, "cannot export:");
	int r = file_exists(to, f);
	if (r > 0)
		return fault_set(f, ERR_EXISTS, "%s is there already", to);
	if (r == 0)
		r = file_remove_tree(aside, f);
	if (r == 0)
		r = fill(e, aside, f);
	if (r == 0 && rename(aside, to) < 0)
		r = fault_set(f, -errno, "cannot make %s:", to);
	if (r < 0)
		file_remove_tree(aside, NULL);
	return r;
}
