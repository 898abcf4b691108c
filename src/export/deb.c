/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inside.h"
#include "source/pack.h"

/*
 * A .deb (deb(5)) is an ar archive of debian-binary, control.tar.xz and data.tar.xz. dpkg reads no pax
 * headers, so the tars are GNU's.
 */

/*
 * Adds the package's name of what stands at /opt/boot-hurd/NAME: lower case, and '-' for what Debian
 * does not allow. The version is part of it, since two versions can be installed side by side.
 */
static void add_package(struct buf *ret, const char *name)
{
	buf_adds(ret, "boot-hurd-");
	for (; *name; name++) {
		char c = (char)tolower((unsigned char)*name);
		buf_addc(ret, isalnum((unsigned char)c) || c == '+' || c == '.' ? c : '-');
	}
}

static const char *architecture(const struct export_tree *t)
{
	return t->drv && strcmp(t->drv->system, "x86_64-linux") == 0 ? "amd64" : "i386";
}

/*
 * Adds the version: the recipe's, then the beginning of the object's hash, so that what differs is not
 * taken for the same.
 */
static void add_version(struct buf *ret, const struct export_tree *t)
{
	const char *version = t->drv && t->drv->meta.version ? t->drv->meta.version : "0";
	char hex[DIGEST_HEX + 1];
	if (!isdigit((unsigned char)*version))
		buf_adds(ret, "0");
	for (; *version; version++)
		buf_addc(ret, isalnum((unsigned char)*version) || strchr(".+~", *version)
				  ? *version
				  : '.');
	digest_hex(&t->object, hex);
	buf_addf(ret, "+h%.12s", hex);
}

int export_deb_name(const struct export *e, size_t i, struct buf *ret, struct fault *f)
{
	const struct export_tree *t = &e->trees[i];
	add_package(ret, t->name);
	buf_addc(ret, '_');
	add_version(ret, t);
	buf_addf(ret, "_%s.deb", architecture(t));
	return buf_failed(ret) < 0 ? fault_set(f, -ENOMEM, "%s:", t->name) : 0;
}

/* Adds TEXT as the rest of a line. */
static void add_words(struct buf *ret, const char *text)
{
	for (; *text; text++)
		buf_addc(ret, iscntrl((unsigned char)*text) ? ' ' : *text);
}

int export_deb_control(const struct export *e, size_t i, struct buf *ret, struct fault *f)
{
	const struct export_tree *t = &e->trees[i];
	const struct drv_meta *m = t->drv ? &t->drv->meta : NULL;
	uint64_t bytes = 0;
	char hex[DIGEST_HEX + 1], nix[DIGEST_NIX32 + 1];
	int r = file_tree_size(t->path, &bytes, f);
	if (r < 0)
		return r;
	buf_adds(ret, "Package: ");
	add_package(ret, t->name);
	buf_adds(ret, "\nVersion: ");
	add_version(ret, t);
	buf_addf(ret,
		 "\nArchitecture: %s\nMaintainer: boot-hurd <boot-hurd@localhost>\n"
		 "Installed-Size: %llu\n",
		 architecture(t), (unsigned long long)((bytes + 1023) / 1024));
	for (size_t k = 0; k < t->nneeds; k++) {
		const struct export_tree *need = &e->trees[t->needs[k]];
		buf_adds(ret, k ? ", " : "Depends: ");
		add_package(ret, need->name);
		buf_adds(ret, " (= ");
		add_version(ret, need);
		buf_adds(ret, ")");
	}
	buf_addf(ret, "%sSection: devel\nPriority: optional\n", t->nneeds ? "\n" : "");
	if (m && m->homepage) {
		buf_adds(ret, "Homepage: ");
		add_words(ret, m->homepage);
		buf_addc(ret, '\n');
	}
	digest_nix32(&t->object, nix);
	buf_addf(ret, "Boot-Hurd-Object: %s\n", nix);
	if (t->drv) {
		digest_hex(&t->drv->id, hex);
		buf_addf(ret, "Boot-Hurd-Derivation: %s\n", hex);
	}
	buf_adds(ret, "Description: ");
	add_words(ret, m && m->summary && *m->summary ? m->summary : t->name);
	buf_addf(ret,
		 "\n Built from source by boot-hurd; installs to " INSIDE_PREFIX "/%s.\n"
		 " The NAR of its files has the SHA-256 %s.\n",
		 t->name, nix);
	return buf_failed(ret) < 0 ? fault_set(f, -ENOMEM, "%s:", t->name) : 0;
}

/* Writes the control archive of tree I. */
static int write_control(const struct export *e, size_t i, const char *file, struct fault *f)
{
	struct pack *p = NULL;
	struct buf text = BUF_INIT;
	int r = export_deb_control(e, i, &text, f);
	if (r == 0)
		r = pack_open(file, PACK_GNU_XZ, &p, f);
	if (r == 0)
		r = pack_folder(p, ".", f);
	if (r == 0)
		r = pack_text(p, "./control", buf_view(&text), f);
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	buf_release(&text);
	return r;
}

/* Writes the data archive of T. */
static int write_data(const struct export_tree *t, const char *file, struct fault *f)
{
	static const char *const above[] = {".", "./opt", ("." INSIDE_PREFIX)};
	struct pack *p = NULL;
	FREE_PTR char *name = NULL;
	if (asprintf(&name, "." INSIDE_PREFIX "/%s", t->name) < 0)
		return fault_set(f, -ENOMEM, "%s:", t->name);
	int r = pack_open(file, PACK_GNU_XZ, &p, f);
	for (size_t i = 0; r == 0 && i < sizeof above / sizeof *above; i++)
		r = pack_folder(p, above[i], f);
	if (r == 0)
		r = pack_tree(p, t->path, name, f);
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	return r;
}

/* Adds the file FROM to P under NAME. */
static int add_member(struct pack *p, const char *from, const char *name, struct fault *f)
{
	return pack_tree(p, from, name, f);
}

int export_deb(const struct export *e, size_t i, const char *file, struct fault *f)
{
	FREE_PTR char *control = NULL, *data = NULL;
	struct pack *p = NULL;
	if (asprintf(&control, "%s.control", file) < 0 || asprintf(&data, "%s.data", file) < 0)
		return fault_set(f, -ENOMEM, "%s:", file);
	int r = write_control(e, i, control, f);
	if (r == 0)
		r = write_data(&e->trees[i], data, f);
	if (r == 0)
		r = pack_open(file, PACK_AR, &p, f);
	if (r == 0)
		r = pack_text(p, "debian-binary", view_of("2.0\n"), f);
	if (r == 0)
		r = add_member(p, control, "control.tar.xz", f);
	if (r == 0)
		r = add_member(p, data, "data.tar.xz", f);
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	unlink(control);
	unlink(data);
	return r;
}
