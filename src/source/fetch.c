/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"
#include "hash/sha256.h"
#include "net/http.h"

static const uint64_t SIZE_MAX_DEFAULT = 4ULL << 30;

/* A download into PATH.part. */
struct download {
	const struct source_options *o;
	const char *uri; /* for progress */
	int fd;          /* of the .part file */
	uint64_t at;     /* bytes in it that count */
};

static int on_body(void *ctx, uint64_t from, const void *bytes, size_t n)
{
	struct download *d = ctx;
	if (from != d->at) {
		/* The server sends from the start: what was there does not count. */
		if (from != 0 || ftruncate(d->fd, 0) < 0 || lseek(d->fd, 0, SEEK_SET) < 0)
			return ERR_NET;
		d->at = 0;
	}
	int r = file_write_fd(d->fd, bytes, n);
	d->at += n;
	return r;
}

static int on_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct download *d = ctx;
	return d->o->progress ? d->o->progress(d->o->progress_ctx, d->uri, done, total) : 0;
}

/* Downloads URL to PART, going on where an earlier attempt ended. */
static int download(const char *url, const char *part, const struct source_options *o,
		    struct fault *f)
{
	struct stat st;
	CLOSE_FD int fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0 || fstat(fd, &st) < 0 || lseek(fd, 0, SEEK_END) < 0)
		return fault_set(f, -errno, "cannot write %s:", part);
	struct download d = {o, url, fd, (uint64_t)st.st_size};
	struct http_options h = {.from = d.at,
				 .size_max = o->size_max ? o->size_max : SIZE_MAX_DEFAULT,
				 .body = on_body,
				 .progress = on_progress,
				 .ctx = &d};
	long status;
	int r = http_get(url, &h, &status, f);
	/* 416: the part is as long as the file, or longer. Its hash will tell. */
	if (r < 0 && status == 416 && d.at)
		r = 0;
	if (r == 0 && fsync(fd) < 0)
		r = fault_set(f, -errno, "cannot write %s:", part);
	return r;
}

/*
 * Tries one URL, anew from the start when a resumed download gave other bytes. Adds to SAID what
 * went wrong.
 */
static int try_url(const char *url, const struct digest *want, const char *part,
		   const struct source_options *o, struct buf *said, struct fault *f)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		struct digest got;
		struct fault g = FAULT_INIT;
		bool resumed = access(part, F_OK) == 0;
		int r = download(url, part, o, &g);
		if (r == 0)
			r = sha256_file(part, &got, NULL, &g);
		if (r < 0) {
			buf_addf(said, "\n  %s", g.what);
			if (r == ERR_LIMIT)
				unlink(part);
			/* What the next mirror cannot mend either ends the search. */
			if (r != ERR_NET && r != ERR_LIMIT && f)
				*f = g;
			return r;
		}
		if (digest_eq(&got, want))
			return 0;
		unlink(part);
		if (resumed && attempt == 0)
			continue;
		char hex[DIGEST_HEX + 1];
		digest_hex(&got, hex);
		buf_addf(said, "\n  %s: has SHA-256 %s", url, hex);
		return ERR_HASH;
	}
	return ERR_HASH;
}

/* Puts what URI stands for into LIST: itself, or the places where apt finds a debian: path. */
static int expand(const char *uri, struct strlist *list, struct fault *f)
{
	if (strncmp(uri, "debian:", 7) != 0)
		return strlist_add(list, uri);
	char **urls = NULL;
	int r = source_debian_urls(uri + 7, &urls, f);
	for (size_t i = 0; r == 0 && urls[i]; i++)
		r = strlist_add(list, urls[i]);
	for (size_t i = 0; urls && urls[i]; i++)
		free(urls[i]);
	free(urls);
	return r;
}

int source_fetch(const char *const *uris, size_t nuris, const struct digest *want,
		 const char *path, const struct source_options *o, struct fault *f)
{
	struct strlist urls = STRLIST_INIT;
	struct buf said = BUF_INIT;
	FREE_PTR char *part = NULL;
	char hex[DIGEST_HEX + 1];
	bool other_bytes = false;
	digest_hex(want, hex);
	if (o->offline) {
		fault_set(f, ERR_OFFLINE, "%s:", nuris ? uris[0] : hex);
		fault_hint(f, "run `boot-hurd source fetch` once with the network");
		return ERR_OFFLINE;
	}
	int r = asprintf(&part, "%s.part", path) < 0 ? -ENOMEM : 0;
	for (size_t i = 0; r == 0 && i < nuris; i++) {
		struct fault g = FAULT_INIT;
		int e = expand(uris[i], &urls, &g);
		if (e < 0)
			buf_addf(&said, "\n  %s: %s", uris[i], g.what);
	}
	int last = ERR_NET;
	for (size_t i = 0; r == 0 && i < urls.n; i++) {
		last = try_url(urls.items[i], want, part, o, &said, f);
		other_bytes = other_bytes || last == ERR_HASH;
		if (last != ERR_NET && last != ERR_HASH && last != ERR_LIMIT)
			break;
	}
	if (r == 0 && last == 0 && rename(part, path) < 0)
		r = fault_set(f, -errno, "cannot keep %s:", path);
	else if (r == 0 && last < 0 &&
		 (last == ERR_NET || last == ERR_HASH || last == ERR_LIMIT)) {
		r = other_bytes ? ERR_HASH : last;
		fault_set(f, r, "no place gave the file with SHA-256 %s:%s", hex,
			  buf_str(&said));
		fault_hint(f, other_bytes
				  ? "the recipe's hash is wrong, or the server's file is"
				  : "add a mirror to the recipe, or put the file into the "
				    "store's sources folder under its SHA-256");
	} else if (r == 0) {
		r = last;
	}
	strlist_release(&urls);
	buf_release(&said);
	return r;
}
