/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads bytes as the configuration of the daemon. What is accepted can be used as it is; what is not says why. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "daemon/config.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = FAULT_INIT;
	struct daemon_config c;
	memset(&c, 0xa5, sizeof c);
	if (daemon_config_parse((struct view){(const char *)data, size}, "config.json", &c,
				&f) < 0) {
		must(f.what[0] != 0);
		return 0;
	}
	must(c.jobs > 0 && c.connections > 0 && c.per_client > 0);
	for (size_t i = 0; i < c.nplans; i++) {
		must(c.plans[i].name && c.plans[i].nrun > 0);
		must((c.plans[i].every_s == 0) == (c.plans[i].nat > 0));
		for (size_t k = 0; k < c.plans[i].nat; k++)
			must(c.plans[i].at[k] < 24 * 60);
		for (size_t k = 0; k < c.plans[i].nrun; k++)
			must(c.plans[i].run[k].n > 0);
	}
	daemon_config_release(&c);
	return 0;
}
