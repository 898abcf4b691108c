/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cmd/format.h"
#include "cmd/locate.h"
#include "cmd/print.h"
#include "cmd/qemu.h"
#include "cmd/remote.h"
#include "sandbox/sandbox.h"
#include "source/source.h"

/* Only what is missing is told. */
static bool quiet;

/* Prints one line of the examination. Returns whether it is a problem. */
static int report(bool ok, const char *what, const char *repair)
{
	if (!ok || !quiet)
		print_out("%-8s %s\n", ok ? "ok" : "missing", what);
	if (!ok)
		print_out("         to repair it: %s\n", repair);
	return !ok;
}

/* Returns whether a child may make the namespaces a sandbox needs. */
static bool namespaces_work(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET) < 0);
	int status;
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

/* The smallest i386 program: an ELF header and program header, then exit(0) by int 0x80. */
static const unsigned char TINY[] = {
    0x7f, 'E',  'L',  'F',  1,    1,    1,    0,    0,    0, 0, 0, 0,    0, 0, 0, 2, 0, 3, 0,
    1,    0,    0,    0,    0x54, 0x80, 0x04, 0x08, 0x34, 0, 0, 0, 0,    0, 0, 0, 0, 0, 0, 0,
    0x34, 0,    0x20, 0,    1,    0,    0,    0,    0,    0, 0, 0, 1,    0, 0, 0, 0, 0, 0, 0,
    0,    0x80, 0x04, 0x08, 0,    0x80, 0x04, 0x08, 0x5b, 0, 0, 0, 0x5b, 0, 0, 0, 5, 0, 0, 0,
    0,    0x10, 0,    0,    0x31, 0xdb, /* xor ebx, ebx: status 0 */
    0x31, 0xc0, 0x40,                   /* eax = 1: exit */
    0xcd, 0x80,                         /* int 0x80 */
};

/* Returns whether i386 programs run here. */
static bool i386_works(void)
{
	char path[] = "/tmp/boot-hurd-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0)
		return false;
	bool written = file_write_fd(fd, TINY, sizeof TINY) == 0 && fchmod(fd, 0700) == 0;
	close(fd);
	pid_t pid = written ? fork() : -1;
	if (pid == 0) {
		execl(path, path, (char *)NULL);
		_exit(1);
	}
	int status = 1;
	if (pid > 0)
		waitpid(pid, &status, 0);
	unlink(path);
	return status == 0;
}

static int check_disk(struct cmd *c)
{
	const char *state = NULL;
	struct statvfs v;
	char free_bytes[32], what[128];
	if (cmd_state(c, &state, NULL) < 0 || file_mkdirs(state, NULL) < 0 ||
	    statvfs(state, &v) < 0)
		return report(false, "a folder for the store", "export BOOT_HURD_STATE=DIR");
	uint64_t n = (uint64_t)v.f_bavail * v.f_frsize;
	format_bytes(n, free_bytes);
	snprintf(what, sizeof what, "room for the store: %s free", free_bytes);
	return report(n >= 4ULL << 30, what, "export BOOT_HURD_STATE=DIR, on a larger disk");
}

/* Says who holds builds to their limits. Either way they are held. */
static void report_groups(void)
{
	FREE_PTR char *group = sandbox_cgroup_find();
	if (quiet)
		return;
	if (group)
		print_out("ok       memory and processes of builds are limited in %s\n", group);
	else
		print_out(
		    "note     memory and processes of builds are counted: no control group "
		    "(v2) with both is delegated to this process\n"
		    "         for one: systemd-run --user --scope -p Delegate=yes boot-hurd "
		    "…\n");
}

/* Prints the table of limits: what a manual says of them can be compared with it. */
static void print_limits(void)
{
	size_t n;
	const struct limit *all = limits_all(&n);
	for (size_t i = 0; i < n; i++) {
		char value[32];
		limit_format(all[i].value, all[i].unit, value);
		print_out("%-52s %s\n", all[i].name, value);
	}
}

/* What the command line asks for. */
struct request {
	bool limits;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "limits", offsetof(struct request, limits), NULL,
     "print the limits of builds, recipes, sources and outputs, and look at nothing"},
    {0}};

static int doctor(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	char **urls = NULL;
	quiet = c->quiet;
	(void)f;
	if (q->limits) {
		print_limits();
		return CMD_OK;
	}
	bool namespaces = namespaces_work(), chroot = !namespaces && sandbox_in_chroot();
	int bad = report(namespaces, chroot ? SANDBOX_CHROOT_WHAT : "user namespaces",
			 chroot ? SANDBOX_CHROOT_HINT
				: "sysctl kernel.unprivileged_userns_clone=1 "
				  "user.max_user_namespaces=10000");
	struct fault low = FAULT_INIT;
	bool high = sandbox_host_check(&low) == 0;
	bad += report(high, high ? "resource limits" : low.what, low.hint);
	bad += report(i386_works(), "i386 programs",
		      "a kernel with CONFIG_IA32_EMULATION, not booted with ia32_emulation=0");
	bad += report(source_debian_urls("d/dash/x", &urls, NULL) == 0 && urls && urls[0],
		      "a Debian archive in apt's configuration",
		      "a 'deb' line in /etc/apt/sources.list");
	for (size_t i = 0; urls && urls[i]; i++)
		free(urls[i]);
	free(urls);
	bad += check_disk(c);
	report_groups();
	FREE_PTR char *daemon = NULL;
	struct fault silent = FAULT_INIT;
	if (!c->no_daemon && remote_state(&daemon, &silent) < 0)
		bad += report(false, silent.what, silent.hint);
	if (daemon && !quiet)
		print_out("note     a boot-hurdd answers: it manages %s\n", daemon);
	FREE_PTR char *diffoscope = locate_program("diffoscope");
	if (!diffoscope && !quiet)
		print_out(
		    "optional diffoscope is not installed: differences are listed file by "
		    "file only\n"
		    "         install it with: apt-get install diffoscope-minimal\n");
	FREE_PTR char *qemu = locate_program(QEMU);
	if (!qemu && !quiet)
		print_out("optional " QEMU " is not installed: boot-hurd vm needs it\n"
			  "         install it with: " QEMU_INSTALL "\n");
	return bad ? CMD_ERROR : CMD_OK;
}

const struct command command_doctor = {
    .name = "doctor",
    .run = doctor,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .synopsis = "[--limits]",
    .summary = "say what this machine lacks and how to repair it",
};
