/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/sys.h"

int store_canonicalise(struct store *s, const char *tree, struct fault *f)
{
	int r = tree_canonicalise(tree, s->owner, f);
	return r < 0 ? r : tree_seal(tree, f);
}

int store_keep_difference(struct store *s, const char *tree, const char *name, char **ret_path,
			  struct fault *f)
{
	FREE_PTR char *folder = store_at(s, "differences");
	char *to = NULL;
	int r = folder ? store_writable(s, f) : fault_set(f, -ENOMEM, "cannot keep %s:", tree);
	if (r == 0)
		r = file_mkdirs(folder, f);
	if (r == 0 && asprintf(&to, "%s/%s-%lld", folder, name, (long long)sys_now_ns()) < 0) {
		to = NULL;
		r = fault_set(f, -ENOMEM, "cannot keep %s:", tree);
	}
	if (r == 0)
		r = tree_canonicalise(tree, s->owner, f);
	if (r == 0)
		r = tree_rename(tree, to, f);
	if (r == 0)
		r = tree_seal(to, f);
	if (r < 0) {
		free(to);
		return r;
	}
	*ret_path = to;
	return 0;
}
