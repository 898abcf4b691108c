/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_LATE_GIT_H
#define SOURCE_LATE_GIT_H

#include <git2.h>

#include "base/late.h"

/* libgit2, loaded when it is first needed: see base/late.h. */

#define GIT_SYMBOLS(X) \
	X(git_blob_free) \
	X(git_blob_lookup) \
	X(git_blob_rawcontent) \
	X(git_blob_rawsize) \
	X(git_commit_free) \
	X(git_commit_lookup) \
	X(git_commit_tree_id) \
	X(git_error_last) \
	X(git_fetch_options_init) \
	X(git_libgit2_init) \
	X(git_libgit2_opts) \
	X(git_object_free) \
	X(git_object_lookup) \
	X(git_odb_free) \
	X(git_odb_read_header) \
	X(git_oid_fromstr) \
	X(git_oid_tostr) \
	X(git_reference_name_to_id) \
	X(git_remote_connect) \
	X(git_remote_create_anonymous) \
	X(git_remote_create_detached) \
	X(git_remote_fetch) \
	X(git_remote_free) \
	X(git_remote_ls) \
	X(git_repository_free) \
	X(git_repository_init) \
	X(git_repository_odb) \
	X(git_repository_open_ext) \
	X(git_status_list_entrycount) \
	X(git_status_list_free) \
	X(git_status_list_new) \
	X(git_status_options_init) \
	X(git_tree_entry_byindex) \
	X(git_tree_entry_filemode) \
	X(git_tree_entry_id) \
	X(git_tree_entry_name) \
	X(git_tree_entry_type) \
	X(git_tree_entrycount) \
	X(git_tree_free) \
	X(git_tree_lookup)
GIT_SYMBOLS(LATE_DECLARE)

/* Loads it and sets it up. As late_load. */
int late_git(struct fault *f);

#endif
