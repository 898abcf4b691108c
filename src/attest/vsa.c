/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/vsa.h"

#include "attest/statement.h"
#include "json/json.h"

static void add_text(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "\"%s\":", name);
	json_add_string(b, view_of(value));
}

/* Adds ITEMS: trees, or (else) files, whose names stand in the member NAME. */
static void add_items(struct buf *b, const char *name, bool trees, const struct vsa_item *items,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, i ? ",{" : "{");
		if (trees)
			statement_add_nar(b, &items[i].digest);
		else
			statement_add_sha256(b, &items[i].digest);
		buf_addc(b, ',');
		add_text(b, name, items[i].name);
		buf_addc(b, '}');
	}
}

int vsa_json(const struct vsa *v, struct buf *ret)
{
	buf_adds(ret, "{\"_type\":\"" STATEMENT_TYPE "\",\"predicate\":{"
		      "\"inputAttestations\":[");
	add_items(ret, "uri", false, v->inputs, v->ninputs);
	buf_adds(ret, "],\"policy\":{");
	statement_add_sha256(ret, &v->policy_digest);
	buf_addc(ret, ',');
	add_text(ret, "uri", v->policy);
	buf_adds(ret, "},");
	add_text(ret, "resourceUri", v->resource);
	buf_adds(ret, ",\"slsaVersion\":\"1.0\",\"timeVerified\":");
	statement_add_time(ret, v->time_s);
	buf_addf(ret, ",\"verificationResult\":\"%s\",\"verifiedLevels\":[",
		 v->passed ? "PASSED" : "FAILED");
	json_add_string(ret, view_of(v->passed ? v->level : "FAILED"));
	buf_adds(ret, "],\"verifier\":{");
	add_text(ret, "id", v->verifier);
	buf_adds(ret, "}},\"predicateType\":\"https://slsa.dev/verification_summary/v1\","
		      "\"subject\":[");
	add_items(ret, "name", true, v->subjects, v->nsubjects);
	buf_adds(ret, "]}");
	return buf_failed(ret);
}
