/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json/value.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "json/allocate.h"

/* The values handed out are jansson's own, under another name. */
struct json_document {
	json_t *root; /* owned */
};

static const json_t *inner(const struct json_value *v)
{
	return (const json_t *)(const void *)v;
}

static const struct json_value *outer(const json_t *v)
{
	return (const struct json_value *)(const void *)v;
}

/* Returns whether V nests no deeper than allowed. */
static bool depth_ok(const json_t *v, int left)
{
	size_t i;
	const char *name;
	json_t *item;
	if (!json_is_object(v) && !json_is_array(v))
		return true;
	if (left == 0)
		return false;
	json_array_foreach(v, i, item) if (!depth_ok(item, left - 1)) return false;
	json_object_foreach((json_t *)(void *)v, name,
			    item) if (!depth_ok(item, left - 1)) return false;
	return true;
}

static int parse(struct view text, size_t flags, struct json_document **ret, struct fault *f)
{
	json_error_t e;
	struct json_document *d = calloc(1, sizeof *d);
	if (!d)
		return fault_set(f, -ENOMEM, "cannot read JSON:");
	json_allocate_setup();
	d->root =
	    json_loadb(text.len ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES | flags, &e);
	if (!d->root || !depth_ok(d->root, JSON_DEPTH_MAX)) {
		fault_set(f, ERR_SYNTAX, "not JSON: line %d, column %d: %s",
			  d->root ? 0 : e.line, d->root ? 0 : e.column,
			  d->root ? "it nests too deep" : e.text);
		json_document_free(d);
		return ERR_SYNTAX;
	}
	*ret = d;
	return 0;
}

int json_document_parse(struct view text, struct json_document **ret, struct fault *f)
{
	return parse(text, 0, ret, f);
}

int json_document_parse_wide(struct view text, struct json_document **ret, struct fault *f)
{
	return parse(text, JSON_DECODE_INT_AS_REAL, ret, f);
}

void json_document_free(struct json_document *d)
{
	if (!d)
		return;
	json_decref(d->root);
	free(d);
}

const struct json_value *json_document_root(const struct json_document *d)
{
	return outer(d->root);
}

const struct json_value *json_member(const struct json_value *v, const char *name)
{
	return outer(json_object_get(inner(v), name));
}

const struct json_value *json_item(const struct json_value *v, size_t i)
{
	return outer(json_array_get(inner(v), i));
}

size_t json_count(const struct json_value *v)
{
	return json_array_size(inner(v));
}

struct view json_text(const struct json_value *v)
{
	if (!json_is_string(inner(v)))
		return (struct view){NULL, 0};
	return (struct view){json_string_value(inner(v)), json_string_length(inner(v))};
}

int json_whole(const struct json_value *v, uint64_t *ret)
{
	if (!json_is_integer(inner(v)) || json_integer_value(inner(v)) < 0 ||
	    json_integer_value(inner(v)) > INT64_C(1) << 53)
		return ERR_SYNTAX;
	*ret = (uint64_t)json_integer_value(inner(v));
	return 0;
}

int json_flag(const struct json_value *v, bool *ret)
{
	if (!json_is_boolean(inner(v)))
		return ERR_SYNTAX;
	*ret = json_is_true(inner(v));
	return 0;
}

bool json_is_an_object(const struct json_value *v)
{
	return json_is_object(inner(v));
}

bool json_is_an_array(const struct json_value *v)
{
	return json_is_array(inner(v));
}

const char *json_unknown(const struct json_value *v, const char *const *names)
{
	const char *name;
	json_t *item;
	json_object_foreach((json_t *)(void *)v, name, item)
	{
		size_t i = 0;
		while (names[i] && strcmp(names[i], name) != 0)
			i++;
		if (!names[i])
			return name;
	}
	return NULL;
}

int json_each(const struct json_value *v,
	      int (*fn)(void *ctx, const char *name, const struct json_value *value), void *ctx)
{
	const char *name;
	json_t *item;
	json_object_foreach((json_t *)(void *)v, name, item)
	{
		int r = fn(ctx, name, outer(item));
		if (r)
			return r;
	}
	return 0;
}
