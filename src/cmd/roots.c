/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "cmd/print.h"
#include "cmd/record.h"
#include "cmd/target.h"
#include "cmd/trust.h"
#include "json/write.h"
#include "verify/meet.h"

/* One recipe that makes a part from a root. */
struct entry {
	const struct drv *drv;
	struct meet_cell *cell; /* among those of its part */
	int64_t built_ns;       /* when it was last built here, since the epoch; 0 = never */
};

/* What several roots make. */
struct part {
	const char *name;
	struct entry *entries;   /* as evaluated: inputs before users; owned */
	struct meet_cell *cells; /* of the entries; owned */
	size_t n, cap, cells_cap;
	enum meet verdict;
};

/* A root of trust. */
struct origin {
	const char *name;
	const struct drv **drvs; /* what starts from it; owned */
	size_t n, cap;
	const struct part *differs; /* the first part at which it stands alone, or NULL */
	struct trust trust;
};

struct roots {
	struct part *parts; /* owned; inputs before users */
	size_t nparts, parts_cap;
	struct origin *origins; /* owned; in the order in which they are met */
	size_t norigins, origins_cap;
	size_t count[3]; /* parts, by verdict */
};

static void roots_release(struct roots *t)
{
	for (size_t i = 0; i < t->nparts; i++) {
		free(t->parts[i].entries);
		free(t->parts[i].cells);
	}
	for (size_t i = 0; i < t->norigins; i++)
		free(t->origins[i].drvs);
	free(t->parts);
	free(t->origins);
}

/* Finds the part NAME, made when it is new. NULL: no memory. */
static struct part *part_of(struct roots *t, const char *name)
{
	for (size_t i = 0; i < t->nparts; i++)
		if (strcmp(t->parts[i].name, name) == 0)
			return &t->parts[i];
	struct part *p = vec_grow(t->parts, &t->parts_cap, t->nparts + 1, sizeof *p);
	if (!p)
		return NULL;
	t->parts = p;
	p[t->nparts] = (struct part){.name = name};
	return &p[t->nparts++];
}

/* Finds the root NAME, made when it is new, and adds D to it. Returns its index, or negative. */
static int origin_of(struct roots *t, const char *name, const struct drv *d)
{
	size_t i = 0;
	while (i < t->norigins && strcmp(t->origins[i].name, name) != 0)
		i++;
	if (i == t->norigins) {
		struct origin *p =
		    vec_grow(t->origins, &t->origins_cap, t->norigins + 1, sizeof *p);
		if (!p)
			return -ENOMEM;
		t->origins = p;
		p[t->norigins++] = (struct origin){.name = name};
	}
	struct origin *o = &t->origins[i];
	const struct drv **drvs = vec_grow(o->drvs, &o->cap, o->n + 1, sizeof *drvs);
	if (!drvs)
		return -ENOMEM;
	o->drvs = drvs;
	drvs[o->n++] = d;
	return (int)i;
}

static int add(struct roots *t, const struct drv *d)
{
	struct part *p = part_of(t, d->meta.part);
	int root = p ? origin_of(t, d->meta.root, d) : -ENOMEM;
	if (root < 0)
		return root;
	struct entry *e = vec_grow(p->entries, &p->cap, p->n + 1, sizeof *e);
	if (!e)
		return -ENOMEM;
	p->entries = e;
	struct meet_cell *c = vec_grow(p->cells, &p->cells_cap, p->n + 1, sizeof *c);
	if (!c)
		return -ENOMEM;
	p->cells = c;
	e[p->n] = (struct entry){.drv = d};
	c[p->n] = (struct meet_cell){.root = (size_t)root};
	p->n++;
	return 0;
}

/* Looks up what E has been built as, and when. */
static int look_up(struct store *s, struct arena *a, struct entry *e, struct fault *f)
{
	struct digest action;
	struct store_realisation *list;
	size_t n = 0;
	int r = store_find_resolved(s, &e->drv->id, &action, &e->cell->object);
	if (r < 0)
		return store_lookup(s, r, f);
	e->cell->built = true;
	r = store_list_realisations(s, a, &action, &list, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (list[i].outcome == STORE_BUILT && list[i].ended_ns > e->built_ns)
			e->built_ns = list[i].ended_ns;
	return r;
}

static int judge(struct cmd *c, struct roots *t, struct fault *f)
{
	struct store *s;
	int r = cmd_store(c, &s, f);
	for (size_t i = 0; r == 0 && i < t->nparts; i++) {
		struct part *p = &t->parts[i];
		for (size_t k = 0; r == 0 && k < p->n; k++) {
			p->entries[k].cell = &p->cells[k];
			r = look_up(s, &c->arena, &p->entries[k], f);
		}
		p->verdict = meet_judge(p->cells, p->n);
		t->count[p->verdict]++;
		for (size_t k = 0; k < p->n; k++) {
			struct origin *o = &t->origins[p->cells[k].root];
			if (p->cells[k].differs && !o->differs)
				o->differs = p;
		}
	}
	return r;
}

/* Collects what the N derivations ALL, and what they need, say of parts and roots. */
static int collect(struct roots *t, const struct drv *const *all, size_t n, struct fault *f)
{
	const struct drv **nodes = NULL;
	size_t count = 0;
	int r = drv_closure(all, n, &nodes, &count, f);
	for (size_t i = 0; r == 0 && i < count; i++)
		if (nodes[i]->meta.part)
			r = add(t, nodes[i]);
	free(nodes);
	if (r == 0 && !t->nparts) {
		r = fault_set(f, ERR_MISSING,
			      "no recipe says which root of trust it starts from");
		fault_hint(f, "part = \"…\" and root = \"…\": boot-hurd-recipe(5)");
	}
	return r;
}

static int measure(struct cmd *c, struct roots *t, struct fault *f)
{
	struct trust_meter *m = NULL;
	int r = trust_meter_new(c, false, &m, f);
	for (size_t i = 0; r == 0 && i < t->norigins; i++) {
		struct origin *o = &t->origins[i];
		r = trust_measure(m, o->drvs, o->n, &o->trust, f);
	}
	trust_meter_free(m);
	return r;
}

/* Writes the time NS, since the epoch, in UTC. */
static void format_when(int64_t ns, char ret[32])
{
	time_t t = (time_t)(ns / 1000000000);
	struct tm tm;
	ret[0] = '\0';
	if (gmtime_r(&t, &tm))
		strftime(ret, 32, "%Y-%m-%d %H:%M", &tm);
}

static void print_part(const struct roots *t, const struct part *p)
{
	print_out("%s: %s\n", p->name, meet_word(p->verdict));
	for (size_t k = 0; k < p->n; k++) {
		const struct entry *e = &p->entries[k];
		char hash[DIGEST_NIX32 + 1], when[32];
		digest_nix32(&e->cell->object, hash);
		format_when(e->built_ns, when);
		print_out("  %-12s ", t->origins[e->cell->root].name);
		if (!e->cell->built)
			print_out("%-25s", "not built");
		else
			print_out("%.16s%s", hash,
				  e->cell->differs ? " differs " : "         ");
		print_out(" %-16s %s\n", e->built_ns ? when : "", e->drv->name);
	}
}

static void print_text(const struct roots *t)
{
	for (size_t i = 0; i < t->nparts; i++)
		print_part(t, &t->parts[i]);
	print_out("\n");
	for (size_t i = 0; i < t->norigins; i++) {
		const struct origin *o = &t->origins[i];
		struct buf b = BUF_INIT;
		trust_text(&o->trust, &b);
		print_out("root %s trusts %s\n", o->name, buf_str(&b));
		buf_release(&b);
	}
	for (size_t i = 0; i < t->norigins; i++)
		if (t->origins[i].differs)
			print_out("root %s differs, first at %s\n", t->origins[i].name,
				  t->origins[i].differs->name);
	print_out("%zu roots; %zu parts meet, %zu differ, %zu are open\n", t->norigins,
		  t->count[MEET_SAME], t->count[MEET_DIFFERS], t->count[MEET_OPEN]);
}

/* Adds the members about E to the object that is open in B. */
static void json_cell(const struct roots *t, const struct entry *e, struct buf *b)
{
	json_put(b, "root", t->origins[e->cell->root].name);
	json_put(b, "recipe", e->drv->name);
	if (e->cell->built)
		json_put_hex(b, "object", e->cell->object.b, DIGEST_LEN);
	else
		json_put_null(b, "object");
	if (e->built_ns)
		json_put_time(b, "built", e->built_ns / 1000000000);
	else
		json_put_null(b, "built");
	json_put_flag(b, "differs", e->cell->differs);
}

static void json_part(const struct roots *t, const struct part *p, struct buf *b)
{
	json_open(b, NULL);
	json_put(b, "part", p->name);
	json_put(b, "verdict", meet_word(p->verdict));
	json_open_array(b, "recipes");
	for (size_t k = 0; k < p->n; k++) {
		json_open(b, NULL);
		json_cell(t, &p->entries[k], b);
		json_close(b);
	}
	json_close_array(b);
	json_close(b);
}

static int print_json(const struct roots *t)
{
	struct buf b = BUF_INIT;
	json_open(&b, NULL);
	json_put_number(&b, "schema", 1);
	json_open_array(&b, "parts");
	for (size_t i = 0; i < t->nparts; i++)
		json_part(t, &t->parts[i], &b);
	json_close_array(&b);
	json_open_array(&b, "roots");
	for (size_t i = 0; i < t->norigins; i++) {
		const struct origin *o = &t->origins[i];
		json_open(&b, NULL);
		json_put(&b, "root", o->name);
		if (o->differs)
			json_put(&b, "first_difference", o->differs->name);
		else
			json_put_null(&b, "first_difference");
		json_open(&b, "trusts");
		trust_json(&o->trust, &b);
		json_close(&b);
		json_close(&b);
	}
	json_close_array(&b);
	json_put_number(&b, "meet", t->count[MEET_SAME]);
	json_put_number(&b, "differ", t->count[MEET_DIFFERS]);
	json_put_number(&b, "open", t->count[MEET_OPEN]);
	json_close(&b);
	buf_addc(&b, '\n');
	int r = buf_failed(&b) ? -ENOMEM : 0;
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
	return r;
}

/* ---- recording ---- */

/* Adds what was found out about P as JSON, as json_part, with what each root trusts. */
static void add_detail(const struct roots *t, const struct part *p, struct buf *b)
{
	json_open(b, NULL);
	json_put_number(b, "schema", 1);
	json_open_array(b, "recipes");
	for (size_t k = 0; k < p->n; k++) {
		struct buf trusts = BUF_INIT;
		const struct origin *o = &t->origins[p->entries[k].cell->root];
		trust_text(&o->trust, &trusts);
		json_open(b, NULL);
		json_cell(t, &p->entries[k], b);
		json_put(b, "trusts", buf_str(&trusts));
		json_close(b);
		buf_release(&trusts);
	}
	json_close_array(b);
	json_close(b);
}

/*
 * Records the verdict on each part: the standing ones of the mode "roots". SOME: targets were named, so that a part that
 * is open for them is not for all; nothing new is known of it.
 */
static void record_parts(struct record *r, const struct roots *t, bool some)
{
	for (size_t i = 0; i < t->nparts; i++) {
		const struct part *p = &t->parts[i];
		struct buf b = BUF_INIT;
		if (some && p->verdict == MEET_OPEN)
			continue;
		add_detail(t, p, &b);
		record_found(r, "roots", p->name, meet_word(p->verdict), &p->entries[0].drv->id,
			     buf_str(&b));
		buf_release(&b);
	}
}

/* What the command line asks for. */
struct request {
	bool json;
};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL, "print JSON"}, {0}};

static int run(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct roots t = {0};
	struct record *record = NULL;
	const struct drv **targets = NULL;
	size_t n = 0;
	int r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = collect(&t, targets, n, f);
	if (r == 0)
		r = judge(c, &t, f);
	if (r == 0)
		r = measure(c, &t, f);
	if (r == 0)
		r = record_begin(c, true, &record, f);
	if (r == 0)
		record_parts(record, &t, c->noperands > 0);
	if (r == 0 && q->json)
		r = print_json(&t);
	else if (r == 0)
		print_text(&t);
	if (r == 0)
		r = t.count[MEET_DIFFERS] ? CMD_DIFFERS
		    : t.count[MEET_OPEN]  ? CMD_COVERAGE
					  : CMD_OK;
	record_end(record, r, f);
	roots_release(&t);
	return r;
}

const struct command command_roots = {
    .name = "roots",
    .run = run,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_STORE,
    .synopsis = "[--json] [TARGET…]",
    .summary = "say where independent roots of trust meet, and what each trusts",
};
