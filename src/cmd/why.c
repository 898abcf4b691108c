/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdint.h>
#include <stdlib.h>

#include "cmd/print.h"
#include "cmd/target.h"

/* Finds a shortest chain from D down to WANTED; prints it from the end. */
static bool print_chain(struct drv **nodes, size_t n, const struct drv *from,
			const struct drv *wanted)
{
	/* Distances to WANTED; inputs stand before users, so one pass is enough. */
	size_t *dist = calloc(n + 1, sizeof *dist);
	bool found = false;
	for (size_t i = 0; dist && i < n; i++) {
		nodes[i]->mark = i;
		dist[i] = nodes[i] == wanted ? 0 : SIZE_MAX;
		for (size_t k = 0; k < nodes[i]->ninputs; k++) {
			size_t in = dist[nodes[i]->inputs[k].drv->mark];
			if (in != SIZE_MAX && in + 1 < dist[i])
				dist[i] = in + 1;
		}
	}
	const struct drv *at = dist && dist[from->mark] != SIZE_MAX ? from : NULL;
	while (at) {
		found = true;
		print_out("%s\n", at->name);
		const struct drv *next = NULL;
		for (size_t k = 0; k < at->ninputs && !next && at != wanted; k++)
			if (dist[at->inputs[k].drv->mark] + 1 == dist[at->mark])
				next = at->inputs[k].drv;
		if (next)
			print_out("  needs ");
		at = next;
	}
	free(dist);
	return found;
}

static int why(struct cmd *c, void *request, struct fault *f)
{
	const struct drv *a = NULL, *b = NULL;
	struct drv **nodes = NULL;
	size_t n = 0;
	(void)request;
	int r = cmd_target(c, c->operands[0], &a, f);
	if (r == 0)
		r = cmd_target(c, c->operands[1], &b, f);
	if (r == 0)
		r = drv_closure(&a, 1, &nodes, &n, f);
	if (r == 0 && !print_chain(nodes, n, a, b))
		r = fault_set(f, ERR_MISSING, "%s does not need %s", a->name, b->name);
	free(nodes);
	return r;
}

const struct command command_why = {
    .name = "why",
    .run = why,
    .min = 2,
    .max = 2,
    .needs = CMD_RECIPES,
    .synopsis = "TARGET INPUT",
    .summary = "print how one target comes to need another",
};
