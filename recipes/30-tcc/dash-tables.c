/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dash-tables tokens MKTOKENS: write token.h and token_vars.h, as dash's script mktokens does, from
   the table inside that script (between "<<\!" and a line "!": name, ends-a-list, text).
   dash-tables builtins DEF: write builtins.c and builtins.h, as its script mkbuiltins does, from
   the preprocessed builtins.def (function, then any number of: flags if any, command name). */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct token {
	char *name;
	char *ends; /* "0" or "1" */
	char *text;
};

struct builtin {
	char *command;
	char *flags;    /* letters, "" for none */
	char *function;
};

static struct token tokens[100];
static struct builtin builtins[100];
static int ntokens;
static int nbuiltins;

static FILE *open_file(const char *name, const char *mode)
{
	FILE *f = fopen(name, mode);

	if (!f) {
		fprintf(stderr, "dash-tables: cannot open %s\n", name);
		exit(1);
	}
	return f;
}

/* Cut the next word off *at, which is moved behind it; 0 at the end. */
static char *word(char **at)
{
	char *w = *at;

	while (*w && isspace(*w))
		w++;
	if (!*w)
		return 0;
	*at = w;
	while (**at && !isspace(**at))
		(*at)++;
	if (**at)
		*(*at)++ = 0;
	return w;
}

static void read_tokens(const char *file)
{
	char line[256];
	char *at;
	int inside = 0;
	FILE *in = open_file(file, "r");

	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = 0;
		if (inside && strcmp(line, "!") == 0)
			break;
		if (inside) {
			at = strdup(line);
			tokens[ntokens].name = word(&at);
			tokens[ntokens].ends = word(&at);
			while (isspace(*at))
				at++;
			tokens[ntokens++].text = at;
		} else if (strstr(line, "<<\\!")) {
			inside = 1;
		}
	}
	fclose(in);
}

static void quoted(FILE *out, const char *text)
{
	fputs("\t\"", out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs("\",\n", out);
}

static void write_tokens(void)
{
	FILE *h = open_file("token.h", "w");
	FILE *v = open_file("token_vars.h", "w");
	int first = 0;
	int i;

	for (i = 0; i < ntokens; i++)
		fprintf(h, "#define %s %d\n", tokens[i].name, i);
	fprintf(v, "static const char tokendlist[] = {\n");
	for (i = 0; i < ntokens; i++)
		fprintf(v, "\t%s,\n", tokens[i].ends);
	fprintf(v, "};\n\nstatic const char *const tokname[] = {\n");
	for (i = 0; i < ntokens; i++)
		quoted(v, tokens[i].text);
	while (strcmp(tokens[first].name, "TNOT") != 0)
		first++;
	fprintf(v, "};\n\n#define KWDOFFSET %d\n\n", first);
	fprintf(v, "static const char *const parsekwd[] = {\n");
	for (i = first; i < ntokens; i++) /* these are in quotes as they stand */
		fprintf(v, "\t%s,\n", tokens[i].text);
	fprintf(v, "};\n");
	fclose(h);
	fclose(v);
}

static void insert(char *command, char *flags, char *function)
{
	int i = nbuiltins++;

	while (i > 0 && strcmp(builtins[i - 1].command, command) > 0) {
		builtins[i] = builtins[i - 1];
		i--;
	}
	builtins[i].command = command;
	builtins[i].flags = flags;
	builtins[i].function = function;
}

/* Read the table and write the declarations of its functions. */
static void read_builtins(const char *file, FILE *c)
{
	char line[256];
	char *at;
	char *function;
	char *w;
	char *flags;
	FILE *in = open_file(file, "r");

	while (fgets(line, sizeof(line), in)) {
		at = strdup(line);
		function = word(&at);
		if (!function || *function == '#')
			continue;
		fprintf(c, "int %s(int, char **);\n", function);
		flags = "";
		while ((w = word(&at)) != 0) {
			if (*w == '-') {
				flags = w + 1;
			} else {
				insert(w, flags, function);
				flags = "";
			}
		}
	}
	fclose(in);
}

static int mask(const char *flags)
{
	int m = 0;

	if (strchr(flags, 's'))
		m |= 1;
	if (strchr(flags, 's') || strchr(flags, 'u'))
		m |= 2;
	if (strchr(flags, 'a'))
		m |= 4;
	return m;
}

static void write_builtins(const char *file)
{
	FILE *c = open_file("builtins.c", "w");
	FILE *h = open_file("builtins.h", "w");
	int i;
	int k;
	char *p;

	fprintf(c, "#include \"shell.h\"\n#include \"builtins.h\"\n\n");
	read_builtins(file, c);
	fprintf(c, "\nconst struct builtincmd builtincmd[] = {\n");
	for (i = 0; i < nbuiltins; i++)
		fprintf(c, "\t{ \"%s\", %s, %d },\n", builtins[i].command,
			strchr(builtins[i].flags, 'n') ? "NULL" : builtins[i].function,
			mask(builtins[i].flags));
	fprintf(c, "};\n");
	for (i = 0; i < nbuiltins; i++) {
		for (k = 0; k < i; k++)
			if (strcmp(builtins[k].function, builtins[i].function) == 0)
				break;
		if (k < i)
			continue;
		fprintf(h, "#define ");
		for (p = builtins[i].function; *p; p++)
			fputc(toupper(*p), h);
		fprintf(h, " (builtincmd + %d)\n", i);
	}
	fprintf(h, "\n#define NUMBUILTINS %d\n", nbuiltins);
	fprintf(h, "\n#define BUILTIN_SPECIAL 0x1\n#define BUILTIN_REGULAR 0x2\n");
	fprintf(h, "#define BUILTIN_ASSIGN 0x4\n\nstruct builtincmd {\n\tconst char *name;\n");
	fprintf(h, "\tint (*builtin)(int, char **);\n\tunsigned flags;\n};\n\n");
	fprintf(h, "extern const struct builtincmd builtincmd[];\n");
	fclose(c);
	fclose(h);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 1;
	if (strcmp(argv[1], "tokens") == 0) {
		read_tokens(argv[2]);
		write_tokens();
	} else {
		write_builtins(argv[2]);
	}
	return 0;
}
