/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_HISTORY_H
#define CMD_HISTORY_H

#include "base/buf.h"
#include "store/history.h"

/* How commands show what is in the history. */

/* Writes the time NS as "2026-11-29 03:00:00Z"; 0 = "-". */
void history_format_time(int64_t ns, char ret[32]);
/* Adds the member NAME: an RFC 3339 text, or null for 0. */
void history_add_time(struct buf *b, const char *name, int64_t ns);
/* Adds the command, whose arguments are the JSON list JSON, as a line of words, escaped. */
void history_command_line(const char *json, struct buf *ret);
/* Opens and closes a document with the list NAME. */
void history_open_list(struct buf *b, const char *name);
void history_close_list(struct buf *b);
/* Add a run, a job (of RUN) as a JSON object. */
void history_run_json(const struct history_run *r, struct buf *b);
void history_job_json(const struct history_job *j, const struct history_run *run,
		      struct buf *b);

#endif
