/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

/*
 * Locks: flock(2) and those of fcntl(2). A build may lock what is its own: files below /build, its output
 * and /tmp. Inputs, devices and what the kernel keeps one inode for (event descriptors, namespaces) are
 * shared with other builds, which a lock would hold up, or tell something. The mount through which a file
 * was opened tells them apart, not its file system: inputs and /build lie on one disk.
 *
 * Threads share descriptors, so that one can exchange the file while another is being judged. What it
 * gets by that is a lock that hinders nobody: who does not do the same may not have one there.
 */

/* Puts the mount of PATH below DIR, which is followed, in RET. 0 or a negated errno. */
static int mount_of(int dir, const char *path, uint64_t *ret)
{
	struct statx st;
	if (statx(dir, path, 0, STATX_MNT_ID, &st) < 0)
		return -errno;
	if (!(st.stx_mask & STATX_MNT_ID))
		return -ENOSYS;
	*ret = st.stx_mnt_id;
	return 0;
}

int locks_prepare(struct sandbox_listener *l, const char *output)
{
	const char *own[SANDBOX_OWN_MOUNTS] = {"/build", output, "/tmp"};
	int r = 0;
	for (size_t i = 0; r == 0 && i < SANDBOX_OWN_MOUNTS; i++)
		r = mount_of(AT_FDCWD, own[i], &l->own[i]);
	return r;
}

struct answer locks_answer(const struct sandbox_listener *l, const struct question *q)
{
	char path[64];
	uint64_t mount = 0;
	/* Of the thread that asks: not all threads of a process need share their descriptors. */
	snprintf(path, sizeof path, "%d/fd/%d", q->pid, (int)q->args[0]);
	int r = mount_of(q->proc, path, &mount);
	if (r == -ENOENT)
		return (struct answer){.error = -EBADF};
	for (size_t i = 0; r == 0 && i < SANDBOX_OWN_MOUNTS; i++)
		if (l->own[i] == mount)
			return (struct answer){.go_on = true};
	return (struct answer){.error = -ENOLCK};
}
