/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What host.t runs inside a build, static: prints all that a build can find out about the process, the
 * files and the kernel's view of both that might come from whoever started the engine. What varies from
 * run to run by its nature (times, inode, device and process numbers) is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;

static void show_process(void)
{
	struct sched_param param = {0};
	printf("nice %d priority %ld\n", getpriority(PRIO_PROCESS, 0),
	       syscall(SYS_getpriority, PRIO_PROCESS, 0));
	sched_getparam(0, &param);
	printf("policy %d %d\n", sched_getscheduler(0), param.sched_priority);
	/* struct sched_attr, by its fields: policy, flags, nice, priority, …, clamps */
	unsigned char attr[56] = {56};
	syscall(SYS_sched_getattr, 0, attr, sizeof attr, 0);
	printf("attributes ");
	for (size_t i = 4; i < sizeof attr; i++)
		printf("%02x", i >= 24 && i < 32
				   ? 0
				   : attr[i]); /* the default slice is the machine's */
	printf("\nioprio %ld\n", syscall(SYS_ioprio_get, 1, 0));
	printf("personality %#x\n", (unsigned)personality(0xffffffff));
	printf("umask %03o\n", (unsigned)umask(022));
	static const struct {
		const char *name;
		int op;
	} gets[] = {
	    {"timer slack", PR_GET_TIMERSLACK},
	    {"huge pages off", PR_GET_THP_DISABLE},
	    {"dumpable", PR_GET_DUMPABLE},
	    {"no new privileges", PR_GET_NO_NEW_PRIVS},
	    {"kept capabilities", PR_GET_KEEPCAPS},
	    {"securebits", PR_GET_SECUREBITS},
	    {"machine checks", PR_MCE_KILL_GET},
	    {"mdwe", 66},
	    {"merging", 68},
	};
	for (size_t i = 0; i < sizeof gets / sizeof *gets; i++)
		printf("%s %d\n", gets[i].name, prctl(gets[i].op, 0, 0, 0, 0));
	int tsc = 0;
	prctl(PR_GET_TSC, &tsc, 0, 0, 0);
	printf("tsc %d\n", tsc);
	printf("ids %d %d %d %d, %d groups\n", (int)getuid(), (int)geteuid(), (int)getgid(),
	       (int)getegid(), getgroups(0, NULL));
	printf("session %d group %d parent %d tty %d\n", (int)getsid(0), (int)getpgrp(),
	       (int)getppid(), open("/dev/tty", O_RDWR));
	struct itimerval timer;
	getitimer(ITIMER_REAL, &timer);
	printf("timer %ld\n", (long)timer.it_value.tv_sec);
}

/* Prints what /proc/self/stat says of priorities, by the numbers of proc(5). */
static void show_stat(void)
{
	char text[1024] = "";
	FILE *f = fopen("/proc/self/stat", "r");
	if (f) {
		size_t n = fread(text, 1, sizeof text - 1, f);
		text[n] = '\0';
		fclose(f);
	}
	const char *p = strrchr(text, ')');
	for (int i = 2; p && *p; i++) {
		size_t n = strcspn(p, " ");
		if (i == 18 || i == 19 || i == 40 || i == 41)
			printf("/proc/self/stat: field %d: %.*s\n", i, (int)n, p);
		p += n + (p[n] == ' ');
	}
}

static void show_limits(void)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit l = {0, 0};
		getrlimit((__rlimit_resource_t)i, &l);
		printf("limit %d %llu %llu\n", i, (unsigned long long)l.rlim_cur,
		       (unsigned long long)l.rlim_max);
	}
}

static void show_signals(void)
{
	sigset_t blocked;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int i = 1; i < 65; i++) {
		unsigned long action[4] = {0};
		syscall(SYS_rt_sigaction, i, NULL, action, 8);
		if (action[0] || sigismember(&blocked, i) == 1)
			printf("signal %d handler %lu blocked %d\n", i, action[0],
			       sigismember(&blocked, i));
	}
}

static void show_descriptors(void)
{
	for (int fd = 0; fd < 4096; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("descriptor %d flags %#x\n", fd,
			       (unsigned)(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_APPEND)));
	for (char **e = environ; *e; e++)
		printf("env %s\n", *e);
}

/* Prints the lines of FILE that do not start with one of SKIP, or that it cannot be read. */
static void show_file(const char *path, const char *const *skip)
{
	char line[4096];
	FILE *f = fopen(path, "r");
	if (!f) {
		printf("%s: %s\n", path, strerrorname_np(errno));
		return;
	}
	while (fgets(line, sizeof line, f)) {
		const char *const *s = skip;
		while (*s && strncmp(line, *s, strlen(*s)) != 0)
			s++;
		if (!*s)
			printf("%s: %s%s", path, line, strchr(line, '\n') ? "" : "\n");
	}
	fclose(f);
}

static void show_node(const char *path)
{
	struct stat st;
	char names[256];
	if (lstat(path, &st) < 0) {
		printf("node %s: %s\n", path, strerrorname_np(errno));
		return;
	}
	/* The links of /proc are the processes of the host, at that moment. */
	printf("node %s: mode %o links %u owner %u group %u attributes %ld %s\n", path,
	       st.st_mode, strcmp(path, "/proc") == 0 ? 0 : (unsigned)st.st_nlink, st.st_uid,
	       st.st_gid, (long)llistxattr(path, names, sizeof names),
	       S_ISREG(st.st_mode) && st.st_mtime == 1 ? "old" : "");
}

/* Lists FOLDER by name, without what is a number. */
static void show_folder(const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort);
	printf("folder %s:", folder);
	for (int i = 0; i < n; i++)
		if (names[i]->d_name[0] < '0' || names[i]->d_name[0] > '9')
			printf(" %s", names[i]->d_name);
	printf("\n");
}

int main(int argc, char **argv)
{
	/* In status: what counts, and numbers of processes. */
	static const char *const status[] = {
	    "Pid:",    "Tgid:",     "NStgid:", "NSpid:", "NSpgid:", "NSsid:", "Vm",      "Rss",
	    "Hugetlb", "voluntary", "nonvolu", "PPid:",  "Cpus",    "Mems",   "FDSize:", NULL};
	static const char *const none[] = {NULL};
	static const char *const files[] = {
	    "/proc/self/mountinfo",
	    "/proc/self/mounts",
	    "/proc/self/mountstats",
	    "/proc/self/uid_map",
	    "/proc/self/gid_map",
	    "/proc/self/projid_map",
	    "/proc/self/setgroups",
	    "/proc/self/limits",
	    "/proc/self/oom_score_adj",
	    "/proc/self/coredump_filter",
	    "/proc/self/comm",
	    "/proc/self/cgroup",
	    "/proc/1/cmdline",
	    "/proc/1/environ",
	    "/proc/1/comm",
	    "/proc/1/mountinfo",
	    "/proc/1/status",
	    "/proc/1/limits",
	    "/proc/self/timens_offsets",
	    "/proc/self/cpuset",
	    "/proc/self/loginuid",
	    "/proc/self/sessionid",
	    "/proc/self/autogroup",
	    "/proc/self/attr/current",
	    "/proc/version",
	    "/proc/cmdline",
	    "/proc/loadavg",
	    "/proc/sys/kernel/random/boot_id",
	    "/proc/keys",
	    "/proc/meminfo",
	    "/proc/cpuinfo",
	    "/proc/self/timerslack_ns",
	};
	if (argc > 1 && !freopen(argv[1], "w", stdout))
		return 1;
	show_process();
	show_stat();
	show_limits();
	show_signals();
	show_descriptors();
	show_file("/proc/self/status", status);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		show_file(files[i], none);
	static const char *const nodes[] = {"/",
					    "/build",
					    "/build/src",
					    "/build/src/probe",
					    "/build/src/deep/er/file",
					    "/tmp",
					    "/opt",
					    "/opt/boot-hurd",
					    "/proc",
					    "/proc/self",
					    "/proc/thread-self",
					    "/dev",
					    "/dev/null",
					    "/dev/zero",
					    "/dev/full",
					    "/proc/self/exe",
					    "/proc/1",
					    NULL};
	for (size_t i = 0; nodes[i]; i++)
		show_node(nodes[i]);
	for (int i = 2; i < argc; i++)
		show_node(argv[i]);
	close(open("/build/made", O_WRONLY | O_CREAT, 0666));
	mkdir("/build/folder", 0777);
	show_node("/build/made");
	show_node("/build/folder");
	show_folder("/proc");
	return 0;
}
