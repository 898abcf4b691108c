/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "cmd/print.h"
#include "cmd/target.h"

/* Prints a shortest chain from FROM, the last of the N NODES, down to WANTED. 1, 0 when there is none, or negative. */
static int print_chain(const struct drv *const *nodes, size_t n, const struct drv *from,
		       const struct drv *wanted)
{
	struct drv_places places;
	int r = drv_places_init(&places, nodes, n);
	/* Distances to WANTED; inputs stand before users, so one pass is enough. */
	size_t *dist = r == 0 ? calloc(n + 1, sizeof *dist) : NULL;
	if (!dist) {
		drv_places_release(&places);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		dist[i] = nodes[i] == wanted ? 0 : SIZE_MAX;
		for (size_t k = 0; k < nodes[i]->ninputs; k++) {
			size_t in = dist[drv_place(&places, nodes[i]->inputs[k].drv)];
			if (in != SIZE_MAX && in + 1 < dist[i])
				dist[i] = in + 1;
		}
	}
	const struct drv *at = dist[drv_place(&places, from)] != SIZE_MAX ? from : NULL;
	r = at != NULL;
	while (at) {
		print_out("%s\n", at->name);
		const struct drv *next = NULL;
		size_t left = dist[drv_place(&places, at)];
		for (size_t k = 0; left && k < at->ninputs && !next; k++)
			if (dist[drv_place(&places, at->inputs[k].drv)] + 1 == left)
				next = at->inputs[k].drv;
		if (next)
			print_out("  needs ");
		at = next;
	}
	free(dist);
	drv_places_release(&places);
	return r;
}

static int why(struct cmd *c, void *request, struct fault *f)
{
	const struct drv *a = NULL, *b = NULL;
	const struct drv **nodes = NULL;
	size_t n = 0;
	(void)request;
	int r = cmd_target(c, c->operands[0], &a, f);
	if (r == 0)
		r = cmd_target(c, c->operands[1], &b, f);
	if (r == 0)
		r = drv_closure(&a, 1, &nodes, &n, f);
	if (r == 0) {
		r = print_chain(nodes, n, a, b);
		if (r == 0)
			r = fault_set(f, ERR_MISSING, "%s does not need %s", a->name, b->name);
	}
	free(nodes);
	return r < 0 ? r : 0;
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
