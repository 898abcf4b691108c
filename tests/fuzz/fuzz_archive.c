/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unpacks bytes as an archive. What is accepted must be a tree that can be archived, whose links all
 * stay inside; what is refused must leave nothing behind, and say why.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "nar/nar.h"
#include "source/links.h"
#include "source/source.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char in[64], out[64];

static void set_up(void)
{
	if (in[0])
		return;
	must(hash_setup(NULL) == 0);
	snprintf(in, sizeof in, "%s/in", fuzz_folder());
	snprintf(out, sizeof out, "%s/out", fuzz_folder());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = FAULT_INIT;
	struct strlist left = STRLIST_INIT;
	struct source_options o = {.unpacked_max = 1 << 20, .files_max = 500};
	struct digest hash;
	struct nar_stats stats;
	set_up();
	FILE *file = fopen(in, "wb");
	must(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
	if (source_unpack(in, out, &o, &f) == 0) {
		must(links_check(out, "fuzz", NULL) == 0);
		must(nar_hash(out, &hash, &stats, &f) == 0);
		must(stats.file_size <= o.unpacked_max);
		must(file_remove_tree(out, NULL) == 0);
	} else {
		must(f.code < 0 && f.what[0]);
	}
	must(unlink(in) == 0);
	must(file_list(fuzz_folder(), &left, NULL) == 0 && left.n == 0);
	strlist_release(&left);
	return 0;
}
