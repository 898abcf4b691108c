/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_OUTBOX_H
#define DAEMON_OUTBOX_H

#include "daemon/alarm_config.h"
#include "daemon/config.h"
#include "daemon/history.h"

/*
 * Sends the messages of the history, in a thread of its own. A message is planned when a run begins and
 * waits when it has ended, in the same transaction as that end; it is sent, and then noted as sent. So
 * each arrives at least once. When the daemon is killed between the two it is sent again under the same
 * id, by which the other side knows it: never twice for one change.
 *
 * What cannot be sent is tried again after pauses that grow, and given up after a number of attempts.
 */
struct outbox;

/* Starts. C's text is read again for its alarms; H must outlive it. */
int outbox_start(struct daemon_history *h, const struct daemon_config *c, struct outbox **ret,
		 struct fault *f);
/* Takes over the alarms of C. Messages that wait are tried at once. */
int outbox_reload(struct outbox *o, const struct daemon_config *c, struct fault *f);
/* A run has ended. O may be NULL. */
void outbox_wake(struct outbox *o);
/* Breaks off what is being sent; it waits for the next start. O may be NULL. */
void outbox_free(struct outbox *o);

/* Returns the seconds between the end of ATTEMPT (from 1 on), which failed, and the next; for tests. */
uint64_t outbox_pause(const struct alarm_config *c, unsigned attempt);
/* Tells every target of C TEXT, once. Returns how many could not be told; each fault is logged. */
size_t outbox_tell_all(const struct daemon_config *c, const char *text);

#endif
