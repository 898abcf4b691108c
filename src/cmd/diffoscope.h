/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_DIFFOSCOPE_H
#define CMD_DIFFOSCOPE_H

/*
 * Runs diffoscope on the trees OURS and THEIRS when it is installed; its text goes to
 * THEIRS.diffoscope.txt. Returns where that is, malloc'd, or NULL: not installed, or it failed.
 */
char *diffoscope_run(const char *ours, const char *theirs);

#endif
