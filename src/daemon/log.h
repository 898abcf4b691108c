/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include "base/err.h"

/*
 * The daemon's log: lines to standard error. Under systemd they carry a priority, and the journal
 * adds the time and sees to rotation; otherwise each begins with the time.
 */
enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6 };

/* Writes one line. What it is given is escaped (base/escape.h). Safe from any thread. */
void daemon_log(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Writes F and its hint, with CONTEXT in front. */
void daemon_log_fault(const char *context, const struct fault *f);

#endif
