/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/dsse.h"
#include "attest/keys.h"
#include "attest/statement.h"
#include "base/file.h"
#include "cmd/print.h"
#include "cmd/target.h"
#include "engine/attest.h"
#include "json/value.h"

enum { BUNDLE_MAX = 64 << 20 }; /* bytes of a file of envelopes that is read */

/* What making attestations needs. */
struct attest {
	struct cmd *c;
	struct builder *b;
	struct key key;
	bool print; /* to standard output instead of the state folder */
};

/* Prints or keeps ENVELOPE, about ACTION. */
static int keep(struct attest *a, const struct digest *action, struct view envelope,
		struct fault *f)
{
	char hex[DIGEST_HEX + 1], id[KEY_ID + 1];
	digest_hex(action, hex);
	key_id(&a->key, id);
	if (a->print) {
		print_document(envelope, ESCAPE_DOCUMENT);
		return 0;
	}
	const char *dir =
	    arena_fmt(&a->c->arena, "%s/attestations/%s", store_path(builder_store(a->b)), hex);
	const char *path = dir ? arena_fmt(&a->c->arena, "%s/%s.json", dir, id) : NULL;
	int r = path ? file_mkdirs(dir, f) : -ENOMEM;
	if (r == 0)
		r = file_write_atomic(path, envelope.ptr, envelope.len, 0644, f);
	if (r == 0)
		print_path(path);
	return r;
}

/* Attests the newest realisation of D, a failed one as a failed test. */
static int attest_one(struct attest *a, const struct drv *d, struct fault *f)
{
	struct store_realisation real = {0};
	struct buf envelope = BUF_INIT;
	struct store *s = builder_store(a->b);
	int r = store_latest(s, &a->c->arena, &d->id, d->name, &real);
	if (store_lookup(s, r, f) < 0)
		return r;
	if (r < 0) {
		fault_set(f, ERR_MISSING, "%s has not been built", d->name);
		fault_hint(f, "boot-hurd build %s", d->name);
		return ERR_MISSING;
	}
	r = attest_realisation(a->b, d, &real, &a->key, &envelope, f);
	if (r == 0)
		r = keep(a, &real.action, buf_view(&envelope), f);
	buf_release(&envelope);
	return r;
}

/* Attests the operands. */
static int make(struct cmd *c, const char *name, bool print, struct fault *f)
{
	struct attest a = {.c = c, .print = print};
	struct build_options o = {0};
	const struct drv **targets = NULL;
	size_t n = 0;
	int r = keys_load(c->state, name, true, &a.key, f);
	if (r == 0)
		r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = cmd_builder(c, &o, &a.b, f);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = attest_one(&a, targets[i], f);
	key_release(&a.key);
	return r;
}

static int print_digest(void *ctx, const char *name, const struct json_value *value)
{
	struct view text = json_text(value);
	(void)ctx;
	print_out(" %s:%.*s", name, (int)text.len, text.ptr);
	return 0;
}

/* Prints who says what in a statement that has been checked. */
static void print_statement(const struct key *k, const struct json_value *root)
{
	const struct json_value *subjects = json_member(root, "subject");
	struct view type = json_text(json_member(root, "predicateType"));
	print_out("good signature by %s\n", k->name);
	for (size_t i = 0; i < json_count(subjects); i++) {
		const struct json_value *s = json_item(subjects, i);
		struct view name = json_text(json_member(s, "name"));
		print_out("subject: %.*s", (int)name.len, name.ptr ? name.ptr : "");
		json_each(json_member(s, "digest"), print_digest, NULL);
		print_out("\n");
	}
	print_out("predicate: %.*s\n", (int)type.len, type.ptr);
}

static int check_envelope(struct view envelope, const struct key *keys, size_t n,
			  struct fault *f)
{
	struct buf payload = BUF_INIT;
	struct json_document *doc = NULL;
	size_t which = 0;
	int r = dsse_open(envelope, DSSE_IN_TOTO, keys, n, &payload, &which, f);
	if (r == 0) {
		r = json_document_parse_wide(buf_view(&payload), &doc, f);
		if (r == 0)
			r = statement_check(json_document_root(doc), f);
		if (r < 0)
			fault_wrap(f, "signed by %s, but not an in-toto statement",
				   keys[which].name);
	}
	if (r == 0)
		print_statement(&keys[which], json_document_root(doc));
	json_document_free(doc);
	buf_release(&payload);
	return r;
}

/* Checks the envelope in FILE, or each of a bundle of them (in-toto attestation bundle: one a line). */
static int check(struct cmd *c, const char *file, struct fault *f)
{
	struct key *keys;
	size_t n, number = 0;
	struct buf text = BUF_INIT;
	struct view line;
	int r = keys_load_all(c->state, &c->arena, &keys, &n, f);
	if (r == 0)
		r = file_read(file, BUNDLE_MAX, &text, f);
	if (r < 0) {
		buf_release(&text);
		return r;
	}
	struct view rest = buf_view(&text);
	if (view_line(&rest, &line) && rest.len && line.len && line.ptr[line.len - 1] == '}') {
		rest = buf_view(&text);
		while (r == 0 && rest.len) {
			if (!view_line(&rest, &line)) {
				line = rest;
				rest.len = 0;
			}
			number++;
			r = check_envelope(line, keys, n, f);
		}
		if (r < 0)
			fault_wrap(f, "%s:%zu", file, number);
	} else {
		r = check_envelope(buf_view(&text), keys, n, f);
		if (r < 0)
			fault_wrap(f, "%s", file);
	}
	buf_release(&text);
	return r;
}

/* What the command line asks for. */
struct request {
	const char *key; /* NULL = not given */
	bool print, check;
};

static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "key", offsetof(struct request, key), "NAME",
     "sign with the secret key NAME"},
    {OPTION_FLAG, 0, "print", offsetof(struct request, print), NULL,
     "write envelopes to standard output"},
    {OPTION_FLAG, 0, "check", offsetof(struct request, check), NULL,
     "operands are envelopes: check them against the known keys"},
    {0}};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	(void)c;
	if (q->check && (q->key || q->print))
		return fault_set(f, ERR_USAGE, "attest: %s has no meaning with --check",
				 q->key ? "--key" : "--print");
	if (q->check || q->key)
		return 0;
	fault_set(f, ERR_USAGE, "attest: which key is to sign? Give --key NAME");
	fault_hint(f, "boot-hurd key generate NAME makes one");
	return ERR_USAGE;
}

static int attest(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	int r = q->check ? 0 : make(c, q->key, q->print, f);
	for (size_t i = 0; r == 0 && q->check && i < c->noperands; i++)
		r = check(c, c->operands[i], f);
	return r;
}

const struct command command_attest = {
    .name = "attest",
    .run = attest,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = CMD_MANY,
    .needs = CMD_STATE,
    .synopsis = "--key NAME TARGET… | --check FILE…",
    .summary = "sign what was built, or check what others signed",
};
