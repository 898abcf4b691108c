/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/vec.h"
#include "source/late_archive.h"
#include "source/links.h"
#include "source/stream.h"

/* An unpacking under way. */
struct unpack {
	struct stream *stream;
	struct archive *in; /* its entries */
	const struct source_options *o;
	const char *file; /* the archive, for messages */
	const char *root; /* where the tree goes */
	uint64_t room;    /* bytes of content still allowed */
	uint64_t nodes;   /* entries still allowed */
	struct fault *fault;
};

static int refuse(struct unpack *u, int code, const char *name, const char *why)
{
	return fault_set(u->fault, code, "%s: entry '%.200s' %s", u->file, name, why);
}

/*
 * Turns an entry's name into a clean relative path in RET (LIMIT_SOURCE_PATH + 1 bytes): "./" and
 * doubled slashes go, "" stands for the root. ERR_UNSAFE for what leaves the tree.
 */
static int clean_name(struct unpack *u, const char *name, char *ret)
{
	size_t n = 0;
	int depth = 0;
	if (name[0] == '/')
		return refuse(u, ERR_UNSAFE, name, "has an absolute path");
	for (const char *p = name; *p;) {
		size_t k = strcspn(p, "/");
		if (k == 2 && p[0] == '.' && p[1] == '.')
			return refuse(u, ERR_UNSAFE, name, "has '..' in its path");
		if (k > 255)
			return refuse(u, ERR_UNSAFE, name, "has too long a name");
		if (k && !(k == 1 && p[0] == '.')) {
			if (n + k + 1 > LIMIT_SOURCE_PATH || ++depth > LIMIT_SOURCE_DEPTH)
				return refuse(u, ERR_LIMIT, name, "lies too deep");
			if (n)
				ret[n++] = '/';
			memcpy(ret + n, p, k);
			n += k;
		}
		p += k + (p[k] == '/');
	}
	ret[n] = '\0';
	return 0;
}

/*
 * Opens the folder that holds REL, making those that are missing, and never passing through a link.
 * *RET_NAME is REL's last component. Returns a descriptor or negative.
 */
static int open_parent(struct unpack *u, const char *rel, const char **ret_name)
{
	int fd = open(u->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fault_set(u->fault, -errno, "cannot open %s:", u->root);
	for (const char *slash; (slash = strchr(rel, '/')); rel = slash + 1) {
		char name[256];
		snprintf(name, sizeof name, "%.*s", (int)(slash - rel), rel);
		int r = mkdirat(fd, name, 0755);
		bool one_too_many = r == 0 && !u->nodes--;
		if (r < 0)
			r = errno == EEXIST ? 0 : -errno;
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		if (one_too_many) {
			file_close_fd(&next);
			return refuse(u, ERR_LIMIT, rel, "is one too many");
		}
		if (r < 0 && next < 0)
			return fault_set(u->fault, r,
					 "cannot make a folder below %s:", u->root);
		if (next < 0)
			return refuse(u, ERR_UNSAFE, rel,
				      "goes through something that is not a folder");
		fd = next;
	}
	*ret_name = rel;
	return fd;
}

/* Lets the tree grow by N bytes. */
static int grow(struct unpack *u, uint64_t n, const char *name)
{
	if (n > u->room)
		return refuse(u, ERR_LIMIT, name, "makes the tree larger than allowed");
	u->room -= n;
	return 0;
}

static int write_block(struct unpack *u, int fd, const char *block, size_t n, la_int64_t at)
{
	while (n) {
		ssize_t w = pwrite(fd, block, n, at);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return fault_set(u->fault, -errno, "cannot write below %s:", u->root);
		block += w;
		n -= (size_t)w;
		at += w;
	}
	return 0;
}

/*
 * Checks that the size which entry E declares is END, that of its data, and that only a sparse file ends in a
 * hole: libarchive tells the size of an old GNU header or a pax record also of files which are not sparse.
 */
static int check_size(struct unpack *u, struct archive_entry *e, bool hole, la_int64_t end,
		      const char *name)
{
	if ((hole && sym_archive_entry_sparse_count(e) == 0) ||
	    (sym_archive_entry_size_is_set(e) && sym_archive_entry_size(e) != end))
		return refuse(u, ERR_SYNTAX, name, "has another size than its data");
	return 0;
}

static int write_data(struct unpack *u, struct archive_entry *e, int fd, const char *name)
{
	const void *block;
	size_t n;
	la_int64_t at = 0, end = 0;
	int k, r = 0;
	while ((k = sym_archive_read_data_block(u->in, &block, &n, &at)) == ARCHIVE_OK) {
		/* A hole counts as the bytes it stands for: the tree's NAR holds them. */
		if (at < end || n > (uint64_t)(INT64_MAX - at))
			return refuse(u, ERR_SYNTAX, name, "has its bytes out of order");
		r = grow(u, (uint64_t)(at - end) + n, name);
		if (r == 0)
			r = write_block(u, fd, block, n, at);
		if (r < 0)
			return r;
		end = at + (la_int64_t)n;
	}
	if (k != ARCHIVE_EOF)
		return stream_broken(u->stream, u->fault);
	/* At the end stands the size: more than was written when a hole comes last. */
	bool hole = at > end;
	if (hole) {
		r = grow(u, (uint64_t)(at - end), name);
		end = at;
	}
	if (r == 0)
		r = check_size(u, e, hole, end, name);
	if (r == 0 && ftruncate(fd, end) < 0)
		r = fault_set(u->fault, -errno, "cannot write below %s:", u->root);
	return r;
}

/* Makes way for an entry that comes again: a later one of one name replaces the earlier, as in tar. */
static int make_way(struct unpack *u, int dir, const char *name, const char *rel)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT
			   ? 0
			   : fault_set(u->fault, -errno, "cannot look below %s:", u->root);
	if (!S_ISREG(st.st_mode))
		return refuse(u, ERR_UNSAFE, rel, "comes twice, as different things");
	return unlinkat(dir, name, 0) < 0 ? -errno : 0;
}

/* Creates the file REL, which is NAME in the folder DIR. A descriptor, or negative. */
static int create(struct unpack *u, int dir, const char *name, const char *rel, bool executable)
{
	int r = make_way(u, dir, name, rel);
	if (r < 0)
		return r;
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			executable ? 0755 : 0644);
	return fd < 0 ? fault_set(u->fault, -errno, "cannot write below %s:", u->root) : fd;
}

/* A hard link becomes a copy of what it points to, which must be in the tree already. */
static int copy_link(struct unpack *u, const char *target, int dir, const char *name,
		     const char *rel, bool executable)
{
	char clean[LIMIT_SOURCE_PATH + 1], block[65536];
	const char *base;
	int r = clean_name(u, target, clean);
	if (r < 0)
		return r;
	CLOSE_FD int from_dir = open_parent(u, clean, &base);
	if (from_dir < 0)
		return from_dir;
	CLOSE_FD int from =
	    openat(from_dir, base, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool absent = from < 0 && (errno == ENOENT || errno == ELOOP || errno == ENXIO);
	if ((from < 0 && !absent) || (from >= 0 && fstat(from, &st) < 0))
		return fault_set(u->fault, -errno, "cannot read below %s:", u->root);
	if (absent || !S_ISREG(st.st_mode))
		return refuse(u, ERR_UNSAFE, rel, "is a hard link to nothing in the archive");
	if (strcmp(clean, rel) == 0)
		return 0;
	executable = executable || st.st_mode & S_IXUSR;
	r = grow(u, (uint64_t)st.st_size, rel);
	if (r < 0)
		return r;
	CLOSE_FD int to = create(u, dir, name, rel, executable);
	if (to < 0)
		return to;
	ssize_t n;
	while ((n = read(from, block, sizeof block)) > 0)
		if ((r = file_write_fd(to, block, (size_t)n)) < 0)
			return fault_set(u->fault, r, "cannot write below %s:", u->root);
	return n < 0 ? fault_set(u->fault, -errno, "cannot read below %s:", u->root) : 0;
}

static int make_file(struct unpack *u, struct archive_entry *e, int dir, const char *name,
		     const char *rel)
{
	bool executable = sym_archive_entry_perm(e) & S_IXUSR;
	const char *target = sym_archive_entry_hardlink(e);
	if (target)
		return copy_link(u, target, dir, name, rel, executable);
	CLOSE_FD int fd = create(u, dir, name, rel, executable);
	if (fd < 0)
		return fd;
	return write_data(u, e, fd, rel);
}

static int take_entry(struct unpack *u, struct archive_entry *e)
{
	char rel[LIMIT_SOURCE_PATH + 1];
	const char *path = sym_archive_entry_pathname(e);
	const char *name = "";
	rel[0] = '\0';
	if (!path)
		return fault_set(u->fault, ERR_SYNTAX, "%s: an entry has no name", u->file);
	if (!u->nodes--)
		return refuse(u, ERR_LIMIT, path, "is one too many");
	int r = clean_name(u, path, rel);
	mode_t type = sym_archive_entry_filetype(e);
	if (r < 0)
		return r;
	if (!*rel)
		return type == AE_IFDIR ? 0 : refuse(u, ERR_UNSAFE, path, "has no name");
	CLOSE_FD int dir = open_parent(u, rel, &name);
	if (dir < 0)
		return dir;
	if (type == AE_IFREG || sym_archive_entry_hardlink(e))
		return make_file(u, e, dir, name, rel);
	if (type == AE_IFDIR) {
		struct stat st;
		if (mkdirat(dir, name, 0755) == 0)
			return 0;
		if (errno != EEXIST || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return fault_set(u->fault, -errno,
					 "cannot make a folder below %s:", u->root);
		if (!S_ISDIR(st.st_mode))
			return refuse(u, ERR_UNSAFE, path, "comes twice, as different things");
		return 0;
	}
	if (type != AE_IFLNK)
		return refuse(u, ERR_UNSAFE, path, "is neither file, folder nor link");
	/* Nothing is written through a link; links_check looks where they lead once all are there. */
	const char *target = sym_archive_entry_symlink(e);
	if (!target || !*target)
		return refuse(u, ERR_UNSAFE, path, "is a link to nothing");
	if (symlinkat(target, dir, name) == 0)
		return 0;
	return errno == EEXIST
		   ? refuse(u, ERR_UNSAFE, path, "comes twice")
		   : fault_set(u->fault, -errno, "cannot make a link below %s:", u->root);
}

/* Returns whether what libarchive warns of is of no account: a name that is in no known character set. */
static bool is_harmless(struct archive *a)
{
	const char *said = sym_archive_error_string(a);
	return said && strstr(said, "can't be converted");
}

/* Reads the next entry. 1; 0: there is none; negative. */
static int next_entry(struct unpack *u, struct archive_entry **ret)
{
	if (u->o->stopped && u->o->stopped(u->o->progress_ctx))
		return fault_set(u->fault, ERR_CANCELLED, "stopped while %s was unpacked",
				 u->file);
	int k = sym_archive_read_next_header(u->in, ret);
	if (k == ARCHIVE_EOF)
		return 0;
	/* Other warnings report records that are broken and were left out. */
	if (k == ARCHIVE_OK || (k == ARCHIVE_WARN && is_harmless(u->in)))
		return 1;
	return stream_broken(u->stream, u->fault);
}

static int read_entries(struct unpack *u)
{
	struct archive_entry *e = NULL;
	/* Beyond the files there are headers and padding. */
	struct stream_options o = {u->room > (UINT64_MAX - LIMIT_SOURCE_SMALL) / 2
				       ? UINT64_MAX
				       : 2 * u->room + LIMIT_SOURCE_SMALL,
				   u->o->stopped, u->o->progress_ctx};
	int r = stream_open(u->file, &o, &u->stream, u->fault);
	if (r < 0)
		return r;
	u->in = stream_archive(u->stream);
	while ((r = next_entry(u, &e)) > 0 && (r = take_entry(u, e)) == 0)
		;
	/* libarchive takes an empty or cut-off first header for an empty archive. */
	if (r == 0 && sym_archive_file_count(u->in) == 0)
		r = fault_set(u->fault, ERR_SYNTAX, "%s: holds nothing", u->file);
	stream_free(u->stream);
	return r;
}

/* Finds the only entry of folder PATH: RET is its name, malloc'd, or NULL when there is not one. */
static int only_entry(const char *path, char **ret, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	int r = file_list(path, &names, f);
	if (r == 0 && names.n == 1 && !(*ret = strdup(names.items[0])))
		r = fault_set(f, -ENOMEM, "cannot list %s:", path);
	strlist_release(&names);
	return r;
}

/* Moves the tree at TMP to PATH, without a single top folder around it. */
static int strip_top(const struct unpack *u, const char *path, struct fault *f)
{
	const char *tmp = u->root;
	struct stat st;
	FREE_PTR char *name = NULL;
	int r = only_entry(tmp, &name, f);
	FREE_PTR char *top = name ? path_join(tmp, name) : NULL;
	if (r == 0 && name && (!top || lstat(top, &st) < 0))
		r = fault_set(f, top ? -errno : -ENOMEM, "cannot look into %s:", tmp);
	bool strip = r == 0 && top && S_ISDIR(st.st_mode);
	if (r == 0)
		r = links_check(strip ? top : tmp, u->file, f);
	if (r < 0)
		return r;
	if (rename(strip ? top : tmp, path) < 0)
		return fault_set(f, -errno, "cannot make %s:", path);
	return strip && rmdir(tmp) < 0 ? -errno : 0;
}

/* Returns the bytes that an archive of SIZE bytes may unpack to when the caller sets no limit. */
static uint64_t default_room(uint64_t size)
{
	return size > (LIMIT_SOURCE_UNPACKED - LIMIT_SOURCE_SMALL) / LIMIT_SOURCE_RATIO
		   ? LIMIT_SOURCE_UNPACKED
		   : LIMIT_SOURCE_SMALL + LIMIT_SOURCE_RATIO * size;
}

static int unpack_to(const char *file, const char *path, const struct source_options *o,
		     struct fault *f)
{
	FREE_PTR char *tmp = NULL;
	struct stat st;
	if (stat(file, &st) < 0)
		return fault_set(f, -errno, "cannot look at %s:", file);
	if (asprintf(&tmp, "%s.unpack", path) < 0)
		return fault_set(f, -ENOMEM, "cannot unpack %s:", file);
	uint64_t room = o->unpacked_max ? o->unpacked_max : default_room((uint64_t)st.st_size);
	struct unpack u = {.o = o,
			   .file = file,
			   .root = tmp,
			   .room = room,
			   .nodes = o->files_max ? o->files_max : LIMIT_SOURCE_ENTRIES,
			   .fault = f};
	/* libarchive drops names that an archive declares UTF-8 where the locale cannot hold them. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	int r = mkdir(tmp, 0755) < 0 ? fault_set(f, -errno, "cannot make %s:", tmp)
				     : read_entries(&u);
	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
	if (r == 0)
		r = strip_top(&u, path, f);
	file_remove_tree(tmp, NULL);
	if (r < 0 && f && f->code == 0)
		fault_set(f, r, "cannot unpack %s:", file);
	return r;
}

/* Finds below PATH the archive that NESTED names: a clean path, or "data.tar" of a .deb. */
static int unpack_inner(const char *path, const char *nested, const struct source_options *o,
			struct fault *f)
{
	FREE_PTR char *outer = NULL;
	if (asprintf(&outer, "%s.outer", path) < 0)
		return -ENOMEM;
	if (rename(path, outer) < 0)
		return fault_set(f, -errno, "cannot make %s:", outer);
	FREE_PTR char *inner = path_join(outer, nested);
	int r = inner ? unpack_to(inner, path, o, f) : -ENOMEM;
	if (r < 0)
		fault_wrap(f, "the archive '%s' inside", nested);
	file_remove_tree(outer, NULL);
	return r;
}

/* Finds the data archive of an unpacked .deb at PATH (deb(5)). RET is malloc'd, or NULL: it is none. */
static int deb_data(const char *path, char **ret, struct fault *f)
{
	static const char *const names[] = {"data.tar.xz", "data.tar.zst", "data.tar.gz",
					    "data.tar.bz2", "data.tar"};
	FREE_PTR char *mark = path_join(path, "debian-binary");
	*ret = NULL;
	int r = mark ? file_exists(mark, f) : -ENOMEM;
	bool deb = r > 0;
	for (size_t i = 0; deb && r >= 0 && !*ret && i < 5; i++) {
		FREE_PTR char *data = path_join(path, names[i]);
		r = data ? file_exists(data, f) : -ENOMEM;
		if (r > 0 && !(*ret = strdup(names[i])))
			r = -ENOMEM;
	}
	return r < 0 ? r : 0;
}

int source_unpack(const char *file, const char *path, const struct source_options *o,
		  struct fault *f)
{
	FREE_PTR char *data = NULL;
	int r = unpack_to(file, path, o, f);
	if (r == 0)
		r = deb_data(path, &data, f);
	if (r == 0 && o->nested && !path_is_clean(view_of(o->nested)))
		r = fault_set(f, ERR_UNSAFE, "'%s' is not a path inside an archive", o->nested);
	if (r == 0 && (o->nested || data))
		r = unpack_inner(path, o->nested ? o->nested : data, o, f);
	if (r < 0)
		file_remove_tree(path, NULL);
	return r;
}
