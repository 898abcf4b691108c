/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "cmd/signals.h"
#include "cmd/target.h"

/* What the command line asks for. */
struct request {
	bool path, follow;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "path", offsetof(struct request, path), NULL, "print where the log is"},
    {OPTION_FLAG, 'f', "follow", offsetof(struct request, follow), NULL,
     "print the log of a build that runs, as it grows"},
    {0}};

/* Prints what FD has to read now. Returns the bytes, or negative. */
static ssize_t print_more(int fd)
{
	struct buf b = BUF_INIT;
	ssize_t n;
	char block[8192];
	while ((n = read(fd, block, sizeof block)) > 0)
		buf_add(&b, block, (size_t)n);
	ssize_t got = n < 0 ? -errno : (ssize_t)b.len;
	if (b.len)
		print_document(buf_view(&b), ESCAPE_LINES);
	fflush(stdout);
	buf_release(&b);
	return got;
}

/* Prints the log at PATH, which a build writes, until the build has ended: the file is gone then. */
static int follow(const char *path, struct fault *f)
{
	const struct timespec pause = {0, 200000000};
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(f, -errno, "cannot read %s:", path);
	ssize_t n = 0;
	while (n >= 0 && !signals_interrupted()) {
		int there = file_exists(path, f);
		if (there < 0)
			return there;
		bool last = !there;
		n = print_more(fd);
		if (n == 0 && last)
			return CMD_OK;
		if (n == 0)
			nanosleep(&pause, NULL);
	}
	return n < 0 ? fault_set(f, (int)n, "cannot read %s:", path) : CMD_OK;
}

/* Finds the log of the build of NAME that runs: RET is in the command's arena; NULL: none runs. */
static int find_running(struct cmd *c, const char *name, const char **ret, struct fault *f)
{
	struct strlist owners = STRLIST_INIT, folders = STRLIST_INIT;
	const char *tmp = arena_fmt(&c->arena, "%s/tmp", store_path(c->store));
	time_t newest = 0;
	int r = tmp ? file_list(tmp, &owners, f) : -ENOMEM;
	*ret = NULL;
	for (size_t i = 0; r == 0 && i < owners.n; i++) {
		const char *owner = arena_fmt(&c->arena, "%s/%s", tmp, owners.items[i]);
		strlist_release(&folders);
		if (!owner) {
			r = -ENOMEM;
			break;
		}
		r = file_list(owner, &folders, f);
		/* It may just have ended. */
		if (r == -ENOENT || r == -ENOTDIR) {
			r = 0;
			continue;
		}
		for (size_t k = 0; r == 0 && k < folders.n; k++) {
			const char *who =
			    arena_fmt(&c->arena, "%s/%s/name", owner, folders.items[k]);
			const char *log =
			    arena_fmt(&c->arena, "%s/%s/log", owner, folders.items[k]);
			struct buf b = BUF_INIT;
			struct stat st;
			if (who && log && file_read(who, 256, &b, NULL) == 0 &&
			    view_is(buf_view(&b), name) && stat(log, &st) == 0 &&
			    st.st_mtime >= newest) {
				newest = st.st_mtime;
				*ret = log;
			}
			buf_release(&b);
		}
	}
	strlist_release(&owners);
	strlist_release(&folders);
	return r;
}

static int print_log(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	const char *name = c->operands[0];
	struct store *s = c->store;
	const struct drv *d = NULL;
	struct store_realisation real = {0};
	/* A name without a recipe may still have a log: of a recipe that is gone. */
	struct fault unknown = FAULT_INIT;
	int r = cmd_target(c, name, &d, &unknown);
	if (r < 0)
		d = NULL;
	/* What is wrong with a recipe hides no log; what could not be read is an error. */
	if (r < 0 && r > ERR_BASE) {
		*f = unknown;
		return r;
	}
	const char *running = NULL;
	if (q->follow) {
		signals_catch();
		r = find_running(c, d ? d->name : name, &running, f);
		if (r >= 0 && !running && unknown.code) {
			*f = unknown;
			return unknown.code;
		}
		if (r >= 0 && !running) {
			fault_set(f, ERR_MISSING, "no build of %s runs", name);
			fault_hint(f, "boot-hurd log %s prints the newest log", name);
			return ERR_MISSING;
		}
		return r < 0 || !running ? r : follow(running, f);
	}
	r = store_latest(s, &c->arena, d ? &d->id : NULL, d ? d->name : name, &real);
	if (store_lookup(s, r, f) < 0)
		return r;
	if (r < 0 && unknown.code) {
		*f = unknown;
		return unknown.code;
	}
	if (r < 0) {
		r = fault_set(f, ERR_MISSING, "there is no log of %s", name);
		fault_hint(f, "it has not been built here: boot-hurd build %s", name);
	}
	if (r < 0)
		return r;
	FREE_PTR char *path = path_join(store_path(s), real.log);
	struct buf b = BUF_INIT;
	if (!path)
		return -ENOMEM;
	if (q->path) {
		print_path(path);
		return CMD_OK;
	}
	r = file_read(path, 4ULL << 30, &b, f);
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_LINES);
	buf_release(&b);
	return r;
}

const struct command command_log = {
    .name = "log",
    .run = print_log,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = 1,
    .needs = CMD_STORE,
    .synopsis = "[--path] [-f] TARGET",
    .summary = "print the log of the newest build",
};
