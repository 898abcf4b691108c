/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/model.h"

#include <errno.h>
#include <stdlib.h>

const char *const MODEL_WORDS[] = {"reproduced", "baseline-only", "sampled-out",
				   "unchecked",  "stands-on",     "inherits",
				   "failed",     "differs",       NULL};

/* Returns where WORD stands in MODEL_WORDS: the higher the worse. */
static size_t badness(const char *word)
{
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		if (strcmp(MODEL_WORDS[i], word) == 0)
			return i;
	return 3; /* "unchecked" */
}

/* Decides: the worst that a rebuild or peers found; what one of them reproduced is not unchecked. */
static const char *decide(const struct model_output *o)
{
	const struct history_result *both[] = {o->rebuild, o->peers};
	size_t worst = 0;
	bool any = false, reproduced = false;
	for (size_t i = 0; i < 2; i++) {
		if (!both[i])
			continue;
		size_t bad = badness(both[i]->verdict);
		reproduced |= bad == 0;
		worst = bad > worst ? bad : worst;
		any = true;
	}
	if (!any)
		return "unchecked";
	return MODEL_WORDS[reproduced && worst < 4 ? 0 : worst];
}

static int by_name(const void *a, const void *b)
{
	const struct model_output *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/* Puts what is standing about outputs that are known, or that nothing was built of here, together. */
static int collect(struct model *m, const struct history_output *built, size_t nbuilt,
		   const struct history_result *standing, size_t nstanding)
{
	struct model_output *all = arena_array(&m->arena, nbuilt + nstanding + 1, sizeof *all);
	size_t n = 0;
	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < nbuilt; i++, n++)
		all[n] = (struct model_output){
		    .name = built[i].name, .built = built[i], .drv = built[i].drv};
	for (size_t i = 0; i < n; i++)
		if (map_put(&m->by_name, view_of(all[i].name), &all[i]) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < nstanding; i++) {
		const struct history_result *r = &standing[i];
		struct model_output *o = map_get(&m->by_name, view_of(r->output));
		/* What is known of sources and roots makes no output. */
		if (strcmp(r->mode, "rebuild") != 0 && strcmp(r->mode, "peers") != 0 &&
		    strcmp(r->mode, "build") != 0)
			continue;
		if (!o) {
			o = &all[n++];
			*o = (struct model_output){.name = r->output, .drv = r->drv};
			if (map_put(&m->by_name, view_of(o->name), o) < 0)
				return -ENOMEM;
		}
		if (strcmp(r->mode, "rebuild") == 0)
			o->rebuild = r;
		else if (strcmp(r->mode, "peers") == 0)
			o->peers = r;
		else if (strcmp(r->mode, "build") == 0)
			o->build = r;
	}
	map_release(&m->by_name);
	qsort(all, n, sizeof *all, by_name);
	m->outputs = all;
	m->n = n;
	for (size_t i = 0; i < n; i++) {
		all[i].verdict = decide(&all[i]);
		m->counts[badness(all[i].verdict)]++;
		if (map_put(&m->by_name, view_of(all[i].name), &all[i]) < 0 ||
		    map_put(&m->by_drv, (struct view){(char *)all[i].drv.b, DIGEST_LEN},
			    &all[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

int model_load(struct store *s, struct model *ret, struct fault *f)
{
	struct model m = {.arena = ARENA_INIT, .by_name = MAP_INIT, .by_drv = MAP_INIT};
	struct history_output *built = NULL;
	struct history_result *standing = NULL;
	size_t nbuilt = 0, nstanding = 0;
	store_read_begin(s);
	int r = history_outputs(s, &m.arena, &built, &nbuilt, f);
	if (r == 0)
		r = history_standing(s, &m.arena, NULL, &standing, &nstanding, f);
	store_read_end(s);
	if (r == 0)
		r = collect(&m, built, nbuilt, standing, nstanding);
	if (r < 0) {
		model_release(&m);
		return f && f->code ? r : fault_set(f, r, "cannot read what is known:");
	}
	*ret = m;
	return 0;
}

/* Fills the inputs of O: of those that its derivation has, the ones that are known. */
static int find_inputs(struct model *m, struct store *s, struct inputs *all,
		       struct model_output *o)
{
	const struct inputs_of *in;
	int r = inputs_find(all, s, &o->drv, &in);
	if (r < 0)
		return r;
	o->inputs = arena_array(&m->arena, in->n + 1, sizeof *o->inputs);
	if (!o->inputs)
		return -ENOMEM;
	for (size_t i = 0; i < in->n; i++) {
		const struct model_output *x =
		    map_get(&m->by_drv, (struct view){(const char *)in->drvs[i].b, DIGEST_LEN});
		bool known = x == NULL;
		for (size_t k = 0; !known && k < o->ninputs; k++)
			known = o->inputs[k] == (size_t)(x - m->outputs);
		if (!known)
			o->inputs[o->ninputs++] = (size_t)(x - m->outputs);
	}
	return 0;
}

/* Fills users from inputs. */
static int invert(struct model *m)
{
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->outputs[i].ninputs; k++)
			m->outputs[m->outputs[i].inputs[k]].nusers++;
	for (size_t i = 0; i < m->n; i++) {
		struct model_output *o = &m->outputs[i];
		o->users = arena_array(&m->arena, o->nusers + 1, sizeof *o->users);
		if (!o->users)
			return -ENOMEM;
		o->nusers = 0;
	}
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->outputs[i].ninputs; k++) {
			struct model_output *in = &m->outputs[m->outputs[i].inputs[k]];
			in->users[in->nusers++] = i;
		}
	return 0;
}

/* Finds ranks: what has no input has 0. Each output is settled when all its inputs are. */
static int find_ranks(struct model *m)
{
	size_t *left = calloc(m->n + 1, sizeof *left);   /* inputs that are not settled */
	size_t *queue = calloc(m->n + 1, sizeof *queue); /* settled; their users are not told */
	size_t end = 0;
	int r = left && queue ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		left[i] = m->outputs[i].ninputs;
		if (!left[i])
			queue[end++] = i;
	}
	for (size_t at = 0; at < end; at++) {
		const struct model_output *o = &m->outputs[queue[at]];
		for (size_t k = 0; k < o->nusers; k++) {
			struct model_output *user = &m->outputs[o->users[k]];
			if (user->rank <= o->rank)
				user->rank = o->rank + 1;
			if (--left[o->users[k]] == 0)
				queue[end++] = o->users[k];
		}
	}
	free(left);
	free(queue);
	return r;
}

int model_edges(struct model *m, struct store *s, struct inputs *all, struct fault *f)
{
	if (m->edges)
		return 0;
	int r = 0;
	inputs_trim(all, m->n);
	store_read_begin(s);
	for (size_t i = 0; r == 0 && i < m->n; i++)
		r = find_inputs(m, s, all, &m->outputs[i]);
	store_read_end(s);
	if (r == 0)
		r = invert(m);
	if (r == 0)
		r = find_ranks(m);
	if (r < 0)
		return fault_set(f, r, "cannot read what is built from what:");
	m->edges = true;
	return 0;
}

struct model_output *model_find(const struct model *m, const char *name)
{
	return map_get(&m->by_name, view_of(name));
}

void model_release(struct model *m)
{
	map_release(&m->by_name);
	map_release(&m->by_drv);
	arena_release(&m->arena);
	*m = (struct model){.arena = ARENA_INIT, .by_name = MAP_INIT, .by_drv = MAP_INIT};
}
