/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/index.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/vec.h"
#include "hash/sha256.h"

#define NUMBER_MAX (UINT64_C(1) << 53)
static const char INDEX_MAGIC[] = "boot-hurd index 1";
static const char COMMITMENTS_MAGIC[] = "boot-hurd commitments 1";

/* ---- the frame ---- */

/* What stands around the rows. */
struct frame {
	char key[KEY_ID + 1];
	struct digest content; /* of all before the signature's line */
	uint64_t serial, time_s;
	struct view rows; /* whole lines */
};

/* Reads decimal digits without a leading zero, below NUMBER_MAX. */
static bool parse_number(struct view v, uint64_t *ret)
{
	uint64_t n = 0;
	if (!v.len || v.len > 16 || (v.len > 1 && v.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (v.ptr[i] < '0' || v.ptr[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.ptr[i] - '0');
	}
	*ret = n;
	return n < NUMBER_MAX;
}

/* Adds what is signed for the bytes V: a few words and their hash, which RET gets, too. */
static void add_signed(struct buf *b, struct view v, struct digest *ret)
{
	char hex[DIGEST_HEX + 1];
	sha256_view(v, ret);
	digest_hex(ret, hex);
	buf_addf(b, "boot-hurd signature 1\n%s\n", hex);
}

/*
 * Checks the last line of TEXT, "signature BASE64", over what stands before it, which RET gets, and
 * RET_CONTENT its hash.
 */
static int check_signature(struct view text, const struct key *k, struct view *ret,
			   struct digest *ret_content)
{
	if (!text.len || text.ptr[text.len - 1] != '\n')
		return ERR_SYNTAX;
	size_t at = text.len - 1;
	while (at && text.ptr[at - 1] != '\n')
		at--;
	struct view line = {text.ptr + at, text.len - 1 - at};
	struct buf sig = BUF_INIT;
	if (!view_skip(&line, "signature ") || base64_parse(line, &sig) < 0 ||
	    sig.len != ED25519_SIGNATURE) {
		buf_release(&sig);
		return ERR_SYNTAX;
	}
	*ret = (struct view){text.ptr, at};
	struct buf what = BUF_INIT;
	add_signed(&what, *ret, ret_content);
	int r = buf_failed(&what);
	if (r == 0)
		r = key_verify(k, buf_view(&what), buf_view(&sig));
	buf_release(&what);
	buf_release(&sig);
	return r;
}

/* Reads the frame of TEXT, signed by K, whose first line is MAGIC. */
static int frame_parse(struct view text, const char *magic, const struct key *k,
		       struct frame *ret, struct fault *f)
{
	struct view line, first = text, key, rest;
	char id[KEY_ID + 1];
	key_id(k, id);
	if (text.len > INDEX_MAX)
		return fault_set(f, ERR_LIMIT, "it is larger than %d bytes", INDEX_MAX);
	if (!view_line(&first, &line) || !view_is(line, magic))
		return fault_set(f, ERR_SYNTAX, "line 1: '%s' is wanted", magic);
	if (!view_line(&first, &key) || !view_skip(&key, "key ") || key.len != KEY_ID)
		return fault_set(f, ERR_SYNTAX, "line 2: 'key KEYID' is wanted");
	if (!view_is(key, id))
		return fault_set(f, ERR_SIGNATURE, "it is by another key, %.*s", (int)key.len,
				 key.ptr);
	int r = check_signature(text, k, &rest, &ret->content);
	if (r == ERR_SYNTAX)
		return fault_set(f, r, "the last line, the signature, is missing or broken");
	if (r < 0)
		return fault_set(f, r, "its signature is false");
	memcpy(ret->key, id, sizeof ret->key);
	/* From here on the bytes are what the key's owner wrote. */
	rest.len -= (size_t)(first.ptr - text.ptr);
	rest.ptr = first.ptr;
	if (!view_line(&rest, &line) || !view_skip(&line, "serial ") ||
	    !parse_number(line, &ret->serial) || ret->serial == 0)
		return fault_set(f, ERR_SYNTAX, "line 3: 'serial N' is wanted");
	if (!view_line(&rest, &line) || !view_skip(&line, "time ") ||
	    !parse_number(line, &ret->time_s))
		return fault_set(f, ERR_SYNTAX, "line 4: 'time N' is wanted");
	ret->rows = rest;
	return 0;
}

/* Adds the head of a frame. */
static void add_head(struct buf *b, const char *magic, const char *key, uint64_t serial,
		     uint64_t time_s)
{
	buf_addf(b, "%s\nkey %s\nserial %" PRIu64 "\ntime %" PRIu64 "\n", magic, key, serial,
		 time_s);
}

/* Signs what stands in B from byte FROM on and adds the signature's line. RET gets the hash of it. */
static int add_signature(struct buf *b, size_t from, const struct key *k, struct digest *ret,
			 struct fault *f)
{
	unsigned char sig[ED25519_SIGNATURE];
	if (buf_failed(b))
		return fault_set(f, -ENOMEM, "cannot write the index:");
	struct buf what = BUF_INIT;
	add_signed(&what, (struct view){b->ptr + from, b->len - from}, ret);
	int r = key_sign(k, buf_view(&what), sig);
	buf_release(&what);
	if (r < 0)
		return fault_set(f, ERR_SIGNATURE, "key '%s' cannot sign", k->name);
	buf_adds(b, "signature ");
	base64_add(b, (struct view){(const char *)sig, sizeof sig});
	buf_addc(b, '\n');
	return buf_failed(b);
}

/* Takes a word of exactly LEN characters and the space behind it off V. */
static bool take_word(struct view *v, size_t len, struct view *ret)
{
	if (v->len <= len || v->ptr[len] != ' ')
		return false;
	*ret = (struct view){v->ptr, len};
	v->ptr += len + 1;
	v->len -= len + 1;
	return true;
}

static bool take_digest(struct view *v, struct digest *ret)
{
	struct view word;
	return take_word(v, DIGEST_HEX, &word) && hex_parse(word, ret->b, DIGEST_LEN) == 0;
}

/* Takes a salt off V. */
static bool take_salt(struct view *v, unsigned char ret[INDEX_SALT])
{
	struct view word;
	return take_word(v, 2 * (size_t)INDEX_SALT, &word) &&
	       hex_parse(word, ret, INDEX_SALT) == 0;
}

static void add_digest(struct buf *b, const struct digest *d)
{
	hex_add(b, d->b, DIGEST_LEN);
}

/* ---- the index ---- */

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

static int cmp_digest(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, DIGEST_LEN);
}

static int cmp_rows(const void *a, const void *b)
{
	const struct index_row *x = a, *y = b;
	int c = strcmp(x->name, y->name);
	return c ? c : cmp_digest(&x->action, &y->action);
}

static int cmp_by_action(const void *a, const void *b, void *rows)
{
	const struct index_row *r = rows;
	return cmp_digest(&r[*(const size_t *)a].action, &r[*(const size_t *)b].action);
}

static int cmp_by_drv(const void *a, const void *b, void *rows)
{
	const struct index_row *r = rows;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	int c = cmp_digest(&r[i].drv, &r[k].drv);
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
	add_digest(b, &r->action);
	buf_addc(b, ' ');
	if (r->failed)
		buf_addc(b, '-');
	else
		add_digest(b, &r->object);
	buf_addc(b, ' ');
	add_digest(b, &r->drv);
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
	add_head(ret, INDEX_MAGIC, x->key, x->serial, x->time_s);
	for (size_t i = 0; i < x->n; i++)
		add_row(ret, &x->rows[i]);
	return add_signature(ret, from, k, &x->content, f);
}

/* Reads one row into RET. 0, ERR_SYNTAX or -ENOMEM. */
static int parse_row(struct view line, struct index *ret)
{
	struct index_row row = {0};
	if (!take_digest(&line, &row.action))
		return ERR_SYNTAX;
	row.failed = view_skip(&line, "- ");
	if ((!row.failed && !take_digest(&line, &row.object)) || !take_digest(&line, &row.drv))
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
	int r = frame_parse(text, INDEX_MAGIC, k, &frame, f);
	for (size_t number = 5; r == 0 && frame.rows.len; number++) {
		r = view_line(&frame.rows, &line) ? parse_row(line, &x) : ERR_SYNTAX;
		if (r < 0)
			fault_set(f, r, "line %zu is no row, or not in order:", number);
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
		int c = cmp_digest(action, &r->action);
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
		if (cmp_digest(drv, &x->rows[x->by_drv[mid]].drv) <= 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	while (lo + n < x->n && digest_eq(&x->rows[x->by_drv[lo + n]].drv, drv))
		n++;
	*ret = lo;
	return n;
}

/* ---- commitments ---- */

void commitments_release(struct commitments *c)
{
	free(c->rows);
	*c = (struct commitments)COMMITMENTS_INIT;
}

int commitment_make(const char *key, const struct index_row *row, struct digest *ret)
{
	struct buf b = BUF_INIT;
	buf_addf(&b, "boot-hurd commitment 1\n%s\n", key);
	add_digest(&b, &row->action);
	buf_addc(&b, '\n');
	if (row->failed)
		buf_addc(&b, '-');
	else
		add_digest(&b, &row->object);
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
	return cmp_digest(&((const struct commitment *)a)->action,
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
	add_head(ret, COMMITMENTS_MAGIC, c->key, c->serial, c->time_s);
	for (size_t i = 0; i < c->n; i++) {
		add_digest(ret, &c->rows[i].action);
		buf_addc(ret, ' ');
		add_digest(ret, &c->rows[i].commitment);
		buf_addc(ret, '\n');
	}
	return add_signature(ret, from, k, &content, f);
}

static int parse_commitment(struct view line, struct commitments *ret)
{
	struct commitment row = {0};
	if (!take_digest(&line, &row.action) ||
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
	int r = frame_parse(text, COMMITMENTS_MAGIC, k, &frame, f);
	for (size_t number = 5; r == 0 && frame.rows.len; number++) {
		r = view_line(&frame.rows, &line) ? parse_commitment(line, &c) : ERR_SYNTAX;
		if (r < 0)
			fault_set(f, r, "line %zu is no commitment, or not in order:", number);
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
