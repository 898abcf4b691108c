/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/commitments.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "publication/frame.h"

static const char MAGIC[] = "boot-hurd commitments 1";

void commitments_release(struct commitments *c)
{
	free(c->rows);
	*c = (struct commitments)COMMITMENTS_INIT;
}

int commitment_make(const char *key, const struct index_row *row, struct digest *ret)
{
	struct buf b = BUF_INIT;
	buf_addf(&b, "boot-hurd commitment 1\n%s\n", key);
	digest_add_hex(&b, &row->action);
	buf_addc(&b, '\n');
	if (row->failed)
		buf_addc(&b, '-');
	else
		digest_add_hex(&b, &row->object);
	buf_addc(&b, '\n');
	hex_add(&b, row->salt, INDEX_SALT);
	buf_addc(&b, '\n');
	int r = buf_failed(&b);
	if (r == 0)
		sha256_view(buf_view(&b), ret);
	buf_release(&b);
	return r;
}

int commitments_put(struct commitments *c, const struct commitment *row)
{
	struct commitment *p = vec_grow(c->rows, &c->cap, c->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	c->rows = p;
	c->rows[c->n++] = *row;
	return 0;
}

int commitments_add(struct commitments *c, const char *key, const struct index_row *row)
{
	struct commitment x = {.action = row->action};
	int r = commitment_make(key, row, &x.commitment);
	return r < 0 ? r : commitments_put(c, &x);
}

static int cmp_commitments(const void *a, const void *b)
{
	return digest_cmp(&((const struct commitment *)a)->action,
			  &((const struct commitment *)b)->action);
}

int commitments_write(struct commitments *c, const struct key *k, struct buf *ret,
		      struct fault *f)
{
	struct digest content;
	size_t from = ret->len;
	if (c->n)
		qsort(c->rows, c->n, sizeof *c->rows, cmp_commitments);
	for (size_t i = 1; i < c->n; i++)
		if (cmp_commitments(&c->rows[i - 1], &c->rows[i]) == 0)
			return fault_set(f, ERR_EXISTS, "two commitments to one action");
	key_id(k, c->key);
	frame_add_head(ret, MAGIC, c->key, c->serial, c->time_s);
	for (size_t i = 0; i < c->n; i++) {
		digest_add_hex(ret, &c->rows[i].action);
		buf_addc(ret, ' ');
		digest_add_hex(ret, &c->rows[i].commitment);
		buf_addc(ret, '\n');
	}
	return frame_sign(ret, from, k, &content, f);
}

static int parse_commitment(struct view line, struct commitments *ret)
{
	struct commitment row = {0};
	if (!frame_take_digest(&line, &row.action) ||
	    hex_parse(line, row.commitment.b, DIGEST_LEN) < 0)
		return ERR_SYNTAX;
	if (ret->n && cmp_commitments(&ret->rows[ret->n - 1], &row) >= 0)
		return ERR_SYNTAX;
	return commitments_put(ret, &row);
}

int commitments_parse(struct view text, const struct key *k, struct commitments *ret,
		      struct fault *f)
{
	struct frame frame = {0};
	struct commitments c = COMMITMENTS_INIT;
	struct view line;
	int r = frame_parse(text, MAGIC, k, &frame, f);
	for (size_t number = 5; r == 0 && frame.rows.len; number++) {
		r = view_line(&frame.rows, &line) ? parse_commitment(line, &c) : ERR_SYNTAX;
		if (r < 0)
			fault_set(f, r,
				  "line %zu is not a commitment, or not in order:", number);
	}
	if (r < 0) {
		commitments_release(&c);
		return r;
	}
	memcpy(c.key, frame.key, sizeof c.key);
	c.serial = frame.serial;
	c.time_s = frame.time_s;
	*ret = c;
	return 0;
}

const struct commitment *commitments_of_action(const struct commitments *c,
					       const struct digest *action)
{
	struct commitment key = {.action = *action};
	return c->n ? bsearch(&key, c->rows, c->n, sizeof *c->rows, cmp_commitments) : NULL;
}

/* ---- salts ---- */

enum { SALTS_MAX = 64 << 20, LINE = DIGEST_HEX + 1 + 2 * INDEX_SALT + 1 };

void salts_release(struct salts *s)
{
	map_release(&s->items);
	arena_release(&s->arena);
	*s = (struct salts){0};
}

/* Returns the file of K's salts, malloc'd, or NULL. */
static char *salts_path(const char *state, const struct key *k)
{
	char id[KEY_ID + 1], *path = NULL;
	key_id(k, id);
	return asprintf(&path, "%s/salts/%s", state, id) < 0 ? NULL : path;
}

static struct view key_of(const struct digest *action)
{
	return (struct view){(const char *)action->b, DIGEST_LEN};
}

static int add_salt(struct salts *s, const struct salt *one)
{
	struct salt *p = arena_alloc(&s->arena, sizeof *p);
	if (!p)
		return -ENOMEM;
	*p = *one;
	return map_put(&s->items, key_of(&p->action), p) < 0 ? -ENOMEM : 0;
}

int salts_read(const char *state, const struct key *k, struct salts *ret, struct fault *f)
{
	FREE_PTR char *path = salts_path(state, k);
	struct buf b = BUF_INIT;
	struct salts s = {0};
	int r = path ? file_read_if_there(path, SALTS_MAX, &b, f) : -ENOMEM;
	for (size_t at = 0; r == 0 && at < b.len; at += LINE) {
		struct salt one = {0};
		const char *line = b.ptr + at;
		if (b.len - at < LINE || line[LINE - 1] != '\n' || line[DIGEST_HEX] != ' ' ||
		    digest_parse_hex((struct view){line, DIGEST_HEX}, &one.action) < 0 ||
		    hex_parse((struct view){line + DIGEST_HEX + 1, 2 * INDEX_SALT}, one.salt,
			      INDEX_SALT) < 0)
			r = fault_set(f, ERR_SYNTAX, "%s: not a list of salts", path);
		else
			r = add_salt(&s, &one);
	}
	buf_release(&b);
	if (r == 0)
		*ret = s;
	else
		salts_release(&s);
	return r;
}

int salts_write(const char *state, const struct key *k, struct salts *s, struct fault *f)
{
	FREE_PTR char *path = salts_path(state, k);
	FREE_PTR char *dir = path_join(state, "salts");
	struct buf b = BUF_INIT;
	if (!s->changed)
		return 0;
	int r = path && dir ? file_mkdirs(dir, f) : -ENOMEM;
	for (size_t i = 0; i < s->items.n; i++) {
		const struct salt *one = s->items.entries[i].value;
		hex_add(&b, one->action.b, DIGEST_LEN);
		buf_addc(&b, ' ');
		hex_add(&b, one->salt, INDEX_SALT);
		buf_addc(&b, '\n');
	}
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = file_write_atomic(path, b.ptr, b.len, 0600, f);
	if (r == 0)
		s->changed = false;
	buf_release(&b);
	return r;
}

int salts_apply(struct salts *s, bool make, struct index_row *row, struct fault *f)
{
	const struct salt *known = map_get(&s->items, key_of(&row->action));
	struct salt fresh = {.action = row->action};
	if (!known && make) {
		int r = sys_random(fresh.salt, sizeof fresh.salt);
		if (r == 0)
			r = add_salt(s, &fresh);
		if (r < 0)
			return fault_set(f, r, "cannot make a salt:");
		s->changed = true;
		known = &fresh;
	}
	row->salted = known != NULL;
	if (known)
		memcpy(row->salt, known->salt, sizeof row->salt);
	return 0;
}
