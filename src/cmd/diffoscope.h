/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_DIFFOSCOPE_H
#define CMD_DIFFOSCOPE_H

/*
 * Has diffoscope look at the trees OURS and THEIRS (absolute paths): the program that $BOOT_HURD_DIFFOSCOPE names
 * ("": none), else the one in $PATH. It writes THEIRS.diffoscope.txt and THEIRS.diffoscope.html. It reads what
 * others may have made to harm it, so it runs in the sandbox: it sees nothing but the two trees and the
 * system's programs, has no network, and may use so much time, memory and disk and no more. Returns the path of the
 * text, malloc'd; NULL: it is not installed, found nothing, was interrupted or did not end well, of which a warning tells.
 */
char *diffoscope_run(const char *ours, const char *theirs);

#endif
