/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"

enum { LINE_MAX_BYTES = 4096 };
#define JOURNAL "/run/systemd/journal/socket"

/* ---- the journal ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int journal = -1; /* a socket, when standard error is the journal */

/* Returns whether JOURNAL_STREAM, "DEVICE:INODE", is what standard error is. */
static bool is_journal(void)
{
	uint64_t dev, ino;
	struct stat st;
	const char *stream = getenv("JOURNAL_STREAM");
	return stream && sscanf(stream, "%" SCNu64 ":%" SCNu64, &dev, &ino) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

static void open_journal(void)
{
	if (is_journal())
		journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/*
 * Sends the text of LINE, in which there is no line end (it is escaped), as an entry. Returns whether the
 * journal took it.
 */
static bool send_entry(const struct log_about *a, enum log_level level, const struct buf *line)
{
	static const struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = JOURNAL};
	struct buf b = BUF_INIT;
	pthread_once(&once, open_journal);
	if (journal < 0)
		return false;
	buf_addf(&b, "MESSAGE=%s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=boot-hurdd\n", buf_str(line),
		 (int)level);
	if (a && a->plan)
		escape_addf(&b, "BOOT_HURD_PLAN=%s\n", a->plan);
	if (a && a->run)
		buf_addf(&b, "BOOT_HURD_RUN=%" PRId64 "\n", a->run);
	if (a && a->job)
		buf_addf(&b, "BOOT_HURD_JOB=%" PRId64 "\n", a->job);
	bool sent = buf_failed(&b) == 0 &&
		    sendto(journal, b.ptr, b.len, MSG_NOSIGNAL, (const struct sockaddr *)&to,
			   sizeof to) == (ssize_t)b.len;
	buf_release(&b);
	return sent;
}

/* ---- lines ---- */

static void write_line(enum log_level level, const struct buf *text)
{
	struct buf line = BUF_INIT;
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
	buf_addv(&line, buf_view(text));
	buf_addc(&line, '\n');
	if (buf_failed(&line) == 0)
		file_write_fd(STDERR_FILENO, line.ptr, line.len);
	buf_release(&line);
}

static void log_text(const struct log_about *a, enum log_level level, const char *fmt,
		     va_list ap)
{
	struct buf text = BUF_INIT;
	escape_vaddf(&text, fmt, ap);
	if (text.len > LINE_MAX_BYTES) {
		text.len = LINE_MAX_BYTES;
		text.ptr[text.len] = '\0';
	}
	if (buf_failed(&text) == 0 && !send_entry(a, level, &text))
		write_line(level, &text);
	buf_release(&text);
}

void daemon_log(enum log_level level, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_text(NULL, level, fmt, ap);
	va_end(ap);
}

void daemon_log_about(const struct log_about *a, enum log_level level, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_text(a, level, fmt, ap);
	va_end(ap);
}

void daemon_log_fault(const char *context, const struct fault *f)
{
	daemon_log(LOG_LEVEL_ERROR, "%s%s%s%s%s", context, *context ? ": " : "",
		   f->what[0] ? f->what : err_str(f->code), f->hint[0] ? "; " : "", f->hint);
}
