/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/update.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/sys.h"
#include "publication/serial.h"

enum { PATH_ROOM = 16 + KEY_ID + 1 };

/* Writes FOLDER/KEYID, of K, to RET. */
static void path_of(const char *folder, const struct key *k, char ret[PATH_ROOM])
{
	char id[KEY_ID + 1];
	key_id(k, id);
	snprintf(ret, PATH_ROOM, "%s/%s", folder, id);
}

/*
 * Reads the file PATH of the publication, which this key wrote, to RET. 1, or 0: it is not there. What is there
 * but cannot be read is an error: its rows would be lost.
 */
static int read_own(struct publish *p, const char *path, struct buf *ret, struct fault *f)
{
	int r = publish_read(p, path, INDEX_MAX, ret, f);
	if (r != -ENOENT)
		return r < 0 ? r : 1;
	if (f)
		*f = (struct fault)FAULT_INIT;
	return 0;
}

/* Says that PATH is broken and what helps. */
static int broken(const char *path, int r, struct fault *f)
{
	fault_wrap(f, "%s of the publication", path);
	fault_hint(f, "remove it, and the next run writes it again");
	return r;
}

int publish_own_index(struct publish *p, const struct key *k, struct index *ret,
		      struct fault *f)
{
	struct buf b = BUF_INIT;
	char path[PATH_ROOM];
	path_of("index", k, path);
	int r = read_own(p, path, &b, f);
	if (r > 0) {
		r = index_parse(buf_view(&b), k, ret, f);
		if (r < 0)
			broken(path, r, f);
	}
	buf_release(&b);
	return r;
}

static bool same_row(const struct index_row *a, const struct index_row *b)
{
	return digest_eq(&a->action, &b->action) && digest_eq(&a->drv, &b->drv) &&
	       a->failed == b->failed && digest_eq(&a->object, &b->object) &&
	       a->salted == b->salted &&
	       (!a->salted || memcmp(a->salt, b->salt, INDEX_SALT) == 0) &&
	       strcmp(a->name, b->name) == 0;
}

/* Takes the old rows over that are not replaced; tells whether anything is new. */
static int merge(const struct index *old, struct index *new, bool *ret_changed, struct fault *f)
{
	int r = index_sort(new, f);
	size_t n = new->n;
	bool changed = n == 0 ? false : old->n == 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct index_row *was = index_of_action(old, &new->rows[i].action);
		changed |= !was || !same_row(was, &new->rows[i]);
	}
	struct index all = INDEX_INIT;
	for (size_t i = 0; r == 0 && i < old->n; i++)
		if (!index_of_action(new, &old->rows[i].action))
			r = index_add(&all, &old->rows[i], f);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = index_add(&all, &new->rows[i], f);
	if (r < 0) {
		index_release(&all);
		return r;
	}
	index_release(new);
	*new = all;
	*ret_changed = changed;
	return 0;
}

int publish_index(struct publish *p, const char *state, const struct key *k,
		  const struct index *old, struct index *new, struct fault *f)
{
	struct buf text = BUF_INIT;
	bool changed = false;
	uint64_t now_s = (uint64_t)(sys_now_ns() / 1000000000);
	char path[PATH_ROOM];
	path_of("index", k, path);
	int r = merge(old, new, &changed, f);
	if (r < 0)
		return r;
	if (!changed) {
		r = publish_read(p, path, INDEX_MAX, &text, f);
		if (r == -ENOENT) /* nothing to tell, and nothing told before */
			changed = true;
	}
	if (changed) {
		buf_clear(&text);
		new->time_s = now_s;
		r = serial_take(state, path_base(path), old->serial, &new->serial, f);
		if (r == 0)
			r = index_write(new, k, &text, f);
	}
	if (r == 0)
		r = publish_file_zst(p, path, buf_view(&text), f);
	if (r == 0)
		r = publish_file(p, path, buf_view(&text), f);
	buf_release(&text);
	return r;
}

int publish_commitments(struct publish *p, const char *state, const struct key *k,
			struct index *rows, struct fault *f)
{
	struct commitments old = COMMITMENTS_INIT, new = COMMITMENTS_INIT;
	struct buf b = BUF_INIT;
	bool changed = false;
	char path[PATH_ROOM];
	path_of("commitments", k, path);
	int r = index_sort(rows, f);
	if (r == 0)
		r = read_own(p, path, &b, f);
	if (r > 0) {
		r = commitments_parse(buf_view(&b), k, &old, f);
		if (r < 0)
			broken(path, r, f);
	}
	buf_clear(&b);
	for (size_t i = 0; r == 0 && i < rows->n; i++) {
		const struct commitment *was =
		    commitments_of_action(&old, &rows->rows[i].action);
		r = commitments_add(&new, path_base(path), &rows->rows[i]);
		changed |= r == 0 && (!was || !digest_eq(&was->commitment,
							 &new.rows[new.n - 1].commitment));
	}
	for (size_t i = 0; r == 0 && i < old.n; i++)
		if (!index_of_action(rows, &old.rows[i].action))
			r = commitments_put(&new, &old.rows[i]);
	if (r == 0 && changed) {
		new.time_s = (uint64_t)(sys_now_ns() / 1000000000);
		r = serial_take(state, path_base(path), old.serial, &new.serial, f);
		if (r == 0)
			r = commitments_write(&new, k, &b, f);
		if (r == 0)
			r = publish_file(p, path, buf_view(&b), f);
	}
	buf_release(&b);
	commitments_release(&old);
	commitments_release(&new);
	return r;
}

int publish_keys(struct publish *p, struct fault *f)
{
	struct strlist ids = STRLIST_INIT;
	struct buf b = BUF_INIT;
	int r = publish_list(p, "index", &ids, f);
	if (r == 0)
		r = publish_list(p, "commitments", &ids, f);
	strlist_sort(&ids);
	buf_adds(&b, "boot-hurd publication 1\n");
	for (size_t i = 0; r == 0 && i < ids.n; i++)
		if (strlen(ids.items[i]) == KEY_ID &&
		    (i == 0 || strcmp(ids.items[i], ids.items[i - 1]) != 0))
			buf_addf(&b, "%s\n", ids.items[i]);
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = publish_file(p, "boot-hurd-publication", buf_view(&b), f);
	buf_release(&b);
	strlist_release(&ids);
	return r;
}
