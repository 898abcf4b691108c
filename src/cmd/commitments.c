/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/commitments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"

enum { SALTS_MAX = 64 << 20, LINE = DIGEST_HEX + 1 + 2 * INDEX_SALT + 1 };

void salts_release(struct salts *s)
{
	map_release(&s->items);
	arena_release(&s->arena);
	*s = (struct salts){0};
}

static int salts_path(struct cmd *c, const struct key *k, const char **ret, struct fault *f)
{
	const char *state = NULL;
	char id[KEY_ID + 1];
	int r = cmd_state(c, &state, f);
	if (r < 0)
		return r;
	key_id(k, id);
	*ret = arena_fmt(&c->arena, "%s/salts/%s", state, id);
	return *ret ? 0 : -ENOMEM;
}

static struct view key_of(const struct digest *action)
{
	return (struct view){(const char *)action->b, DIGEST_LEN};
}

static int add(struct salts *s, const struct salt *one)
{
	struct salt *p = arena_alloc(&s->arena, sizeof *p);
	if (!p)
		return -ENOMEM;
	*p = *one;
	return map_put(&s->items, key_of(&p->action), p) < 0 ? -ENOMEM : 0;
}

int salts_read(struct cmd *c, const struct key *k, struct salts *ret, struct fault *f)
{
	const char *path = NULL;
	struct buf b = BUF_INIT;
	struct salts s = {0};
	int r = salts_path(c, k, &path, f);
	if (r == 0)
		r = file_read_if_there(path, SALTS_MAX, &b, f);
	for (size_t at = 0; r == 0 && at < b.len; at += LINE) {
		struct salt one = {0};
		const char *line = b.ptr + at;
		if (b.len - at < LINE || line[LINE - 1] != '\n' || line[DIGEST_HEX] != ' ' ||
		    digest_parse_hex((struct view){line, DIGEST_HEX}, &one.action) < 0 ||
		    hex_parse((struct view){line + DIGEST_HEX + 1, 2 * INDEX_SALT}, one.salt,
			      INDEX_SALT) < 0)
			r = fault_set(f, ERR_SYNTAX, "%s: not a list of salts", path);
		else
			r = add(&s, &one);
	}
	buf_release(&b);
	if (r == 0)
		*ret = s;
	else
		salts_release(&s);
	return r;
}

int salts_write(struct cmd *c, const struct key *k, struct salts *s, struct fault *f)
{
	const char *path = NULL, *state = NULL;
	struct buf b = BUF_INIT;
	if (!s->changed)
		return 0;
	int r = salts_path(c, k, &path, f);
	if (r == 0)
		r = cmd_state(c, &state, f);
	const char *dir = r == 0 ? arena_fmt(&c->arena, "%s/salts", state) : NULL;
	if (r == 0)
		r = dir ? file_mkdirs(dir, f) : -ENOMEM;
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
			r = add(s, &fresh);
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
