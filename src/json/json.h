/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/view.h"

/*
 * Canonical JSON (RFC 8785) over jansson, whose types stay inside src/json/. Numbers are limited
 * to integers of at most 2^53, which is all our formats need.
 */

struct json_value;

enum { JSON_DEPTH_MAX = LIMIT_READ_JSON_DEPTH }; /* nested arrays and objects */

/*
 * Adds the canonical form of the JSON text IN to RET. ERR_SYNTAX with line and column for what
 * is not JSON, has doubled members, other numbers, or nests deeper than JSON_DEPTH_MAX.
 */
int json_canonical(struct view in, struct buf *ret, struct fault *f);
/* The same for V, a value of a document that was read (json/value.h). */
int json_canonical_value(const struct json_value *v, struct buf *ret, struct fault *f);

/*
 * Adds S as a JSON string with its quotes, escaped as RFC 8785 section 3.2.2.2 says. S must be
 * UTF-8 (see json_is_text): its bytes are not checked again.
 */
void json_add_string(struct buf *ret, struct view s);

/* Returns whether S is well-formed UTF-8 (RFC 3629) without NUL: what our documents may hold.
 */
bool json_is_text(struct view s);

/* Orders A and B as RFC 8785 sorts members, by UTF-16 code units: <0, 0, >0. Both are UTF-8. */
int json_member_cmp(struct view a, struct view b);

#endif
