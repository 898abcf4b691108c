/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"

/* A packing under way. */
struct pack {
	struct archive *out;
	const char *name; /* of the top in the archive */
	struct fault *fault;
};

static int failed(struct pack *p, const char *path)
{
	return fault_set(p->fault, -EIO, "cannot pack %s: %s", path,
			 archive_error_string(p->out));
}

static int pack_data(struct pack *p, const struct walk_node *n)
{
	char block[65536];
	CLOSE_FD int fd = openat(n->dirfd, n->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(p->fault, -errno, "cannot open %.1000s:", n->path);
	ssize_t got;
	while ((got = read(fd, block, sizeof block)) > 0)
		if (archive_write_data(p->out, block, (size_t)got) != got)
			return failed(p, n->path);
	return got < 0 ? fault_set(p->fault, -errno, "cannot read %.1000s:", n->path) : 0;
}

static int pack_node(void *ctx, const struct walk_node *n)
{
	struct pack *p = ctx;
	const struct stat *st = n->st;
	char target[4096];
	FREE_PTR char *name = *n->rel ? path_join(p->name, n->rel) : strdup(p->name);
	struct archive_entry *e = name ? archive_entry_new() : NULL;
	if (!e)
		return -ENOMEM;
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, st->st_mode & S_IFMT);
	archive_entry_set_perm(e, S_ISDIR(st->st_mode) || st->st_mode & S_IXUSR ? 0755 : 0644);
	archive_entry_set_mtime(e, 1, 0);
	archive_entry_set_size(e, S_ISREG(st->st_mode) ? st->st_size : 0);
	int r = 0;
	if (S_ISLNK(st->st_mode)) {
		ssize_t len = readlinkat(n->dirfd, n->name, target, sizeof target - 1);
		if (len < 0)
			r = fault_set(p->fault, -errno, "cannot read link %.1000s:", n->path);
		target[len < 0 ? 0 : len] = '\0';
		archive_entry_set_symlink(e, target);
	}
	if (r == 0 && archive_write_header(p->out, e) != ARCHIVE_OK)
		r = failed(p, n->path);
	archive_entry_free(e);
	if (r == 0 && S_ISREG(st->st_mode))
		r = pack_data(p, n);
	return r;
}

int source_pack(const char *path, const char *name, const char *file, struct fault *f)
{
	FREE_PTR char *tmp = NULL;
	if (asprintf(&tmp, "%s.part", file) < 0)
		return fault_set(f, -ENOMEM, "cannot pack %s:", path);
	struct pack p = {archive_write_new(), name, f};
	struct walk w = {.ctx = &p, .enter = pack_node, .other = pack_node};
	if (!p.out)
		return fault_set(f, -ENOMEM, "cannot pack %s:", path);
	int r = 0;
	if (archive_write_set_format_pax_restricted(p.out) != ARCHIVE_OK ||
	    /* Names are bytes, in whatever locale, as they are to us everywhere else. */
	    archive_write_set_format_option(p.out, NULL, "hdrcharset", "BINARY") !=
		ARCHIVE_OK ||
	    archive_write_add_filter_zstd(p.out) != ARCHIVE_OK ||
	    archive_write_open_filename(p.out, tmp) != ARCHIVE_OK)
		r = failed(&p, file);
	if (r == 0)
		r = walk_tree(path, &w, f);
	if (r == 0 && archive_write_close(p.out) != ARCHIVE_OK)
		r = failed(&p, file);
	archive_write_free(p.out);
	if (r == 0 && rename(tmp, file) < 0)
		r = fault_set(f, -errno, "cannot write %s:", file);
	if (r < 0)
		unlink(tmp);
	return r;
}
