/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads bytes as a baseline file. What is accepted has whole names and can be looked up by action
 * and by derivation; what is refused says why.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "verify/baseline.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct baseline r = BASELINE_INIT;
	struct fault f = FAULT_INIT;
	struct view text = {(const char *)data, size};
	if (baseline_parse(text, "fuzz", &r, &f) == 0) {
		for (size_t i = 0; i < r.n; i++) {
			must(r.rows[i].name && r.rows[i].name[0]);
			must(baseline_of_action(&r, &r.rows[i].action) != NULL);
			must(baseline_of_drv(&r, &r.rows[i].drv) != NULL);
		}
	} else {
		must(f.code < 0 && strstr(f.what, "fuzz") != NULL);
	}
	baseline_release(&r);
	return 0;
}
