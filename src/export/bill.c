/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/bill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/write.h"

/* Names source S by what it is pinned to, in what both formats take as an id. */
static void name_source(const struct drv_source *s, char ret[80])
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&s->hash, hex);
	snprintf(ret, 80, "source-%s", s->pin == DRV_PIN_GIT ? s->commit : hex);
}

/* The derivation's id keeps two outputs of one name apart. */
static void name_output(const struct drv *d, char ret[80])
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&d->id, hex);
	snprintf(ret, 80, "output-%s", hex);
}

const struct bill_part *bill_source(const struct bill *b, const struct drv_source *s)
{
	char id[80];
	name_source(s, id);
	for (size_t i = b->of->n; i < b->n; i++)
		if (strcmp(b->parts[i].id, id) == 0)
			return &b->parts[i];
	return NULL;
}

const struct bill_part *bill_output(const struct bill *b, const struct drv *d)
{
	for (size_t i = 0; i < b->of->n; i++)
		if (b->parts[i].drv == d)
			return &b->parts[i];
	return NULL;
}

bool bill_is_runtime(const struct bill *b, const struct drv *d)
{
	for (size_t i = 1; i < b->of->runtime->n; i++)
		if (b->of->runtime->trees[i].drv == d)
			return true;
	return false;
}

const struct bill_part *bill_target(const struct bill *b)
{
	return &b->parts[b->of->n - 1];
}

void bill_put(struct buf *b, const char *name, const char *text)
{
	if (text && *text)
		json_put(b, name, text);
}

void bill_put_hash(struct buf *b, const char *name, const char *const kind[2],
		   const char *content, const struct digest *d)
{
	json_open_array(b, name);
	json_open(b, NULL);
	json_put(b, kind[0], kind[1]);
	json_put_hex(b, content, d->b, DIGEST_LEN);
	json_close(b);
	json_close_array(b);
}

int bill_init(struct bill *b, const struct export_bill *of)
{
	size_t most = of->n;
	for (size_t i = 0; i < of->n; i++)
		most += of->nodes[i].drv->nsources;
	*b = (struct bill){.of = of, .parts = calloc(most + 1, sizeof *b->parts)};
	if (!b->parts)
		return -ENOMEM;
	for (size_t i = 0; i < of->n; i++) {
		struct bill_part *p = &b->parts[b->n++];
		p->drv = of->nodes[i].drv;
		p->node = i;
		name_output(p->drv, p->id);
	}
	for (size_t i = 0; i < of->n; i++)
		for (size_t k = 0; k < of->nodes[i].drv->nsources; k++) {
			const struct drv_source *s = &of->nodes[i].drv->sources[k];
			if (bill_source(b, s))
				continue;
			struct bill_part *p = &b->parts[b->n++];
			p->source = s;
			name_source(s, p->id);
		}
	return 0;
}

void bill_release(struct bill *b)
{
	free(b->parts);
	*b = (struct bill){0};
}

int bill_end(struct bill *b, struct buf *doc, struct buf *ret)
{
	buf_addc(doc, '\n');
	int r = buf_failed(doc);
	if (r == 0)
		buf_addv(ret, buf_view(doc));
	buf_release(doc);
	bill_release(b);
	return r;
}
