/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGES_INTERNAL_H
#define PAGES_INTERNAL_H

#include <pthread.h>

#include "pages/html.h"
#include "pages/layout.h"
#include "pages/model.h"
#include "pages/pages.h"

/* What the pages share. */

struct cached;

struct pages {
	struct pages_options o;
	pthread_mutex_t lock; /* over all below */
	struct store *s;
	struct model model;
	struct inputs inputs;
	int64_t generation;   /* of the model; -1 = there is none */
	int64_t loaded_ns;    /* monotonic, when it was read */
	struct cached *cache; /* pages of this generation, by path; owned */
	size_t ncache, cache_cap;
	size_t cache_bytes;
	struct layout_cache *layouts; /* of graphs; owned */
};

/* A request for a page. */
struct request {
	struct pages *p;
	const struct model *m;
	struct arena arena; /* lives as long as the request */
	const char *up;     /* from this page to the top: "" or "../" */
	struct buf *b;      /* the body */
	struct page *page;
	struct fault *f;
};

/* serve.c: reads the model again when something has changed, and not just been read. The lock is held. */
int pages_refresh(struct pages *p, struct fault *f);
/* serve.c: lists the paths of pages that there is one of. */
int pages_list_fixed(struct strlist *ret);

/* Each makes a page. NAME is what the route's pattern left open. 0, ERR_MISSING (no such page), negative. */
int page_overview(struct request *q, const char *name);
int page_outputs(struct request *q, const char *name);
int page_outputs_more(struct request *q, const char *name);
int page_output(struct request *q, const char *name);
int page_log(struct request *q, const char *name);
int page_difference(struct request *q, const char *name);
int page_diffoscope(struct request *q, const char *name);
int page_diffoscope_html(struct request *q, const char *name);
int page_graph(struct request *q, const char *name);
int page_graph_svg(struct request *q, const char *name);
int page_runs(struct request *q, const char *name);
int page_runs_before(struct request *q, const char *name);
int page_run(struct request *q, const char *name);
int page_run_log(struct request *q, const char *name);
int page_run_events(struct request *q, const char *name);
int page_peers(struct request *q, const char *name);
int page_badge(struct request *q, const char *name);
int page_feed(struct request *q, const char *name);
int page_api_status(struct request *q, const char *name);
int page_api_outputs(struct request *q, const char *name);
int page_api_output(struct request *q, const char *name);
int page_api_runs(struct request *q, const char *name);
int page_api_run(struct request *q, const char *name);
int page_api_differences(struct request *q, const char *name);
int page_api_schema(struct request *q, const char *name);
int page_metrics(struct request *q, const char *name);
int page_style(struct request *q, const char *name);
int page_script(struct request *q, const char *name);

/* Begins a page of HTML: TITLE, and which part of the site it is in ("" = none). */
void page_begin(struct request *q, const char *title, const char *part);
/* The same for a page that shows what runs: without a script it is loaded again every 5 s. */
void page_begin_live(struct request *q, const char *title, const char *part);
void page_end(struct request *q);
/* Adds the name of OUTPUT, a link to its page when it has one. */
void page_output_link(struct request *q, const char *output);
/* Adds a bar of the counts by verdict, and its legend. */
void page_bar(struct request *q);
/* Adds a table of N runs. */
void page_run_table(struct request *q, const struct history_run *runs, size_t n);
/* Adds the last cells of the row of X, and ends the row: verdict, object, time. */
void page_result_cells(struct request *q, const struct history_result *x);
/* Add to the overview: where roots meet; which sources left the archive. To the runs: what plans watch. */
int page_roots(struct request *q);
int page_departed(struct request *q);
int page_triggers(struct request *q);
/* Frees C, which may be NULL. */
void page_layouts_free(struct layout_cache *c);
/* Adds the neighbourhood of output O as SVG. */
int page_neighbourhood(struct request *q, const struct model_output *o);
/* Returns whether R has a page as a difference. */
bool page_is_difference(const struct history_result *r);
/* Reads a number. Returns whether NAME is one. */
bool page_number(const char *name, int64_t *ret);

/*
 * Lists are cut into parts that can be read: rows of a table, and runs. Part 1 is on the page of the whole list; the
 * others are pages of their own.
 */
enum { PART_ROWS = 500, PART_RUNS = 100 };
/* Reads "STEM-N", of part N >= 2. Returns whether NAME is that; STEM gets what stands before. */
bool page_part(const char *name, char stem[128], size_t *ret);
/* Returns how many parts N rows have: at least 1. */
size_t page_parts(size_t n);
/*
 * Adds links to the parts of a list of N rows, of which PART is shown: FIRST is the page of part 1, the others are
 * STEM-2.html and so on. Nothing when there is one part only.
 */
void page_pager(struct request *q, const char *first, const char *stem, size_t n, size_t part);
/* Returns the path REL below the store's folder, in the request's arena; NULL when it is not clean. */
const char *page_path(struct request *q, const char *rel);

#endif
