/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/verify.h"

#include "base/escape.h"
#include "json/write.h"
#include "verify/write.h"

/* ---- for people ---- */

/* Adds the names of AXES, separated by SEP. */
static void add_axes(struct buf *b, unsigned axes, const char *sep)
{
	bool first = true;
	for (unsigned bit = 1; bit && bit <= axes; bit <<= 1) {
		if (!(axes & bit))
			continue;
		buf_addf(b, "%s%s", first ? "" : sep, vary_name(bit));
		first = false;
	}
}

/* Says how what R stands on ended. */
static const char *ground_word(const struct verify_result *r)
{
	return r->stands_on->verdict == VERDICT_FAILED ? "could not be built again" : "differs";
}

/* Adds what R, whatever its own verdict, stands on. */
static void add_ground(const struct verify_result *r, struct buf *b)
{
	if (r->stands_on)
		escape_addf(b, "  stands on %s, which %s\n", r->stands_on->drv->name,
			    ground_word(r));
}

static void add_difference(const struct verify_result *r, struct buf *b)
{
	char ours[DIGEST_NIX32 + 1], other[DIGEST_NIX32 + 1];
	digest_nix32(&r->object, ours);
	digest_nix32(&r->other, other);
	escape_addf(b, "\nDIFFERS %s: this step is the culprit: same action, other output\n",
		    r->drv->name);
	escape_addf(b, "  stored   %s\n  %s %s\n", ours, r->kept ? "rebuilt " : "baseline",
		    other);
	if (r->axes) {
		buf_adds(b, "  caused by varying: ");
		add_axes(b, r->axes, ", ");
		buf_addc(b, '\n');
	} else if (r->kept) {
		buf_adds(b, "  differs without any variation\n");
	}
	add_ground(r, b);
	write_differences(b, &r->differences);
	if (!r->kept)
		return;
	escape_addf(b, "  the stored tree is %s\n", r->stored);
	escape_addf(b, "  the rebuilt tree is kept in %s\n", r->kept);
	if (r->report)
		escape_addf(b, "  diffoscope's report is %s\n", r->report);
	write_closer_look(b, r->stored, r->kept);
}

static void add_rest(const struct verify_result *r, bool verbose, struct buf *b)
{
	char hash[DIGEST_NIX32 + 1];
	digest_nix32(&r->object, hash);
	if (r->verdict == VERDICT_INHERITS)
		escape_addf(b, "\nINHERITS %s: the baseline built it from other inputs\n",
			    r->drv->name);
	else if (r->verdict == VERDICT_FAILED)
		escape_addf(b, "\nFAILED %s: %s\n", r->drv->name, r->fault.what);
	else if (r->verdict == VERDICT_STANDS_ON)
		escape_addf(b, "\nSTANDS ON %s %s: rebuilt from it, and equal\n",
			    ground_word(r), r->drv->name);
	else if (!verbose && !r->asked)
		return;
	else if (r->verdict == VERDICT_REPRODUCED)
		escape_addf(b, "reproduced %s %s (%u rebuilt%s)\n", hash, r->drv->name,
			    r->rounds, r->in_baseline ? ", equals the baseline" : "");
	else
		escape_addf(b, "%s %s %s\n", verdict_word(r->verdict), hash, r->drv->name);
	add_ground(r, b);
}

/* Adds the last line: counts, coverage, what was varied; then what was not, and what is not attestable. */
static void add_sum(const struct verify_report *r, struct buf *b)
{
	escape_addf(b, "\n%zu outputs:", r->n);
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		if (r->counts[v] || v == VERDICT_REPRODUCED || v == VERDICT_DIFFERS ||
		    v == VERDICT_FAILED)
			escape_addf(b, "%s %zu %s", v ? "," : "", r->counts[v],
				    verdict_phrase((enum verdict)v));
	escape_addf(b, "; coverage %.1f %%", r->coverage);
	if (r->sample < 100)
		escape_addf(b, "; sample %g %%, seed %llu", r->sample,
			    (unsigned long long)r->seed);
	if (r->vary) {
		buf_adds(b, "; varied: ");
		add_axes(b, r->vary, ", ");
	}
	buf_addc(b, '\n');
	if (r->only)
		buf_adds(b, "--only: what these are built from was taken as it is\n");
	for (size_t i = 0; i < r->nskipped; i++)
		escape_addf(b, "not varied: %s: %s\n", vary_name(r->skipped[i].axis),
			    r->skipped[i].why.what);
	for (size_t i = 0; i < r->n; i++)
		if (r->results[i].overridden)
			escape_addf(b, "not attestable: %s: stands on an overridden source\n",
				    r->results[i].drv->name);
}

void verify_result_why(const struct verify_result *r, struct buf *b)
{
	switch (r->verdict) {
	case VERDICT_DIFFERS:
		buf_adds(b, "this step is the culprit: same action, other output");
		buf_adds(b, r->axes ? "; caused by varying " : "");
		add_axes(b, r->axes, ", ");
		break;
	case VERDICT_INHERITS:
		buf_adds(b, "the baseline built it from other inputs");
		break;
	case VERDICT_FAILED:
		escape_addf(b, "%s", r->fault.what);
		break;
	case VERDICT_REPRODUCED:
		escape_addf(b, "rebuilt %u times, equal%s", r->rounds,
			    r->in_baseline ? "; equals the baseline" : "");
		break;
	default:
		buf_adds(b, verdict_phrase(r->verdict));
	}
	if (r->stands_on)
		escape_addf(b, "; stands on %s, which %s", r->stands_on->drv->name,
			    ground_word(r));
	if (r->overridden)
		buf_adds(b, "; not attestable: stands on an overridden source");
}

void verify_report_text(const struct verify_report *r, bool verbose, struct buf *ret)
{
	if (r->head)
		report_head_text(r->head, ret);
	for (size_t i = 0; i < r->n; i++)
		if (r->results[i].verdict != VERDICT_DIFFERS)
			add_rest(&r->results[i], verbose, ret);
	/* Culprits last before the sum, in the order of the chain: the first diverged first. */
	for (size_t i = 0; i < r->n; i++)
		if (r->results[i].verdict == VERDICT_DIFFERS)
			add_difference(&r->results[i], ret);
	add_sum(r, ret);
}

/* ---- for machines ---- */

static void add_axes_json(struct buf *b, const char *name, unsigned axes)
{
	json_open_array(b, name);
	for (unsigned bit = 1; bit && bit <= axes; bit <<= 1)
		if (axes & bit)
			json_put(b, NULL, vary_name(bit));
	json_close_array(b);
}

void verify_result_json(const struct verify_result *r, struct buf *b)
{
	json_open(b, NULL);
	json_put(b, "verdict", verdict_word(r->verdict));
	json_put_escaped(b, "name", r->drv->name);
	json_put_hex(b, "derivation", r->drv->id.b, DIGEST_LEN);
	json_put_hex(b, "action", r->action.b, DIGEST_LEN);
	json_put_hex(b, "object", r->object.b, DIGEST_LEN);
	json_put_number(b, "rounds", r->rounds);
	json_put_number(b, "rebuild_ns", r->wall_ns);
	json_put(b, "baseline",
		 r->baseline_differs    ? "differs"
		 : r->in_baseline       ? "equal"
		 : r->baseline_inherits ? "inherits"
					: "none");
	json_put_flag(b, "attestable", !r->overridden);
	if (r->stands_on)
		json_put_escaped(b, "stands_on", r->stands_on->drv->name);
	if (r->verdict == VERDICT_DIFFERS) {
		json_put_hex(b, "other", r->other.b, DIGEST_LEN);
		add_axes_json(b, "axes", r->axes);
		if (r->kept) {
			json_put_escaped(b, "stored", r->stored);
			json_put_escaped(b, "kept", r->kept);
		}
		if (r->report)
			json_put_escaped(b, "report", r->report);
		write_differences_json(b, &r->differences);
	}
	if (r->verdict == VERDICT_FAILED)
		json_put_escaped(b, "error", r->fault.what);
	json_close(b);
}

void verify_report_json(const struct verify_report *r, double wanted_coverage, struct buf *ret)
{
	json_open(ret, NULL);
	json_put_number(ret, "schema", 2);
	if (r->head)
		report_head_json(r->head, ret);
	json_put_integer(ret, "exit", verify_exit(r, wanted_coverage));
	json_put_real(ret, "coverage", r->coverage, 3);
	json_put_real(ret, "coverage_wanted", wanted_coverage, 3);
	json_put_number(ret, "rounds", r->rounds);
	json_put_real(ret, "sample", r->sample, -1);
	json_put_number(ret, "seed", r->seed);
	json_put_flag(ret, "only", r->only);
	add_axes_json(ret, "vary", r->vary);
	json_open_array(ret, "not_varied");
	for (size_t i = 0; i < r->nskipped; i++) {
		json_open(ret, NULL);
		json_put(ret, "axis", vary_name(r->skipped[i].axis));
		json_put_escaped(ret, "why", r->skipped[i].why.what);
		json_close(ret);
	}
	json_close_array(ret);
	verdict_counts_json(r->counts, ret);
	json_open_array(ret, "outputs");
	for (size_t i = 0; i < r->n; i++)
		verify_result_json(&r->results[i], ret);
	json_close_array(ret);
	json_close(ret);
	buf_addc(ret, '\n');
}
