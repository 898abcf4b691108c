/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/vec.h"

/* Whole-file and whole-folder operations. All set F (may be NULL) with the path on failure. */

/* Cleanup attribute for malloc'd pointers: frees *P. */
void file_free_ptr(void *p);
#define FREE_PTR __attribute__((cleanup(file_free_ptr)))

/*
 * Adds the content of PATH to RET. A file of more than MAX bytes is ERR_LIMIT. Only regular files
 * are read: anything else is ERR_UNSAFE, without blocking.
 */
int file_read(const char *path, size_t max, struct buf *ret, struct fault *f);

/* As file_read, but a file that is not there adds nothing, and is not an error. */
int file_read_if_there(const char *path, size_t max, struct buf *ret, struct fault *f);

/* Reads FD to its end into RET, at most MAX bytes (more: ERR_LIMIT). */
int file_read_fd(int fd, size_t max, struct buf *ret);

/* Writes all of N bytes to FD, whatever signals say. Returns 0 or a negated errno. */
int file_write_fd(int fd, const void *bytes, size_t n);

/* Makes the new file PATH, of mode MODE, with the N bytes, and syncs it, not its folder. */
int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct fault *f);
/*
 * Makes PATH hold the N bytes, or leaves it as it was: written beside it, synced, renamed over it,
 * the folder synced. MODE is the final mode.
 */
int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode,
		      struct fault *f);
/*
 * Refuses to have PATH replaced when something is there that is not a regular file: a device, a pipe, a
 * link, a folder. For files that a user names. Returns 0, ERR_EXISTS or a negated errno.
 */
int file_may_replace(const char *path, struct fault *f);

/* Syncs the folder PATH, so that renames in it last. */
int file_sync_dir(const char *path, struct fault *f);

/* Makes the folder PATH and those above it (mode 0777 less umask). Existing folders are fine. */
int file_mkdirs(const char *path, struct fault *f);

/*
 * Removes PATH and everything below it, giving itself write permission where folders lack it. Never
 * follows links. A missing PATH is not an error.
 */
int file_remove_tree(const char *path, struct fault *f);

/*
 * Returns 1 when something stands at PATH, be it a link that leads nowhere; 0 when nothing does;
 * negative when that cannot be found out, which is not the same.
 */
int file_exists(const char *path, struct fault *f);

/*
 * Adds up the bytes on disk of PATH and what is below it (st_blocks): 0 when it does not exist. What
 * vanishes meanwhile does not count; what cannot be read is an error.
 */
int file_tree_size(const char *path, uint64_t *ret, struct fault *f);

/* Adds the names in the folder PATH (without "." and "..") to RET and sorts it by byte order. */
int file_list(const char *path, struct strlist *ret, struct fault *f);

/*
 * Copies the tree FROM (file, folder or link; sockets and devices are ERR_UNSAFE) to TO, which must
 * not exist. Modes become 0755/0644 by the owner's execute bit, every mtime becomes 1, owners are not
 * kept. REVERSE makes the entries of each folder in descending instead of ascending order of name.
 */
int file_copy_tree(const char *from, const char *to, bool reverse, struct fault *f);
/* Copies one file, which is not a link, to a new one of mode MODE. Returns 0 or a negated errno. */
int file_copy_at(int from_dir, const char *from, int to_dir, const char *to, mode_t mode);

#endif
