/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/vsa.h"

#include <time.h>

#include "drv/json.h"

static void add_text(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "\"%s\":", name);
	json_add_string(b, view_of(value));
}

static void add_digest(struct buf *b, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(d, hex);
	buf_addf(b, "\"digest\":{\"sha256\":\"%s\"}", hex);
}

static void add_items(struct buf *b, const char *name, const struct vsa_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, i ? ",{" : "{");
		add_digest(b, &items[i].digest);
		buf_addc(b, ',');
		add_text(b, name, items[i].name);
		buf_addc(b, '}');
	}
}

int vsa_json(const struct vsa *v, struct buf *ret)
{
	char when[32] = "1970-01-01T00:00:00Z";
	time_t t = (time_t)v->time_s;
	struct tm tm;
	if (gmtime_r(&t, &tm))
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_adds(ret, "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{"
		      "\"inputAttestations\":[");
	add_items(ret, "uri", v->inputs, v->ninputs);
	buf_adds(ret, "],\"policy\":{");
	add_digest(ret, &v->policy_digest);
	buf_addc(ret, ',');
	add_text(ret, "uri", v->policy);
	buf_adds(ret, "},");
	add_text(ret, "resourceUri", v->resource);
	buf_adds(ret, ",\"slsaVersion\":\"1.0\",");
	add_text(ret, "timeVerified", when);
	buf_addf(ret, ",\"verificationResult\":\"%s\",\"verifiedLevels\":[",
		 v->passed ? "PASSED" : "FAILED");
	json_add_string(ret, view_of(v->passed ? v->level : "FAILED"));
	buf_adds(ret, "],\"verifier\":{");
	add_text(ret, "id", v->verifier);
	buf_adds(ret, "}},\"predicateType\":\"https://slsa.dev/verification_summary/v1\","
		      "\"subject\":[");
	add_items(ret, "name", v->subjects, v->nsubjects);
	buf_adds(ret, "]}");
	return buf_failed(ret);
}
