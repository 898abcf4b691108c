/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/vec.h"
#include "publication/frame.h"

static const char MAGIC[] = "boot-hurd index 1";

/* Takes a salt off V. */
static bool take_salt(struct view *v, unsigned char ret[INDEX_SALT])
{
	struct view word;
	return frame_take_word(v, 2 * (size_t)INDEX_SALT, &word) &&
	       hex_parse(word, ret, INDEX_SALT) == 0;
}

void index_release(struct index *x)
{
	for (size_t i = 0; i < x->n; i++)
		free((char *)x->rows[i].name);
	free(x->rows);
	free(x->by_action);
	free(x->by_drv);
	*x = (struct index)INDEX_INIT;
}

static int add_named(struct index *x, const struct index_row *row, struct view name)
{
	struct index_row *p = vec_grow(x->rows, &x->cap, x->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	x->rows = p;
	p = &x->rows[x->n];
	*p = *row;
	p->name = strndup(name.ptr, name.len);
	if (!p->name)
		return -ENOMEM;
	x->n++;
	return 0;
}

int index_add(struct index *x, const struct index_row *row, struct fault *f)
{
	if (!path_is_name(view_of(row->name)))
		return fault_set(f, ERR_SYNTAX, "'%s' cannot stand in an index", row->name);
	int r = add_named(x, row, view_of(row->name));
	return r < 0 ? fault_set(f, r, "cannot make an index:") : 0;
}

static int cmp_rows(const void *a, const void *b)
{
	const struct index_row *x = a, *y = b;
	int c = strcmp(x->name, y->name);
	return c ? c : digest_cmp(&x->action, &y->action);
}

static int cmp_by_action(const void *a, const void *b, void *rows)
{
	const struct index_row *r = rows;
	return digest_cmp(&r[*(const size_t *)a].action, &r[*(const size_t *)b].action);
}

static int cmp_by_drv(const void *a, const void *b, void *rows)
{
	const struct index_row *r = rows;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	int c = digest_cmp(&r[i].drv, &r[k].drv);
	return c ? c : (i > k) - (i < k);
}

/* Makes the lookups of sorted rows. */
static int make_lookups(struct index *x, struct fault *f)
{
	free(x->by_action);
	free(x->by_drv);
	x->by_action = calloc(x->n + 1, sizeof *x->by_action);
	x->by_drv = calloc(x->n + 1, sizeof *x->by_drv);
	if (!x->by_action || !x->by_drv)
		return fault_set(f, -ENOMEM, "cannot sort an index:");
	for (size_t i = 0; i < x->n; i++)
		x->by_action[i] = x->by_drv[i] = i;
	qsort_r(x->by_action, x->n, sizeof *x->by_action, cmp_by_action, x->rows);
	qsort_r(x->by_drv, x->n, sizeof *x->by_drv, cmp_by_drv, x->rows);
	for (size_t i = 1; i < x->n; i++) {
		const struct index_row *r = &x->rows[x->by_action[i]];
		if (digest_eq(&x->rows[x->by_action[i - 1]].action, &r->action))
			return fault_set(f, ERR_EXISTS, "two answers to one action of %s",
					 r->name);
	}
	return 0;
}

int index_sort(struct index *x, struct fault *f)
{
	if (x->n)
		qsort(x->rows, x->n, sizeof *x->rows, cmp_rows);
	return make_lookups(x, f);
}

static void add_row(struct buf *b, const struct index_row *r)
{
	digest_add_hex(b, &r->action);
	buf_addc(b, ' ');
	if (r->failed)
		buf_addc(b, '-');
	else
		digest_add_hex(b, &r->object);
	buf_addc(b, ' ');
	digest_add_hex(b, &r->drv);
	buf_addc(b, ' ');
	if (r->salted)
		hex_add(b, r->salt, INDEX_SALT);
	else
		buf_addc(b, '-');
	buf_addf(b, " %s\n", r->name);
}

int index_write(struct index *x, const struct key *k, struct buf *ret, struct fault *f)
{
	size_t from = ret->len;
	int r = index_sort(x, f);
	if (r < 0)
		return r;
	key_id(k, x->key);
	frame_add_head(ret, MAGIC, x->key, x->serial, x->time_s);
	for (size_t i = 0; i < x->n; i++)
		add_row(ret, &x->rows[i]);
	return frame_sign(ret, from, k, &x->content, f);
}

/* Reads one row into RET. 0, ERR_SYNTAX or -ENOMEM. */
static int parse_row(struct view line, struct index *ret)
{
	struct index_row row = {0};
	if (!frame_take_digest(&line, &row.action))
		return ERR_SYNTAX;
	row.failed = view_skip(&line, "- ");
	if ((!row.failed && !frame_take_digest(&line, &row.object)) ||
	    !frame_take_digest(&line, &row.drv))
		return ERR_SYNTAX;
	row.salted = !view_skip(&line, "- ");
	if ((row.salted && !take_salt(&line, row.salt)) || !path_is_name(line))
		return ERR_SYNTAX;
	int r = add_named(ret, &row, line);
	if (r == 0 && ret->n > 1 &&
	    cmp_rows(&ret->rows[ret->n - 2], &ret->rows[ret->n - 1]) >= 0)
		r = ERR_SYNTAX;
	return r;
}

int index_parse(struct view text, const struct key *k, struct index *ret, struct fault *f)
{
	struct frame frame = {0};
	struct index x = INDEX_INIT;
	struct view line;
	int r = frame_parse(text, MAGIC, k, &frame, f);
	for (size_t number = 5; r == 0 && frame.rows.len; number++) {
		r = view_line(&frame.rows, &line) ? parse_row(line, &x) : ERR_SYNTAX;
		if (r < 0)
			fault_set(f, r, "line %zu is not a row, or not in order:", number);
	}
	if (r == 0)
		r = make_lookups(&x, f);
	if (r < 0) {
		index_release(&x);
		return r;
	}
	memcpy(x.key, frame.key, sizeof x.key);
	x.content = frame.content;
	x.serial = frame.serial;
	x.time_s = frame.time_s;
	*ret = x;
	return 0;
}

const struct index_row *index_of_action(const struct index *x, const struct digest *action)
{
	size_t lo = 0, hi = x->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct index_row *r = &x->rows[x->by_action[mid]];
		int c = digest_cmp(action, &r->action);
		if (c == 0)
			return r;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

size_t index_of_drv(const struct index *x, const struct digest *drv, size_t *ret)
{
	size_t lo = 0, hi = x->n, n = 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (digest_cmp(drv, &x->rows[x->by_drv[mid]].drv) <= 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	while (lo + n < x->n && digest_eq(&x->rows[x->by_drv[lo + n]].drv, drv))
		n++;
	*ret = lo;
	return n;
}
