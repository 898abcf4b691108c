/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"

bool sandbox_in_chroot(void)
{
	struct stat root, init;
	/* Who may not look at process 1 learns it from the mounts: a chroot is seldom one itself. */
	if (stat("/", &root) == 0 && stat("/proc/1/root/.", &init) == 0)
		return root.st_dev != init.st_dev || root.st_ino != init.st_ino;
	struct buf b = BUF_INIT;
	CLOSE_FD int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	bool found = fd < 0 || file_read_fd(fd, 1 << 20, &b) != 0 ||
		     strstr(buf_str(&b), " / rw") != NULL ||
		     strstr(buf_str(&b), " / ro") != NULL;
	buf_release(&b);
	return !found;
}
