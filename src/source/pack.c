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
#include "base/vec.h"

/* A packing under way. */
struct pack {
	struct archive *out;
	struct fault *fault;
};

static int failed(struct pack *p, const char *path)
{
	return fault_set(p->fault, -EIO, "cannot pack %s: %s", path,
			 archive_error_string(p->out));
}

static int pack_data(struct pack *p, const char *path)
{
	char block[65536];
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(p->fault, -errno, "cannot open %s:", path);
	ssize_t n;
	while ((n = read(fd, block, sizeof block)) > 0)
		if (archive_write_data(p->out, block, (size_t)n) != n)
			return failed(p, path);
	return n < 0 ? fault_set(p->fault, -errno, "cannot read %s:", path) : 0;
}

static int pack_node(struct pack *p, const char *path, const char *name);

static int pack_folder(struct pack *p, const char *path, const char *name)
{
	struct strlist names = STRLIST_INIT;
	int r = file_list(path, &names, p->fault);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		FREE_PTR char *a = path_join(path, names.items[i]);
		FREE_PTR char *b = path_join(name, names.items[i]);
		r = a && b ? pack_node(p, a, b) : -ENOMEM;
	}
	strlist_release(&names);
	return r;
}

static int pack_node(struct pack *p, const char *path, const char *name)
{
	struct stat st;
	char target[4096];
	if (lstat(path, &st) < 0)
		return fault_set(p->fault, -errno, "cannot look at %s:", path);
	struct archive_entry *e = archive_entry_new();
	if (!e)
		return -ENOMEM;
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, st.st_mode & S_IFMT);
	archive_entry_set_perm(e, S_ISDIR(st.st_mode) || st.st_mode & S_IXUSR ? 0755 : 0644);
	archive_entry_set_mtime(e, 1, 0);
	archive_entry_set_size(e, S_ISREG(st.st_mode) ? st.st_size : 0);
	int r = 0;
	if (S_ISLNK(st.st_mode)) {
		ssize_t n = readlink(path, target, sizeof target - 1);
		target[n < 0 ? 0 : n] = '\0';
		archive_entry_set_symlink(e, target);
	}
	if (archive_write_header(p->out, e) != ARCHIVE_OK)
		r = failed(p, path);
	archive_entry_free(e);
	if (r == 0 && S_ISREG(st.st_mode))
		r = pack_data(p, path);
	if (r == 0 && S_ISDIR(st.st_mode))
		r = pack_folder(p, path, name);
	return r;
}

int source_pack(const char *path, const char *name, const char *file, struct fault *f)
{
	FREE_PTR char *tmp = NULL;
	if (asprintf(&tmp, "%s.part", file) < 0)
		return fault_set(f, -ENOMEM, "cannot pack %s:", path);
	struct pack p = {archive_write_new(), f};
	if (!p.out)
		return fault_set(f, -ENOMEM, "cannot pack %s:", path);
	int r = 0;
	if (archive_write_set_format_pax_restricted(p.out) != ARCHIVE_OK ||
	    archive_write_add_filter_zstd(p.out) != ARCHIVE_OK ||
	    archive_write_open_filename(p.out, tmp) != ARCHIVE_OK)
		r = failed(&p, file);
	if (r == 0)
		r = pack_node(&p, path, name);
	if (r == 0 && archive_write_close(p.out) != ARCHIVE_OK)
		r = failed(&p, file);
	archive_write_free(p.out);
	if (r == 0 && rename(tmp, file) < 0)
		r = fault_set(f, -errno, "cannot write %s:", file);
	if (r < 0)
		unlink(tmp);
	return r;
}
