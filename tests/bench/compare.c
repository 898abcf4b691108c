/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare write DIR N: makes a publication of N answers and no archives; prints its key.
 * compare ask LOCATION KEY N: compares N outputs with it, one of them different; prints the seconds
 * it took, from nothing to the last verdict, what is remembered included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"
#include "publication/publish.h"
#include "publication/get.h"
#include "hash/sha256.h"
#include "peers/challenge.h"

/* Makes the answer number I: incompressible, as real ones are. */
static struct index_row answer(size_t i, char name[32])
{
	struct index_row row = {.name = name};
	char text[48];
	snprintf(name, 32, "package-%zu", i);
	snprintf(text, sizeof text, "action %zu", i);
	sha256_view(view_of(text), &row.action);
	snprintf(text, sizeof text, "object %zu", i);
	sha256_view(view_of(text), &row.object);
	snprintf(text, sizeof text, "derivation %zu", i);
	sha256_view(view_of(text), &row.drv);
	return row;
}

static int write_publication(const char *dir, size_t n, struct fault *f)
{
	struct index x = {.serial = 1, .time_s = 1};
	struct buf text = BUF_INIT, names = BUF_INIT, line = BUF_INIT;
	struct publish *p = NULL;
	struct key k;
	char name[32], path[KEY_ID + 16], id[KEY_ID + 1];
	int r = key_generate("bench", &k, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct index_row row = answer(i, name);
		r = index_add(&x, &row, f);
	}
	if (r == 0)
		r = index_write(&x, &k, &text, f);
	key_id(&k, id);
	snprintf(path, sizeof path, "index/%s", id);
	buf_addf(&names, "boot-hurd publication 1\n%s\n", id);
	if (r == 0)
		r = publish_open(dir, &p, f);
	if (r == 0)
		r = publish_file_zst(p, path, buf_view(&text), f);
	if (r == 0)
		r = publish_file(p, path, buf_view(&text), f);
	if (r == 0)
		r = publish_file(p, "boot-hurd-publication", buf_view(&names), f);
	publish_close(p);
	key_write(&k, false, &line);
	puts(buf_str(&line));
	index_release(&x);
	buf_release(&text);
	buf_release(&names);
	buf_release(&line);
	return r;
}

/* What our store has: the same, but for one. */
static int stored(void *ctx, const struct drv *d, struct digest *action, struct digest *object,
		  bool *ret_taken, struct fault *f)
{
	char name[32];
	size_t i = (size_t)(d - (const struct drv *)ctx);
	struct index_row row = answer(i, name);
	*action = row.action;
	*object = row.object;
	object->b[0] ^= i == 7;
	*ret_taken = false;
	(void)f;
	return 0;
}

static bool asked(void *ctx, const struct drv *d)
{
	(void)ctx;
	(void)d;
	return true;
}

static int ask(const char *location, const char *key, size_t n, struct fault *f)
{
	struct config c = CONFIG_INIT;
	struct strlist keys = STRLIST_INIT;
	struct seen seen = SEEN_INIT;
	struct peers peers = PEERS_INIT;
	struct challenge a = CHALLENGE_INIT;
	struct buf kept = BUF_INIT;
	struct peer_ops ops = {NULL, publication_get, NULL};
	struct drv *drvs = calloc(n, sizeof *drvs);
	const struct drv **nodes = calloc(n, sizeof *nodes);
	char name[32];
	for (size_t i = 0; i < n; i++) {
		drvs[i] = (struct drv){.name = "package"};
		drvs[i].id = answer(i, name).drv;
		nodes[i] = &drvs[i];
	}
	int r = strlist_add(&keys, key);
	int64_t start = sys_monotonic_ns();
	if (r == 0)
		r = config_add(&c, "bench", location, &keys, CONFIG_VOTES, f);
	if (r == 0)
		r = peers_ask(&c, NULL, NULL, 0, &ops, &seen, &peers, f);
	if (r == 0)
		r = challenge_run(nodes, n, stored, asked, drvs, &peers, &seen, &c.quorum, NULL,
				  &a, f);
	if (r == 0)
		r = seen_write(&seen, &kept);
	double took = (double)(sys_monotonic_ns() - start) / 1e9;
	if (r == 0 && (a.counts[VERDICT_REPRODUCED] != n - 1 || a.counts[VERDICT_DIFFERS] != 1))
		r = fault_set(f, ERR_CORRUPT, "wrong verdicts: %zu reproduced",
			      a.counts[VERDICT_REPRODUCED]);
	printf("%.4f\n", took);
	challenge_release(&a);
	peers_release(&peers);
	seen_release(&seen);
	config_release(&c);
	strlist_release(&keys);
	buf_release(&kept);
	free(drvs);
	free(nodes);
	return r;
}

int main(int argc, char **argv)
{
	struct fault f = FAULT_INIT;
	int r = ERR_USAGE;
	if (argc == 4 && strcmp(argv[1], "write") == 0)
		r = write_publication(argv[2], strtoul(argv[3], NULL, 10), &f);
	else if (argc == 5 && strcmp(argv[1], "ask") == 0)
		r = ask(argv[2], argv[3], strtoul(argv[4], NULL, 10), &f);
	if (r < 0)
		fprintf(stderr, "compare: %s\n", f.code ? f.what : err_str(r));
	return r < 0;
}
