/* SPDX-License-Identifier: GPL-3.0-or-later */
/* musl-headers types|calls INPUT...: what musl makes with sed from its bits/*.h.in files.

   types: a line "TYPEDEF type name;" becomes a typedef guarded by __NEED_name and __DEFINED_name;
          "STRUCT name { ... };" and "UNION name { ... };" likewise, by __NEED_struct_name ...
   calls: the input, and then once more its lines with __NR_, as SYS_.

   The result goes to standard output. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char line[4096];

/* Print the declaration "TEXT NAME REST" where guard stands for NAME in the macros. */
static void guarded(const char *guard, const char *text, const char *name, const char *rest)
{
	printf("#if defined(__NEED_%s) && !defined(__DEFINED_%s)\n", guard, guard);
	printf("%s %s%s\n", text, name, rest);
	printf("#define __DEFINED_%s\n#endif\n\n", guard);
}

/* A struct or union: after the keyword come the tag and the members. */
static void tagged(const char *keyword, char *tag)
{
	char *end;
	char guard[128];

	while (*tag == ' ')
		tag++;
	end = strchr(tag, ' ');
	*end = 0;
	sprintf(guard, "%s_%s", keyword, tag);
	*end = ' ';
	guarded(guard, keyword, tag, "");
}

static void types(void)
{
	char *name;
	char text[4096];

	if (strncmp(line, "TYPEDEF ", 8) == 0) {
		name = strrchr(line, ' ');
		*name = 0;
		name++;
		name[strlen(name) - 1] = 0;
		sprintf(text, "typedef %s", line + 8);
		guarded(name, text, name, ";");
	} else if (strncmp(line, "STRUCT ", 7) == 0) {
		tagged("struct", line + 7);
	} else if (strncmp(line, "UNION ", 6) == 0) {
		tagged("union", line + 6);
	} else {
		printf("%s\n", line);
	}
}

static void calls(int again)
{
	char *at;

	if (!again) {
		printf("%s\n", line);
		return;
	}
	at = strstr(line, "__NR_");
	if (at) {
		*at = 0;
		printf("%sSYS_%s\n", line, at + 5);
	}
}

/* Do one input; mode is 't', 'c' or, for the second time of calls, 's'. */
static void input(const char *name, int mode)
{
	FILE *in = fopen(name, "r");

	if (!in) {
		fprintf(stderr, "musl-headers: cannot read %s\n", name);
		exit(1);
	}
	while (fgets(line, sizeof(line), in)) {
		if (line[0] && line[strlen(line) - 1] == '\n')
			line[strlen(line) - 1] = 0;
		if (mode == 't')
			types();
		else
			calls(mode == 's');
	}
	fclose(in);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 2; i < argc; i++) {
		input(argv[i], argv[1][0]);
		if (argv[1][0] == 'c')
			input(argv[i], 's');
	}
	return 0;
}
