/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/request.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"

static const char FIRST[] = "boot-hurd request 1";

static const struct {
	const char *name;
	size_t at; /* in struct drv_limits */
} LIMITS[] = {
    {"time_s", offsetof(struct drv_limits, time_s)},
    {"silence_s", offsetof(struct drv_limits, silence_s)},
    {"memory", offsetof(struct drv_limits, memory)},
    {"processes", offsetof(struct drv_limits, processes)},
    {"output", offsetof(struct drv_limits, output)},
    {"build", offsetof(struct drv_limits, build)},
    {"log", offsetof(struct drv_limits, log)},
};
enum { NLIMITS = sizeof LIMITS / sizeof *LIMITS };

void request_path(const struct digest *action, char ret[REQUEST_PATH])
{
	strcpy(ret, "requests/");
	digest_hex(action, ret + strlen(ret));
}

/* ---- writing ---- */

static int add_things(struct buf *b, const char *kind, const struct action_input *items,
		      size_t n, struct fault *f)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr(items[i].as, '\n'))
			return fault_set(f, ERR_SYNTAX, "a name with a line end in it");
		buf_addf(b, "%s ", kind);
		digest_add_hex(b, &items[i].object);
		buf_addf(b, " %s\n", items[i].as);
	}
	return 0;
}

int request_write(const struct action *a, struct buf *ret, struct fault *f)
{
	buf_addf(ret, "%s\n", FIRST);
	int r = drv_json(a->drv, ret);
	buf_addc(ret, '\n');
	if (r == 0)
		r = add_things(ret, "input", a->inputs, a->ninputs, f);
	if (r == 0)
		r = add_things(ret, "source", a->sources, a->nsources, f);
	for (size_t i = 0; i < NLIMITS; i++) {
		uint64_t v;
		memcpy(&v, (const char *)&a->drv->limits + LIMITS[i].at, sizeof v);
		if (v)
			buf_addf(ret, "limit %s %" PRIu64 "\n", LIMITS[i].name, v);
	}
	return r < 0 ? r : buf_failed(ret);
}

/* ---- reading ---- */

struct reader {
	struct arena *a;
	struct view rest;
	size_t number; /* of the line */
	size_t limit;  /* the next one that may come */
	struct action *act;
	struct drv *drv;
	struct fault *f;
};

static int wrong(struct reader *r, const char *what)
{
	return fault_set(r->f, ERR_SYNTAX, "the request, line %zu: %s", r->number, what);
}

/* Gives a derivation of which the id is known only. */
static const struct drv *stand_in(void *ctx, const struct digest *id)
{
	struct arena *a = ctx;
	struct drv *d = arena_alloc(a, sizeof *d);
	char *name = d ? arena_alloc(a, DIGEST_HEX + 1) : NULL;
	if (!name)
		return NULL;
	digest_hex(id, name);
	*d = (struct drv){.id = *id, .name = name, .system = ""};
	return d;
}

/* Reads "OBJECT AS". */
static int get_thing(struct reader *r, struct view line, struct action_input *ret)
{
	unsigned char bytes[DIGEST_LEN];
	if (line.len < DIGEST_HEX + 2 || line.ptr[DIGEST_HEX] != ' ' ||
	    hex_parse((struct view){line.ptr, DIGEST_HEX}, bytes, DIGEST_LEN) < 0)
		return wrong(r, "expected an object and a name");
	memcpy(ret->object.b, bytes, DIGEST_LEN);
	struct view as = {line.ptr + DIGEST_HEX + 1, line.len - DIGEST_HEX - 1};
	if (memchr(as.ptr, '\0', as.len))
		return wrong(r, "expected a name");
	ret->as = arena_strv(r->a, as);
	return ret->as ? 0 : -ENOMEM;
}

static int get_input(struct reader *r, struct view line)
{
	struct action_input in = {.as = ""};
	struct action *act = r->act;
	int e = get_thing(r, line, &in);
	if (e < 0)
		return e;
	if (act->nsources || r->limit)
		return wrong(r, "an input behind sources or limits");
	if (!path_is_name(view_of(in.as)) || strcmp(in.as, r->drv->name) == 0)
		return wrong(r, "not the name of an input");
	if (act->ninputs && strcmp(act->inputs[act->ninputs - 1].as, in.as) >= 0)
		return wrong(r, "the inputs are not sorted");
	act->inputs[act->ninputs++] = in;
	return 0;
}

static int get_source(struct reader *r, struct view line)
{
	struct action_input in = {.as = ""};
	struct action *act = r->act;
	int e = get_thing(r, line, &in);
	if (e < 0)
		return e;
	if (r->limit || act->nsources == r->drv->nsources ||
	    strcmp(r->drv->sources[act->nsources].as, in.as) != 0)
		return wrong(r, "not the next source of the derivation");
	act->sources[act->nsources++] = in;
	return 0;
}

static int get_limit(struct reader *r, struct view line)
{
	for (size_t i = r->limit; i < NLIMITS; i++) {
		struct view v = line;
		uint64_t n = 0;
		if (!view_skip(&v, LIMITS[i].name) || !view_skip(&v, " "))
			continue;
		if (!view_number(v, &n) || !n)
			return wrong(r, "expected a number");
		memcpy((char *)&r->drv->limits + LIMITS[i].at, &n, sizeof n);
		r->limit = i + 1;
		return 0;
	}
	return wrong(r, "not a limit, or not in its place");
}

/* Takes the next line. */
static int next(struct reader *r, struct view *ret)
{
	r->number++;
	return view_line(&r->rest, ret) ? 0 : wrong(r, "expected a line end");
}

/* Makes room for what may come: no more inputs than lines are left. */
static int make_room(struct reader *r)
{
	size_t lines = 0;
	for (size_t i = 0; i < r->rest.len; i++)
		lines += r->rest.ptr[i] == '\n';
	*r->act = (struct action){.drv = r->drv};
	r->act->inputs = arena_array(r->a, lines + 1, sizeof *r->act->inputs);
	r->act->sources = arena_array(r->a, r->drv->nsources + 1, sizeof *r->act->sources);
	return r->act->inputs && r->act->sources ? 0 : -ENOMEM;
}

/* Looks whether each input of the derivation is there. */
static int check_inputs(struct reader *r)
{
	size_t k = 0;
	for (size_t i = 0; i < r->drv->ninputs; i++) {
		while (k < r->act->ninputs &&
		       strcmp(r->act->inputs[k].as, r->drv->inputs[i].as) != 0)
			k++;
		if (k == r->act->ninputs)
			return wrong(r, "it lacks an input");
	}
	return 0;
}

/* Reads what stands behind the derivation. */
static int get_rest(struct reader *r)
{
	struct view line = {"", 0};
	int e = 0;
	while (e == 0 && r->rest.len) {
		e = next(r, &line);
		if (e < 0)
			break;
		if (view_skip(&line, "input "))
			e = get_input(r, line);
		else if (view_skip(&line, "source "))
			e = get_source(r, line);
		else if (view_skip(&line, "limit "))
			e = get_limit(r, line);
		else
			e = wrong(r, "neither input, source nor limit");
	}
	if (e == 0 && r->act->nsources != r->drv->nsources)
		e = wrong(r, "it lacks a source");
	return e < 0 ? e : check_inputs(r);
}

int request_parse(struct arena *a, struct view text, const struct digest *id,
		  struct action *ret, struct fault *f)
{
	struct reader r = {.a = a, .rest = text, .act = ret, .f = f};
	struct view line = {"", 0};
	int e = next(&r, &line);
	if (e == 0 && !view_is(line, FIRST))
		e = wrong(&r, "not a request of a version that is known here");
	if (e == 0)
		e = next(&r, &line);
	if (e == 0)
		e = drv_parse(a, line, stand_in, a, &r.drv, f);
	if (e == 0)
		e = make_room(&r);
	if (e == 0)
		e = get_rest(&r);
	if (e == 0)
		e = action_set_id(ret);
	if (e == 0 && !digest_eq(&ret->id, id)) {
		char hex[DIGEST_HEX + 1];
		digest_hex(&ret->id, hex);
		e = fault_set(f, ERR_HASH, "the request is that of action %s", hex);
	}
	return e;
}
