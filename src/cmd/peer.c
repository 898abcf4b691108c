/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cmd/print.h"
#include "json/write.h"

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

/* ---- add ---- */

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

/* What the command line of add asks for. */
struct request {
	struct strlist keys, trust;
};

static const struct option_row OPTIONS[] = {
    {OPTION_LIST, 0, "key", offsetof(struct request, keys), "KEY",
     "a key of this builder: NAME:BASE64, or the name or id of a known one"},
    {OPTION_LIST, 0, "trust", offsetof(struct request, trust), "WHAT,…",
     "votes, archives or nothing (default: votes)"},
    {0}};

static int add(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	unsigned trust = 0;
	int r = parse_trust(&q->trust, &trust, f);
	if (r == 0)
		r = cmd_config(&config, &path, f);
	if (r == 0)
		r = cmd_add_peer(c, &config, c->operands[0], c->operands[1], &q->keys, trust,
				 f);
	if (r == 0)
		r = save(&config, path, f);
	if (r == 0)
		print_peer(config_peer(&config, c->operands[0]));
	config_release(&config);
	return r;
}

static const struct command ADD = {
    .name = "add",
    .run = add,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 2,
    .max = 2,
    .synopsis = "NAME LOCATION --key KEY…",
    .summary = "add a peer to the configuration",
};

/* ---- remove ---- */

static int remove_peer(struct cmd *c, void *request, struct fault *f)
{
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	(void)request;
	int r = cmd_config(&config, &path, f);
	if (r == 0)
		r = config_remove(&config, c->operands[0], f);
	if (r == 0)
		r = save(&config, path, f);
	config_release(&config);
	return r;
}

static const struct command REMOVE = {
    .name = "remove",
    .run = remove_peer,
    .min = 1,
    .max = 1,
    .synopsis = "NAME",
    .summary = "take a peer out of the configuration",
};

/* ---- list ---- */

static void print_quorum(const struct config *c)
{
	if (!c->need)
		return;
	print_out("quorum: %u of", c->need);
	for (size_t i = 0; i < c->of.n; i++)
		print_out(" %s", c->of.items[i]);
	print_out(" (%zu %s)\n", c->quorum.of.n, c->quorum.of.n == 1 ? "key" : "keys");
}

static int list(struct cmd *c, void *request, struct fault *f)
{
	struct config config = CONFIG_INIT;
	(void)c;
	(void)request;
	int r = cmd_config(&config, NULL, f);
	for (size_t i = 0; r == 0 && i < config.npeers; i++)
		print_peer(&config.peers[i]);
	if (r == 0)
		print_quorum(&config);
	config_release(&config);
	return r;
}

static const struct command LIST = {
    .name = "list",
    .run = list,
    .synopsis = "",
    .summary = "print the peers and the quorum",
};

/* ---- test ---- */

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

/* Adds what came from A as JSON. Returns whether all of it is as it should be. */
static bool json_answer(const struct peer_answer *a, struct buf *b)
{
	bool good = a->fault.code == 0;
	json_open(b, NULL);
	json_put_escaped(b, "name", a->peer->name);
	json_put_escaped(b, "location", a->peer->location);
	if (good)
		json_put_null(b, "error");
	else
		json_put_escaped(b, "error", a->fault.what);
	json_open_array(b, "keys");
	for (size_t i = 0; i < a->nkeys; i++) {
		const struct peer_key *k = &a->keys[i];
		json_open(b, NULL);
		json_put(b, "key", k->id);
		json_put_flag(b, "own", k->own);
		json_put_flag(b, "known", k->known);
		json_put_flag(b, "good", k->good);
		json_put_number(b, "serial", k->serial);
		json_put_number(b, "results", k->rows);
		json_put_number(b, "commitments", k->commitments);
		if (k->fault.code)
			json_put_escaped(b, "error", k->fault.what);
		else
			json_put_null(b, "error");
		json_close(b);
		good &= k->fault.code == 0;
	}
	json_close_array(b);
	/* Each key of its own that the configuration names must be there. */
	for (size_t i = 0; good && i < a->peer->nkeys; i++) {
		bool there = false;
		for (size_t k = 0; k < a->nkeys; k++)
			there |= strcmp(a->keys[k].id, a->peer->keys[i].id) == 0;
		good &= there;
	}
	json_put_flag(b, "good", good);
	json_close(b);
	return good;
}

/* What the command line of test asks for. */
struct test_request {
	bool json;
};
static const struct option_row TEST_OPTIONS[] = {
    {OPTION_FLAG, 0, "json", offsetof(struct test_request, json), NULL, "print JSON"}, {0}};

static int test(struct cmd *c, void *request, struct fault *f)
{
	const struct test_request *q = request;
	struct buf b = BUF_INIT;
	const char *name = c->noperands ? c->operands[0] : NULL;
	struct config config = CONFIG_INIT;
	struct peers peers = PEERS_INIT;
	struct seen seen = SEEN_INIT;
	bool good = true;
	int r = cmd_config(&config, NULL, f);
	if (r == 0 && name && !config_peer(&config, name))
		r = fault_set(f, ERR_MISSING, "there is no peer '%s'", name);
	if (r == 0)
		r = cmd_look(c, &config, name, &peers, &seen, f);
	json_open(&b, NULL);
	json_put_number(&b, "schema", 1);
	json_open_array(&b, "peers");
	for (size_t i = 0; r == 0 && i < peers.n; i++)
		good &= q->json ? json_answer(&peers.answers[i], &b)
				: print_answer(&peers.answers[i]);
	json_close_array(&b);
	json_close(&b);
	buf_addc(&b, '\n');
	if (r == 0 && q->json)
		r = buf_failed(&b);
	if (r == 0 && q->json)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
	peers_release(&peers);
	seen_release(&seen);
	config_release(&config);
	if (r == 0 && !good)
		r = fault_set(f, ERR_NET, "not every peer is as it should be");
	return r;
}

static const struct command TEST = {
    .name = "test",
    .run = test,
    .options = TEST_OPTIONS,
    .size = sizeof(struct test_request),
    .max = 1,
    .synopsis = "[--json] [NAME]",
    .summary = "ask the peers, and say what is wrong with their answers",
};

const struct command command_peer = {
    .name = "peer",
    .verbs = (const struct command *const[]){&ADD, &REMOVE, &LIST, &TEST, NULL},
    .summary = "manage those whose results are compared",
};
