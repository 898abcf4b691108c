/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/late_archive.h"

#include "sonames.h"

ARCHIVE_SYMBOLS(LATE_DEFINE)

static const struct late_symbol symbols[] = {ARCHIVE_SYMBOLS(LATE_SYMBOL)};
static struct late library = LATE_INIT(SONAME_LIBARCHIVE, symbols);

int late_archive(struct fault *f)
{
	return late_load(&library, f);
}
