/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads bytes as the pins of a folder of recipes. Each line that is accepted has its key, and stands there whole. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "recipe/pins_file.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	struct fault f = FAULT_INIT;
	struct strlist lines = STRLIST_INIT;
	if (pins_parse(in, "pins", &lines, &f) == 0) {
		size_t n = sizeof PINS_MAGIC;
		for (size_t i = 0; i < lines.n; i++) {
			must(pins_key(lines.items[i]) > 0 && !strchr(lines.items[i], '\n'));
			must(i == 0 || strcmp(lines.items[i - 1], lines.items[i]) <= 0);
			n += strlen(lines.items[i]) + 1;
		}
		must(n == size);
	} else {
		must(f.what[0] != 0);
	}
	strlist_release(&lines);
	return 0;
}
