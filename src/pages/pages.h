/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGES_PAGES_H
#define PAGES_PAGES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/*
 * The pages that show what is in a store: served by boot-hurdd, or written as files (publish --pages), by
 * one renderer. All links are relative and name files, so that a copy can be carried anywhere.
 *
 *     index.html              what is reproduced, differs, inherits, unchecked; the trend; what changed
 *     outputs.html            all outputs;  outputs/VERDICT-N.html  part N of those
 *     output/NAME.html        one output;  log/NAME.txt  the log of its newest build
 *     difference/ID.html      one difference;  difference/ID.diffoscope.{html,txt}  diffoscope's reports
 *     graph.html, graph.svg   what is built from what
 *     runs.html, run/ID.html  runs, one run;  run/ID/log.txt, run/ID/events  (live) its output;
 *                             runs/ID.html  those before run ID;  run/ID-N.html  part N of what it found
 *     peers.html              who else built, and what they got
 *     badge/NAME.svg          one output's verdict; badge/all.svg  how many are reproduced
 *     feed.atom               new differences
 *     api/v1/…                the same as JSON: api/v1/schema.json describes it
 *     metrics                 for Prometheus (served only)
 *     style.css, live.js
 */
struct pages;

struct pages_options {
	const char *state;       /* folder of the store */
	const char *publication; /* folder of what is published, for attestations; or NULL */
	bool live;               /* served: what runs is shown as it runs */
	/* Adds metrics of whoever serves the pages; may be NULL. */
	void (*metrics)(void *ctx, struct buf *ret);
	void *ctx;
};

/* A page. */
struct page {
	unsigned status;  /* 200, 404 */
	const char *type; /* its media type, static */
	struct buf body;
	char tag[40]; /* strong entity tag with its quotes */
	bool fresh;   /* must not be kept by caches: what runs */
	bool foreign; /* markup that others wrote: PAGES_FOREIGN_POLICY is to hold for it */
};

/*
 * What a page that others wrote may do in a browser: be looked at. No script, nothing loaded, no form. It says so itself
 * (as far as a document can), for servers of files; who serves it says it in a header, and with "sandbox".
 */
#define PAGES_FOREIGN_POLICY \
	"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; " \
	"form-action 'none'"

/* Opens the store for reading. O is copied. */
int pages_new(const struct pages_options *o, struct pages **ret, struct fault *f);
void pages_free(struct pages *p);
/* Returns whether PATH (without a slash in front, "" is the first page) can be a page. */
bool pages_has(const char *path);
/*
 * Makes the page PATH. 0 also when there is none: then status is 404. Safe from any thread. The caller
 * frees RET->body.
 */
int pages_get(struct pages *p, const char *path, struct page *ret, struct fault *f);
/* Lists the paths of all pages, for a copy. */
int pages_list(struct pages *p, struct strlist *ret, struct fault *f);
/* Writes all pages as files below DIR; *RET_N gets how many. */
int pages_write(struct pages *p, const char *dir, size_t *ret_n, struct fault *f);

#endif
