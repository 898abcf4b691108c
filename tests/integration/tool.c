/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program that integration tests run inside sandboxes. Its first argument says what to do; it
 * exits 0 when that went as a build expects.
 */
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* write FILE TEXT…: puts the words into FILE, a line each. */
static int do_write(char **argv)
{
	FILE *f = fopen(argv[0], "w");
	if (!f)
		return 1;
	for (argv++; *argv; argv++)
		fprintf(f, "%s\n", *argv);
	return fclose(f) != 0;
}

/* cat OUT IN…: concatenates. */
static int do_cat(char **argv)
{
	FILE *out = fopen(argv[0], "w");
	int c;
	if (!out)
		return 1;
	for (argv++; *argv; argv++) {
		FILE *in = fopen(*argv, "r");
		if (!in)
			return 1;
		while ((c = getc(in)) != EOF)
			putc(c, out);
		fclose(in);
	}
	return fclose(out) != 0;
}

/* install OUT IN…: the same, as a program. */
static int do_install(char **argv)
{
	return do_cat(argv) || chmod(argv[0], 0755) < 0;
}

/* look FILE: writes what a build can see of its surroundings. */
static int do_look(char **argv)
{
	struct utsname u;
	FILE *f = fopen(argv[0], "w");
	mode_t mask = umask(0);
	if (!f || uname(&u) < 0)
		return 1;
	fprintf(f, "%s %s %s\n", u.nodename, u.release, u.machine);
	fprintf(f, "uid %d gid %d umask %03o\n", (int)getuid(), (int)getgid(), (unsigned)mask);
	fprintf(f, "cpus %ld\n", sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2L : 1L);
	fprintf(f, "stack %d\n", (int)((unsigned long)&u >> 28 == 15));
	return fclose(f) != 0;
}

/* random FILE: something no two builds share. */
static int do_random(char **argv)
{
	unsigned char b[8];
	FILE *f = fopen(argv[0], "w");
	if (!f || getrandom(b, sizeof b, 0) != sizeof b)
		return 1;
	fwrite(b, 1, sizeof b, f);
	return fclose(f) != 0;
}

/* Features of the processor as the kernel tells them: libc makes something else of them. */
static unsigned long hwcap(void)
{
	unsigned long *vector = (unsigned long *)__environ;
	while (*vector++)
		;
	while (vector[0] && vector[0] != AT_HWCAP)
		vector += 2;
	return vector[1];
}

/* leak AXIS FILE: writes what one axis of --vary changes; "now": the time. */
static int do_leak(char **argv)
{
	struct utsname u;
	struct timespec t;
	FILE *f = fopen(argv[1], "w");
	mode_t mask = umask(0);
	DIR *d;
	struct stat st;
	if (!f || uname(&u) < 0)
		return 1;
	umask(mask);
	if (!strcmp(argv[0], "kernel-name"))
		fprintf(f, "%s %s\n", u.release, u.version);
	else if (!strcmp(argv[0], "umask"))
		fprintf(f, "%03o\n", (unsigned)mask);
	else if (!strcmp(argv[0], "user"))
		fprintf(f, "%d\n", (int)getuid());
	else if (!strcmp(argv[0], "aslr"))
		fprintf(f, "%p\n", (void *)&u);
	else if (!strcmp(argv[0], "cpus"))
		fprintf(f, "%ld\n", sysconf(_SC_NPROCESSORS_ONLN));
	else if (!strcmp(argv[0], "time") && clock_gettime(CLOCK_BOOTTIME, &t) == 0)
		fprintf(f, "%ld\n", (long)(t.tv_sec / (86400 * 365)));
	else if (!strcmp(argv[0], "date"))
		fprintf(f, "%ld\n", (long)(time(NULL) / (86400 * 200)));
	else if (!strcmp(argv[0], "parallelism"))
		fprintf(f, "%ld\n", sysconf(_SC_NPROCESSORS_ONLN));
	else if (!strcmp(argv[0], "ids") && stat("/tmp", &st) == 0)
		fprintf(f, "%lu\n", (unsigned long)st.st_dev);
	else if (!strcmp(argv[0], "odd") && stat("/tmp", &st) == 0)
		fprintf(f, "%lu\n", (unsigned long)st.st_dev & 1);
	else if (!strcmp(argv[0], "home"))
		fprintf(f, "%s\n", getenv("HOME"));
	else if (!strcmp(argv[0], "memory"))
		fprintf(f, "%ld\n", sysconf(_SC_PHYS_PAGES));
	else if (!strcmp(argv[0], "cpu"))
		fprintf(f, "%lx\n", hwcap());
	else if (!strcmp(argv[0], "now") && clock_gettime(CLOCK_REALTIME, &t) == 0)
		fprintf(f, "%lld.%09ld\n", (long long)t.tv_sec, t.tv_nsec);
	else if (!strcmp(argv[0], "file-order") && (d = opendir("/opt/boot-hurd")))
		for (struct dirent *e; (e = readdir(d));)
			fprintf(f, "%s\n", e->d_name);
	else
		return 1;
	return fclose(f) != 0;
}

/* odd FOLDER: a file whose name is not UTF-8, in which no two builds agree; says so in such bytes. */
static int do_odd(char **argv)
{
	char path[4096];
	char *random[] = {path, NULL};
	snprintf(path, sizeof path, "%s/odd\2332J", argv[0]);
	puts("odd \2332J");
	return mkdir(argv[0], 0755) < 0 || do_random(random);
}

static int do_socket(void)
{
	/* Nobody has this address; outside there is no way to it either. */
	struct sockaddr_in to = {
	    .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(0xc0000201)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
}

/* A process that outlives its parent. */
static int do_daemon(void)
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0)
			sleep(100);
		_exit(0);
	}
	return 0;
}

static int do_forks(void)
{
	for (;;)
		if (fork() == 0)
			sleep(100);
}

static int do_memory(void)
{
	for (;;) {
		char *p = malloc(1 << 20);
		if (!p)
			sleep(1);
		else
			memset(p, 1, 1 << 20);
	}
}

static int do_fill(char **argv)
{
	static char block[1 << 16];
	int fd = open(argv[0], O_WRONLY | O_CREAT, 0644);
	while (write(fd, block, sizeof block) > 0)
		;
	return 1;
}

/* Prints what a sh would read first. */
static int do_start(void)
{
	FILE *in = fopen(getenv("ENV") ? getenv("ENV") : "", "r");
	int c;
	if (!in)
		return 1;
	while ((c = getc(in)) != EOF)
		putchar(c);
	return fclose(in) != 0;
}

static int do_talk(void)
{
	for (;;)
		puts("talking without end");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *base = strrchr(argv[0], '/');
	if (argc == 1 &&
	    !strcmp(base ? base + 1 : argv[0], "sh")) /* prints what a sh reads first */
		return do_start();
	argv += 2;
	if (!strcmp(what, "write"))
		return do_write(argv);
	if (!strcmp(what, "cat"))
		return do_cat(argv);
	if (!strcmp(what, "install"))
		return do_install(argv);
	if (!strcmp(what, "look"))
		return do_look(argv);
	if (!strcmp(what, "random"))
		return do_random(argv);
	if (!strcmp(what, "sleep")) {
		usleep((useconds_t)atoi(argv[0]) * 1000);
		return do_write(argv + 1);
	}
	if (!strcmp(what, "fail")) {
		puts("this step fails on purpose");
		return atoi(argv[0]);
	}
	if (!strcmp(what, "leak"))
		return do_leak(argv);
	if (!strcmp(what, "socket"))
		return do_socket();
	if (!strcmp(what, "daemon"))
		return do_daemon();
	if (!strcmp(what, "forks"))
		return do_forks();
	if (!strcmp(what, "memory"))
		return do_memory();
	if (!strcmp(what, "fill"))
		return do_fill(argv);
	if (!strcmp(what, "talk"))
		return do_talk();
	if (!strcmp(what, "odd"))
		return do_odd(argv);
	if (!strcmp(what,
		    "linger")) { /* MILLISECONDS TEXT: says it, then goes on for so long */
		puts(argv[1]);
		fflush(stdout);
		usleep((useconds_t)atoi(argv[0]) * 1000);
		return 0;
	}
	if (!strcmp(what, "say"))
		return puts(argv[0]) < 0;
	if (!strcmp(what, "nonblock")) /* of whoever gave us the terminal */
		return fcntl(0, F_SETFL, O_NONBLOCK) ||
		       fcntl(1, F_SETFL, O_NONBLOCK | O_APPEND) ||
		       fcntl(2, F_SETFL, O_NONBLOCK);
	if (!strcmp(what, "true"))
		return 0;
	fprintf(stderr, "tool: what is '%s'?\n", what);
	return 2;
}
