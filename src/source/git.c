/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "source/late_git.h"
#include "source/links.h"

enum { BLOB_MAX = LIMIT_SOURCE_GIT_FILE }; /* bytes of one file: libgit2 holds it in memory */

/* A checkout under way. */
struct checkout {
	const struct source_options *o;
	const char *uri;
	git_repository *repo;
	uint64_t room;   /* bytes of content still allowed */
	uint64_t nodes;  /* nodes still allowed */
	size_t root_len; /* bytes of the tree's path and a slash */
	int stopped;     /* why on_transfer ended the fetch, 0 = it did not */
	struct fault *fault;
};

static int git_failed(struct fault *f, const char *uri)
{
	const git_error *e = sym_git_error_last();
	return fault_set(f, ERR_NET, "%s: %s", uri,
			 e && e->message ? e->message : "git failed");
}

static int on_transfer(const git_indexer_progress *p, void *ctx)
{
	struct checkout *c = ctx;
	uint64_t max = c->o->size_max ? c->o->size_max : LIMIT_SOURCE_DOWNLOAD;
	if (p->received_bytes > max)
		c->stopped = ERR_LIMIT;
	else if (c->o->progress && c->o->progress(c->o->progress_ctx, c->uri,
						  p->received_objects, p->total_objects))
		c->stopped = ERR_CANCELLED;
	return c->stopped ? -1 : 0;
}

/* Fetches COMMIT into the empty repository: alone when the server allows it, else with all refs. */
static int fetch(struct checkout *c, const char *commit, struct fault *f)
{
	git_remote *remote = NULL;
	git_fetch_options o;
	sym_git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	o.callbacks.transfer_progress = on_transfer;
	o.callbacks.payload = c;
	o.proxy_opts.type = GIT_PROXY_AUTO;
	o.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	char spec[64];
	snprintf(spec, sizeof spec, "%s:refs/wanted", commit);
	git_strarray one = {(char *[]){spec}, 1};
	char everything[] = "+refs/*:refs/fetched/*";
	git_strarray all = {(char *[]){everything}, 1};
	git_oid id;
	git_object *found = NULL;
	int r = sym_git_remote_create_anonymous(&remote, c->repo, c->uri);
	if (r == 0 && sym_git_remote_fetch(remote, &one, &o, NULL) < 0)
		r = c->stopped ? -1 : sym_git_remote_fetch(remote, &all, &o, NULL);
	sym_git_remote_free(remote);
	if (c->stopped)
		return fault_set(f, c->stopped, "%s:", c->uri);
	if (r < 0)
		return git_failed(f, c->uri);
	if (sym_git_oid_fromstr(&id, commit) < 0 ||
	    sym_git_object_lookup(&found, c->repo, &id, GIT_OBJECT_COMMIT) < 0)
		return fault_set(f, ERR_NET, "%s: has no commit %s", c->uri, commit);
	sym_git_object_free(found);
	return 0;
}

static int write_tree(struct checkout *c, const git_oid *id, const char *path, unsigned depth);

static int write_file(struct checkout *c, const char *path, const char *bytes, size_t n,
		      bool executable)
{
	CLOSE_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			       executable ? 0755 : 0644);
	int r = fd < 0 ? -errno : file_write_fd(fd, bytes, n);
	return r < 0 ? fault_set(c->fault, r, "cannot write %s:", path) : 0;
}

/* Checks that the blob ID may be read into memory and fits the tree's limit. */
static int check_size(struct checkout *c, const git_oid *id, const char *path)
{
	git_odb *odb = NULL;
	git_object_t type;
	size_t n = 0;
	int r = sym_git_repository_odb(&odb, c->repo);
	if (r == 0)
		r = sym_git_odb_read_header(&n, &type, odb, id);
	sym_git_odb_free(odb);
	if (r < 0)
		return git_failed(c->fault, c->uri);
	if (n > c->room || n > BLOB_MAX)
		return fault_set(c->fault, ERR_LIMIT, "%s: %s is too large", c->uri, path);
	c->room -= n;
	return 0;
}

static int write_blob(struct checkout *c, const git_tree_entry *e, const char *path)
{
	git_blob *blob = NULL;
	git_filemode_t mode = sym_git_tree_entry_filemode(e);
	int r = check_size(c, sym_git_tree_entry_id(e), path);
	if (r < 0)
		return r;
	if (sym_git_blob_lookup(&blob, c->repo, sym_git_tree_entry_id(e)) < 0)
		return git_failed(c->fault, c->uri);
	size_t n = (size_t)sym_git_blob_rawsize(blob);
	const char *bytes = sym_git_blob_rawcontent(blob);
	if (mode == GIT_FILEMODE_LINK) {
		/* links_check looks where it leads once all is there. */
		FREE_PTR char *target = strndup(bytes, n);
		if (!target || !n || strlen(target) != n)
			r = fault_set(c->fault, ERR_UNSAFE, "%s: link %s holds no path", c->uri,
				      path);
		else if (symlink(target, path) < 0)
			r = fault_set(c->fault, -errno, "cannot make link %s:", path);
	} else {
		r = write_file(c, path, bytes, n, mode == GIT_FILEMODE_BLOB_EXECUTABLE);
	}
	sym_git_blob_free(blob);
	return r;
}

static int write_entry(struct checkout *c, const git_tree_entry *e, const char *dir,
		       unsigned depth)
{
	const char *name = sym_git_tree_entry_name(e);
	FREE_PTR char *path = path_join(dir, name);
	if (!path)
		return -ENOMEM;
	if (!path_is_component(view_of(name)))
		return fault_set(c->fault, ERR_UNSAFE, "%s: unsafe name in the tree", c->uri);
	if (!c->nodes--)
		return fault_set(c->fault, ERR_LIMIT, "%s: the tree has too many files",
				 c->uri);
	if (sym_git_tree_entry_type(e) == GIT_OBJECT_TREE)
		return write_tree(c, sym_git_tree_entry_id(e), path, depth + 1);
	if (sym_git_tree_entry_type(e) == GIT_OBJECT_BLOB)
		return write_blob(c, e, path);
	/* `git clone` leaves an empty folder: the tree would lack what it names, without a word. */
	fault_set(c->fault, ERR_UNSAFE, "%s: '%s' is a submodule, which is not fetched", c->uri,
		  path + c->root_len);
	fault_hint(c->fault, "give an archive that holds it, or a commit without it");
	return ERR_UNSAFE;
}

static int write_tree(struct checkout *c, const git_oid *id, const char *path, unsigned depth)
{
	git_tree *tree = NULL;
	if (depth > 200)
		return fault_set(c->fault, ERR_LIMIT, "%s: folders nest too deep", c->uri);
	if (sym_git_tree_lookup(&tree, c->repo, id) < 0)
		return git_failed(c->fault, c->uri);
	int r = mkdir(path, 0755) < 0
		    ? fault_set(c->fault, -errno, "cannot make folder %s:", path)
		    : 0;
	for (size_t i = 0; r == 0 && i < sym_git_tree_entrycount(tree); i++)
		r = write_entry(c, sym_git_tree_entry_byindex(tree, i), path, depth);
	sym_git_tree_free(tree);
	return r;
}

/* Gets COMMIT from one URI. */
static int from_uri(struct checkout *c, const char *commit, const char *repo, const char *path)
{
	git_commit *found = NULL;
	git_oid id;
	if (sym_git_repository_init(&c->repo, repo, 1) < 0)
		return git_failed(c->fault, repo);
	/* libgit2 checks that an object's bytes have the id they are asked for by. */
	sym_git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	int r = fetch(c, commit, c->fault);
	if (r == 0 && (sym_git_oid_fromstr(&id, commit) < 0 ||
		       sym_git_commit_lookup(&found, c->repo, &id) < 0))
		r = git_failed(c->fault, c->uri);
	if (r == 0)
		r = write_tree(c, sym_git_commit_tree_id(found), path, 0);
	if (r == 0)
		r = links_check(path, c->uri, c->fault);
	sym_git_commit_free(found);
	sym_git_repository_free(c->repo);
	c->repo = NULL;
	return r;
}

int source_git(const char *const *uris, size_t nuris, const char *commit, const char *path,
	       const struct source_options *o, struct fault *f)
{
	FREE_PTR char *repo = NULL;
	struct buf said = BUF_INIT;
	int r = ERR_NET;
	if (asprintf(&repo, "%s.git", path) < 0)
		return fault_set(f, -ENOMEM, "cannot fetch %s:", commit);
	int loaded = late_git(f);
	if (loaded < 0)
		return loaded;
	for (size_t i = 0; (r == ERR_NET || r == ERR_OFFLINE) && i < nuris; i++) {
		if (o->offline && uris[i][0] != '/' && strncmp(uris[i], "file:", 5) != 0) {
			r = ERR_OFFLINE;
			continue;
		}
		struct fault g = FAULT_INIT;
		struct checkout c = {
		    .o = o,
		    .uri = uris[i],
		    .room = o->unpacked_max ? o->unpacked_max : LIMIT_SOURCE_UNPACKED,
		    .nodes = o->files_max ? o->files_max : LIMIT_SOURCE_ENTRIES,
		    .root_len = strlen(path) + 1,
		    .fault = &g};
		r = from_uri(&c, commit, repo, path);
		file_remove_tree(repo, NULL);
		if (r < 0) {
			file_remove_tree(path, NULL);
			buf_addf(&said, "%s%s", said.len ? "; " : " ", g.what);
		}
	}
	if (r == ERR_OFFLINE && !said.len)
		fault_set(f, r, "commit %s:", commit);
	else if (r < 0)
		fault_set(f, r, "no place gave commit %s:%s", commit, buf_str(&said));
	buf_release(&said);
	return r;
}
