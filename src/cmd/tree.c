/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/tree.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "base/file.h"
#include "base/pool.h"
#include "cmd/print.h"
#include "nar/nar.h"

/* Trees to be hashed side by side. */
struct hashing {
	char **paths;
	struct digest *digests; /* per path */
	pthread_mutex_t lock;
	int error;          /* of the first that failed; under lock */
	struct fault fault; /* of error */
};

static void hash_one(void *ctx, size_t i)
{
	struct hashing *h = ctx;
	struct fault f = FAULT_INIT;
	pthread_mutex_lock(&h->lock);
	bool failed = h->error < 0;
	pthread_mutex_unlock(&h->lock);
	int r = failed ? 0 : nar_hash(h->paths[i], &h->digests[i], NULL, &f);
	if (r == 0)
		return;
	pthread_mutex_lock(&h->lock);
	if (!h->error) {
		h->error = r;
		h->fault = f;
	}
	pthread_mutex_unlock(&h->lock);
}

/* Hashes the N PATHS into DIGESTS. */
static int hash_all(char **paths, size_t n, struct digest *digests, struct fault *f)
{
	struct hashing h = {.paths = paths, .digests = digests, .fault = FAULT_INIT};
	pthread_mutex_init(&h.lock, NULL);
	pool_run(0, n, hash_one, &h);
	pthread_mutex_destroy(&h.lock);
	if (h.error && f)
		*f = h.fault;
	return h.error;
}

/* What the command line of hash asks for. */
struct request {
	bool nix32, sri;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "nix32", offsetof(struct request, nix32), NULL, "in Nix base-32"},
    {OPTION_FLAG, 0, "sri", offsetof(struct request, sri), NULL, "as an SRI hash"},
    {0}};

static int hash(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct digest *digests = arena_array(&c->arena, c->noperands, sizeof *digests);
	int r = digests ? hash_all(c->operands, c->noperands, digests, f) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < c->noperands; i++) {
		char text[DIGEST_HEX + 1];
		if (q->nix32)
			digest_nix32(&digests[i], text);
		else if (q->sri)
			digest_sri(&digests[i], text);
		else
			digest_hex(&digests[i], text);
		print_out("%s  %s\n", text, c->operands[i]);
	}
	return r;
}

const struct command tree_hash = {
    .name = "hash",
    .run = hash,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = CMD_MANY,
    .synopsis = "[--nix32|--sri] PATH…",
    .summary = "print the hash that a tree has as an object",
};

static int to_stdout(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	return file_write_fd(STDOUT_FILENO, bytes, n);
}

static int dump(struct cmd *c, void *request, struct fault *f)
{
	(void)request;
	return nar_write(c->operands[0], to_stdout, NULL, NULL, f);
}

const struct command tree_dump = {
    .name = "dump",
    .run = dump,
    .min = 1,
    .max = 1,
    .synopsis = "PATH",
    .summary = "write a tree as an archive to standard output",
};

static int restore(struct cmd *c, void *request, struct fault *f)
{
	const char *path = c->operands[0];
	struct nar_unpack *u = NULL;
	char block[65536];
	ssize_t n = 0;
	(void)request;
	int r = file_exists(path, f);
	if (r != 0)
		return r < 0 ? r : fault_set(f, ERR_EXISTS, "%s is there already", path);
	r = nar_unpack_new(path, UINT64_MAX, &u, f);
	while (r == 0 && (n = read(STDIN_FILENO, block, sizeof block)) > 0)
		r = nar_unpack_feed(u, block, (size_t)n, f);
	if (r == 0 && n < 0)
		r = fault_set(f, -errno, "cannot read standard input:");
	if (r == 0)
		r = nar_unpack_end(u, f);
	if (r < 0)
		nar_unpack_discard(u);
	nar_unpack_free(u);
	return r;
}

const struct command tree_restore = {
    .name = "restore",
    .run = restore,
    .min = 1,
    .max = 1,
    .synopsis = "PATH",
    .summary = "unpack an archive from standard input",
};
