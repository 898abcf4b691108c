/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads bytes as what is remembered of an evaluated recipe file. What is accepted is written and read again: the
 * same bytes.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "recipe/codec.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads IN; true when it is whole. */
static bool read_all(struct view in, struct arena *a, struct recipe_file *ret)
{
	struct codec c = {.in = in, .a = a};
	*ret = (struct recipe_file){.path = "x.lua"};
	code_reads(&c, ret);
	if (c.failed)
		return false;
	code_decls(&c, ret);
	return !c.failed && !c.in.len;
}

static void write_all(struct recipe_file *f, struct buf *ret)
{
	struct codec c = {.out = ret};
	code_reads(&c, f);
	code_decls(&c, f);
	must(!c.failed && buf_failed(ret) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct recipe_file f;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	if (read_all((struct view){(const char *)data, size}, &a, &f)) {
		write_all(&f, &once);
		must(read_all(buf_view(&once), &a, &f));
		write_all(&f, &twice);
		must(view_eq(buf_view(&once), buf_view(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
	arena_release(&a);
	return 0;
}
