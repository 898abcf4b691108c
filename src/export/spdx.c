/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <stdio.h>
#include <string.h>

#include "export/bill.h"
#include "json/json.h"

/* SPDX 2.3, clauses 6 (document), 7 (package) and 11 (relationships), as JSON. */

static void add_id(struct buf *b, const struct bill_part *p)
{
	buf_addf(b, "\"SPDXID\":\"SPDXRef-%s\",", p->id);
}

/* Adds the hash of a tree, for which SPDX has no name: it is not one of a file. */
static void add_nar(struct buf *b, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(d, hex);
	buf_addf(
	    b,
	    "\"externalRefs\":[{\"referenceCategory\":\"OTHER\",\"referenceLocator\":\"%s\","
	    "\"referenceType\":\"nix-nar-sha256\"}],",
	    hex);
}

static void add_sha256(struct buf *b, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(d, hex);
	buf_addf(b, "\"checksums\":[{\"algorithm\":\"SHA256\",\"checksumValue\":\"%s\"}],",
		 hex);
}

/*
 * Adds the licence. One that is not an expression of SPDX's own names is told in a comment: "others",
 * "Mach" and "public-domain" are no identifiers.
 */
static void add_licence(struct buf *b, const char *text)
{
	static const char *const foreign[] = {"others", "Mach", "public-domain", "none"};
	bool known = text && *text;
	for (size_t i = 0; known && i < sizeof foreign / sizeof *foreign; i++)
		known = !strstr(text, foreign[i]);
	if (!known)
		bill_member(b, "licenseComments", text);
	bill_member(b, "licenseConcluded", "NOASSERTION");
	bill_member(b, "licenseDeclared", known ? text : "NOASSERTION");
}

static void add_output(struct buf *b, const struct bill *bill, const struct bill_part *p)
{
	const struct export_node *n = &bill->of->nodes[p->node];
	buf_addc(b, '{');
	add_id(b, p);
	if (p == bill_target(bill) && bill->of->file) {
		add_sha256(b, &bill->of->file_hash);
		bill_member(b, "packageFileName", bill->of->file);
	}
	bill_member(b, "copyrightText", "NOASSERTION");
	bill_member(b, "downloadLocation", "NOASSERTION");
	if (n->known)
		add_nar(b, &n->object);
	buf_adds(b, "\"filesAnalyzed\":false,");
	bill_member(b, "homepage", p->drv->meta.homepage);
	add_licence(b, p->drv->meta.license);
	bill_member(b, "name", p->drv->name);
	bill_member(b, "primaryPackagePurpose", "APPLICATION");
	bill_member(b, "summary", p->drv->meta.summary);
	bill_member(b, "supplier", "NOASSERTION");
	buf_addf(b, "\"versionInfo\":");
	json_add_string(b, view_of(p->drv->meta.version ? p->drv->meta.version : "0"));
	buf_addc(b, '}');
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
	buf_addc(b, '{');
	add_id(b, p);
	if (s->pin == DRV_PIN_SHA256)
		add_sha256(b, &s->hash);
	bill_member(b, "copyrightText", "NOASSERTION");
	bill_member(b, "downloadLocation", where);
	if (s->pin == DRV_PIN_NAR)
		add_nar(b, &s->hash);
	buf_adds(b, "\"filesAnalyzed\":false,");
	bill_member(b, "licenseConcluded", "NOASSERTION");
	bill_member(b, "licenseDeclared", "NOASSERTION");
	bill_member(b, "name", s->as);
	bill_member(b, "primaryPackagePurpose", "SOURCE");
	buf_adds(b, "\"supplier\":\"NOASSERTION\"}");
}

static void relate(struct buf *b, const char *from, const char *how, const char *to)
{
	buf_addf(b,
		 ",{\"relatedSpdxElement\":\"SPDXRef-%s\",\"relationshipType\":\"%s\","
		 "\"spdxElementId\":\"SPDXRef-%s\"}",
		 to, how, from);
}

/* Adds how things come from each other, one relationship a line of the graph. */
static void add_relations(struct buf *b, const struct bill *bill)
{
	buf_addf(b,
		 "{\"relatedSpdxElement\":\"SPDXRef-%s\",\"relationshipType\":\"DESCRIBES\","
		 "\"spdxElementId\":\"SPDXRef-DOCUMENT\"}",
		 bill_target(bill)->id);
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
	char hex[DIGEST_HEX + 1];
	int r = bill_init(&bill, of);
	if (r < 0)
		return r;
	const struct drv *target = bill_target(&bill)->drv;
	digest_hex(of->file ? &of->file_hash : &target->id, hex);
	buf_adds(&b,
		 "{\"SPDXID\":\"SPDXRef-DOCUMENT\",\"creationInfo\":{\"created\":\"" BILL_TIME
		 "\",\"creators\":[\"Tool: boot-hurd-" BOOT_HURD_VERSION
		 "\"]},\"dataLicense\":\"CC0-1.0\",");
	buf_addf(&b, "\"documentNamespace\":\"urn:boot-hurd:spdx:%s\",", hex);
	bill_member(&b, "name", target->name);
	buf_adds(&b, "\"packages\":[");
	for (size_t i = 0; i < bill.n; i++) {
		if (i)
			buf_addc(&b, ',');
		if (bill.parts[i].drv)
			add_output(&b, &bill, &bill.parts[i]);
		else
			add_source(&b, &bill.parts[i]);
	}
	buf_adds(&b, "],\"relationships\":[");
	add_relations(&b, &bill);
	buf_adds(&b, "],\"spdxVersion\":\"SPDX-2.3\"}\n");
	r = buf_failed(&b);
	if (r == 0)
		buf_addv(ret, buf_view(&b));
	buf_release(&b);
	bill_release(&bill);
	return r;
}
