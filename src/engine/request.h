/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_REQUEST_H
#define ENGINE_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/view.h"
#include "drv/drv.h"

/*
 * A request: an action and all that a machine without recipes must know to carry it out, requests/ACTION of
 * a publication. Lines that end in LF:
 *
 *     boot-hurd request 1
 *     DERIVATION                 its JSON (drv/drv.h)
 *     input OBJECT AS            for each input and runtime input, sorted by AS
 *     source OBJECT AS           for each source, as in the derivation
 *     limit NAME DECIMAL         for each limit that the recipe sets, in the order of struct drv_limits
 *
 * OBJECT is a SHA-256 in lower-case hex. Nobody need sign it: all but the limits, which do not enter a
 * build, makes up the action, whose SHA-256 is ACTION.
 */
enum { REQUEST_MAX = 16 << 20, REQUEST_PATH = 10 + DIGEST_HEX + 1 };

/* Writes "requests/ACTION" and a NUL. */
void request_path(const struct digest *action, char ret[REQUEST_PATH]);
/* Adds the request of A to RET. ERR_SYNTAX: a name in it cannot be written down. */
int request_write(const struct action *a, struct buf *ret, struct fault *f);
/*
 * Reads TEXT, which must be the request of action ID; all of RET is in A. The inputs of its derivation are
 * known by their ids only. ERR_SYNTAX names the line; ERR_HASH: it is another action's.
 */
int request_parse(struct arena *a, struct view text, const struct digest *id,
		  struct action *ret, struct fault *f);

#endif
