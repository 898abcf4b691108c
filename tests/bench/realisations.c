/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * realisations STORE N: makes a store with one object and N realisations of as many derivations.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/path.h"
#include "store/store.h"

static int put(struct store *s, const char *name, const struct digest *object, struct fault *f)
{
	const char *argv[] = {"true", NULL};
	struct drv_step step = {.argv = argv, .argc = 1, .dir = "", .in = "", .out = ""};
	struct drv d = {.name = name, .system = "i686-linux", .steps = &step, .nsteps = 1};
	struct action a = {.drv = &d};
	struct buf json = BUF_INIT;
	int r = drv_set_id(&d);
	if (r == 0)
		r = action_set_id(&a);
	if (r == 0)
		r = action_json(&a, &json);
	if (r == 0)
		r = store_put_drv(s, &d, f);
	struct store_realisation v = {.action = a.id,
				      .drv = d.id,
				      .object = *object,
				      .outcome = STORE_BUILT,
				      .builder = "",
				      .started_ns = 1700000000000000000,
				      .ended_ns = 1700000001000000000,
				      .wall_ns = 1000000000,
				      .name = name,
				      .log = "",
				      .attestable = true};
	if (r == 0)
		r = store_put_realisation(s, &v, buf_view(&json), f);
	buf_release(&json);
	return r;
}

int main(int argc, char **argv)
{
	struct store *s = NULL;
	struct fault f = FAULT_INIT;
	struct store_object o = {0};
	char *tmp = NULL, name[64];
	if (argc < 3)
		return 1;
	size_t n = strtoul(argv[2], NULL, 10);
	int r = store_open(argv[1], STORE_CREATE, &s, &f);
	if (r == 0)
		r = store_tmp(s, "bench", &tmp, &f);
	char *file = r == 0 ? path_join(tmp, "file") : NULL;
	if (r == 0)
		r = file ? file_write_atomic(file, "x", 1, 0644, &f) : -ENOMEM;
	if (r == 0)
		r = store_add(s, file, NULL, 0, &o, &f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		snprintf(name, sizeof name, "node-%zu", i);
		r = put(s, name, &o.hash, &f);
	}
	if (r < 0)
		fprintf(stderr, "%s\n", f.what);
	free(file);
	free(tmp);
	store_close(s);
	return r < 0;
}
