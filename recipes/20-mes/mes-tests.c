/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mes-tests MES FOLDER TEST...: run Mes's own test files as the first lines of each, which are a
   shell script, ask for; report in TAP. What they print goes to FOLDER/TEST.out. The status is 1
   when a test fails. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TEXT = 65536 };

static char text[MAX_TEXT];

/* How a test wants to be run. */
struct plan {
	char boot[64];  /* MES_BOOT, or empty */
	char arena[32]; /* MES_ARENA and MES_MAX_ARENA, or empty */
	char entry[64]; /* -e, or empty */
	int feed;       /* 1: the file is standard input */
};

/* The file called name as text. */
static void load(const char *name)
{
	int fd = open(name, O_RDONLY, 0);
	int n = 0;
	int got = 1;

	while (fd >= 0 && got > 0 && n < MAX_TEXT - 1) {
		got = read(fd, text + n, MAX_TEXT - 1 - n);
		if (got > 0)
			n += got;
	}
	if (fd >= 0)
		close(fd);
	text[n] = 0;
}

/* Copy what follows the first mark in s, up to one of the characters in stop. */
static int after(const char *s, const char *mark, const char *stop, char *to, size_t room)
{
	const char *p = strstr(s, mark);
	size_t n;

	if (p == 0)
		return 0;
	p += strlen(mark);
	n = strcspn(p, stop);
	if (n >= room)
		return 0;
	memcpy(to, p, n);
	to[n] = 0;
	return 1;
}

/* Read the script at the head of the test in text. */
static void read_plan(const char *name, struct plan *plan)
{
	char *line = text;
	char *end;

	memset(plan, 0, sizeof(*plan));
	for (; *line; line = end + 1) {
		end = line + strcspn(line, "\n");
		if (*end == 0)
			break;
		*end = 0;
		if (strncmp(line, "MES_ARENA=", 10) == 0 && strstr(line, "exec") == 0)
			after(line, "MES_ARENA=", " $\n", plan->arena, sizeof(plan->arena));
		if (strstr(line, "exec ")) {
			after(line, "MES_BOOT=", " ", plan->boot, sizeof(plan->boot));
			if (strcmp(plan->boot, "$0") == 0)
				strcpy(plan->boot, name);
			plan->feed = strstr(line, "< $0") != 0;
			after(line, "-e '", "'", plan->entry, sizeof(plan->entry));
			return;
		}
	}
}

/* In the child: become mes. */
static void become(const char *mes, const char *file, struct plan *plan, const char *log)
{
	const char *argv[16];
	int n = 0;
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int in = open(plan->feed ? file : "/dev/null", O_RDONLY, 0);

	if (out < 0 || in < 0)
		_exit(126);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	close(in);
	close(out);
	argv[n++] = mes;
	if (plan->boot[0])
		setenv("MES_BOOT", plan->boot, 1);
	else {
		argv[n++] = "--no-auto-compile";
		argv[n++] = "-L";
		argv[n++] = "tests";
		argv[n++] = "-L";
		argv[n++] = "module";
		argv[n++] = "-C";
		argv[n++] = "module";
		if (plan->entry[0]) {
			argv[n++] = "-e";
			argv[n++] = plan->entry;
		}
		argv[n++] = "-s";
		argv[n++] = file;
	}
	argv[n] = 0;
	if (plan->arena[0]) {
		setenv("MES_ARENA", plan->arena, 1);
		setenv("MES_MAX_ARENA", plan->arena, 1);
	}
	setenv("PATH", "..", 1); /* posix.test calls true and false, which are there */
	execve(mes, (char *const *)argv, environ);
	_exit(127);
}

/* Run one test; 1 when it passes. */
static int run(const char *mes, const char *folder, const char *name, int number)
{
	struct plan plan;
	char file[256];
	char log[256];
	char passed[16];
	char failed[16];
	char expected[16];
	int status = 0;
	int pid;
	int good;

	snprintf(file, sizeof(file), "tests/%s.test", name);
	snprintf(log, sizeof(log), "%s/%s.out", folder, name);
	load(file);
	read_plan(file, &plan);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		become(mes, file, &plan, log);
	waitpid(pid, &status, 0);
	load(log);
	good = status == 0;
	printf("%sok %d - %s", good ? "" : "not ", number, name);
	if (after(text, "\npassed: ", "\n", passed, sizeof(passed))
	    && after(text, "\nfailed: ", "\n", failed, sizeof(failed)))
		printf(" (%s passed, %s failed", passed, failed);
	else
		passed[0] = 0;
	if (passed[0] && after(text, "\nexpect: ", "\n", expected, sizeof(expected)))
		printf(", %s expected to", expected);
	if (passed[0])
		printf(")");
	if (status)
		printf(" # status %d", status);
	printf("\n");
	return good;
}

int main(int argc, char **argv)
{
	int i;
	int bad = 0;

	printf("1..%d\n", argc - 3);
	for (i = 3; i < argc; i++)
		if (!run(argv[1], argv[2], argv[i], i - 2))
			bad++;
	return bad > 0;
}
