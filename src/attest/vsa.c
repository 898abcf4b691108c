/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/vsa.h"

#include "attest/statement.h"
#include "json/write.h"

/* Adds ITEMS: trees, or (else) files, whose names stand in the member NAME. */
static void add_items(struct buf *b, const char *name, bool trees, const struct vsa_item *items,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_open(b, NULL);
		if (trees)
			statement_add_nar(b, &items[i].digest);
		else
			statement_add_sha256(b, &items[i].digest);
		json_put(b, name, items[i].name);
		json_close(b);
	}
	json_close_array(b);
}

int vsa_json(const struct vsa *v, struct buf *ret)
{
	statement_open(ret);
	json_open_array(ret, "inputAttestations");
	add_items(ret, "uri", false, v->inputs, v->ninputs);
	json_open(ret, "policy");
	statement_add_sha256(ret, &v->policy_digest);
	json_put(ret, "uri", v->policy);
	json_close(ret);
	json_put(ret, "resourceUri", v->resource);
	json_put(ret, "slsaVersion", "1.0");
	json_put_time(ret, "timeVerified", v->time_s);
	json_put(ret, "verificationResult", v->passed ? "PASSED" : "FAILED");
	json_open_array(ret, "verifiedLevels");
	json_put(ret, NULL, v->passed ? v->level : "FAILED");
	json_close_array(ret);
	json_open(ret, "verifier");
	json_put(ret, "id", v->verifier);
	json_close(ret);
	json_close(ret);
	json_put(ret, "predicateType", "https://slsa.dev/verification_summary/v1");
	json_open_array(ret, "subject");
	add_items(ret, "name", true, v->subjects, v->nsubjects);
	json_close(ret);
	return buf_failed(ret);
}
