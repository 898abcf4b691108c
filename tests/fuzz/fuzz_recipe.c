/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds bytes to the evaluator as a recipe file: it must end soon, with a recipe or with words. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/sha256.h"
#include "recipe/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char top[] = "/tmp/boot-hurd-fuzz-XXXXXX";
static char recipes[64], file[64];

static void clean_up(void)
{
	file_remove_tree(top, NULL);
}

static void set_up(void)
{
	static const char y[] = "return recipe { name = \"y\", steps = { { \"true\" } } }\n";
	char path[64];
	if (recipes[0])
		return;
	if (hash_setup(NULL) < 0 || !mkdtemp(top))
		abort();
	atexit(clean_up);
	snprintf(recipes, sizeof recipes, "%s/recipes", top);
	snprintf(file, sizeof file, "%s/x.lua", recipes);
	snprintf(path, sizeof path, "%s/y.lua", recipes);
	if (mkdir(recipes, 0755) < 0 ||
	    file_write_atomic(path, y, sizeof y - 1, 0644, NULL) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recipes *r = NULL;
	struct fault f = FAULT_INIT;
	const struct drv **all = NULL;
	size_t n = 0;
	set_up();
	FILE *out = fopen(file, "wb");
	if (!out || fwrite(data, 1, size, out) != size || fclose(out) != 0)
		abort();
	if (recipes_open(recipes, top, &r, &f) < 0)
		abort();
	int e = recipes_all(r, &all, &n, &f);
	if (e < 0 && !f.what[0])
		abort();
	for (size_t i = 0; e == 0 && i < n; i++)
		if (drv_check(all[i], &f) < 0)
			abort();
	free(all);
	recipes_free(r);
	return 0;
}
