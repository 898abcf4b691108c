/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/path.h"
#include "base/walk.h"
#include "cmd/generated.h"
#include "cmd/signals.h"
#include "json/write.h"

struct trust_meter {
	struct cmd *c;
	struct builder *b; /* looks sources up; owned; NULL: only packages and programs count */
	struct arena arena; /* keys of SEEN */
	struct map seen;    /* what the measurement under way has counted */
	struct map
	    found; /* source -> struct strlist: its generated files, for all measurements */
	struct trust *sum;  /* of the measurement under way */
	const char *prefix; /* of the keys of the source being looked at */
	struct fault *fault;
};

int trust_meter_new(struct cmd *c, bool generated, struct trust_meter **ret, struct fault *f)
{
	struct build_options o = {.offline = true};
	struct store *s;
	struct trust_meter *m = calloc(1, sizeof *m);
	int r = m ? cmd_store(c, &s, f) : -ENOMEM;
	if (r == 0) {
		m->c = c;
		if (generated)
			r = cmd_builder(c, &o, &m->b, f);
	}
	if (r < 0)
		trust_meter_free(m);
	else
		*ret = m;
	return r;
}

void trust_meter_free(struct trust_meter *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->found.n; i++)
		strlist_release(m->found.entries[i].value);
	map_release(&m->found);
	map_release(&m->seen);
	arena_release(&m->arena);
	free(m);
}

/* Notes KEY, in the arena. 1 when it is new. */
static int note(struct trust_meter *m, const char *key)
{
	return key ? map_put(&m->seen, view_of(key), m) : -ENOMEM;
}

/* Counts a program of the repository. */
static int count_program(void *ctx, const struct walk_node *n)
{
	struct trust_meter *m = ctx;
	char magic[4];
	if (!S_ISREG(n->st->st_mode) || n->st->st_size < (off_t)sizeof magic)
		return 0;
	CLOSE_FD int fd = openat(n->dirfd, n->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || read(fd, magic, sizeof magic) != (ssize_t)sizeof magic)
		return fault_set(m->fault, -errno, "cannot read %s:", n->path);
	if (memcmp(magic, "\177ELF", sizeof magic) != 0)
		return 0;
	int r = note(m, arena_str(&m->arena, n->path));
	if (r > 0) {
		m->sum->programs++;
		m->sum->program_bytes += (uint64_t)n->st->st_size;
	}
	return r < 0 ? r : 0;
}

/* Returns whether S is one of Debian's packages. */
static bool is_package(const struct drv_source *s)
{
	size_t n = s->nuris ? strlen(s->uris[0]) : 0;
	return n > 4 && strcmp(s->uris[0] + n - 4, ".deb") == 0;
}

static int count_package(struct trust_meter *m, const char *hex)
{
	struct stat st;
	struct store *s;
	int r = cmd_store(m->c, &s, m->fault);
	if (r < 0)
		return r;
	FREE_PTR char *path = NULL;
	if (asprintf(&path, "%s/sources/%s", store_path(s), hex) < 0)
		return -ENOMEM;
	m->sum->packages++;
	if (stat(path, &st) == 0)
		m->sum->package_bytes += (uint64_t)st.st_size;
	else if (errno == ENOENT)
		m->sum->packages_unseen++;
	else
		return fault_set(m->fault, -errno, "cannot look at %s:", path);
	return 0;
}

/* Adds the lines of the file PATH to the sum. */
static int count_lines(struct trust_meter *m, const char *path)
{
	char block[65536];
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : 0;
	while (fd >= 0 && (n = read(fd, block, sizeof block)) > 0)
		for (ssize_t i = 0; i < n; i++)
			m->sum->generated_lines += block[i] == '\n';
	return n < 0 ? fault_set(m->fault, -errno, "cannot read %s:", path) : 0;
}

/* Counts those of the generated files FOUND below ROOT that D declares. */
static int count_generated(struct trust_meter *m, const struct drv *d, const char *key,
			   const char *root, const struct strlist *found)
{
	for (size_t i = 0; i < found->n; i++) {
		bool declared = false;
		for (size_t k = 0; k < d->meta.npregenerated && !declared; k++)
			declared = generated_matches(d->meta.pregenerated[k], found->items[i]);
		int r =
		    declared ? note(m, arena_fmt(&m->arena, "%s/%s", key, found->items[i])) : 0;
		FREE_PTR char *path = r > 0 ? path_join(root, found->items[i]) : NULL;
		if (r > 0) {
			m->sum->generated++;
			r = path ? count_lines(m, path) : -ENOMEM;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* Looks for generated files in source S of D, which KEY names. */
static int look_into(struct trust_meter *m, const struct drv *d, const struct drv_source *s,
		     const char *key)
{
	struct strlist declared = STRLIST_INIT;
	struct digest object;
	struct store *store;
	if (!d->meta.npregenerated)
		return 0;
	if (builder_source(m->b, d, s, true, &object, NULL) < 0) {
		int r = note(m, arena_fmt(&m->arena, "%s unlooked", key));
		m->sum->unlooked += r > 0;
		return r < 0 ? r : 0;
	}
	int r = cmd_store(m->c, &store, m->fault);
	FREE_PTR char *root = r == 0 ? store_object_path(store, &object) : NULL;
	struct strlist *found = map_get(&m->found, view_of(key));
	if (r == 0 && root && !found) {
		found = arena_alloc(&m->arena, sizeof *found);
		r = found ? generated_find(root, found, m->fault) : -ENOMEM;
		if (found && map_put(&m->found, view_of(key), found) < 0) {
			strlist_release(found);
			r = -ENOMEM;
		}
	}
	if (r == 0)
		r = root ? count_generated(m, d, key, root, found) : -ENOMEM;
	if (r == 0)
		r = generated_declared(root, &d->meta, &declared, m->fault);
	if (r == 0)
		r = count_generated(m, d, key, root, &declared);
	strlist_release(&declared);
	return r;
}

static int measure_source(struct trust_meter *m, const struct drv *d,
			  const struct drv_source *s)
{
	char hex[DIGEST_HEX + 1];
	int r;
	if (s->pin == DRV_PIN_NAR && !s->path)
		return 0;
	if (s->pin == DRV_PIN_NAR) {
		const struct walk w = {.ctx = m, .other = count_program};
		r = note(m, arena_fmt(&m->arena, "tree %s", s->path));
		return r > 0 ? walk_tree(s->path, &w, m->fault) : r;
	}
	if (s->pin == DRV_PIN_SHA256 && is_package(s)) {
		digest_hex(&s->hash, hex);
		r = note(m, arena_fmt(&m->arena, "package %s", hex));
		return r > 0 ? count_package(m, hex) : r;
	}
	if (!m->b || !(s->unpack || s->pin == DRV_PIN_GIT))
		return 0;
	if (s->pin == DRV_PIN_SHA256)
		digest_hex(&s->hash, hex);
	const char *key = arena_fmt(&m->arena, "%s %s", s->commit ? s->commit : hex,
				    s->nested ? s->nested : "");
	return key ? look_into(m, d, s, key) : -ENOMEM;
}

int trust_measure(struct trust_meter *m, const struct drv *const *targets, size_t n,
		  struct trust *ret, struct fault *f)
{
	const struct drv **nodes = NULL;
	size_t count = 0;
	*ret = (struct trust){0};
	m->sum = ret;
	m->fault = f;
	map_release(&m->seen);
	m->seen = (struct map)MAP_INIT;
	int r = drv_closure(targets, n, &nodes, &count, f);
	for (size_t i = 0; r >= 0 && i < count; i++)
		for (size_t k = 0; r >= 0 && k < nodes[i]->nsources; k++)
			r = signals_interrupted()
				? fault_set(f, ERR_CANCELLED, "stopped")
				: measure_source(m, nodes[i], &nodes[i]->sources[k]);
	free(nodes);
	return r < 0 ? r : 0;
}

void trust_json(const struct trust *t, struct buf *b)
{
	json_put_number(b, "programs", t->programs);
	json_put_number(b, "program_bytes", t->program_bytes);
	json_put_number(b, "packages", t->packages);
	json_put_number(b, "package_bytes", t->package_bytes);
	json_put_number(b, "packages_unseen", t->packages_unseen);
}

void trust_text(const struct trust *t, struct buf *ret)
{
	buf_addf(ret, "%llu bytes in %zu program%s, ", (unsigned long long)t->program_bytes,
		 t->programs, t->programs == 1 ? "" : "s");
	buf_addf(ret, "%llu bytes in %zu package%s", (unsigned long long)t->package_bytes,
		 t->packages, t->packages == 1 ? "" : "s");
	if (t->packages_unseen)
		buf_addf(ret, " (%zu of them not fetched, not counted in the bytes)",
			 t->packages_unseen);
}
