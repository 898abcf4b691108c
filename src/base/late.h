/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_LATE_H
#define BASE_LATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Foreign libraries that are loaded when they are first needed. libcurl, libgit2, libarchive and Graphviz
 * bring fifty more along, and to load them all takes ten times as long as the rest of a command with
 * nothing to do. Calls are compiled against the library's own header, so types are checked; only the
 * address comes late:
 *
 *     #define SYMBOLS(X) X(git_libgit2_init) X(git_error_last)
 *     SYMBOLS(LATE_POINTER)
 *     static const struct late_symbol symbols[] = {SYMBOLS(LATE_SYMBOL)};
 *     static struct late git2 = LATE_INIT(SONAME_GIT2, symbols);
 *
 *     int r = late_load(&git2, f);
 *     if (r == 0)
 *             sym_git_libgit2_init();
 *
 * SONAME_… are in the generated sonames.h: of the library whose headers the program was compiled with.
 */
struct late_symbol {
	const char *name;
	void *pointer; /* the address of sym_NAME */
};

struct late {
	const char *soname;
	const struct late_symbol *symbols;
	size_t n;
	atomic_bool loaded;
};

#define LATE_POINTER(name) static __typeof__(name) *sym_##name;
/* The same for a library that several files of a module call: in a header, and in one source. */
#define LATE_DECLARE(name) extern __typeof__(name) *sym_##name;
#define LATE_DEFINE(name)  __typeof__(name) *sym_##name;
#define LATE_SYMBOL(name)  {#name, (void *)&sym_##name},
#define LATE_INIT(soname, list) \
	{ \
		soname, list, sizeof(list) / sizeof *(list), false \
	}

/*
 * Loads L, once for the whole process; it is never unloaded. By any thread. ERR_CONFIG when the library is not
 * there, or lacks a function.
 */
int late_load(struct late *l, struct fault *f);

#endif
