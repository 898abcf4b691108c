/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads bytes as a narinfo. What is accepted is written, and must be read as the same again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "publication/narinfo.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = FAULT_INIT;
	struct narinfo n, m;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	if (narinfo_parse((struct view){(const char *)data, size}, &n, &f) < 0) {
		must(f.what[0] != 0);
		return 0;
	}
	must(narinfo_write(&n, &once) == 0);
	must(narinfo_parse(buf_view(&once), &m, &f) == 0);
	must(narinfo_write(&m, &twice) == 0);
	must(view_eq(buf_view(&once), buf_view(&twice)));
	buf_release(&once);
	buf_release(&twice);
	return 0;
}
