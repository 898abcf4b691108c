/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "cmd/print.h"

static int list_roots(struct cmd *c, struct store *s, struct fault *f)
{
	struct store_root *roots;
	size_t n = 0;
	int r = store_root_list(s, &c->arena, &roots, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		char hex[DIGEST_HEX + 1];
		digest_hex(&roots[i].object, hex);
		print_out("%s %s\n", hex, roots[i].name);
	}
	return r;
}

int cmd_root(struct cmd *c, int argc, char **argv, struct fault *f)
{
	const struct option_row rows[] = {{0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	struct store *s = NULL;
	struct digest object;
	int r = cmd_operands(argc, argv, first, 1, 3, f);
	if (r == 0)
		r = cmd_store(c, &s, f);
	if (r < 0)
		return r;
	const char *verb = argv[first];
	int operands = argc - first;
	if (strcmp(verb, "list") == 0 && operands == 1)
		return list_roots(c, s, f);
	if (strcmp(verb, "remove") == 0 && operands == 2)
		return store_root_remove(s, argv[first + 1], f);
	if (strcmp(verb, "add") == 0 && operands == 3) {
		if (!path_is_name(view_of(argv[first + 1])))
			return fault_set(f, ERR_USAGE, "'%s' cannot name a root",
					 argv[first + 1]);
		r = cmd_object(c, argv[first + 2], &object, f);
		return r < 0 ? r : store_root_add(s, argv[first + 1], &object, f);
	}
	fault_set(f, ERR_USAGE, "root: '%s' with %d operands is not known", verb, operands - 1);
	fault_hint(f, "root add NAME TARGET|HASH, root remove NAME, root list");
	return ERR_USAGE;
}
