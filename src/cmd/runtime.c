/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/runtime.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/inside.h"
#include "json/value.h"

/* The trees found so far. */
struct finding {
	struct cmd *c;
	struct runtime *r;
	struct export_tree *trees; /* malloc'd while it grows */
	size_t n, cap;
};

static int no_memory(struct fault *f)
{
	return fault_set(f, -ENOMEM, "cannot look for what the output needs:");
}

/* Notes the graph of D and what of it was built. */
static int find_nodes(struct cmd *c, const struct drv *d, struct runtime *ret, struct fault *f)
{
	const struct drv **all = NULL;
	size_t n = 0;
	int r = drv_closure(&d, 1, &all, &n, f);
	if (r < 0)
		return r;
	ret->nodes = calloc(n, sizeof *ret->nodes);
	ret->n = ret->nodes ? n : 0;
	r = ret->nodes ? 0 : no_memory(f);
	for (size_t i = 0; r == 0 && ret->nodes && all && i < n; i++) {
		struct digest action;
		ret->nodes[i].drv = all[i];
		int e =
		    store_find_resolved(c->store, &all[i]->id, &action, &ret->nodes[i].object);
		r = store_lookup(c->store, e, f);
		ret->nodes[i].known = e == 0;
	}
	free(all);
	return r;
}

/* Returns what OBJECT, which stands at NAME, was built from; NULL: unknown. */
static const struct drv *built_from(const struct runtime *r, const char *name,
				    const struct digest *object)
{
	const struct drv *found = NULL;
	for (size_t i = 0; i < r->n; i++)
		if (r->nodes[i].known && digest_eq(&r->nodes[i].object, object) &&
		    (!found || strcmp(r->nodes[i].drv->name, name) == 0))
			found = r->nodes[i].drv;
	return found;
}

/* Adds OBJECT as NAME unless it is there. RET gets its number. */
static int add_tree(struct finding *s, const char *name, const struct digest *object,
		    size_t *ret, struct fault *f)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->trees[i].name, name) != 0)
			continue;
		*ret = i;
		return digest_eq(&s->trees[i].object, object)
			   ? 0
			   : fault_set(f, ERR_EXISTS,
				       "two different outputs would stand at " INSIDE_PREFIX
				       "/%s",
				       name);
	}
	struct export_tree *trees = vec_grow(s->trees, &s->cap, s->n + 1, sizeof *trees);
	FREE_PTR char *path = store_object_path(s->c->store, object);
	if (trees)
		s->trees = trees;
	if (!trees || !path)
		return no_memory(f);
	trees[s->n] = (struct export_tree){.name = arena_fmt(&s->c->arena, "%s", name),
					   .path = arena_fmt(&s->c->arena, "%s", path),
					   .object = *object,
					   .drv = built_from(s->r, name, object)};
	if (!trees[s->n].name || !trees[s->n].path)
		return no_memory(f);
	int r = store_hold(s->c->store, object, NULL);
	if (store_lookup(s->c->store, r, f) < 0)
		return r;
	if (r < 0) {
		fault_set(f, ERR_MISSING, "%s is not in the store", name);
		fault_hint(f, "boot-hurd build brings it");
		return ERR_MISSING;
	}
	*ret = s->n++;
	return 0;
}

/* Adds what tree I needs. */
static int add_needs(struct finding *s, size_t i, struct fault *f)
{
	struct action_input *refs = NULL;
	size_t n = 0;
	const struct digest object = s->trees[i].object;
	int r = store_refs(s->c->store, &s->c->arena, &object, &refs, &n, f);
	size_t *needs = r == 0 ? arena_array(&s->c->arena, n + 1, sizeof *needs) : NULL;
	if (r == 0 && !needs)
		r = no_memory(f);
	for (size_t k = 0; r == 0 && k < n; k++)
		r = add_tree(s, refs[k].as, &refs[k].object, &needs[k], f);
	free(refs);
	if (r == 0) {
		s->trees[i].needs = needs;
		s->trees[i].nneeds = n;
	}
	return r;
}

int runtime_find(struct cmd *c, const struct drv *d, const struct digest *object,
		 struct runtime *ret, struct fault *f)
{
	struct finding s = {.c = c, .r = ret};
	size_t first;
	*ret = (struct runtime){.n = 0};
	int r = find_nodes(c, d, ret, f);
	if (r == 0)
		r = add_tree(&s, d->name, object, &first, f);
	for (size_t i = 0; r == 0 && i < s.n; i++)
		r = add_needs(&s, i, f);
	struct export_tree *kept = r == 0 ? arena_array(&c->arena, s.n, sizeof *kept) : NULL;
	if (r == 0 && !kept)
		r = no_memory(f);
	if (kept) {
		memcpy(kept, s.trees, s.n * sizeof *kept);
		ret->runtime = (struct export){kept, s.n};
	}
	free(s.trees);
	if (r < 0)
		runtime_release(ret);
	return r;
}

/* Reads the list V of {"as", "object"} of an action. */
static int read_list(struct cmd *c, const struct json_value *v, struct action_input **ret,
		     size_t *ret_n, struct fault *f)
{
	size_t n = json_count(v);
	struct action_input *list = arena_array(&c->arena, n + 1, sizeof *list);
	if (!list)
		return no_memory(f);
	for (size_t i = 0; i < n; i++) {
		struct view as = json_text(json_member(json_item(v, i), "as"));
		struct view hex = json_text(json_member(json_item(v, i), "object"));
		list[i].as = arena_fmt(&c->arena, "%.*s", (int)as.len, as.ptr ? as.ptr : "");
		if (!list[i].as)
			return no_memory(f);
		if (digest_parse_hex(hex, &list[i].object) < 0)
			return fault_set(f, ERR_CORRUPT, "the store's action is not one");
	}
	*ret = list;
	*ret_n = n;
	return 0;
}

int runtime_action(struct cmd *c, const struct drv *d, const struct digest *id,
		   struct action *ret, struct fault *f)
{
	struct buf text = BUF_INIT;
	struct json_document *doc = NULL;
	*ret = (struct action){.drv = d, .id = *id};
	int r = store_action_json(c->store, id, &text);
	if (r < 0)
		fault_set(f, r, "%s: the store does not have its action:", d->name);
	if (r == 0)
		r = json_document_parse(buf_view(&text), &doc, f);
	const struct json_value *root = r == 0 ? json_document_root(doc) : NULL;
	if (r == 0)
		r = read_list(c, json_member(root, "inputs"), &ret->inputs, &ret->ninputs, f);
	if (r == 0)
		r = read_list(c, json_member(root, "sources"), &ret->sources, &ret->nsources,
			      f);
	json_document_free(doc);
	buf_release(&text);
	return r;
}

void runtime_release(struct runtime *r)
{
	free(r->nodes);
	*r = (struct runtime){.n = 0};
}
