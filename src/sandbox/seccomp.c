/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * The filter. The kernel walks it only for system calls whose fate depends on their arguments; for
 * all others it remembers the answer. So it is a plain list of checks, one block for each of the
 * two ABIs. Not libseccomp's generator, which cannot look into i386's socketcall(2); libseccomp
 * only knows the numbers.
 */

#define ALLOW    SECCOMP_RET_ALLOW
#define NOTIFY   SECCOMP_RET_USER_NOTIF
#define ERRNO(e) (SECCOMP_RET_ERRNO | ((e)&SECCOMP_RET_DATA))
#define KILL     SECCOMP_RET_KILL_PROCESS

enum {
	SUID_BITS = S_ISUID | S_ISGID,
	CREATE = O_CREAT | (O_TMPFILE & ~O_DIRECTORY),
	NEW_NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
			 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET,
	NONE = 9,         /* no argument */
	SETXATTRAT = 463, /* newer than some libseccomp */
	LAST_KNOWN = 466, /* newer system calls were not looked at: they "do not exist" */
};

/* Refused with EPERM whatever the arguments. */
static const char *const FORBIDDEN[] = {
    "mount",           "umount",
    "umount2",         "pivot_root",
    "chroot",          "open_tree",
    "move_mount",      "fsopen",
    "fsconfig",        "fsmount",
    "fspick",          "mount_setattr",
    "unshare",         "setns",
    "keyctl",          "add_key",
    "request_key",     "bpf",
    "userfaultfd",     "perf_event_open",
    "kexec_load",      "kexec_file_load",
    "init_module",     "finit_module",
    "delete_module",   "reboot",
    "swapon",          "swapoff",
    "syslog",          "acct",
    "quotactl",        "quotactl_fd",
    "settimeofday",    "clock_settime",
    "clock_settime64", "clock_adjtime",
    "clock_adjtime64", "adjtimex",
    "stime",           "sethostname",
    "setdomainname",   "iopl",
    "ioperm",          "open_by_handle_at",
    "fanotify_init",   "vhangup",
    "setgroups",       "setgroups32",
};

/* Programs fall back to something older when these do not exist. */
static const char *const UNKNOWN[] = {
    "clone3",        "openat2",      "io_uring_setup", "io_uring_enter", "io_uring_register",
    "memfd_secret",  "oldolduname",  "olduname",       "sched_getattr",  "inotify_init",
    "inotify_init1", "memfd_create", "shmget",
};

/* Extended attributes are not part of an object. */
static const char *const UNSUPPORTED[] = {"setxattr", "lsetxattr", "fsetxattr"};

/* System calls that take a file mode, and its place. fchmodat2 is newer than some libseccomp. */
static const struct {
	const char *name;
	int number;           /* used when libseccomp does not know the name; -1 = none */
	unsigned mode, flags; /* arguments; flags = NONE: the mode always counts */
} MODES[] = {
    {"open", -1, 2, 1},          {"openat", -1, 3, 2},    {"creat", -1, 1, NONE},
    {"chmod", -1, 1, NONE},      {"fchmod", -1, 1, NONE}, {"fchmodat", -1, 2, NONE},
    {"fchmodat2", 452, 2, NONE}, {"mknod", -1, 1, NONE},  {"mknodat", -1, 2, NONE},
};

static void put(struct sandbox_filter *f, unsigned code, unsigned yes, unsigned no, uint32_t k)
{
	if (f->n == sizeof f->code / sizeof *f->code) {
		f->overflow = true;
		return;
	}
	f->code[f->n++] = (struct sock_filter)BPF_JUMP((unsigned short)code, k,
						       (unsigned char)yes, (unsigned char)no);
}

/* Each check below starts and ends with the system call's number in the accumulator. */

static void load_nr(struct sandbox_filter *f)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
}

/* Loads the low half of argument I; no argument looked at here is wider. */
static void load_arg(struct sandbox_filter *f, unsigned i)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, 0, 0,
	    (uint32_t)(offsetof(struct seccomp_data, args) + 8 * i));
}

static void give(struct sandbox_filter *f, uint32_t action)
{
	put(f, BPF_RET | BPF_K, 0, 0, action);
}

/* Call NR gets ACTION. */
static void always(struct sandbox_filter *f, int nr, uint32_t action)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (uint32_t)nr);
	give(f, action);
}

/* Call NR gets ACTION when argument ARG has one of the bits MASK. */
static void when_bits(struct sandbox_filter *f, int nr, unsigned arg, uint32_t mask,
		      uint32_t action)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, (uint32_t)nr);
	load_arg(f, arg);
	put(f, BPF_JMP | BPF_JSET | BPF_K, 0, 1, mask);
	give(f, action);
	load_nr(f);
}

/* Call NR gets ACTION when argument ARG is VALUE, or when it is not (SAME false). */
static void when_value(struct sandbox_filter *f, int nr, unsigned arg, uint32_t value,
		       bool same, uint32_t action)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, (uint32_t)nr);
	load_arg(f, arg);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, same ? 0 : 1, same ? 1 : 0, value);
	give(f, action);
	load_nr(f);
}

/* Call NR, which may create a file, is refused when FLAGS ask for that and MODE has set-id bits. */
static void when_creates(struct sandbox_filter *f, int nr, unsigned flags, unsigned mode)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 6, (uint32_t)nr);
	load_arg(f, flags);
	put(f, BPF_JMP | BPF_JSET | BPF_K, 0, 3, CREATE);
	load_arg(f, mode);
	put(f, BPF_JMP | BPF_JSET | BPF_K, 0, 1, SUID_BITS);
	give(f, ERRNO(EPERM));
	load_nr(f);
}

/* Returns the number of NAME, or a negative value when ARCH has no such call. */
static int number(uint32_t arch, const char *name)
{
	return seccomp_syscall_resolve_name_arch(arch, name);
}

static void add_all(struct sandbox_filter *f, uint32_t arch, const char *const *names, size_t n,
		    uint32_t action)
{
	for (size_t i = 0; i < n; i++) {
		int nr = number(arch, names[i]);
		if (nr >= 0)
			always(f, nr, action);
	}
}

static void add_modes(struct sandbox_filter *f, uint32_t arch)
{
	for (size_t i = 0; i < sizeof MODES / sizeof *MODES; i++) {
		int nr = number(arch, MODES[i].name);
		if (nr < 0)
			nr = MODES[i].number;
		if (nr < 0)
			continue;
		if (MODES[i].flags == NONE)
			when_bits(f, nr, MODES[i].mode, SUID_BITS, ERRNO(EPERM));
		else
			when_creates(f, nr, MODES[i].flags, MODES[i].mode);
	}
	/* Device nodes the kernel refuses itself, but for character 0:0 of overlay file systems. */
	static const char *const mknods[] = {"mknod", "mknodat"};
	for (unsigned i = 0; i < 2; i++) {
		int nr = number(arch, mknods[i]);
		if (nr < 0)
			continue;
		put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 6, (uint32_t)nr);
		load_arg(f, 1 + i);
		put(f, BPF_ALU | BPF_AND | BPF_K, 0, 0, S_IFMT);
		put(f, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, S_IFCHR);
		put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, S_IFBLK);
		give(f, ERRNO(EPERM));
		load_nr(f);
	}
}

/* A jump to K more instructions when the accumulator is VALUE. */
static void skip(struct sandbox_filter *f, unsigned k, uint32_t value)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, k, 0, value);
}

/*
 * socket(2), call NR: what network_refusal allows is allowed; for all else the listener is asked,
 * which refuses it and tells.
 */
static void add_socket(struct sandbox_filter *f, int nr)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 18, (uint32_t)nr);
	load_arg(f, 0);
	skip(f, 15, AF_UNIX);
	skip(f, 11, AF_NETLINK);
	skip(f, 1, AF_INET);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 8, AF_INET6);
	load_arg(f, 1);
	put(f, BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xf); /* without SOCK_CLOEXEC and the like */
	skip(f, 1, SOCK_STREAM);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SOCK_DGRAM);
	load_arg(f, 2);
	skip(f, 6, IPPROTO_TCP);
	skip(f, 5, IPPROTO_UDP);
	skip(f, 4, 0);
	give(f, NOTIFY);
	load_arg(f, 2);
	skip(f, 1, NETLINK_ROUTE);
	give(f, NOTIFY);
	give(f, ALLOW);
}

/* Sockets: which may be made is judged; who sends where is looked at, to be told. */
static void add_sockets(struct sandbox_filter *f, uint32_t arch)
{
	static const char *const names[] = {"connect", "sendmsg", "sendmmsg"};
	bool x86 = arch == SCMP_ARCH_X86;
	add_socket(f, x86 ? 359 : number(arch, "socket"));
	when_value(f, x86 ? 360 : number(arch, "socketpair"), 0, AF_UNIX, false,
		   ERRNO(EOPNOTSUPP));
	when_value(f, x86 ? 369 : number(arch, "sendto"), 4, 0, false, NOTIFY);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		static const int i386[] = {362, 370, 345};
		always(f, x86 ? i386[i] : number(arch, names[i]), NOTIFY);
	}
	if (x86) {
		/* Its arguments lie in memory: socket, connect, socketpair, sendto, sendmsg, … */
		static const unsigned calls[] = {1, 3, 8, 11, 16, 20};
		int nr = number(arch, "socketcall");
		for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
			when_value(f, nr, 0, calls[i], true, NOTIFY);
	}
}

/* Init is out of reach: neither by number 1, nor with a group or a user as a whole. */
static void add_init(struct sandbox_filter *f, uint32_t arch)
{
	static const char *const by_number[] = {"prlimit64", "sched_setscheduler",
						"sched_setparam", "sched_setattr",
						"sched_setaffinity"};
	for (size_t i = 0; i < sizeof by_number / sizeof *by_number; i++)
		when_value(f, number(arch, by_number[i]), 0, 1, true, ERRNO(EPERM));
	when_value(f, number(arch, "setpriority"), 1, 1, true, ERRNO(EPERM));
	when_bits(f, number(arch, "setpriority"), 0, PRIO_PGRP | PRIO_USER, ERRNO(EPERM));
	/* IOPRIO_WHO_PGRP is 2, IOPRIO_WHO_USER 3. */
	when_value(f, number(arch, "ioprio_set"), 1, 1, true, ERRNO(EPERM));
	when_bits(f, number(arch, "ioprio_set"), 0, 2, ERRNO(EPERM));
}

/*
 * Inputs and devices are shared with other builds: none may watch who opens them (inotify does not exist),
 * leave hints at them, or lock them: which file a lock is for, the listener finds out (locks.c).
 */
static void add_shared_files(struct sandbox_filter *f, uint32_t arch)
{
	static const char *const calls[] = {"fcntl", "fcntl64"};
	static const uint32_t refused[] = {F_SETLEASE,         F_NOTIFY,
					   F_GET_RW_HINT,      F_SET_RW_HINT,
					   F_GET_FILE_RW_HINT, F_SET_FILE_RW_HINT};
	/* F_GETLK, F_SETLK, F_SETLKW, the same for 64 bits on i386, the same of open files. */
	static const uint32_t locks[] = {5,  6,           7,           12,          13,
					 14, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW};
	enum {
		REFUSED = sizeof refused / sizeof *refused,
		LOCKS = sizeof locks / sizeof *locks
	};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		int nr = number(arch, calls[i]);
		if (nr < 0)
			continue;
		put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, REFUSED + LOCKS + 5, (uint32_t)nr);
		load_arg(f, 1);
		for (unsigned k = 0; k < REFUSED; k++)
			skip(f, REFUSED - k + LOCKS, refused[k]);
		for (unsigned k = 0; k < LOCKS; k++)
			skip(f, LOCKS - k + 1, locks[k]);
		put(f, BPF_JMP | BPF_JA, 0, 0, 2);
		give(f, ERRNO(EINVAL));
		give(f, NOTIFY);
		load_nr(f);
	}
	when_value(f, number(arch, "flock"), 1, LOCK_UN, false, NOTIFY);
}

/* Call NAME asks the listener when argument ARG is RLIMIT_RSS and it is not init that calls: resident.c. */
static void ask_resident(struct sandbox_filter *f, uint32_t arch, const char *name,
			 unsigned arg)
{
	int nr = number(arch, name);
	if (nr < 0)
		return;
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 6, (uint32_t)nr);
	load_arg(f, 5);
	skip(f, 3, SANDBOX_OWN);
	load_arg(f, arg);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, RLIMIT_RSS);
	give(f, NOTIFY);
	load_nr(f);
}

static void add_resident(struct sandbox_filter *f, uint32_t arch)
{
	ask_resident(f, arch, "getrlimit", 0);
	ask_resident(f, arch, "setrlimit", 0);
	ask_resident(f, arch, "ugetrlimit", 0);
	ask_resident(f, arch, "prlimit64", 1);
}

/* The listener answers call NAME, but not when init makes it. */
static void ask(struct sandbox_filter *f, uint32_t arch, const char *name)
{
	int nr = number(arch, name);
	if (nr >= 0)
		when_value(f, nr, 5, SANDBOX_OWN, false, NOTIFY);
}

/* The wall clock: what reads it, and what waits for it. */
static void add_clocks(struct sandbox_filter *f, uint32_t arch)
{
	static const char *const reads[] = {"time", "gettimeofday"};
	static const char *const clocks[] = {"clock_gettime", "clock_gettime64"};
	static const char *const sleeps[] = {"clock_nanosleep", "clock_nanosleep_time64"};
	static const char *const waits[] = {"futex", "futex_time64"};
	for (size_t i = 0; i < 2; i++) {
		ask(f, arch, reads[i]);
		int nr = number(arch, clocks[i]);
		if (nr >= 0) {
			put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 8, (uint32_t)nr);
			load_arg(f, 5);
			skip(f, 5, SANDBOX_OWN);
			load_arg(f, 0);
			skip(f, 2, CLOCK_REALTIME);
			skip(f, 1, CLOCK_REALTIME_COARSE);
			put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, CLOCK_TAI);
			give(f, NOTIFY);
			load_nr(f);
		}
		nr = number(arch, sleeps[i]);
		if (nr >= 0)
			when_value(f, nr, 0, CLOCK_REALTIME, true, NOTIFY);
		nr = number(arch, waits[i]);
		if (nr >= 0)
			when_bits(f, nr, 1, FUTEX_CLOCK_REALTIME, NOTIFY);
	}
}

/* Who makes a process waits until that was counted (forks.c), but init. */
static void add_forks(struct sandbox_filter *f, uint32_t arch, uint64_t secret)
{
	always(f, number(arch, "fork"), NOTIFY);
	always(f, number(arch, "vfork"), NOTIFY);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 6, (uint32_t)number(arch, "clone"));
	load_arg(f, 5);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, (uint32_t)secret);
	put(f, BPF_LD | BPF_W | BPF_ABS, 0, 0,
	    (uint32_t)(offsetof(struct seccomp_data, args) + 8 * 5 + 4));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, (uint32_t)(secret >> 32));
	give(f, NOTIFY);
	load_nr(f);
}

/* What a run that varies V asks the listener as well. */
static void add_vary(struct sandbox_filter *f, uint32_t arch, const struct sandbox_vary *v)
{
	if (sandbox_filter_traces(v)) {
		always(f, number(arch, "execve"), NOTIFY);
		always(f, number(arch, "execveat"), NOTIFY);
	} else {
		always(f, number(arch, "ptrace"), ERRNO(EPERM));
	}
	if (v->wall_offset_s)
		add_clocks(f, arch);
	if (v->listing) {
		ask(f, arch, "getdents");
		ask(f, arch, "getdents64");
		if (arch == SCMP_ARCH_X86)
			always(f, number(arch, "readdir"), ERRNO(ENOSYS)); /* long obsolete */
	}
	if (v->memory)
		ask(f, arch, "sysinfo");
	if (v->cpus_told > 0)
		ask(f, arch, "sched_getaffinity");
}

/* The checks of one ABI, which is known to be ARCH, of a run that varies V. */
static void add_block(struct sandbox_filter *f, uint32_t arch, const struct sandbox_vary *v,
		      uint64_t secret)
{
	load_nr(f);
	put(f, BPF_JMP | BPF_JGT | BPF_K, 0, 1, LAST_KNOWN); /* and the third ABI, x32 */
	give(f, ERRNO(ENOSYS));
	add_modes(f, arch);
	when_bits(f, number(arch, "clone"), 0, NEW_NAMESPACES, ERRNO(EPERM));
	add_forks(f, arch, secret);
	when_value(f, number(arch, "ioctl"), 1, TIOCSTI, true, ERRNO(EPERM));
	when_value(f, number(arch, "ioctl"), 1, TIOCLINUX, true, ERRNO(EPERM));
	/* "No supplementary groups": which the caller has is nobody's business. */
	always(f, number(arch, "getgroups"), ERRNO(0));
	if (arch == SCMP_ARCH_X86)
		always(f, number(arch, "getgroups32"), ERRNO(0));
	add_init(f, arch);
	add_resident(f, arch);
	add_shared_files(f, arch);
	/* How urgent the caller thinks a build is, neither: the answers of who has said nothing. */
	always(f, number(arch, "sched_getscheduler"), ERRNO(0));
	always(f, number(arch, "ioprio_get"), ERRNO(0));
	always(f, number(arch, "uname"), NOTIFY);
	add_sockets(f, arch);
	add_all(f, arch, FORBIDDEN, sizeof FORBIDDEN / sizeof *FORBIDDEN, ERRNO(EPERM));
	add_all(f, arch, UNKNOWN, sizeof UNKNOWN / sizeof *UNKNOWN, ERRNO(ENOSYS));
	add_all(f, arch, UNSUPPORTED, sizeof UNSUPPORTED / sizeof *UNSUPPORTED,
		ERRNO(EOPNOTSUPP));
	always(f, SETXATTRAT, ERRNO(EOPNOTSUPP));
	add_vary(f, arch, v);
	give(f, ALLOW);
}

bool sandbox_filter_traces(const struct sandbox_vary *v)
{
	return v->wall_offset_s || v->processor;
}

bool sandbox_filter_make(const struct sandbox_vary *v, struct sandbox_filter *f)
{
	struct sandbox_filter i386 = {.n = 0};
	f->n = 0;
	f->overflow = false;
	if (getrandom(&f->secret, sizeof f->secret, 0) != (ssize_t)sizeof f->secret)
		return false;
	/* No argument of i386 is as wide. */
	f->secret |= UINT64_C(1) << 63;
	if (seccomp_arch_native() != SCMP_ARCH_X86_64)
		return false;
	add_block(&i386, SCMP_ARCH_X86, v, f->secret);
	/* Conditional jumps are short, so x86_64 goes over the other block in two. */
	put(f, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, SCMP_ARCH_X86_64);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, SCMP_ARCH_X86);
	give(f, KILL);
	put(f, BPF_JMP | BPF_JA, 0, 0, i386.n);
	for (unsigned short i = 0; i < i386.n; i++)
		put(f, i386.code[i].code, i386.code[i].jt, i386.code[i].jf, i386.code[i].k);
	add_block(f, SCMP_ARCH_X86_64, v, f->secret);
	return !f->overflow && !i386.overflow;
}

static struct sandbox_filter the_filter;
static bool made;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make(void)
{
	static const struct sandbox_vary nothing;
	made = sandbox_filter_make(&nothing, &the_filter);
}

const struct sandbox_filter *sandbox_filter(void)
{
	pthread_once(&once, make);
	return made ? &the_filter : NULL;
}

int sandbox_filter_install(const struct sandbox_filter *f)
{
	/* The kernel only reads the program. */
	struct sock_fprog prog = {.len = f->n,
				  .filter = (struct sock_filter *)(uintptr_t)f->code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	/*
	 * Who waits for an answer is disturbed by no signal, so that no answer is lost, and a call
	 * that was answered is not made again. Since Linux 5.19.
	 */
	const unsigned long wait = 1 << 5; /* SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV */
	long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			  SECCOMP_FILTER_FLAG_NEW_LISTENER | wait, &prog);
	if (fd < 0 && errno == EINVAL)
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			     SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
	return fd < 0 ? -errno : (int)fd;
}

int sandbox_filter_no_trace(void)
{
	struct sandbox_filter f = {.n = 0};
	put(&f, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
	put(&f, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, SCMP_ARCH_X86);
	load_nr(&f);
	put(&f, BPF_JMP | BPF_JEQ | BPF_K, 2, 3, (uint32_t)number(SCMP_ARCH_X86, "ptrace"));
	load_nr(&f);
	put(&f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_ptrace);
	give(&f, ERRNO(EPERM));
	give(&f, ALLOW);
	struct sock_fprog prog = {.len = f.n, .filter = f.code};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0 ? -errno : 0;
}
