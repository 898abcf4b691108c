/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/*
 * The root. Built with the current folder as the new root, so that a path inside, without its first
 * slash, is the path to work with. sys/mount.h and linux/mount.h cannot be included together on
 * some systems, so the old calls are made by number as well.
 */

enum {
	RDONLY = 1,
	NOSUID = 2,
	NODEV = 4,
	NOEXEC = 8,
	BIND = 4096,
	REC = 16384,
	PRIVATE = 1 << 18
};
enum { DETACH = 2 };
enum {
	NUMBERS_TRIED = 1000, /* device numbers, until one is as it must be */
	FILES_AHEAD = 7,      /* used up before a build makes its first file */
};

/* Nothing here allocates: see internal.h. */
static int fail(char *detail, size_t n, const char *what, const char *path)
{
	int e = errno;
	snprintf(detail, n, "%s %.200s", what, path);
	return -e;
}

static int do_mount(const char *from, const char *to, const char *type, unsigned long flags,
		    const char *data)
{
	return (int)syscall(SYS_mount, from, to, type, flags, data);
}

/*
 * Mounts a file system of TYPE at AT. The kernel draws its device number from those that are free, so by
 * chance two runs may draw the same. But that of a run that varies ids is odd and that of any other even:
 * one that is not stays below, taken, and the next is drawn.
 */
static int mount_numbered(const struct sandbox_plan *p, const char *type, const char *at,
			  unsigned long flags, const char *data)
{
	for (int i = 0; i < NUMBERS_TRIED; i++) {
		struct stat st;
		if (do_mount(type, at, type, flags, data) < 0 || stat(at, &st) < 0)
			return -1;
		if ((minor(st.st_dev) & 1) == p->vary.ids)
			return 0;
	}
	errno = EAGAIN;
	return -1;
}

/* Uses up numbers of files in the folder AT, where the kernel counts them from one, for a run that varies ids. */
static int use_up_numbers(const struct sandbox_plan *p, const char *at)
{
	char path[64];
	snprintf(path, sizeof path, "%s/.ahead", at);
	for (int i = 0; p->vary.ids && i < FILES_AHEAD; i++)
		if (mkdir(path, 0755) < 0 || rmdir(path) < 0)
			return -1;
	return 0;
}

/* Sets mount attributes of PATH, and with AT_RECURSIVE of all below it. */
static int set_attr(const char *path, unsigned at_flags, uint64_t attr)
{
	struct mount_attr a = {.attr_set = attr};
	return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, at_flags, &a, sizeof a);
}

/* Makes the folders above REL, which is relative. */
static int make_parents(const char *rel)
{
	char path[4096];
	size_t n = strlen(rel);
	if (n >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, rel, n + 1);
	for (char *s = strchr(path, '/'); s; s = strchr(s + 1, '/')) {
		*s = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -1;
		*s = '/';
	}
	return 0;
}

/* Makes REL, something to mount HOST on: a folder or a file as HOST is one. */
static int make_point(const char *host, const char *rel)
{
	struct stat st;
	if (stat(host, &st) < 0)
		return -1;
	/* Most inputs share their parent: try without making it. */
	for (int again = 0; again < 2; again++) {
		int r;
		if (S_ISDIR(st.st_mode)) {
			r = mkdir(rel, 0755);
		} else {
			r = open(rel, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
			if (r >= 0)
				close(r);
		}
		if (r >= 0 || errno == EEXIST)
			return 0;
		if (errno != ENOENT || make_parents(rel) < 0)
			return -1;
	}
	return -1;
}

static int bind(const char *host, const char *rel)
{
	return do_mount(host, rel, NULL, BIND | REC, NULL);
}

/* The read-only part: inputs, and the places where the rest goes. */
static int mount_inputs(const struct sandbox_plan *p, char *detail, size_t n)
{
	static const char *const folders[] = {"proc", "tmp", "dev", "build", "opt"};
	static const char *const nodes[] = {"dev/null", "dev/zero", "dev/full"};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (mkdir(folders[i], 0755) < 0)
			return fail(detail, n, "cannot make folder", folders[i]);
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
		int fd = open(nodes[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			return fail(detail, n, "cannot make file", nodes[i]);
		close(fd);
	}
	if (make_point(p->output_host, p->output + 1) < 0)
		return fail(detail, n, "cannot find output", p->output_host);
	for (size_t i = 0; i < p->nbinds; i++) {
		const char *rel = p->binds[i].inside + 1;
		if (make_point(p->binds[i].host, rel) < 0)
			return fail(detail, n, "cannot find input", p->binds[i].host);
		if (bind(p->binds[i].host, rel) < 0)
			return fail(detail, n, "cannot bind input", p->binds[i].host);
	}
	if (set_attr(".", AT_RECURSIVE,
		     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV) < 0)
		return fail(detail, n, "cannot make read-only", "the inputs");
	return 0;
}

/* What is writable, and what the kernel provides. */
static int mount_rest(const struct sandbox_plan *p, char *detail, size_t n)
{
	static const char *const nodes[] = {"/dev/null", "/dev/zero", "/dev/full"};
	const uint64_t plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	if (bind(p->build_host, "build") < 0 || set_attr("build", AT_RECURSIVE, plain) < 0)
		return fail(detail, n, "cannot bind build folder", p->build_host);
	if (bind(p->output_host, p->output + 1) < 0 ||
	    set_attr(p->output + 1, AT_RECURSIVE, plain) < 0)
		return fail(detail, n, "cannot bind output", p->output_host);
	/*
	 * The node itself must be usable, so no "nodev"; read-only keeps its mode, owner and times;
	 * its folder is read-only, and a mount point cannot be unlinked.
	 */
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		if (bind(nodes[i], nodes[i] + 1) < 0 ||
		    set_attr(nodes[i] + 1, 0,
			     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC) < 0)
			return fail(detail, n, "cannot bind", nodes[i]);
	char size[64];
	snprintf(size, sizeof size, "mode=1777,size=%llu",
		 (unsigned long long)p->limits.memory);
	if (mount_numbered(p, "tmpfs", "tmp", NOSUID | NODEV,
			   p->limits.memory ? size : "mode=1777") < 0 ||
	    use_up_numbers(p, "tmp") < 0)
		return fail(detail, n, "cannot mount", "/tmp");
	/*
	 * Processes only: no /proc/sys (root could write there), version, cpuinfo, meminfo. And only
	 * those that a process may trace: not init, whose command line is our caller's.
	 */
	if (mount_numbered(p, "proc", "proc", NOSUID | NODEV | NOEXEC | RDONLY,
			   "subset=pid,hidepid=ptraceable") < 0)
		return fail(detail, n, "cannot mount", "/proc");
	return 0;
}

int sandbox_mounts(const struct sandbox_plan *p, char *detail, size_t n)
{
	/* What happens here stays here. */
	if (do_mount(NULL, "/", NULL, REC | PRIVATE, NULL) < 0)
		return fail(detail, n, "cannot make private", "the mounts");
	if (mount_numbered(p, "tmpfs", p->scratch_host, NOSUID | NODEV, "mode=0755,size=1m") <
		0 ||
	    chdir(p->scratch_host) < 0 || use_up_numbers(p, ".") < 0)
		return fail(detail, n, "cannot mount a root on", p->scratch_host);
	int r = mount_inputs(p, detail, n);
	if (r == 0)
		r = mount_rest(p, detail, n);
	if (r < 0)
		return r;
	/* The old root is put over the new one and taken away again: it needs no folder. */
	if (syscall(SYS_pivot_root, ".", ".") < 0 || syscall(SYS_umount2, ".", DETACH) < 0 ||
	    chdir("/") < 0)
		return fail(detail, n, "cannot move into", "the new root");
	return 0;
}
