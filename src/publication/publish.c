/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"
#include "hash/sha256.h"
#include "publication/archive.h"
#include "publication/narinfo.h"

enum { FILE_MAX = 64 << 20 };
static const char CACHE_INFO[] =
    "StoreDir: " NARINFO_STORE "\nWantMassQuery: 1\nPriority: 50\n";

struct publish {
	char *dir;             /* owned */
	char *aside;           /* DIR/.new; owned */
	int lock;              /* file descriptor of DIR/.lock */
	bool (*stopped)(void); /* or NULL */
	uint64_t serial;       /* of files written aside */
	struct publish_counts counts;
};

/* Refuses a folder that is not empty and is not a publication. */
static int check_folder(const char *dir, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	FREE_PTR char *info = path_join(dir, "nix-cache-info");
	FREE_PTR char *lock = path_join(dir, ".lock");
	if (!info || !lock)
		return -ENOMEM;
	int r = file_list(dir, &names, f);
	int marks = r;
	if (r == 0 && names.n && (marks = file_exists(info, f)) == 0)
		marks = file_exists(lock, f);
	if (r == 0 && marks < 0)
		r = marks;
	if (r == 0 && names.n && marks == 0) {
		r = fault_set(f, ERR_EXISTS, "%s holds something that is not a publication",
			      dir);
		fault_hint(f, "give an empty or a new folder");
	}
	strlist_release(&names);
	return r;
}

/* Takes the lock of the publication. */
static int lock_folder(struct publish *p, struct fault *f)
{
	FREE_PTR char *path = path_join(p->dir, ".lock");
	if (!path)
		return -ENOMEM;
	int r = lock_file(path, 0644, false, &p->lock, f);
	return r > 0 ? fault_set(f, -EBUSY, "another process is publishing to %s", p->dir) : r;
}

int publish_open(const char *dir, struct publish **ret, struct fault *f)
{
	struct publish *p = calloc(1, sizeof *p);
	if (!p)
		return -ENOMEM;
	p->lock = -1;
	p->dir = strdup(dir);
	p->aside = path_join(dir, ".new");
	int r = p->dir && p->aside ? file_mkdirs(dir, f) : -ENOMEM;
	if (r == 0)
		r = check_folder(dir, f);
	if (r == 0)
		r = lock_folder(p, f);
	/* What a killed process left. */
	if (r == 0)
		r = file_remove_tree(p->aside, f);
	if (r == 0)
		r = publish_file(p, "nix-cache-info", view_of(CACHE_INFO), f);
	if (r == 0)
		*ret = p;
	else
		publish_close(p);
	return r;
}

void publish_close(struct publish *p)
{
	if (!p)
		return;
	if (p->lock >= 0 && p->aside)
		file_remove_tree(p->aside, NULL);
	file_close_fd(&p->lock);
	free(p->dir);
	free(p->aside);
	free(p);
}

void publish_stopped(struct publish *p, bool (*stopped)(void))
{
	p->stopped = stopped;
}

struct publish_counts publish_count(const struct publish *p)
{
	return p->counts;
}

/* Refuses a link at PATH: nothing in a publication is one. */
static int no_link(const char *path, struct fault *f)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return fault_set(f, -errno, "cannot look at %s:", path);
	return S_ISLNK(st.st_mode)
		   ? fault_set(f, ERR_UNSAFE, "%s is a link: a publication holds none", path)
		   : 0;
}

/* Makes a path for a file that is written aside, malloc'd. */
static int aside_path(struct publish *p, char **ret, struct fault *f)
{
	int r = file_mkdirs(p->aside, f);
	if (r == 0 && asprintf(ret, "%s/%llu", p->aside, (unsigned long long)p->serial++) < 0)
		r = -ENOMEM;
	return r;
}

/* Puts the synced file FROM, of SIZE bytes, in the place of DIR/PATH. */
static int put(struct publish *p, const char *from, const char *path, uint64_t size,
	       struct fault *f)
{
	FREE_PTR char *to = path_join(p->dir, path);
	if (!to)
		return -ENOMEM;
	char *slash = strrchr(to, '/');
	int r = 0;
	/* Each folder on the way is made, or must be one: a link would lead out of the publication. */
	for (char *s = to + strlen(p->dir) + 1; r == 0 && (s = strchr(s, '/')); s++) {
		*s = '\0';
		if (mkdir(to, 0777) < 0)
			r = errno == EEXIST
				? no_link(to, f)
				: fault_set(f, -errno, "cannot make folder %s:", to);
		*s = '/';
	}
	if (r < 0)
		return r;
	if (rename(from, to) < 0)
		return fault_set(f, -errno, "cannot write %s:", to);
	*slash = '\0';
	r = file_sync_dir(to, f);
	p->counts.files++;
	p->counts.bytes += size;
	return r;
}

int publish_aside(struct publish *p, char **ret, struct fault *f)
{
	return aside_path(p, ret, f);
}

int publish_put(struct publish *p, const char *aside, const char *path, struct fault *f)
{
	struct stat st;
	CLOSE_FD int fd = open(aside, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (!path_is_clean(view_of(path)))
		return fault_set(f, ERR_UNSAFE, "%s: not a path in a publication", path);
	if (fd < 0 || fstat(fd, &st) < 0 || fchmod(fd, 0644) < 0 || fsync(fd) < 0)
		return fault_set(f, -errno, "cannot write %s:", aside);
	return put(p, aside, path, (uint64_t)st.st_size, f);
}

/* Puts the length of the plain file at PATH in RET. 1, or 0 when there is none, or negative. */
static int look(const char *path, uint64_t *ret, struct fault *f)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : fault_set(f, -errno, "cannot look at %s:", path);
	*ret = (uint64_t)st.st_size;
	return S_ISREG(st.st_mode);
}

int publish_has(const struct publish *p, const char *path, struct fault *f)
{
	uint64_t size;
	FREE_PTR char *at = path_join(p->dir, path);
	return at ? look(at, &size, f) : -ENOMEM;
}

/* Returns whether the file at PATH holds exactly TEXT, or negative. */
static int holds(const char *path, struct view text, struct fault *f)
{
	struct buf b = BUF_INIT;
	uint64_t size = 0;
	int r = look(path, &size, f);
	if (r <= 0 || size != text.len || size > FILE_MAX)
		return r < 0 ? r : 0;
	r = file_read(path, FILE_MAX, &b, f);
	if (r == 0)
		r = view_eq(buf_view(&b), text);
	buf_release(&b);
	return r;
}

int publish_file(struct publish *p, const char *path, struct view text, struct fault *f)
{
	FREE_PTR char *at = path_join(p->dir, path);
	FREE_PTR char *aside = NULL;
	if (!path_is_clean(view_of(path)))
		return fault_set(f, ERR_UNSAFE, "%s: not a path in a publication", path);
	if (!at)
		return -ENOMEM;
	int r = holds(at, text, f);
	if (r != 0)
		return r < 0 ? r : 0;
	r = aside_path(p, &aside, f);
	if (r == 0)
		r = file_write_new(aside, text.ptr, text.len, 0644, f);
	return r < 0 ? r : put(p, aside, path, text.len, f);
}

int publish_file_zst(struct publish *p, const char *path, struct view text, struct fault *f)
{
	FREE_PTR char *to = NULL;
	size_t room = ZSTD_compressBound(text.len);
	FREE_PTR char *out = malloc(room);
	if (!out || asprintf(&to, "%s.zst", path) < 0)
		return -ENOMEM;
	size_t n = ZSTD_compress(out, room, text.ptr, text.len, ARCHIVE_LEVEL);
	return ZSTD_isError(n) ? -ENOMEM : publish_file(p, to, (struct view){out, n}, f);
}

int publish_read(const struct publish *p, const char *path, size_t max, struct buf *ret,
		 struct fault *f)
{
	FREE_PTR char *at = path_join(p->dir, path);
	return at ? file_read(at, max, ret, f) : -ENOMEM;
}

int publish_list(const struct publish *p, const char *path, struct strlist *ret,
		 struct fault *f)
{
	FREE_PTR char *at = path_join(p->dir, path);
	if (!at)
		return -ENOMEM;
	int there = file_exists(at, f);
	return there <= 0 ? there : file_list(at, ret, f);
}

/* Learns hash and size of the archive at PATH, or makes it. */
static int have_archive(struct publish *p, const char *tree, const char *path,
			struct narinfo *info, struct fault *f)
{
	FREE_PTR char *at = path_join(p->dir, path);
	FREE_PTR char *aside = NULL;
	unsigned long long size = 0;
	if (!at)
		return -ENOMEM;
	int r = file_exists(at, f);
	if (r != 0) {
		if (r > 0)
			r = no_link(at, f);
		if (r == 0)
			r = sha256_file(at, &info->file, &size, f);
		info->file_size = size;
		return r;
	}
	r = aside_path(p, &aside, f);
	if (r == 0)
		r = archive_write(tree, aside, p->stopped, info, f);
	return r < 0 ? r : put(p, aside, path, info->file_size, f);
}

/*
 * Returns whether the narinfo at PATH describes INFO's object, signed by K, and the archive is there, or
 * negative.
 */
static int is_published(struct publish *p, const char *path, const char *archive,
			const struct narinfo *info, const struct key *k, struct fault *f)
{
	uint64_t size = 0;
	struct narinfo old;
	struct buf b = BUF_INIT;
	FREE_PTR char *at = path_join(p->dir, path);
	FREE_PTR char *nar = path_join(p->dir, archive);
	int r = at && nar ? look(at, &size, f) : -ENOMEM;
	if (r <= 0 || size > NARINFO_MAX)
		return r < 0 ? r : 0;
	r = file_read(at, NARINFO_MAX, &b, f);
	bool same = r == 0 && narinfo_parse(buf_view(&b), &old, NULL) == 0 &&
		    digest_eq(&old.nar, &info->nar) && old.nar_size == info->nar_size &&
		    narinfo_verify(&old, k) == 0;
	if (same && (r = look(nar, &size, f)) > 0)
		r = size == old.file_size;
	buf_release(&b);
	return r;
}

int publish_object(struct publish *p, const char *tree, const struct digest *object,
		   uint64_t nar_size, const char *name, const struct key *k, struct fault *f)
{
	struct narinfo info = {.nar = *object, .nar_size = nar_size};
	struct buf text = BUF_INIT;
	char hash[NARINFO_PATH_HASH + 1], nix[DIGEST_NIX32 + 1];
	char path[NARINFO_PATH_HASH + 16], archive[DIGEST_NIX32 + 16];
	if (narinfo_set_name(&info, view_of(name)) < 0)
		return fault_set(f, ERR_SYNTAX, "%s: not a name that Nix allows", name);
	int r = narinfo_path_hash(&info, hash);
	if (r < 0)
		return r;
	digest_nix32(object, nix);
	snprintf(path, sizeof path, "%s.narinfo", hash);
	snprintf(archive, sizeof archive, "nar/%s.nar.zst", nix);
	r = is_published(p, path, archive, &info, k, f);
	if (r != 0)
		return r < 0 ? r : 0;
	r = have_archive(p, tree, archive, &info, f);
	if (r == 0)
		r = narinfo_sign(&info, k, f);
	if (r == 0)
		r = narinfo_write(&info, &text);
	if (r == 0)
		r = publish_file(p, path, buf_view(&text), f);
	buf_release(&text);
	return r;
}
