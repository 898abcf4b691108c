/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { TAIL = 16 << 10 };

/* Returns whether the end of the log at PATH complains that there is no /bin/sh. */
static bool complains(const char *path)
{
	static const char *const says[] = {
	    "/bin/sh: not found",         "/bin/sh: No such file",
	    "/bin/sh: Command not found", "/bin/sh: command not found",
	    "/bin/sh: bad interpreter",   "'/bin/sh': No such file"};
	struct buf b = BUF_INIT;
	struct stat st;
	bool found = false;
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 ||
	    (st.st_size > TAIL && lseek(fd, -TAIL, SEEK_END) < 0))
		return false;
	if (file_read_fd(fd, 2 * (size_t)TAIL, &b) == 0 && b.len)
		for (size_t i = 0; !found && i < sizeof says / sizeof *says; i++)
			found = memmem(b.ptr, b.len, says[i], strlen(says[i])) != NULL;
	buf_release(&b);
	return found;
}

void build_hint_no_shell(const char *log, struct fault *f)
{
	if (!f || f->hint[0] ||
	    !(complains(log) || strstr(f->what, "No such file or directory")))
		return;
	fault_hint(
	    f, "there is no /bin/sh in a build: run scripts as { input_path \"dash/bin/sh\", "
	       "\"./configure\" }, give make SHELL=, and configure CONFIG_SHELL=; the build "
	       "style gnu_build does all of it (boot-hurd-recipe(5))");
}
