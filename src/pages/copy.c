/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "pages/internal.h"

/* All pages as files. */

enum { RUNS_LISTED = 100000 };

/* Lists the parts 2 and on of a list of N rows, whose pages are STEM-2.html and so on. */
static int list_parts(struct strlist *ret, const char *stem, size_t n)
{
	int r = 0;
	for (size_t i = 2; r == 0 && i <= page_parts(n); i++)
		r = strlist_addf(ret, "%s-%zu.html", stem, i);
	return r;
}

/* Lists the pages of outputs. */
static int list_outputs(const struct model *m, struct strlist *ret)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		const char *name = m->outputs[i].name;
		r = strlist_addf(ret, "output/%s.html", name);
		if (r == 0)
			r = strlist_addf(ret, "log/%s.txt", name);
		if (r == 0)
			r = strlist_addf(ret, "badge/%s.svg", name);
		if (r == 0)
			r = strlist_addf(ret, "api/v1/output/%s.json", name);
	}
	for (size_t w = 0; r == 0 && MODEL_WORDS[w]; w++) {
		char stem[64];
		snprintf(stem, sizeof stem, "outputs/%s", MODEL_WORDS[w]);
		r = list_parts(ret, stem, m->counts[w]);
	}
	return r < 0 ? r : strlist_add(ret, "badge/all.svg");
}

/* Lists the pages of run ID. */
static int list_run(struct pages *p, int64_t id, struct strlist *ret, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct history_result *results = NULL;
	size_t n = 0;
	char stem[64];
	snprintf(stem, sizeof stem, "run/%lld", (long long)id);
	int r = history_results(p->s, &a, id, &results, &n, f);
	arena_release(&a);
	if (r == 0)
		r = strlist_addf(ret, "%s.html", stem);
	if (r == 0)
		r = list_parts(ret, stem, n);
	if (r == 0)
		r = strlist_addf(ret, "%s/log.txt", stem);
	return r < 0 ? r : strlist_addf(ret, "api/v1/%s.json", stem);
}

/* Lists the pages of runs and of differences. */
static int list_history(struct pages *p, struct strlist *ret, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct history_run *runs = NULL;
	struct history_result *results = NULL;
	size_t nruns = 0, n = 0;
	int r = history_runs(p->s, &a, NULL, 0, RUNS_LISTED, &runs, &nruns, f);
	for (size_t i = 0; r == 0 && i < nruns; i++) {
		r = list_run(p, runs[i].id, ret, f);
		if (r == 0 && i % PART_RUNS == PART_RUNS - 1 && i + 1 < nruns)
			r = strlist_addf(ret, "runs/%lld.html", (long long)runs[i].id);
	}
	if (r == 0)
		r = history_results_of(p->s, &a, NULL, HISTORY_ALL, &results, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		static const char *const ends[] = {"html", "diffoscope.txt", "diffoscope.html"};
		if (!page_is_difference(&results[i]))
			continue;
		for (size_t k = 0; r == 0 && k < sizeof ends / sizeof *ends; k++)
			r = strlist_addf(ret, "difference/%lld.%s", (long long)results[i].id,
					 ends[k]);
	}
	arena_release(&a);
	return r;
}

int pages_list(struct pages *p, struct strlist *ret, struct fault *f)
{
	pthread_mutex_lock(&p->lock);
	int r = pages_refresh(p, f);
	if (r == 0)
		r = pages_list_fixed(ret);
	if (r == 0)
		r = list_outputs(&p->model, ret);
	if (r == 0)
		r = list_history(p, ret, f);
	pthread_mutex_unlock(&p->lock);
	return r < 0 && !(f && f->code) ? fault_set(f, r, "cannot list the pages:") : r;
}

/* Writes one page below DIR, unless the file holds it already. */
static int write_page(const char *dir, const char *path, const struct page *page,
		      struct fault *f)
{
	struct buf old = BUF_INIT;
	FREE_PTR char *to = path_join(dir, path);
	FREE_PTR char *folder = to ? strdup(to) : NULL;
	if (!to || !folder)
		return fault_set(f, -ENOMEM, "cannot write %s:", path);
	*strrchr(folder, '/') = '\0';
	int r = file_mkdirs(folder, f);
	bool same = r == 0 && file_read_if_there(to, page->body.len + 1, &old, NULL) == 0 &&
		    old.len == page->body.len && file_exists(to, NULL) > 0 &&
		    memcmp(buf_str(&old), buf_str(&page->body), old.len) == 0;
	buf_release(&old);
	if (r == 0 && !same)
		r = file_write_atomic(to, buf_str(&page->body), page->body.len, 0644, f);
	return r;
}

int pages_write(struct pages *p, const char *dir, size_t *ret_n, struct fault *f)
{
	struct strlist paths = STRLIST_INIT;
	size_t n = 0;
	int r = pages_list(p, &paths, f);
	for (size_t i = 0; r == 0 && i < paths.n; i++) {
		struct page page;
		r = pages_get(p, paths.items[i], &page, f);
		if (r == 0 && page.status == 200) {
			r = write_page(dir, paths.items[i], &page, f);
			n++;
		}
		buf_release(&page.body);
	}
	strlist_release(&paths);
	*ret_n = n;
	return r;
}
