/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What limits.t runs inside a sandbox, static: uses up memory or disk on roads that are easy to overlook.
 * Ends with 0 after a few seconds when nobody minds, with 3 when the road is closed.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1 << 20, CLOSED = 3, STAY_S = 4 };
#define PROGRAM "/opt/boot-hurd/in/bin/p"

static void fill(char *p, size_t n)
{
	for (size_t i = 0; i < n; i += 4096)
		p[i] = 1;
}

/* Memory that is a file without a name. */
static int do_memfd(size_t n)
{
	int fd = (int)syscall(SYS_memfd_create, "x", 0);
	if (fd < 0)
		return CLOSED;
	static char block[MIB];
	for (size_t i = 0; i < n; i++)
		if (write(fd, block, sizeof block) < 0)
			return 1;
	sleep(STAY_S);
	return 0;
}

/* A segment of System V that is in no process. */
static int do_shm(size_t n)
{
	int id = shmget(IPC_PRIVATE, n * MIB, IPC_CREAT | 0600);
	if (id < 0)
		return CLOSED;
	char *p = shmat(id, NULL, 0);
	fill(p, n * MIB);
	shmdt(p);
	sleep(STAY_S);
	return 0;
}

static int do_shared(size_t n)
{
	char *p =
	    mmap(NULL, n * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return CLOSED;
	fill(p, n * MIB);
	sleep(STAY_S);
	return 0;
}

/* A file in /tmp that is mapped as well: counts once. */
static int do_mapped(size_t n)
{
	int fd = open("/tmp/x", O_RDWR | O_CREAT, 0600);
	if (ftruncate(fd, (off_t)(n * MIB)) < 0)
		return 1;
	char *p = mmap(NULL, n * MIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	fill(p, n * MIB);
	sleep(1);
	return 0;
}

/* First takes away what the process needs that seems to watch. */
static int do_blind(size_t n)
{
	struct rlimit none = {0, 0};
	prlimit(1, RLIMIT_NOFILE, &none, NULL);
	prlimit(1, RLIMIT_STACK, &none, NULL);
	setpriority(PRIO_PROCESS, 1, 19);
	setpriority(PRIO_USER, 0, 19);
	struct sched_param p = {0};
	sched_setscheduler(1, SCHED_IDLE, &p);
	char *m = malloc(n * MIB);
	fill(m, n * MIB);
	sleep(STAY_S);
	free(m);
	return 0;
}

static int write_file(const char *path, size_t n)
{
	static char block[MIB];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	memset(block, 'x', sizeof block);
	for (size_t i = 0; fd >= 0 && i < n; i++)
		if (write(fd, block, sizeof block) < 0)
			return 1;
	return fd < 0;
}

/* Far down, where a path is longer than the kernel takes. */
static int do_deep(size_t n)
{
	char name[201] = "";
	memset(name, 'd', 200);
	for (int i = 0; i < 30; i++)
		if (mkdir(name, 0700) < 0 || chdir(name) < 0)
			return 1;
	int r = write_file("x", n);
	sleep(STAY_S);
	return r;
}

static int do_hidden(size_t n)
{
	if (mkdir("h", 0700) < 0)
		return 1;
	int r = write_file("h/x", n);
	chmod("h", 0);
	sleep(STAY_S);
	return r;
}

static int do_plain(size_t n)
{
	int r = write_file("x", n);
	sleep(STAY_S);
	return r;
}

/* A file with many names counts once. */
static int do_names(size_t n)
{
	int r = write_file("x", n);
	for (int i = 0; i < 20; i++) {
		char to[16];
		snprintf(to, sizeof to, "y%d", i);
		if (link("x", to) < 0)
			return 1;
	}
	sleep(2);
	return r;
}

/* Open, and removed; in several processes, which count once. */
static int do_unlinked(size_t n)
{
	int fd = open("x", O_RDWR | O_CREAT | O_EXCL, 0600);
	static char block[MIB];
	unlink("x");
	memset(block, 'x', sizeof block);
	for (size_t i = 0; i < n; i++)
		if (write(fd, block, sizeof block) < 0)
			return 1;
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			break;
	sleep(STAY_S);
	return 0;
}

/* Memory that is written to, shared and mapped by nobody any more, but for its first page. */
static int do_away(size_t n)
{
	char *p =
	    mmap(NULL, n * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return CLOSED;
	for (size_t i = 0; i < n; i++) {
		fill(p + i * MIB, MIB);
		if (munmap(p + i * MIB + (i ? 0 : 4096), MIB - (i ? 0 : 4096)) < 0)
			return 1;
	}
	sleep(2);
	return 0;
}

/* So many processes, one after another; those that cannot be made are left out. */
static int do_crowd(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fork() == 0) {
			sleep(STAY_S);
			_exit(0);
		}
		usleep(20000);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

/* A file, and a process that has ended and whose parent does not ask how. */
static int do_zombie(size_t n)
{
	int r = write_file("x", n);
	if (fork() == 0)
		_exit(0);
	sleep(2);
	return r;
}

static int do_nothing(size_t n)
{
	(void)n;
	return 0;
}

/* A program that nobody may read fills a file that has no name: as good as out of sight. */
static int do_unreadable(size_t n)
{
	static char all[4 * MIB];
	char mib[16];
	snprintf(mib, sizeof mib, "%zu", n);
	int from = open(PROGRAM, O_RDONLY | O_CLOEXEC);
	int to = open("/tmp/p", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ssize_t got = read(from, all, sizeof all);
	if (got <= 0 || write(to, all, (size_t)got) != got || fchmod(to, 0111) < 0 ||
	    close(to) < 0)
		return 1;
	execl("/tmp/p", "/tmp/p", "unlinked", mib, (char *)NULL);
	return 1;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(size_t mib);
	} acts[] = {
	    {"memfd", do_memfd},       {"shm", do_shm},         {"shared", do_shared},
	    {"mapped", do_mapped},     {"blind", do_blind},     {"deep", do_deep},
	    {"hidden", do_hidden},     {"plain", do_plain},     {"names", do_names},
	    {"unlinked", do_unlinked}, {"away", do_away},       {"crowd", do_crowd},
	    {"zombie", do_zombie},     {"nothing", do_nothing}, {"unreadable", do_unreadable},
	};
	/* limits_probe ACT MIB [FOLDER] */
	if (argc > 3 && chdir(argv[3]) < 0)
		return 98;
	for (size_t i = 0; argc > 2 && i < sizeof acts / sizeof *acts; i++)
		if (strcmp(argv[1], acts[i].name) == 0)
			return acts[i].run(strtoul(argv[2], NULL, 10));
	return 99;
}
