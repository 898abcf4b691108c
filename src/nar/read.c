/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nar/nar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/vec.h"

/* What the reader expects next; each names a token or a run of bytes. */
enum state {
	WANT_MAGIC,
	WANT_OPEN,        /* "(" of a node */
	WANT_TYPE,        /* "type" */
	WANT_KIND,        /* "regular", "symlink", "directory" */
	WANT_CONTENTS,    /* "executable" or "contents" */
	WANT_EMPTY,       /* "" after "executable" */
	WANT_CONTENTS_X,  /* "contents" after that */
	WANT_DATA,        /* bytes of a file */
	WANT_TARGET,      /* "target" */
	WANT_LINK,        /* the target's bytes */
	WANT_ENTRY,       /* "entry" or ")" */
	WANT_ENTRY_OPEN,  /* "(" of an entry */
	WANT_NAME,        /* "name" */
	WANT_NAME_BYTES,  /* the name's bytes */
	WANT_NODE,        /* "node" */
	WANT_CLOSE,       /* ")" of a file or link */
	WANT_ENTRY_CLOSE, /* ")" of an entry */
	WANT_NOTHING,     /* the archive is complete */
};

/* A folder being read. */
struct level {
	size_t path_len; /* bytes of reader.path that name this folder */
	char *last;      /* name of the newest entry, or NULL; owned */
};

struct nar_reader {
	struct nar_visitor v;  /* whom to tell */
	enum state state;      /* what comes next */
	bool executable;       /* of the current file */
	bool in_data;          /* the bytes of a file are coming */
	uint64_t left;         /* bytes of the current string still to come */
	unsigned padding;      /* zero bytes after it */
	unsigned char head[8]; /* the length being read */
	unsigned nhead;        /* bytes of it so far */
	bool have_length;      /* the length is complete */
	struct buf token;      /* the current string */
	struct buf path;       /* of the current node */
	struct level *levels;  /* folders around the current node */
	size_t nlevels, levels_cap;
	uint64_t offset; /* bytes read in all, for messages */
};

int nar_reader_new(const struct nar_visitor *v, struct nar_reader **ret)
{
	struct nar_reader *r = calloc(1, sizeof *r);
	if (!r)
		return -ENOMEM;
	r->v = *v;
	r->state = WANT_MAGIC;
	*ret = r;
	return 0;
}

void nar_reader_free(struct nar_reader *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->nlevels; i++)
		free(r->levels[i].last);
	free(r->levels);
	buf_release(&r->token);
	buf_release(&r->path);
	free(r);
}

static int bad(struct nar_reader *r, struct fault *f, const char *what)
{
	return fault_set(f, ERR_SYNTAX, "not a canonical NAR at byte %llu: %s",
			 (unsigned long long)r->offset, what);
}

/* Returns the longest string that may stand where the reader is. */
static uint64_t length_limit(const struct nar_reader *r)
{
	switch (r->state) {
	case WANT_DATA:
		return INT64_MAX;
	case WANT_LINK:
		return NAR_TARGET_MAX;
	case WANT_NAME_BYTES:
		return NAR_NAME_MAX;
	default:
		return sizeof NAR_MAGIC; /* no keyword is longer */
	}
}

/* The node is complete: what follows depends on whether a folder holds it. */
static void leave_node(struct nar_reader *r)
{
	r->state = r->nlevels ? WANT_ENTRY_CLOSE : WANT_NOTHING;
}

static int open_folder(struct nar_reader *r, struct fault *f)
{
	if (r->nlevels >= NAR_DEPTH_MAX)
		return fault_set(f, ERR_LIMIT, "NAR nests folders deeper than %d",
				 NAR_DEPTH_MAX);
	struct level *p = vec_grow(r->levels, &r->levels_cap, r->nlevels + 1, sizeof *p);
	if (!p)
		return fault_set(f, -ENOMEM, "cannot read NAR:");
	r->levels = p;
	p[r->nlevels++] = (struct level){r->path.len, NULL};
	r->state = WANT_ENTRY;
	return r->v.directory ? r->v.directory(r->v.ctx, buf_view(&r->path)) : 0;
}

static int close_folder(struct nar_reader *r)
{
	free(r->levels[--r->nlevels].last);
	leave_node(r);
	return r->v.directory_end ? r->v.directory_end(r->v.ctx) : 0;
}

static int take_kind(struct nar_reader *r, struct view t, struct fault *f)
{
	r->executable = false;
	if (view_is(t, "regular"))
		r->state = WANT_CONTENTS;
	else if (view_is(t, "symlink"))
		r->state = WANT_TARGET;
	else if (view_is(t, "directory"))
		return open_folder(r, f);
	else
		return bad(r, f, "unknown type of node");
	return 0;
}

static int take_name(struct nar_reader *r, struct view t, struct fault *f)
{
	struct level *l = &r->levels[r->nlevels - 1];
	if (!path_is_component(t))
		return fault_set(f, ERR_UNSAFE, "NAR holds an unsafe name at byte %llu",
				 (unsigned long long)r->offset);
	if (l->last && view_cmp(view_of(l->last), t) >= 0)
		return bad(r, f, "names are not in order");
	free(l->last);
	l->last = strndup(t.ptr, t.len);
	r->path.len = l->path_len;
	if (r->path.len)
		buf_addc(&r->path, '/');
	buf_addv(&r->path, t);
	if (!l->last || buf_failed(&r->path))
		return fault_set(f, -ENOMEM, "cannot read NAR:");
	if (r->path.len > NAR_PATH_MAX)
		return fault_set(f, ERR_LIMIT,
				 "NAR holds a path of more than %d bytes at byte %llu",
				 NAR_PATH_MAX, (unsigned long long)r->offset);
	r->state = WANT_NODE;
	return 0;
}

static int take_target(struct nar_reader *r, struct view t, struct fault *f)
{
	if (t.len == 0 || memchr(t.ptr, '\0', t.len))
		return bad(r, f, "bad link target");
	r->state = WANT_CLOSE;
	return r->v.symlink ? r->v.symlink(r->v.ctx, buf_view(&r->path), t) : 0;
}

/* Moves on when T is WORD. */
static int expect(struct nar_reader *r, struct view t, const char *word, enum state next,
		  struct fault *f)
{
	if (!view_is(t, word))
		return bad(r, f, "unexpected word");
	r->state = next;
	return 0;
}

/* Takes the complete string T. */
static int take(struct nar_reader *r, struct view t, struct fault *f)
{
	switch (r->state) {
	case WANT_MAGIC:
		return expect(r, t, NAR_MAGIC, WANT_OPEN, f);
	case WANT_OPEN:
		return expect(r, t, "(", WANT_TYPE, f);
	case WANT_TYPE:
		return expect(r, t, "type", WANT_KIND, f);
	case WANT_KIND:
		return take_kind(r, t, f);
	case WANT_CONTENTS:
		if (!view_is(t, "executable"))
			return expect(r, t, "contents", WANT_DATA, f);
		r->executable = true;
		r->state = WANT_EMPTY;
		return 0;
	case WANT_EMPTY:
		return expect(r, t, "", WANT_CONTENTS_X, f);
	case WANT_CONTENTS_X:
		return expect(r, t, "contents", WANT_DATA, f);
	case WANT_TARGET:
		return expect(r, t, "target", WANT_LINK, f);
	case WANT_LINK:
		return take_target(r, t, f);
	case WANT_ENTRY:
		if (view_is(t, ")"))
			return close_folder(r);
		return expect(r, t, "entry", WANT_ENTRY_OPEN, f);
	case WANT_ENTRY_OPEN:
		return expect(r, t, "(", WANT_NAME, f);
	case WANT_NAME:
		return expect(r, t, "name", WANT_NAME_BYTES, f);
	case WANT_NAME_BYTES:
		return take_name(r, t, f);
	case WANT_NODE:
		return expect(r, t, "node", WANT_OPEN, f);
	case WANT_CLOSE:
		if (!view_is(t, ")"))
			return bad(r, f, "unexpected word");
		leave_node(r);
		return 0;
	case WANT_ENTRY_CLOSE:
		return expect(r, t, ")", WANT_ENTRY, f);
	case WANT_DATA:
	case WANT_NOTHING:
		break;
	}
	return bad(r, f, "bytes after the end");
}

/* The string and its padding are complete. */
static int finish_string(struct nar_reader *r, struct fault *f)
{
	r->have_length = false;
	r->nhead = 0;
	if (r->in_data) {
		r->in_data = false;
		r->state = WANT_CLOSE;
		return r->v.file_end ? r->v.file_end(r->v.ctx) : 0;
	}
	return take(r, buf_view(&r->token), f);
}

static int start_string(struct nar_reader *r, struct fault *f)
{
	uint64_t n = 0;
	for (size_t i = 0; i < 8; i++)
		n |= (uint64_t)r->head[i] << (8 * i);
	if (r->state == WANT_NOTHING)
		return bad(r, f, "bytes after the end");
	if (n > length_limit(r))
		return bad(r, f, "a string is too long");
	r->have_length = true;
	r->left = n;
	r->padding = n % 8 ? (unsigned)(8 - n % 8) : 0;
	buf_clear(&r->token);
	if (r->state != WANT_DATA)
		return 0;
	r->in_data = true;
	return r->v.file ? r->v.file(r->v.ctx, buf_view(&r->path), r->executable, n) : 0;
}

/* Takes what it can of the current string's N bytes; *USED tells how many. */
static int feed_string(struct nar_reader *r, const char *p, size_t n, size_t *used,
		       struct fault *f)
{
	size_t k = n < r->left ? n : (size_t)r->left;
	int ret = 0;
	*used = k;
	if (k && r->in_data)
		ret = r->v.data ? r->v.data(r->v.ctx, p, k) : 0;
	else if (k)
		buf_add(&r->token, p, k);
	r->left -= k;
	while (ret == 0 && r->left == 0 && r->padding && *used < n) {
		if (p[(*used)++])
			return bad(r, f, "padding is not zero");
		r->padding--;
	}
	return ret;
}

int nar_reader_feed(struct nar_reader *r, const void *bytes, size_t n, struct fault *f)
{
	const char *p = bytes;
	while (n) {
		size_t used = 0;
		int ret = 0;
		if (!r->have_length) {
			r->head[r->nhead++] = (unsigned char)*p;
			used = 1;
			if (r->nhead == 8)
				ret = start_string(r, f);
		} else {
			ret = feed_string(r, p, n, &used, f);
		}
		r->offset += used;
		p += used;
		n -= used;
		if (ret == 0 && r->have_length && r->left == 0 && r->padding == 0)
			ret = finish_string(r, f);
		if (ret < 0)
			return ret;
	}
	return 0;
}

int nar_reader_end(struct nar_reader *r, struct fault *f)
{
	if (r->state != WANT_NOTHING || r->nhead)
		return bad(r, f, "it ends too early");
	return 0;
}
