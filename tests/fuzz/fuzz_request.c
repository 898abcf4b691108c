/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads bytes as a request that a node got, and as what Slurm's programs print. A request that is accepted is
 * written and read again: the same text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "engine/request.h"
#include "engine/slurm_text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_request(struct view text)
{
	struct arena a = ARENA_INIT;
	struct action act;
	struct digest id = {{0}};
	struct fault f = FAULT_INIT;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	int r = request_parse(&a, text, &id, &act, &f);
	must(r < 0 && f.what[0]);
	if (r == ERR_HASH) {
		id = act.id;
		must(request_parse(&a, text, &id, &act, NULL) == 0);
		must(request_write(&act, &once, NULL) == 0);
		must(request_parse(&a, buf_view(&once), &id, &act, NULL) == 0);
		must(request_write(&act, &twice, NULL) == 0);
		must(view_eq(buf_view(&once), buf_view(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	struct slurm_job *jobs = NULL;
	size_t n = 0;
	uint64_t id = 0;
	try_request(in);
	if (slurm_parse_id(in, &id) == 0)
		must(id > 0);
	if (slurm_parse_queue(in, &jobs, &n, NULL) == 0)
		for (size_t i = 0; i < n; i++)
			must(jobs[i].id && realise_attempt_ok(jobs[i].attempt));
	free(jobs);
	slurm_passes(in);
	return 0;
}
