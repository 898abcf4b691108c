/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/peer_history.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MAGIC[] = "boot-hurd seen 2", MAGIC_1[] = "boot-hurd seen 1";
enum { WORDS_MAX = 5, PAIR = KEY_ID + 1 + DIGEST_HEX };

struct seen_index {
	uint64_t serial;
	bool known; /* content is */
	struct digest content;
};

struct seen_commitment {
	struct digest commitment;
	uint64_t look;
};

struct seen_answer {
	char key[2][KEY_ID + 1]; /* "" = none yet */
	uint64_t look[2];
};

void seen_release(struct seen *s)
{
	map_release(&s->serials);
	map_release(&s->commitments);
	map_release(&s->answers);
	arena_release(&s->arena);
	*s = (struct seen)SEEN_INIT;
}

/* Puts VALUE (SIZE bytes, copied) under KEY (copied). */
static int put(struct seen *s, struct map *m, struct view key, const void *value, size_t size)
{
	char *k = arena_array(&s->arena, key.len, 1);
	void *v = arena_array(&s->arena, 1, size);
	if (!k || !v)
		return -ENOMEM;
	memcpy(k, key.ptr, key.len);
	memcpy(v, value, size);
	int r = map_put(m, (struct view){k, key.len}, v);
	return r < 0 ? r : 0;
}

/* Writes "KEYID ACTION". */
static struct view pair(const char *key, const struct digest *action, char ret[PAIR + 1])
{
	memcpy(ret, key, KEY_ID);
	ret[KEY_ID] = ' ';
	digest_hex(action, ret + KEY_ID + 1);
	return (struct view){ret, PAIR};
}

static int put_answer(struct seen *s, struct view action, const char *key, uint64_t look)
{
	struct seen_answer *a = map_get(&s->answers, action);
	if (!a) {
		struct seen_answer new = {.look = {look, 0}};
		snprintf(new.key[0], sizeof new.key[0], "%s", key);
		return put(s, &s->answers, action, &new, sizeof new);
	}
	if (!a->key[1][0] && strcmp(a->key[0], key) != 0) {
		snprintf(a->key[1], sizeof a->key[1], "%s", key);
		a->look[1] = look;
	}
	return 0;
}

/* ---- as text ---- */

static bool number(struct view v, uint64_t *ret)
{
	char text[24], *end;
	if (!v.len || v.len > 19 || v.ptr[0] < '0' || v.ptr[0] > '9')
		return false;
	memcpy(text, v.ptr, v.len);
	text[v.len] = '\0';
	*ret = strtoull(text, &end, 10);
	return *end == '\0';
}

static bool is_hex(struct view v)
{
	struct digest d;
	return v.len == DIGEST_HEX && digest_parse_hex(v, &d) == 0;
}

/* Reads one line of a text of VERSION. 0, ERR_SYNTAX or -ENOMEM. */
static int parse_line(struct seen *s, int version, struct view line)
{
	struct view w[WORDS_MAX];
	size_t n = 0;
	while (n < WORDS_MAX) {
		const char *end = line.len ? memchr(line.ptr, ' ', line.len) : NULL;
		w[n++] = (struct view){line.ptr, end ? (size_t)(end - line.ptr) : line.len};
		if (!end)
			break;
		line.len -= (size_t)(end + 1 - line.ptr);
		line.ptr = end + 1;
	}
	if (n == 2 && view_is(w[0], "look") && number(w[1], &s->look))
		return 0;
	if (n == 4 && view_is(w[0], "serial") && is_hex(w[1])) {
		bool none = version > 1 && view_is(w[3], "-");
		struct seen_index x = {.known = version > 1 && !none};
		if (!number(w[2], &x.serial) ||
		    (!none && digest_parse_hex(w[3], &x.content) < 0))
			return ERR_SYNTAX;
		return put(s, &s->serials, w[1], &x, sizeof x);
	}
	if (n == 5 && view_is(w[0], "commitment") && is_hex(w[1]) && is_hex(w[2])) {
		struct seen_commitment x;
		if (!number(w[4], &x.look) || digest_parse_hex(w[3], &x.commitment) < 0)
			return ERR_SYNTAX;
		/* The two words stand side by side already. */
		return put(s, &s->commitments, (struct view){w[1].ptr, PAIR}, &x, sizeof x);
	}
	if (n == 4 && view_is(w[0], "answer") && is_hex(w[1]) && is_hex(w[2])) {
		char key[KEY_ID + 1] = "";
		uint64_t look;
		memcpy(key, w[2].ptr, KEY_ID);
		return number(w[3], &look) ? put_answer(s, w[1], key, look) : ERR_SYNTAX;
	}
	return ERR_SYNTAX;
}

int seen_parse(struct view text, struct seen *ret, struct fault *f)
{
	struct seen s = SEEN_INIT;
	int r = 0, version = 0;
	for (size_t line = 1; r == 0 && text.len; line++) {
		struct view v;
		if (!view_line(&text, &v))
			r = ERR_SYNTAX;
		else if (line > 1)
			r = parse_line(&s, version, v);
		else if (!(version = view_is(v, MAGIC) ? 2 : view_is(v, MAGIC_1)))
			r = ERR_SYNTAX;
		if (r < 0) {
			fault_set(f, r, "line %zu is not what was written:", line);
			break;
		}
	}
	if (r < 0)
		seen_release(&s);
	else
		*ret = s;
	return r;
}

int seen_write(const struct seen *s, struct buf *ret)
{
	char hex[DIGEST_HEX + 1];
	buf_addf(ret, "%s\nlook %" PRIu64 "\n", MAGIC, s->look);
	for (size_t i = 0; i < s->serials.n; i++) {
		const struct map_entry *e = &s->serials.entries[i];
		const struct seen_index *x = e->value;
		digest_hex(&x->content, hex);
		buf_addf(ret, "serial %.*s %" PRIu64 " %s\n", (int)e->key.len, e->key.ptr,
			 x->serial, x->known ? hex : "-");
	}
	for (size_t i = 0; i < s->commitments.n; i++) {
		const struct map_entry *e = &s->commitments.entries[i];
		const struct seen_commitment *x = e->value;
		digest_hex(&x->commitment, hex);
		buf_addf(ret, "commitment %.*s %s %" PRIu64 "\n", (int)e->key.len, e->key.ptr,
			 hex, x->look);
	}
	for (size_t i = 0; i < s->answers.n; i++) {
		const struct map_entry *e = &s->answers.entries[i];
		const struct seen_answer *x = e->value;
		for (int k = 0; k < 2 && x->key[k][0]; k++)
			buf_addf(ret, "answer %.*s %s %" PRIu64 "\n", (int)e->key.len,
				 e->key.ptr, x->key[k], x->look[k]);
	}
	return buf_failed(ret);
}

/* ---- taking note ---- */

void seen_look(struct seen *s)
{
	s->look++;
}

int seen_serial(struct seen *s, const char *key, uint64_t serial, const struct digest *content,
		struct fault *f)
{
	struct seen_index *old = map_get(&s->serials, view_of(key));
	struct seen_index new = {serial, true, *content};
	if (!old)
		return put(s, &s->serials, view_of(key), &new, sizeof new);
	if (serial < old->serial)
		return fault_set(f, ERR_SIGNATURE,
				 "an old index, a stale copy or a replay: serial %" PRIu64
				 ", but %" PRIu64 " has been seen",
				 serial, old->serial);
	if (serial == old->serial && old->known && !digest_eq(content, &old->content))
		return fault_set(f, ERR_SIGNATURE,
				 "the key says two things: another index has serial %" PRIu64,
				 serial);
	*old = new;
	return 0;
}

int seen_commitments(struct seen *s, const struct commitments *c)
{
	char name[PAIR + 1];
	int r = 0;
	for (size_t i = 0; r == 0 && i < c->n; i++) {
		struct view k = pair(c->key, &c->rows[i].action, name);
		struct seen_commitment x = {c->rows[i].commitment, s->look};
		if (!map_get(&s->commitments, k))
			r = put(s, &s->commitments, k, &x, sizeof x);
	}
	return r;
}

int seen_answers(struct seen *s, const struct index *x)
{
	char hex[DIGEST_HEX + 1];
	int r = 0;
	for (size_t i = 0; r == 0 && i < x->n; i++) {
		digest_hex(&x->rows[i].action, hex);
		r = put_answer(s, view_of(hex), x->key, s->look);
	}
	return r;
}

bool seen_committed_first(const struct seen *s, const char *key, const struct index_row *row,
			  bool *ret_committed)
{
	char name[PAIR + 1];
	struct digest want;
	struct view k = pair(key, &row->action, name);
	const struct seen_commitment *c = map_get(&s->commitments, k);
	*ret_committed = row->salted && c && commitment_make(key, row, &want) == 0 &&
			 digest_eq(&want, &c->commitment);
	if (!*ret_committed)
		return false;
	const struct seen_answer *a =
	    map_get(&s->answers, (struct view){name + KEY_ID + 1, DIGEST_HEX});
	for (int i = 0; a && i < 2 && a->key[i][0]; i++)
		if (strcmp(a->key[i], key) != 0)
			return c->look < a->look[i];
	return true;
}
