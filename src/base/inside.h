/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_INSIDE_H
#define BASE_INSIDE_H

/* Where things stand inside a build, and on a machine that uses what was built. */
#define INSIDE_PREFIX "/opt/boot-hurd" /* inputs and the output, each below it by its name */
#define INSIDE_BUILD  "/build"         /* the build folder */

#endif
