/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_XDG_H
#define BASE_XDG_H

/*
 * Returns the path BELOW in the folder that the environment variable VARIABLE of the XDG Base Directory
 * Specification names ("XDG_DATA_HOME"), or else in FALLBACK below $HOME (NULL: there is no fallback). A folder
 * that is not an absolute path does not count. Malloc'd; NULL: there is no such place, or out of memory.
 */
char *xdg_path(const char *variable, const char *fallback, const char *below);

#endif
