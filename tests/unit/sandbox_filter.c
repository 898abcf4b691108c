/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seccomp filter, carried out here step by step instead of by the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "sandbox/internal.h"

/* Returns what F says of D; fails when it leaves its bounds or does what filters cannot. */
static uint32_t decide(const struct sandbox_filter *f, const struct seccomp_data *d)
{
	uint32_t a = 0;
	for (size_t pc = 0;; pc++) {
		assert_true(pc < f->n);
		const struct sock_filter *c = &f->code[pc];
		switch (c->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(c->k % 4 == 0 && c->k < sizeof *d);
			memcpy(&a, (const char *)d + c->k, sizeof a);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= c->k;
			break;
		case BPF_JMP | BPF_JA:
			pc += c->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == c->k ? c->jt : c->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			pc += a > c->k ? c->jt : c->jf;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += a & c->k ? c->jt : c->jf;
			break;
		case BPF_RET | BPF_K:
			return c->k;
		default:
			fail_msg("instruction %zu: unknown code %u", pc, c->code);
		}
	}
}

enum { X64 = 1, X86 = 2 };
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN (SECCOMP_RET_ERRNO | ENOSYS)

static void decisions(void **state)
{
	(void)state;
	static const struct {
		int arch, nr;
		uint64_t args[4];
		uint32_t want;
	} all[] = {
	    {X64, SYS_read, {0}, SECCOMP_RET_ALLOW},
	    {X86, 3, {0}, SECCOMP_RET_ALLOW},
	    {X64, SYS_open, {0, O_RDONLY, 04000}, SECCOMP_RET_ALLOW},
	    {X64, SYS_open, {0, O_CREAT, 0755}, SECCOMP_RET_ALLOW},
	    {X64, SYS_open, {0, O_CREAT, 04755}, REFUSED},
	    {X64, SYS_openat, {0, 0, O_CREAT, 02755}, REFUSED},
	    {X64, SYS_openat, {0, 0, O_TMPFILE | O_RDWR, 02755}, REFUSED},
	    {X64, SYS_openat, {0, 0, O_DIRECTORY, 02755}, SECCOMP_RET_ALLOW},
	    {X86, 5, {0, O_CREAT, 04755}, REFUSED},
	    {X86, 8, {0, 04755}, REFUSED},  /* creat */
	    {X86, 15, {0, 04755}, REFUSED}, /* chmod */
	    {X86, 15, {0, 01755}, SECCOMP_RET_ALLOW},
	    {X86, 94, {0, 02755}, REFUSED},     /* fchmod */
	    {X86, 306, {0, 0, 02755}, REFUSED}, /* fchmodat */
	    {X86, 452, {0, 0, 02755}, REFUSED}, /* fchmodat2 */
	    {X86, 14, {0, 04755}, REFUSED},     /* mknod */
	    {X86, 14, {0, 0020644}, REFUSED},
	    {X86, 14, {0, 0060644}, REFUSED},
	    {X86, 14, {0, 0010644}, SECCOMP_RET_ALLOW},
	    {X86, 297, {0, 0, 0060644}, REFUSED}, /* mknodat */
	    {X64, SYS_clone, {CLONE_VM | CLONE_FS}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_fork, {0}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_vfork, {0}, SECCOMP_RET_USER_NOTIF},
	    {X86, 120, {SIGCHLD}, SECCOMP_RET_USER_NOTIF},
	    {X86, 2, {0}, SECCOMP_RET_USER_NOTIF},
	    {X86, 190, {0}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_clone, {CLONE_NEWNET}, REFUSED},
	    {X86, 120, {CLONE_NEWUSER}, REFUSED},
	    {X64, SYS_clone3, {0}, UNKNOWN},
	    {X64, SYS_ioctl, {0, TIOCSTI}, REFUSED},
	    {X64, SYS_ioctl, {0, 0x500000000 | TIOCSTI}, REFUSED}, /* the kernel cuts it off */
	    {X86, 54, {0, TIOCLINUX}, REFUSED},
	    {X64, SYS_ioctl, {0, TCGETS}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socket, {1}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socket, {1, 5, 7}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socket, {2, 1, 0}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socket, {2, 02004001, 6}, SECCOMP_RET_ALLOW}, /* close on exec, … */
	    {X64, SYS_socket, {2, 2, 17}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socket, {2, 2, 1}, SECCOMP_RET_USER_NOTIF}, /* ICMP */
	    {X64, SYS_socket, {2, 3, 0}, SECCOMP_RET_USER_NOTIF}, /* raw */
	    {X64, SYS_socket, {2, 10, 0}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_socket, {16, 3, 0}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socket, {16, 3, 15}, SECCOMP_RET_USER_NOTIF}, /* kernel events */
	    {X64, SYS_socket, {17, 3, 0}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_socket, {40, 1, 0}, SECCOMP_RET_USER_NOTIF},
	    {X86, 359, {10, 2, 0}, SECCOMP_RET_ALLOW},
	    {X86, 359, {40, 1, 0}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_socketpair, {1}, SECCOMP_RET_ALLOW},
	    {X64, SYS_socketpair, {30}, SECCOMP_RET_ERRNO | EOPNOTSUPP},
	    {X86, 360, {30}, SECCOMP_RET_ERRNO | EOPNOTSUPP},
	    {X86, 102, {1}, SECCOMP_RET_USER_NOTIF}, /* socketcall: socket */
	    {X86, 102, {2}, SECCOMP_RET_ALLOW},      /* bind */
	    {X86, 102, {8}, SECCOMP_RET_USER_NOTIF}, /* socketpair */
	    {X64, SYS_connect, {0}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_sendto, {0, 0, 0, 0}, SECCOMP_RET_ALLOW},
	    {X64, SYS_flock, {3, 2}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_flock, {3, 8}, SECCOMP_RET_ALLOW}, /* unlock */
	    {X86, 143, {3, 5}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_fcntl, {3, F_GETFL}, SECCOMP_RET_ALLOW},
	    {X64, SYS_fcntl, {3, F_DUPFD_CLOEXEC}, SECCOMP_RET_ALLOW},
	    {X64, SYS_fcntl, {3, F_GETLK}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_fcntl, {3, F_SETLKW}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_fcntl, {3, F_OFD_SETLKW}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_fcntl, {3, 0x500000000 | F_SETLK}, SECCOMP_RET_USER_NOTIF},
	    {X64, SYS_fcntl, {3, F_SETLEASE}, SECCOMP_RET_ERRNO | EINVAL},
	    {X64, SYS_fcntl, {3, F_SET_RW_HINT}, SECCOMP_RET_ERRNO | EINVAL},
	    {X86, 55, {3, 7}, SECCOMP_RET_USER_NOTIF},
	    {X86, 221, {3, 12}, SECCOMP_RET_USER_NOTIF}, /* F_GETLK64 */
	    {X86, 221, {3, 14}, SECCOMP_RET_USER_NOTIF}, /* F_SETLKW64 */
	    {X86, 221, {3, 1}, SECCOMP_RET_ALLOW},
	    {X86, 221, {3, F_NOTIFY}, SECCOMP_RET_ERRNO | EINVAL},
	    {X64, SYS_uname, {0}, SECCOMP_RET_USER_NOTIF},
	    {X86, 122, {0}, SECCOMP_RET_USER_NOTIF},
	    {X86, 59, {0}, UNKNOWN}, /* older forms of uname */
	    {X86, 109, {0}, UNKNOWN},
	    {X64, SYS_getgroups, {0}, SECCOMP_RET_ERRNO},
	    {X86, 205, {0}, SECCOMP_RET_ERRNO},
	    {X64, SYS_ptrace, {0}, REFUSED},
	    {X86, 21, {0}, REFUSED}, /* mount */
	    {X86, 26, {0}, REFUSED}, /* ptrace */
	    {X64, SYS_setxattr, {0}, SECCOMP_RET_ERRNO | EOPNOTSUPP},
	    {X64, 463, {0}, SECCOMP_RET_ERRNO | EOPNOTSUPP},
	    {X64, 467, {0}, UNKNOWN},
	    {X64, 0x40000000, {0}, UNKNOWN}, /* x32: read */
	};
	const struct sandbox_filter *f = sandbox_filter();
	assert_non_null(f);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct seccomp_data d = {.nr = all[i].nr,
					 .arch = all[i].arch == X64 ? AUDIT_ARCH_X86_64
								    : AUDIT_ARCH_I386};
		for (size_t k = 0; k < 4; k++)
			d.args[k] = all[i].args[k];
		uint32_t got = decide(f, &d);
		if (got != all[i].want)
			fail_msg("case %zu: call %d: %08x, not %08x", i, all[i].nr, got,
				 all[i].want);
	}
	struct seccomp_data other = {.arch = AUDIT_ARCH_AARCH64};
	assert_int_equal(decide(f, &other), SECCOMP_RET_KILL_PROCESS);
}

/* What is asked when V is varied, and not otherwise: call NR of ARCH with ARGS. */
static void varied(void **state)
{
	(void)state;
	const struct sandbox_vary wall = {.wall_offset_s = 1}, listing = {.listing = true},
				  memory = {.memory = true}, told = {.cpus_told = 3},
				  processor = {.processor = true};
	const struct {
		const struct sandbox_vary *vary;
		int arch, nr;
		uint64_t args[6];
		uint32_t want;
	} all[] = {
	    {&wall, X64, SYS_time, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_gettimeofday, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_clock_gettime, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_clock_gettime, {5}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_clock_gettime, {11}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_clock_gettime, {1}, SECCOMP_RET_ALLOW},
	    {&wall, X64, SYS_clock_gettime, {0, 0, 0, 0, 0, SANDBOX_OWN}, SECCOMP_RET_ALLOW},
	    {&wall, X86, 13, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X86, 78, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X86, 265, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X86, 403, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X86, 403, {1}, SECCOMP_RET_ALLOW},
	    {&wall, X64, SYS_futex, {0, 256 | 9}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_futex, {0, 9}, SECCOMP_RET_ALLOW},
	    {&wall, X86, 422, {0, 256 | 9}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_clock_nanosleep, {0, 1}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X64, SYS_clock_nanosleep, {1, 1}, SECCOMP_RET_ALLOW},
	    {&wall, X64, SYS_execve, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X86, 11, {0}, SECCOMP_RET_USER_NOTIF},
	    {&wall, X86, 358, {0}, SECCOMP_RET_USER_NOTIF},
	    {&processor, X64, SYS_execve, {0}, SECCOMP_RET_USER_NOTIF},
	    {&processor, X64, SYS_time, {0}, SECCOMP_RET_ALLOW},
	    {&listing, X64, SYS_getdents64, {0}, SECCOMP_RET_USER_NOTIF},
	    {&listing, X64, SYS_getdents64, {0, 0, 0, 0, 0, SANDBOX_OWN}, SECCOMP_RET_ALLOW},
	    {&listing, X64, SYS_getdents, {0}, SECCOMP_RET_USER_NOTIF},
	    {&listing, X86, 141, {0}, SECCOMP_RET_USER_NOTIF},
	    {&listing, X86, 220, {0}, SECCOMP_RET_USER_NOTIF},
	    {&listing, X86, 89, {0}, UNKNOWN}, /* readdir */
	    {&listing, X64, SYS_ptrace, {0}, REFUSED},
	    {&memory, X64, SYS_sysinfo, {0}, SECCOMP_RET_USER_NOTIF},
	    {&memory, X86, 116, {0}, SECCOMP_RET_USER_NOTIF},
	    {&told, X64, SYS_sched_getaffinity, {0}, SECCOMP_RET_USER_NOTIF},
	    {&told, X86, 242, {0}, SECCOMP_RET_USER_NOTIF},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct sandbox_filter f;
		struct seccomp_data d = {.nr = all[i].nr,
					 .arch = all[i].arch == X64 ? AUDIT_ARCH_X86_64
								    : AUDIT_ARCH_I386};
		for (size_t k = 0; k < 6; k++)
			d.args[k] = all[i].args[k];
		assert_true(sandbox_filter_make(all[i].vary, &f));
		uint32_t got = decide(&f, &d);
		if (got != all[i].want)
			fail_msg("case %zu: call %d: %08x, not %08x", i, all[i].nr, got,
				 all[i].want);
		/* Without the axis the kernel decides alone. */
		uint32_t plain = decide(sandbox_filter(), &d);
		if (plain == SECCOMP_RET_USER_NOTIF)
			fail_msg("case %zu: call %d is asked for nothing", i, all[i].nr);
	}
	struct sandbox_filter f;
	const struct sandbox_vary everything = {.wall_offset_s = 1,
						.listing = true,
						.memory = true,
						.cpus_told = 3,
						.processor = true};
	assert_true(sandbox_filter_make(&everything, &f));
}

/* Only who knows the secret makes a process without being counted, and no namespace even so. */
static void secret(void **state)
{
	(void)state;
	struct sandbox_filter one, two;
	const struct sandbox_vary nothing = {.cpus = 0};
	assert_true(sandbox_filter_make(&nothing, &one));
	assert_true(sandbox_filter_make(&nothing, &two));
	assert_true(one.secret != two.secret && one.secret >> 32 && two.secret >> 32);
	struct seccomp_data d = {.nr = SYS_clone,
				 .arch = AUDIT_ARCH_X86_64,
				 .args = {SIGCHLD, 0, 0, 0, 0, one.secret}};
	assert_int_equal(decide(&one, &d), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&two, &d), SECCOMP_RET_USER_NOTIF);
	d.args[0] = CLONE_NEWUSER;
	assert_int_equal(decide(&one, &d), REFUSED);
	for (int bit = 0; bit < 64; bit++) {
		d.args[0] = SIGCHLD;
		d.args[5] = one.secret ^ UINT64_C(1) << bit;
		assert_int_equal(decide(&one, &d), SECCOMP_RET_USER_NOTIF);
	}
	d = (struct seccomp_data){.nr = 120,
				  .arch = AUDIT_ARCH_I386,
				  .args = {SIGCHLD, 0, 0, 0, 0, (uint32_t)one.secret}};
	assert_int_equal(decide(&one, &d), SECCOMP_RET_USER_NOTIF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(decisions),
					   cmocka_unit_test(varied), cmocka_unit_test(secret)};
	return cmocka_run_group_tests_name("sandbox filter", tests, NULL, NULL);
}
