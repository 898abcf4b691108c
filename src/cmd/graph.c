/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/format.h"
#include "cmd/makespan.h"
#include "cmd/print.h"
#include "cmd/target.h"
#include "json/write.h"
#include "sched/sched.h"
#include "sched/waste.h"
#include "verify/baseline.h"

/* A graph to be printed. */
struct graph {
	const struct drv **nodes; /* inputs before users */
	size_t n;
	uint64_t *ns;             /* wall time of the last build of each, 0 = unknown */
	struct waste_cost *costs; /* the same, with processor time */
	unsigned cores;           /* of this machine */
	bool *critical;           /* on the longest chain */
	bool times;               /* asked for */
};

/* Prints what all steps took, and where time is lost. */
static void print_waste(const struct graph *g)
{
	struct waste w;
	char t[32];
	waste_sum(g->costs, g->critical, g->n, g->cores, &w);
	format_time(w.sum.wall_ns, t);
	print_out("\nsum of all steps: %s\n", t);
	format_time(w.sum.cpu_ns, t);
	print_out("processor time: %s\n", t);
	format_time(w.critical_ns, t);
	print_out("critical path (marked *): %s\n", t);
	format_time(w.bound_ns, t);
	print_out("no less than, on %u cores: %s\n", g->cores, t);
	if (w.nworst)
		print_out("most idle on the critical path:\n");
	for (size_t i = 0; i < w.nworst; i++) {
		format_time(waste_idle_ns(&g->costs[w.worst[i]], g->cores), t);
		print_out("  %s: %s of a core\n", g->nodes[w.worst[i]]->name, t);
	}
}

/* Prints " [wall, cpu, idle cores]" of step I. */
static void print_cost(const struct graph *g, size_t i)
{
	const struct waste_cost *k = &g->costs[i];
	char wall[32], cpu[32];
	if (!k->wall_ns) {
		print_out(" [unknown]");
		return;
	}
	format_time(k->wall_ns, wall);
	format_time(k->cpu_ns, cpu);
	print_out(" [%s, cpu %s, %.1f of %u cores idle]", wall, cpu,
		  (double)waste_idle_ns(k, g->cores) / (double)k->wall_ns, g->cores);
}

static void print_text(const struct graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct drv *d = g->nodes[i];
		print_out("%s%s", g->times && g->critical[i] ? "* " : "", d->name);
		if (g->times)
			print_cost(g, i);
		for (size_t k = 0; k < d->ninputs; k++)
			print_out("%s %s", k ? "" : ":", d->inputs[k].drv->name);
		print_out("\n");
	}
	if (g->times)
		print_waste(g);
}

static void print_dot(const struct graph *g)
{
	print_out("digraph recipes {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (size_t i = 0; i < g->n; i++) {
		const struct drv *d = g->nodes[i];
		char t[32] = "";
		if (g->times)
			format_time(g->ns[i], t);
		print_out("\t\"%s\" [label=\"%s%s%s\"%s];\n", d->name, d->name, *t ? "\\n" : "",
			  t, g->times && g->critical[i] ? ", style=bold" : "");
		for (size_t k = 0; k < d->ninputs; k++)
			print_out("\t\"%s\" -> \"%s\";\n", d->inputs[k].drv->name, d->name);
	}
	print_out("}\n");
}

static void print_json(const struct graph *g)
{
	struct buf b = BUF_INIT;
	json_open(&b, NULL);
	json_put_number(&b, "schema", 1);
	json_open_array(&b, "nodes");
	for (size_t i = 0; i < g->n; i++) {
		const struct drv *d = g->nodes[i];
		json_open(&b, NULL);
		json_put(&b, "name", d->name);
		json_put_hex(&b, "derivation", d->id.b, DIGEST_LEN);
		if (g->times) {
			json_put_number(&b, "wall_ns", g->ns[i]);
			json_put_number(&b, "cpu_ns", g->costs[i].cpu_ns);
			json_put_flag(&b, "critical", g->critical[i]);
		}
		json_open_array(&b, "inputs");
		for (size_t k = 0; k < d->ninputs; k++)
			json_put(&b, NULL, d->inputs[k].drv->name);
		json_close_array(&b);
		json_close(&b);
	}
	json_close_array(&b);
	json_close(&b);
	buf_addc(&b, '\n');
	print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
}

/* The last component of the path in URI. */
static const char *file_of(const char *uri)
{
	const char *slash = strrchr(uri, '/');
	return slash ? slash + 1 : uri;
}

/* Prints the sources from outside of the repository, and what of them is taken on trust. */
static void print_origin(const struct drv *d)
{
	for (size_t i = 0; i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		char hex[DIGEST_HEX + 1];
		digest_hex(&s->hash, hex);
		if (s->pin == DRV_PIN_SHA256)
			print_out("- source: `%s%s%s`, SHA-256 `%s`\n",
				  s->nuris ? file_of(s->uris[0]) : s->as,
				  s->nested ? "` of it `" : "", s->nested ? s->nested : "",
				  hex);
		else if (s->pin == DRV_PIN_GIT)
			print_out("- source: %s, commit `%s`\n", s->nuris ? s->uris[0] : s->as,
				  s->commit);
	}
	for (size_t i = 0; i < d->meta.npregenerated; i++)
		print_out("%s`%s`",
			  i ? ", " : "- generated, taken on trust: ", d->meta.pregenerated[i]);
	if (d->meta.npregenerated)
		print_out("\n");
}

/* Prints the object of D: of the published realisations, else of the store. */
static int print_object(struct store *s, const struct baseline *published, const struct drv *d,
			struct fault *f)
{
	const struct baseline_row *row = baseline_of_drv(published, &d->id);
	struct digest action, object;
	char hex[DIGEST_HEX + 1];
	int found = row ? 0 : store_find_resolved(s, &d->id, &action, &object);
	int r = store_lookup(s, found, f);
	if (r == 0 && found < 0)
		print_out("- object: not built\n");
	if (r < 0 || found < 0)
		return r;
	digest_hex(row ? &row->object : &object, hex);
	print_out("- object: `%s`%s\n", hex, row ? "" : ", not published yet");
	return 0;
}

/* Prints the steps as a document: recipes/CHAIN.md. */
static int print_markdown(const struct graph *g, struct store *s,
			  const struct baseline *published, struct fault *f)
{
	int r = 0;
	uint64_t sum = 0, chain = 0;
	char t[32];
	print_out(
	    "# The chain, step by step\n\nMade by `boot-hurd graph --format markdown`. Inputs "
	    "stand before what needs them; times are those\nof the last build on one machine, "
	    "and `*` marks the steps of the critical path.\n\n| step | time | inputs |\n"
	    "|---|---|---|\n");
	for (size_t i = 0; i < g->n; i++) {
		const struct drv *d = g->nodes[i];
		sum += g->ns[i];
		chain += g->critical[i] ? g->ns[i] : 0;
		format_time(g->ns[i], t);
		print_out("| %s%s | %s |", d->name, g->critical[i] ? " *" : "",
			  g->ns[i] ? t : "unknown");
		for (size_t k = 0; k < d->ninputs; k++)
			print_out("%s %s", k ? "," : "", d->inputs[k].drv->name);
		print_out(" |\n");
	}
	format_time(sum, t);
	print_out("\nSum of all steps: %s. ", t);
	format_time(chain, t);
	print_out("Critical path: %s.\n", t);
	for (size_t i = 0; r == 0 && i < g->n; i++) {
		const struct drv *d = g->nodes[i];
		char hex[DIGEST_HEX + 1];
		digest_hex(&d->id, hex);
		print_out("\n## %s\n\n", d->name);
		if (d->meta.summary)
			print_out("%s\n\n", d->meta.summary);
		print_out("- derivation: `%s`\n", hex);
		r = print_object(s, published, d, f);
		print_origin(d);
	}
	return r;
}

/* Marks the longest chain. */
static int mark_critical(struct graph *g)
{
	struct sched *s;
	size_t *path = calloc(g->n + 1, sizeof *path);
	if (!path || sched_new(g->nodes, g->n, g->ns, &s) < 0) {
		free(path);
		return -ENOMEM;
	}
	size_t n = sched_critical_path(s, path);
	for (size_t i = 0; i < n; i++)
		g->critical[path[i]] = true;
	sched_free(s);
	free(path);
	return 0;
}

/* What the command line asks for. */
struct request {
	const char *format;
	bool times, makespan;
};

static const struct request DEFAULTS = {.format = "text"};

static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "format", offsetof(struct request, format), "FORMAT",
     "text, dot, json or markdown"},
    {OPTION_FLAG, 0, "times", offsetof(struct request, times), NULL,
     "times of the last builds, and the critical path"},
    {OPTION_FLAG, 0, "makespan", offsetof(struct request, makespan), NULL,
     "how long it would take on several machines"},
    {0}};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	static const char *const formats[] = {"text", "dot", "json", "markdown", NULL};
	const struct request *q = request;
	(void)c;
	if (q->makespan && (q->times || strcmp(q->format, "text") != 0))
		return fault_set(f, ERR_USAGE, "graph: %s has no meaning with --makespan",
				 q->times ? "--times" : "--format");
	for (size_t i = 0; formats[i]; i++)
		if (strcmp(q->format, formats[i]) == 0)
			return 0;
	return fault_set(f, ERR_USAGE, "--format: '%s' is none of text, dot, json, markdown",
			 q->format);
}

/* Fills in the times, and what is on the longest chain. */
static int add_times(struct cmd *c, struct graph *g, struct fault *f)
{
	struct store *s = NULL;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	g->cores = cores > 0 ? (unsigned)cores : 1;
	int r = cmd_store(c, &s, f);
	for (size_t i = 0; r == 0 && i < g->n; i++) {
		struct store_cost cost;
		store_cost(s, g->nodes[i]->name, &cost);
		g->ns[i] = cost.wall_ns;
		g->costs[i] = (struct waste_cost){cost.wall_ns, cost.cpu_ns};
	}
	return r == 0 ? mark_critical(g) : r;
}

static int graph(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	const char *format = q->format;
	const struct drv **targets = NULL;
	size_t n = 0;
	struct baseline published = BASELINE_INIT;
	bool markdown = strcmp(format, "markdown") == 0;
	struct graph g = {.times = q->times || q->makespan || markdown};
	int r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = drv_closure(targets, n, &g.nodes, &g.n, f);
	if (r == 0 && markdown)
		r = cmd_baseline(c, &published, f);
	g.ns = calloc(g.n + 1, sizeof *g.ns);
	g.costs = calloc(g.n + 1, sizeof *g.costs);
	g.critical = calloc(g.n + 1, sizeof *g.critical);
	if (r == 0 && (!g.ns || !g.costs || !g.critical))
		r = -ENOMEM;
	if (r == 0 && g.times)
		r = add_times(c, &g, f);
	if (r == 0 && q->makespan)
		r = makespan_print(g.nodes, g.n, g.ns);
	else if (r == 0 && strcmp(format, "text") == 0)
		print_text(&g);
	else if (r == 0 && strcmp(format, "dot") == 0)
		print_dot(&g);
	else if (r == 0 && strcmp(format, "json") == 0)
		print_json(&g);
	else if (r == 0)
		r = print_markdown(&g, c->store, &published, f);
	baseline_release(&published);
	free(g.nodes);
	free(g.ns);
	free(g.costs);
	free(g.critical);
	return r;
}

const struct command command_graph = {
    .name = "graph",
    .run = graph,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .defaults = &DEFAULTS,
    .max = CMD_MANY,
    .needs = CMD_RECIPES,
    .synopsis = "[OPTION…] [TARGET…]",
    .summary = "print what needs what",
};
