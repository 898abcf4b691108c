/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/packages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "cmd/rebuilder.h"
#include "cmd/runtime.h"
#include "export/openpgp.h"
#include "hash/sha256.h"

enum { INDEX_BYTES_MAX = 64 << 20 };
#define DIR_NAME "deb"

/*
 * What describes the package FILE stands beside it as FILE.control, so that the index can be written
 * without opening packages that other runs wrote.
 */
static int write_paragraph(struct packages *w, const struct export *e, const char *name,
			   const char *aside, struct fault *f)
{
	struct buf b = BUF_INIT;
	struct digest d;
	unsigned long long size = 0;
	char hex[DIGEST_HEX + 1];
	const char *path = arena_fmt(&w->c->arena, DIR_NAME "/%s.control", name);
	int r = path ? sha256_file(aside, &d, &size, f) : -ENOMEM;
	if (r == 0)
		r = export_deb_control(e, 0, &b, f);
	digest_hex(&d, hex);
	buf_addf(&b, "Filename: ./%s\nSize: %llu\nSHA256: %s\n", name, size, hex);
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = publish_file(w->p, path, buf_view(&b), f);
	buf_release(&b);
	return r;
}

/* Says that the package FILE was built here, by ACTION. */
static int confirm(struct packages *w, const char *file, const char *told,
		   const struct digest *action, struct fault *f)
{
	const struct rebuilder by = {&w->c->arena, w->p, w->key};
	struct buf control = BUF_INIT;
	int r = publish_read(w->p, told, INDEX_BYTES_MAX, &control, f);
	if (r == 0)
		r = rebuilder_confirm(&by, file, buf_view(&control), action, f);
	buf_release(&control);
	return r;
}

/* Makes the package of E's first tree, whose file is at PATH, unless it and its paragraph at TOLD are there. */
static int make_package(struct packages *w, const struct export *e, const char *name,
			const char *path, const char *told, struct fault *f)
{
	FREE_PTR char *aside = NULL;
	int there = publish_has(w->p, path, f);
	if (there > 0)
		there = publish_has(w->p, told, f);
	if (there != 0)
		return there < 0 ? there : 0;
	int r = publish_aside(w->p, &aside, f);
	if (r == 0)
		r = export_deb(e, 0, aside, f);
	if (r == 0)
		r = write_paragraph(w, e, name, aside, f);
	return r < 0 ? r : publish_put(w->p, aside, path, f);
}

int packages_add(struct packages *w, const struct drv *d, const struct digest *object,
		 const struct digest *action, struct fault *f)
{
	struct runtime all;
	struct buf name = BUF_INIT;
	int r = runtime_find(w->c, d, object, &all, f);
	if (r < 0)
		return r;
	r = export_deb_name(&all.runtime, 0, &name, f);
	const char *path = arena_fmt(&w->c->arena, DIR_NAME "/%s", buf_str(&name));
	const char *told = arena_fmt(&w->c->arena, DIR_NAME "/%s.control", buf_str(&name));
	if (r == 0 && (!path || !told))
		r = -ENOMEM;
	if (r == 0)
		r = make_package(w, &all.runtime, buf_str(&name), path, told, f);
	if (r == 0 && action)
		r = confirm(w, buf_str(&name), told, action, f);
	buf_release(&name);
	runtime_release(&all);
	return r;
}

static bool ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), k = strlen(ending);
	return n > k && strcmp(name + n - k, ending) == 0;
}

/* Gathers the paragraphs of all packages that are there. */
static int gather(struct packages *w, struct buf *ret, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	int r = publish_list(w->p, DIR_NAME, &names, f);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		if (!ends_in(names.items[i], ".deb"))
			continue;
		const char *path =
		    arena_fmt(&w->c->arena, DIR_NAME "/%s.control", names.items[i]);
		if (ret->len)
			buf_addc(ret, '\n');
		r = path ? publish_read(w->p, path, INDEX_BYTES_MAX, ret, f) : -ENOMEM;
	}
	strlist_release(&names);
	return r == 0 ? buf_failed(ret) : r;
}

/* Adds the Release file of the index PACKAGES. */
static void add_release(struct buf *ret, struct view packages, time_t now)
{
	char date[64], hex[DIGEST_HEX + 1];
	struct digest d;
	struct tm tm;
	gmtime_r(&now, &tm);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S UTC", &tm);
	sha256_view(packages, &d);
	digest_hex(&d, hex);
	buf_addf(ret,
		 "Origin: boot-hurd\nLabel: boot-hurd\nSuite: stable\nCodename: boot-hurd\n"
		 "Date: %s\nArchitectures: i386 amd64\nAcquire-By-Hash: yes\n"
		 "Description: what boot-hurd built from source\nSHA256:\n %s %zu Packages\n",
		 date, hex, packages.len);
}

/* Writes the index PACKAGES; before that, the name by which a reader of the old Release finds it. */
static int put_index(struct packages *w, struct view packages, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	struct digest d;
	sha256_view(packages, &d);
	digest_hex(&d, hex);
	const char *by_hash = arena_fmt(&w->c->arena, DIR_NAME "/by-hash/SHA256/%s", hex);
	int r = by_hash ? publish_file(w->p, by_hash, packages, f) : -ENOMEM;
	return r < 0 ? r : publish_file(w->p, DIR_NAME "/Packages", packages, f);
}

/* Writes the Release file and its signatures. */
static int put_release(struct packages *w, struct view packages, struct fault *f)
{
	struct buf release = BUF_INIT, clear = BUF_INIT, detached = BUF_INIT, key = BUF_INIT;
	time_t now = (time_t)(sys_now_ns() / 1000000000);
	add_release(&release, packages, now);
	int r = buf_failed(&release);
	if (r == 0)
		r = openpgp_key(w->key, &key, f);
	if (r == 0)
		r = openpgp_clear(w->key, buf_view(&release), (uint64_t)now, &clear, f);
	if (r == 0)
		r = openpgp_detached(w->key, buf_view(&release), (uint64_t)now, &detached, f);
	if (r == 0)
		r = publish_file(w->p, DIR_NAME "/key.asc", buf_view(&key), f);
	if (r == 0)
		r = publish_file(w->p, DIR_NAME "/Release", buf_view(&release), f);
	if (r == 0)
		r = publish_file(w->p, DIR_NAME "/Release.gpg", buf_view(&detached), f);
	if (r == 0)
		r = publish_file(w->p, DIR_NAME "/InRelease", buf_view(&clear), f);
	buf_release(&release);
	buf_release(&clear);
	buf_release(&detached);
	buf_release(&key);
	return r;
}

int packages_write_index(struct packages *w, struct fault *f)
{
	const struct rebuilder by = {&w->c->arena, w->p, w->key};
	struct buf now = BUF_INIT, was = BUF_INIT;
	int r = gather(w, &now, f);
	int there = r == 0 ? publish_has(w->p, DIR_NAME "/InRelease", f) : r;
	if (there > 0)
		there = publish_has(w->p, DIR_NAME "/Packages", f);
	if (there < 0)
		r = there;
	if (there > 0)
		r = publish_read(w->p, DIR_NAME "/Packages", INDEX_BYTES_MAX, &was, f);
	bool same = there > 0 && r == 0 && view_eq(buf_view(&now), buf_view(&was));
	if (r == 0 && !same)
		r = put_index(w, buf_view(&now), f);
	if (r == 0 && !same)
		r = put_release(w, buf_view(&now), f);
	if (r == 0)
		r = rebuilder_write(&by, buf_view(&now), f);
	buf_release(&now);
	buf_release(&was);
	return r;
}
