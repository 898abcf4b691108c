/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/look.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attest/keys.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/sys.h"

enum { ANSWERED_MAX = 1 << 20, NAME_BYTES_MAX = 128 };

/* Returns of when the newest index is that A's peer brought by a key of its own; 0: none counts. */
static uint64_t index_time(const struct peers *p, const struct peer_answer *a)
{
	uint64_t newest = 0;
	for (size_t i = 0; i < a->nkeys; i++)
		for (size_t k = 0; a->keys[i].own && a->keys[i].good && k < p->nindexes; k++)
			if (strcmp(p->indexes[k].index.key, a->keys[i].id) == 0 &&
			    p->indexes[k].index.time_s > newest)
				newest = p->indexes[k].index.time_s;
	return newest;
}

/* Adds the line of C's peer NAME: from P, when it answered, else the one in OLD. */
static void add_answered(const struct peers *p, const char *name, const char *old,
			 struct buf *ret)
{
	char known[NAME_BYTES_MAX];
	unsigned long long when = 0, made = 0;
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->answers[i].peer->name, name) == 0 &&
		    p->answers[i].fault.code == 0) {
			buf_addf(ret, "%s %llu %llu\n", name,
				 (unsigned long long)(sys_now_ns() / 1000000000),
				 (unsigned long long)index_time(p, &p->answers[i]));
			return;
		}
	for (const char *line = old; *line; line += strcspn(line, "\n"), line += *line != 0)
		if (sscanf(line, "%127s %llu %llu", known, &when, &made) == 3 &&
		    strcmp(known, name) == 0)
			buf_addf(ret, "%s %llu %llu\n", name, when, made);
}

/* Notes which peers of C answered, as P says. Peers that C no longer has are forgotten. */
static int note_answered(const char *state, const struct config *c, const struct peers *p,
			 struct fault *f)
{
	struct buf old = BUF_INIT, b = BUF_INIT;
	FREE_PTR char *file = path_join(state, "peers/answered");
	int r = file ? file_read_if_there(file, ANSWERED_MAX, &old, f) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < c->npeers; i++)
		add_answered(p, c->peers[i].name, buf_str(&old), &b);
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		r = file_write_atomic(file, buf_str(&b), b.len, 0644, f);
	buf_release(&old);
	buf_release(&b);
	return r;
}

/* Asks and keeps what was seen. */
static int look_locked(const char *state, const char *file, const struct config *c,
		       const char *only, const struct peer_ops *ops, struct peers *ret,
		       struct seen *ret_seen, struct fault *f)
{
	struct key *known = NULL;
	size_t n = 0;
	struct buf text = BUF_INIT;
	struct seen seen = SEEN_INIT;
	struct peers peers = PEERS_INIT;
	struct arena a = ARENA_INIT;
	int r = keys_load_all(state, &a, &known, &n, f);
	if (r == 0)
		r = file_read_if_there(file, SEEN_MAX, &text, f);
	if (r == 0) {
		r = seen_parse(buf_view(&text), &seen, f);
		if (r < 0) {
			fault_wrap(f, "%s", file);
			fault_hint(f,
				   "without the file, nothing is known of replays and of what "
				   "was committed first");
		}
	}
	if (r == 0)
		r = peers_ask(c, only, known, n, ops, &seen, &peers, f);
	buf_clear(&text);
	if (r == 0)
		r = seen_write(&seen, &text);
	if (r == 0)
		r = file_write_atomic(file, text.ptr, text.len, 0644, f);
	if (r == 0)
		r = note_answered(state, c, &peers, f);
	buf_release(&text);
	arena_release(&a);
	if (r < 0) {
		peers_release(&peers);
		seen_release(&seen);
		return r;
	}
	*ret = peers;
	*ret_seen = seen;
	return 0;
}

int peers_look(const char *state, const struct config *c, const char *only,
	       const struct peer_ops *ops, struct peers *ret, struct seen *ret_seen,
	       struct fault *f)
{
	FREE_PTR char *dir = path_join(state, "peers");
	FREE_PTR char *file = path_join(state, "peers/seen");
	FREE_PTR char *lock = path_join(state, "peers/lock");
	int r = dir && file && lock ? file_mkdirs(dir, f) : -ENOMEM;
	if (r < 0)
		return r;
	CLOSE_FD int fd = -1;
	r = lock_file(lock, 0644, true, &fd, f);
	return r == 0 ? look_locked(state, file, c, only, ops, ret, ret_seen, f) : r;
}
