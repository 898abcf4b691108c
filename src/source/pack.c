/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"
#include "source/late_archive.h"

struct pack {
	struct archive *out;
	char *file;  /* what it becomes; owned */
	char *aside; /* where it is written; owned */
	bool made;   /* something stands at ASIDE */
};

static int failed(struct pack *p, const char *what, struct fault *f)
{
	const char *why = sym_archive_error_string(p->out);
	return fault_set(f, -EIO, "cannot pack %.1000s: %s", what, why ? why : "out of memory");
}

static bool set_kind(struct archive *a, enum pack_kind kind)
{
	switch (kind) {
	case PACK_AR:
		return sym_archive_write_set_format_ar_bsd(a) == ARCHIVE_OK;
	case PACK_GNU_XZ:
		return sym_archive_write_set_format_gnutar(a) == ARCHIVE_OK &&
		       sym_archive_write_add_filter_xz(a) == ARCHIVE_OK &&
		       sym_archive_write_set_filter_option(a, "xz", "compression-level", "3") ==
			   ARCHIVE_OK;
	case PACK_TAR_ZSTD:
	case PACK_TAR:
		break;
	}
	return sym_archive_write_set_format_pax_restricted(a) == ARCHIVE_OK &&
	       /* Names are bytes, in whatever locale, as they are to us everywhere else. */
	       sym_archive_write_set_format_option(a, NULL, "hdrcharset", "BINARY") ==
		   ARCHIVE_OK &&
	       (kind == PACK_TAR || sym_archive_write_add_filter_zstd(a) == ARCHIVE_OK);
}

int pack_open(const char *file, enum pack_kind kind, struct pack **ret, struct fault *f)
{
	int r = late_archive(f);
	struct pack *p = r == 0 ? calloc(1, sizeof *p) : NULL;
	if (!p)
		return r < 0 ? r : fault_set(f, -ENOMEM, "cannot pack %s:", file);
	p->out = sym_archive_write_new();
	p->file = strdup(file);
	r = p->out && p->file && asprintf(&p->aside, "%s.part", file) >= 0
		? 0
		: fault_set(f, -ENOMEM, "cannot pack %s:", file);
	/* Whoever reads it from a pipe or a tape is not us: no padding to blocks of 10 KiB. */
	if (r == 0 && (!set_kind(p->out, kind) ||
		       sym_archive_write_set_bytes_in_last_block(p->out, 1) != ARCHIVE_OK ||
		       sym_archive_write_open_filename(p->out, p->aside) != ARCHIVE_OK))
		r = failed(p, file, f);
	if (r < 0) {
		pack_free(p);
		return r;
	}
	p->made = true;
	*ret = p;
	return 0;
}

void pack_free(struct pack *p)
{
	if (!p)
		return;
	sym_archive_write_free(p->out);
	if (p->made)
		unlink(p->aside);
	free(p->file);
	free(p->aside);
	free(p);
}

/* Begins an entry of TYPE (S_IFREG …), of SIZE bytes, or a link to TARGET. */
static int entry(struct pack *p, const char *name, mode_t type, bool runs, int64_t size,
		 const char *target, struct fault *f)
{
	struct archive_entry *e = sym_archive_entry_new();
	if (!e)
		return fault_set(f, -ENOMEM, "cannot pack %.1000s:", name);
	sym_archive_entry_set_pathname(e, name);
	sym_archive_entry_set_filetype(e, type);
	sym_archive_entry_set_perm(e, runs ? 0755 : 0644);
	sym_archive_entry_set_mtime(e, 1, 0);
	sym_archive_entry_set_size(e, size);
	if (target)
		sym_archive_entry_set_symlink(e, target);
	int r = sym_archive_write_header(p->out, e) == ARCHIVE_OK ? 0 : failed(p, name, f);
	sym_archive_entry_free(e);
	return r;
}

static int pack_data(struct pack *p, const struct walk_node *n, struct fault *f)
{
	char block[65536];
	CLOSE_FD int fd = openat(n->dirfd, n->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(f, -errno, "cannot open %.1000s:", n->path);
	ssize_t got;
	while ((got = read(fd, block, sizeof block)) > 0)
		if (sym_archive_write_data(p->out, block, (size_t)got) != got)
			return failed(p, n->path, f);
	return got < 0 ? fault_set(f, -errno, "cannot read %.1000s:", n->path) : 0;
}

/* A tree that is being added. */
struct adding {
	struct pack *p;
	const char *name; /* of its top in the archive */
	struct fault *fault;
};

static int pack_node(void *ctx, const struct walk_node *n)
{
	struct adding *a = ctx;
	const struct stat *st = n->st;
	char target[4096];
	FREE_PTR char *name = *n->rel ? path_join(a->name, n->rel) : strdup(a->name);
	if (!name)
		return -ENOMEM;
	if (S_ISLNK(st->st_mode)) {
		ssize_t len = readlinkat(n->dirfd, n->name, target, sizeof target - 1);
		if (len < 0)
			return fault_set(a->fault, -errno,
					 "cannot read link %.1000s:", n->path);
		target[len] = '\0';
	}
	int r = entry(a->p, name, st->st_mode & S_IFMT,
		      S_ISDIR(st->st_mode) || st->st_mode & S_IXUSR,
		      S_ISREG(st->st_mode) ? st->st_size : 0,
		      S_ISLNK(st->st_mode) ? target : NULL, a->fault);
	if (r == 0 && S_ISREG(st->st_mode))
		r = pack_data(a->p, n, a->fault);
	return r;
}

int pack_tree(struct pack *p, const char *path, const char *name, struct fault *f)
{
	struct adding a = {p, name, f};
	struct walk w = {.ctx = &a, .enter = pack_node, .other = pack_node};
	return walk_tree(path, &w, f);
}

int pack_folder(struct pack *p, const char *name, struct fault *f)
{
	return entry(p, name, S_IFDIR, true, 0, NULL, f);
}

int pack_text(struct pack *p, const char *name, struct view text, struct fault *f)
{
	int r = entry(p, name, S_IFREG, false, (int64_t)text.len, NULL, f);
	if (r == 0 && text.len &&
	    sym_archive_write_data(p->out, text.ptr, text.len) != (la_ssize_t)text.len)
		r = failed(p, name, f);
	return r;
}

int pack_link(struct pack *p, const char *name, const char *target, struct fault *f)
{
	return entry(p, name, S_IFLNK, true, 0, target, f);
}

int pack_commit(struct pack *p, struct fault *f)
{
	if (!p)
		return fault_set(f, -EINVAL, "no archive was begun");
	if (sym_archive_write_close(p->out) != ARCHIVE_OK)
		return failed(p, p->file, f);
	CLOSE_FD int fd = open(p->aside, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0 || rename(p->aside, p->file) < 0)
		return fault_set(f, -errno, "cannot write %s:", p->file);
	p->made = false;
	return 0;
}

int source_pack(const char *path, const char *name, const char *file, struct fault *f)
{
	struct pack *p = NULL;
	int r = pack_open(file, PACK_TAR_ZSTD, &p, f);
	if (r == 0)
		r = pack_tree(p, path, name, f);
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	return r;
}
