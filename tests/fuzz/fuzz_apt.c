/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads bytes as what apt's programs print. What is found are archives that can be fetched, each once. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "source/apt.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(struct strlist *found)
{
	for (size_t i = 0; i < found->n; i++) {
		must(strncmp(found->items[i], "http", 4) == 0 ||
		     strncmp(found->items[i], "file:", 5) == 0);
		must(!strchr(found->items[i], '\n'));
		for (size_t k = 0; k < i; k++)
			must(strcmp(found->items[i], found->items[k]) != 0);
	}
	strlist_release(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	struct strlist targets = STRLIST_INIT, update = STRLIST_INIT;
	must(apt_archives_of_targets(in, &targets) == 0);
	look_at(&targets);
	must(apt_archives_of_update(in, &update) == 0);
	look_at(&update);
	struct view said = apt_setting(in, "Acquire::http::Proxy");
	must(said.len == 0 || (said.ptr > in.ptr && said.ptr + said.len <= in.ptr + in.len &&
			       !memchr(said.ptr, '\n', said.len)));
	return 0;
}
