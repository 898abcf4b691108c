/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/pool.h"
#include "base/path.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "nar/nar.h"

/* One thing to be hashed: an object, or an archive in sources/. */
struct job {
	struct digest name; /* what its hash should be */
	uint64_t size;      /* bytes to read, about */
	bool archive;
	char *damage;     /* what is wrong with it; owned; NULL = nothing */
	const char *kind; /* of the damage */
	int error;        /* it could not be read, damage says why; 0 = it could */
};

struct checker {
	struct store *s;
	bool hashes;
	void (*report)(void *ctx, const struct store_damage *d);
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx; /* of both */
	struct fault *f;
	int findings;
	struct job *jobs; /* owned */
	size_t n, cap;
	pthread_mutex_t lock;
	uint64_t done, total; /* bytes; done under lock */
	struct map known;     /* names met in a folder, or expected there */
	struct arena names;   /* of known */
};

static int no_memory(struct checker *c)
{
	return fault_set(c->f, -ENOMEM, "cannot check the store:");
}

/* Reports one finding. D may be NULL. */
static void report(struct checker *c, const char *kind, const struct digest *d, const char *fmt,
		   ...) __attribute__((format(printf, 4, 5)));
static void report(struct checker *c, const char *kind, const struct digest *d, const char *fmt,
		   ...)
{
	struct buf what = BUF_INIT;
	struct store_damage damage = {.kind = kind};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&what, fmt, ap);
	va_end(ap);
	if (d)
		damage.object = *d;
	damage.what = buf_str(&what);
	c->findings++;
	c->report(c->ctx, &damage);
	buf_release(&what);
}

/* ---- the database by itself ---- */

static int check_database(struct checker *c)
{
	int r;
	struct digest object, target;
	char a[DIGEST_HEX + 1], b[DIGEST_HEX + 1];
	sqlite3_stmt *st = db_bind(c->s, Q_INTEGRITY, "");
	while ((r = db_step(c->s, st, c->f)) > 0)
		if (strcmp(db_text(st, 0), "ok") != 0)
			report(c, "database", NULL, "%s", db_text(st, 0));
	if (r < 0)
		return r;
	st = db_bind(c->s, Q_FOREIGN, "");
	while ((r = db_step(c->s, st, c->f)) > 0)
		report(c, "database", NULL,
		       "row %lld of table %s refers to nothing in table %s",
		       (long long)sqlite3_column_int64(st, 1), db_text(st, 0), db_text(st, 2));
	if (r < 0)
		return r;
	st = db_bind(c->s, Q_REF_DANGLING, "");
	while ((r = db_step(c->s, st, c->f)) > 0) {
		db_digest(st, 0, &object);
		db_digest(st, 2, &target);
		digest_hex(&object, a);
		digest_hex(&target, b);
		report(c, "missing-object", &target,
		       "object %s needs %s as %s, which is not there", a, b, db_text(st, 1));
	}
	return r;
}

/* ---- objects and archives ---- */

static int add_job(struct checker *c, const struct digest *name, uint64_t size, bool archive)
{
	struct job *p = vec_grow(c->jobs, &c->cap, c->n + 1, sizeof *p);
	if (!p)
		return no_memory(c);
	c->jobs = p;
	p[c->n++] = (struct job){.name = *name, .size = size, .archive = archive};
	c->total += size;
	return 0;
}

static int list_objects(struct checker *c)
{
	int r;
	struct digest d;
	sqlite3_stmt *st = db_bind(c->s, Q_OBJECT_LIST, "");
	while ((r = db_step(c->s, st, c->f)) > 0) {
		db_digest(st, 0, &d);
		r = add_job(c, &d, (uint64_t)sqlite3_column_int64(st, 1), false);
		if (r < 0)
			break;
	}
	db_reset(st);
	return r;
}

bool hex_name(const char *name, struct digest *ret)
{
	char hex[DIGEST_HEX + 1];
	if (digest_parse_hex(view_of(name), ret) < 0)
		return false;
	digest_hex(ret, hex);
	return strcmp(hex, name) == 0;
}

static int list_archive(void *ctx, const char *name)
{
	struct checker *c = ctx;
	struct digest d;
	struct stat st;
	size_t n = strlen(name);
	FREE_PTR char *dir = store_at(c->s, "sources");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return no_memory(c);
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0
				       : fault_set(c->f, -errno, "cannot look at %s:", path);
	if (hex_name(name, &d) && S_ISREG(st.st_mode))
		return add_job(c, &d, c->hashes ? (uint64_t)st.st_size : 0, true);
	/* Unfinished downloads are DIGEST.part, and what a fetcher writes beside that. */
	if (n > DIGEST_HEX && name[DIGEST_HEX] == '.')
		return 0;
	report(c, "stray", NULL, "%s does not belong there", path);
	return 0;
}

/*
 * Says in TEXT what is wrong with J. Returns the kind of damage, or NULL. RET_ERROR: it could not be
 * read, and TEXT says why.
 */
static const char *look(struct checker *c, const struct job *j, const char *path,
			struct buf *text, int *ret_error)
{
	struct digest got;
	struct fault f = FAULT_INIT;
	struct stat st;
	char hex[DIGEST_HEX + 1];
	int r = lstat(path, &st) < 0 ? -errno : 0;
	if (r == -ENOENT) {
		buf_addf(text, "%s is missing", path);
		return j->archive ? "source" : "missing-object";
	}
	if (r < 0)
		fault_set(&f, r, "cannot look at %s:", path);
	if (r == 0 && !j->archive)
		r = tree_check(path, text, &f);
	if (r == 0 && c->hashes)
		r = j->archive ? sha256_file(path, &got, NULL, &f)
			       : nar_hash(path, &got, NULL, &f);
	if (r < 0)
		buf_adds(text, f.code ? f.what : err_str(r));
	if (r < 0 && !proves_damage(r)) {
		*ret_error = r;
		return NULL;
	}
	if (r == 0 && c->hashes && !digest_eq(&got, &j->name)) {
		digest_hex(&got, hex);
		buf_addf(text, "%s has the hash %s", path, hex);
		r = 1;
	}
	return r == 0 ? NULL : j->archive ? "source" : "object";
}

static void run_job(void *ctx, size_t i)
{
	struct checker *c = ctx;
	struct job *j = &c->jobs[i];
	struct buf text = BUF_INIT;
	char rel[16 + DIGEST_HEX + 1] = "sources/";
	digest_hex(&j->name, rel + 8);
	char *path = j->archive ? store_at(c->s, rel) : store_object_path(c->s, &j->name);
	free(j->damage);
	j->damage = NULL;
	j->kind = NULL;
	j->error = path ? 0 : -ENOMEM;
	if (path)
		j->kind = look(c, j, path, &text, &j->error);
	if (j->kind || j->error)
		j->damage = buf_detach(&text);
	buf_release(&text);
	free(path);
	pthread_mutex_lock(&c->lock);
	c->done += j->size;
	if (c->progress && c->done <= c->total)
		c->progress(c->ctx, c->done, c->total);
	pthread_mutex_unlock(&c->lock);
}

/*
 * Looks at each object and archive, then again at those found wanting: gc may have taken them. What
 * cannot be read is the error of the whole, once everything else is reported.
 */
static int check_jobs(struct checker *c)
{
	int r = 0;
	const struct job *unread = NULL;
	pool_run(0, c->n, run_job, c);
	for (size_t i = 0; r == 0 && i < c->n; i++) {
		struct job *j = &c->jobs[i];
		if (!j->kind && !j->error)
			continue;
		int there = j->archive ? 0 : store_object(c->s, &j->name, NULL);
		if (there == 0)
			run_job(c, i);
		if (there == 0 && j->error && !unread)
			unread = j;
		else if (there == 0 && j->kind &&
			 !(j->archive && strstr(j->damage, "is missing")))
			report(c, j->kind, j->archive ? NULL : &j->name, "%s",
			       j->damage ? j->damage : err_str(-ENOMEM));
		else if (there < 0 && there != ERR_MISSING)
			r = fault_set(c->f, there, "cannot check the store:");
	}
	if (r == 0 && unread) {
		r = fault_set(c->f, unread->error, "%s",
			      unread->damage ? unread->damage : err_str(unread->error));
		fault_hint(c->f,
			   "what cannot be read is not taken for damaged; when the disk "
			   "has lost it for good, move it to %s/damaged by hand",
			   c->s->path);
	}
	return r;
}

static int check_stray_object(void *ctx, const char *name)
{
	struct checker *c = ctx;
	struct digest d;
	int r = hex_name(name, &d) ? store_object(c->s, &d, NULL) : ERR_MISSING;
	if (r == ERR_MISSING)
		report(c, "stray", NULL, "%s/objects/%s is not registered", c->s->path, name);
	return r == ERR_MISSING ? 0 : r;
}

/* ---- realisations, pins, roots, logs: files against rows ---- */

/* Remembers NAME. Returns 0 or -ENOMEM. */
static int remember(struct checker *c, struct view name)
{
	const char *copy = arena_strv(&c->names, name);
	if (!copy || map_put(&c->known, (struct view){copy, name.len}, c) < 0)
		return no_memory(c);
	return 0;
}

static void forget(struct checker *c)
{
	map_release(&c->known);
	arena_release(&c->names);
}

static int check_statement(void *ctx, const char *rel, const struct digest *d)
{
	struct checker *c = ctx;
	struct digest got;
	FREE_PTR char *path = store_at(c->s, rel);
	if (!path)
		return no_memory(c);
	if (!d) {
		report(c, "stray", NULL, "%s does not belong there", path);
		return 0;
	}
	sqlite3_stmt *st = db_bind(c->s, Q_STATEMENT_GET, "d", d);
	int r = db_step(c->s, st, c->f);
	db_reset(st);
	if (r < 0)
		return r;
	bool registered = r > 0;
	r = registered ? sha256_file(path, &got, NULL, c->f) : 0;
	if (r < 0 && !proves_damage(r))
		return r;
	if (!registered)
		report(c, "realisation", NULL, "%s is not registered", path);
	else if (r < 0 || !digest_eq(&got, d))
		report(c, "realisation", NULL, "%s does not have the hash it is named by",
		       path);
	return remember(c, (struct view){(const char *)d->b, DIGEST_LEN});
}

static int check_statements(struct checker *c)
{
	struct digest d;
	int r = each_statement(c->s, check_statement, c, c->f);
	sqlite3_stmt *st = r == 0 ? db_bind(c->s, Q_STATEMENT_LIST, "") : NULL;
	while (r == 0 && (r = db_step(c->s, st, c->f)) > 0) {
		r = 0;
		db_digest(st, 0, &d);
		if (map_get(&c->known, (struct view){(const char *)d.b, DIGEST_LEN}))
			continue;
		FREE_PTR char *path = statement_path(c->s, &d);
		report(c, "realisation", NULL, "%s is missing", path ? path : "a file");
	}
	db_reset(st);
	forget(c);
	return r;
}

int pin_damage(struct store *s, const char *path, const char **ret, struct fault *f)
{
	struct buf text = BUF_INIT;
	struct digest want, got;
	sqlite3_stmt *st = NULL;
	FREE_PTR char *proper = NULL;
	*ret = NULL;
	int r = file_read(path, (size_t)1 << 20, &text, f);
	if (proves_damage(r)) {
		*ret = "is not a pin";
		r = 0;
		goto out;
	}
	if (r == 0) {
		st = db_bind(s, Q_PIN_PARSE, "v", buf_view(&text));
		r = db_step(s, st, f);
		if (r == 0)
			*ret = "is not a pin";
	}
	if (r <= 0)
		goto out;
	proper = pin_path(s, db_text(st, 0));
	if (!proper) {
		r = fault_set(f, -ENOMEM, "cannot check the store:");
		goto out;
	}
	r = store_find_source(s, db_text(st, 0), &want);
	if (strcmp(proper, path) != 0)
		*ret = "is not named by its pin";
	else if (r == ERR_MISSING)
		*ret = "is not registered";
	else if (r == 0 && (digest_parse_hex(view_of(db_text(st, 2)), &got) < 0 ||
			    !digest_eq(&want, &got)))
		*ret = "names another object than the database";
	if (r < 0 && r != ERR_MISSING)
		fault_set(f, r, "cannot check %s:", path);
	else
		r = 0;
out:
	db_reset(st);
	buf_release(&text);
	return r;
}

static int check_pin_file(void *ctx, const char *name)
{
	struct checker *c = ctx;
	FREE_PTR char *dir = store_at(c->s, "pins");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return no_memory(c);
	const char *wrong;
	int r = pin_damage(c->s, path, &wrong, c->f);
	if (r < 0)
		return r;
	if (wrong)
		report(c, "source", NULL, "%s %s", path, wrong);
	return remember(c, view_of(name));
}

static int check_pins(struct checker *c)
{
	int r = each_entry(c->s, "pins", check_pin_file, c, c->f);
	sqlite3_stmt *st = r == 0 ? db_bind(c->s, Q_SOURCE_LIST, "") : NULL;
	while (r == 0 && (r = db_step(c->s, st, c->f)) > 0) {
		r = 0;
		FREE_PTR char *path = pin_path(c->s, db_text(st, 0));
		if (path && !map_get(&c->known, view_of(path_base(path))))
			report(c, "source", NULL, "%s, of source %s, is missing", path,
			       db_text(st, 0));
	}
	db_reset(st);
	forget(c);
	return r;
}

static int check_root_link(void *ctx, const char *name)
{
	struct checker *c = ctx;
	sqlite3_stmt *st = db_bind(c->s, Q_ROOT_GET, "t", name);
	int r = db_step(c->s, st, c->f);
	if (r == 0)
		report(c, "root", NULL, "%s/roots/%s is not registered", c->s->path, name);
	db_reset(st);
	return r < 0 ? r : 0;
}

static int check_roots(struct checker *c)
{
	struct arena a = ARENA_INIT;
	struct store_root *roots = NULL;
	size_t n = 0;
	int r = each_entry(c->s, "roots", check_root_link, c, c->f);
	if (r == 0)
		r = store_root_list(c->s, &a, &roots, &n, c->f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = root_differs(c->s, roots[i].name, &roots[i].object, c->f);
		if (r < 0)
			break;
		if (r > 0)
			report(c, "root", NULL, "%s/roots/%s is missing or points elsewhere",
			       c->s->path, roots[i].name);
		int there = store_object(c->s, &roots[i].object, NULL);
		if (there == ERR_MISSING)
			report(c, "missing-object", &roots[i].object,
			       "the object of root %s is not there", roots[i].name);
		r = there < 0 && there != ERR_MISSING ? there : 0;
	}
	arena_release(&a);
	return r;
}

static int check_logs(struct checker *c)
{
	int r;
	sqlite3_stmt *st = db_bind(c->s, Q_LOG_LIST, "");
	while ((r = db_step(c->s, st, c->f)) > 0) {
		FREE_PTR char *path = store_at(c->s, db_text(st, 0));
		r = path ? file_exists(path, c->f) : no_memory(c);
		if (r < 0)
			break;
		if (r == 0)
			report(c, "log", NULL, "%s is missing", path);
	}
	db_reset(st);
	return r;
}

/* What can only be compared while nobody writes. */
static int check_files(struct checker *c)
{
	/* Who may not write keeps writers out by the same lock, if it may be opened at all. */
	bool shared = c->s->readonly && c->s->writer_fd >= 0;
	int r = shared           ? lock_shared(c->s, c->s->writer_fd, "writer", c->f)
		: c->s->readonly ? 0
				 : store_begin(c->s, true, c->f);
	if (r < 0)
		return r;
	r = each_entry(c->s, "objects", check_stray_object, c, c->f);
	if (r == 0)
		r = check_statements(c);
	if (r == 0)
		r = check_pins(c);
	if (r == 0)
		r = check_roots(c);
	if (r == 0)
		r = check_logs(c);
	if (shared)
		lock_release(c->s->writer_fd);
	return c->s->readonly ? r : store_end(c->s, r, c->f);
}

int store_check(struct store *s, bool hashes,
		void (*fn)(void *ctx, const struct store_damage *d),
		void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
		struct fault *f)
{
	struct checker c = {
	    .s = s, .hashes = hashes, .report = fn, .progress = progress, .ctx = ctx, .f = f};
	pthread_mutex_init(&c.lock, NULL);
	if (!s->readonly)
		sweep(s, true);
	int r = check_database(&c);
	if (r == 0)
		r = list_objects(&c);
	if (r == 0)
		r = each_entry(s, "sources", list_archive, &c, f);
	if (r == 0)
		r = check_jobs(&c);
	if (r == 0)
		r = check_files(&c);
	for (size_t i = 0; i < c.n; i++)
		free(c.jobs[i].damage);
	free(c.jobs);
	forget(&c);
	pthread_mutex_destroy(&c.lock);
	return r < 0 ? r : c.findings;
}
