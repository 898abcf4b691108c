/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attest/provenance.h"
#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/runtime.h"
#include "cmd/script.h"
#include "cmd/target.h"
#include "hash/sha256.h"
#include "nar/nar.h"
#include "source/pack.h"

/* What is exported, and where to. */
struct exporting {
	struct cmd *c;
	const struct drv *d;
	struct digest action, object;
	struct runtime all; /* the output and what it needs */
	const char *to;     /* a file or a folder */
	char *beside;       /* what the documents beside it are named by; owned */
};

/* Gives the provenance of the output as JSON. */
static int provenance(struct exporting *e, struct buf *json, struct fault *f)
{
	struct action act;
	struct store_realisation real = {0};
	int r = runtime_action(e->c, e->d, &e->action, &act, f);
	if (r < 0)
		return r;
	r = store_find_realisation(e->c->store, &e->c->arena, &act.id, &real);
	if (store_lookup(e->c->store, r, f) < 0)
		return r;
	if (r < 0)
		return fault_set(f, ERR_MISSING, "%s has no realisation", e->d->name);
	const char *builder = real.outcome == STORE_SUBSTITUTED ? "urn:boot-hurd:substituted"
								: "urn:boot-hurd:unsigned";
	struct provenance s = {&act, real.object, real.started_ns, real.ended_ns,
			       *real.builder ? real.builder : builder};
	r = provenance_json(&s, json);
	buf_addc(json, '\n');
	return r;
}

/* ---- the formats ---- */

/* Copies the object to DIR/NAME and checks the copy. */
static int to_folder(struct exporting *e, struct fault *f)
{
	struct digest got;
	FREE_PTR char *from = store_object_path(e->c->store, &e->object);
	FREE_PTR char *to = path_join(e->to, e->d->name);
	if (!from || !to)
		return -ENOMEM;
	int r = file_exists(to, f);
	if (r > 0)
		return fault_set(f, ERR_EXISTS, "%s is there already", to);
	if (r == 0)
		r = file_mkdirs(e->to, f);
	if (r == 0)
		r = file_copy_tree(from, to, false, f);
	if (r == 0)
		r = nar_hash(to, &got, NULL, f);
	if (r == 0 && !digest_eq(&got, &e->object))
		r = fault_set(f, ERR_HASH, "the copy in %s differs from the store", to);
	return r;
}

static int to_tar(struct exporting *e, struct fault *f)
{
	return source_pack(e->all.runtime.trees[0].path, e->d->name, e->to, f);
}

static int to_deb(struct exporting *e, struct fault *f)
{
	int r = export_deb(&e->all.runtime, 0, e->to, f);
	for (size_t i = 1; r == 0 && i < e->all.runtime.n; i++)
		print_err("note: it depends on the package of %s: export that, too, or all of "
			  "them into a folder\n",
			  e->all.runtime.trees[i].name);
	return r;
}

static int to_debs(struct exporting *e, struct fault *f)
{
	int r = file_mkdirs(e->to, f);
	for (size_t i = 0; r == 0 && i < e->all.runtime.n; i++) {
		struct buf name = BUF_INIT;
		r = export_deb_name(&e->all.runtime, i, &name, f);
		FREE_PTR char *file = r == 0 ? path_join(e->to, buf_str(&name)) : NULL;
		buf_release(&name);
		if (r == 0)
			r = file ? file_may_replace(file, f) : -ENOMEM;
		if (r == 0 && file)
			r = export_deb(&e->all.runtime, i, file, f);
	}
	return r;
}

static int to_oci(struct exporting *e, struct fault *f)
{
	return export_oci(&e->all.runtime, e->to, false, f);
}

static int to_oci_tar(struct exporting *e, struct fault *f)
{
	return export_oci(&e->all.runtime, e->to, true, f);
}

static int to_rootfs(struct exporting *e, struct fault *f)
{
	return export_rootfs_folder(&e->all.runtime, e->to, f);
}

static int to_rootfs_tar(struct exporting *e, struct fault *f)
{
	return export_rootfs_tar(&e->all.runtime, e->to, f);
}

/* A format, in one of the shapes it can have. */
struct shape {
	const char *format; /* as --format names it */
	const char *ending; /* of the file; NULL: a folder */
	int (*write)(struct exporting *e, struct fault *f);
	bool inside; /* a folder that takes the output and the documents, and may be there */
};
static const struct shape SHAPES[] = {
    {"tar.zst", ".tar.zst", to_tar, false},
    {"folder", NULL, to_folder, true},
    {"deb", ".deb", to_deb, false},
    {"deb", NULL, to_debs, true},
    {"oci", ".tar", to_oci_tar, false},
    {"oci", NULL, to_oci, false},
    {"rootfs", ".tar.zst", to_rootfs_tar, false},
    {"rootfs", NULL, to_rootfs, false},
};
enum { NSHAPES = sizeof SHAPES / sizeof *SHAPES };
#define FORMATS "tar.zst, folder, deb, oci or rootfs"

static bool ends_in(const char *path, const char *ending)
{
	size_t n = strlen(path), k = strlen(ending);
	return n > k && strcmp(path + n - k, ending) == 0;
}

/* Returns the ending by which PATH says that it is an archive of some kind, or NULL. */
static const char *archive_ending(const char *path)
{
	static const char *const endings[] = {
	    ".tar.zst", ".deb", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".zip",
	    ".rpm",     ".apk", ".zst", ".gz",     ".xz",  ".nar",    ".iso"};
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends_in(path, endings[i]))
			return endings[i];
	return NULL;
}

/* Finds the shape that FORMAT (NULL: none was named) and the ending of TO ask for. */
static int find_shape(const char *format, const char *to, const struct shape **ret,
		      struct fault *f)
{
	const char *ending = archive_ending(to);
	bool known = false;
	for (size_t i = 0; i < NSHAPES; i++) {
		const struct shape *s = &SHAPES[i];
		if (format ? strcmp(s->format, format) != 0 : !s->ending)
			continue;
		known = true;
		if (s->ending ? ending && strcmp(ending, s->ending) == 0 : !ending) {
			*ret = s;
			return 0;
		}
	}
	if (format && !known) {
		fault_set(f, ERR_USAGE, "export: there is no format '%s'", format);
		fault_hint(f, "it is one of " FORMATS);
	} else if (!format) {
		fault_set(f, ERR_USAGE, "export: what is %s to be?", to);
		fault_hint(f, "name it with --format: " FORMATS
			      ", or end the name in .tar.zst or .deb");
	} else {
		fault_set(f, ERR_USAGE, "export: '%s' does not name a %s%s%s%s", to, format,
			  ending ? ": it ends in " : "", ending ? ending : "",
			  ending ? "" : ": it has no ending");
		for (size_t i = 0; i < NSHAPES; i++)
			if (strcmp(SHAPES[i].format, format) == 0 && SHAPES[i].ending)
				fault_hint(f, "end it in %s, or give another --format",
					   SHAPES[i].ending);
		if (strcmp(format, "folder") == 0)
			fault_hint(f, "name a folder, or give another --format");
	}
	return ERR_USAGE;
}

/* ---- the documents beside what is exported ---- */

static const char *const DOCUMENTS[] = {"provenance.json", "spdx.json", "cdx.json"};

/* Returns the path of document NAME, malloc'd. */
static char *document_path(const struct exporting *e, const char *name)
{
	char *p = NULL;
	return asprintf(&p, "%s.%s", e->beside, name) < 0 ? NULL : p;
}

static int write_document(struct exporting *e, size_t i, const struct export_bill *bill,
			  struct fault *f)
{
	struct buf text = BUF_INIT;
	FREE_PTR char *path = document_path(e, DOCUMENTS[i]);
	int r = !path    ? -ENOMEM
		: i == 0 ? provenance(e, &text, f)
		: i == 1 ? export_spdx(bill, &text)
			 : export_cyclonedx(bill, &text);
	if (r == 0)
		r = buf_failed(&text);
	if (r == 0)
		r = file_write_atomic(path, text.ptr, text.len, 0644, f);
	buf_release(&text);
	return r;
}

static int write_documents(struct exporting *e, const struct shape *s, struct fault *f)
{
	struct export_bill bill = {e->all.nodes, e->all.n, &e->all.runtime, NULL, {{0}}};
	int r = 0;
	if (s->ending) {
		bill.file = path_base(e->to);
		r = sha256_file(e->to, &bill.file_hash, NULL, f);
	}
	for (size_t i = 0; r == 0 && i < sizeof DOCUMENTS / sizeof *DOCUMENTS; i++)
		r = write_document(e, i, &bill, f);
	return r;
}

/* Refuses what would be replaced and is not a file, before anything is written. */
static int may_write(struct exporting *e, const struct shape *s, struct fault *f)
{
	int r = s->ending ? file_may_replace(e->to, f) : 0;
	for (size_t i = 0; r == 0 && i < sizeof DOCUMENTS / sizeof *DOCUMENTS; i++) {
		FREE_PTR char *path = document_path(e, DOCUMENTS[i]);
		r = path ? file_may_replace(path, f) : -ENOMEM;
	}
	return r;
}

/* Exports D in the way asked for. */
static int export_to(struct exporting *e, const struct shape *s, struct fault *f)
{
	int r = store_find_resolved(e->c->store, &e->d->id, &e->action, &e->object);
	if (store_lookup(e->c->store, r, f) < 0)
		return r;
	if (r < 0) {
		fault_set(f, ERR_MISSING, "%s has not been built", e->d->name);
		fault_hint(f, "boot-hurd build %s", e->d->name);
		return ERR_MISSING;
	}
	e->beside = s->inside ? path_join(e->to, e->d->name) : strdup(e->to);
	r = e->beside ? may_write(e, s, f) : -ENOMEM;
	if (r == 0)
		r = runtime_find(e->c, e->d, &e->object, &e->all, f);
	if (r == 0)
		r = s->write(e, f);
	if (r == 0)
		r = write_documents(e, s, f);
	runtime_release(&e->all);
	free(e->beside);
	return r;
}

static int export_script(struct cmd *c, const struct drv *d, struct fault *f)
{
	const struct drv **nodes = NULL;
	size_t n = 0;
	int r = drv_closure(&d, 1, &nodes, &n, f);
	if (r == 0)
		r = script_print(c, nodes, n, f);
	free(nodes);
	return r;
}

/* Takes the slashes off the end of a folder's name. */
static const char *trimmed(struct cmd *c, const char *path)
{
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	return arena_fmt(&c->arena, "%.*s", (int)n, path);
}

/* What the command line asks for. */
struct request {
	const char *folder, *output, *format; /* NULL = not given */
	bool script;
	/* filled in by check_request, unless SCRIPT */
	const char *to;
	const struct shape *shape;
};

static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "format", offsetof(struct request, format), "FORMAT", FORMATS},
    {OPTION_TEXT, 'o', "output", offsetof(struct request, output), "PATH",
     "write it as this file or folder"},
    {OPTION_TEXT, 0, "folder", offsetof(struct request, folder), "DIR",
     "copy the output to DIR/NAME"},
    {OPTION_FLAG, 0, "script", offsetof(struct request, script), NULL,
     "print the commands that build it by hand"},
    {0}};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	struct request *q = request;
	if (!!q->folder + !!q->output + q->script != 1)
		return fault_set(f, ERR_USAGE,
				 "export: expected one of --output, --folder and --script");
	if (q->format && !q->output)
		return fault_set(f, ERR_USAGE, "export: --format needs --output");
	if (q->script)
		return 0;
	q->to = trimmed(c, q->folder ? q->folder : q->output);
	return q->to ? find_shape(q->folder ? "folder" : q->format, q->to, &q->shape, f)
		     : -ENOMEM;
}

static int run(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct exporting e = {.c = c, .to = q->to};
	int r = cmd_target(c, c->operands[0], &e.d, f);
	if (r < 0)
		return r;
	return q->script ? export_script(c, e.d, f) : export_to(&e, q->shape, f);
}

const struct command command_export = {
    .name = "export",
    .run = run,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = 1,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "[OPTION…] TARGET",
    .summary = "copy an output out, with its provenance",
};
