/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/get.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/file.h"
#include "base/sys.h"
#include "net/http.h"

enum { UNPACK_BYTES = 1 << 16, NOT_FOUND = 404, GONE = 410 };

/* A download. */
struct download {
	struct buf *to;
	int64_t until_ns; /* on the monotonic clock */
	bool late;
};

static int take(void *ctx, uint64_t from, const void *bytes, size_t n)
{
	struct download *d = ctx;
	if (from == 0)
		buf_clear(d->to);
	buf_add(d->to, bytes, n);
	return buf_failed(d->to);
}

static int in_time(void *ctx, uint64_t done, uint64_t total)
{
	struct download *d = ctx;
	(void)done;
	(void)total;
	d->late = sys_monotonic_ns() > d->until_ns;
	return d->late;
}

/* Adds the file at LOCATION/PATH.SUFFIX as it is. */
static int get_raw(const char *location, const char *path, const char *suffix, size_t max,
		   struct buf *ret, struct fault *f)
{
	FREE_PTR char *url = NULL;
	struct fault why = FAULT_INIT;
	long status = 0;
	if (asprintf(&url, "%s/%s%s", location, path, suffix) < 0)
		return -ENOMEM;
	int r;
	if (location[0] == '/') {
		r = file_read(url, max, ret, &why);
		status = r == -ENOENT || r == -ENOTDIR ? NOT_FOUND : 0;
	} else {
		struct download d = {ret, sys_monotonic_ns() + GET_S * INT64_C(1000000000),
				     false};
		struct http_options o = {.size_max = max,
					 .stall_s = GET_STALL_S,
					 .same_host = true,
					 .body = take,
					 .progress = in_time,
					 .ctx = &d};
		r = http_get(url, &o, &status, &why);
		if (r < 0 && d.late)
			r = fault_set(&why, ERR_LIMIT, "%s takes longer than %d s", url, GET_S);
	}
	if (r < 0 && (status == NOT_FOUND || status == GONE))
		r = fault_set(&why, ERR_MISSING, "%s is not there", url);
	if (r < 0 && f)
		*f = why;
	return r;
}

/* Adds what PACKED unpacks to, at most MAX bytes. */
static int unpack(struct view packed, size_t max, struct buf *ret, struct fault *f)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	FREE_PTR char *out = malloc(UNPACK_BYTES);
	ZSTD_inBuffer in = {packed.ptr, packed.len, 0};
	size_t left = 1, from = ret->len;
	int r = z && out ? 0 : -ENOMEM;
	bool more = packed.len > 0;
	while (r == 0 && more) {
		ZSTD_outBuffer o = {out, UNPACK_BYTES, 0};
		left = ZSTD_decompressStream(z, &o, &in);
		if (ZSTD_isError(left))
			r = fault_set(f, ERR_SYNTAX, "its compression is broken: %s",
				      ZSTD_getErrorName(left));
		else if (ret->len - from + o.pos > max)
			r = fault_set(f, ERR_LIMIT, "it unpacks to more than %zu bytes", max);
		else
			buf_add(ret, out, o.pos);
		more = in.pos < in.size || (o.pos == UNPACK_BYTES && left);
	}
	if (r == 0 && left)
		r = fault_set(f, ERR_SYNTAX, "its compressed form is cut short");
	if (r == 0)
		r = buf_failed(ret);
	ZSTD_freeDCtx(z);
	return r;
}

bool publication_is_location(const char *location)
{
	return location[0] == '/' || http_is_url(location);
}

int publication_get(void *ctx, const char *location, const char *path, bool packed, size_t max,
		    struct buf *ret, struct fault *f)
{
	struct buf raw = BUF_INIT;
	(void)ctx;
	int r = packed ? get_raw(location, path, ".zst", max, &raw, f) : ERR_MISSING;
	if (r == 0) {
		r = unpack(buf_view(&raw), max, ret, f);
	} else if (r == ERR_MISSING) {
		buf_clear(&raw);
		r = get_raw(location, path, "", max, &raw, f);
		if (r == 0)
			buf_addv(ret, buf_view(&raw));
		if (r == 0)
			r = buf_failed(ret);
	}
	buf_release(&raw);
	return r;
}
