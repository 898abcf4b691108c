/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/verdict.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "json/write.h"

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {"reproduced", "differs",       "stands-on",
					    "inherits",   "baseline-only", "sampled-out",
					    "unchecked",  "failed"};
	return v < VERDICT_COUNT ? words[v] : "?";
}

const char *verdict_phrase(enum verdict v)
{
	switch (v) {
	case VERDICT_STANDS_ON:
		return "stand on a step that differs or failed";
	case VERDICT_BASELINE:
		return "not rebuilt, equal to the baseline only";
	case VERDICT_SAMPLED_OUT:
		return "sampled out";
	default:
		return verdict_word(v);
	}
}

int verdict_stands_on(const struct drv *const *nodes, const enum verdict *verdicts, size_t n,
		      size_t *ret, struct fault *f)
{
	const struct drv **all = NULL;
	struct drv_places places = DRV_PLACES_INIT;
	size_t nall = 0;
	/* With all that is between them: a node may stand on another by one that is not listed. */
	int r = drv_closure(nodes, n, &all, &nall, f);
	if (r < 0)
		return r;
	size_t *on = malloc((nall + 1) * sizeof *on);
	size_t *listed = malloc((nall + 1) * sizeof *listed);
	if (!on || !listed || drv_places_init(&places, all, nall) < 0) {
		r = fault_set(f, -ENOMEM, "cannot tell what stands on what:");
		goto out;
	}
	for (size_t i = 0; i < nall; i++)
		on[i] = listed[i] = n;
	for (size_t i = 0; i < n; i++)
		listed[drv_place(&places, nodes[i])] = i;
	for (size_t i = 0; i < nall; i++)
		for (size_t k = 0; k < all[i]->ninputs; k++) {
			size_t in = drv_place(&places, all[i]->inputs[k].drv);
			size_t node = listed[in];
			bool bad = node < n && (verdicts[node] == VERDICT_DIFFERS ||
						verdicts[node] == VERDICT_FAILED);
			size_t found = on[in] < n ? on[in] : bad ? node : n;
			on[i] = found < on[i] ? found : on[i];
		}
	for (size_t i = 0; i < n; i++)
		ret[i] = on[drv_place(&places, nodes[i])];
out:
	drv_places_release(&places);
	free(listed);
	free(on);
	free(all);
	return r;
}

void verdict_counts_json(const size_t counts[VERDICT_COUNT], struct buf *b)
{
	json_open(b, "counts");
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		json_put_number(b, verdict_word((enum verdict)v), counts[v]);
	json_close(b);
}
