/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

/* The memory of who asks. */

/*
 * Returns whether the question still stands: if so, its process is there, and the process's number
 * is not another one's by now. /proc is read-only inside, so memory is reached by that number; what
 * could be hit between the check and the access is another process of the same build.
 */
static bool stands(const struct question *q)
{
	return ioctl(q->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &q->id) == 0;
}

bool question_read(const struct question *q, uint64_t from, void *to, size_t n)
{
	struct iovec local = {to, n}, remote = {(void *)(uintptr_t)from, n};
	return process_vm_readv(q->pid, &local, 1, &remote, 1, 0) == (ssize_t)n && stands(q);
}

bool question_write(const struct question *q, uint64_t to, const void *from, size_t n)
{
	struct iovec local = {(void *)(uintptr_t)from, n}, remote = {(void *)(uintptr_t)to, n};
	return stands(q) && process_vm_writev(q->pid, &local, 1, &remote, 1, 0) == (ssize_t)n;
}
