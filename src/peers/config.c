/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "base/xdg.h"
#include "json/json.h"
#include "json/value.h"
#include "json/write.h"

static const char *const TRUSTS[] = {"votes", "archives"};
enum { NTRUSTS = 2, LOCATION_MAX = 2048, NEED_MAX = 1000 };

static void peer_release(struct config_peer *p)
{
	free(p->name);
	free(p->location);
	free(p->keys);
	*p = (struct config_peer){0};
}

void config_release(struct config *c)
{
	for (size_t i = 0; i < c->npeers; i++)
		peer_release(&c->peers[i]);
	free(c->peers);
	strlist_release(&c->of);
	quorum_release(&c->quorum);
	strlist_release(&c->archives);
	free(c->daemon);
	*c = (struct config)CONFIG_INIT;
}

static bool is_key_id(struct view v)
{
	unsigned char id[KEY_ID / 2];
	return hex_parse(v, id, sizeof id) == 0;
}

/* Reads a key id, or a public key as text. F says what is wrong with it. */
static int parse_key(struct view v, struct config_key *ret, struct fault *f)
{
	struct config_key k = {.whole = false};
	if (is_key_id(v)) {
		memcpy(k.id, v.ptr, KEY_ID);
	} else {
		int r = key_parse(v, &k.key, f);
		if (r < 0)
			return r;
		if (k.key.secret) {
			key_release(&k.key);
			return fault_set(f, ERR_SYNTAX, "a secret key has no place here");
		}
		k.whole = true;
		key_id(&k.key, k.id);
	}
	*ret = k;
	return 0;
}

static bool is_location(struct view v)
{
	const char *const starts[] = {"https://", "http://", "/"};
	if (v.len > LOCATION_MAX)
		return false;
	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)v.ptr[i] <= ' ' && (v.ptr[0] != '/' || v.ptr[i] != ' '))
			return false;
	for (size_t i = 0; i < 3; i++)
		if (v.len >= strlen(starts[i]) + (i < 2) &&
		    memcmp(v.ptr, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Makes room for a peer called NAME. NULL: no memory. */
static struct config_peer *new_peer(struct config *c)
{
	struct config_peer *p = vec_grow(c->peers, &c->peers_cap, c->npeers + 1, sizeof *p);
	if (!p)
		return NULL;
	c->peers = p;
	p = &c->peers[c->npeers++];
	*p = (struct config_peer){0};
	return p;
}

/* Sets the parts of P. Returns the name of the part that is wrong, NULL when all are right. */
static const char *fill_peer(const struct config *c, struct config_peer *p, struct view name,
			     struct view location)
{
	if (!path_is_name(name))
		return "name";
	for (size_t i = 0; i + 1 < c->npeers; i++)
		if (view_is(name, c->peers[i].name))
			return "name (another peer has it)";
	if (!is_location(location))
		return "location (https://…, http://… or an absolute folder)";
	p->name = strndup(name.ptr, name.len);
	p->location = strndup(location.ptr, location.len);
	if (!p->name || !p->location)
		return "memory";
	size_t n = strlen(p->location);
	while (n > 1 && p->location[n - 1] == '/')
		p->location[--n] = '\0';
	return NULL;
}

/* Adds the key TEXT to P. F says what is wrong with it. */
static int add_key(struct config_peer *p, struct view text, struct fault *f)
{
	struct config_key k;
	struct config_key *more = realloc(p->keys, (p->nkeys + 1) * sizeof *more);
	if (!more)
		return -ENOMEM;
	p->keys = more;
	int r = parse_key(text, &k, f);
	for (size_t i = 0; r == 0 && i < p->nkeys; i++)
		if (strcmp(p->keys[i].id, k.id) == 0)
			r = fault_set(f, ERR_EXISTS, "it is given twice");
	if (r == 0)
		p->keys[p->nkeys++] = k;
	return r;
}

static int read_trust(const struct json_value *v, unsigned *ret)
{
	if (!v) {
		*ret = CONFIG_VOTES;
		return 0;
	}
	if (!json_is_an_array(v))
		return ERR_CONFIG;
	for (size_t i = 0; i < json_count(v); i++) {
		unsigned bit = 0;
		for (unsigned k = 0; k < NTRUSTS; k++)
			if (view_is(json_text(json_item(v, i)), TRUSTS[k]))
				bit = 1u << k;
		if (!bit || *ret & bit)
			return ERR_CONFIG;
		*ret |= bit;
	}
	return 0;
}

static int read_peer(const struct json_value *v, size_t number, const char *file,
		     struct config *c, struct fault *f)
{
	static const char *const names[] = {"name", "location", "keys", "trust", NULL};
	if (!json_is_an_object(v))
		return fault_set(f, ERR_CONFIG, "%s: peers: item %zu is not an object", file,
				 number);
	const char *wrong = json_unknown(v, names);
	if (wrong)
		return fault_set(f, ERR_CONFIG, "%s: peers: item %zu: unknown member '%s'",
				 file, number, wrong);
	struct config_peer *p = new_peer(c);
	if (!p)
		return -ENOMEM;
	wrong = fill_peer(c, p, json_text(json_member(v, "name")),
			  json_text(json_member(v, "location")));
	const struct json_value *keys = json_member(v, "keys");
	struct fault why = FAULT_INIT;
	if (!wrong && keys && !json_is_an_array(keys))
		wrong = "keys";
	for (size_t i = 0; !wrong && i < json_count(keys); i++)
		if (add_key(p, json_text(json_item(keys, i)), &why) < 0)
			return fault_set(f, ERR_CONFIG, "%s: peers: item %zu: wrong keys: %s",
					 file, number, why.what);
	if (!wrong && read_trust(json_member(v, "trust"), &p->trust) < 0)
		wrong = "trust (\"votes\", \"archives\")";
	if (wrong)
		return fault_set(f, ERR_CONFIG, "%s: peers: item %zu: wrong %s", file, number,
				 wrong);
	return 0;
}

/* Returns whether only peers list KEY that are not trusted for votes. */
static bool is_without_vote(const struct config *c, const char *key)
{
	bool listed = false;
	for (size_t i = 0; i < c->npeers; i++)
		for (size_t k = 0; k < c->peers[i].nkeys; k++)
			if (strcmp(c->peers[i].keys[k].id, key) == 0) {
				if (c->peers[i].trust & CONFIG_VOTES)
					return false;
				listed = true;
			}
	return listed;
}

/* Makes the policy from what is written: a name stands for its peer's keys. */
static int resolve_quorum(struct config *c, const char *file, struct fault *f)
{
	c->quorum.need = c->need;
	for (size_t i = 0; i < c->of.n; i++) {
		const char *what = c->of.items[i];
		const struct config_peer *p = config_peer(c, what);
		int r = 0;
		if (is_key_id(view_of(what)))
			r = quorum_add(&c->quorum, what);
		else if (!p)
			return fault_set(f, ERR_CONFIG,
					 "%s: quorum: of: '%s' is neither a peer nor a key id",
					 file, what);
		for (size_t k = 0; r == 0 && p && k < p->nkeys; k++)
			r = quorum_add(&c->quorum, p->keys[k].id);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < c->quorum.of.n; i++)
		if (is_without_vote(c, c->quorum.of.items[i])) {
			fault_set(
			    f, ERR_CONFIG,
			    "%s: quorum: key %s belongs to a peer that is not trusted for "
			    "votes",
			    file, c->quorum.of.items[i]);
			fault_hint(f,
				   "add \"votes\" to its trust, or take it out of the quorum");
			return ERR_CONFIG;
		}
	if (c->need > c->quorum.of.n)
		return fault_set(f, ERR_CONFIG,
				 "%s: quorum: %u keys are needed, but only %zu are named", file,
				 c->need, c->quorum.of.n);
	return 0;
}

static int read_quorum(const struct json_value *v, const char *file, struct config *c,
		       struct fault *f)
{
	static const char *const names[] = {"need", "of", NULL};
	uint64_t need = 0;
	if (!v)
		return 0;
	const struct json_value *of = json_member(v, "of");
	if (!json_is_an_object(v) || json_unknown(v, names) || !of || !json_is_an_array(of) ||
	    json_whole(json_member(v, "need"), &need) < 0 || need < 1 || need > NEED_MAX)
		return fault_set(
		    f, ERR_CONFIG,
		    "%s: quorum: expected {\"need\": 1 or more, \"of\": [\"NAME\", …]}", file);
	c->need = (unsigned)need;
	for (size_t i = 0; i < json_count(of); i++) {
		struct view t = json_text(json_item(of, i));
		if (!t.len)
			return fault_set(f, ERR_CONFIG, "%s: quorum: of: expected a text",
					 file);
		if (strlist_addf(&c->of, "%.*s", (int)t.len, t.ptr) < 0)
			return -ENOMEM;
	}
	return resolve_quorum(c, file, f);
}

/* Copies V, what only the daemon reads, as text. */
static int copy_daemon(const struct json_value *v, const char *file, char **ret,
		       struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = json_canonical_value(v, &b, f);
	if (r < 0)
		fault_wrap(f, "%s: daemon", file);
	else
		*ret = buf_detach(&b);
	buf_release(&b);
	return r;
}

/* Reads the archives, each a URL with {sha256} or {nix32} in it. */
static int read_archives(const struct json_value *v, const char *file, struct config *c,
			 struct fault *f)
{
	if (v && !json_is_an_array(v))
		return fault_set(f, ERR_CONFIG, "%s: archives: expected a list", file);
	for (size_t i = 0; i < json_count(v); i++) {
		struct view text = json_text(json_item(v, i));
		struct view scheme = text;
		bool url = view_skip(&scheme, "https://") || view_skip(&scheme, "http://") ||
			   view_skip(&scheme, "file:///");
		if (!text.ptr || !url ||
		    !(memmem(text.ptr, text.len, "{sha256}", 8) ||
		      memmem(text.ptr, text.len, "{nix32}", 7)))
			return fault_set(
			    f, ERR_CONFIG,
			    "%s: archives: expected a URL with {sha256} or {nix32} in it",
			    file);
		if (strlist_addf(&c->archives, "%.*s", (int)text.len, text.ptr) < 0)
			return -ENOMEM;
	}
	return 0;
}

int config_parse(struct view text, const char *file, struct config *ret, struct fault *f)
{
	static const char *const names[] = {"peers", "quorum", "archives", "daemon", NULL};
	struct json_document *doc = NULL;
	struct config c = CONFIG_INIT;
	int r = json_document_parse(text, &doc, f);
	if (r < 0) {
		fault_wrap(f, "%s", file);
		return r;
	}
	const struct json_value *root = json_document_root(doc);
	const struct json_value *peers = json_member(root, "peers");
	const struct json_value *daemon = json_member(root, "daemon");
	if (!json_is_an_object(root))
		r = fault_set(f, ERR_CONFIG, "%s: expected an object", file);
	else if (json_unknown(root, names))
		r = fault_set(f, ERR_CONFIG, "%s: unknown member '%s'", file,
			      json_unknown(root, names));
	else if (peers && !json_is_an_array(peers))
		r = fault_set(f, ERR_CONFIG, "%s: peers: expected a list", file);
	else if (daemon && !json_is_an_object(daemon))
		r = fault_set(f, ERR_CONFIG, "%s: daemon: expected an object", file);
	for (size_t i = 0; r == 0 && i < json_count(peers); i++)
		r = read_peer(json_item(peers, i), i + 1, file, &c, f);
	if (r == 0)
		r = read_quorum(json_member(root, "quorum"), file, &c, f);
	if (r == 0)
		r = read_archives(json_member(root, "archives"), file, &c, f);
	if (r == 0 && daemon)
		r = copy_daemon(daemon, file, &c.daemon, f);
	json_document_free(doc);
	if (r == -ENOMEM)
		fault_set(f, r, "cannot read %s:", file);
	if (r < 0)
		config_release(&c);
	else
		*ret = c;
	return r;
}

int config_read(const char *path, struct config *ret, struct fault *f)
{
	struct buf b = BUF_INIT;
	struct fault missing = FAULT_INIT;
	int r = file_read(path, CONFIG_FILE_MAX, &b, &missing);
	if (r == 0)
		r = config_parse(buf_view(&b), path, ret, f);
	else if (r == -ENOENT)
		r = 0;
	else if (f)
		*f = missing;
	buf_release(&b);
	return r;
}

static void write_peer(const struct config_peer *p, struct buf *b)
{
	struct buf line = BUF_INIT;
	json_open(b, NULL);
	json_put(b, "name", p->name);
	json_put(b, "location", p->location);
	json_open_array(b, "keys");
	for (size_t i = 0; i < p->nkeys; i++) {
		buf_clear(&line);
		if (p->keys[i].whole)
			key_write(&p->keys[i].key, false, &line);
		else
			buf_adds(&line, p->keys[i].id);
		json_put_string(b, NULL, buf_view(&line));
	}
	json_close_array(b);
	json_open_array(b, "trust");
	for (unsigned k = 0; k < NTRUSTS; k++)
		if (p->trust & 1u << k)
			json_put(b, NULL, TRUSTS[k]);
	json_close_array(b);
	json_close(b);
	b->failed |= line.failed;
	buf_release(&line);
}

static void write_list(const struct strlist *list, const char *name, struct buf *b)
{
	json_open_array(b, name);
	for (size_t i = 0; i < list->n; i++)
		json_put(b, NULL, list->items[i]);
	json_close_array(b);
}

int config_write(const struct config *c, struct buf *ret)
{
	json_open(ret, NULL);
	json_open_array(ret, "peers");
	for (size_t i = 0; i < c->npeers; i++) {
		json_line(ret);
		write_peer(&c->peers[i], ret);
	}
	json_close_array(ret);
	if (c->need) {
		json_line(ret);
		json_open(ret, "quorum");
		json_put_number(ret, "need", c->need);
		write_list(&c->of, "of", ret);
		json_close(ret);
	}
	if (c->archives.n) {
		json_line(ret);
		write_list(&c->archives, "archives", ret);
	}
	if (c->daemon) {
		json_line(ret);
		json_put_json(ret, "daemon", view_of(c->daemon));
	}
	json_close(ret);
	buf_addc(ret, '\n');
	return buf_failed(ret);
}

int config_add(struct config *c, const char *name, const char *location,
	       const struct strlist *keys, unsigned trust, struct fault *f)
{
	if (config_peer(c, name))
		return fault_set(f, ERR_EXISTS, "there is a peer '%s' already", name);
	struct config_peer *p = new_peer(c);
	if (!p)
		return fault_set(f, -ENOMEM, "cannot add a peer:");
	struct fault why = FAULT_INIT;
	int r = 0;
	p->trust = trust;
	const char *wrong = fill_peer(c, p, view_of(name), view_of(location));
	if (wrong)
		r = fault_set(f, ERR_USAGE, "peer '%s': wrong %s", name, wrong);
	for (size_t i = 0; r == 0 && i < keys->n; i++)
		if (add_key(p, view_of(keys->items[i]), &why) < 0)
			r = fault_set(f, ERR_USAGE, "'%s' is not a key id nor a public key: %s",
				      keys->items[i], why.what);
	if (r < 0) {
		peer_release(p);
		c->npeers--;
	}
	return r;
}

int config_remove(struct config *c, const char *name, struct fault *f)
{
	struct config_peer *p = (struct config_peer *)config_peer(c, name);
	if (!p)
		return fault_set(f, ERR_MISSING, "there is no peer '%s'", name);
	for (size_t i = 0; i < c->of.n; i++)
		if (strcmp(c->of.items[i], name) == 0)
			return fault_set(f, ERR_EXISTS, "the quorum names '%s'", name);
	peer_release(p);
	size_t at = (size_t)(p - c->peers);
	memmove(p, p + 1, (c->npeers - at - 1) * sizeof *p);
	c->npeers--;
	return 0;
}

const struct config_peer *config_peer(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->npeers; i++)
		if (c->peers[i].name && strcmp(c->peers[i].name, name) == 0)
			return &c->peers[i];
	return NULL;
}

const struct key *config_key(const struct config *c, const char *id, const struct key *known,
			     size_t n)
{
	char other[KEY_ID + 1];
	for (size_t i = 0; i < c->npeers; i++)
		for (size_t k = 0; k < c->peers[i].nkeys; k++)
			if (c->peers[i].keys[k].whole &&
			    strcmp(c->peers[i].keys[k].id, id) == 0)
				return &c->peers[i].keys[k].key;
	for (size_t i = 0; i < n; i++) {
		key_id(&known[i], other);
		if (strcmp(other, id) == 0)
			return &known[i];
	}
	return NULL;
}

char *config_path(void)
{
	const char *given = getenv("BOOT_HURD_CONFIG");
	return given && *given
		   ? strdup(given)
		   : xdg_path("XDG_CONFIG_HOME", ".config", "boot-hurd/config.json");
}
