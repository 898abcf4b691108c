/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { LINE_MAX_BYTES = 4096 };

void daemon_log(enum log_level level, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	size_t n = 0;
	va_list ap;
	if (getenv("JOURNAL_STREAM")) {
		n = (size_t)snprintf(line, sizeof line, "<%d>", (int)level);
	} else {
		struct tm tm;
		time_t now = time(NULL);
		gmtime_r(&now, &tm);
		n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ ", &tm);
	}
	va_start(ap, fmt);
	int len = vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	size_t end = n + (size_t)len;
	if (end > sizeof line - 2)
		end = sizeof line - 2;
	for (size_t i = n; i < end; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[end++] = '\n';
	file_write_fd(STDERR_FILENO, line, end);
}

void daemon_log_fault(const char *context, const struct fault *f)
{
	daemon_log(LOG_LEVEL_ERROR, "%s%s%s%s%s", context, *context ? ": " : "",
		   f->what[0] ? f->what : err_str(f->code), f->hint[0] ? "; " : "", f->hint);
}
