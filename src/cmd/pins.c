/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/pins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/vec.h"
#include "cmd/print.h"
#include "recipe/pins_file.h"

enum { PINS_MAX = 16 << 20 };

/* The lines of the file, or those that recipes would write. */
struct pins {
	struct strlist lines; /* sorted */
	bool there;           /* there is a file */
};

/* Returns RECIPES/pins, in the command's arena, or NULL. */
static const char *pins_path(struct cmd *c)
{
	return arena_fmt(&c->arena, "%s/pins", c->recipes_dir);
}

static int read_pins(struct cmd *c, struct pins *ret, struct fault *f)
{
	struct buf b = BUF_INIT;
	const char *path = pins_path(c);
	int r = path ? file_read(path, PINS_MAX, &b, f) : -ENOMEM;
	if (r == -ENOENT) {
		buf_release(&b);
		if (f)
			*f = (struct fault)FAULT_INIT;
		return 0;
	}
	if (r == 0)
		r = pins_parse(buf_view(&b), path, &ret->lines, f);
	buf_release(&b);
	ret->there = true;
	return r;
}

/* Writes the line of source S of D; 0 and nothing for what comes from the repository itself. */
static int line_of(const struct drv *d, const struct drv_source *s, struct strlist *ret)
{
	char hex[DIGEST_HEX + 1];
	if (s->pin == DRV_PIN_NAR || !s->nuris)
		return 0;
	digest_hex(&s->hash, hex);
	return strlist_addf(
	    ret, "%s:%s %s %s %s", s->pin == DRV_PIN_GIT ? "git" : "sha256",
	    s->pin == DRV_PIN_GIT ? s->commit : hex, d->meta.pname ? d->meta.pname : d->name,
	    d->meta.version && *d->meta.version ? d->meta.version : "-", s->uris[0]);
}

/* Looks LINE up: 1 when it is there, 0 when its pin is unknown; ERR_UNSAFE and *RET, what is known instead. */
static int look_up(const struct pins *p, const char *line, const char **ret)
{
	size_t n = pins_key(line);
	int found = 0;
	for (size_t i = 0; i < p->lines.n; i++) {
		const char *known = p->lines.items[i];
		if (strcmp(known, line) == 0)
			return 1;
		if (strncmp(known, line, n) == 0) {
			*ret = known + n;
			found = ERR_UNSAFE;
		}
	}
	return found;
}

/* Says that source LINE of D contradicts KNOWN. */
static int contradiction(const struct drv *d, const char *line, const char *known,
			 struct fault *f)
{
	size_t n = pins_key(line);
	fault_set(f, ERR_UNSAFE,
		  "%s:%d: recipe '%s': its version or URI has changed, its pin has "
		  "not: '%.*s' was recorded with '%s', and is now used with '%s'",
		  d->meta.file ? d->meta.file : "?", d->meta.line, d->name,
		  (int)strcspn(line, " "), line, known, line + n);
	fault_hint(
	    f,
	    "pin what the new URI gives, or say that it is meant: boot-hurd lint --record %s",
	    d->name);
	return ERR_UNSAFE;
}

/* Checks the sources of D. Returns how many pins are not known, or ERR_UNSAFE. */
static int check_one(const struct pins *p, const struct drv *d, struct fault *f)
{
	struct strlist lines = STRLIST_INIT;
	const char *known = NULL;
	int r = 0, unknown = 0;
	for (size_t i = 0; r == 0 && i < d->nsources; i++)
		r = line_of(d, &d->sources[i], &lines);
	for (size_t i = 0; r == 0 && i < lines.n; i++) {
		int e = look_up(p, lines.items[i], &known);
		unknown += e == 0;
		if (e < 0)
			r = contradiction(d, lines.items[i], known, f);
	}
	strlist_release(&lines);
	return r < 0 ? r : unknown;
}

int pins_check(struct cmd *c, const struct drv *const *drvs, size_t n, struct fault *f)
{
	struct pins p = {STRLIST_INIT, false};
	struct fault g = FAULT_INIT;
	const struct drv **nodes = NULL;
	size_t nnodes = 0;
	int r = read_pins(c, &p, &g);
	if (r < 0)
		*f = g;
	if (r == 0 && p.there)
		r = drv_closure(drvs, n, &nodes, &nnodes, f);
	for (size_t i = 0; r >= 0 && i < nnodes; i++)
		r = check_one(&p, nodes[i], f);
	free(nodes);
	strlist_release(&p.lines);
	return r < 0 ? r : 0;
}

int pins_unknown(struct cmd *c, const struct drv *d, struct fault *f)
{
	struct pins p = {STRLIST_INIT, false};
	int r = read_pins(c, &p, f);
	if (r == 0 && p.there)
		r = check_one(&p, d, f);
	strlist_release(&p.lines);
	return r;
}

static bool is_meant(const struct drv *d, const struct drv *const *meant, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (digest_eq(&meant[i]->id, &d->id) && strcmp(meant[i]->name, d->name) == 0)
			return true;
	return false;
}

/* Writes the lines FRESH, each once. *RET_N becomes their number. */
static int write_pins(struct cmd *c, const struct strlist *fresh, size_t *ret_n,
		      struct fault *f)
{
	struct buf b = BUF_INIT;
	const char *path = pins_path(c);
	size_t n = 0;
	buf_addf(&b, "%s\n", PINS_MAGIC);
	for (size_t i = 0; i < fresh->n; i++)
		if (i == 0 || strcmp(fresh->items[i], fresh->items[i - 1]) != 0) {
			buf_addf(&b, "%s\n", fresh->items[i]);
			n++;
		}
	int r = path ? buf_failed(&b) : -ENOMEM;
	if (r == 0)
		r = file_write_atomic(path, b.ptr, b.len, 0644, f);
	buf_release(&b);
	*ret_n = n;
	return r;
}

int pins_record(struct cmd *c, const struct drv *const *all, size_t nall,
		const struct drv *const *meant, size_t nmeant, struct fault *f)
{
	struct pins old = {STRLIST_INIT, false};
	struct strlist fresh = STRLIST_INIT;
	size_t n = 0, changed = 0;
	struct fault g = FAULT_INIT;
	int r = read_pins(c, &old, &g);
	if (r < 0)
		*f = g;
	for (size_t i = 0; r == 0 && i < nall; i++) {
		for (size_t k = 0; r == 0 && k < all[i]->nsources; k++)
			r = line_of(all[i], &all[i]->sources[k], &fresh);
		if (r == 0 && check_one(&old, all[i], &g) < 0) {
			changed++;
			if (!is_meant(all[i], meant, nmeant)) {
				r = g.code;
				*f = g;
			}
		}
	}
	strlist_sort(&fresh);
	if (r == 0)
		r = write_pins(c, &fresh, &n, f);
	if (r == 0)
		print_out("recorded %zu pins; %zu recipes changed a version or URI under an "
			  "old one\n",
			  n, changed);
	strlist_release(&old.lines);
	strlist_release(&fresh);
	return r;
}
