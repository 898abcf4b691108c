/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DRV_JSON_H
#define DRV_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "base/view.h"

/*
 * Canonical JSON (RFC 8785) over jansson, whose types stay inside json.c. Numbers are limited to
 * integers of at most 2^53, which is all our formats need.
 */

/*
 * Adds the canonical form of the JSON text IN to RET. ERR_SYNTAX with line and column for what is
 * not JSON, has doubled members, other numbers, or nests deeper than 64.
 */
int json_canonical(struct view in, struct buf *ret, struct fault *f);

/* Adds S as a JSON string with its quotes, escaped as RFC 8785 section 3.2.2.2 says. */
void json_add_string(struct buf *ret, struct view s);

#endif
