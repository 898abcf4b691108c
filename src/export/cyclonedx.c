/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <stdio.h>
#include <string.h>

#include "export/bill.h"
#include "json/json.h"

/* CycloneDX 1.5, as JSON. */

static void add_sha256(struct buf *b, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(d, hex);
	buf_addf(b, "\"hashes\":[{\"alg\":\"SHA-256\",\"content\":\"%s\"}],", hex);
}

/* Adds the hash of a tree as a property: in "hashes" it would be taken for a file's. */
static void add_nar(struct buf *b, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(d, hex);
	buf_addf(b, "\"properties\":[{\"name\":\"boot-hurd:nar-sha256\",\"value\":\"%s\"}],",
		 hex);
}

static void add_reference(struct buf *b, const char *type, const char *uri)
{
	if (!uri || !*uri)
		return;
	buf_addf(b, "\"externalReferences\":[{\"type\":\"%s\",\"url\":", type);
	json_add_string(b, view_of(uri));
	buf_adds(b, "}],");
}

static void add_output(struct buf *b, const struct bill *bill, const struct bill_part *p)
{
	const struct export_node *n = &bill->of->nodes[p->node];
	const struct drv_meta *m = &p->drv->meta;
	buf_addf(b, "{\"bom-ref\":\"%s\",", p->id);
	bill_member(b, "description", m->summary);
	add_reference(b, "website", m->homepage);
	if (p == bill_target(bill) && bill->of->file)
		add_sha256(b, &bill->of->file_hash);
	if (m->license && *m->license) {
		buf_adds(b, "\"licenses\":[{\"license\":{\"name\":");
		json_add_string(b, view_of(m->license));
		buf_adds(b, "}}],");
	}
	bill_member(b, "name", m->pname ? m->pname : p->drv->name);
	if (n->known)
		add_nar(b, &n->object);
	buf_addf(b, "\"scope\":\"%s\",",
		 p == bill_target(bill) || bill_is_runtime(bill, p->drv) ? "required"
									 : "excluded");
	buf_adds(b, "\"type\":\"application\",\"version\":");
	json_add_string(b, view_of(m->version ? m->version : "0"));
	buf_addc(b, '}');
}

static void add_source(struct buf *b, const struct bill_part *p)
{
	const struct drv_source *s = p->source;
	buf_addf(b, "{\"bom-ref\":\"%s\",", p->id);
	add_reference(b, s->pin == DRV_PIN_GIT ? "vcs" : "distribution",
		      s->nuris ? s->uris[0] : NULL);
	if (s->pin == DRV_PIN_SHA256)
		add_sha256(b, &s->hash);
	bill_member(b, "name", s->as);
	if (s->pin == DRV_PIN_NAR)
		add_nar(b, &s->hash);
	if (s->pin == DRV_PIN_GIT)
		bill_member(b, "version", s->commit);
	buf_adds(b, "\"scope\":\"excluded\",\"type\":\"file\"}");
}

/* Adds what part I comes from, each once: the schema asks for that. */
static void add_dependencies(struct buf *b, const struct bill *bill, size_t i)
{
	const struct drv *d = bill->parts[i].drv;
	const char *sep = "";
	buf_addf(b, "%s{\"dependsOn\":[", i ? "," : "");
	for (size_t k = 0; d && k < bill->n; k++) {
		const struct bill_part *p = &bill->parts[k];
		bool used = false;
		for (size_t j = 0; p->drv && j < d->ninputs; j++)
			used |= d->inputs[j].drv == p->drv;
		for (size_t j = 0; p->source && j < d->nsources; j++)
			used |= bill_source(bill, &d->sources[j]) == p;
		if (used) {
			buf_addf(b, "%s\"%s\"", sep, p->id);
			sep = ",";
		}
	}
	buf_addf(b, "],\"ref\":\"%s\"}", bill->parts[i].id);
}

int export_cyclonedx(const struct export_bill *of, struct buf *ret)
{
	struct bill bill;
	struct buf b = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	int r = bill_init(&bill, of);
	if (r < 0)
		return r;
	const struct bill_part *target = bill_target(&bill);
	digest_hex(of->file ? &of->file_hash : &target->drv->id, hex);
	buf_adds(&b, "{\"bomFormat\":\"CycloneDX\",\"components\":[");
	const char *sep = "";
	for (size_t i = 0; i < bill.n; i++) {
		if (&bill.parts[i] == target)
			continue;
		buf_adds(&b, sep);
		sep = ",";
		if (bill.parts[i].drv)
			add_output(&b, &bill, &bill.parts[i]);
		else
			add_source(&b, &bill.parts[i]);
	}
	buf_adds(&b, "],\"dependencies\":[");
	for (size_t i = 0; i < bill.n; i++)
		add_dependencies(&b, &bill, i);
	buf_adds(&b, "],\"metadata\":{\"component\":");
	add_output(&b, &bill, target);
	/* A UUID of version 8 (RFC 9562): what it is made of is ours to say. */
	buf_addf(&b,
		 ",\"timestamp\":\"" BILL_TIME
		 "\",\"tools\":{\"components\":[{\"name\":\"boot-hurd\","
		 "\"type\":\"application\",\"version\":\"" BOOT_HURD_VERSION "\"}]}},"
		 "\"serialNumber\":\"urn:uuid:%.8s-%.4s-8%.3s-8%.3s-%.12s\","
		 "\"specVersion\":\"1.5\",\"version\":1}\n",
		 hex, hex + 8, hex + 13, hex + 17, hex + 20);
	r = buf_failed(&b);
	if (r == 0)
		buf_addv(ret, buf_view(&b));
	buf_release(&b);
	bill_release(&bill);
	return r;
}
