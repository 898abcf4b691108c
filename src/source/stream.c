/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "source/late_archive.h"

enum { BLOCK = 65536, HEAD = 16 };

struct stream {
	struct archive *entries;
	struct archive *filter; /* decompresses the file; NULL: it is not compressed */
	struct stream_options o;
	const char *file; /* for messages; the caller keeps it */
	uint64_t left;    /* bytes that may still come out of the filter */
	int fd;
	int why; /* a reason of ours to end: ERR_LIMIT, ERR_CANCELLED or a negative errno; 0 = none */
	char block[BLOCK];
};

/* Notes WHY reading ends and makes A's caller fail. */
static int end(struct stream *s, struct archive *a, int why)
{
	s->why = why;
	sym_archive_set_error(a, ECANCELED, "stopped");
	return ARCHIVE_FATAL;
}

/* ---- the file ---- */

static la_ssize_t file_block(struct archive *a, void *ctx, const void **ret)
{
	struct stream *s = ctx;
	ssize_t n;
	if (s->o.stopped && s->o.stopped(s->o.ctx))
		return end(s, a, ERR_CANCELLED);
	do
		n = read(s->fd, s->block, sizeof s->block);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return end(s, a, -errno);
	*ret = s->block;
	return n;
}

static la_int64_t file_seek(struct archive *a, void *ctx, la_int64_t to, int whence)
{
	struct stream *s = ctx;
	off_t at = lseek(s->fd, to, whence);
	return at < 0 ? end(s, a, -errno) : at;
}

/* ---- what comes out of the filter ---- */

static la_ssize_t filter_block(struct archive *a, void *ctx, const void **ret)
{
	struct stream *s = ctx;
	size_t n = 0;
	la_int64_t at;
	if (s->o.stopped && s->o.stopped(s->o.ctx))
		return end(s, a, ERR_CANCELLED);
	int r = sym_archive_read_data_block(s->filter, ret, &n, &at);
	if (r == ARCHIVE_EOF)
		return 0;
	if (r != ARCHIVE_OK) {
		sym_archive_copy_error(a, s->filter);
		return ARCHIVE_FATAL;
	}
	if (n > s->left)
		return end(s, a, ERR_LIMIT);
	s->left -= n;
	return (la_ssize_t)n;
}

/* Returns whether HEAD begins a .lzma file, which has no magic number: as xz(1) guesses. */
static bool is_lzma(const unsigned char *head, size_t n)
{
	uint32_t dict = 0;
	uint64_t size = 0;
	if (n < 13 || head[0] >= 9 * 5 * 5)
		return false;
	for (int i = 3; i >= 0; i--)
		dict = dict << 8 | head[1 + i];
	for (int i = 7; i >= 0; i--)
		size = size << 8 | head[5 + i];
	/* The dictionary's size is a power of two, or one and a half of it. */
	uint32_t top = dict;
	while (top & (top - 1))
		top &= top - 1;
	return dict && (dict == top || dict == top + top / 2) &&
	       (size == UINT64_MAX || size < UINT64_C(1) << 38);
}

/* Returns libarchive's code of the compression that a file with this HEAD has. */
static int filter_of(const unsigned char *head, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		int code;
	} kinds[] = {
	    {"\x1f\x8b", 2, ARCHIVE_FILTER_GZIP},
	    {"BZh", 3, ARCHIVE_FILTER_BZIP2},
	    {"\x1f\x9d", 2, ARCHIVE_FILTER_COMPRESS},
	    {"\xfd"
	     "7zXZ\0",
	     6, ARCHIVE_FILTER_XZ},
	    {"LZIP", 4, ARCHIVE_FILTER_LZIP},
	    {"\x28\xb5\x2f\xfd", 4, ARCHIVE_FILTER_ZSTD},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (n >= kinds[i].n && memcmp(head, kinds[i].magic, kinds[i].n) == 0)
			return kinds[i].code;
	/* a skippable frame, which may stand before all others */
	if (n >= 4 && (head[0] & 0xf0) == 0x50 && memcmp(head + 1, "\x2a\x4d\x18", 3) == 0)
		return ARCHIVE_FILTER_ZSTD;
	return is_lzma(head, n) ? ARCHIVE_FILTER_LZMA : ARCHIVE_FILTER_NONE;
}

/* Opens the decompressor CODE on the file. */
static int open_filter(struct stream *s, int code)
{
	struct archive_entry *e;
	s->filter = sym_archive_read_new();
	if (!s->filter)
		return -ENOMEM;
	sym_archive_read_support_format_raw(s->filter);
	sym_archive_read_support_format_empty(s->filter);
	/* Appended, a filter is the only one. That of compress cannot be appended: it reads at once,
	   from a file that is not open yet (libarchive's issue 2514). */
	int added = code == ARCHIVE_FILTER_COMPRESS
			? sym_archive_read_support_filter_compress(s->filter)
			: sym_archive_read_append_filter(s->filter, code);
	if (added != ARCHIVE_OK ||
	    sym_archive_read_open(s->filter, s, NULL, file_block, NULL) != ARCHIVE_OK)
		return ERR_SYNTAX;
	int r = sym_archive_read_next_header(s->filter, &e);
	return r == ARCHIVE_OK || r == ARCHIVE_EOF ? 0 : ERR_SYNTAX;
}

static int open_entries(struct stream *s)
{
	s->entries = sym_archive_read_new();
	if (!s->entries)
		return -ENOMEM;
	sym_archive_read_support_format_tar(s->entries);
	sym_archive_read_support_format_gnutar(s->entries);
	sym_archive_read_support_format_zip(s->entries);
	sym_archive_read_support_format_cpio(s->entries);
	sym_archive_read_support_format_ar(s->entries);
	if (!s->filter)
		sym_archive_read_set_seek_callback(s->entries, file_seek);
	return sym_archive_read_open(s->entries, s, NULL, s->filter ? filter_block : file_block,
				     NULL) == ARCHIVE_OK
		   ? 0
		   : ERR_SYNTAX;
}

int stream_open(const char *file, const struct stream_options *o, struct stream **ret,
		struct fault *f)
{
	unsigned char head[HEAD];
	int r = late_archive(f);
	struct stream *s = r == 0 ? calloc(1, sizeof *s) : NULL;
	if (!s)
		return r < 0 ? r : fault_set(f, -ENOMEM, "cannot unpack %s:", file);
	s->o = *o;
	s->file = file;
	s->left = o->bytes;
	s->fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = s->fd < 0 ? -1 : pread(s->fd, head, sizeof head, 0);
	if (n < 0)
		r = fault_set(f, -errno, "cannot read %s:", file);
	int code = n < 0 ? ARCHIVE_FILTER_NONE : filter_of(head, (size_t)n);
	if (r == 0 && code != ARCHIVE_FILTER_NONE) {
		r = open_filter(s, code);
		if (r == ERR_SYNTAX && !s->why)
			r = fault_set(f, r, "%s: %s", file,
				      sym_archive_error_string(s->filter)
					  ? sym_archive_error_string(s->filter)
					  : "is damaged");
		else if (r < 0)
			r = stream_broken(s, f);
	}
	if (r == 0 && open_entries(s) < 0)
		r = stream_broken(s, f);
	if (r == 0)
		*ret = s;
	else
		stream_free(s);
	return r;
}

void stream_free(struct stream *s)
{
	if (!s)
		return;
	sym_archive_read_free(s->entries);
	sym_archive_read_free(s->filter);
	file_close_fd(&s->fd);
	free(s);
}

struct archive *stream_archive(struct stream *s)
{
	return s->entries;
}

int stream_broken(const struct stream *s, struct fault *f)
{
	const char *said = s->entries ? sym_archive_error_string(s->entries) : NULL;
	if (s->why == ERR_CANCELLED)
		return fault_set(f, s->why, "stopped while %s was unpacked", s->file);
	if (s->why == ERR_LIMIT)
		return fault_set(f, s->why, "%s: more comes out of it than is allowed",
				 s->file);
	if (s->why)
		return fault_set(f, s->why, "cannot read %s:", s->file);
	if (!s->entries)
		return fault_set(f, -ENOMEM, "cannot unpack %s:", s->file);
	return fault_set(f, ERR_SYNTAX, "%s: %s", s->file, said ? said : "is damaged");
}
