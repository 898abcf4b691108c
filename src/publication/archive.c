/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/file.h"
#include "base/sys.h"
#include "hash/sha256.h"
#include "nar/nar.h"
#include "net/http.h"

/* ---- writing ---- */

/* Compresses an archive into a file. */
struct squeeze {
	bool (*stopped)(void); /* or NULL */
	ZSTD_CCtx *zstd;
	struct sha256 nar, file; /* of the archive, plain and compressed */
	char *out;               /* ZSTD_CStreamOutSize() bytes */
	uint64_t size;           /* compressed bytes so far */
	int fd;
};

/* Compresses N bytes; MODE says whether they are the last. */
static int squeeze(struct squeeze *z, const void *bytes, size_t n, ZSTD_EndDirective mode)
{
	ZSTD_inBuffer in = {bytes, n, 0};
	size_t left;
	if (z->stopped && z->stopped())
		return ERR_CANCELLED;
	do {
		ZSTD_outBuffer out = {z->out, ZSTD_CStreamOutSize(), 0};
		left = ZSTD_compressStream2(z->zstd, &out, &in, mode);
		if (ZSTD_isError(left))
			return -ENOMEM; /* what else there is would be our mistake */
		sha256_update(&z->file, z->out, out.pos);
		z->size += out.pos;
		int r = file_write_fd(z->fd, z->out, out.pos);
		if (r < 0)
			return r;
	} while (mode == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

static int squeeze_sink(void *ctx, const void *bytes, size_t n)
{
	struct squeeze *z = ctx;
	sha256_update(&z->nar, bytes, n);
	return squeeze(z, bytes, n, ZSTD_e_continue);
}

int archive_write(const char *from, const char *to, bool (*stopped)(void), struct narinfo *info,
		  struct fault *f)
{
	struct squeeze z = {.stopped = stopped, .fd = -1};
	struct nar_stats stats = {0};
	struct digest nar;
	z.zstd = ZSTD_createCCtx();
	z.out = malloc(ZSTD_CStreamOutSize());
	int r = z.zstd && z.out ? sha256_init(&z.nar) : -ENOMEM;
	if (r == 0)
		r = sha256_init(&z.file);
	if (r == 0)
		z.fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (r == 0 && z.fd < 0)
		r = fault_set(f, -errno, "cannot write %s:", to);
	if (r == 0) {
		ZSTD_CCtx_setParameter(z.zstd, ZSTD_c_compressionLevel, ARCHIVE_LEVEL);
		ZSTD_CCtx_setParameter(z.zstd, ZSTD_c_checksumFlag, 1);
		ZSTD_CCtx_setPledgedSrcSize(z.zstd, info->nar_size);
		r = nar_write(from, squeeze_sink, &z, &stats, f);
	}
	if (r == 0)
		r = squeeze(&z, NULL, 0, ZSTD_e_end);
	if (r == 0 && fsync(z.fd) < 0)
		r = -errno;
	if (r == 0) {
		sha256_final(&z.nar, &nar);
		sha256_final(&z.file, &info->file);
		info->file_size = z.size;
		if (!digest_eq(&nar, &info->nar))
			r = fault_set(f, ERR_CORRUPT, "%s does not have its hash", from);
	} else if (f && !f->code) {
		fault_set(f, r, "cannot write the archive of %s:", from);
	}
	sha256_release(&z.nar);
	sha256_release(&z.file);
	file_close_fd(&z.fd);
	ZSTD_freeCCtx(z.zstd);
	free(z.out);
	return r;
}

/* ---- fetching ---- */

enum {
	WINDOW_LOG = 27,  /* 128 MiB: the most memory that an archive may ask for */
	RATIO = 2000,     /* bytes out for one in ... */
	RATIO_FROM = 26,  /* ... from 2^26 bytes out on; more is a bomb */
	RATE_MIN = 2048,  /* bytes a second, on average, ... */
	CHUNK = 32 << 10, /* bytes read from a file at a time */
	TELL = 1 << 20,   /* after so many the caller hears of it */
};
static const uint64_t MAX_BYTES = 16ULL << 30;

/* An archive that is coming in. */
struct intake {
	const struct archive_options *o;
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
	if (t->o->progress)
		t->o->progress(t->o->progress_ctx, done, total);
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
	uint64_t told = 0;
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
		if (t->o->progress && t->packed - told >= TELL) {
			t->o->progress(t->o->progress_ctx, t->packed, (uint64_t)st.st_size);
			told = t->packed;
		}
	}
}

/* Returns where object HASH is at LOCATION, malloc'd; RET_URL: whether that is a URL. */
static int place(const char *location, const struct digest *hash, char **ret, bool *ret_url,
		 struct fault *f)
{
	char nix[DIGEST_NIX32 + 1];
	size_t n = strlen(location);
	*ret_url = http_is_url(location);
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

int archive_fetch(const char *location, const struct digest *hash, const char *to,
		  const struct archive_options *o, struct fault *f)
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
