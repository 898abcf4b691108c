/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads bytes as a NAR, whole and a byte at a time: both must say the same. What is accepted is
 * unpacked, and must give the same bytes when it is written again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "nar/nar.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char out[64];

static void set_up(void)
{
	if (out[0])
		return;
	snprintf(out, sizeof out, "%s/out", fuzz_folder());
}

static int collect(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

/* Reads the bytes in pieces of STEP. */
static int read_in(const uint8_t *data, size_t size, size_t step, struct fault *f)
{
	const struct nar_visitor none = {0};
	struct nar_reader *reader = NULL;
	must(nar_reader_new(&none, &reader) == 0);
	int r = 0;
	for (size_t at = 0; r == 0 && at < size; at += step)
		r = nar_reader_feed(reader, data + at, size - at < step ? size - at : step, f);
	if (r == 0)
		r = nar_reader_end(reader, f);
	nar_reader_free(reader);
	must(r == 0 || f->what[0]);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = FAULT_INIT, g = FAULT_INIT;
	struct nar_unpack *u = NULL;
	set_up();
	int whole = read_in(data, size, size ? size : 1, &f);
	must(whole == read_in(data, size, 1, &g));
	must(nar_unpack_new(out, 1 << 20, &u, &f) == 0);
	int r = nar_unpack_feed(u, data, size, &f);
	if (r == 0)
		r = nar_unpack_end(u, &f);
	nar_unpack_free(u);
	must(r < 0 || whole == 0);
	if (r == 0) {
		struct buf again = BUF_INIT;
		must(nar_write(out, collect, &again, NULL, &f) == 0);
		must(again.len == size && (!size || memcmp(again.ptr, data, size) == 0));
		buf_release(&again);
	}
	must(file_remove_tree(out, NULL) == 0);
	return 0;
}
