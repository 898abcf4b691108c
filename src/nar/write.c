/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nar/nar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "hash/sha256.h"

enum { WRITE_BLOCK = 256 * 1024 }; /* bytes gathered before they go to the sink, at most */

/* A walk under way. */
struct writer {
	nar_sink *sink;         /* the caller's */
	void *ctx;              /* for sink */
	char *block;            /* WRITE_BLOCK bytes; owned */
	size_t used;            /* bytes in block */
	struct nar_stats stats; /* so far */
	struct buf path;        /* of the node being written, for messages */
	struct fault *fault;    /* the caller's, may be NULL */
};

static int flush(struct writer *w)
{
	size_t n = w->used;
	w->used = 0;
	return n ? w->sink(w->ctx, w->block, n) : 0;
}

static int put(struct writer *w, const void *bytes, size_t n)
{
	w->stats.nar_size += n;
	if (n > WRITE_BLOCK - w->used) {
		int r = flush(w);
		if (r < 0)
			return r;
		if (n > WRITE_BLOCK)
			return w->sink(w->ctx, bytes, n);
	}
	memcpy(w->block + w->used, bytes, n);
	w->used += n;
	return 0;
}

static int put_length(struct writer *w, uint64_t n)
{
	unsigned char le[8];
	for (size_t i = 0; i < 8; i++)
		le[i] = (unsigned char)(n >> (8 * i));
	return put(w, le, 8);
}

static int put_padding(struct writer *w, uint64_t n)
{
	static const char zero[8];
	return n % 8 ? put(w, zero, 8 - n % 8) : 0;
}

static int put_bytes(struct writer *w, const char *bytes, size_t n)
{
	int r = put_length(w, n);
	if (r == 0)
		r = put(w, bytes, n);
	return r < 0 ? r : put_padding(w, n);
}

static int put_word(struct writer *w, const char *word)
{
	return put_bytes(w, word, strlen(word));
}

/* Puts the words up to a NULL. */
static int put_words(struct writer *w, const char *const *words)
{
	int r = 0;
	for (; r == 0 && *words; words++)
		r = put_word(w, *words);
	return r;
}

static int fail(struct writer *w, int code, const char *what)
{
	return fault_set(w->fault, code, "%s %s:", what, buf_str(&w->path));
}

static int put_file(struct writer *w, int fd, const struct stat *st)
{
	int r = 0;
	if (st->st_mode & S_IXUSR)
		r = put_words(w, (const char *const[]){"executable", "", NULL});
	if (r == 0)
		r = put_word(w, "contents");
	uint64_t size = (uint64_t)st->st_size, left = size;
	if (r == 0)
		r = put_length(w, size);
	w->stats.file_size += size;
	/* Straight into the block, so that each byte is copied once. */
	while (r == 0 && left) {
		if (w->used == WRITE_BLOCK && (r = flush(w)) < 0)
			break;
		size_t room = WRITE_BLOCK - w->used;
		ssize_t n = read(fd, w->block + w->used, room < left ? room : (size_t)left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(w, -errno, "cannot read");
		if (n == 0)
			return fault_set(w->fault, ERR_CORRUPT,
					 "%s became shorter while it was read",
					 buf_str(&w->path));
		w->used += (size_t)n;
		w->stats.nar_size += (size_t)n;
		left -= (size_t)n;
	}
	return r < 0 ? r : put_padding(w, size);
}

static int put_node(struct writer *w, int dirfd, const char *name, int depth);

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_names(struct writer *w, int fd, struct strlist *ret)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		int r = -errno;
		if (copy >= 0)
			close(copy);
		return fail(w, r, "cannot list");
	}
	int r = 0;
	for (;;) {
		errno = 0;
		struct dirent *e = readdir(d);
		if (!e) {
			if (errno)
				r = fail(w, -errno, "cannot list");
			break;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (strlist_add(ret, e->d_name) < 0) {
			r = -ENOMEM;
			break;
		}
	}
	closedir(d);
	if (ret->n)
		qsort(ret->items, ret->n, sizeof *ret->items, compare_names);
	return r;
}

static int put_folder(struct writer *w, int fd, int depth)
{
	struct strlist names = STRLIST_INIT;
	int r = list_names(w, fd, &names);
	size_t at = w->path.len;
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		buf_addf(&w->path, "/%s", names.items[i]);
		r = put_words(w, (const char *const[]){"entry", "(", "name", names.items[i],
						       "node", NULL});
		if (r == 0)
			r = put_node(w, fd, names.items[i], depth + 1);
		if (r == 0)
			r = put_word(w, ")");
		if (r == 0) {
			w->path.len = at;
			w->path.ptr[at] = '\0';
		}
	}
	strlist_release(&names);
	return r;
}

static int put_link(struct writer *w, int dirfd, const char *name)
{
	char target[NAR_TARGET_MAX + 1];
	ssize_t n = readlinkat(dirfd, name, target, sizeof target);
	if (n < 0)
		return fail(w, -errno, "cannot read link");
	if (n > NAR_TARGET_MAX)
		return fault_set(w->fault, ERR_LIMIT, "the target of link %s is too long",
				 buf_str(&w->path));
	int r = put_words(w, (const char *const[]){"type", "symlink", "target", NULL});
	return r < 0 ? r : put_bytes(w, target, (size_t)n);
}

static int put_node(struct writer *w, int dirfd, const char *name, int depth)
{
	struct stat st;
	if (depth > NAR_DEPTH_MAX)
		return fault_set(w->fault, ERR_LIMIT, "folders nest too deep at %s",
				 buf_str(&w->path));
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(w, -errno, "cannot look at");
	w->stats.files++;
	int r = put_word(w, "(");
	if (r < 0)
		return r;
	if (S_ISLNK(st.st_mode)) {
		r = put_link(w, dirfd, name);
		return r < 0 ? r : put_word(w, ")");
	}
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return fault_set(w->fault, ERR_UNSAFE, "%s is neither file, folder nor link",
				 buf_str(&w->path));
	CLOSE_FD int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(w, -errno, "cannot open");
	if (S_ISDIR(st.st_mode)) {
		r = put_words(w, (const char *const[]){"type", "directory", NULL});
		if (r == 0)
			r = put_folder(w, fd, depth);
	} else {
		r = put_words(w, (const char *const[]){"type", "regular", NULL});
		if (r == 0)
			r = put_file(w, fd, &st);
	}
	return r < 0 ? r : put_word(w, ")");
}

int nar_write(const char *path, nar_sink *sink, void *ctx, struct nar_stats *ret,
	      struct fault *f)
{
	struct writer w = {.sink = sink, .ctx = ctx, .fault = f, .path = BUF_INIT};
	w.block = malloc(WRITE_BLOCK);
	if (!w.block)
		return fault_set(f, -ENOMEM, "cannot archive %s:", path);
	buf_adds(&w.path, path);
	int r = put_word(&w, NAR_MAGIC);
	if (r == 0)
		r = put_node(&w, AT_FDCWD, path, 0);
	if (r == 0)
		r = flush(&w);
	if (r == 0 && ret)
		*ret = w.stats;
	free(w.block);
	buf_release(&w.path);
	return r;
}

static int hash_sink(void *ctx, const void *bytes, size_t n)
{
	sha256_update(ctx, bytes, n);
	return 0;
}

int nar_hash(const char *path, struct digest *ret, struct nar_stats *ret_stats, struct fault *f)
{
	struct sha256 h;
	int r = sha256_init(&h);
	if (r < 0)
		return fault_set(f, r, "cannot hash %s:", path);
	r = nar_write(path, hash_sink, &h, ret_stats, f);
	if (r == 0)
		sha256_final(&h, ret);
	else
		sha256_release(&h);
	return r;
}
