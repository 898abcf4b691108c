/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nar/nar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/walk.h"
#include "hash/sha256.h"

enum { WRITE_BLOCK = 256 * 1024 }; /* bytes gathered before they go to the sink, at most */

/* A walk under way. */
struct writer {
	nar_sink *sink;         /* the caller's */
	void *ctx;              /* for sink */
	char *block;            /* WRITE_BLOCK bytes; owned */
	size_t used;            /* bytes in block */
	struct nar_stats stats; /* so far */
	struct nar_bounds bounds;
	struct fault *fault; /* the caller's, may be NULL */
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

static int fail(struct writer *w, int code, const char *doing, const struct walk_node *n)
{
	return fault_set(w->fault, code, "cannot %s %.1000s:", doing, n->path);
}

/* Refuses content beyond the bounds before a byte of it is read. */
static int check_bounds(struct writer *w, const struct walk_node *n, uint64_t size)
{
	if (w->bounds.stopped && w->bounds.stopped(w->bounds.ctx))
		return fault_set(w->fault, ERR_CANCELLED, "stopped at %.1000s", n->path);
	if (!w->bounds.max_bytes || size <= w->bounds.max_bytes - w->stats.file_size)
		return 0;
	return fault_set(w->fault, ERR_LIMIT,
			 "%.1000s holds %llu bytes, with which the tree has more than the %llu "
			 "that are allowed here",
			 n->path, (unsigned long long)size,
			 (unsigned long long)w->bounds.max_bytes);
}

/* Puts the SIZE bytes of the file open as FD. */
static int put_content(struct writer *w, const struct walk_node *n, int fd, uint64_t size)
{
	uint64_t left = size;
	/* Straight into the block, so that each byte is copied once. */
	while (left) {
		if (w->used == WRITE_BLOCK) {
			int r = flush(w);
			if (r < 0)
				return r;
			if (w->bounds.stopped && w->bounds.stopped(w->bounds.ctx))
				return fault_set(w->fault, ERR_CANCELLED, "stopped at %.1000s",
						 n->path);
		}
		size_t room = WRITE_BLOCK - w->used;
		ssize_t got = read(fd, w->block + w->used, room < left ? room : (size_t)left);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(w, -errno, "read", n);
		if (got == 0)
			return fault_set(w->fault, ERR_CORRUPT,
					 "%.1000s became shorter while it was read", n->path);
		w->used += (size_t)got;
		w->stats.nar_size += (size_t)got;
		left -= (size_t)got;
	}
	return 0;
}

static int put_file(struct writer *w, const struct walk_node *n)
{
	struct stat st;
	CLOSE_FD int fd =
	    openat(n->dirfd, n->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(w, -errno, "open", n);
	if (!S_ISREG(st.st_mode))
		return fault_set(w->fault, ERR_CORRUPT, "%.1000s changed while it was read",
				 n->path);
	uint64_t size = (uint64_t)st.st_size;
	int r = check_bounds(w, n, size);
	if (r == 0)
		r = put_words(w, (const char *const[]){"type", "regular", NULL});
	if (r == 0 && st.st_mode & S_IXUSR)
		r = put_words(w, (const char *const[]){"executable", "", NULL});
	if (r == 0)
		r = put_word(w, "contents");
	if (r == 0)
		r = put_length(w, size);
	w->stats.file_size += size;
	if (r == 0)
		r = put_content(w, n, fd, size);
	return r < 0 ? r : put_padding(w, size);
}

static int put_link(struct writer *w, const struct walk_node *n)
{
	char target[NAR_TARGET_MAX + 1];
	ssize_t len = readlinkat(n->dirfd, n->name, target, sizeof target);
	if (len < 0)
		return fail(w, -errno, "read link", n);
	if (len > NAR_TARGET_MAX)
		return fault_set(w->fault, ERR_LIMIT, "the target of link %.1000s is too long",
				 n->path);
	int r = put_words(w, (const char *const[]){"type", "symlink", "target", NULL});
	return r < 0 ? r : put_bytes(w, target, (size_t)len);
}

int nar_check_place(const struct walk_node *at, struct fault *f)
{
	const char *path = at->path;
	size_t n = strlen(at->rel);
	if (S_ISDIR(at->st->st_mode) && at->depth >= NAR_DEPTH_MAX)
		return fault_set(
		    f, ERR_LIMIT,
		    "a tree may have %d folders inside each other, not more: %.1000s",
		    NAR_DEPTH_MAX, path);
	if (n > NAR_PATH_MAX)
		return fault_set(f, ERR_LIMIT,
				 "a path below the top of a tree may have %d bytes, not %zu: "
				 "%.1000s",
				 NAR_PATH_MAX, n, path);
	return 0;
}

/* What comes before each node. */
static int put_head(struct writer *w, const struct walk_node *n)
{
	int r = nar_check_place(n, w->fault);
	w->stats.files++;
	if (r == 0 && n->depth)
		r = put_words(
		    w, (const char *const[]){"entry", "(", "name", n->name, "node", NULL});
	return r < 0 ? r : put_word(w, "(");
}

/* What comes after each. */
static int put_tail(struct writer *w, const struct walk_node *n)
{
	int r = put_word(w, ")");
	return r < 0 || n->depth == 0 ? r : put_word(w, ")");
}

static int on_enter(void *ctx, const struct walk_node *n)
{
	int r = put_head(ctx, n);
	return r < 0 ? r : put_words(ctx, (const char *const[]){"type", "directory", NULL});
}

static int on_leave(void *ctx, const struct walk_node *n)
{
	return put_tail(ctx, n);
}

static int on_other(void *ctx, const struct walk_node *n)
{
	struct writer *w = ctx;
	if (!S_ISLNK(n->st->st_mode) && !S_ISREG(n->st->st_mode))
		return fault_set(w->fault, ERR_UNSAFE,
				 "%.1000s is neither file, folder nor link", n->path);
	int r = put_head(w, n);
	if (r == 0)
		r = S_ISLNK(n->st->st_mode) ? put_link(w, n) : put_file(w, n);
	return r < 0 ? r : put_tail(w, n);
}

static int write_bounded(const char *path, const struct nar_bounds *bounds, nar_sink *sink,
			 void *ctx, struct nar_stats *ret, struct fault *f)
{
	struct writer w = {.sink = sink, .ctx = ctx, .fault = f};
	struct walk walk = {.ctx = &w, .enter = on_enter, .leave = on_leave, .other = on_other};
	if (bounds)
		w.bounds = *bounds;
	w.block = malloc(WRITE_BLOCK);
	if (!w.block)
		return fault_set(f, -ENOMEM, "cannot archive %.1000s:", path);
	int r = put_word(&w, NAR_MAGIC);
	if (r == 0)
		r = walk_tree(path, &walk, f);
	if (r == 0)
		r = flush(&w);
	if (r == 0 && ret)
		*ret = w.stats;
	free(w.block);
	return r;
}

int nar_write(const char *path, nar_sink *sink, void *ctx, struct nar_stats *ret,
	      struct fault *f)
{
	return write_bounded(path, NULL, sink, ctx, ret, f);
}

static int hash_sink(void *ctx, const void *bytes, size_t n)
{
	sha256_update(ctx, bytes, n);
	return 0;
}

int nar_hash_bounded(const char *path, const struct nar_bounds *bounds, struct digest *ret,
		     struct nar_stats *ret_stats, struct fault *f)
{
	struct sha256 h;
	int r = sha256_init(&h);
	if (r < 0)
		return fault_set(f, r, "cannot hash %.1000s:", path);
	r = write_bounded(path, bounds, hash_sink, &h, ret_stats, f);
	if (r == 0)
		sha256_final(&h, ret);
	else
		sha256_release(&h);
	return r;
}

int nar_hash(const char *path, struct digest *ret, struct nar_stats *ret_stats, struct fault *f)
{
	return nar_hash_bounded(path, NULL, ret, ret_stats, f);
}
