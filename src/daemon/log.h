/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdint.h>

#include "base/err.h"

/*
 * The daemon's log. When standard error is the journal (JOURNAL_STREAM names it, as systemd.exec(5) says),
 * entries go to the journal's own socket by its native protocol, with a priority and the fields
 * BOOT_HURD_PLAN, BOOT_HURD_RUN and BOOT_HURD_JOB where they are about one. Otherwise, and when the journal
 * does not take an entry, they are lines on standard error, each of which begins with the time (or with the
 * priority, as the journal reads it there).
 */
enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6 };

/* What an entry is about. */
struct log_about {
	const char *plan; /* or NULL */
	int64_t run, job; /* 0 = none */
};

/* Writes one line. What it is given is escaped (base/escape.h). Safe from any thread. */
void daemon_log(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, about A. */
void daemon_log_about(const struct log_about *a, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Writes F and its hint, with CONTEXT in front. */
void daemon_log_fault(const char *context, const struct fault *f);

#endif
