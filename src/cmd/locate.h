/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_LOCATE_H
#define CMD_LOCATE_H

#include "base/vec.h"

/*
 * Where things are on this machine. What is returned is an absolute path, malloc'd, which need not be there;
 * NULL: there is no such place, or out of memory.
 */

/* Returns the state folder that OPTION (--state, may be NULL) or else $BOOT_HURD_STATE gives. */
char *locate_given_state(const char *option);
/* Returns the state folder of a user who says nothing: boot-hurd in the XDG data folder. */
char *locate_own_state(void);
/*
 * Returns the folders of recipes to read, joined by colons, the later ones on top of the earlier: OPTIONS (each
 * may be several, joined so; the word "default" is the default); without any the default ("recipes" here,
 * else those that came with the program), then those of $BOOT_HURD_RECIPES.
 */
char *locate_recipes(const struct strlist *options);
/*
 * Returns the recipes that came with the program: of the tree that it was built in, else those installed
 * beside it, else those of the prefix that it was built for.
 */
char *locate_own_recipes(void);
/* Returns the program NAME in $PATH; NULL when there is none. */
char *locate_program(const char *name);

#endif
