/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

static const struct limit ALL[] = {
    {"build: time", LIMIT_BUILD_TIME_S, LIMIT_SECONDS},
    {"build: time without a byte of output", LIMIT_BUILD_SILENCE_S, LIMIT_SECONDS},
    {"build: memory", LIMIT_BUILD_MEMORY, LIMIT_BYTES},
    {"build: processes at one time", LIMIT_BUILD_PROCESSES, LIMIT_COUNT},
    {"build: output", LIMIT_BUILD_OUTPUT, LIMIT_BYTES},
    {"build: build folder", LIMIT_BUILD_FOLDER, LIMIT_BYTES},
    {"build: log", LIMIT_BUILD_LOG, LIMIT_BYTES},
    {"asked for: time", LIMIT_ASKED_TIME_S, LIMIT_SECONDS},
    {"asked for: processes", LIMIT_ASKED_PROCESSES, LIMIT_COUNT},
    {"asked for: bytes", LIMIT_ASKED_BYTES, LIMIT_BYTES},
    {"seen in a build: stack", LIMIT_SEEN_STACK, LIMIT_BYTES},
    {"seen in a build: open files", LIMIT_SEEN_FILES, LIMIT_COUNT},
    {"seen in a build: processes", LIMIT_SEEN_PROCESSES, LIMIT_COUNT},
    {"seen in a build: locked memory", LIMIT_SEEN_LOCKED, LIMIT_BYTES},
    {"seen in a build: pending signals", LIMIT_SEEN_SIGNALS, LIMIT_COUNT},
    {"seen in a build: bytes of message queues", LIMIT_SEEN_QUEUES, LIMIT_COUNT},
    {"recipe file: steps of the Lua machine", LIMIT_RECIPE_STEPS, LIMIT_COUNT},
    {"recipe file: memory", LIMIT_RECIPE_MEMORY, LIMIT_BYTES},
    {"recipe file: processor time", LIMIT_RECIPE_TIME_MS, LIMIT_MILLISECONDS},
    {"recipe file: text, and what readfile reads", LIMIT_RECIPE_FILE, LIMIT_BYTES},
    {"recipe file: steps that file, tree and readfile cost", LIMIT_RECIPE_READ, LIMIT_COUNT},
    {"recipe: items of a list", LIMIT_RECIPE_LIST, LIMIT_COUNT},
    {"recipe: bytes of a name", LIMIT_RECIPE_NAME, LIMIT_COUNT},
    {"recipe: a file or tree of the repository", LIMIT_RECIPE_LOCAL, LIMIT_BYTES},
    {"source: download", LIMIT_SOURCE_DOWNLOAD, LIMIT_BYTES},
    {"source: unpacked, always allowed", LIMIT_SOURCE_SMALL, LIMIT_BYTES},
    {"source: unpacked, bytes more for each of the archive", LIMIT_SOURCE_RATIO, LIMIT_COUNT},
    {"source: unpacked, at most", LIMIT_SOURCE_UNPACKED, LIMIT_BYTES},
    {"source: files, folders and links", LIMIT_SOURCE_ENTRIES, LIMIT_COUNT},
    {"source: nested folders", LIMIT_SOURCE_DEPTH, LIMIT_COUNT},
    {"source: bytes of a path", LIMIT_SOURCE_PATH, LIMIT_COUNT},
    {"source: links from one to the next", LIMIT_SOURCE_LINKS, LIMIT_COUNT},
    {"source: a file in git", LIMIT_SOURCE_GIT_FILE, LIMIT_BYTES},
    {"output: bytes of a file name", LIMIT_OUTPUT_NAME, LIMIT_COUNT},
    {"output: bytes of a link", LIMIT_OUTPUT_LINK, LIMIT_COUNT},
    {"output: nested folders", LIMIT_OUTPUT_DEPTH, LIMIT_COUNT},
    {"output: bytes of a path", LIMIT_OUTPUT_PATH, LIMIT_COUNT},
    {"read from others: an envelope", LIMIT_READ_ENVELOPE, LIMIT_BYTES},
    {"read from others: signatures of an envelope", LIMIT_READ_SIGNATURES, LIMIT_COUNT},
    {"read from others: nesting of JSON", LIMIT_READ_JSON_DEPTH, LIMIT_COUNT},
    {"diffoscope: time", LIMIT_DIFFOSCOPE_TIME_S, LIMIT_SECONDS},
    {"diffoscope: time after which none is begun", LIMIT_DIFFOSCOPE_LAST_S, LIMIT_SECONDS},
    {"diffoscope: memory", LIMIT_DIFFOSCOPE_MEMORY, LIMIT_BYTES},
    {"diffoscope: processes", LIMIT_DIFFOSCOPE_PROCESSES, LIMIT_COUNT},
    {"diffoscope: what it unpacks", LIMIT_DIFFOSCOPE_DISK, LIMIT_BYTES},
    {"diffoscope: each report", LIMIT_DIFFOSCOPE_REPORT, LIMIT_BYTES},
};

const struct limit *limits_all(size_t *ret_n)
{
	*ret_n = sizeof ALL / sizeof *ALL;
	return ALL;
}

/* Writes VALUE with a comma before each three digits. */
static void format_count(uint64_t value, char ret[32])
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value), at = 0;
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			ret[at++] = ',';
		ret[at++] = digits[i];
	}
	ret[at] = '\0';
}

void limit_format(uint64_t value, enum limit_unit unit, char ret[32])
{
	static const struct {
		enum limit_unit unit;
		uint64_t factor;
		const char *name;
	} units[] = {
	    {LIMIT_BYTES, UINT64_C(1) << 50, "PiB"},
	    {LIMIT_BYTES, 1 << 30, "GiB"},
	    {LIMIT_BYTES, 1 << 20, "MiB"},
	    {LIMIT_BYTES, 1 << 10, "KiB"},
	    {LIMIT_BYTES, 1, "bytes"},
	    {LIMIT_SECONDS, UINT64_C(365) * 86400, "years"},
	    {LIMIT_SECONDS, 3600, "h"},
	    {LIMIT_SECONDS, 60, "min"},
	    {LIMIT_SECONDS, 1, "s"},
	    {LIMIT_MILLISECONDS, 1, "ms"},
	    {LIMIT_COUNT, 1, ""},
	};
	size_t i = 0;
	while (units[i].unit != unit || value % units[i].factor != 0)
		i++;
	format_count(value / units[i].factor, ret);
	size_t n = strlen(ret);
	snprintf(ret + n, 32 - n, "%s%s", *units[i].name ? " " : "", units[i].name);
}
