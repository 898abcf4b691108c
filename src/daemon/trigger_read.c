/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/trigger.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hash/sha256.h"
#include "json/json.h"
#include "json/value.h"

/* The commands that look at what is watched, and what they print. */

enum { NAMED_MAX = 3, COMMIT_SHORT = 12, COMMIT = 40 };

int trigger_command(const struct trigger *t, struct strlist *ret)
{
	static const char *const words[][3] = {{"source", "head", NULL},
					       {"peer", "test", "--json"},
					       {"source", "upstream", "--json"}};
	int r = 0;
	for (size_t i = 0; r == 0 && i < 3 && words[t->kind][i]; i++)
		r = strlist_add(ret, words[t->kind][i]);
	if (r == 0 && t->kind == TRIGGER_GIT)
		r = strlist_add(ret, t->url);
	if (r == 0 && t->kind != TRIGGER_SOURCES)
		r = strlist_add(ret, t->kind == TRIGGER_GIT ? t->branch : t->peer);
	for (size_t i = 0; r == 0 && i < t->targets.n; i++)
		r = strlist_add(ret, t->targets.items[i]);
	return r;
}

static int read_git(const struct trigger *t, struct view text, struct buf *token,
		    struct buf *cause)
{
	struct view line = text;
	if (!view_line(&text, &line) || line.len != COMMIT)
		return ERR_SYNTAX;
	for (size_t i = 0; i < line.len; i++)
		if (!strchr("0123456789abcdef", line.ptr[i]) || !line.ptr[i])
			return ERR_SYNTAX;
	buf_addv(token, line);
	buf_addf(cause, "branch %s of %s is at %.*s", t->branch, t->url, COMMIT_SHORT,
		 line.ptr);
	return 0;
}

/* The keys that are the peer's own, and the serial of the index by each. */
static int read_peer(const struct trigger *t, const struct json_value *v, struct buf *token,
		     struct buf *cause)
{
	const struct json_value *peer = json_item(json_member(v, "peers"), 0);
	const struct json_value *keys = json_member(peer, "keys");
	for (size_t i = 0; i < json_count(keys); i++) {
		const struct json_value *k = json_item(keys, i);
		struct view id = json_text(json_member(k, "key"));
		bool own = false, good = false;
		uint64_t serial = 0;
		json_flag(json_member(k, "own"), &own);
		json_flag(json_member(k, "good"), &good);
		if (own && good && json_whole(json_member(k, "serial"), &serial) == 0)
			buf_addf(token, "%s%.*s %" PRIu64, token->len ? ", " : "", (int)id.len,
				 id.ptr ? id.ptr : "", serial);
	}
	buf_addf(cause, "peer %s has a new index", t->peer);
	return token->len ? 0 : ERR_SYNTAX;
}

/* What is not in the archive any more, in the order of the recipes. */
static int read_sources(const struct json_value *v, struct buf *token, struct buf *cause)
{
	const struct json_value *list = json_member(v, "sources");
	struct buf all = BUF_INIT, named = BUF_INIT;
	struct digest d;
	char hex[DIGEST_HEX + 1];
	size_t n = 0;
	if (!json_is_an_array(list))
		return ERR_SYNTAX;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_value *s = json_item(list, i);
		struct view state = json_text(json_member(s, "state"));
		struct view recipe = json_text(json_member(s, "recipe"));
		struct view as = json_text(json_member(s, "source"));
		struct view hash = json_text(json_member(s, "sha256"));
		if (!view_is(state, "left") && !view_is(state, "other"))
			continue;
		buf_addf(&all, "%.*s %.*s %.*s %.*s\n", (int)state.len, state.ptr,
			 (int)recipe.len, recipe.ptr ? recipe.ptr : "", (int)as.len,
			 as.ptr ? as.ptr : "", (int)hash.len, hash.ptr ? hash.ptr : "");
		if (n++ < NAMED_MAX)
			buf_addf(&named, "%s%.*s of %.*s", named.len ? ", " : "", (int)as.len,
				 as.ptr ? as.ptr : "", (int)recipe.len,
				 recipe.ptr ? recipe.ptr : "");
	}
	sha256_view(buf_view(&all), &d);
	digest_hex(&d, hex);
	buf_adds(token, n ? hex : "none");
	if (n)
		buf_addf(cause, "%zu pinned %s not in Debian's archive any more: %s%s", n,
			 n == 1 ? "file is" : "files are", buf_str(&named),
			 n > NAMED_MAX ? ", …" : "");
	else
		buf_adds(cause, "all pinned files are in Debian's archive again");
	int r = buf_failed(&all) < 0 || buf_failed(&named) < 0 ? -ENOMEM : 0;
	buf_release(&all);
	buf_release(&named);
	return r;
}

int trigger_read(const struct trigger *t, struct view text, struct buf *ret_token,
		 struct buf *ret_cause)
{
	struct json_document *doc = NULL;
	int r;
	if (t->kind == TRIGGER_GIT) {
		r = read_git(t, text, ret_token, ret_cause);
	} else {
		r = json_document_parse(text, &doc, NULL);
		const struct json_value *v = r == 0 ? json_document_root(doc) : NULL;
		if (r == 0)
			r = t->kind == TRIGGER_PEER ? read_peer(t, v, ret_token, ret_cause)
						    : read_sources(v, ret_token, ret_cause);
		json_document_free(doc);
	}
	if (r == 0 && (buf_failed(ret_token) < 0 || buf_failed(ret_cause) < 0))
		r = -ENOMEM;
	return r;
}
