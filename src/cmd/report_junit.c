/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/report.h"
#include "pages/html.h"

/*
 * The report as the XML of JUnit, as Jenkins and GitLab read it: an output is a test case. What differs
 * is a failure, what could not be built again an error, what was not compared is skipped.
 */

enum outcome { PASSED, FAILURE, ERROR, SKIPPED };

static enum outcome outcome_of(enum verdict v)
{
	switch (v) {
	case VERDICT_REPRODUCED:
		return PASSED;
	case VERDICT_DIFFERS:
	case VERDICT_INHERITS:
		return FAILURE;
	case VERDICT_FAILED:
		return ERROR;
	default:
		return SKIPPED;
	}
}

static void add_property(void *ctx, const char *name, const char *value)
{
	html_add(ctx, "<property name=\"%s\" value=\"%s\"/>\n", name, value);
}

static void add_case(const struct report_row *x, struct buf *b)
{
	static const char *const elements[] = {"", "failure", "error", "skipped"};
	enum outcome o = outcome_of(x->verdict);
	html_add(b, "<testcase classname=\"boot-hurd\" name=\"%s\" time=\"%f\">\n",
		 x->drv->name, (double)x->wall_ns / 1e9);
	if (o == SKIPPED)
		html_add(b, "<skipped message=\"%s: %s\"/>\n", verdict_word(x->verdict),
			 x->why);
	else if (o != PASSED) {
		html_add(b, "<%h type=\"%s\" message=\"%s\">", elements[o],
			 verdict_word(x->verdict), x->why);
		html_text(b, view_of(x->detail), true);
		html_add(b, "</%h>\n", elements[o]);
	}
	if (x->built) {
		char hash[DIGEST_NIX32 + 1];
		digest_nix32(&x->object, hash);
		html_add(b, "<system-out>%s %s</system-out>\n", hash, x->drv->name);
	}
	html_add(b, "</testcase>\n");
}

void report_junit(const struct report *r, struct buf *b)
{
	int64_t n[4] = {0};
	uint64_t wall_ns = 0;
	for (size_t i = 0; i < r->n; i++) {
		n[outcome_of(r->rows[i].verdict)]++;
		wall_ns += r->rows[i].wall_ns;
	}
	html_add(b,
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"boot-hurd "
		 "verify\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%f\">\n",
		 (int64_t)r->n, n[FAILURE], n[ERROR], (double)wall_ns / 1e9);
	html_add(b,
		 "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" "
		 "skipped=\"%d\" time=\"%f\" timestamp=\"",
		 r->head->mode, (int64_t)r->n, n[FAILURE], n[ERROR], n[SKIPPED],
		 (double)wall_ns / 1e9);
	html_rfc3339(b, r->head->time_s * 1000000000);
	html_add(b, "\">\n<properties>\n");
	add_property(b, "boot-hurd", r->head->version);
	report_head_each(r->head, add_property, b);
	html_add(b, "<property name=\"coverage\" value=\"%f %%\"/>\n</properties>\n",
		 r->coverage);
	for (size_t i = 0; i < r->n; i++)
		add_case(&r->rows[i], b);
	html_add(b, "</testsuite>\n</testsuites>\n");
}
