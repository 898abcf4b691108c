/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fd.h"

#include <unistd.h>

void file_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
