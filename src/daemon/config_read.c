/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sys.h"

int config_refuse(const struct config_reader *r, const char *field, const char *what)
{
	return fault_set(r->f, ERR_CONFIG, "%s: daemon%s%s: %s", r->file, *field ? "." : "",
			 field, what);
}

int config_check_object(const struct config_reader *r, const struct json_value *v,
			const char *field, const char *const *names)
{
	char full[256];
	if (!json_is_an_object(v))
		return config_refuse(r, field, "expected an object");
	const char *unknown = json_unknown(v, names);
	if (!unknown)
		return 0;
	snprintf(full, sizeof full, "%s%s%s", field, *field ? "." : "", unknown);
	return config_refuse(r, full, "there is no such field");
}

int config_get_text(const struct config_reader *r, const struct json_value *v,
		    const char *field, char **ret)
{
	if (!v)
		return 0;
	struct view t = json_text(v);
	if (!t.len || memchr(t.ptr, '\0', t.len))
		return config_refuse(r, field, "expected a text");
	char *copy = strndup(t.ptr, t.len);
	if (!copy)
		return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	free(*ret);
	*ret = copy;
	return 0;
}

int config_get_path(const struct config_reader *r, const struct json_value *v,
		    const char *field, char **ret)
{
	int e = config_get_text(r, v, field, ret);
	if (e == 0 && v && *ret && (*ret)[0] != '/')
		e = config_refuse(r, field, "expected an absolute path");
	return e;
}

/* Reads a number, or a text "NUMBER UNIT" with one of the letters UNITS, worth FACTORS. */
static int get_units(const struct config_reader *r, const struct json_value *v,
		     const char *field, const char *units, const uint64_t *factors,
		     uint64_t *ret)
{
	char text[32], *end;
	if (!v || json_whole(v, ret) == 0)
		return 0;
	struct view t = json_text(v);
	if (!t.len || t.len >= sizeof text || t.ptr[0] < '0' || t.ptr[0] > '9')
		return config_refuse(r, field,
				     "expected a number, or a text such as \"10\" with a unit");
	memcpy(text, t.ptr, t.len);
	text[t.len] = '\0';
	errno = 0;
	uint64_t n = strtoull(text, &end, 10), factor = 1;
	const char *unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		factor = factors[unit - units];
		end++;
	}
	if (errno || *end || n > (UINT64_C(1) << 53) / factor)
		return config_refuse(r, field, "the number or its unit cannot be used");
	*ret = n * factor;
	return 0;
}

int config_get_seconds(const struct config_reader *r, const struct json_value *v,
		       const char *field, uint64_t *ret)
{
	static const uint64_t factors[] = {1, 60, 3600, 86400};
	int e = get_units(r, v, field, "smhd", factors, ret);
	return e == 0 && v && *ret > SYS_SECONDS_MAX
		   ? config_refuse(r, field, "a time is at most 100 years")
		   : e;
}

int config_get_bytes(const struct config_reader *r, const struct json_value *v,
		     const char *field, uint64_t *ret)
{
	static const uint64_t factors[] = {1 << 10, 1 << 20, 1 << 30, UINT64_C(1) << 40};
	return get_units(r, v, field, "KMGT", factors, ret);
}

int config_get_count(const struct config_reader *r, const struct json_value *v,
		     const char *field, unsigned *ret)
{
	uint64_t n;
	if (!v)
		return 0;
	if (json_whole(v, &n) < 0 || n < 1 || n > 1000000)
		return config_refuse(r, field, "expected a whole number from 1 on");
	*ret = (unsigned)n;
	return 0;
}

int config_get_texts(const struct config_reader *r, const struct json_value *v,
		     const char *field, struct strlist *ret)
{
	if (!v)
		return 0;
	if (!json_is_an_array(v))
		return config_refuse(r, field, "expected a list of texts");
	for (size_t i = 0; i < json_count(v); i++) {
		struct view t = json_text(json_item(v, i));
		if (!t.len || memchr(t.ptr, '\0', t.len))
			return config_refuse(r, field, "expected a list of texts");
		if (strlist_addf(ret, "%.*s", (int)t.len, t.ptr) < 0)
			return fault_set(r->f, -ENOMEM, "cannot read %s:", r->file);
	}
	return 0;
}
