/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/provenance.h"

#include <stdio.h>

#include "attest/statement.h"
#include "json/write.h"

static const char BUILD_TYPE[] = "urn:boot-hurd:action:1";
static const char MEDIA_TYPE[] = "application/x-nix-nar";
enum { NS = 1000000000 };

/* Adds the tree D under NAME as a resource descriptor. */
static void add_tree(struct buf *b, const struct digest *d, const char *name)
{
	json_open(b, NULL);
	statement_add_nar(b, d);
	json_put(b, "mediaType", MEDIA_TYPE);
	json_put(b, "name", name);
	json_close(b);
}

/* Adds the N things of ITEMS as resource descriptors of KIND. */
static void add_resources(struct buf *b, const struct action_input *items, size_t n,
			  const char *kind)
{
	for (size_t i = 0; i < n; i++) {
		char name[256];
		snprintf(name, sizeof name, "%s:%s", kind, items[i].as);
		add_tree(b, &items[i].object, name);
	}
}

/* Adds what action A was made from as the member NAME. */
static void add_dependencies(struct buf *b, const char *name, const struct action *a)
{
	json_open_array(b, name);
	add_resources(b, a->inputs, a->ninputs, "input");
	add_resources(b, a->sources, a->nsources, "source");
	json_close_array(b);
}

int provenance_json(const struct provenance *s, struct buf *ret)
{
	const struct action *a = s->action;
	struct buf b = BUF_INIT;
	statement_open(&b);
	json_open(&b, "buildDefinition");
	json_put(&b, "buildType", BUILD_TYPE);
	json_open(&b, "externalParameters");
	json_before(&b, "derivation");
	int r = drv_json(a->drv, &b);
	json_close(&b);
	add_dependencies(&b, "resolvedDependencies", a);
	json_close(&b);
	json_open(&b, "runDetails");
	json_open(&b, "builder");
	json_put(&b, "id", s->builder);
	json_close(&b);
	json_open(&b, "metadata");
	json_put_time(&b, "finishedOn", s->ended_ns / NS);
	json_put_hex(&b, "invocationId", a->id.b, DIGEST_LEN);
	json_put_time(&b, "startedOn", s->started_ns / NS);
	json_close(&b);
	json_close(&b);
	json_close(&b);
	json_put(&b, "predicateType", "https://slsa.dev/provenance/v1");
	json_open_array(&b, "subject");
	add_tree(&b, &s->object, a->drv->name);
	json_close_array(&b);
	json_close(&b);
	if (r == 0)
		r = buf_failed(&b);
	if (r == 0)
		buf_addv(ret, buf_view(&b));
	buf_release(&b);
	return r;
}

int provenance_failure_json(const struct provenance *p, struct buf *ret)
{
	const struct action *a = p->action;
	struct buf b = BUF_INIT;
	statement_open(&b);
	json_put(&b, "builder", p->builder);
	add_dependencies(&b, "configuration", a);
	json_open_array(&b, "failedTests");
	json_put(&b, NULL, a->drv->name);
	json_close_array(&b);
	json_put_time(&b, "finishedOn", p->ended_ns / NS);
	json_put(&b, "result", "FAILED");
	json_close(&b);
	json_put(&b, "predicateType", "https://in-toto.io/attestation/test-result/v0.1");
	json_open_array(&b, "subject");
	json_open(&b, NULL);
	statement_add_sha256(&b, &a->id);
	json_put(&b, "name", a->drv->name);
	json_close(&b);
	json_close_array(&b);
	json_close(&b);
	int r = buf_failed(&b);
	if (r == 0)
		buf_addv(ret, buf_view(&b));
	buf_release(&b);
	return r;
}
