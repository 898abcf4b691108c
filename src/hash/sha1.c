/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hash/sha1.h"

#include <gcrypt.h>

#include "hash/sha256.h"

void sha1_view(struct view v, unsigned char ret[SHA1_LEN])
{
	hash_setup(NULL);
	gcry_md_hash_buffer(GCRY_MD_SHA1, ret, v.ptr, v.len);
}
