/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_DIFFOSCOPE_H
#define CMD_DIFFOSCOPE_H

/*
 * Runs diffoscope on the trees OURS and THEIRS when it is installed; its text goes to
 * THEIRS.diffoscope.txt, and where that is, to standard error. Says nothing when it fails.
 */
void diffoscope_run(const char *ours, const char *theirs);

#endif
