/* SPDX-License-Identifier: GPL-3.0-or-later */
/* busybox-config OPTIONS FILE...: write include/autoconf.h and include/applets.h of busybox, which
   its build makes with Kconfig and sed.

   OPTIONS is a file with the options that are on, "NAME" or "NAME=VALUE", a line each. The FILEs
   say which options there are ("config NAME", in sources after "//config:") and which applets
   ("//applet:" lines, to stand at the line INSERT of include/applets.src.h). */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4000 };

static char *names[MOST]; /* all options, sorted */
static char *on[MOST];    /* the lines of OPTIONS */
static char *applets[MOST];
static int nnames;
static int non;
static int napplets;
static char line[4096];

static FILE *open_file(const char *name, const char *mode)
{
	FILE *f = fopen(name, mode);

	if (!f) {
		fprintf(stderr, "busybox-config: cannot open %s\n", name);
		exit(1);
	}
	return f;
}

static int next_line(FILE *in)
{
	if (!fgets(line, sizeof(line), in))
		return 0;
	line[strcspn(line, "\n")] = 0;
	return 1;
}

/* Add to the sorted names, once. */
static void add_name(const char *name, int length)
{
	char *copy = strndup(name, length);
	int i = nnames;
	int k;

	for (k = 0; k < nnames; k++)
		if (strcmp(names[k], copy) == 0)
			return;
	while (i > 0 && strcmp(names[i - 1], copy) > 0) {
		names[i] = names[i - 1];
		i--;
	}
	names[i] = copy;
	nnames++;
}

static void scan(const char *file)
{
	FILE *in = open_file(file, "r");
	char *p;

	while (next_line(in)) {
		p = line;
		if (strncmp(p, "//applet:", 9) == 0)
			applets[napplets++] = strdup(p + 9);
		if (strncmp(p, "//config:", 9) == 0)
			p += 9;
		while (*p == '\t' || *p == ' ')
			p++;
		if (strncmp(p, "config ", 7) == 0 && strcspn(p + 7, " \t") == strlen(p + 7))
			add_name(p + 7, strlen(p + 7));
	}
	fclose(in);
}

/* Write what the sources test for an option; line is the one of OPTIONS, or 0 when it is off. */
static void define(FILE *out, const char *name, const char *given)
{
	const char *value = given ? strchr(given, '=') : 0;

	fprintf(out, "#define ENABLE_%s %d\n", name, given != 0);
	fprintf(out, "#define IF_%s(...)%s\n", name, given ? " __VA_ARGS__" : "");
	fprintf(out, "#define IF_NOT_%s(...)%s\n", name, given ? "" : " __VA_ARGS__");
	if (given)
		fprintf(out, "#define CONFIG_%s %s\n", name, value ? value + 1 : "1");
}

static void write_options(void)
{
	FILE *out = open_file("include/autoconf.h", "w");
	int i;
	int k;
	int length;
	char *given;

	fprintf(out, "#define AUTOCONF_TIMESTAMP \"boot-hurd\"\n");
	for (i = 0; i < nnames; i++) {
		given = 0;
		for (k = 0; k < non && !given; k++) {
			length = strcspn(on[k], "=");
			if (length == strlen(names[i]) && strncmp(on[k], names[i], length) == 0)
				given = on[k];
		}
		define(out, names[i], given);
	}
	fclose(out);
}

static void write_applets(void)
{
	FILE *in = open_file("include/applets.src.h", "r");
	FILE *out = open_file("include/applets.h", "w");
	int i;

	while (next_line(in)) {
		if (strcmp(line, "INSERT") != 0) {
			fprintf(out, "%s\n", line);
			continue;
		}
		for (i = 0; i < napplets; i++)
			fprintf(out, "%s\n", applets[i]);
	}
	fclose(in);
	fclose(out);
}

int main(int argc, char **argv)
{
	int i;
	FILE *in = open_file(argv[1], "r");

	while (next_line(in))
		if (line[0])
			on[non++] = strdup(line);
	fclose(in);
	for (i = 0; i < non; i++)
		add_name(on[i], strcspn(on[i], "="));
	for (i = 2; i < argc; i++)
		scan(argv[i]);
	write_options();
	write_applets();
	return 0;
}
