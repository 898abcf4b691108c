/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include "base/path.h"
#include "cmd/print.h"
#include "cmd/target.h"

static int add(struct cmd *c, void *request, struct fault *f)
{
	const char *name = c->operands[0];
	struct digest object;
	(void)request;
	if (!path_is_name(view_of(name)))
		return fault_set(f, ERR_USAGE, "'%s' cannot name a root", name);
	int r = cmd_object(c, c->operands[1], &object, f);
	return r < 0 ? r : store_root_add(c->store, name, &object, f);
}

static const struct command ADD = {
    .name = "add",
    .run = add,
    .min = 2,
    .max = 2,
    .needs = CMD_STORE,
    .synopsis = "NAME TARGET|HASH",
    .summary = "keep an output under a name",
};

static int remove_root(struct cmd *c, void *request, struct fault *f)
{
	(void)request;
	return store_root_remove(c->store, c->operands[0], f);
}

static const struct command REMOVE = {
    .name = "remove",
    .run = remove_root,
    .min = 1,
    .max = 1,
    .needs = CMD_STORE,
    .synopsis = "NAME",
    .summary = "let the next gc take what was kept under a name",
};

static int list(struct cmd *c, void *request, struct fault *f)
{
	struct store_root *roots;
	size_t n = 0;
	(void)request;
	int r = store_root_list(c->store, &c->arena, &roots, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		char hash[DIGEST_NIX32 + 1];
		digest_nix32(&roots[i].object, hash);
		print_out("%s %s\n", hash, roots[i].name);
	}
	return r;
}

static const struct command LIST = {
    .name = "list",
    .run = list,
    .needs = CMD_STORE,
    .synopsis = "",
    .summary = "print what is kept",
};

const struct command command_root = {
    .name = "root",
    .verbs = (const struct command *const[]){&ADD, &REMOVE, &LIST, NULL},
    .summary = "keep outputs from collection",
};
