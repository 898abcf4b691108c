/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * The filter asks about two things only: uname(2), which is answered here with fixed text, and
 * sockets. The kernel's structs may be longer than those of the headers, hence the unions.
 */
enum { ROOM = 512, I386_UNAME = 122, I386_SOCKETCALL = 102 };

union request {
	struct seccomp_notif q;
	char room[ROOM];
};

union response {
	struct seccomp_notif_resp r;
	char room[ROOM];
};

static bool copy_in(uint32_t pid, uint64_t from, void *to, size_t n)
{
	struct iovec local = {to, n}, remote = {(void *)(uintptr_t)from, n};
	return process_vm_readv((pid_t)pid, &local, 1, &remote, 1, 0) == (ssize_t)n;
}

static bool copy_out(uint32_t pid, uint64_t to, void *from, size_t n)
{
	struct iovec local = {from, n}, remote = {(void *)(uintptr_t)to, n};
	return process_vm_writev((pid_t)pid, &local, 1, &remote, 1, 0) == (ssize_t)n;
}

static void set_field(char field[65], const char *text)
{
	size_t n = strnlen(text, 64);
	memcpy(field, text, n);
}

/* Answers uname(2): the struct is the same for both ABIs. Returns the error, 0 or negative. */
static int answer_uname(const struct seccomp_notif *q, const struct sandbox_plan *p)
{
	struct utsname u;
	memset(&u, 0, sizeof u);
	set_field(u.sysname, "Linux");
	set_field(u.nodename, "localhost");
	set_field(u.release, sandbox_plan_release(p));
	set_field(u.version, sandbox_plan_version(p));
	set_field(u.machine, p->machine);
	set_field(u.domainname, "(none)");
	return copy_out(q->pid, q->data.args[0], &u, sizeof u) ? 0 : -EFAULT;
}

/* Returns the address family that the process asks a socket of; -1 when that cannot be told. */
static int family(const struct seccomp_notif *q)
{
	if (q->data.arch != AUDIT_ARCH_I386 || q->data.nr != I386_SOCKETCALL)
		return (int)q->data.args[0];
	int args[3];
	return copy_in(q->pid, (uint32_t)q->data.args[1], args, sizeof args) ? args[0] : -1;
}

static void describe(const struct seccomp_notif *q, int af, char *detail, size_t n)
{
	static const struct {
		int af;
		const char *name;
	} known[] = {
	    {AF_INET, "AF_INET"},     {AF_INET6, "AF_INET6"}, {AF_NETLINK, "AF_NETLINK"},
	    {AF_PACKET, "AF_PACKET"}, {AF_VSOCK, "AF_VSOCK"}, {AF_ALG, "AF_ALG"},
	};
	char comm[17] = "?";
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc >= 0) {
		sandbox_watch_comm(proc, (int)q->pid, comm);
		close(proc);
	}
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].af == af) {
			snprintf(detail, n, "%s asked for a socket of family %s", comm,
				 known[i].name);
			return;
		}
	snprintf(detail, n, "%s asked for a socket of family %d", comm, af);
}

int sandbox_notify(int listener, const struct sandbox_plan *p, char *detail, size_t n)
{
	union request in;
	union response out;
	memset(&in, 0, sizeof in);
	memset(&out, 0, sizeof out);
	/* Fails when the process was killed meanwhile: nothing to answer then. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &in) < 0)
		return 0;
	const struct seccomp_notif *q = &in.q;
	bool i386 = q->data.arch == AUDIT_ARCH_I386;
	int ret = 0;
	out.r.id = q->id;
	if (q->data.nr == (i386 ? I386_UNAME : SYS_uname)) {
		out.r.error = answer_uname(q, p);
	} else {
		int af = family(q);
		if (af == AF_UNIX) {
			out.r.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		} else {
			out.r.error = -EACCES;
			describe(q, af, detail, n);
			ret = 1;
		}
	}
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &out);
	return ret;
}
