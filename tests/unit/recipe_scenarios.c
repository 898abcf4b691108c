/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the .test files of tests/scenario/recipes (or those named as arguments) and prints TAP. A scenario
 * is one text file of sections, each begun by a line "--- WORD ARGUMENT":
 *
 *     --- file PATH       the lines that follow are the content of that file
 *     --- link PATH TO    a symbolic link; @TOP@ in TO is the top folder of boot-hurd
 *     --- override S P    as --override-source S=P
 *     --- get NAME        evaluate that recipe; without this section all recipes are
 *     --- json            what follows is the derivation of the recipe named by get
 *     --- id HEX          its id
 *     --- error           what follows is the message; one that ends in "…" gives only its start
 *     --- ok              nothing but success is asked for
 *
 * Lines before the first section say what the scenario is about. Each runs in a folder of its own
 * with the recipe folder "recipes", and must end within a second of processor time.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "recipe/recipe.h"

struct scenario {
	const char *get;
	const char *override[2];
	const char *json, *error, *id; /* expected; NULL = not */
	bool ok;
};

static char problem[4096];        /* why a scenario failed */
static char top_folder[PATH_MAX]; /* where the tests are run from */

/* Cuts the line off *TEXT and returns it. */
static char *take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');
	if (end)
		*end++ = 0;
	*text = end ? end : line + strlen(line);
	return line;
}

/* Cuts the lines up to the next section off *TEXT and returns them. */
static char *take_body(char **text)
{
	char *body = *text;
	char *next = strncmp(body, "--- ", 4) == 0 ? body : strstr(body, "\n--- ");
	if (!next) {
		*text = body + strlen(body);
		return body;
	}
	if (next == body)
		return body + strlen(body);
	*next = 0;
	*text = next + 1;
	return body;
}

static void write_file(const char *path, const char *body, size_t n)
{
	char dir[PATH_MAX];
	snprintf(dir, sizeof dir, "%s", path);
	char *slash = strrchr(dir, '/');
	if (slash) {
		*slash = 0;
		file_mkdirs(dir, NULL);
	}
	file_write_atomic(path, body, n, 0644, NULL);
}

/* Carries out the sections of TEXT that lay out files, and notes the rest in S. */
static int read_scenario(char *text, struct scenario *s)
{
	while (*text && strncmp(text, "--- ", 4) != 0)
		take_line(&text);
	while (*text) {
		char *line = take_line(&text) + 4;
		char *word = strtok(line, " "), *arg = strtok(NULL, " "),
		     *arg2 = strtok(NULL, " ");
		bool body = strncmp(text, "--- ", 4) != 0 && *text;
		char *lines = body ? take_body(&text) : (char[1]){0};
		if (strcmp(word, "file") == 0) {
			char *copy = NULL;
			int n = asprintf(&copy, "%s%s", lines, *lines ? "\n" : "");
			write_file(arg, copy, (size_t)n);
			free(copy);
		} else if (strcmp(word, "link") == 0) {
			char to[PATH_MAX];
			bool top = strncmp(arg2, "@TOP@", 5) == 0;
			snprintf(to, sizeof to, "%s%s", top ? top_folder : "", arg2 + 5 * top);
			if (symlink(to, arg) < 0)
				return -errno;
		} else if (strcmp(word, "override") == 0) {
			s->override[0] = arg;
			s->override[1] = arg2;
		} else if (strcmp(word, "get") == 0) {
			s->get = arg;
		} else if (strcmp(word, "json") == 0) {
			s->json = lines;
		} else if (strcmp(word, "id") == 0) {
			s->id = arg;
		} else if (strcmp(word, "error") == 0) {
			s->error = lines;
		} else if (strcmp(word, "ok") == 0) {
			s->ok = true;
		} else {
			snprintf(problem, sizeof problem, "unknown section '%s'", word);
			return -EINVAL;
		}
	}
	return 0;
}

static void chomp(char *s)
{
	size_t n = strlen(s);
	while (n && s[n - 1] == '\n')
		s[--n] = 0;
}

static bool same(const char *got, const char *want)
{
	static const char dots[] = "…";
	size_t n = strlen(want), k = strlen(dots);
	if (n >= k && strcmp(want + n - k, dots) == 0)
		return strncmp(got, want, n - k) == 0;
	return strcmp(got, want) == 0;
}

static bool compare(const char *what, const char *got, const char *want)
{
	char *copy = strdup(want);
	chomp(copy);
	bool r = same(got, copy);
	if (!r)
		snprintf(problem, sizeof problem,
			 "%s differs\n#  got: %.1500s\n# want: %.1500s", what, got, copy);
	free(copy);
	return r;
}

static double cpu_s(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* Evaluates what S asks for and compares. */
static bool run(const struct scenario *s)
{
	struct recipes *r = NULL;
	struct fault f = FAULT_INIT;
	const struct drv *d = NULL;
	struct buf json = BUF_INIT;
	double start = cpu_s();
	int e = recipes_open("recipes", ".", &r, &f);
	if (e == 0 && s->override[0])
		e = recipes_override(r, s->override[0], s->override[1], &f);
	if (e == 0 && s->get) {
		e = recipes_get(r, s->get, &d, &f);
	} else if (e == 0) {
		const struct drv **all = NULL;
		size_t n;
		e = recipes_all(r, &all, &n, &f);
		free(all);
	}
	double used = cpu_s() - start;
	bool good = true;
	char id[DIGEST_HEX + 1] = "";
	if (d && e == 0) {
		drv_json(d, &json);
		digest_hex(&d->id, id);
	}
	if (s->error)
		good = compare("error", e < 0 ? f.what : "(success)", s->error);
	else if (e < 0)
		good = compare("error", f.what, "(success)");
	if (good && s->json)
		good = compare("json", buf_str(&json), s->json);
	if (good && s->id)
		good = compare("id", id, s->id);
	if (good && s->override[0] && e == 0 && !recipes_overridden(r, d))
		good = compare("override", "not noted", "noted");
#if !defined(__SANITIZE_ADDRESS__)
	if (good && used > 1.0) {
		snprintf(problem, sizeof problem, "it took %.2f s", used);
		good = false;
	}
#else
	(void)used;
#endif
	buf_release(&json);
	recipes_free(r);
	return good;
}

/* Runs the scenario file PATH in a new folder. */
static bool run_file(const char *path)
{
	struct buf text = BUF_INIT;
	struct scenario s = {0};
	char dir[] = "/tmp/boot-hurd-scenario-XXXXXX";
	bool good = false;
	*problem = 0;
	if (file_read(path, 1 << 20, &text, NULL) < 0 || !mkdtemp(dir) || chdir(dir) < 0) {
		snprintf(problem, sizeof problem, "cannot set it up: %s", strerror(errno));
		return false;
	}
	file_mkdirs("recipes/10-a", NULL);
	if (read_scenario(text.ptr, &s) == 0) {
		if (!s.json && !s.error && !s.id && !s.ok)
			snprintf(problem, sizeof problem, "it expects nothing");
		else
			good = run(&s);
	}
	if (chdir(top_folder) < 0)
		good = false;
	file_remove_tree(dir, NULL);
	buf_release(&text);
	return good;
}

static int list(const char *dir, struct strlist *ret)
{
	DIR *d = opendir(dir);
	if (!d)
		return -errno;
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		size_t n = strlen(e->d_name);
		if (n > 5 && strcmp(e->d_name + n - 5, ".test") == 0)
			strlist_addf(ret, "%s/%s", dir, e->d_name);
	}
	closedir(d);
	strlist_sort(ret);
	return 0;
}

int main(int argc, char **argv)
{
	struct strlist files = STRLIST_INIT;
	size_t bad = 0;
	hash_setup(NULL);
	if (!getcwd(top_folder, sizeof top_folder))
		return 1;
	for (int i = 1; i < argc; i++)
		strlist_add(&files, argv[i]);
	if (argc == 1 && list("tests/scenario/recipes", &files) < 0) {
		printf("Bail out! run me in the top folder of boot-hurd\n");
		return 1;
	}
	printf("1..%zu\n", files.n);
	for (size_t i = 0; i < files.n; i++) {
		bool good = run_file(files.items[i]);
		printf("%sok %zu - %s\n", good ? "" : "not ", i + 1, path_base(files.items[i]));
		if (!good)
			printf("# %s\n", problem);
		bad += !good;
	}
	strlist_release(&files);
	return bad != 0;
}
