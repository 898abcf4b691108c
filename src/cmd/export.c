/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/provenance.h"
#include "base/file.h"
#include "base/path.h"
#include "cmd/script.h"
#include "nar/nar.h"
#include "source/pack.h"

/* Writes the provenance of D's output to the file PATH. */
static int write_provenance(struct cmd *c, const struct drv *d, const char *path,
			    struct fault *f)
{
	struct build_options o = {0};
	struct builder *b = NULL;
	struct action act;
	struct store_realisation real = {0};
	struct buf json = BUF_INIT;
	int r = cmd_builder(c, &o, &b, f);
	if (r == 0)
		r = builder_resolve(b, builder_store(b), &c->arena, d, &act, f);
	int found = r == 0 ? store_find_realisation(c->store, &c->arena, &act.id, &real) : r;
	if (r == 0)
		r = store_lookup(c->store, found, f);
	if (r == 0 && found < 0)
		r = fault_set(f, ERR_MISSING, "%s has no realisation for its present inputs",
			      d->name);
	if (r == 0) {
		const char *builder = real.outcome == STORE_SUBSTITUTED
					  ? "urn:boot-hurd:substituted"
					  : "urn:boot-hurd:unsigned";
		struct provenance s = {&act, real.object, real.started_ns, real.ended_ns,
				       *real.builder ? real.builder : builder};
		r = provenance_json(&s, &json);
	}
	buf_addc(&json, '\n');
	if (r == 0)
		r = file_write_atomic(path, json.ptr, json.len, 0644, f);
	buf_release(&json);
	builder_free(b);
	return r;
}

/* Copies the object to DIR/NAME and checks the copy. */
static int to_folder(struct cmd *c, const struct drv *d, const struct digest *object,
		     const char *dir, struct fault *f)
{
	struct digest got;
	FREE_PTR char *from = store_object_path(c->store, object);
	FREE_PTR char *to = path_join(dir, d->name);
	if (!from || !to)
		return -ENOMEM;
	int r = file_exists(to, f);
	if (r > 0)
		return fault_set(f, ERR_EXISTS, "%s is there already", to);
	if (r == 0)
		r = file_mkdirs(dir, f);
	if (r == 0)
		r = file_copy_tree(from, to, false, f);
	if (r == 0)
		r = nar_hash(to, &got, NULL, f);
	if (r == 0 && !digest_eq(&got, object))
		r = fault_set(f, ERR_HASH, "the copy in %s differs from the store", to);
	return r;
}

/* Exports D in the way asked for. */
static int export(struct cmd *c, const struct drv *d, const char *folder, const char *output,
		  struct fault *f)
{
	struct digest action, object;
	FREE_PTR char *beside = NULL;
	FREE_PTR char *from = NULL;
	int r = store_find_resolved(c->store, &d->id, &action, &object);
	if (store_lookup(c->store, r, f) < 0)
		return r;
	if (r < 0) {
		fault_set(f, ERR_MISSING, "%s has not been built", d->name);
		fault_hint(f, "boot-hurd build %s", d->name);
		return ERR_MISSING;
	}
	if (folder) {
		r = asprintf(&beside, "%s/%s.provenance.json", folder, d->name) < 0 ? -ENOMEM
										    : 0;
		if (r == 0)
			r = file_may_replace(beside, f);
		if (r == 0)
			r = to_folder(c, d, &object, folder, f);
	} else {
		from = store_object_path(c->store, &object);
		r = from && asprintf(&beside, "%s.provenance.json", output) >= 0 ? 0 : -ENOMEM;
		if (r == 0)
			r = file_may_replace(output, f);
		if (r == 0)
			r = file_may_replace(beside, f);
		if (r == 0)
			r = source_pack(from, d->name, output, f);
	}
	return r < 0 ? r : write_provenance(c, d, beside, f);
}

int cmd_export(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const char *folder = NULL, *output = NULL;
	bool script = false;
	const struct option_row rows[] = {
	    {OPTION_TEXT, 0, "folder", &folder, "DIR", "copy the output to DIR/NAME"},
	    {OPTION_TEXT, 'o', "output", &output, "FILE", "pack the output as FILE (tar.zst)"},
	    {OPTION_FLAG, 0, "script", &script, NULL,
	     "print the commands that build it by hand"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const struct drv *d = NULL;
	struct store *s = NULL;
	struct drv **nodes = NULL;
	size_t n = 0;
	int r = cmd_operands(argc, argv, first, 1, 1, f);
	if (r == 0 && !!folder + !!output + script != 1)
		r = fault_set(f, ERR_USAGE,
			      "export: expected one of --folder, --output and --script");
	if (r == 0)
		r = cmd_target(c, argv[first], &d, f);
	if (r == 0)
		r = cmd_store(c, &s, f);
	if (r == 0 && script) {
		r = drv_closure(&d, 1, &nodes, &n, f);
		if (r == 0)
			r = script_print(c, nodes, n, f);
	} else if (r == 0) {
		r = export(c, d, folder, output, f);
	}
	free(nodes);
	return r;
}
