/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"

/* Adds object NAME and, with it, what it mentions at run time, however far down. */
static int add_with_refs(struct store *s, struct arena *a, struct action *act, size_t *room,
			 struct action_input input, struct fault *f)
{
	if (act->ninputs == *room) {
		size_t more = *room ? *room * 2 : 16;
		struct action_input *p = arena_array(a, more, sizeof *p);
		if (!p)
			return -ENOMEM;
		if (act->ninputs)
			memcpy(p, act->inputs, act->ninputs * sizeof *p);
		act->inputs = p;
		*room = more;
	}
	size_t before = act->ninputs;
	int r = action_add_input(act, input, f);
	if (r < 0 || act->ninputs == before)
		return r; /* it was there already, and so is what it needs */
	r = store_hold(s, &input.object, f);
	FREE_PTR struct action_input *refs = NULL;
	size_t n = 0;
	if (r == 0)
		r = store_refs(s, a, &input.object, &refs, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_with_refs(s, a, act, room, refs[i], f);
	return r;
}

int builder_resolve(struct builder *b, struct store *s, struct arena *a, const struct drv *d,
		    struct action *ret, struct fault *f)
{
	*ret = (struct action){.drv = d};
	size_t room = 0;
	int r = 0;
	for (size_t i = 0; r == 0 && i < d->ninputs; i++) {
		const struct drv *in = d->inputs[i].drv;
		struct digest action;
		struct action_input input = {.as = d->inputs[i].as};
		r = store_find_resolved(s, &in->id, &action, &input.object);
		if (store_lookup(s, r, f) < 0)
			return r;
		if (r < 0)
			return fault_set(f, r,
					 "recipe '%s': its input '%s' is not in the store",
					 d->name, in->name);
		r = add_with_refs(s, a, ret, &room, input, f);
		if (r < 0)
			fault_wrap(f, "recipe '%s'", d->name);
	}
	ret->sources = arena_array(a, d->nsources + 1, sizeof *ret->sources);
	if (r == 0 && !ret->sources)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < d->nsources; i++) {
		ret->sources[i].as = d->sources[i].as;
		r = build_source(b, s, d, &d->sources[i], &ret->sources[i].object, f);
		ret->nsources++;
	}
	if (r == 0)
		r = action_set_id(ret);
	return r;
}
