/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attest/keys.h"
#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "peers/look.h"
#include "publication/get.h"

int cmd_config(struct config *ret, char **ret_path, struct fault *f)
{
	char *path = config_path();
	if (!path) {
		fault_set(f, ERR_CONFIG,
			  "there is no home folder; set BOOT_HURD_CONFIG to a file");
		return ERR_CONFIG;
	}
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

/* How this command asks peers. */
static struct peer_ops ops_of(struct cmd *c)
{
	return (struct peer_ops){c, get, progress};
}

int cmd_look(struct cmd *cmd, const struct config *c, const char *only, struct peers *ret,
	     struct seen *ret_seen, struct fault *f)
{
	const char *state = NULL;
	struct peer_ops ops = ops_of(cmd);
	int r = cmd_state(cmd, &state, f);
	return r < 0 ? r : peers_look(state, c, only, &ops, ret, ret_seen, f);
}

/* Adds to RET the key TEXT; the name of a key that is known here becomes that key. */
static int add_key(const char *state, const char *text, struct strlist *ret, struct fault *f)
{
	struct key k;
	struct fault why = FAULT_INIT;
	int e =
	    path_is_name(view_of(text)) ? keys_load(state, text, false, &k, &why) : ERR_MISSING;
	if (e == ERR_MISSING)
		return strlist_add(ret, text);
	if (e < 0) {
		*f = why;
		return e;
	}
	struct buf line = BUF_INIT;
	key_write(&k, false, &line);
	while (line.len && line.ptr[line.len - 1] == '\n')
		line.len--;
	FREE_PTR char *whole = strndup(line.ptr ? line.ptr : "", line.len);
	int r = whole && !buf_failed(&line) ? strlist_add(ret, whole) : -ENOMEM;
	buf_release(&line);
	key_release(&k);
	return r < 0 ? fault_set(f, r, "cannot read the key %s:", text) : 0;
}

int cmd_add_peer(struct cmd *c, struct config *config, const char *name, const char *location,
		 const struct strlist *keys, unsigned trust, struct fault *f)
{
	struct strlist whole = STRLIST_INIT;
	struct stat st;
	const char *state = NULL;
	FREE_PTR char *folder =
	    stat(location, &st) == 0 && S_ISDIR(st.st_mode) ? realpath(location, NULL) : NULL;
	int r = cmd_state(c, &state, f);
	for (size_t i = 0; r == 0 && i < keys->n; i++)
		r = add_key(state, keys->items[i], &whole, f);
	if (r == 0)
		r = config_add(config, name, folder ? folder : location, &whole, trust, f);
	strlist_release(&whole);
	return r;
}

/* Makes a configuration of the one peer of a run. */
static int one_peer(struct cmd *cmd, const struct one_peer *p, struct config *ret,
		    struct fault *f)
{
	struct config c = CONFIG_INIT, again = CONFIG_INIT;
	struct buf text = BUF_INIT;
	int r = cmd_add_peer(cmd, &c, "peer", p->location, &p->keys,
			     CONFIG_VOTES | CONFIG_ARCHIVES, f);
	if (r == 0)
		r = strlist_add(&c.of, "peer");
	c.need = (unsigned)p->keys.n;
	/* Reading it once more makes the quorum of it. */
	if (r == 0)
		r = config_write(&c, &text);
	if (r == 0)
		r = config_parse(buf_view(&text), "--peer", &again, f);
	if (r == 0)
		*ret = again;
	config_release(&c);
	buf_release(&text);
	return r;
}

int cmd_substitutes(struct cmd *c, const struct one_peer *only, struct substitutes *ret,
		    struct fault *f)
{
	const char *state = NULL;
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	struct peer_ops ops = ops_of(c);
	int r = cmd_state(c, &state, f);
	if (r == 0)
		r = only->location ? one_peer(c, only, &config, f)
				   : cmd_config(&config, &path, f);
	if (r == 0)
		r = substitutes_look(state, path ? path : "--peer", &config, &ops, ret, f);
	for (size_t i = 0; r == 0 && i < ret->peers.n; i++) {
		const struct peer_answer *a = &ret->peers.answers[i];
		if (a->fault.code)
			print_err("not heard: %s: %s\n", a->peer->name, a->fault.what);
	}
	return r;
}

/* Makes an offer to the engine of X. */
static struct build_offer offer_of(const struct substitutes *s, const struct substitute *x)
{
	struct build_offer o = {
	    .object = x->object, .action = x->action, .locations = s->locations, .n = s->n};
	for (; o.nkeys < x->nkeys && o.nkeys < BUILD_OFFER_KEYS; o.nkeys++)
		snprintf(o.keys[o.nkeys], sizeof o.keys[0], "%s", x->keys[o.nkeys]);
	return o;
}

bool cmd_offer(void *ctx, const struct action *a, struct build_offer *ret)
{
	const struct substitutes *s = ctx;
	struct substitute x;
	bool found = substitutes_find(s, &a->id, &a->drv->id, &x);
	if (found)
		*ret = offer_of(s, &x);
	return found;
}

bool cmd_offer_drv(void *ctx, const struct drv *d, struct build_offer *ret)
{
	const struct substitutes *s = ctx;
	struct substitute x;
	bool found = substitutes_find_drv(s, &d->id, &x);
	if (found)
		*ret = offer_of(s, &x);
	return found;
}
