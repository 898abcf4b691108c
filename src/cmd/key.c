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

static int generate(const char *state, const char *name, struct fault *f)
{
	struct key k, old;
	if (keys_load(state, name, false, &old, NULL) == 0)
		return fault_set(f, ERR_EXISTS, "there is a key '%s' already", name);
	int r = key_generate(name, &k, f);
	if (r == 0)
		r = keys_save(state, &k, f);
	if (r == 0)
		print_key(&k, false);
	key_release(&k);
	return r;
}

/* Takes in a key file, public or secret, from FILE or (for "-") standard input. */
static int import(const char *state, const char *file, struct fault *f)
{
	struct buf b = BUF_INIT;
	struct key k = {.secret = false};
	int r =
	    strcmp(file, "-") == 0 ? file_read_fd(0, 4096, &b) : file_read(file, 4096, &b, f);
	if (r == 0)
		r = key_parse(buf_view(&b), &k, f);
	if (r < 0)
		fault_wrap(f, "%s", file);
	if (r == 0)
		r = keys_save(state, &k, f);
	if (r == 0)
		print_key(&k, false);
	key_release(&k);
	if (b.ptr)
		explicit_bzero(b.ptr, b.len);
	buf_release(&b);
	return r;
}

int cmd_key(struct cmd *c, int argc, char **argv, struct fault *f)
{
	bool nix = false;
	const struct option_row rows[] = {
	    {OPTION_FLAG, 0, "nix", &nix, NULL, "show, list: as a line of nix.conf"}, {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	const char *state = NULL;
	int r = cmd_operands(argc, argv, first, 1, 2, f);
	if (r == 0)
		r = cmd_state(c, &state, f);
	if (r < 0)
		return r;
	const char *verb = argv[first], *name = argv[first + 1];
	if (nix && strcmp(verb, "show") != 0 && strcmp(verb, "list") != 0)
		return fault_set(f, ERR_USAGE, "key %s: --nix has no meaning here", verb);
	if (strcmp(verb, "list") == 0 && !name) {
		struct key *keys;
		size_t n = 0;
		r = keys_load_all(state, &c->arena, &keys, &n, f);
		for (size_t i = 0; r == 0 && i < n; i++)
			print_key(&keys[i], nix);
		return r;
	}
	if (strcmp(verb, "generate") == 0 && name)
		return generate(state, name, f);
	if (strcmp(verb, "import") == 0 && name)
		return import(state, name, f);
	if (strcmp(verb, "show") == 0 && name) {
		struct key k;
		r = keys_load(state, name, false, &k, f);
		if (r == 0)
			print_key(&k, nix);
		return r;
	}
	fault_set(f, ERR_USAGE, "key: '%s' is not known, or its operand is missing", verb);
	fault_hint(f, "key generate NAME, key show NAME [--nix], key import FILE, key list");
	return ERR_USAGE;
}
