/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/verify.h"

#include "base/escape.h"
#include "verify/write.h"

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {"reproduced", "differs", "inherits", "unchecked",
					    "failed"};
	return v < VERDICT_COUNT ? words[v] : "?";
}

/* Adds the names of AXES, separated by SEP. */
static void add_axes(struct buf *b, unsigned axes, const char *sep)
{
	bool first = true;
	for (unsigned bit = 1; bit <= axes; bit <<= 1) {
		if (!(axes & bit))
			continue;
		escape_addf(b, "%s%s", first ? "" : sep, vary_name(bit));
		first = false;
	}
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
	write_differences(b, &r->differences);
	if (r->kept)
		escape_addf(b, "  the rebuilt tree is kept in %s\n", r->kept);
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
	else if (r->verdict == VERDICT_REPRODUCED && verbose)
		escape_addf(b, "reproduced %s %s (%u rebuilt%s)\n", hash, r->drv->name,
			    r->rounds, r->in_baseline ? ", equals the baseline" : "");
	else if (r->verdict == VERDICT_UNCHECKED && verbose)
		escape_addf(b, "unchecked  %s %s\n", hash, r->drv->name);
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
	escape_addf(ret, "\n%zu outputs:", r->n);
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		escape_addf(ret, "%s %zu %s", v ? "," : "", r->counts[v],
			    verdict_word((enum verdict)v));
	escape_addf(ret, "; coverage %.1f %%", r->coverage);
	if (r->vary) {
		buf_adds(ret, "; varied: ");
		add_axes(ret, r->vary, ", ");
	}
	buf_addc(ret, '\n');
}

static void add_axes_json(struct buf *b, const char *name, unsigned axes)
{
	buf_addf(b, ",\"%s\":[%s", name, axes ? "\"" : "");
	add_axes(b, axes, "\",\"");
	buf_adds(b, axes ? "\"]" : "]");
}

static void add_result_json(struct buf *b, const struct verify_result *r)
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
	if (r->verdict == VERDICT_DIFFERS) {
		write_digest(b, "other", &r->other);
		add_axes_json(b, "axes", r->axes);
		if (r->kept)
			write_member(b, "kept", r->kept);
		write_differences_json(b, &r->differences);
	}
	if (r->verdict == VERDICT_FAILED)
		write_member(b, "error", r->fault.what);
	buf_addc(b, '}');
}

void verify_report_json(const struct verify_report *r, double wanted_coverage, struct buf *ret)
{
	buf_addf(ret, "{\"schema\":1,\"exit\":%d,\"coverage\":%.3f,\"coverage_wanted\":%.3f",
		 verify_exit(r, wanted_coverage), r->coverage, wanted_coverage);
	buf_addf(ret, ",\"rounds\":%u,\"seed\":%llu", r->rounds, (unsigned long long)r->seed);
	add_axes_json(ret, "vary", r->vary);
	buf_adds(ret, ",\"counts\":{");
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		buf_addf(ret, "%s\"%s\":%zu", v ? "," : "", verdict_word((enum verdict)v),
			 r->counts[v]);
	buf_adds(ret, "},\"outputs\":[");
	for (size_t i = 0; i < r->n; i++) {
		buf_adds(ret, i ? "," : "");
		add_result_json(ret, &r->results[i]);
	}
	buf_adds(ret, "]}\n");
}
