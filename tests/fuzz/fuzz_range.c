/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads bytes, behind the size of a file, as the header "Range". What is to be sent lies in the file. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "daemon/range.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[512] = "bytes=";
	uint64_t file, from = 0, len = 0;
	if (size < sizeof file || size > 256)
		return 0;
	memcpy(&file, data, sizeof file);
	file >>= file & 63; /* small ones as well; the kernel knows none of more than 2^63 */
	file >>= 1;
	memcpy(text + 6, data + sizeof file, size - sizeof file);
	for (int plain = 0; plain < 2; plain++) {
		int r = range_parse(text + (plain ? 6 : 0), file, &from, &len);
		must(r >= -1 && r <= 1);
		if (r == 1)
			must(len > 0 && from < file && len <= file - from);
	}
	return 0;
}
