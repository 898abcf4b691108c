/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/verify.h"

#include "base/escape.h"
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
	char ours[DIGEST_HEX + 1], other[DIGEST_HEX + 1];
	digest_hex(&r->object, ours);
	digest_hex(&r->other, other);
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
	else if (!verbose)
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

void verify_report_text(const struct verify_report *r, bool verbose, struct buf *ret)
{
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
	buf_addf(b, ",\"%s\":[%s", name, axes ? "\"" : "");
	add_axes(b, axes, "\",\"");
	buf_adds(b, axes ? "\"]" : "]");
}

void verify_result_json(const struct verify_result *r, struct buf *b)
{
	buf_addf(b, "{\"verdict\":\"%s\"", verdict_word(r->verdict));
	write_member(b, "name", r->drv->name);
	write_digest(b, "derivation", &r->drv->id);
	write_digest(b, "action", &r->action);
	write_digest(b, "object", &r->object);
	buf_addf(b, ",\"rounds\":%u,\"rebuild_ns\":%llu", r->rounds,
		 (unsigned long long)r->wall_ns);
	buf_addf(b, ",\"baseline\":\"%s\"",
		 r->baseline_differs    ? "differs"
		 : r->in_baseline       ? "equal"
		 : r->baseline_inherits ? "inherits"
					: "none");
	buf_addf(b, ",\"attestable\":%s", r->overridden ? "false" : "true");
	if (r->stands_on)
		write_member(b, "stands_on", r->stands_on->drv->name);
	if (r->verdict == VERDICT_DIFFERS) {
		write_digest(b, "other", &r->other);
		add_axes_json(b, "axes", r->axes);
		if (r->kept) {
			write_member(b, "stored", r->stored);
			write_member(b, "kept", r->kept);
		}
		if (r->report)
			write_member(b, "report", r->report);
		write_differences_json(b, &r->differences);
	}
	if (r->verdict == VERDICT_FAILED)
		write_member(b, "error", r->fault.what);
	buf_addc(b, '}');
}

void verify_report_json(const struct verify_report *r, double wanted_coverage, struct buf *ret)
{
	buf_addf(ret, "{\"schema\":2,\"exit\":%d,\"coverage\":%.3f,\"coverage_wanted\":%.3f",
		 verify_exit(r, wanted_coverage), r->coverage, wanted_coverage);
	buf_addf(ret, ",\"rounds\":%u,\"sample\":%g,\"seed\":%llu", r->rounds, r->sample,
		 (unsigned long long)r->seed);
	buf_addf(ret, ",\"only\":%s", r->only ? "true" : "false");
	add_axes_json(ret, "vary", r->vary);
	buf_adds(ret, ",\"not_varied\":[");
	for (size_t i = 0; i < r->nskipped; i++) {
		buf_addf(ret, "%s{\"axis\":\"%s\"", i ? "," : "",
			 vary_name(r->skipped[i].axis));
		write_member(ret, "why", r->skipped[i].why.what);
		buf_addc(ret, '}');
	}
	buf_adds(ret, "],\"counts\":{");
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		buf_addf(ret, "%s\"%s\":%zu", v ? "," : "", verdict_word((enum verdict)v),
			 r->counts[v]);
	buf_adds(ret, "},\"outputs\":[");
	for (size_t i = 0; i < r->n; i++) {
		buf_adds(ret, i ? "," : "");
		verify_result_json(&r->results[i], ret);
	}
	buf_adds(ret, "]}\n");
}
