/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The limits that people meet, one figure each: whatever holds somebody to one takes it from here. `boot-hurd doctor
 * --limits` prints the table, and boot-hurd-recipe(5), LIMITS, lists the same; manual.t compares the two.
 */

/* What a build may use where its recipe sets nothing. */
#define LIMIT_BUILD_TIME_S    (24 * 3600)
#define LIMIT_BUILD_SILENCE_S (4 * 3600)
#define LIMIT_BUILD_MEMORY    (UINT64_C(16) << 30)
#define LIMIT_BUILD_PROCESSES 4096
#define LIMIT_BUILD_OUTPUT    (UINT64_C(16) << 30)
#define LIMIT_BUILD_FOLDER    (UINT64_C(64) << 30)
#define LIMIT_BUILD_LOG       (UINT64_C(256) << 20)

/* What a recipe, an option or a configuration may ask for. */
#define LIMIT_ASKED_TIME_S    (INT64_C(100) * 365 * 86400) /* fits in 64 bits as nanoseconds */
#define LIMIT_ASKED_PROCESSES (INT64_C(1) << 22)           /* the largest pid_max of Linux */
#define LIMIT_ASKED_BYTES     (INT64_C(1) << 53) /* the largest whole number of JSON */

/* The resource limits that every build sees, see sandbox/limits.c. */
#define LIMIT_SEEN_STACK     (8 << 20)
#define LIMIT_SEEN_FILES     1024
#define LIMIT_SEEN_PROCESSES (LIMIT_BUILD_PROCESSES + 256) /* watching speaks first */
#define LIMIT_SEEN_LOCKED    (64 << 10)
#define LIMIT_SEEN_SIGNALS   1024
#define LIMIT_SEEN_QUEUES    819200

/* What the evaluation of one recipe file may use. */
#define LIMIT_RECIPE_STEPS   10000000
#define LIMIT_RECIPE_MEMORY  (32 << 20)
#define LIMIT_RECIPE_TIME_MS 700
#define LIMIT_RECIPE_FILE    (1 << 20) /* its bytes, and those of what readfile reads */
#define LIMIT_RECIPE_READ    1000      /* steps that file, tree and readfile cost */
#define LIMIT_RECIPE_LIST    100000    /* items */
#define LIMIT_RECIPE_NAME    120       /* bytes */
#define LIMIT_RECIPE_LOCAL   (1 << 30) /* bytes of a file or tree of the repository */

/* What a source may be. */
#define LIMIT_SOURCE_DOWNLOAD (UINT64_C(4) << 30)
#define LIMIT_SOURCE_SMALL    (UINT64_C(128) << 20) /* an archive may always unpack to so much, */
#define LIMIT_SOURCE_RATIO    200 /* beyond that to so many times its own size, */
#define LIMIT_SOURCE_UNPACKED (UINT64_C(32) << 30) /* and at most to this */
#define LIMIT_SOURCE_ENTRIES  1000000
#define LIMIT_SOURCE_DEPTH    256
#define LIMIT_SOURCE_PATH     4000
#define LIMIT_SOURCE_LINKS    40 /* that lead from one to the next */
#define LIMIT_SOURCE_GIT_FILE (1 << 30)

/* What an output may hold; see nar/nar.h. */
#define LIMIT_OUTPUT_NAME  255
#define LIMIT_OUTPUT_LINK  4095
#define LIMIT_OUTPUT_DEPTH 512
#define LIMIT_OUTPUT_PATH  3072

/* What is read from others. */
#define LIMIT_READ_ENVELOPE   (4 << 20)
#define LIMIT_READ_SIGNATURES 1024
#define LIMIT_READ_JSON_DEPTH 64

/* What diffoscope, a program of others, may use. */
#define LIMIT_DIFFOSCOPE_TIME_S    300
#define LIMIT_DIFFOSCOPE_LAST_S    1800 /* none is begun so long after the first */
#define LIMIT_DIFFOSCOPE_MEMORY    (UINT64_C(2) << 30)
#define LIMIT_DIFFOSCOPE_PROCESSES 256
#define LIMIT_DIFFOSCOPE_DISK      (UINT64_C(4) << 30)
#define LIMIT_DIFFOSCOPE_REPORT    (8 << 20)

enum limit_unit {
	LIMIT_COUNT,
	LIMIT_BYTES,
	LIMIT_SECONDS,
	LIMIT_MILLISECONDS,
};

/* A limit of the table. */
struct limit {
	const char *name; /* for people: "build: time" */
	uint64_t value;   /* in its unit */
	enum limit_unit unit;
};

/* Returns all of them, RET_N many. */
const struct limit *limits_all(size_t *ret_n);
/* Writes VALUE for people, exactly: "16 GiB", "24 h", "700 ms", "10,000,000". */
void limit_format(uint64_t value, enum limit_unit unit, char ret[32]);

#endif
