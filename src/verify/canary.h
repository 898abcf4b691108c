/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_CANARY_H
#define VERIFY_CANARY_H

#include "verify/verify.h"

/*
 * Canaries: for each axis of variation a tiny recipe that writes what the axis changes, in each way by
 * which a program can get to see it, to a file each below CANARY_FOLDER of its output. All must come out
 * alike when nothing is varied, and each file different when the axis is; else the axis is not varied on
 * this machine, and no rebuild proves anything about it.
 */
#define CANARY_FOLDER "seen"

/*
 * Tries the axes ASKED. Those whose canary comes out different are added to R's vary, the others to its
 * skipped, with why. Negative when the machinery fails, or on a stop (ERR_CANCELLED).
 */
int canaries_run(unsigned asked, const struct verify_ops *ops, struct verify_report *r,
		 struct fault *f);

#endif
