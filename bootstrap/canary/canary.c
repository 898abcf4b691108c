/* SPDX-License-Identifier: GPL-3.0-or-later */
/* canary.c: writes what one axis of `verify --vary` changes, in each way by which a program can get to
   see it; a file each. An axis is varied on a machine when every one of its files comes out different.

   canary AXIS FOLDER */

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

int __syscall(int number, ...);

enum { PATH_BYTES = 512, LIST_BYTES = 8192 };
enum { DAY = 86400, BUCKET = 200 * DAY }; /* a clock that is shifted leaves its bucket for certain */
/* What the kernel tells a program: features of the processor, where its own library is. */
enum { AT_HWCAP = 16, AT_SYSINFO_EHDR = 33 };

static char *folder;

/* Writes one file. */
static void tell(const char *name, const char *text)
{
	char path[PATH_BYTES];
	FILE *f;

	sprintf(path, "%s/%s", folder, name);
	f = fopen(path, "w");
	if (f == 0) {
		fprintf(stderr, "canary: cannot write %s\n", path);
		exit(1);
	}
	fputs(text, f);
	fputs("\n", f);
	fclose(f);
}

static void tell_number(const char *name, unsigned int n)
{
	char text[32];

	sprintf(text, "%x", n);
	tell(name, text);
}

static void die(const char *why)
{
	fprintf(stderr, "canary: %s\n", why);
	exit(1);
}

/* Returns what the kernel tells of KIND: behind the environment stand pairs of a kind and a value. */
static int told(int kind)
{
	int *p = (int *)environ;

	while (*p)
		p++;
	for (p++; p[0]; p += 2)
		if (p[0] == kind)
			return p[1];
	return 0;
}

/* Writes the beginning of the file NAME, when there is one. */
static void tell_file(const char *as, const char *name)
{
	char text[LIST_BYTES];
	int n;
	int fd = open(name, O_RDONLY, 0);

	if (fd < 0)
		return;
	n = read(fd, text, LIST_BYTES - 1);
	text[n < 0 ? 0 : n] = 0;
	close(fd);
	tell(as, text);
}

/* ---- where things are in memory ---- */

static void do_aslr(void)
{
	char here[16];

	tell_number("stack", (unsigned int)here);
	tell_number("heap", (unsigned int)sbrk(0));
	/* mmap2: a page, private, of no file */
	tell_number("mmap", (unsigned int)__syscall(192, 0, 4096, 3, 0x22, -1, 0));
}

/* ---- processors ---- */

static void do_processors(void)
{
	unsigned char set[512];
	int i;
	int n = __syscall(242, 0, sizeof(set), set); /* sched_getaffinity */
	int count = 0;

	for (i = 0; i < n * 8; i++)
		count += set[i / 8] >> (i % 8) & 1;
	tell_number("affinity", count);
}

/* ---- the order of names in a folder ---- */

static void list(const char *as, const char *name)
{
	char text[LIST_BYTES];
	DIR *d = opendir(name);
	struct dirent *e;

	if (d == 0)
		die(name);
	text[0] = 0;
	for (e = readdir(d); e; e = readdir(d)) {
		strcat(text, e->d_name);
		strcat(text, " ");
	}
	closedir(d);
	tell(as, text);
}

/* The same by the older call, getdents: inode and offset, 4 bytes each, length, 2 bytes, name. */
static void list_old(const char *as, const char *name)
{
	char text[LIST_BYTES];
	char buf[LIST_BYTES];
	int at;
	int n;
	int fd = open(name, O_RDONLY, 0);

	text[0] = 0;
	for (n = __syscall(141, fd, buf, LIST_BYTES); n > 0; n = __syscall(141, fd, buf, LIST_BYTES))
		for (at = 0; at < n; at += *(unsigned short *)(buf + at + 8)) {
			strcat(text, buf + at + 10);
			strcat(text, " ");
		}
	close(fd);
	tell(as, text);
}

static void do_file_order(void)
{
	char path[32];
	int i;

	if (mkdir("made", 0755) < 0)
		die("made");
	for (i = 0; i < 26; i++) {
		sprintf(path, "made/%c", 'a' + i);
		close(creat(path, 0644));
	}
	list("made", "made");
	list_old("made-by-getdents", "made");
	list("source", "libc");
	list("inputs", "/opt/boot-hurd");
}

/* ---- names and numbers ---- */

static void do_kernel_name(void)
{
	struct utsname u;

	uname(&u);
	tell("release", u.release);
	tell("version", u.version);
}

static void look_at_new_file(struct stat *s)
{
	close(open("new", O_WRONLY | O_CREAT, 0666));
	if (stat("new", s) < 0)
		die("new");
}

static void do_umask(void)
{
	struct stat s;
	mode_t mask = umask(0);

	umask(mask);
	tell_number("mask", mask);
	look_at_new_file(&s);
	tell_number("mode", s.st_mode);
}

static void do_user(void)
{
	struct stat s;

	tell_number("uid", __syscall(199));
	tell_number("gid", __syscall(200));
	look_at_new_file(&s);
	tell_number("owner", s.st_uid);
	tell_number("group", s.st_gid);
}

/* ---- the wall clock ---- */

/* Returns the function NAME of the library at BASE, which the kernel maps into each process, or 0. */
static char *find_function(char *base, const char *name)
{
	int *dynamic = 0;
	int *hash = 0;
	char *load = base;
	char *strings = 0;
	char *symbols = 0;
	int i;

	/* program headers: 32 bytes each; type, offset, virtual address */
	for (i = 0; i < *(unsigned short *)(base + 44); i++) {
		int *header = (int *)(base + *(int *)(base + 28) + i * 32);
		if (header[0] == 1)
			load = base + header[1] - header[2];
		else if (header[0] == 2)
			dynamic = (int *)(base + header[1]);
	}
	if (dynamic == 0)
		return 0;
	for (; dynamic[0]; dynamic += 2) {
		if (dynamic[0] == 4)
			hash = (int *)(load + dynamic[1]);
		else if (dynamic[0] == 5)
			strings = load + dynamic[1];
		else if (dynamic[0] == 6)
			symbols = load + dynamic[1];
	}
	if (hash == 0 || strings == 0 || symbols == 0)
		return 0;
	for (i = 0; i < hash[1]; i++) { /* a symbol: 16 bytes; name, value, size, the rest */
		int *symbol = (int *)(symbols + i * 16);
		if (symbol[1] && strcmp(strings + symbol[0], name) == 0)
			return load + symbol[1];
	}
	return 0;
}

/* Writes the clock as programs get it that ask the library first, and the kernel without it. */
static void by_library(int otherwise)
{
	int (*get_time)(int, int *);
	char *base = (char *)told(AT_SYSINFO_EHDR);
	char *f = base ? find_function(base, "__vdso_clock_gettime") : 0;
	int t[4];

	t[0] = otherwise;
	if (f) {
		get_time = (int (*)(int, int *))f;
		if (get_time(0, t) < 0)
			die("__vdso_clock_gettime");
	}
	tell_number("library", t[0] / BUCKET);
}

static void do_time(void)
{
	int t[4];

	tell_number("time", __syscall(13, 0) / BUCKET);
	__syscall(78, t, 0);
	tell_number("gettimeofday", t[0] / BUCKET);
	__syscall(265, 0, t);
	tell_number("clock_gettime", t[0] / BUCKET);
	by_library(t[0]);
	__syscall(265, 5, t); /* CLOCK_REALTIME_COARSE */
	tell_number("coarse", t[0] / BUCKET);
	if (__syscall(403, 0, t) == 0)
		tell_number("clock_gettime64", t[0] / BUCKET);
}

/* ---- the machine ---- */

/* Writes the number of the file PATH, or of the device that it is on. */
static void tell_id(const char *as, const char *path, int inode)
{
	struct stat s;

	if (stat(path, &s) < 0)
		die(path);
	tell_number(as, inode ? s.st_ino : s.st_dev);
}

/* Numbers that the kernel hands out. */
static void do_ids(void)
{
	struct stat s;

	look_at_new_file(&s);
	tell_number("inode", s.st_ino);
	tell_id("folder", ".", 1);
	tell_id("output", folder, 1);
	tell_id("root", "/", 0);
	tell_id("device", "/tmp", 0);
	tell_id("proc", "/proc", 0);
}

static void do_home(void)
{
	char *home = getenv("HOME");

	tell("home", home ? home : "");
}

static void do_memory(void)
{
	int info[32]; /* uptime, three loads, then the memory; the unit is the 13th */

	if (__syscall(116, info) < 0)
		die("sysinfo");
	tell_number("total", info[4]);
	tell_file("meminfo", "/proc/meminfo");
}

static void do_cpu(void)
{
	tell_number("features", told(AT_HWCAP));
	tell_file("cpuinfo", "/proc/cpuinfo");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("canary AXIS FOLDER");
	folder = argv[2];
	if (strcmp(argv[1], "aslr") == 0)
		do_aslr();
	else if (strcmp(argv[1], "cpus") == 0 || strcmp(argv[1], "parallelism") == 0)
		do_processors();
	else if (strcmp(argv[1], "file-order") == 0)
		do_file_order();
	else if (strcmp(argv[1], "kernel-name") == 0)
		do_kernel_name();
	else if (strcmp(argv[1], "umask") == 0)
		do_umask();
	else if (strcmp(argv[1], "user") == 0)
		do_user();
	else if (strcmp(argv[1], "time") == 0)
		do_time();
	else if (strcmp(argv[1], "ids") == 0)
		do_ids();
	else if (strcmp(argv[1], "home") == 0)
		do_home();
	else if (strcmp(argv[1], "memory") == 0)
		do_memory();
	else if (strcmp(argv[1], "cpu") == 0)
		do_cpu();
	else
		die("there is no such axis");
	return 0;
}
