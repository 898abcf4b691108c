/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"

/* Reading JSON documents from outside, value by value, over jansson. */

/* A parsed document. Opaque; its values live as long as it does. */
struct json_document;
/* A value in a document. */
struct json_value;

/*
 * Parses TEXT. ERR_SYNTAX for what is not JSON, has doubled members, or nests deeper than
 * JSON_DEPTH_MAX.
 */
int json_document_parse(struct view text, struct json_document **ret, struct fault *f);
/* The same, but whole numbers of any size are taken: documents of others hold them. */
int json_document_parse_wide(struct view text, struct json_document **ret, struct fault *f);
/* Frees D (may be NULL). */
void json_document_free(struct json_document *d);
/* Returns the outermost value. */
const struct json_value *json_document_root(const struct json_document *d);

/* Returns member NAME of the object V, or NULL (also when V is NULL or no object). */
const struct json_value *json_member(const struct json_value *v, const char *name);
/* Returns item I of the array V, or NULL. */
const struct json_value *json_item(const struct json_value *v, size_t i);
/* Returns how many items the array V has; 0 when V is NULL or no array. */
size_t json_count(const struct json_value *v);
/* Returns the text V; {NULL, 0} when V is NULL or no text. */
struct view json_text(const struct json_value *v);
/* Gets the whole number V, 0 to 2^53. ERR_SYNTAX when V is NULL or no such number. */
int json_whole(const struct json_value *v, uint64_t *ret);
/* Gets V, true or false. ERR_SYNTAX when V is NULL or neither. */
int json_flag(const struct json_value *v, bool *ret);
/*
 * Calls FN with each member of the object V, until it returns other than 0, which is returned. 0 when V
 * is NULL or no object.
 */
int json_each(const struct json_value *v,
	      int (*fn)(void *ctx, const char *name, const struct json_value *value),
	      void *ctx);
/* Tells what V (may be NULL: neither) is. */
bool json_is_an_object(const struct json_value *v);
bool json_is_an_array(const struct json_value *v);
/* Returns a member of the object V that is not among NAMES (which ends in NULL), or NULL. */
const char *json_unknown(const struct json_value *v, const char *const *names);

#endif
