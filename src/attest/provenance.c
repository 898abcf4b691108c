/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/provenance.h"

#include <stdio.h>

#include "attest/statement.h"
#include "json/json.h"

static const char BUILD_TYPE[] = "urn:boot-hurd:action:1";

/* Adds the N things of ITEMS as resource descriptors of KIND. */
static void add_resources(struct buf *b, const struct action_input *items, size_t n,
			  const char *kind, bool *first)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, *first ? "{" : ",{");
		*first = false;
		statement_add_nar(b, &items[i].object);
		buf_addf(b, ",\"mediaType\":\"application/x-nix-nar\",\"name\":");
		char name[256];
		snprintf(name, sizeof name, "%s:%s", kind, items[i].as);
		json_add_string(b, view_of(name));
		buf_addc(b, '}');
	}
}

int provenance_json(const struct provenance *s, struct buf *ret)
{
	struct buf b = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	bool first = true;
	const struct action *a = s->action;
	digest_hex(&a->id, hex);
	buf_adds(&b, "{\"_type\":\"" STATEMENT_TYPE "\",\"predicate\":{"
		     "\"buildDefinition\":{\"buildType\":");
	json_add_string(&b, view_of(BUILD_TYPE));
	buf_adds(&b, ",\"externalParameters\":{\"derivation\":");
	int r = drv_json(a->drv, &b);
	buf_adds(&b, "},\"resolvedDependencies\":[");
	add_resources(&b, a->inputs, a->ninputs, "input", &first);
	add_resources(&b, a->sources, a->nsources, "source", &first);
	buf_adds(&b, "]},\"runDetails\":{\"builder\":{\"id\":");
	json_add_string(&b, view_of(s->builder));
	buf_addf(&b, "},\"metadata\":{\"finishedOn\":");
	statement_add_time(&b, s->ended_ns / 1000000000);
	buf_addf(&b, ",\"invocationId\":\"%s\",\"startedOn\":", hex);
	statement_add_time(&b, s->started_ns / 1000000000);
	buf_adds(&b, "}}},\"predicateType\":\"https://slsa.dev/provenance/v1\",\"subject\":[{");
	statement_add_nar(&b, &s->object);
	buf_adds(&b, ",\"mediaType\":\"application/x-nix-nar\",\"name\":");
	json_add_string(&b, view_of(a->drv->name));
	buf_adds(&b, "}]}");
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		buf_addv(ret, buf_view(&b));
	buf_release(&b);
	return r;
}

int provenance_failure_json(const struct provenance *p, struct buf *ret)
{
	struct buf b = BUF_INIT;
	const struct action *a = p->action;
	bool first = true;
	buf_adds(&b, "{\"_type\":\"" STATEMENT_TYPE "\",\"predicate\":{\"builder\":");
	json_add_string(&b, view_of(p->builder));
	buf_adds(&b, ",\"configuration\":[");
	add_resources(&b, a->inputs, a->ninputs, "input", &first);
	add_resources(&b, a->sources, a->nsources, "source", &first);
	buf_adds(&b, "],\"failedTests\":[");
	json_add_string(&b, view_of(a->drv->name));
	buf_adds(&b, "],\"finishedOn\":");
	statement_add_time(&b, p->ended_ns / 1000000000);
	buf_adds(&b, ",\"result\":\"FAILED\"},\"predicateType\":"
		     "\"https://in-toto.io/attestation/test-result/v0.1\",\"subject\":[{");
	statement_add_sha256(&b, &a->id);
	buf_adds(&b, ",\"name\":");
	json_add_string(&b, view_of(a->drv->name));
	buf_adds(&b, "}]}");
	int r = buf_failed(&b);
	if (r == 0)
		buf_addv(ret, buf_view(&b));
	buf_release(&b);
	return r;
}
