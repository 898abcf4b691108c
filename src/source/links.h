/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_LINKS_H
#define SOURCE_LINKS_H

#include "base/err.h"

/*
 * Checks that no symbolic link in the tree ROOT leads out of it, by following each one step by step,
 * through further links too. A link to nothing inside the tree is fine. ERR_UNSAFE names WHAT (where
 * the tree comes from) and the link; ERR_LIMIT when following them all would take too long.
 */
int links_check(const char *root, const char *what, struct fault *f);

#endif
