/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/path.h"
#include "base/walk.h"
#include "cmd/plan.h"
#include "cmd/print.h"
#include "hash/sha256.h"

void script_word(struct buf *out, const char *text)
{
	if (*text &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			 "_-+=./:,@%") == strlen(text)) {
		buf_adds(out, text);
		return;
	}
	buf_addc(out, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *text);
	buf_addc(out, '\'');
}

/* Adds N, when it is a regular file, to a list as "./REL". */
static int add_file(void *ctx, const struct walk_node *n)
{
	return S_ISREG(n->st->st_mode)
		   ? strlist_addf(ctx, "%s%s", n->depth ? "./" : ".", n->rel)
		   : 0;
}

/*
 * Hashes what `find . -type f | LC_ALL=C sort | xargs sha256sum` prints in the folder PATH: a hash of
 * a whole tree that needs nothing but coreutils.
 */
static int listing_hash(const char *path, struct digest *ret, struct fault *f)
{
	struct strlist files = STRLIST_INIT;
	struct buf text = BUF_INIT;
	const struct walk w = {.ctx = &files, .other = add_file};
	int r = walk_tree(path, &w, f);
	strlist_sort(&files);
	for (size_t i = 0; r == 0 && i < files.n; i++) {
		struct digest d;
		char hex[DIGEST_HEX + 1];
		FREE_PTR char *p = path_join(path, files.items[i]);
		r = p ? sha256_file(p, &d, NULL, f) : -ENOMEM;
		digest_hex(&d, hex);
		buf_addf(&text, "%s  %s\n", hex, files.items[i]);
	}
	if (r == 0)
		r = buf_failed(&text);
	if (r == 0)
		sha256_view(buf_view(&text), ret);
	strlist_release(&files);
	buf_release(&text);
	return r;
}

/* Prints how the source C comes to the build folder. */
static int print_source(struct buf *out, const struct build_copy *c, const char *repo,
			struct fault *f)
{
	const struct drv_source *s = c->source;
	char hex[DIGEST_HEX + 1];
	digest_hex(&s->hash, hex);
	if (s->pin == DRV_PIN_NAR && !s->path) {
		buf_adds(out, "printf %s ");
		script_word(out, s->text);
		buf_addf(out, " >%s\n", c->inside);
		return 0;
	}
	if (s->pin == DRV_PIN_NAR) {
		size_t n = strlen(repo);
		bool ours = strncmp(s->path, repo, n) == 0 && s->path[n] == '/';
		buf_adds(out, ours ? "cp -R \"$REPO\"/" : "cp -R ");
		script_word(out, ours ? s->path + n + 1 : s->path);
		buf_addf(out, " %s\n", c->inside);
		return 0;
	}
	for (size_t i = 0; i < s->nuris; i++)
		escape_addf(out, "# from %s\n", s->uris[i]);
	if (s->pin == DRV_PIN_GIT) {
		buf_addf(out,
			 "git -C \"$SOURCES\"/%s archive %s | (mkdir %s && tar -xf - -C %s)\n",
			 s->as, s->commit, c->inside, c->inside);
		return 0;
	}
	buf_addf(out, "echo '%s  '\"$SOURCES\"/%s | sha256sum -c -\n", hex, hex);
	if (!s->unpack) {
		buf_addf(out, "cp \"$SOURCES\"/%s %s\n", hex, c->inside);
		return 0;
	}
	buf_addf(out, "unpack \"$SOURCES\"/%s %s %s\n", hex, c->inside,
		 s->nested ? s->nested : "");
	/* Unpacking is where tools may disagree: check the tree as well. */
	struct digest listing;
	int r = listing_hash(c->host, &listing, f);
	digest_hex(&listing, hex);
	buf_addf(out, "check %s %s\n", c->inside, hex);
	return r;
}

void script_command(struct buf *out, const struct sandbox_step *s)
{
	for (size_t i = 0; s->env[i]; i++) {
		size_t n = strcspn(s->env[i], "=") + 1;
		buf_addf(out, " %.*s", (int)n, s->env[i]);
		script_word(out, s->env[i] + n);
	}
	for (size_t i = 0; s->argv[i]; i++) {
		buf_addc(out, ' ');
		script_word(out, s->argv[i]);
	}
	buf_adds(out, " <");
	script_word(out, s->in ? s->in : "/dev/null");
	if (s->out) {
		buf_adds(out, " >");
		script_word(out, s->out);
	}
}

/* Prints one command with its environment. */
static void print_step(struct buf *out, const struct sandbox_plan *p,
		       const struct sandbox_step *s)
{
	buf_addf(out, "(cd %s && umask %03o && env -i", s->dir,
		 (unsigned)sandbox_plan_umask(p));
	script_command(out, s);
	buf_adds(out, ")\n");
}

/* Prints what PLAN lays out, and its steps. */
static int print_plan(struct buf *out, const struct build_plan *plan, const char *repo,
		      struct fault *f)
{
	const struct sandbox_plan *p = &plan->sandbox;
	int r = 0;
	buf_addf(out, "rm -rf " INSIDE_BUILD " %s\nmkdir -p " INSIDE_BUILD " %s\n", p->output,
		 p->output);
	for (size_t i = 0; r == 0 && i < plan->ncopies; i++)
		r = print_source(out, &plan->copies[i], repo, f);
	for (size_t i = 0; i < p->nbinds; i++)
		if (strcmp(path_base(p->binds[i].inside), plan->names[i]) != 0)
			buf_addf(out, "ln -sfn %s %s\n", plan->names[i], p->binds[i].inside);
	for (size_t i = 0; i < plan->ndirs; i++)
		buf_addf(out, "mkdir -p %s/%s\n", p->output, plan->dirs[i]);
	for (size_t i = 0; i < p->nsteps; i++)
		print_step(out, p, &p->steps[i]);
	return r;
}

static int print_node(struct buf *out, struct cmd *c, struct builder *b, const struct drv *d,
		      const char *repo, struct fault *f)
{
	struct build_plan plan;
	struct digest action, object, listing;
	char hex[DIGEST_HEX + 1];
	struct store *store = builder_store(b);
	int r = plan_of(c, b, d, &plan, f);
	int found = r == 0 ? store_find_resolved(store, &d->id, &action, &object) : r;
	if (r == 0)
		r = store_lookup(store, found, f);
	if (r == 0 && found < 0)
		r = fault_set(f, ERR_MISSING, "%s has not been built", d->name);
	if (r < 0)
		return r;
	escape_addf(out, "\n# ---- %s%s%s\n", d->name, d->meta.summary ? ": " : "",
		    d->meta.summary ? d->meta.summary : "");
	r = print_plan(out, &plan, repo, f);
	FREE_PTR char *tree = store_object_path(store, &object);
	if (r == 0)
		r = tree ? listing_hash(tree, &listing, f) : -ENOMEM;
	digest_hex(&listing, hex);
	buf_addf(out, "check %s %s\n", plan.sandbox.output, hex);
	digest_hex(&object, hex);
	buf_addf(out, "# NAR SHA-256 of the output: %s\n", hex);
	return r;
}

static const char HEADER[] =
    "#!/bin/sh\n"
    "# Every command from the seed to the target, to be walked by hand. Written by boot-hurd.\n"
    "#\n"
    "# It builds in " INSIDE_BUILD " and installs to " INSIDE_PREFIX
    ": use a spare root folder or machine, with\n"
    "# the personality of the target (setarch i686 -R). REPO is a checkout of boot-hurd, "
    "SOURCES a\n"
    "# folder of source archives named by their SHA-256. The commands between the marks are "
    "the\n"
    "# build; cp, tar and sha256sum around them only bring sources and check results.\n"
    "set -e\n"
    ": \"${REPO:?a checkout of boot-hurd}\" \"${SOURCES:?a folder of source archives}\"\n"
    "umask 022\n"
    "# check FOLDER HASH: compares a hash over the hashes of all files.\n"
    "check() {\n"
    "\tgot=$(cd \"$1\" && find . -type f | LC_ALL=C sort | xargs -d '\\n' -r sha256sum | "
    "sha256sum)\n"
    "\tif [ \"${got%% *}\" = \"$2\" ]; then echo \"ok $1\"; else echo \"DIFFERS $1\"; exit 2; "
    "fi\n"
    "}\n"
    "# unpack ARCHIVE FOLDER [INNER]: unpacks, without a single top folder.\n"
    "unpack() {\n"
    "\trm -rf /build/.unpack && mkdir /build/.unpack && tar -xf \"$1\" -C /build/.unpack\n"
    "\tif [ -n \"$3\" ]; then\n"
    "\t\tmkdir /build/.inner && tar -xf \"$(find /build/.unpack -name \"$3\")\" -C "
    "/build/.inner\n"
    "\t\trm -rf /build/.unpack && mv /build/.inner /build/.unpack\n"
    "\tfi\n"
    "\tif [ \"$(ls -A /build/.unpack | wc -l)\" = 1 ] && [ -d /build/.unpack/* ]; then\n"
    "\t\tmv /build/.unpack/* \"$2\" && rmdir /build/.unpack\n"
    "\telse mv /build/.unpack \"$2\"; fi\n"
    "\tfind \"$2\" -exec touch -h -d @1 {} +\n"
    "}\n";

int script_print(struct cmd *c, const struct drv *const *nodes, size_t n, struct fault *f)
{
	struct build_options o = {0};
	struct buf out = BUF_INIT;
	struct builder *b = NULL;
	int r = cmd_builder(c, &o, &b, f);
	FREE_PTR char *repo = c->recipes_dir ? strdup(c->recipes_dir) : NULL;
	if (r == 0 && !repo)
		r = -ENOMEM;
	if (r == 0) {
		char *slash = strrchr(repo, '/');
		if (slash)
			*slash = '\0';
		buf_adds(&out, HEADER);
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		r = print_node(&out, c, b, nodes[i], repo, f);
	if (r == 0)
		r = buf_failed(&out);
	if (r == 0)
		print_document(buf_view(&out), ESCAPE_LINES);
	buf_release(&out);
	return r;
}
