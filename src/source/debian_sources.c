/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/debian_sources.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/path.h"
#include "base/program.h"

enum {
	LIST_MAX = 1 << 29,  /* bytes of a list */
	SAID_MAX = 16 << 20, /* bytes that apt prints */
	UPDATE_S = 1800,     /* that apt may take */
	SUMS_MAX = 1024,     /* files of a source package */
};

/* ---- reading a list ---- */

/* A paragraph: views of the text. */
struct paragraph {
	struct view version, directory;
	struct view sums[SUMS_MAX]; /* lines of Checksums-Sha256 */
	size_t nsums;
};

/* Returns what stands behind "main/" in the folder DIRECTORY, which the pins' paths begin with. */
static struct view below_main(struct view directory)
{
	static const char main_part[] = "/main/";
	const char *at = directory.len ? memmem(directory.ptr, directory.len, main_part,
						sizeof main_part - 1)
				       : NULL;
	if (!at)
		return (struct view){NULL, 0};
	at += sizeof main_part - 1;
	return (struct view){at, directory.len - (size_t)(at - directory.ptr)};
}

/* Takes the next word off LINE. */
static struct view next_word(struct view *line)
{
	while (line->len && *line->ptr == ' ')
		view_skip(line, " ");
	const char *end = line->len ? memchr(line->ptr, ' ', line->len) : NULL;
	struct view word = {line->ptr, end ? (size_t)(end - line->ptr) : line->len};
	line->ptr += word.len;
	line->len -= word.len;
	return word;
}

/* Notes what P says about PIN, whose file is called NAME. */
static int look_at(const struct paragraph *p, struct debian_pin *pin, const char *name)
{
	FREE_PTR char *version =
	    p->version.len ? strndup(p->version.ptr, p->version.len) : strdup("?");
	if (!version)
		return -ENOMEM;
	if (!strlist_has(&pin->versions, version) && strlist_add(&pin->versions, version) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < p->nsums; i++) {
		struct view line = p->sums[i], hash = next_word(&line);
		next_word(&line); /* its size */
		if (!view_is(next_word(&line), name))
			continue;
		bool same = view_is(hash, pin->sha256);
		pin->listed |= same;
		pin->other |= !same;
	}
	return 0;
}

/* Notes what P says about the pins. */
static int take(const struct paragraph *p, struct debian_pin *pins, size_t n,
		const struct map *folders)
{
	struct view dir = below_main(p->directory);
	int r = 0;
	if (!dir.len || !map_find(folders, dir))
		return 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *slash = strrchr(pins[i].path, '/');
		if (slash &&
		    view_eq(dir, (struct view){pins[i].path, (size_t)(slash - pins[i].path)}))
			r = look_at(p, &pins[i], slash + 1);
	}
	return r;
}

/* Returns what stands behind "NAME:" in LINE; ptr NULL: it is another field. */
static struct view field(struct view line, const char *name)
{
	if (!view_skip(&line, name))
		return (struct view){NULL, 0};
	while (line.len && *line.ptr == ' ')
		view_skip(&line, " ");
	return line;
}

/* Reads LINE into P. *SUMS says whether it may go on with a list of sums. Returns whether it can stand there. */
static bool read_line(struct view line, struct paragraph *p, bool *sums)
{
	struct view v;
	if (memchr(line.ptr, 0, line.len))
		return false;
	if (*line.ptr == ' ' || *line.ptr == '\t') {
		if (*sums && p->nsums == SUMS_MAX)
			return false;
		if (*sums)
			p->sums[p->nsums++] = line;
		return true;
	}
	*sums = field(line, "Checksums-Sha256:").ptr != NULL;
	if ((v = field(line, "Version:")).ptr)
		p->version = v;
	else if ((v = field(line, "Directory:")).ptr)
		p->directory = v;
	return memchr(line.ptr, ':', line.len) != NULL;
}

/* Fills FOLDERS with those that the pins lie in. */
static int find_folders(const struct debian_pin *pins, size_t n, struct map *folders)
{
	for (size_t i = 0; i < n; i++) {
		const char *slash = strrchr(pins[i].path, '/');
		if (slash &&
		    map_put(folders,
			    (struct view){pins[i].path, (size_t)(slash - pins[i].path)},
			    (void *)pins[i].path) < 0)
			return -ENOMEM;
	}
	return 0;
}

int debian_sources_scan(struct view text, struct debian_pin *pins, size_t n, struct fault *f)
{
	struct map folders = MAP_INIT;
	struct paragraph *p = calloc(1, sizeof *p);
	size_t number = 0;
	bool sums = false;
	int r = p ? find_folders(pins, n, &folders) : -ENOMEM;
	while (r == 0 && text.len) {
		struct view line = text;
		number++;
		if (!view_line(&text, &line))
			text.len = 0; /* the last one, without its end */
		if (line.len) {
			if (!read_line(line, p, &sums))
				r = fault_set(f, ERR_SYNTAX,
					      "line %zu is none of a list of sources", number);
			if (text.len)
				continue;
		}
		if (r == 0)
			r = take(p, pins, n, &folders);
		p->version = p->directory = (struct view){NULL, 0};
		p->nsums = 0;
		sums = false;
	}
	map_release(&folders);
	free(p);
	return r == -ENOMEM ? fault_set(f, r, "cannot read a list of sources:") : r;
}

/* ---- having apt fetch them ---- */

/* What apt is told beside the machine's own configuration: folders of ours, and which lists. */
static const char SETTINGS[] = "Dir::State::lists \"%s/lists\";\n"
			       "Dir::Cache \"%s/cache\";\n"
			       "#clear APT::Update::Pre-Invoke;\n"
			       "#clear APT::Update::Post-Invoke;\n"
			       "#clear APT::Update::Post-Invoke-Success;\n"
			       "APT::Update::Error-Mode \"any\";\n"
			       "Acquire::Languages \"none\";\n"
			       "Acquire::GzipIndexes \"false\";\n"
			       "#clear Acquire::IndexTargets;\n"
			       "Acquire::IndexTargets::deb::BootHurd {\n"
			       "  MetaKey \"$(COMPONENT)/source/Sources\";\n"
			       "  ShortDescription \"Sources\";\n"
			       "  Description \"$(RELEASE)/$(COMPONENT) Sources\";\n"
			       "};\n";

/* Runs ARGV, whose output RET gets. */
static int run(const char *const *argv, struct program_result *ret, struct fault *f)
{
	const struct program p = {.argv = argv, .limit_s = UPDATE_S, .max = SAID_MAX};
	int r = program_run(&p, ret, f);
	if (r == -ENOENT) {
		fault_set(f, ERR_CONFIG, "there is no apt-get here");
		return ERR_CONFIG;
	}
	if (r < 0 || ret->status == 0)
		return r;
	/* What it says of each address comes first; the last line is about them all. */
	struct view said = buf_view(&ret->err), line = said, error = said;
	while (view_line(&said, &line))
		if (line.len > 3 && memcmp(line.ptr, "E: ", 3) == 0) {
			error = (struct view){line.ptr + 3, line.len - 3};
			break;
		}
	return fault_set(f, ERR_NET, "apt-get cannot fetch the lists of sources: %.*s",
			 (int)(error.len < 400 ? error.len : 400), error.ptr ? error.ptr : "");
}

/* Makes the folders, and the file of settings. */
static int prepare(const char *dir, const char *settings, struct fault *f)
{
	static const char *const folders[] = {"lists/partial", "cache/archives/partial"};
	struct buf b = BUF_INIT;
	int r = 0;
	if (strpbrk(dir, "\"\\\n"))
		return fault_set(f, ERR_CONFIG, "apt cannot be told of a folder called %s",
				 dir);
	for (size_t i = 0; r == 0 && i < 2; i++) {
		FREE_PTR char *path = path_join(dir, folders[i]);
		r = path ? file_mkdirs(path, f) : -ENOMEM;
	}
	buf_addf(&b, SETTINGS, dir, dir);
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = file_write_atomic(settings, buf_str(&b), b.len, 0644, f);
	buf_release(&b);
	return r;
}

/* Lists the files that apt keeps the lists in. */
static int list_files(const char *settings, struct strlist *ret, struct fault *f)
{
	const char *argv[] = {"apt-get",  "-c",          settings, "indextargets",
			      "--format", "$(FILENAME)", NULL};
	struct program_result got = {.status = 0};
	int r = run(argv, &got, f);
	struct view text = buf_view(&got.out), line;
	while (r == 0 && view_line(&text, &line))
		if (line.len)
			r = strlist_addf(ret, "%.*s", (int)line.len, line.ptr);
	program_result_release(&got);
	return r;
}

int debian_sources_look(const char *dir, bool offline, struct debian_pin *pins, size_t n,
			struct fault *f)
{
	struct strlist files = STRLIST_INIT;
	struct program_result got = {.status = 0};
	FREE_PTR char *settings = path_join(dir, "apt.conf");
	int r = settings ? prepare(dir, settings, f) : -ENOMEM;
	const char *update[] = {"apt-get", "-q", "-c", settings, "update", NULL};
	if (r == 0 && !offline)
		r = run(update, &got, f);
	program_result_release(&got);
	if (r == 0)
		r = list_files(settings, &files, f);
	if (r == 0 && !files.n) {
		r = fault_set(f, offline ? ERR_OFFLINE : ERR_CONFIG,
			      "apt has no list of sources:");
		fault_hint(f, "add a 'deb' line to /etc/apt/sources.list");
	}
	for (size_t i = 0; r == 0 && i < files.n; i++) {
		struct buf text = BUF_INIT;
		r = file_read(files.items[i], LIST_MAX, &text, f);
		if (r == 0)
			r = debian_sources_scan(buf_view(&text), pins, n, f);
		if (r == ERR_SYNTAX)
			fault_wrap(f, "%s", files.items[i]);
		buf_release(&text);
	}
	strlist_release(&files);
	return r == -ENOMEM && !(f && f->code) ? fault_set(f, r, "cannot look for sources:")
					       : r;
}
