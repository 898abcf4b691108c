/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/recipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/generated.h"
#include "cmd/prefetch.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/target.h"
#include "verify/compare.h"
#include "verify/write.h"

enum { FILE_BYTES_MAX = 1 << 20, LISTED_MAX = 20 };

/* Puts TO in the place of every FROM of TEXT. Returns how many there were. */
static size_t replace_all(struct buf *text, const char *from, const char *to)
{
	struct buf out = BUF_INIT;
	size_t n = 0, len = strlen(from);
	const char *p = buf_str(text), *at;
	for (; len && (at = strstr(p, from)); p = at + len, n++) {
		buf_add(&out, p, (size_t)(at - p));
		buf_adds(&out, to);
	}
	buf_adds(&out, p);
	if (n) {
		buf_release(text);
		*text = out;
	} else {
		buf_release(&out);
	}
	return n;
}

/* Fetches what the new version's URI of S gives and puts its pin in the place of the old one. */
static int bump_source(struct cmd *c, const struct drv_source *s, const char *old,
		       const char *new, struct buf *text, struct fault *f)
{
	struct buf uri = BUF_INIT;
	char was[DIGEST_HEX + 1], is[DIGEST_HEX + 1];
	struct digest d = {{0}};
	buf_adds(&uri, s->uris[0]);
	if (!replace_all(&uri, old, new)) {
		buf_release(&uri);
		return 0; /* it has a version of its own */
	}
	int r = buf_failed(&uri) < 0 ? -ENOMEM : prefetch(c, buf_str(&uri), &d, NULL, f);
	digest_hex(&s->hash, was);
	digest_hex(&d, is);
	if (r == 0 && !replace_all(text, was, is))
		r = fault_set(f, ERR_SYNTAX, "the pin %s does not stand in the recipe as it is",
			      was);
	if (r == 0)
		print_out("source %s: %s\n  %s\n", s->as, buf_str(&uri), is);
	buf_release(&uri);
	return r;
}

/* Writes version NEW into the recipe file of D. */
static int write_version(struct cmd *c, const struct drv *d, const char *new, struct fault *f)
{
	const char *file = NULL;
	struct buf text = BUF_INIT;
	int r = recipe_file_of(c, d, &file, f);
	const char *old = r == 0 ? d->meta.version : NULL;
	if (r == 0 && !old)
		r = fault_set(f, ERR_USAGE, "%s has no version", d->name);
	if (r == 0 && old && strcmp(old, new) == 0)
		r = fault_set(f, ERR_USAGE, "%s is at version %s already", d->name, new);
	if (r == 0 && !path_is_name(view_of(new)))
		r = fault_set(f, ERR_USAGE, "'%s' cannot be a version", new);
	if (r == 0)
		r = file_read(file, FILE_BYTES_MAX, &text, f);
	bool any = false;
	for (size_t i = 0; r == 0 && old && i < d->nsources; i++)
		if (d->sources[i].pin == DRV_PIN_SHA256 && d->sources[i].nuris) {
			any |= strstr(d->sources[i].uris[0], old) != NULL;
			r = bump_source(c, &d->sources[i], old, new, &text, f);
		}
	if (r == 0 && !any) {
		r = fault_set(f, ERR_MISSING, "no URI of %s has its version %s in it", d->name,
			      old);
		fault_hint(f, "edit the recipe; boot-hurd source prefetch URI prints the pin");
	}
	if (r == 0 && old && !replace_all(&text, old, new))
		r = fault_set(f, ERR_SYNTAX, "%s does not stand in %s as it is", old, file);
	if (r == 0)
		r = buf_failed(&text);
	if (r == 0)
		r = file_write_atomic(file, text.ptr, text.len, 0644, f);
	if (r == 0)
		print_out("%s: version %s\n", file, new);
	buf_release(&text);
	return r;
}

/* ---- what has changed ---- */

/* What is known of a version: copies, as the recipes are read again in between. */
struct version {
	struct digest object;     /* its output */
	bool built;               /* … is in the store */
	struct strlist generated; /* files of its sources that a program made */
};

/* Returns whether M says that the build uses no file PATH: nothing is trusted then. */
static bool is_unused(const struct drv_meta *m, const char *path)
{
	for (size_t i = 0; i < m->nunused; i++)
		if (generated_matches(m->unused[i], path))
			return true;
	return false;
}

/* Adds the generated files that are used of the source S of D, which is fetched unless LOOK_ONLY. */
static int add_generated(struct builder *b, const struct drv *d, const struct drv_source *s,
			 bool look_only, struct strlist *ret, struct fault *f)
{
	struct digest object;
	int r = builder_source(b, d, s, look_only, &object, look_only ? NULL : f);
	if (r < 0)
		return look_only ? 0 : r;
	FREE_PTR char *path = store_object_path(builder_store(b), &object);
	struct strlist found = STRLIST_INIT;
	r = path ? generated_in(path, &d->meta, &found, f) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < found.n; i++)
		if (!is_unused(&d->meta, found.items[i]))
			r = strlist_add(ret, found.items[i]);
	strlist_release(&found);
	return r;
}

/* Fills RET with what is known of D. */
static int version_of(struct builder *b, const struct drv *d, bool look_only,
		      struct version *ret, struct fault *f)
{
	struct digest action;
	int found = store_find_resolved(builder_store(b), &d->id, &action, &ret->object);
	int r = store_lookup(builder_store(b), found, f);
	ret->built = found == 0;
	for (size_t i = 0; r == 0 && i < d->nsources; i++)
		if (d->sources[i].pin != DRV_PIN_NAR && d->sources[i].unpack)
			r = add_generated(b, d, &d->sources[i], look_only, &ret->generated, f);
	return r;
}

/* Prints what of A is not in B, at most LISTED_MAX lines. */
static void print_only(const struct strlist *a, const struct strlist *b, const char *what)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++)
		if (!strlist_has(b, a->items[i]) && ++n <= LISTED_MAX)
			print_out("  %s: %s\n", what, a->items[i]);
	if (n > LISTED_MAX)
		print_out("  … and %zu more\n", n - LISTED_MAX);
}

/* Tells how the trees OLD and NEW differ. */
static int print_trees(struct store *s, const struct version *old, const struct version *new,
		       struct fault *f)
{
	struct differences d = DIFFERENCES_INIT;
	struct buf text = BUF_INIT;
	FREE_PTR char *a = store_object_path(s, &old->object);
	FREE_PTR char *b = store_object_path(s, &new->object);
	int r = a && b ? tree_compare(a, b, &d, f) : -ENOMEM;
	write_differences(&text, &d);
	if (r == 0 && d.n)
		write_closer_look(&text, a, b);
	if (r == 0)
		r = buf_failed(&text);
	if (r == 0) {
		print_out("output: %zu %s\n", d.n, d.n == 1 ? "difference" : "differences");
		print_document(buf_view(&text), ESCAPE_LINES);
	}
	differences_release(&d);
	buf_release(&text);
	return r;
}

/* Builds the recipe NAME as it is now, and tells what differs from OLD. */
static int build_and_tell(struct cmd *c, struct builder *b, const char *name,
			  const struct version *old, struct progress *progress, struct fault *f)
{
	struct version new = {.generated = STRLIST_INIT};
	struct build_result result;
	const struct drv *d = NULL;
	int r = cmd_recipes_again(c, f);
	if (r == 0)
		r = cmd_target(c, name, &d, f);
	if (r == 0)
		r = builder_run(b, &d, 1, &result, f);
	progress_free(progress);
	if (r == 0)
		r = version_of(b, d, false, &new, f);
	if (r == 0 && !old->built)
		print_out("output: the version before has not been built here\n");
	else if (r == 0)
		r = print_trees(builder_store(b), old, &new, f);
	if (r == 0) {
		print_out("taken on trust: %zu generated files, before %zu\n", new.generated.n,
			  old->generated.n);
		print_only(&new.generated, &old->generated, "new");
		print_only(&old->generated, &new.generated, "gone");
	}
	strlist_release(&new.generated);
	return r;
}

struct bump_request {
	bool build;
};
static const struct option_row BUMP_OPTIONS[] = {
    {OPTION_FLAG, 0, "build", offsetof(struct bump_request, build), NULL,
     "build it, and tell what differs in output and trust"},
    {0}};

static int bump(struct cmd *c, void *request, struct fault *f)
{
	const struct bump_request *q = request;
	struct build_options o = {.event = progress_event};
	struct version old = {.generated = STRLIST_INIT};
	struct progress *progress = NULL;
	struct builder *b = NULL;
	const struct drv *d = NULL;
	int r = cmd_target(c, c->operands[0], &d, f);
	/* Its name, as the recipes may be read again. */
	const char *name = r == 0 ? arena_str(&c->arena, d->meta.pname) : NULL;
	if (r == 0 && !name)
		r = -ENOMEM;
	if (r == 0 && q->build)
		r = progress_new(c->quiet, false, &progress);
	o.event_ctx = progress;
	if (r == 0 && q->build)
		r = cmd_builder(c, &o, &b, f);
	if (r == 0 && q->build)
		r = version_of(b, d, true, &old, f);
	if (r == 0)
		r = write_version(c, d, c->operands[1], f);
	if (r == 0 && q->build)
		r = build_and_tell(c, b, name, &old, progress, f);
	else
		progress_free(progress);
	if (r == 0)
		print_out(q->build ? "next: boot-hurd lint --record %s\n"
				   : "next: boot-hurd build %s, boot-hurd lint --record\n",
			  name);
	strlist_release(&old.generated);
	return r;
}

const struct command recipe_bump = {
    .name = "bump",
    .run = bump,
    .options = BUMP_OPTIONS,
    .size = sizeof(struct bump_request),
    .min = 2,
    .max = 2,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "NAME VERSION [--build]",
    .summary = "write another version into a recipe, with the pins of its files",
};
