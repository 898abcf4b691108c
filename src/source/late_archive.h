/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_LATE_ARCHIVE_H
#define SOURCE_LATE_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "base/late.h"

/* libarchive, loaded when it is first needed: see base/late.h. */

#define ARCHIVE_SYMBOLS(X) \
	X(archive_copy_error) \
	X(archive_entry_filetype) \
	X(archive_entry_free) \
	X(archive_entry_hardlink) \
	X(archive_entry_new) \
	X(archive_entry_pathname) \
	X(archive_entry_perm) \
	X(archive_entry_set_filetype) \
	X(archive_entry_set_mtime) \
	X(archive_entry_set_pathname) \
	X(archive_entry_set_perm) \
	X(archive_entry_set_size) \
	X(archive_entry_set_symlink) \
	X(archive_entry_size) \
	X(archive_entry_size_is_set) \
	X(archive_entry_sparse_count) \
	X(archive_entry_symlink) \
	X(archive_error_string) \
	X(archive_file_count) \
	X(archive_read_append_filter) \
	X(archive_read_data_block) \
	X(archive_read_free) \
	X(archive_read_new) \
	X(archive_read_next_header) \
	X(archive_read_open) \
	X(archive_read_set_seek_callback) \
	X(archive_read_support_filter_compress) \
	X(archive_read_support_format_ar) \
	X(archive_read_support_format_cpio) \
	X(archive_read_support_format_empty) \
	X(archive_read_support_format_gnutar) \
	X(archive_read_support_format_raw) \
	X(archive_read_support_format_tar) \
	X(archive_read_support_format_zip) \
	X(archive_set_error) \
	X(archive_write_add_filter_xz) \
	X(archive_write_add_filter_zstd) \
	X(archive_write_close) \
	X(archive_write_data) \
	X(archive_write_free) \
	X(archive_write_header) \
	X(archive_write_new) \
	X(archive_write_open_filename) \
	X(archive_write_set_bytes_in_last_block) \
	X(archive_write_set_filter_option) \
	X(archive_write_set_format_ar_bsd) \
	X(archive_write_set_format_gnutar) \
	X(archive_write_set_format_option) \
	X(archive_write_set_format_pax_restricted)
ARCHIVE_SYMBOLS(LATE_DECLARE)

/* Loads it. As late_load. */
int late_archive(struct fault *f);

#endif
