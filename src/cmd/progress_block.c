/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/progress_block.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"
#include "cmd/terminal.h"

enum { LINES_MAX = sizeof((struct progress_block *)0)->widths / sizeof(size_t) };
enum { TAIL = 1024 }; /* bytes in which a last line is looked for */

void progress_block_erase(struct progress_block *b)
{
	size_t columns = (size_t)terminal_columns(), rows = 0;
	for (size_t i = 0; i < b->n; i++) {
		size_t w = b->widths[i];
		rows += columns && w > columns ? (w + columns - 1) / columns : 1;
	}
	for (; rows > 0; rows--)
		fputs("\033[A\033[2K", stderr);
	b->n = 0;
}

void progress_block_draw(struct progress_block *b, const struct strlist *lines)
{
	int columns = terminal_columns();
	struct buf all = BUF_INIT;
	progress_block_erase(b);
	for (size_t i = 0; i < lines->n && b->n < LINES_MAX; i++) {
		struct buf line = BUF_INIT;
		/* The last column stays free: some terminals begin a new row in it. */
		terminal_fit(lines->items[i], columns > 1 ? (size_t)columns - 1 : 1, &line);
		b->widths[b->n++] = terminal_width(buf_str(&line));
		buf_addv(&all, buf_view(&line));
		buf_addc(&all, '\n');
		buf_release(&line);
	}
	if (buf_failed(&all) == 0 && all.len)
		fwrite(all.ptr, 1, all.len, stderr);
	buf_release(&all);
	fflush(stderr);
}

void progress_last_line(const char *path, struct buf *ret)
{
	struct buf b = BUF_INIT;
	struct stat st;
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 ||
	    (st.st_size > TAIL && lseek(fd, -TAIL, SEEK_END) < 0) ||
	    file_read_fd(fd, 16 * TAIL, &b) < 0 || !b.len) {
		buf_release(&b);
		return;
	}
	size_t end = b.len;
	while (end && (b.ptr[end - 1] == '\n' || b.ptr[end - 1] == '\r'))
		end--;
	size_t from = end;
	while (from && b.ptr[from - 1] != '\n')
		from--;
	escape_add(ret, (struct view){b.ptr + from, end - from}, ESCAPE_LINE);
	buf_release(&b);
}
