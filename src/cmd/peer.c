/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/peers.h"
#include "cmd/print.h"

/* Writes C to PATH. */
static int save(const struct config *c, const char *path, struct fault *f)
{
	struct buf b = BUF_INIT;
	FREE_PTR char *dir = strndup(path, (size_t)(path_base(path) - path));
	int r = dir ? config_write(c, &b) : -ENOMEM;
	if (r == 0 && *dir)
		r = file_mkdirs(dir, f);
	if (r == 0)
		r = file_write_atomic(path, b.ptr, b.len, 0644, f);
	buf_release(&b);
	return r;
}

static void print_peer(const struct config_peer *p)
{
	print_out("%s %s\n", p->name, p->location);
	for (size_t i = 0; i < p->nkeys; i++)
		print_out("  key %s%s%s\n", p->keys[i].id, p->keys[i].whole ? " " : "",
			  p->keys[i].whole ? p->keys[i].key.name : "");
	print_out("  trusted for:%s%s%s\n", p->trust & CONFIG_VOTES ? " votes" : "",
		  p->trust & CONFIG_ARCHIVES ? " archives" : "", p->trust ? "" : " nothing");
}

static void list(const struct config *c)
{
	for (size_t i = 0; i < c->npeers; i++)
		print_peer(&c->peers[i]);
	if (!c->need)
		return;
	print_out("quorum: %u of", c->need);
	for (size_t i = 0; i < c->of.n; i++)
		print_out(" %s", c->of.items[i]);
	print_out(" (%zu %s)\n", c->quorum.of.n, c->quorum.of.n == 1 ? "key" : "keys");
}

/* Prints what came from A. Returns whether all of it is as it should be. */
static bool print_answer(const struct peer_answer *a)
{
	bool good = a->fault.code == 0;
	print_out("%s %s: %s\n", a->peer->name, a->peer->location,
		  good ? "answers" : a->fault.what);
	for (size_t i = 0; i < a->nkeys; i++) {
		const struct peer_key *k = &a->keys[i];
		print_out("  %s %s: ", k->own ? "its key" : "relays", k->id);
		if (!k->known)
			print_out("not known here, not asked\n");
		else if (!k->good)
			print_out("refused: %s\n", k->fault.what);
		else
			print_out("%zu results, serial %" PRIu64 ", %zu commitments%s%s\n",
				  k->rows, k->serial, k->commitments, k->fault.code ? "; " : "",
				  k->fault.code ? k->fault.what : "");
		good &= k->fault.code == 0;
	}
	for (size_t i = 0; good && i < a->peer->nkeys; i++) {
		bool there = false;
		for (size_t k = 0; k < a->nkeys; k++)
			there |= strcmp(a->keys[k].id, a->peer->keys[i].id) == 0;
		if (!there)
			print_out("  its key %s: nothing published\n", a->peer->keys[i].id);
		good &= there;
	}
	return good;
}

static int test(struct cmd *c, const struct config *config, const char *name, struct fault *f)
{
	struct peers peers = PEERS_INIT;
	struct seen seen = SEEN_INIT;
	bool good = true;
	if (name && !config_peer(config, name))
		return fault_set(f, ERR_MISSING, "there is no peer '%s'", name);
	int r = cmd_ask_peers(c, config, name, &peers, &seen, f);
	for (size_t i = 0; r == 0 && i < peers.n; i++)
		good &= print_answer(&peers.answers[i]);
	peers_release(&peers);
	seen_release(&seen);
	if (r == 0 && !good)
		r = fault_set(f, ERR_NET, "not every peer is as it should be");
	return r;
}

/* Reads --trust's list. */
static int parse_trust(const struct strlist *l, unsigned *ret, struct fault *f)
{
	if (!l->n)
		*ret = CONFIG_VOTES;
	for (size_t i = 0; i < l->n; i++) {
		char *save = NULL;
		for (char *p = strtok_r(l->items[i], ",", &save); p;
		     p = strtok_r(NULL, ",", &save)) {
			if (strcmp(p, "votes") == 0)
				*ret |= CONFIG_VOTES;
			else if (strcmp(p, "archives") == 0)
				*ret |= CONFIG_ARCHIVES;
			else if (strcmp(p, "nothing") != 0)
				return fault_set(
				    f, ERR_USAGE,
				    "--trust: votes, archives or nothing, not '%s'", p);
		}
	}
	return 0;
}

static int run(struct cmd *c, char **words, int n, const struct strlist *keys, unsigned trust,
	       struct fault *f)
{
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	const char *verb = words[0];
	int r = cmd_config(&config, &path, f);
	if (r < 0)
		return r;
	if (strcmp(verb, "list") == 0 && n == 1) {
		list(&config);
	} else if (strcmp(verb, "add") == 0 && n == 3) {
		r = config_add(&config, words[1], words[2], keys, trust, f);
		if (r == 0)
			r = save(&config, path, f);
		if (r == 0)
			print_peer(config_peer(&config, words[1]));
	} else if (strcmp(verb, "remove") == 0 && n == 2) {
		r = config_remove(&config, words[1], f);
		if (r == 0)
			r = save(&config, path, f);
	} else if (strcmp(verb, "test") == 0 && n <= 2) {
		r = test(c, &config, n == 2 ? words[1] : NULL, f);
	} else {
		r = fault_set(f, ERR_USAGE,
			      "peer: '%s' is not known, or its operands are not right", verb);
		fault_hint(f, "peer add NAME LOCATION --key KEY…, peer remove NAME, peer list, "
			      "peer test");
	}
	config_release(&config);
	return r;
}

int cmd_peer(struct cmd *c, int argc, char **argv, struct fault *f)
{
	struct strlist keys = STRLIST_INIT, trust = STRLIST_INIT;
	unsigned bits = 0;
	const struct option_row rows[] = {
	    {OPTION_LIST, 0, "key", &keys, "KEY",
	     "add: a key of this builder: NAME:BASE64, or the id of a known one"},
	    {OPTION_LIST, 0, "trust", &trust, "WHAT,…",
	     "add: votes, archives or nothing (default: votes)"},
	    {0}};
	int first = cmd_parse(c, argc, argv, rows, f);
	if (first <= 0)
		return first;
	int r = cmd_operands(argc, argv, first, 1, 3, f);
	if (r == 0 && (keys.n || trust.n) && strcmp(argv[first], "add") != 0)
		r = fault_set(f, ERR_USAGE, "peer %s: %s has no meaning here", argv[first],
			      keys.n ? "--key" : "--trust");
	if (r == 0)
		r = parse_trust(&trust, &bits, f);
	if (r == 0)
		r = run(c, argv + first, argc - first, &keys, bits, f);
	strlist_release(&keys);
	strlist_release(&trust);
	return r;
}
