/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_LOCATE_H
#define CMD_LOCATE_H

/*
 * Where things are on this machine. What is returned is an absolute path, malloc'd, which need not be there;
 * NULL: there is no such place, or memory is out.
 */

/* Returns the state folder that OPTION (--state, may be NULL) or else $BOOT_HURD_STATE gives. */
char *locate_given_state(const char *option);
/* Returns the state folder of a user who says nothing: boot-hurd in the XDG data folder. */
char *locate_own_state(void);
/*
 * Returns the recipes: OPTION (--recipes, may be NULL), else ./recipes, else those that came with the
 * program.
 */
char *locate_recipes(const char *option);
/*
 * Returns the recipes that came with the program: of the tree that it was built in, else those installed
 * beside it, else those of the prefix that it was built for.
 */
char *locate_own_recipes(void);
/* Returns the program NAME in $PATH; NULL when there is none. */
char *locate_program(const char *name);

#endif
