/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "hash/sha256.h"
#include "recipe/codec.h"

/*
 * The file DIR/N, where N is one of SLOTS by the hash of the recipe folders, so that those of many folders do
 * not pile up. It is written whole and read whole:
 *
 *     MAGIC
 *     digest, 32 bytes: SHA-256 of all that follows
 *     digest, 32 bytes: of the recipe folders and of the program that evaluated
 *     u32 length, record (see codec.h), for each file
 */
#define MAGIC "boot-hurd evaluated 1\n"
enum { SLOTS = 16, FILE_MAX = 1 << 30 };
enum { HEAD = sizeof MAGIC - 1 + 2 * DIGEST_LEN };

struct memory {
	char *path;         /* owned */
	struct digest key;  /* as in the file */
	struct buf bytes;   /* of the file; what was recalled points into it */
	struct map records; /* path of a recipe file -> struct view of its record */
	bool stale;         /* something was evaluated, or has another stamp */
};

void memory_free(struct memory *m)
{
	if (!m)
		return;
	map_release(&m->records);
	buf_release(&m->bytes);
	free(m->path);
	free(m);
}

/* Finds what else an evaluation depends on: the folders' names, and this program. */
static int key_of(const struct recipes *r, struct digest *ret)
{
	struct stat st;
	struct stamp program;
	struct buf b = BUF_INIT;
	if (stat("/proc/self/exe", &st) < 0)
		return -errno;
	stamp_file(&st, INT64_MAX, &program);
	for (size_t i = 0; i < r->nlayers; i++)
		buf_addf(&b, "%s%c%s%c", r->layers[i].dir, 0, r->layers[i].repo, 0);
	buf_add(&b, &program, sizeof program);
	sha256_view(buf_view(&b), ret);
	int e = buf_failed(&b) ? -ENOMEM : 0;
	buf_release(&b);
	return e;
}

/* Enters the records of the file. Negative when it is not one of ours, or damaged. */
static int index_records(struct recipes *r, struct memory *m)
{
	struct digest sum;
	struct view in = buf_view(&m->bytes);
	const size_t magic = sizeof MAGIC - 1;
	if (in.len < HEAD || memcmp(in.ptr, MAGIC, magic) != 0)
		return ERR_SYNTAX;
	sha256_view((struct view){in.ptr + magic + DIGEST_LEN, in.len - magic - DIGEST_LEN},
		    &sum);
	if (memcmp(sum.b, in.ptr + magic, DIGEST_LEN) != 0 ||
	    memcmp(m->key.b, in.ptr + magic + DIGEST_LEN, DIGEST_LEN) != 0)
		return ERR_SYNTAX;
	in = (struct view){in.ptr + HEAD, in.len - HEAD};
	while (in.len) {
		uint32_t n, path;
		if (in.len < sizeof n)
			return ERR_SYNTAX;
		memcpy(&n, in.ptr, sizeof n);
		in = (struct view){in.ptr + sizeof n, in.len - sizeof n};
		if (n > in.len || n < sizeof path)
			return ERR_SYNTAX;
		memcpy(&path, in.ptr, sizeof path);
		struct view *record = arena_alloc(&r->a, sizeof *record);
		if (!record || path > n - sizeof path)
			return ERR_SYNTAX;
		*record = (struct view){in.ptr, n};
		if (map_put(&m->records, (struct view){in.ptr + sizeof path, path}, record) < 0)
			return -ENOMEM;
		in = (struct view){in.ptr + n, in.len - n};
	}
	return 0;
}

int recipes_remember(struct recipes *r, const char *dir, struct fault *f)
{
	struct memory *m = r->memory ? NULL : calloc(1, sizeof *m);
	if (!m)
		return r->memory ? 0 : fault_set(f, -ENOMEM, "recipes:");
	r->memory = m;
	m->bytes = (struct buf)BUF_INIT;
	int e = key_of(r, &m->key);
	if (e == 0 && asprintf(&m->path, "%s/%u", dir, m->key.b[0] % SLOTS) < 0)
		e = -ENOMEM;
	if (e < 0) { /* nothing is remembered */
		memory_free(m);
		r->memory = NULL;
		return e == -ENOMEM ? fault_set(f, e, "recipes:") : 0;
	}
	if (file_read(m->path, FILE_MAX, &m->bytes, NULL) < 0 || index_records(r, m) < 0)
		map_release(&m->records);
	return 0;
}

/* Returns where READ leads to now, or NULL when it leads nowhere. */
static const char *leads_to(struct recipes *r, const struct recipe_read *read)
{
	const char *path = NULL;
	switch (read->kind) {
	case READ_RECIPE:
		return read->path;
	case READ_LIB:
		return strcmp(recipes_lib(r, read->arg), read->folder) == 0 ? read->path : NULL;
	case READ_TEXT:
	case READ_FILE:
	case READ_TREE:
		return local_resolve(r, read->folder, read->arg, &path, NULL) == 0 ? path
										   : NULL;
	}
	return NULL;
}

/* Returns whether READ would give the same now. Its stamp becomes what it is now. */
static bool unchanged(struct recipes *r, const struct recipe_file *file,
		      struct recipe_read *read)
{
	const struct content *c;
	const char *path = leads_to(r, read);
	const struct stamp *now = read->kind == READ_RECIPE ? &file->stamp : NULL;
	if (now && stamp_same(now, &read->content.stamp))
		return true; /* looked at by the scan; nobody else asks for it */
	if (!path || strcmp(path, read->path) != 0 ||
	    content_get(r, read->kind, path, &read->content, now, &c, NULL) < 0 ||
	    !digest_eq(&c->digest, &read->content.digest))
		return false;
	if (stamp_is_set(&c->stamp) && !stamp_same(&c->stamp, &read->content.stamp))
		r->memory->stale = true;
	read->content.stamp = c->stamp;
	return true;
}

int memory_recall(struct recipes *r, struct recipe_file *file)
{
	const struct view *record = r->memory && !r->noverrides
					? map_get(&r->memory->records, view_of(file->path))
					: NULL;
	if (!record)
		return 0;
	struct recipe_file had = *file;
	struct codec c = {.in = *record, .a = &r->a};
	code_reads(&c, &had);
	if (c.failed || !had.nreads || had.reads[0].kind != READ_RECIPE ||
	    strcmp(had.reads[0].path, file->path) != 0)
		return 0;
	for (size_t i = 0; i < had.nreads; i++)
		if (!unchanged(r, file, &had.reads[i]))
			return 0;
	code_decls(&c, &had);
	if (c.failed || c.in.len || !had.ndecls)
		return 0;
	*file = had;
	for (size_t i = 0; i < file->ndecls; i++) {
		file->decls[i]->file = file;
		file->decls[i]->drv.meta.file = file->path;
	}
	return 1;
}

int memory_evaluated(struct recipes *r, struct recipe_file *file)
{
	file->reads = arena_array(&r->a, r->nreads + 1, sizeof *file->reads);
	if (!file->reads)
		return -ENOMEM;
	if (r->nreads)
		memcpy(file->reads, r->reads, r->nreads * sizeof *r->reads);
	file->nreads = r->nreads;
	if (r->memory)
		r->memory->stale = true;
	return 0;
}

/* Notes in D, which is done, what it was made for. */
static void note_inputs(struct decl *d)
{
	for (size_t i = 0; i < d->nwants; i++) {
		struct input_decl *in = &d->wants[i];
		in->id = in->found->drv.id;
		in->pname = in->found->drv.meta.pname;
	}
	d->remembered = true;
}

/* Adds the record of FILE: what it came to now, else what was remembered. */
static int add_record(const struct memory *m, struct recipe_file *file, struct buf *b)
{
	uint32_t n = 0;
	const size_t at = b->len;
	buf_add(b, &n, sizeof n);
	if (file->state == FILE_EVALUATED) {
		struct codec c = {.out = b};
		for (size_t i = 0; i < file->ndecls; i++)
			if (file->decls[i]->state == DECL_DONE)
				note_inputs(file->decls[i]);
		code_reads(&c, file);
		code_decls(&c, file);
		if (c.failed)
			return ERR_LIMIT;
	} else {
		const struct view *had = map_get(&m->records, view_of(file->path));
		if (had)
			buf_addv(b, *had);
	}
	if (buf_failed(b) || b->len - at - sizeof n > UINT32_MAX)
		return buf_failed(b) ? -ENOMEM : ERR_LIMIT;
	n = (uint32_t)(b->len - at - sizeof n);
	if (n)
		memcpy(b->ptr + at, &n, sizeof n);
	else
		b->len = at;
	return 0;
}

int recipes_keep(struct recipes *r, struct fault *f)
{
	struct memory *m = r->memory;
	struct digest sum = {{0}};
	struct buf b = BUF_INIT;
	if (!m || !m->stale || r->noverrides)
		return 0;
	buf_adds(&b, MAGIC);
	buf_add(&b, sum.b, DIGEST_LEN);
	buf_add(&b, m->key.b, DIGEST_LEN);
	int e = 0;
	for (size_t i = 0; e == 0 && i < r->nfiles; i++)
		e = add_record(m, &r->files[i], &b);
	if (e == 0 && buf_failed(&b))
		e = -ENOMEM;
	if (e == 0 && b.len <= FILE_MAX) {
		const size_t magic = sizeof MAGIC - 1;
		sha256_view(
		    (struct view){b.ptr + magic + DIGEST_LEN, b.len - magic - DIGEST_LEN},
		    &sum);
		memcpy(b.ptr + magic, sum.b, DIGEST_LEN);
		FREE_PTR char *dir =
		    strndup(m->path, (size_t)(path_base(m->path) - m->path) - 1);
		/* Whoever may not write here has no memory of their own. */
		if (dir && (mkdir(dir, 0777) == 0 || errno == EEXIST))
			file_write_atomic(m->path, b.ptr, b.len, 0644, NULL);
	}
	buf_release(&b);
	return e < 0 ? fault_set(f, e, "recipes:") : 0;
}
