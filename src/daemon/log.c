/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"

enum { LINE_MAX_BYTES = 4096 };

void daemon_log(enum log_level level, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list ap;
	if (getenv("JOURNAL_STREAM")) {
		buf_addf(&line, "<%d>", (int)level);
	} else {
		char stamp[32];
		struct tm tm;
		time_t now = time(NULL);
		gmtime_r(&now, &tm);
		strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ ", &tm);
		buf_adds(&line, stamp);
	}
	va_start(ap, fmt);
	escape_vaddf(&line, fmt, ap);
	va_end(ap);
	if (line.len > LINE_MAX_BYTES)
		line.len = LINE_MAX_BYTES;
	buf_addc(&line, '\n');
	if (buf_failed(&line) == 0)
		file_write_fd(STDERR_FILENO, line.ptr, line.len);
	buf_release(&line);
}

void daemon_log_fault(const char *context, const struct fault *f)
{
	daemon_log(LOG_LEVEL_ERROR, "%s%s%s%s%s", context, *context ? ": " : "",
		   f->what[0] ? f->what : err_str(f->code), f->hint[0] ? "; " : "", f->hint);
}
