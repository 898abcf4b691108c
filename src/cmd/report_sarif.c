/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/path.h"
#include "cmd/report.h"
#include "json/write.h"

/*
 * The report as SARIF 2.1.0 (OASIS): a result for each output that is not reproduced, at its recipe. The
 * verdicts are the rules.
 */

struct rule {
	const char *level; /* of SARIF; NULL: no result */
	const char *says;
};

static const struct rule RULES[VERDICT_COUNT] = {
    [VERDICT_REPRODUCED] = {NULL, NULL},
    [VERDICT_DIFFERS] = {"error", "The same action gave other bits."},
    [VERDICT_STANDS_ON] = {"warning", "Equal, but built from a step that differs or failed."},
    [VERDICT_INHERITS] = {"warning", "What it is built from differs already."},
    [VERDICT_BASELINE] = {"note", "Not rebuilt; equal to the published baseline only."},
    [VERDICT_SAMPLED_OUT] = {"note", "Not rebuilt: the sample left it out."},
    [VERDICT_UNCHECKED] = {"note", "Not compared."},
    [VERDICT_FAILED] = {"error", "It could not be built again."},
};

static void add_rules(struct buf *b)
{
	json_open_array(b, "rules");
	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (!RULES[v].level)
			continue;
		json_open(b, NULL);
		json_put(b, "id", verdict_word((enum verdict)v));
		json_open(b, "shortDescription");
		json_put(b, "text", RULES[v].says);
		json_close(b);
		json_open(b, "defaultConfiguration");
		json_put(b, "level", RULES[v].level);
		json_close(b);
		json_close(b);
	}
	json_close_array(b);
}

/* Adds where D's recipe is: relative to the folder that holds the recipes, when it is below. */
static void add_place(const struct report *r, const struct drv *d, struct buf *b)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	const char *file = d->meta.file, *slash = strrchr(r->head->recipes, '/');
	size_t base = slash ? (size_t)(slash - r->head->recipes) + 1 : 0;
	struct buf uri = BUF_INIT;
	if (!file)
		return;
	bool below = base > 1 && strncmp(file, r->head->recipes, base) == 0;
	buf_adds(&uri, below ? "" : "file://");
	for (const char *p = file + (below ? base : 0); *p; p++)
		if (strchr(plain, *p))
			buf_addc(&uri, *p);
		else
			buf_addf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
	json_open(b, "physicalLocation");
	json_open(b, "artifactLocation");
	json_put(b, "uri", buf_str(&uri));
	if (below)
		json_put(b, "uriBaseId", "%SRCROOT%");
	json_close(b);
	json_open(b, "region");
	json_put_number(b, "startLine", 1);
	json_close(b);
	json_close(b);
	buf_release(&uri);
}

static void add_result(const struct report *r, const struct report_row *x, struct buf *b)
{
	struct buf text = BUF_INIT;
	buf_addf(&text, "%s: %s", x->drv->name, x->why);
	json_open(b, NULL);
	json_put(b, "ruleId", verdict_word(x->verdict));
	json_put(b, "level", RULES[x->verdict].level);
	json_open(b, "message");
	json_put_escaped(b, "text", buf_str(&text));
	json_close(b);
	json_open_array(b, "locations");
	json_open(b, NULL);
	add_place(r, x->drv, b);
	json_open_array(b, "logicalLocations");
	json_open(b, NULL);
	json_put_escaped(b, "name", x->drv->name);
	json_put(b, "kind", "package");
	json_close(b);
	json_close_array(b);
	json_close(b);
	json_close_array(b);
	json_open(b, "partialFingerprints");
	json_put_hex(b, "derivation/v1", x->drv->id.b, DIGEST_LEN);
	json_close(b);
	json_open(b, "properties");
	if (x->built)
		json_put_hex(b, "object", x->object.b, DIGEST_LEN);
	if (!digest_is_none(&x->other))
		json_put_hex(b, "other", x->other.b, DIGEST_LEN);
	json_put_escaped(b, "detail", x->detail);
	json_close(b);
	json_close(b);
	buf_release(&text);
}

static void add_fact(void *ctx, const char *name, const char *value)
{
	json_put_escaped(ctx, name, value);
}

void report_sarif(const struct report *r, struct buf *b)
{
	json_open(b, NULL);
	json_put(b, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_put(b, "version", "2.1.0");
	json_open_array(b, "runs");
	json_open(b, NULL);
	json_open(b, "tool");
	json_open(b, "driver");
	json_put(b, "name", "boot-hurd");
	json_put(b, "version", r->head->version);
	add_rules(b);
	json_close(b);
	json_close(b);
	json_open_array(b, "invocations");
	json_open(b, NULL);
	json_put_flag(b, "executionSuccessful", true);
	json_put_integer(b, "exitCode", r->exit);
	json_put_time(b, "endTimeUtc", r->head->time_s);
	json_close(b);
	json_close_array(b);
	json_open_array(b, "results");
	for (size_t i = 0; i < r->n; i++)
		if (RULES[r->rows[i].verdict].level)
			add_result(r, &r->rows[i], b);
	json_close_array(b);
	json_open(b, "properties");
	report_head_each(r->head, add_fact, b);
	json_put_real(b, "coverage", r->coverage, 3);
	json_close(b);
	json_close(b);
	json_close_array(b);
	json_close(b);
	buf_addc(b, '\n');
}
