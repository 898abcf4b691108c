/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/baseline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"

enum { REFERENCE_FILE_MAX = 64 << 20 };

void baseline_release(struct baseline *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->rows[i].name);
	free(r->rows);
	*r = (struct baseline)BASELINE_INIT;
}

/* Reads one line (without its LF). Returns 0, ERR_SYNTAX or -ENOMEM. */
static int parse_line(struct view line, struct baseline *ret)
{
	const size_t fixed = 3 * (DIGEST_HEX + 1);
	struct baseline_row row;
	struct digest *digests[] = {&row.action, &row.object, &row.drv};
	if (line.len <= fixed)
		return ERR_SYNTAX;
	for (size_t i = 0; i < 3; i++) {
		const char *p = line.ptr + i * (DIGEST_HEX + 1);
		if (digest_parse_hex((struct view){p, DIGEST_HEX}, digests[i]) < 0 ||
		    p[DIGEST_HEX] != ' ')
			return ERR_SYNTAX;
	}
	struct view name = {line.ptr + fixed, line.len - fixed};
	if (!path_is_name(name))
		return ERR_SYNTAX;
	struct baseline_row *p = vec_grow(ret->rows, &ret->cap, ret->n + 1, sizeof *p);
	row.name = strndup(name.ptr, name.len);
	if (!p || !row.name) {
		free(row.name);
		return -ENOMEM;
	}
	ret->rows = p;
	ret->rows[ret->n++] = row;
	return 0;
}

int baseline_parse(struct view text, const char *file, struct baseline *ret, struct fault *f)
{
	for (int number = 1; text.len; number++) {
		const char *lf = memchr(text.ptr, '\n', text.len);
		size_t n = lf ? (size_t)(lf - text.ptr) : text.len;
		struct view line = {text.ptr, n};
		int r = n == 0 || line.ptr[0] == '#' ? 0 : parse_line(line, ret);
		if (r < 0)
			return fault_set(f, r, "%s:%d: not a realisation:", file, number);
		n += lf != NULL;
		text.ptr += n;
		text.len -= n;
	}
	return 0;
}

int baseline_read(const char *path, struct baseline *ret, struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = file_read_if_there(path, REFERENCE_FILE_MAX, &b, f);
	if (r == 0)
		r = baseline_parse(buf_view(&b), path, ret, f);
	buf_release(&b);
	return r;
}

const struct baseline_row *baseline_of_action(const struct baseline *r,
					      const struct digest *action)
{
	for (size_t i = 0; i < r->n; i++)
		if (digest_eq(&r->rows[i].action, action))
			return &r->rows[i];
	return NULL;
}

const struct baseline_row *baseline_of_drv(const struct baseline *r, const struct digest *drv)
{
	for (size_t i = 0; i < r->n; i++)
		if (digest_eq(&r->rows[i].drv, drv))
			return &r->rows[i];
	return NULL;
}
