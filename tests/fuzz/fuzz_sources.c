/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads bytes as a list of Debian's sources. What is said about a pin stands in the list. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "source/debian_sources.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	struct fault f = FAULT_INIT;
	struct debian_pin pins[] = {
	    {.path = "h/hello/hello_1.tar"}, {.path = "h/hello/x"}, {.path = "none"}};
	const size_t n = sizeof pins / sizeof *pins;
	for (size_t i = 0; i < n; i++)
		memset(pins[i].sha256, '0' + (int)i, DIGEST_HEX);
	if (debian_sources_scan(in, pins, n, &f) < 0)
		must(f.what[0] != 0);
	must(!pins[2].listed && !pins[2].other && !pins[2].versions.n);
	for (size_t i = 0; i < n; i++) {
		must(!pins[i].listed || memmem(data, size, pins[i].sha256, DIGEST_HEX));
		for (size_t k = 0; k < pins[i].versions.n; k++)
			must(pins[i].versions.items[k][0] != 0);
		strlist_release(&pins[i].versions);
	}
	return 0;
}
