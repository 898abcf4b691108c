/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include <stdio.h>
#include <string.h>

#include "source/late_git.h"

/* Finds REF among the N references HEADS. Returns whether it is there. */
static bool find_ref(const git_remote_head *const *heads, size_t n, const char *ref,
		     char ret[SOURCE_COMMIT + 1])
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(heads[i]->name, ref) == 0) {
			sym_git_oid_tostr(ret, SOURCE_COMMIT + 1, &heads[i]->oid);
			return true;
		}
	return false;
}

int source_git_head(const char *uri, const char *branch, char ret[SOURCE_COMMIT + 1],
		    struct fault *f)
{
	git_remote *remote = NULL;
	git_fetch_options o;
	const git_remote_head **heads = NULL;
	size_t n = 0;
	char ref[512];
	int r = late_git(f);
	if (r < 0)
		return r;
	if ((size_t)snprintf(ref, sizeof ref, "refs/heads/%s", branch) >= sizeof ref)
		return fault_set(f, ERR_SYNTAX, "the name of the branch is too long");
	sym_git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	o.proxy_opts.type = GIT_PROXY_AUTO;
	r = sym_git_remote_create_detached(&remote, uri);
	if (r == 0)
		r = sym_git_remote_connect(remote, GIT_DIRECTION_FETCH, &o.callbacks,
					   &o.proxy_opts, NULL);
	if (r == 0)
		r = sym_git_remote_ls(&heads, &n, remote);
	if (r < 0) {
		const git_error *e = sym_git_error_last();
		r = fault_set(f, ERR_NET, "%s: %s", uri,
			      e && e->message ? e->message : "git failed");
	} else if (!find_ref(heads, n, ref, ret)) {
		r = fault_set(f, ERR_MISSING, "%s: there is no branch %s", uri, branch);
	}
	sym_git_remote_free(remote);
	return r;
}
