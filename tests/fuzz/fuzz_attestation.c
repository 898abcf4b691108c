/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Feeds bytes, as the statement that a peer attested, to what makes an action of it, and to the reader of the
 * configuration. What is accepted has an id; what is not says why.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/internal.h"
#include "peers/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static void try_statement(struct view in)
{
	static struct drv_source sources[] = {{.as = "a"}, {.as = "b.tar"}};
	static const struct drv d = {
	    .name = "x-1", .system = "i686-linux", .sources = sources, .nsources = 2};
	struct arena a = ARENA_INIT;
	struct action act;
	struct fault f = FAULT_INIT;
	if (substitute_read_action(in, &a, &d, &act, &f) == 0) {
		struct digest id = act.id;
		must(action_set_id(&act) == 0 && digest_eq(&id, &act.id));
		for (size_t i = 0; i < act.ninputs; i++)
			must(act.inputs[i].as != NULL);
	} else {
		must(f.what[0] != 0);
	}
	arena_release(&a);
}

static void try_configuration(struct view in)
{
	struct fault f = FAULT_INIT;
	struct config c = CONFIG_INIT;
	if (config_parse(in, "config.json", &c, &f) == 0)
		config_release(&c);
	else
		must(f.what[0] != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	try_statement(in);
	try_configuration(in);
	return 0;
}
