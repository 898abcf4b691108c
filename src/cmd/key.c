/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "attest/keys.h"
#include "base/file.h"
#include "cmd/print.h"

static void print_key(const struct key *k, bool nix)
{
	struct buf b = BUF_INIT;
	char id[KEY_ID + 1];
	key_write(k, false, &b);
	key_id(k, id);
	if (nix)
		print_out("trusted-public-keys = %s\n", buf_str(&b));
	else
		print_out("%s %s\n", id, buf_str(&b));
	buf_release(&b);
}

static int generate(struct cmd *c, void *request, struct fault *f)
{
	const char *name = c->operands[0];
	struct key k, old;
	(void)request;
	if (keys_load(c->state, name, false, &old, NULL) == 0)
		return fault_set(f, ERR_EXISTS, "there is a key '%s' already", name);
	int r = key_generate(name, &k, f);
	if (r == 0)
		r = keys_save(c->state, &k, f);
	if (r == 0)
		print_key(&k, false);
	key_release(&k);
	return r;
}

static const struct command GENERATE = {
    .name = "generate",
    .run = generate,
    .min = 1,
    .max = 1,
    .needs = CMD_STATE,
    .synopsis = "NAME",
    .summary = "make a new key that signs",
};

/* Takes in a key file, public or secret; "-" is standard input. */
static int import(struct cmd *c, void *request, struct fault *f)
{
	const char *file = c->operands[0];
	struct buf b = BUF_INIT;
	struct key k = {.secret = false};
	(void)request;
	int r =
	    strcmp(file, "-") == 0 ? file_read_fd(0, 4096, &b) : file_read(file, 4096, &b, f);
	if (r == 0)
		r = key_parse(buf_view(&b), &k, f);
	if (r < 0)
		fault_wrap(f, "%s", file);
	if (r == 0)
		r = keys_save(c->state, &k, f);
	if (r == 0)
		print_key(&k, false);
	key_release(&k);
	if (b.ptr)
		explicit_bzero(b.ptr, b.len);
	buf_release(&b);
	return r;
}

static const struct command IMPORT = {
    .name = "import",
    .run = import,
    .min = 1,
    .max = 1,
    .needs = CMD_STATE,
    .synopsis = "FILE",
    .summary = "take in a key file, public or secret; - is standard input",
};

/* What the command line of show and list asks for. */
struct request {
	bool nix;
};

static const struct option_row NIX[] = {
    {OPTION_FLAG, 0, "nix", offsetof(struct request, nix), NULL, "as a line of nix.conf"}, {0}};

static int show(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct key k;
	int r = keys_load(c->state, c->operands[0], false, &k, f);
	if (r == 0)
		print_key(&k, q->nix);
	return r;
}

static const struct command SHOW = {
    .name = "show",
    .run = show,
    .options = NIX,
    .size = sizeof(struct request),
    .min = 1,
    .max = 1,
    .needs = CMD_STATE,
    .synopsis = "[--nix] NAME",
    .summary = "print the id and the public half of a key",
};

static int list(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct key *keys;
	size_t n = 0;
	int r = keys_load_all(c->state, &c->arena, &keys, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++)
		print_key(&keys[i], q->nix);
	return r;
}

static const struct command LIST = {
    .name = "list",
    .run = list,
    .options = NIX,
    .size = sizeof(struct request),
    .needs = CMD_STATE,
    .synopsis = "[--nix]",
    .summary = "print all keys that are known",
};

const struct command command_key = {
    .name = "key",
    .verbs = (const struct command *const[]){&GENERATE, &SHOW, &IMPORT, &LIST, NULL},
    .summary = "manage signing keys",
};
