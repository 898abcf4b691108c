/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/substitute.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "engine/internal.h"
#include "hash/sha256.h"
#include "nar/nar.h"
#include "net/http.h"

enum {
	WINDOW_LOG = 27,  /* 128 MiB: the most memory that an archive may ask for */
	RATIO = 2000,     /* bytes out for one in ... */
	RATIO_FROM = 26,  /* ... from 2^26 bytes out on; more is a bomb */
	RATE_MIN = 2048,  /* bytes a second, on average, ... */
	CHUNK = 32 << 10, /* bytes read from a file at a time */
};
static const uint64_t MAX_BYTES = 16ULL << 30;

/* An archive that is coming in. */
struct intake {
	const struct substitute_options *o;
	const char *from; /* for messages */
	ZSTD_DCtx *zstd;
	char *out; /* ZSTD_DStreamOutSize() bytes */
	struct sha256 nar;
	struct nar_unpack *unpack;
	uint64_t max;           /* bytes of the NAR */
	uint64_t packed, plain; /* bytes so far */
	int64_t started_ns;
	bool ended; /* the compressed frame is complete */
	struct fault *fault;
};

/* Takes N bytes of the NAR. */
static int take_plain(struct intake *t, const void *bytes, size_t n)
{
	t->plain += n;
	if (t->plain > t->max)
		return fault_set(t->fault, ERR_LIMIT,
				 "the archive is longer than the %llu bytes allowed",
				 (unsigned long long)t->max);
	if (t->plain >> RATIO_FROM && t->plain / RATIO > t->packed)
		return fault_set(t->fault, ERR_LIMIT,
				 "the archive grows more than %d times when it is unpacked",
				 RATIO);
	sha256_update(&t->nar, bytes, n);
	return nar_unpack_feed(t->unpack, bytes, n, t->fault);
}

/* Takes N compressed bytes. */
static int take(struct intake *t, const void *bytes, size_t n)
{
	ZSTD_inBuffer in = {bytes, n, 0};
	t->packed += n;
	if (t->o->stopped && t->o->stopped(t->o->ctx))
		return fault_set(t->fault, ERR_CANCELLED, "stopped");
	bool full = false; /* the decoder may hold more than it could give */
	while (in.pos < in.size || full) {
		ZSTD_outBuffer out = {t->out, ZSTD_DStreamOutSize(), 0};
		if (t->ended)
			return fault_set(t->fault, ERR_SYNTAX, "bytes behind the archive");
		size_t left = ZSTD_decompressStream(t->zstd, &out, &in);
		if (ZSTD_isError(left))
			return fault_set(t->fault, ERR_SYNTAX, "not an archive: %s",
					 ZSTD_getErrorName(left));
		t->ended = left == 0;
		full = out.pos == out.size && !t->ended;
		int r = take_plain(t, out.dst, out.pos);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Takes part of a server's answer. */
static int on_body(void *ctx, uint64_t from, const void *bytes, size_t n)
{
	struct intake *t = ctx;
	if (from != t->packed)
		return fault_set(t->fault, ERR_NET, "the answer starts over");
	return take(t, bytes, n);
}

/* Stops a server that trickles, and the whole thing when asked to. */
static int on_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct intake *t = ctx;
	(void)total;
	int64_t stall_s = t->o->stall_s ? t->o->stall_s : 60;
	uint64_t s = (uint64_t)(sys_monotonic_ns() - t->started_ns) / 1000000000;
	if (t->o->stopped && t->o->stopped(t->o->ctx)) {
		fault_set(t->fault, ERR_CANCELLED, "stopped");
		return 1;
	}
	if ((int64_t)s <= 2 * stall_s || done / s >= RATE_MIN)
		return 0;
	fault_set(t->fault, ERR_LIMIT, "slower than %d bytes a second", RATE_MIN);
	return 1;
}

static int from_http(struct intake *t, const char *url)
{
	struct http_options o = {
	    .size_max = t->max + t->max / 128 + (1 << 20),
	    .stall_s = t->o->stall_s,
	    .same_host = true,
	    .body = on_body,
	    .progress = on_progress,
	    .ctx = t,
	};
	long status = 0;
	struct fault g = FAULT_INIT;
	int r = http_get(url, &o, &status, &g);
	if (r < 0 && t->fault->code) /* what we said when we stopped it is the cause */
		return t->fault->code;
	if (r < 0)
		*t->fault = g;
	return r == ERR_NET && status == 404 ? ERR_MISSING : r;
}

static int from_file(struct intake *t, const char *path)
{
	struct stat st;
	char chunk[CHUNK];
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return fault_set(t->fault, errno == ENOENT ? ERR_MISSING : -errno,
				 "cannot read it:");
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return fault_set(t->fault, ERR_UNSAFE, "not a file");
	for (;;) {
		ssize_t n = read(fd, chunk, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(t->fault, -errno, "cannot read it:");
		if (n == 0)
			return 0;
		int r = take(t, chunk, (size_t)n);
		if (r < 0)
			return r;
	}
}

/* Returns where object HASH is at LOCATION, malloc'd; RET_URL: whether that is a URL. */
static int place(const char *location, const struct digest *hash, char **ret, bool *ret_url,
		 struct fault *f)
{
	char nix[DIGEST_NIX32 + 1];
	size_t n = strlen(location);
	*ret_url =
	    strncmp(location, "http://", 7) == 0 || strncmp(location, "https://", 8) == 0;
	if (!*ret_url && location[0] != '/')
		return fault_set(f, ERR_USAGE,
				 "%s: neither http:, https: nor the whole path of a folder",
				 location);
	digest_nix32(hash, nix);
	while (n > 1 && location[n - 1] == '/')
		n--;
	return asprintf(ret, "%.*s/nar/%s.nar.zst", (int)n, location, nix) < 0 ? -ENOMEM : 0;
}

/* Makes room for what T needs; its archive is to be unpacked to TO. */
static int intake_init(struct intake *t, const char *to)
{
	t->zstd = ZSTD_createDCtx();
	t->out = malloc(ZSTD_DStreamOutSize());
	if (!t->zstd || !t->out)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(t->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
	int r = sha256_init(&t->nar);
	return r < 0 ? r : nar_unpack_new(to, t->max, &t->unpack, t->fault);
}

int substitute_to(const char *location, const struct digest *hash, const char *to,
		  const struct substitute_options *o, struct fault *f)
{
	struct fault g = FAULT_INIT;
	struct digest got;
	FREE_PTR char *from = NULL;
	bool url = false;
	int r = place(location, hash, &from, &url, f);
	if (r < 0 || !from)
		return r < 0 ? r : -ENOMEM;
	if (url && o->offline)
		return fault_set(f, ERR_OFFLINE, "%s:", from);
	struct intake t = {.o = o,
			   .from = from,
			   .max = o->max_bytes ? o->max_bytes : MAX_BYTES,
			   .started_ns = sys_monotonic_ns(),
			   .fault = &g};
	int there = file_exists(to, f);
	if (there < 0)
		return there;
	if (there)
		return fault_set(f, ERR_EXISTS, "%s is there already", to);
	r = intake_init(&t, to);
	if (r == 0)
		r = url ? from_http(&t, from) : from_file(&t, from);
	if (r == 0 && !t.ended)
		r = fault_set(&g, ERR_SYNTAX, "the archive ends too early");
	if (r == 0)
		r = nar_unpack_end(t.unpack, &g);
	if (r == 0) {
		sha256_final(&t.nar, &got);
		if (!digest_eq(&got, hash)) {
			char hex[DIGEST_HEX + 1];
			digest_hex(&got, hex);
			r = fault_set(&g, ERR_HASH, "it is another object: %s", hex);
		}
	}
	sha256_release(&t.nar);
	if (r < 0)
		nar_unpack_discard(t.unpack);
	nar_unpack_free(t.unpack);
	ZSTD_freeDCtx(t.zstd);
	free(t.out);
	if (r < 0) {
		/* http_get names the place itself, what is ours does not. */
		if (g.code && strncmp(g.what, from, strlen(from)) == 0)
			fault_set(f, r, "%s", g.what);
		else
			fault_set(f, r, "%s: %s", from, g.code ? g.what : err_str(r));
	}
	return r;
}

int substitute_object(struct store *s, const char *location, const struct digest *hash,
		      const struct action *a, const struct substitute_options *o,
		      struct fault *f)
{
	FREE_PTR char *folder = NULL;
	FREE_PTR char *tree = NULL;
	struct action_input *refs = NULL;
	size_t nrefs = 0;
	struct store_object got;
	/* An object that came without its action has no references yet: it is added once more. */
	if (!a && store_hold(s, hash, NULL) == 0)
		return 0;
	int r = store_tmp(s, "fetch", &folder, f);
	if (r == 0)
		r = (tree = path_join(folder, "tree")) ? 0 : -ENOMEM;
	if (r == 0)
		r = substitute_to(location, hash, tree, o, f);
	if (r == 0 && a)
		r = build_scan(tree, a, &refs, &nrefs, f);
	if (r == 0)
		r = store_add(s, tree, refs, nrefs, &got, f);
	if (r == 0 && !digest_eq(&got.hash, hash))
		r = fault_set(f, ERR_CORRUPT, "what came from %s changed on this disk",
			      location);
	free(refs);
	if (folder)
		file_remove_tree(folder, NULL);
	return r;
}
