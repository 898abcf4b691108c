/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "hash/sha256.h"
#include "net/http.h"
#include "publication/archive.h"
#include "publication/narinfo.h"

enum { LOCK_S = 600, ANSWER_MAX = 1 << 20, NOT_FOUND = 404 };

static bool is_folder(const struct deliver *d)
{
	return d->location[0] == '/';
}

int deliver_open(const struct deliver *d, struct publish **ret, struct fault *f)
{
	const struct timespec pause = {0, 50000000};
	int64_t until = sys_monotonic_ns() + LOCK_S * INT64_C(1000000000);
	int r;
	while ((r = publish_open(d->location, ret, f)) == -EBUSY) {
		if (d->stopped && d->stopped())
			return fault_set(f, ERR_CANCELLED, "stopped");
		if (sys_monotonic_ns() > until)
			return fault_set(f, ERR_LIMIT,
					 "another process has been publishing to %s for %d s",
					 d->location, LOCK_S);
		nanosleep(&pause, NULL);
	}
	return r;
}

/* ---- a web server ---- */

static int on_progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct deliver *d = ctx;
	(void)done;
	(void)total;
	return d->stopped && d->stopped();
}

/* Asks the server for PATH (PUT NULL: whether it is there) or has it take PUT. */
static int ask_server(const struct deliver *d, const char *path, const struct http_put *put,
		      struct fault *f)
{
	FREE_PTR char *url = path_join(d->location, path);
	long status = 0;
	struct fault why = FAULT_INIT;
	struct http_options o = {.size_max = put ? ANSWER_MAX : 0,
				 .same_host = true,
				 .head = !put,
				 .put = put,
				 .progress = on_progress,
				 .ctx = (void *)d};
	if (!url)
		return -ENOMEM;
	if (d->offline)
		return fault_set(f, ERR_OFFLINE, "%s:", url);
	int r = http_get(url, &o, &status, &why);
	if (r == 0)
		return 0;
	if (!put && status == NOT_FOUND)
		return ERR_MISSING;
	if (f)
		*f = why;
	if (put && status)
		fault_hint(f, "the web server must let this machine PUT files there");
	return r;
}

/* ---- either ---- */

int deliver_text(const struct deliver *d, const char *path, struct view text, struct fault *f)
{
	struct publish *p = NULL;
	if (!is_folder(d))
		return ask_server(d, path, &(struct http_put){.text = text, .fd = -1}, f);
	int r = deliver_open(d, &p, f);
	if (r < 0)
		return r;
	r = publish_file(p, path, text, f);
	publish_close(p);
	return r;
}

/* Returns 1 when the file PATH is there, 0 when it is not, or negative. */
static int has(const struct deliver *d, const char *path, struct fault *f)
{
	if (is_folder(d)) {
		FREE_PTR char *at = path_join(d->location, path);
		return at ? file_exists(at, f) : -ENOMEM;
	}
	int r = ask_server(d, path, NULL, f);
	return r == ERR_MISSING ? 0 : r < 0 ? r : 1;
}

/* Brings the file FROM to PATH. */
static int deliver_file(const struct deliver *d, const char *from, const char *path,
			struct fault *f)
{
	struct stat st;
	struct publish *p = NULL;
	FREE_PTR char *aside = NULL;
	if (!is_folder(d)) {
		CLOSE_FD int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 || fstat(fd, &st) < 0)
			return fault_set(f, -errno, "cannot read %s:", from);
		return ask_server(
		    d, path, &(struct http_put){.fd = fd, .size = (uint64_t)st.st_size}, f);
	}
	int r = deliver_open(d, &p, f);
	if (r == 0)
		r = publish_aside(p, &aside, f);
	if (r == 0) {
		r = file_copy_at(AT_FDCWD, from, AT_FDCWD, aside, 0644);
		if (r < 0)
			fault_set(f, r, "cannot copy %s to %s:", from, d->location);
	}
	if (r == 0)
		r = publish_put(p, aside, path, f);
	publish_close(p);
	return r;
}

/* Learns hash and size of the archive PATH of a folder, which is there already. */
static int look_at_archive(const struct deliver *d, const char *path, struct narinfo *info,
			   struct fault *f)
{
	unsigned long long size = 0;
	FREE_PTR char *at = path_join(d->location, path);
	int r = at ? sha256_file(at, &info->file, &size, f) : -ENOMEM;
	info->file_size = size;
	return r;
}

/* Makes the archive of TREE and brings it to PATH. */
static int bring_archive(const struct deliver *d, const char *tree, const char *path,
			 struct narinfo *info, struct fault *f)
{
	FREE_PTR char *made = path_join(d->tmp, path_base(path));
	if (!made)
		return -ENOMEM;
	int r = archive_write(tree, made, d->stopped, info, f);
	int there = r == 0 && is_folder(d) ? has(d, path, f) : r;
	if (there == 0)
		r = deliver_file(d, made, path, f);
	else if (there > 0) /* somebody was faster */
		r = look_at_archive(d, path, info, f);
	else
		r = there;
	unlink(made);
	return r;
}

static int bring_narinfo(const struct deliver *d, struct narinfo *info, const char *name,
			 const struct key *k, struct fault *f)
{
	struct buf text = BUF_INIT;
	char hash[NARINFO_PATH_HASH + 1], path[NARINFO_PATH_HASH + 16];
	if (narinfo_set_name(info, view_of(name)) < 0)
		return fault_set(f, ERR_SYNTAX, "%s: not a name that Nix allows", name);
	int r = narinfo_path_hash(info, hash);
	if (r == 0)
		r = narinfo_sign(info, k, f);
	if (r == 0)
		r = narinfo_write(info, &text);
	if (r == 0) {
		snprintf(path, sizeof path, "%s.narinfo", hash);
		r = deliver_text(d, path, buf_view(&text), f);
	}
	buf_release(&text);
	return r;
}

int deliver_object(const struct deliver *d, const char *tree, const struct digest *object,
		   uint64_t nar_size, const char *name, const struct key *k, struct fault *f)
{
	struct narinfo info = {.nar = *object, .nar_size = nar_size};
	char nix[DIGEST_NIX32 + 1], path[DIGEST_NIX32 + 16];
	digest_nix32(object, nix);
	snprintf(path, sizeof path, "nar/%s.nar.zst", nix);
	int there = has(d, path, f);
	if (there < 0 || (there && !name))
		return there < 0 ? there : 0;
	/* The narinfo says what the archive's own bytes are: those that are there count. */
	int r;
	if (there && is_folder(d))
		r = look_at_archive(d, path, &info, f);
	else
		r = bring_archive(d, tree, path, &info, f);
	return r == 0 && name ? bring_narinfo(d, &info, name, k, f) : r;
}
