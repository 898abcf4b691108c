/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGES_HTML_H
#define PAGES_HTML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/view.h"
#include "hash/digest.h"

/*
 * Writing HTML, XML and SVG. What comes from outside enters through %s only, which leaves nothing in it
 * that a browser or a reader could take for something else: control characters, marks of direction and
 * bytes that are no UTF-8 are spelled out (base/escape.h), then what has a meaning in markup is escaped,
 * for texts and for quoted attributes alike.
 */

/*
 * Adds FMT, which is markup. %s: const char *, escaped; %v: struct view, escaped; %h: const char *, markup;
 * %d: int64_t; %f: double, two places; %%: a per cent sign.
 */
void html_add(struct buf *b, const char *fmt, ...);
/* Adds the style sheet of all pages. */
void html_style(struct buf *b);
/* Adds TEXT, escaped; LINES: line feeds and tabs stay. */
void html_text(struct buf *b, struct view text, bool lines);
/* Adds the time NS as a <time>; 0: a dash. */
void html_time(struct buf *b, int64_t ns);
/* Adds the time NS by RFC 3339. */
void html_rfc3339(struct buf *b, int64_t ns);
/* Adds a duration, "3 min 5 s". */
void html_duration(struct buf *b, uint64_t ns);
/* Adds a size, "1.2 GiB". */
void html_bytes(struct buf *b, uint64_t n);
/* Adds D in Nix base-32 as <code>, with a short form; all zero: a dash. */
void html_hash(struct buf *b, const struct digest *d, bool whole);
/*
 * Begins a table that scrolls by itself where it is too wide. COLUMNS are its headings, "Run|#Took|Why"; # stands
 * before those of numbers. Rows follow, then html_table_end.
 */
void html_table(struct buf *b, const char *columns);
void html_table_end(struct buf *b);
/* Adds the verdict WORD as a chip: a dot and the word. */
void html_verdict(struct buf *b, const char *word);

#endif
