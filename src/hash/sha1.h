/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HASH_SHA1_H
#define HASH_SHA1_H

#include "base/view.h"

/*
 * SHA-1, by which OpenPGP (RFC 4880, 12.2) and git name things. Nothing is trusted because of it.
 */
enum { SHA1_LEN = 20 };
void sha1_view(struct view v, unsigned char ret[SHA1_LEN]);

#endif
