/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/diffoscope.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/limits.h"
#include "base/path.h"
#include "cmd/locate.h"
#include "cmd/print.h"
#include "cmd/signals.h"
#include "sandbox/sandbox.h"

enum {
	REPORT_MAX = LIMIT_DIFFOSCOPE_REPORT, /* bytes of each report */
	BINDS_MAX = 24,
};
#define LOOK 200 /* milliseconds between looks whether it is to stop */

#define REPORT INSIDE_PREFIX "/report"
static const char TEXT_INSIDE[] = REPORT "/report.txt";
static const char HTML_INSIDE[] = REPORT "/report.html";

/* What it needs of the system, as far as it is there: programs, libraries, and no configuration that is secret. */
static const char *const SYSTEM[] = {"/usr",
				     "/bin",
				     "/sbin",
				     "/lib",
				     "/lib32",
				     "/lib64",
				     "/libx32",
				     "/nix/store",
				     "/gnu/store",
				     "/etc/alternatives",
				     "/etc/ld.so.cache",
				     "/etc/magic",
				     "/etc/mime.types",
				     NULL};

/* One look: what is outside, and the plan. */
struct look {
	char *program; /* absolute path */
	char *folder;  /* beside the tree, of this look alone; holds the three below */
	char *build, *out, *scratch;
	struct sandbox_bind binds[BINDS_MAX];
	size_t nbinds;
};

static void add_bind(struct look *l, const char *host, const char *inside)
{
	l->binds[l->nbinds++] = (struct sandbox_bind){.host = host, .inside = inside};
}

/* Returns the program to run, malloc'd, or NULL: none. */
static char *find_program(void)
{
	const char *given = getenv("BOOT_HURD_DIFFOSCOPE");
	if (!given)
		return locate_program("diffoscope");
	return *given ? realpath(given, NULL) : NULL;
}

/* Lists what is seen inside. FOLDER is the program's; returns whether it is among what the system has. */
static bool list_binds(struct look *l, const char *ours, const char *theirs, const char *folder)
{
	bool system = false;
	for (size_t i = 0; SYSTEM[i]; i++) {
		if (file_exists(SYSTEM[i], NULL) > 0)
			add_bind(l, SYSTEM[i], SYSTEM[i]);
		system |= path_is_under(folder, SYSTEM[i]);
	}
	if (!system)
		add_bind(l, folder, "/program");
	add_bind(l, ours, "/ours");
	add_bind(l, theirs, "/theirs");
	return system;
}

/* Makes the folders of L, beside the tree THEIRS. 0 or negative. */
static int make_folders(struct look *l, const char *theirs)
{
	if (asprintf(&l->folder, "%s.diffoscope.XXXXXX", theirs) < 0) {
		l->folder = NULL;
		return -ENOMEM;
	}
	if (!mkdtemp(l->folder)) {
		free(l->folder);
		l->folder = NULL;
		return -errno;
	}
	l->build = path_join(l->folder, "build");
	l->out = path_join(l->folder, "out");
	l->scratch = path_join(l->folder, "scratch");
	if (!l->build || !l->out || !l->scratch)
		return -ENOMEM;
	return mkdir(l->build, 0755) < 0 || mkdir(l->out, 0755) < 0 ||
		       mkdir(l->scratch, 0755) < 0
		   ? -errno
		   : 0;
}

/* Runs P until it ends, or until the command is to stop. */
static int run(const struct sandbox_plan *p, struct sandbox_result *ret, struct fault *f)
{
	struct sandbox *box = NULL;
	CLOSE_FD int log = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int r = log < 0 ? fault_set(f, -errno, "cannot open /dev/null:")
			: sandbox_start(p, log, &box, f);
	while (r == 0) {
		int wait = sandbox_timeout_ms(box);
		struct pollfd pfd = {.fd = sandbox_fd(box), .events = POLLIN};
		if (poll(&pfd, 1, wait < 0 || wait > LOOK ? LOOK : wait) < 0 && errno != EINTR)
			r = fault_set(f, -errno, "cannot wait for the sandbox:");
		if (signals_interrupted())
			sandbox_kill(box);
		if (r == 0)
			r = sandbox_pump(box, ret, f);
	}
	sandbox_free(box);
	return r < 0 ? r : 0;
}

/*
 * Moves the report NAME from the folder OUT to the file TO. Whoever wrote it is not trusted: what is not
 * a file, or too large, is none. Returns whether it is there.
 */
static bool fetch_report(const char *out, const char *name, const char *to)
{
	struct stat st;
	struct buf text = BUF_INIT;
	FREE_PTR char *from = path_join(out, name);
	CLOSE_FD int fd =
	    from ? open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		  file_read_fd(fd, REPORT_MAX, &text) == 0 &&
		  file_write_atomic(to, buf_str(&text), text.len, 0644, NULL) == 0;
	buf_release(&text);
	return ok;
}

/* Warns that there is no report about THEIRS, since the run ended like that; RUN NULL: F says why. */
static void warn(const char *theirs, const struct sandbox_result *run, const struct fault *f)
{
	char time[32], memory[32], disk[32], why[FAULT_WHAT_MAX];
	limit_format(LIMIT_DIFFOSCOPE_TIME_S, LIMIT_SECONDS, time);
	limit_format(LIMIT_DIFFOSCOPE_MEMORY, LIMIT_BYTES, memory);
	limit_format(LIMIT_DIFFOSCOPE_DISK, LIMIT_BYTES, disk);
	if (!run)
		snprintf(why, sizeof why, "%s", f->what);
	else if (run->end == SANDBOX_TIME)
		snprintf(why, sizeof why, "it took longer than %s", time);
	else if (run->end == SANDBOX_MEMORY)
		snprintf(why, sizeof why, "it needed more memory than %s", memory);
	else if (run->end == SANDBOX_BUILD)
		snprintf(why, sizeof why, "it unpacked more than %s", disk);
	else if (run->end == SANDBOX_PROCESSES)
		snprintf(why, sizeof why, "it made more than %d processes",
			 LIMIT_DIFFOSCOPE_PROCESSES);
	else
		snprintf(why, sizeof why, "%s",
			 run->end == SANDBOX_OUTPUT ? "its report was too large" : "it failed");
	print_err("warning: there is no report of diffoscope about %s: %s\n", theirs, why);
}

/* Fills in the plan, whose arrays are ARGV and STEP. */
static void fill_plan(struct look *l, const char *const *argv, struct sandbox_step *step,
		      struct sandbox_plan *ret)
{
	static const char *const env[] = {
	    "PATH=/program:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
	    "HOME=" INSIDE_BUILD,
	    "TMPDIR=" INSIDE_BUILD,
	    "LC_ALL=C.UTF-8",
	    "PYTHONDONTWRITEBYTECODE=1",
	    NULL};
	*step = (struct sandbox_step){.argv = argv, .dir = INSIDE_BUILD, .env = env};
	*ret = (struct sandbox_plan){
	    .binds = l->binds,
	    .nbinds = l->nbinds,
	    .build_host = l->build,
	    .output_host = l->out,
	    .output = REPORT,
	    .scratch_host = l->scratch,
	    .machine = "x86_64",
	    .steps = step,
	    .nsteps = 1,
	    .limits = {.time_s = LIMIT_DIFFOSCOPE_TIME_S,
		       .memory = LIMIT_DIFFOSCOPE_MEMORY,
		       .processes = LIMIT_DIFFOSCOPE_PROCESSES,
		       .output = (uint64_t)8 * REPORT_MAX,
		       .build = LIMIT_DIFFOSCOPE_DISK},
	};
}

/* Looks, and puts the reports where they belong. Returns whether the text is there. */
static bool look(struct look *l, const char *ours, const char *theirs, const char *text,
		 const char *html)
{
	struct sandbox_result end = {0};
	struct fault f = FAULT_INIT;
	struct sandbox_plan plan;
	struct sandbox_step step;
	const char *name = strrchr(l->program, '/') + 1;
	FREE_PTR char *folder = strndup(l->program, (size_t)(name - 1 - l->program));
	FREE_PTR char *inside = path_join("/program", name);
	int r = folder && inside ? make_folders(l, theirs) : -ENOMEM;
	if (r < 0) {
		fault_set(&f, r, "cannot make a folder:");
		warn(theirs, NULL, &f);
		return false;
	}
	bool system = list_binds(l, ours, theirs, folder);
	const char *argv[] = {
	    system ? l->program : inside,
	    "--text",
	    TEXT_INSIDE,
	    "--html",
	    HTML_INSIDE,
	    "--max-text-report-size=2000000",
	    "--max-report-size=4000000",
	    "--max-page-size=4000000",
	    "--timeout=200", /* then it begins no further archive, and reports */
	    "/ours",
	    "/theirs",
	    NULL};
	fill_plan(l, argv, &step, &plan);
	r = run(&plan, &end, &f);
	if (signals_interrupted())
		return false;
	/* 1: the trees differ; 0: not in what it looks at. */
	if (r == 0 && end.end == SANDBOX_EXIT && end.status == 1 &&
	    fetch_report(l->out, "report.txt", text)) {
		fetch_report(l->out, "report.html", html);
		return true;
	}
	if (r < 0 || end.end != SANDBOX_OK)
		warn(theirs, r < 0 ? NULL : &end, &f);
	return false;
}

/*
 * Returns the absolute path of TREE, malloc'd. NULL: it cannot be found, or is a link itself, which must not be
 * followed, since it leads to what is not of the tree.
 */
static char *absolute(const char *tree)
{
	struct stat st;
	return lstat(tree, &st) == 0 && !S_ISLNK(st.st_mode) ? realpath(tree, NULL) : NULL;
}

char *diffoscope_run(const char *ours, const char *theirs)
{
	if (signals_interrupted())
		return NULL;
	struct look l = {.program = find_program()};
	FREE_PTR char *a = absolute(ours);
	FREE_PTR char *b = absolute(theirs);
	FREE_PTR char *html = NULL;
	char *text = NULL;
	bool ok = l.program && a && b && asprintf(&html, "%s.diffoscope.html", theirs) >= 0 &&
		  asprintf(&text, "%s.diffoscope.txt", theirs) >= 0 &&
		  look(&l, a, b, text, html);
	if (l.folder)
		file_remove_tree(l.folder, NULL);
	free(l.folder);
	free(l.build);
	free(l.out);
	free(l.scratch);
	free(l.program);
	if (ok)
		return text;
	free(text);
	return NULL;
}
