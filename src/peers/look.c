/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/look.h"

#include <errno.h>

#include "attest/keys.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"

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
