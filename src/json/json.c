/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json/json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/escape.h"
#include "json/allocate.h"

void json_add_string(struct buf *ret, struct view s)
{
	static const char hex[] = "0123456789abcdef";
	static const char brief[] = "btn?fr"; /* short escapes of the bytes 8 to 13 */
	size_t from = 0;
	buf_addc(ret, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(ret, s.ptr + from, i - from);
		from = i + 1;
		char esc[6] = {'\\', (char)c, '0', '0', hex[c >> 4], hex[c & 15]};
		if (c >= 0x20) {
			buf_add(ret, esc, 2);
		} else if (c >= 8 && c <= 13 && c != 11) {
			esc[1] = brief[c - 8];
			buf_add(ret, esc, 2);
		} else {
			esc[1] = 'u';
			buf_add(ret, esc, 6);
		}
	}
	if (s.len > from)
		buf_add(ret, s.ptr + from, s.len - from);
	buf_addc(ret, '"');
}

bool json_is_text(struct view s)
{
	for (size_t i = 0; i < s.len;) {
		size_t n = s.ptr[i] ? utf8_length(s.ptr + i, s.len - i) : 0;
		if (!n)
			return false;
		i += n;
	}
	return true;
}

int json_member_cmp(struct view a, struct view b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a.ptr[i], y = (unsigned char)b.ptr[i];
		if (x == y)
			continue;
		/* Characters above U+FFFF are surrogates in UTF-16, which sort below U+E000. */
		if (x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0))
			return x >= 0xF0 ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int member_order(const void *a, const void *b)
{
	return json_member_cmp(view_of(*(const char *const *)a),
			       view_of(*(const char *const *)b));
}

static int add_value(struct buf *ret, json_t *v, int depth, struct fault *f);

static int add_object(struct buf *ret, json_t *v, int depth, struct fault *f)
{
	size_t n = 0;
	const char **keys = calloc(json_object_size(v) + 1, sizeof *keys);
	if (!keys)
		return fault_set(f, -ENOMEM, "JSON:");
	const char *key;
	json_t *member;
	json_object_foreach(v, key, member)
	{
		keys[n++] = key;
	}
	if (n > 1)
		qsort(keys, n, sizeof *keys, member_order);
	int r = 0;
	buf_addc(ret, '{');
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (i)
			buf_addc(ret, ',');
		json_add_string(ret, view_of(keys[i]));
		buf_addc(ret, ':');
		r = add_value(ret, json_object_get(v, keys[i]), depth + 1, f);
	}
	buf_addc(ret, '}');
	free(keys);
	return r;
}

static int add_array(struct buf *ret, json_t *v, int depth, struct fault *f)
{
	int r = 0;
	buf_addc(ret, '[');
	for (size_t i = 0; r == 0 && i < json_array_size(v); i++) {
		if (i)
			buf_addc(ret, ',');
		r = add_value(ret, json_array_get(v, i), depth + 1, f);
	}
	buf_addc(ret, ']');
	return r;
}

static int add_value(struct buf *ret, json_t *v, int depth, struct fault *f)
{
	const json_int_t max = (json_int_t)1 << 53;
	if (depth > JSON_DEPTH_MAX)
		return fault_set(f, ERR_SYNTAX, "JSON nests deeper than %d", JSON_DEPTH_MAX);
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return add_object(ret, v, depth, f);
	case JSON_ARRAY:
		return add_array(ret, v, depth, f);
	case JSON_STRING:
		json_add_string(ret,
				(struct view){json_string_value(v), json_string_length(v)});
		return 0;
	case JSON_INTEGER:
		if (json_integer_value(v) > max || json_integer_value(v) < -max)
			return fault_set(f, ERR_SYNTAX, "JSON number %lld is beyond 2^53",
					 (long long)json_integer_value(v));
		buf_addf(ret, "%lld", (long long)json_integer_value(v));
		return 0;
	case JSON_REAL:
		return fault_set(f, ERR_SYNTAX, "JSON number %g is not a plain integer",
				 json_real_value(v));
	case JSON_TRUE:
		buf_adds(ret, "true");
		return 0;
	case JSON_FALSE:
		buf_adds(ret, "false");
		return 0;
	case JSON_NULL:
		buf_adds(ret, "null");
		return 0;
	}
	return fault_set(f, ERR_SYNTAX, "JSON value of an unknown type");
}

/* Adds the canonical form of V to RET, or nothing when it has none. */
static int canonical(json_t *v, struct buf *ret, struct fault *f)
{
	struct buf out = BUF_INIT;
	int r = add_value(&out, v, 1, f);
	if (r == 0) {
		buf_addv(ret, buf_view(&out));
		if (buf_failed(&out) || buf_failed(ret))
			r = fault_set(f, -ENOMEM, "JSON:");
	}
	buf_release(&out);
	return r;
}

int json_canonical_value(const struct json_value *v, struct buf *ret, struct fault *f)
{
	return canonical((json_t *)(void *)v, ret, f);
}

int json_canonical(struct view in, struct buf *ret, struct fault *f)
{
	json_error_t e;
	json_allocate_setup();
	json_t *v = json_loadb(in.ptr ? in.ptr : "", in.len,
			       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	if (!v)
		return fault_set(f, ERR_SYNTAX, "JSON line %d, column %d: %s", e.line, e.column,
				 e.text);
	int r = canonical(v, ret, f);
	json_decref(v);
	return r;
}
