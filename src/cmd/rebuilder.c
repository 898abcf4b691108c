/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/rebuilder.h"

#include <errno.h>
#include <string.h>

#include "export/link.h"
#include "hash/sha256.h"
#include "json/write.h"

#define API "deb/api/v1"

/* A paragraph of the index, as far as it is told on. */
struct package {
	struct view name, version, architecture, file; /* FILE without "./" */
	struct digest sha256;
	uint32_t build, artifact; /* numbers in the API, from 1 */
};

/* Returns a number from 1 to 2^31 - 1 that D gives; rebuilderd has no greater ones. */
static uint32_t number_of(const struct digest *d)
{
	uint32_t n = 0;
	for (int i = 0; i < 4; i++)
		n = n << 8 | d->b[i];
	n &= 0x7fffffff;
	return n ? n : 1;
}

/* Sets the numbers of P, whose hash is known, when K confirms it. */
static void set_numbers(struct package *p, const struct key *k)
{
	unsigned char both[ED25519_PUBLIC + DIGEST_LEN];
	struct digest d;
	memcpy(both, k->public, ED25519_PUBLIC);
	memcpy(both + ED25519_PUBLIC, p->sha256.b, DIGEST_LEN);
	sha256_view((struct view){(const char *)both, sizeof both}, &d);
	p->build = number_of(&p->sha256);
	p->artifact = number_of(&d);
}

/* Takes the next paragraph off INDEX. Returns 1, 0 at the end, or ERR_SYNTAX. */
static int next_package(struct view *index, const struct key *k, struct package *ret)
{
	struct view line;
	*ret = (struct package){0};
	bool any = false;
	while (view_line(index, &line) && line.len) {
		any = true;
		if (view_skip(&line, "Package: "))
			ret->name = line;
		else if (view_skip(&line, "Version: "))
			ret->version = line;
		else if (view_skip(&line, "Architecture: "))
			ret->architecture = line;
		else if (view_skip(&line, "Filename: ./"))
			ret->file = line;
		else if (view_skip(&line, "SHA256: ") &&
			 digest_parse_hex(line, &ret->sha256) < 0)
			return ERR_SYNTAX;
	}
	if (!any)
		return 0;
	set_numbers(ret, k);
	bool whole = ret->name.len && ret->version.len && ret->architecture.len &&
		     ret->file.len && !digest_is_none(&ret->sha256);
	return whole ? 1 : ERR_SYNTAX;
}

static const char *attestation_path(const struct rebuilder *w, const struct package *p)
{
	return arena_fmt(w->arena, API "/builds/%u/artifacts/%u/attestation", p->build,
			 p->artifact);
}

int rebuilder_confirm(const struct rebuilder *w, const char *file, struct view control,
		      const struct digest *action, struct fault *f)
{
	struct buf b = BUF_INIT;
	struct package p;
	if (next_package(&control, w->key, &p) != 1)
		return fault_set(f, ERR_SYNTAX, "deb/%s.control does not describe a package",
				 file);
	const char *path = attestation_path(w, &p);
	int r = path ? publish_has(w->p, path, f) : -ENOMEM;
	if (r != 0)
		return r < 0 ? r : 0;
	r = link_write(w->key, file, &p.sha256, action, &b, f);
	if (r == 0)
		r = publish_file(w->p, path, buf_view(&b), f);
	buf_release(&b);
	return r;
}

/* Adds the record of P. A flat repository (sources.list(5)) has no component. */
static void add_record(struct buf *b, const struct package *p)
{
	json_open(b, NULL);
	json_put_string(b, "architecture", p->architecture);
	json_put_number(b, "artifact_id", p->artifact);
	json_put_number(b, "build_id", p->build);
	json_put(b, "component", "");
	json_put(b, "distribution", "boot-hurd");
	json_put_number(b, "id", p->build);
	json_put_string(b, "name", p->name);
	json_put(b, "release", "stable");
	json_put(b, "status", "GOOD");
	json_put_string(b, "url", p->file);
	json_put_string(b, "version", p->version);
	json_close(b);
}

/* Writes the list of what is confirmed. */
static int write_records(const struct rebuilder *w, struct view index, struct fault *f)
{
	struct buf b = BUF_INIT;
	struct package p;
	uint64_t total = 0;
	int r;
	json_open(&b, NULL);
	json_open_array(&b, "records");
	while ((r = next_package(&index, w->key, &p)) == 1) {
		const char *path = attestation_path(w, &p);
		int there = path ? publish_has(w->p, path, f) : -ENOMEM;
		if (there < 0) {
			r = there;
			break;
		}
		if (there)
			add_record(&b, &p);
		total += (uint64_t)there;
	}
	json_close_array(&b);
	json_put_number(&b, "total", total);
	json_close(&b);
	if (r == ERR_SYNTAX)
		fault_set(f, r, "deb/Packages does not describe packages");
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = publish_file(w->p, API "/packages/binary", buf_view(&b), f);
	buf_release(&b);
	return r;
}

static int write_key(const struct rebuilder *w, struct fault *f)
{
	struct buf b = BUF_INIT, pem = BUF_INIT;
	link_add_pem(w->key, &pem);
	json_open(&b, NULL);
	json_open_array(&b, "current");
	json_put_string(&b, NULL, buf_view(&pem));
	json_close_array(&b);
	json_close(&b);
	int r = buf_failed(&pem) < 0 ? -ENOMEM : buf_failed(&b);
	if (r == 0)
		r = publish_file(w->p, API "/meta/public-keys", buf_view(&b), f);
	buf_release(&b);
	buf_release(&pem);
	return r;
}

int rebuilder_write(const struct rebuilder *w, struct view index, struct fault *f)
{
	int r = write_key(w, f);
	return r < 0 ? r : write_records(w, index, f);
}
