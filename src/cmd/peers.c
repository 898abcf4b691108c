/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/peers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>

#include "attest/keys.h"
#include "base/file.h"
#include "cmd/print.h"
#include "publication/get.h"

int cmd_config(struct config *ret, char **ret_path, struct fault *f)
{
	char *path = config_path();
	if (!path)
		return fault_set(f, ERR_CONFIG,
				 "there is no home folder; set BOOT_HURD_CONFIG to a file");
	int r = config_read(path, ret, f);
	if (r == 0 && ret_path)
		*ret_path = path;
	else
		free(path);
	return r;
}

/* publication_get, but nothing from the network when CTX, a struct cmd, is offline. */
static int get(void *ctx, const char *location, const char *path, bool packed, size_t max,
	       struct buf *ret, struct fault *f)
{
	const struct cmd *c = ctx;
	if (c->offline && location[0] != '/')
		return fault_set(f, ERR_OFFLINE, "not asked: --offline");
	return publication_get(NULL, location, path, packed, max, ret, f);
}

static void progress(void *ctx, const struct config_peer *p)
{
	const struct cmd *c = ctx;
	if (!c->quiet)
		print_err("asking %s at %s\n", p->name, p->location);
}

/* Asks and keeps what was seen, under a lock: two looks at a time would lose one. */
static int ask_locked(struct cmd *cmd, const struct config *c, const char *only,
		      const char *file, struct peers *ret, struct seen *ret_seen,
		      struct fault *f)
{
	struct key *known = NULL;
	size_t n = 0;
	const char *state = NULL;
	struct buf text = BUF_INIT;
	struct seen seen = SEEN_INIT;
	struct peers peers = PEERS_INIT;
	struct peer_ops ops = {cmd, get, progress};
	int r = cmd_state(cmd, &state, f);
	if (r == 0)
		r = keys_load_all(state, &cmd->arena, &known, &n, f);
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
		r = peers_ask(c, only, known, n, &ops, &seen, &peers, f);
	buf_clear(&text);
	if (r == 0)
		r = seen_write(&seen, &text);
	if (r == 0)
		r = file_write_atomic(file, text.ptr, text.len, 0644, f);
	buf_release(&text);
	if (r < 0) {
		peers_release(&peers);
		seen_release(&seen);
		return r;
	}
	*ret = peers;
	*ret_seen = seen;
	return 0;
}

int cmd_ask_peers(struct cmd *cmd, const struct config *c, const char *only, struct peers *ret,
		  struct seen *ret_seen, struct fault *f)
{
	const char *state = NULL;
	int r = cmd_state(cmd, &state, f);
	if (r < 0)
		return r;
	const char *dir = arena_fmt(&cmd->arena, "%s/peers", state);
	const char *file = arena_fmt(&cmd->arena, "%s/peers/seen", state);
	const char *lock = arena_fmt(&cmd->arena, "%s/peers/lock", state);
	if (!dir || !file || !lock)
		return -ENOMEM;
	r = file_mkdirs(dir, f);
	if (r < 0)
		return r;
	CLOSE_FD int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		return fault_set(f, -errno, "cannot lock %s:", lock);
	return ask_locked(cmd, c, only, file, ret, ret_seen, f);
}
