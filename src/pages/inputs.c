/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/inputs.h"

#include <errno.h>
#include <string.h>

#include "json/value.h"

enum { SPARE = 10000 };

/*
 * Returns the list of inputs in JSON, a derivation, or nothing when it is not found. Steps and environment are most of
 * a derivation, and are not looked at: in canonical JSON no text holds a bare quotation mark, so that is a member
 * called "inputs" whose value is a list, and there is but one (drv/drv.h); so is what ends it.
 */
static struct view list_in(struct view json)
{
	static const char begin[] = "\"inputs\":[", end[] = "],\"name\":";
	const char *from =
	    json.len ? memmem(json.ptr, json.len, begin, sizeof begin - 1) : NULL;
	if (!from)
		return (struct view){NULL, 0};
	from += sizeof begin - 2;
	size_t left = json.len - (size_t)(from - json.ptr);
	const char *to = memmem(from, left, end, sizeof end - 1);
	return (struct view){to ? from : NULL, to ? (size_t)(to - from) + 1 : 0};
}

/* Fills O from LIST. 0 or -ENOMEM. */
static int fill(struct inputs *i, const struct json_value *list, struct inputs_of *o)
{
	size_t n = json_count(list);
	o->drvs = arena_array(&i->arena, n + 1, sizeof *o->drvs);
	if (!o->drvs)
		return -ENOMEM;
	for (size_t k = 0; k < n; k++) {
		struct view hex = json_text(json_member(json_item(list, k), "drv"));
		if (hex.ptr && digest_parse_hex(hex, &o->drvs[o->n]) == 0)
			o->n++;
	}
	return 0;
}

/* Reads the inputs of O from the store. */
static int read_inputs(struct inputs *i, struct store *s, struct inputs_of *o)
{
	struct buf json = BUF_INIT;
	struct json_document *doc = NULL;
	int r = store_drv_json(s, &o->drv, &json);
	struct view list = r == 0 ? list_in(buf_view(&json)) : (struct view){NULL, 0};
	if (list.len)
		r = json_document_parse(list, &doc, NULL);
	/* A derivation that is not known any more has no inputs to show. */
	if (r == ERR_MISSING || r == ERR_SYNTAX)
		r = 0;
	if (r == 0)
		r = fill(i, doc ? json_document_root(doc) : NULL, o);
	json_document_free(doc);
	buf_release(&json);
	return r;
}

int inputs_find(struct inputs *i, struct store *s, const struct digest *drv,
		const struct inputs_of **ret)
{
	*ret = map_get(&i->by_drv, (struct view){(const char *)drv->b, DIGEST_LEN});
	if (*ret)
		return 0;
	struct inputs_of *o = arena_array(&i->arena, 1, sizeof *o);
	if (!o)
		return -ENOMEM;
	o->drv = *drv;
	int r = read_inputs(i, s, o);
	if (r == 0)
		r = map_put(&i->by_drv, (struct view){(const char *)o->drv.b, DIGEST_LEN}, o);
	if (r < 0)
		return r;
	*ret = o;
	return 0;
}

void inputs_trim(struct inputs *i, size_t wanted)
{
	if (i->by_drv.n > 2 * wanted + SPARE)
		inputs_release(i);
}

void inputs_release(struct inputs *i)
{
	map_release(&i->by_drv);
	arena_release(&i->arena);
	*i = (struct inputs)INPUTS_INIT;
}
