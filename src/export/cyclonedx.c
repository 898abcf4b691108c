/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <stdio.h>
#include <string.h>

#include "export/bill.h"
#include "json/write.h"

/* CycloneDX 1.5, as JSON. */

static void add_sha256(struct buf *b, const struct digest *d)
{
	static const char *const kind[] = {"alg", "SHA-256"};
	bill_put_hash(b, "hashes", kind, "content", d);
}

/* Adds the hash of a tree as a property: in "hashes" it would be taken for a file's. */
static void add_nar(struct buf *b, const struct digest *d)
{
	static const char *const kind[] = {"name", "boot-hurd:nar-sha256"};
	bill_put_hash(b, "properties", kind, "value", d);
}

static void add_reference(struct buf *b, const char *type, const char *uri)
{
	if (!uri || !*uri)
		return;
	json_open_array(b, "externalReferences");
	json_open(b, NULL);
	json_put(b, "type", type);
	json_put(b, "url", uri);
	json_close(b);
	json_close_array(b);
}

static void add_licence(struct buf *b, const char *name)
{
	if (!name || !*name)
		return;
	json_open_array(b, "licenses");
	json_open(b, NULL);
	json_open(b, "license");
	json_put(b, "name", name);
	json_close(b);
	json_close(b);
	json_close_array(b);
}

/* Adds the output P, as the member NAME or as an item. */
static void add_output(struct buf *b, const char *name, const struct bill *bill,
		       const struct bill_part *p)
{
	const struct export_node *n = &bill->of->nodes[p->node];
	const struct drv_meta *m = &p->drv->meta;
	bool needed = p == bill_target(bill) || bill_is_runtime(bill, p->drv);
	json_open(b, name);
	json_put(b, "bom-ref", p->id);
	bill_put(b, "description", m->summary);
	add_reference(b, "website", m->homepage);
	if (p == bill_target(bill) && bill->of->file)
		add_sha256(b, &bill->of->file_hash);
	add_licence(b, m->license);
	bill_put(b, "name", m->pname ? m->pname : p->drv->name);
	if (n->known)
		add_nar(b, &n->object);
	json_put(b, "scope", needed ? "required" : "excluded");
	json_put(b, "type", "application");
	json_put(b, "version", m->version ? m->version : "0");
	json_close(b);
}

static void add_source(struct buf *b, const struct bill_part *p)
{
	const struct drv_source *s = p->source;
	json_open(b, NULL);
	json_put(b, "bom-ref", p->id);
	add_reference(b, s->pin == DRV_PIN_GIT ? "vcs" : "distribution",
		      s->nuris ? s->uris[0] : NULL);
	if (s->pin == DRV_PIN_SHA256)
		add_sha256(b, &s->hash);
	bill_put(b, "name", s->as);
	if (s->pin == DRV_PIN_NAR)
		add_nar(b, &s->hash);
	if (s->pin == DRV_PIN_GIT)
		bill_put(b, "version", s->commit);
	json_put(b, "scope", "excluded");
	json_put(b, "type", "file");
	json_close(b);
}

/* Adds what part I comes from, each once: the schema asks for that. */
static void add_dependencies(struct buf *b, const struct bill *bill, size_t i)
{
	const struct drv *d = bill->parts[i].drv;
	json_open(b, NULL);
	json_open_array(b, "dependsOn");
	for (size_t k = 0; d && k < bill->n; k++) {
		const struct bill_part *p = &bill->parts[k];
		bool used = false;
		for (size_t j = 0; p->drv && j < d->ninputs; j++)
			used |= d->inputs[j].drv == p->drv;
		for (size_t j = 0; p->source && j < d->nsources; j++)
			used |= bill_source(bill, &d->sources[j]) == p;
		if (used)
			json_put(b, NULL, p->id);
	}
	json_close_array(b);
	json_put(b, "ref", bill->parts[i].id);
	json_close(b);
}

/* Adds what the bill as a whole is about, and who made it. */
static void add_metadata(struct buf *b, const struct bill *bill)
{
	json_open(b, "metadata");
	add_output(b, "component", bill, bill_target(bill));
	json_put(b, "timestamp", BILL_TIME);
	json_open(b, "tools");
	json_open_array(b, "components");
	json_open(b, NULL);
	json_put(b, "name", "boot-hurd");
	json_put(b, "type", "application");
	json_put(b, "version", BOOT_HURD_VERSION);
	json_close(b);
	json_close_array(b);
	json_close(b);
	json_close(b);
}

int export_cyclonedx(const struct export_bill *of, struct buf *ret)
{
	struct bill bill;
	struct buf b = BUF_INIT;
	char hex[DIGEST_HEX + 1], serial[64];
	int r = bill_init(&bill, of);
	if (r < 0)
		return r;
	const struct bill_part *target = bill_target(&bill);
	digest_hex(of->file ? &of->file_hash : &target->drv->id, hex);
	/* A UUID of version 8 (RFC 9562): what it is made of is ours to say. */
	snprintf(serial, sizeof serial, "urn:uuid:%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8,
		 hex + 13, hex + 17, hex + 20);
	json_open(&b, NULL);
	json_put(&b, "bomFormat", "CycloneDX");
	json_open_array(&b, "components");
	for (size_t i = 0; i < bill.n; i++) {
		const struct bill_part *p = &bill.parts[i];
		if (p != target && p->drv)
			add_output(&b, NULL, &bill, p);
		else if (p != target)
			add_source(&b, p);
	}
	json_close_array(&b);
	json_open_array(&b, "dependencies");
	for (size_t i = 0; i < bill.n; i++)
		add_dependencies(&b, &bill, i);
	json_close_array(&b);
	add_metadata(&b, &bill);
	json_put(&b, "serialNumber", serial);
	json_put(&b, "specVersion", "1.5");
	json_put_number(&b, "version", 1);
	json_close(&b);
	return bill_end(&bill, &b, ret);
}
