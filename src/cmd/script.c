/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"
#include "cmd/print.h"
#include "hash/sha256.h"

/* Prints TEXT so that sh reads it as one word. */
static void print_word(struct buf *out, const char *text)
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

/* Prints how source S comes to /build. */
static int print_source(struct buf *out, struct store *store, const struct action_input *object,
			const struct drv_source *s, const char *repo, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&s->hash, hex);
	if (s->pin == DRV_PIN_NAR) {
		size_t n = strlen(repo);
		bool ours = strncmp(s->path, repo, n) == 0 && s->path[n] == '/';
		buf_adds(out, ours ? "cp -R \"$REPO\"/" : "cp -R ");
		print_word(out, ours ? s->path + n + 1 : s->path);
		buf_addf(out, " /build/%s\n", s->as);
		return 0;
	}
	for (size_t i = 0; i < s->nuris; i++)
		escape_addf(out, "# from %s\n", s->uris[i]);
	if (s->pin == DRV_PIN_GIT) {
		buf_addf(out,
			 "git -C \"$SOURCES\"/%s archive %s | (mkdir /build/%s && tar -xf - -C "
			 "/build/%s)\n",
			 s->as, s->commit, s->as, s->as);
		return 0;
	}
	buf_addf(out, "echo '%s  '\"$SOURCES\"/%s | sha256sum -c -\n", hex, hex);
	if (!s->unpack) {
		buf_addf(out, "cp \"$SOURCES\"/%s /build/%s\n", hex, s->as);
		return 0;
	}
	buf_addf(out, "unpack \"$SOURCES\"/%s /build/%s %s\n", hex, s->as,
		 s->nested ? s->nested : "");
	/* Unpacking is where tools may disagree: check the tree as well. */
	struct digest listing;
	FREE_PTR char *tree = store_object_path(store, &object->object);
	int r = tree ? listing_hash(tree, &listing, f) : -ENOMEM;
	digest_hex(&listing, hex);
	buf_addf(out, "check /build/%s %s\n", s->as, hex);
	return r;
}

/* Prints one command with its environment. */
static void print_step(struct buf *out, const struct action *a, const struct drv_step *s)
{
	const struct drv *d = a->drv;
	buf_addf(out, "(cd /build/%s && umask 022 && env -i PATH=", s->dir);
	for (size_t i = 0; i < a->ninputs; i++)
		buf_addf(out, "%s/opt/boot-hurd/%s/bin", i ? ":" : "", a->inputs[i].as);
	buf_addf(out,
		 " HOME=/build TMPDIR=/tmp TZ=UTC LC_ALL=C SOURCE_DATE_EPOCH=1 "
		 "out=/opt/boot-hurd/%s",
		 d->name);
	for (size_t i = 0; i < d->nenv + s->nenv; i++) {
		const struct drv_env *e = i < d->nenv ? &d->env[i] : &s->env[i - d->nenv];
		buf_addf(out, " %s=", e->name);
		print_word(out, e->value);
	}
	for (size_t i = 0; i < s->argc; i++) {
		buf_addc(out, ' ');
		print_word(out, s->argv[i]);
	}
	buf_addf(out, " <%s", *s->in ? s->in : "/dev/null");
	if (*s->out)
		buf_addf(out, " >%s", s->out);
	buf_adds(out, ")\n");
}

static int print_node(struct buf *out, struct cmd *c, struct builder *b, const struct drv *d,
		      const char *repo, struct fault *f)
{
	struct store *store = builder_store(b);
	struct action a;
	struct digest action, object, listing;
	char hex[DIGEST_HEX + 1];
	int r = builder_resolve(b, store, &c->arena, d, &a, f);
	int found = r == 0 ? store_find_resolved(store, &d->id, &action, &object) : r;
	if (r == 0)
		r = store_lookup(store, found, f);
	if (r == 0 && found < 0)
		r = fault_set(f, ERR_MISSING, "%s has not been built", d->name);
	if (r < 0)
		return r;
	escape_addf(out, "\n# ---- %s%s%s\n", d->name, d->meta.summary ? ": " : "",
		    d->meta.summary ? d->meta.summary : "");
	buf_addf(out, "rm -rf /build /opt/boot-hurd/%s\nmkdir -p /build /opt/boot-hurd/%s\n",
		 d->name, d->name);
	for (size_t i = 0; r == 0 && i < d->nsources; i++)
		r = print_source(out, store, &a.sources[i], &d->sources[i], repo, f);
	for (size_t i = 0; i < d->ninputs; i++)
		if (strcmp(d->inputs[i].as, d->inputs[i].drv->name) != 0)
			buf_addf(out, "ln -sfn %s /opt/boot-hurd/%s\n", d->inputs[i].drv->name,
				 d->inputs[i].as);
	for (size_t i = 0; i < d->ndirs; i++)
		buf_addf(out, "mkdir -p /opt/boot-hurd/%s/%s\n", d->name, d->dirs[i]);
	for (size_t i = 0; i < d->nsteps; i++)
		print_step(out, &a, &d->steps[i]);
	if (d->script) {
		const char *argv[] = {
		    arena_fmt(&c->arena, "/opt/boot-hurd/%s/bin/sh", d->shell), "-e", d->script,
		    NULL};
		struct drv_step step = {
		    .argv = argv, .argc = 3, .dir = "", .in = "", .out = ""};
		print_step(out, &a, &step);
	}
	FREE_PTR char *tree = store_object_path(store, &object);
	if (r == 0)
		r = tree ? listing_hash(tree, &listing, f) : -ENOMEM;
	digest_hex(&listing, hex);
	buf_addf(out, "check /opt/boot-hurd/%s %s\n", d->name, hex);
	digest_hex(&object, hex);
	buf_addf(out, "# NAR SHA-256 of the output: %s\n", hex);
	return r;
}

static const char HEADER[] =
    "#!/bin/sh\n"
    "# Every command from the seed to the target, to be walked by hand. Written by boot-hurd.\n"
    "#\n"
    "# It builds in /build and installs to /opt/boot-hurd: use a spare root folder or machine, "
    "with\n"
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

int script_print(struct cmd *c, struct drv *const *nodes, size_t n, struct fault *f)
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
