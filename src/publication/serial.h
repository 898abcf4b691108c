/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_SERIAL_H
#define PUBLICATION_SERIAL_H

#include <stdint.h>

#include "base/err.h"

/*
 * The last serial that a key gave to an index or to commitments: serials/KEYID in the state folder STATE, one
 * decimal number and a line end. It belongs to the key, not to a publication or the clock, since who
 * compares two publications takes the same serial, or a lower one, for a lie.
 *
 * Takes the next serial of the key KEYID: above all that the key gave, and above OLD, which was found in a
 * publication. It counts as given from now on. A state that knows of none begins with the clock.
 * ERR_SYNTAX: the file is not what was written.
 */
int serial_take(const char *state, const char *keyid, uint64_t old, uint64_t *ret,
		struct fault *f);

#endif
