/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sandbox.t runs inside a sandbox, static, for i386 and x86_64. The first argument
 * says what to try; what came of it is printed.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/auxv.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Prints how a call ended. */
static void tell(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerrorname_np(errno) : "done");
}

static int do_exit(char **argv)
{
	return atoi(argv[0]);
}

static int do_signal(char **argv)
{
	raise(atoi(argv[0]));
	return 0;
}

static int do_socket(char **argv)
{
	tell("socket", socket(atoi(argv[0]), SOCK_STREAM, 0));
	return 0;
}

/* Fills S with the address TEXT (IPv4 or IPv6) and PORT. Returns its length. */
static socklen_t address(const char *text, int port, struct sockaddr_storage *s)
{
	struct sockaddr_in *v4 = (void *)s;
	struct sockaddr_in6 *v6 = (void *)s;
	memset(s, 0, sizeof *s);
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return sizeof *v4;
	}
	inet_pton(AF_INET6, text, &v6->sin6_addr);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)port);
	return sizeof *v6;
}

/* loopback ADDRESS: a server and a client in one. */
static int do_loopback(char **argv)
{
	struct sockaddr_storage s;
	socklen_t n = address(argv[0], 7777, &s);
	char c = 'x';
	int server = socket(s.ss_family, SOCK_STREAM, 0);
	int client = socket(s.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(server, (void *)&s, n) < 0 || listen(server, 1) < 0 ||
	    connect(client, (void *)&s, n) < 0) {
		tell("loopback", -1);
		return 0;
	}
	int got = accept(server, NULL, NULL);
	tell("loopback", send(client, &c, 1, 0) == 1 && read(got, &c, 1) == 1 ? 0 : -1);
	return 0;
}

/* reach ADDRESS PORT: by TCP and by each way of sending a datagram. */
static int do_reach(char **argv)
{
	struct sockaddr_storage s;
	socklen_t n = address(argv[0], atoi(argv[1]), &s);
	struct iovec v = {"x", 1};
	struct mmsghdr m = {
	    .msg_hdr = {.msg_name = &s, .msg_namelen = n, .msg_iov = &v, .msg_iovlen = 1}};
	int fd = socket(s.ss_family, SOCK_DGRAM, 0);
	tell("connect", connect(socket(s.ss_family, SOCK_STREAM, 0), (void *)&s, n));
	tell("sendto", sendto(fd, "x", 1, 0, (void *)&s, n));
	tell("sendmsg", sendmsg(fd, &m.msg_hdr, 0));
	tell("sendmmsg", sendmmsg(fd, &m, 1, 0));
	return 0;
}

/* What configure scripts probe: getaddrinfo for numbers, passive or not, of each family. */
static int do_lookup(char **argv)
{
	static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};
	int bad = 0;
	(void)argv;
	for (int i = 0; i < 6; i++) {
		struct addrinfo *all, hints = {.ai_family = families[i % 3],
					       .ai_socktype = SOCK_STREAM,
					       .ai_flags = i < 3 ? AI_PASSIVE : 0};
		if (getaddrinfo(NULL, "54321", &hints, &all) != 0) {
			bad++;
			continue;
		}
		for (struct addrinfo *a = all; a; a = a->ai_next)
			if (socket(a->ai_family, a->ai_socktype, a->ai_protocol) < 0)
				bad++;
		freeaddrinfo(all);
	}
	printf("bad %d, a name: %s\n", bad,
	       gai_strerror(getaddrinfo("example.org", "80", NULL, &(struct addrinfo *){0})));
	return 0;
}

/* What libc asks the kernel about the network. */
static int do_interfaces(char **argv)
{
	(void)argv;
	struct if_nameindex *all = if_nameindex();
	printf("first interface %s\n", all ? all[0].if_name : "none");
	return 0;
}

/* pair FAMILY, by socketpair(2) and, on i386, by socketcall(2). */
static int do_pair(char **argv)
{
	int fds[2] = {-1, -1};
	char c = 'x';
	tell("socketpair", socketpair(atoi(argv[0]), SOCK_STREAM, 0, fds));
#ifdef SYS_socketcall
	unsigned long a[4] = {strtoul(argv[0], NULL, 10), SOCK_STREAM, 0, (unsigned long)fds};
	tell("socketpair", syscall(SYS_socketcall, 8, a));
#else
	tell("socketpair", socketpair(atoi(argv[0]), SOCK_STREAM, 0, fds));
#endif
	tell("through it", write(fds[0], &c, 1) == 1 && read(fds[1], &c, 1) == 1 ? 0 : -1);
	return 0;
}

/* The old road to sockets on i386. */
static int do_socketcall(char **argv)
{
#ifdef SYS_socketcall
	unsigned long args[3] = {strtoul(argv[0], NULL, 10), SOCK_STREAM, 0};
	tell("socketcall", syscall(SYS_socketcall, 1, args));
#else
	printf("socketcall: none (%s)\n", argv[0]);
#endif
	return 0;
}

/* Another thread writes RACE_TO at RACE_AT, RACE_LATE turns after each change of RACE_GO. */
static volatile uint32_t *race_at;
static volatile uint32_t race_to;
static volatile unsigned race_go, race_late;
enum { RACES = 600 };

static void *race(void *unused)
{
	for (unsigned done = 0;;) {
		while (race_go == done)
			sched_yield();
		done = race_go;
		for (unsigned i = 0; i < race_late; i++)
			__asm__ volatile("" ::: "memory");
		*race_at = race_to;
	}
	return unused;
}

/* Starts race I of RACES: the first ones change memory late, the last ones at once. */
static void start_race(unsigned i)
{
	race_late = (RACES - i) * 300;
	race_go++;
}

/* socketrace FAMILY: asks for Unix sockets, and for FAMILY once that was looked at. */
static int do_socketrace(char **argv)
{
#ifdef SYS_socketcall
	static volatile uint32_t args[3] = {AF_UNIX, SOCK_STREAM, 0};
	int got, wrong = 0, right = 0;
	pthread_t t;
	race_at = args;
	race_to = (uint32_t)atoi(argv[0]);
	if (pthread_create(&t, NULL, race, NULL) != 0)
		return 9;
	for (unsigned i = 0; i < RACES && !wrong; i++) {
		args[0] = AF_UNIX;
		start_race(i);
		int fd = (int)syscall(SYS_socketcall, 1, args);
		while (args[0] == AF_UNIX)
			sched_yield();
		socklen_t n = sizeof got;
		if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &got, &n) < 0)
			continue;
		close(fd);
		wrong += got != AF_UNIX;
		right += got == AF_UNIX;
	}
	printf("unix %s other %d\n", right ? "some" : "none", wrong);
#else
	printf("no socketcall (%s)\n", argv[0]);
#endif
	return 0;
}

/* reachrace ADDRESS: connects to loopback, and to ADDRESS once that was looked at; 77: that never came off. */
static int do_reachrace(char **argv)
{
	static struct sockaddr_storage s;
	socklen_t n = address(argv[0], 80, &s);
	struct sockaddr_in *v4 = (void *)&s;
	pthread_t t;
	race_at = &v4->sin_addr.s_addr;
	race_to = v4->sin_addr.s_addr;
	if (pthread_create(&t, NULL, race, NULL) != 0)
		return 9;
	for (unsigned i = 0; i < RACES; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		*race_at = htonl(INADDR_LOOPBACK);
		start_race(i);
		if (connect(fd, (void *)&s, n) < 0 && errno == ENETUNREACH)
			return 0;
		while (*race_at != race_to)
			sched_yield();
		close(fd);
	}
	return 77;
}

/* A process that outlives its parent. */
static int do_daemon(char **argv)
{
	(void)argv;
	if (fork())
		return 0;
	setsid();
	if (fork())
		_exit(0);
	signal(SIGHUP, SIG_IGN);
	sleep(60);
	_exit(0);
}

/* A child that ends a moment after its parent. */
static int do_linger(char **argv)
{
	if (fork() == 0)
		usleep((unsigned)atoi(argv[0]) * 1000);
	return 0;
}

static int do_forkbomb(char **argv)
{
	(void)argv;
	while (getpid() > 1)
		if (fork() < 0)
			usleep(1000);
	return 1;
}

/* crowd N: so many processes and no more, for a test whose limit may not hold. */
static int do_crowd(char **argv)
{
	for (int n = atoi(argv[0]); n > 0; n--)
		if (fork() == 0) {
			sleep(5);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	return 0;
}

/* hog MIB PROCESSES: that much memory in each of so many. */
static int do_hog(char **argv)
{
	size_t size = strtoul(argv[0], NULL, 10) << 20;
	for (int n = atoi(argv[1]); n > 1; n--)
		if (fork() == 0)
			break;
	char *p = malloc(size);
	if (!p)
		return 9;
	for (size_t i = 0; i < size; i += 4096)
		p[i] = 1;
	sleep(5);
	free(p);
	return 0;
}

/* share MIB PROCESSES: so many processes that share the same memory. */
static int do_share(char **argv)
{
	size_t size = strtoul(argv[0], NULL, 10) << 20;
	char *p = malloc(size);
	if (!p)
		return 9;
	memset(p, 1, size);
	for (int n = atoi(argv[1]); n > 1; n--)
		if (fork() == 0) {
			usleep(400000);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	free(p);
	return 0;
}

static int do_sleep(char **argv)
{
	printf("asleep\n");
	fflush(stdout);
	sleep((unsigned)atoi(argv[0]));
	return 0;
}

static int do_chatter(char **argv)
{
	(void)argv;
	for (;;)
		if (puts("all work and no play makes a dull log") < 0)
			return 1;
}

/* spew FOLDER: writes files of a mebibyte without end. */
static int do_spew(char **argv)
{
	static char block[1 << 20];
	for (int i = 0; i < 4096; i++) {
		char path[256];
		snprintf(path, sizeof path, "%s/%d", argv[0], i);
		int fd = open(path, O_WRONLY | O_CREAT, 0644);
		if (fd < 0 || write(fd, block, sizeof block) < 0)
			return 1;
		close(fd);
		usleep(1000);
	}
	sleep(10);
	return 0;
}

/* big FILE MIB: one file of that size. */
static int do_big(char **argv)
{
	static char block[1 << 20];
	int fd = open(argv[0], O_WRONLY | O_CREAT, 0644);
	for (int i = atoi(argv[1]); fd >= 0 && i > 0; i--)
		if (write(fd, block, sizeof block) < 0)
			return 1;
	return fd < 0;
}

static int do_write(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	struct stat st;
	tell("write", fd < 0 ? -1 : write(fd, "x", 1));
	if (fd >= 0 && fstat(fd, &st) == 0)
		printf("mode %04o\n", st.st_mode & 07777);
	return 0;
}

static int do_read(char **argv)
{
	char block[4096];
	int fd = open(argv[0], O_RDONLY);
	ssize_t n;
	if (fd < 0)
		tell("read", fd);
	while (fd >= 0 && (n = read(fd, block, sizeof block)) > 0)
		fwrite(block, 1, (size_t)n, stdout);
	return 0;
}

/* Copies standard input to standard output. */
static int do_copy(char **argv)
{
	(void)argv;
	int c;
	while ((c = getchar()) != EOF)
		putchar(c);
	return 0;
}

static int do_list(char **argv)
{
	struct dirent **names;
	int n = scandir(argv[0], &names, NULL, alphasort);
	for (int i = 0; i < n; i++)
		if (names[i]->d_name[0] != '.')
			printf("%s ", names[i]->d_name);
	tell("list", n);
	return 0;
}

/* Tries to harm FILE, which must stay what it is. */
static int do_attack(char **argv)
{
	const char *p = argv[0];
	tell("unlink", unlink(p));
	tell("rename", rename(p, "/tmp/x"));
	tell("rename over", rename("/build/x", p));
	tell("chmod", chmod(p, 0));
	tell("chown", chown(p, getuid(), getgid()));
	tell("utimes", utimensat(AT_FDCWD, p, NULL, 0));
	tell("truncate", open(p, O_WRONLY | O_TRUNC | O_CREAT, 0600));
	tell("umount", umount2(p, MNT_DETACH));
	tell("remount", mount(NULL, p, NULL, MS_REMOUNT | MS_BIND, NULL));
	return 0;
}

static int do_look(char **argv)
{
	(void)argv;
	struct utsname u;
	gid_t groups[64];
	char host[65] = "";
	struct rlimit stack, core;
	mode_t mask = umask(0);
	uname(&u);
	gethostname(host, sizeof host);
	getrlimit(RLIMIT_STACK, &stack);
	getrlimit(RLIMIT_CORE, &core);
	printf("uname %s %s %s %s %s\n", u.sysname, u.nodename, u.release, u.version,
	       u.machine);
	printf("ids %d %d %d %d groups %d\n", (int)getuid(), (int)geteuid(), (int)getgid(),
	       (int)getegid(), getgroups(64, groups));
	printf("umask %03o host %s pid-1 %d\n", (unsigned)mask, host, kill(1, 0));
	printf("stack %lu core %d session %d\n", (unsigned long)stack.rlim_cur >> 10,
	       core.rlim_cur < 1024, getsid(0) != 0);
	for (char **e = environ; *e; e++)
		printf("env %s\n", *e);
	return 0;
}

/* Whether device numbers that the kernel draws are odd, and the number of the first file in /tmp. */
static int do_numbers(char **argv)
{
	static const char *const places[] = {"/", "/tmp", "/proc"};
	struct stat st;
	(void)argv;
	for (int i = 0; i < 3; i++)
		if (stat(places[i], &st) < 0)
			return 1;
		else
			printf("%s %d\n", places[i], (int)(st.st_dev & 1));
	if (mkdir("/tmp/first", 0755) < 0 || stat("/tmp/first", &st) < 0)
		return 1;
	printf("first %d\n", (int)st.st_ino);
	return 0;
}

/* What /proc/self/status says of rights and signals. */
static int do_status(char **argv)
{
	(void)argv;
	static const char *const wanted[] = {"CapEff",     "CapPrm",   "CapBnd", "CapAmb",
					     "NoNewPrivs", "Seccomp:", "SigBlk", "SigIgn"};
	char line[256];
	FILE *f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof line, f))
		for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
			if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
				fputs(line, stdout);
	for (int fd = 3; fd < 1024; fd++)
		if (fileno(f) != fd && fcntl(fd, F_GETFD) >= 0)
			printf("descriptor %d is open\n", fd);
	return 0;
}

static int do_address(char **argv)
{
	int here;
	(void)argv;
	printf("%p %p %p\n", (void *)&here, malloc(200000), sbrk(0));
	return 0;
}

/* Reads a line from the terminal. */
static int do_line(char **argv)
{
	char line[80] = "";
	(void)argv;
	int tty = isatty(0), front = tcgetpgrp(0) == getpgrp();
	if (!fgets(line, sizeof line, stdin))
		return 1;
	printf("terminal %s foreground %s read %s", tty ? "yes" : "no", front ? "yes" : "no",
	       line);
	return 0;
}

static int do_clock(char **argv)
{
	struct timespec t;
	(void)argv;
	clock_gettime(CLOCK_BOOTTIME, &t);
	printf("%lld\n", (long long)t.tv_sec);
	return 0;
}

/* The wall clock in each way that there is, in days since the epoch, then vectors and clocks. */
static int do_wall(char **argv)
{
	struct timeval tv;
	struct timespec t, by_call, coarse, start;
	(void)argv;
	gettimeofday(&tv, NULL);
	clock_gettime(CLOCK_REALTIME, &t);
	clock_gettime(CLOCK_REALTIME_COARSE, &coarse);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &by_call);
	long seconds = (long)syscall(SYS_time, NULL);
	printf("days %ld %ld %ld %ld %ld %ld vdso %s\n", (long)(time(NULL) / 86400),
	       (long)(tv.tv_sec / 86400), (long)(t.tv_sec / 86400),
	       (long)(coarse.tv_sec / 86400), (long)(by_call.tv_sec / 86400), seconds / 86400,
	       getauxval(AT_SYSINFO_EHDR) || getauxval(32) ? "seen" : "hidden");
	/* Waiting for an instant. */
	clock_gettime(CLOCK_MONOTONIC, &start);
	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t c = PTHREAD_COND_INITIALIZER;
	pthread_mutex_lock(&m);
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec++;
	while (pthread_cond_timedwait(&c, &m, &t) == 0)
		;
	t.tv_sec++;
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
	usleep(1000);
	clock_gettime(CLOCK_MONOTONIC, &t);
	printf("waited %ld s\n", (long)(t.tv_sec - start.tv_sec));
	return 0;
}

/* order FOLDER N: makes N files, lists them with seeks, removes them while listing. */
static int do_order(char **argv)
{
	int n = atoi(argv[1]), count = 0, first = 0, again = 0, left = 0;
	char path[512], second[256] = "", name[256];
	mkdir(argv[0], 0755);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%d", argv[0], i);
		close(open(path, O_WRONLY | O_CREAT, 0644));
	}
	DIR *d = opendir(argv[0]);
	long where = 0;
	for (struct dirent *e; (e = readdir(d)); count++) {
		if (count < 12)
			printf("%s ", e->d_name);
		if (count == 0)
			where = telldir(d);
		if (count == 1)
			strcpy(second, e->d_name);
	}
	seekdir(d, where);
	strcpy(name, readdir(d)->d_name);
	first = strcmp(name, second) == 0;
	rewinddir(d);
	while (readdir(d))
		again++;
	rewinddir(d);
	for (struct dirent *e; (e = readdir(d));)
		unlinkat(dirfd(d), e->d_name, 0);
	rewinddir(d);
	while (readdir(d))
		left++;
	printf("\ncount %d seek %d again %d left %d\n", count, first, again, left);
	return 0;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* interrupted FOLDER N: as order, while signals interrupt the calls. */
static int do_interrupted(char **argv)
{
	struct sigaction a = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	struct itimerval often = {{0, 150}, {0, 150}}, never = {{0, 0}, {0, 0}};
	int n = atoi(argv[1]), bad = 0, rounds = 40;
	char path[512];
	mkdir(argv[0], 0755);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%d", argv[0], i);
		close(open(path, O_WRONLY | O_CREAT, 0644));
	}
	sigaction(SIGALRM, &a, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < rounds; i++) {
		DIR *d = opendir(argv[0]);
		int count = 0;
		while (readdir(d))
			count++;
		closedir(d);
		bad += count != n + 2;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("bad %d\n", bad);
	return 0;
}

/* Another thread lists as well, by getdents where the ABI has both. */
static void *old_listing(void *folder)
{
	char block[4096];
	int fd = open(folder, O_RDONLY | O_DIRECTORY);
	long n = syscall(SYS_getdents, fd, block, sizeof block);
	const struct {
		unsigned long ino, off;
		unsigned short len;
		char name[];
	} *e = (void *)block;
	for (long at = 0; at < n; at += e->len) {
		e = (void *)(block + at);
		printf("%s:%d ", e->name, block[at + e->len - 1]);
	}
	printf("\n");
	return NULL;
}

static int do_oldorder(char **argv)
{
	pthread_t t;
	return pthread_create(&t, NULL, old_listing, argv[0]) || pthread_join(t, NULL);
}

static int do_machine(char **argv)
{
	struct sysinfo s;
	cpu_set_t few;
	(void)argv;
	unsigned long hwcap = 0, *vector = (unsigned long *)environ;
	/* As the kernel gave it: libc's getauxval makes something of its own of it. */
	while (*vector++)
		;
	for (; *vector; vector += 2)
		if (*vector == AT_HWCAP)
			hwcap = vector[1];
	sysinfo(&s);
	CPU_ZERO(&few);
	int got = (int)syscall(SYS_sched_getaffinity, 0, 8, &few);
	printf("memory %llu uptime %ld hwcap %lx processors %d of %d\n",
	       (unsigned long long)s.totalram * s.mem_unit >> 20, s.uptime, hwcap,
	       CPU_COUNT(&few), got);
	return 0;
}

/* Programs that cannot be started, then signals, then one that can. */
static int do_again(char **argv)
{
	signal(SIGUSR1, SIG_IGN);
	for (int i = 0; i < 3; i++) {
		execl("/no/such/program", "x", NULL);
		kill(getpid(), SIGUSR1);
	}
	if (vfork() == 0) {
		execl("/no/such/program", "x", NULL);
		_exit(0);
	}
	wait(NULL);
	execl(argv[0], argv[0], "wall", NULL);
	return 9;
}

static int do_cpus(char **argv)
{
	cpu_set_t s;
	(void)argv;
	sched_getaffinity(0, sizeof s, &s);
	printf("%d\n", CPU_COUNT(&s));
	return 0;
}

/* What the filter refuses. */
static int do_forbidden(char **argv)
{
	(void)argv;
	int fd = open("/build/f", O_WRONLY | O_CREAT, 0644);
	tell("chmod u+s", chmod("/build/f", 04755));
	tell("chmod g+s", chmod("/build/f", 02755));
	tell("fchmod u+s", fchmod(fd, 04755));
	tell("fchmodat u+s", fchmodat(AT_FDCWD, "/build/f", 04755, 0));
	tell("fchmodat2 u+s", syscall(452, AT_FDCWD, "/build/f", 04755, 0));
	tell("open u+s", open("/build/g", O_WRONLY | O_CREAT, 04755));
	tell("open old", open("/build/f", O_WRONLY, 04755));
	tell("mknod u+s", mknod("/build/h", S_IFREG | 04755, 0));
	tell("mknod device", mknod("/build/i", S_IFCHR | 0644, 0x103));
	tell("mknod fifo", mknod("/build/j", S_IFIFO | 0644, 0));
	tell("chmod", chmod("/build/f", 01755));
	tell("mount", mount("x", "/tmp", "tmpfs", 0, NULL));
	tell("unshare", unshare(CLONE_NEWUSER));
	tell("clone", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	tell("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	tell("chroot", chroot("/build"));
	tell("keyctl", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
	tell("bpf", syscall(SYS_bpf, 0, NULL, 0));
	tell("perf", syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0));
	tell("io_uring", syscall(425, 1, NULL));
	tell("too new", syscall(500));
	char c = 'x';
	tell("tiocsti", ioctl(0, TIOCSTI, &c));
	tell("setxattr", setxattr("/build/f", "user.x", "y", 1, 0));
	tell("setuid", setuid(0));
	tell("sethostname", sethostname("x", 1));
	return 0;
}

/* All ways to lock FD, or to ask who does. */
static void try_locks(const char *what, int fd)
{
	struct flock l = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	printf("%s ", what);
	tell("flock", flock(fd, LOCK_EX | LOCK_NB));
	printf("%s ", what);
	tell("fcntl", fcntl(fd, F_SETLK, &l));
	printf("%s ", what);
	tell("waiting", fcntl(fd, F_SETLKW, &l));
	printf("%s ", what);
	tell("asking", fcntl(fd, F_GETLK, &l));
	l = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET};
	printf("%s ", what);
	tell("of open files", fcntl(fd, F_OFD_SETLK, &l));
	close(fd);
}

/* A thread whose descriptors are its own: 3 is the device for it, a file of the build for the others. */
static int lock_apart(void *device)
{
	int r =
	    syscall(SYS_dup2, *(int *)device, 3) < 0 ? -1 : (int)syscall(SYS_flock, 3, LOCK_EX);
	static const char no[] = "thread flock: ENOLCK\n", yes[] = "thread flock: done\n";
	const char *text = r < 0 && errno == ENOLCK ? no : yes;
	syscall(SYS_write, 1, text, strlen(text));
	syscall(SYS_exit, 0);
	return 0;
}

static int do_locks(char **argv)
{
	static char stack[65536] __attribute__((aligned(16)));
	static volatile pid_t gone = 1;
	(void)argv;
	mkdir("/build/dir", 0755);
	dup2(open("/build/f", O_RDWR | O_CREAT, 0644), 3);
	try_locks("input", open("/opt/boot-hurd/in/file", O_RDONLY));
	try_locks("device", open("/dev/null", O_RDWR));
	try_locks("event", eventfd(0, 0));
	try_locks("namespace", open("/proc/self/ns/cgroup", O_RDONLY));
	try_locks("build", dup(3));
	try_locks("output", open("/opt/boot-hurd/out/f", O_RDWR | O_CREAT, 0644));
	try_locks("tmp", open("/tmp/f", O_RDWR | O_CREAT, 0644));
	tell("folder", flock(open("/build/dir", O_RDONLY | O_DIRECTORY), LOCK_SH));
	tell("bad", flock(999, LOCK_SH));
	tell("unlock", flock(open("/dev/null", O_RDONLY), LOCK_UN));
	fflush(stdout);
	int fd = open("/build/g", O_RDWR | O_CREAT, 0644);
	flock(fd, LOCK_EX);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd); /* it holds the lock as well */
		int mine = open("/build/g", O_RDWR);
		tell("held", flock(mine, LOCK_EX | LOCK_NB));
		fflush(stdout);
		_exit(flock(mine, LOCK_EX));
	}
	usleep(100000);
	close(fd);
	int status = 1;
	waitpid(pid, &status, 0);
	printf("waited %d\n", status);
	tell("inotify", inotify_init());
	tell("fanotify", syscall(SYS_fanotify_init, 0, 0));
	fd = open("/opt/boot-hurd/in/file", O_RDONLY);
	tell("lease", fcntl(fd, F_SETLEASE, F_RDLCK));
	tell("notify", fcntl(open("/opt/boot-hurd/in", O_RDONLY), F_NOTIFY, DN_ACCESS));
	uint64_t hint = 2;
	tell("hint", fcntl(fd, F_SET_RW_HINT, &hint));
	fflush(stdout);
	int device = open("/dev/null", O_RDWR);
	clone(lock_apart, stack + sizeof stack,
	      CLONE_VM | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID,
	      &device, NULL, NULL, &gone);
	while (gone)
		usleep(1000);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int nargs;
		int (*run)(char **argv);
	} acts[] = {
	    {"exit", 1, do_exit},
	    {"signal", 1, do_signal},
	    {"socket", 1, do_socket},
	    {"daemon", 0, do_daemon},
	    {"socketcall", 1, do_socketcall},
	    {"socketrace", 1, do_socketrace},
	    {"reachrace", 1, do_reachrace},
	    {"loopback", 1, do_loopback},
	    {"reach", 2, do_reach},
	    {"lookup", 0, do_lookup},
	    {"interfaces", 0, do_interfaces},
	    {"pair", 1, do_pair},
	    {"linger", 1, do_linger},
	    {"forkbomb", 0, do_forkbomb},
	    {"crowd", 1, do_crowd},
	    {"hog", 2, do_hog},
	    {"share", 2, do_share},
	    {"sleep", 1, do_sleep},
	    {"chatter", 0, do_chatter},
	    {"spew", 1, do_spew},
	    {"big", 2, do_big},
	    {"write", 1, do_write},
	    {"read", 1, do_read},
	    {"copy", 0, do_copy},
	    {"line", 0, do_line},
	    {"list", 1, do_list},
	    {"attack", 1, do_attack},
	    {"look", 0, do_look},
	    {"numbers", 0, do_numbers},
	    {"status", 0, do_status},
	    {"address", 0, do_address},
	    {"clock", 0, do_clock},
	    {"cpus", 0, do_cpus},
	    {"wall", 0, do_wall},
	    {"order", 2, do_order},
	    {"oldorder", 1, do_oldorder},
	    {"interrupted", 2, do_interrupted},
	    {"machine", 0, do_machine},
	    {"again", 1, do_again},
	    {"forbidden", 0, do_forbidden},
	    {"locks", 0, do_locks},
	};
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (argc > 1 && strcmp(argv[1], acts[i].name) == 0 && argc == 2 + acts[i].nargs)
			return acts[i].run(argv + 2);
	return argc == 1 ? 0 : 99;
}
