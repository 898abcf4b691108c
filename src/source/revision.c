/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include "source/late_git.h"

/* Returns whether anything that REPO follows was changed. */
static bool is_changed(git_repository *repo)
{
	git_status_options o;
	git_status_list *list = NULL;
	sym_git_status_options_init(&o, GIT_STATUS_OPTIONS_VERSION);
	o.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
	bool changed = sym_git_status_list_new(&list, repo, &o) == 0 &&
		       sym_git_status_list_entrycount(list);
	sym_git_status_list_free(list);
	return changed;
}

void source_revision(const char *folder, struct buf *ret)
{
	git_repository *repo = NULL;
	git_oid id;
	char hex[GIT_OID_HEXSZ + 1];
	if (late_git(NULL) < 0)
		return;
	if (sym_git_repository_open_ext(&repo, folder, 0, NULL) == 0 &&
	    sym_git_reference_name_to_id(&id, repo, "HEAD") == 0) {
		sym_git_oid_tostr(hex, sizeof hex, &id);
		buf_adds(ret, hex);
		if (is_changed(repo))
			buf_adds(ret, "-changed");
	}
	sym_git_repository_free(repo);
}
