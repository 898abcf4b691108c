/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <stdio.h>
#include <string.h>

#include "export/bill.h"
#include "json/write.h"

/* SPDX 2.3, clauses 6 (document), 7 (package) and 11 (relationships), as JSON. */

/* Adds the member NAME: a reference to the part ID. */
static void put_id(struct buf *b, const char *name, const char *id)
{
	char text[128];
	snprintf(text, sizeof text, "SPDXRef-%s", id);
	json_put(b, name, text);
}

/* Adds the hash of a tree, for which SPDX has no name: it is not one of a file. */
static void add_nar(struct buf *b, const struct digest *d)
{
	json_open_array(b, "externalRefs");
	json_open(b, NULL);
	json_put(b, "referenceCategory", "OTHER");
	json_put_hex(b, "referenceLocator", d->b, DIGEST_LEN);
	json_put(b, "referenceType", "nix-nar-sha256");
	json_close(b);
	json_close_array(b);
}

static void add_sha256(struct buf *b, const struct digest *d)
{
	static const char *const kind[] = {"algorithm", "SHA256"};
	bill_put_hash(b, "checksums", kind, "checksumValue", d);
}

/*
 * Adds the licence. One that is not an expression of SPDX's own names is told in a comment: "others",
 * "Mach" and "public-domain" are not identifiers.
 */
static void add_licence(struct buf *b, const char *text)
{
	static const char *const foreign[] = {"others", "Mach", "public-domain", "none"};
	bool known = text && *text;
	for (size_t i = 0; known && i < sizeof foreign / sizeof *foreign; i++)
		known = !strstr(text, foreign[i]);
	if (!known)
		bill_put(b, "licenseComments", text);
	bill_put(b, "licenseConcluded", "NOASSERTION");
	bill_put(b, "licenseDeclared", known ? text : "NOASSERTION");
}

static void add_output(struct buf *b, const struct bill *bill, const struct bill_part *p)
{
	const struct export_node *n = &bill->of->nodes[p->node];
	json_open(b, NULL);
	put_id(b, "SPDXID", p->id);
	if (p == bill_target(bill) && bill->of->file) {
		add_sha256(b, &bill->of->file_hash);
		bill_put(b, "packageFileName", bill->of->file);
	}
	bill_put(b, "copyrightText", "NOASSERTION");
	bill_put(b, "downloadLocation", "NOASSERTION");
	if (n->known)
		add_nar(b, &n->object);
	json_put_flag(b, "filesAnalyzed", false);
	bill_put(b, "homepage", p->drv->meta.homepage);
	add_licence(b, p->drv->meta.license);
	bill_put(b, "name", p->drv->name);
	bill_put(b, "primaryPackagePurpose", "APPLICATION");
	bill_put(b, "summary", p->drv->meta.summary);
	bill_put(b, "supplier", "NOASSERTION");
	json_put(b, "versionInfo", p->drv->meta.version ? p->drv->meta.version : "0");
	json_close(b);
}

static void add_source(struct buf *b, const struct bill_part *p)
{
	const struct drv_source *s = p->source;
	const char *uri = s->nuris ? s->uris[0] : NULL;
	char where[2048] = "NOASSERTION";
	if (uri && s->pin == DRV_PIN_GIT)
		snprintf(where, sizeof where, "git+%s@%s", uri, s->commit);
	else if (uri)
		snprintf(where, sizeof where, "%s", uri);
	json_open(b, NULL);
	put_id(b, "SPDXID", p->id);
	if (s->pin == DRV_PIN_SHA256)
		add_sha256(b, &s->hash);
	bill_put(b, "copyrightText", "NOASSERTION");
	bill_put(b, "downloadLocation", where);
	if (s->pin == DRV_PIN_NAR)
		add_nar(b, &s->hash);
	json_put_flag(b, "filesAnalyzed", false);
	bill_put(b, "licenseConcluded", "NOASSERTION");
	bill_put(b, "licenseDeclared", "NOASSERTION");
	bill_put(b, "name", s->as);
	bill_put(b, "primaryPackagePurpose", "SOURCE");
	json_put(b, "supplier", "NOASSERTION");
	json_close(b);
}

static void relate(struct buf *b, const char *from, const char *how, const char *to)
{
	json_open(b, NULL);
	put_id(b, "relatedSpdxElement", to);
	json_put(b, "relationshipType", how);
	put_id(b, "spdxElementId", from);
	json_close(b);
}

/* Adds how things come from each other, one relationship a line of the graph. */
static void add_relations(struct buf *b, const struct bill *bill)
{
	relate(b, "DOCUMENT", "DESCRIBES", bill_target(bill)->id);
	for (size_t i = 0; i < bill->of->n; i++) {
		const struct drv *d = bill->parts[i].drv;
		for (size_t k = 0; k < d->nsources; k++)
			relate(b, bill->parts[i].id, "GENERATED_FROM",
			       bill_source(bill, &d->sources[k])->id);
		for (size_t k = 0; k < d->ninputs; k++) {
			const struct bill_part *in = bill_output(bill, d->inputs[k].drv);
			if (in)
				relate(b, in->id, "BUILD_DEPENDENCY_OF", bill->parts[i].id);
		}
	}
	for (size_t i = 0; i + 1 < bill->of->n; i++)
		if (bill_is_runtime(bill, bill->parts[i].drv))
			relate(b, bill->parts[i].id, "RUNTIME_DEPENDENCY_OF",
			       bill_target(bill)->id);
}

int export_spdx(const struct export_bill *of, struct buf *ret)
{
	struct bill bill;
	struct buf b = BUF_INIT;
	char hex[DIGEST_HEX + 1], space[DIGEST_HEX + 32];
	int r = bill_init(&bill, of);
	if (r < 0)
		return r;
	const struct drv *target = bill_target(&bill)->drv;
	digest_hex(of->file ? &of->file_hash : &target->id, hex);
	snprintf(space, sizeof space, "urn:boot-hurd:spdx:%s", hex);
	json_open(&b, NULL);
	put_id(&b, "SPDXID", "DOCUMENT");
	json_open(&b, "creationInfo");
	json_put(&b, "created", BILL_TIME);
	json_open_array(&b, "creators");
	json_put(&b, NULL, "Tool: boot-hurd-" BOOT_HURD_VERSION);
	json_close_array(&b);
	json_close(&b);
	json_put(&b, "dataLicense", "CC0-1.0");
	json_put(&b, "documentNamespace", space);
	bill_put(&b, "name", target->name);
	json_open_array(&b, "packages");
	for (size_t i = 0; i < bill.n; i++) {
		if (bill.parts[i].drv)
			add_output(&b, &bill, &bill.parts[i]);
		else
			add_source(&b, &bill.parts[i]);
	}
	json_close_array(&b);
	json_open_array(&b, "relationships");
	add_relations(&b, &bill);
	json_close_array(&b);
	json_put(&b, "spdxVersion", "SPDX-2.3");
	json_close(&b);
	return bill_end(&bill, &b, ret);
}
