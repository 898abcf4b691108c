/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "engine/engine.h"

/*
 * Shows how a build goes on: on a terminal one live block at the bottom (running builds with their step and last line, counts,
 * elapsed, estimate), in a pipe plain lines. All of it goes to standard error.
 */
struct progress;

/* Starts. QUIET shows failures only; LOGS prints each build's whole log. Returns 0 or -ENOMEM. */
int progress_new(bool quiet, bool logs, struct progress **ret);
/* Ends: removes the block, prints the closing line. */
void progress_free(struct progress *p);
/* A build_options.event; CTX is the struct progress. */
void progress_event(void *ctx, const struct build_event *e);
/* Returns how many failures have been shown. */
uint64_t progress_failures(struct progress *p);
/* Adds N to what is to be done. */
void progress_plan(struct progress *p, size_t n);
enum progress_step { PROGRESS_BEGINS, PROGRESS_DONE, PROGRESS_FAILED, PROGRESS_STOPPED };
/* Tells that work on D, called WHAT, begins or how it ends. */
void progress_step(struct progress *p, const struct drv *d, const char *what,
		   enum progress_step how);
/* Prints a line above the block. */
void progress_line(struct progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
