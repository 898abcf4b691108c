/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/keys.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sys.h"
#include "cmd/challenge.h"
#include "cmd/diffoscope.h"
#include "cmd/overrides.h"
#include "cmd/print.h"
#include "cmd/verification.h"
#include "cmd/report.h"
#include "cmd/summary.h"
#include "cmd/target.h"

enum { LOOK_S = LIMIT_DIFFOSCOPE_LAST_S }; /* after so long diffoscope is not begun any more */

/* The command line. What was not given is as it was set here. */
struct request {
	unsigned jobs, rounds, seed; /* 0 = not given */
	double sample;               /* percent; negative = not given */
	double coverage;             /* percent that is asked for */
	struct strlist vary;         /* lists of axes, as given */
	bool only, json, all, peers;
	const char *vsa, *key, *fetch; /* NULL = not given */
	struct report_files files;
};

/* Returns an option of Q that has no meaning for what is asked, or NULL. */
static const char *meaningless(const struct cmd *c, const struct request *q)
{
	if (q->peers) /* nothing is rebuilt, so nothing says how */
		return q->jobs          ? "--jobs"
		       : q->rounds      ? "--rounds"
		       : q->vary.n      ? "--vary"
		       : q->only        ? "--only"
		       : q->sample >= 0 ? "--sample"
		       : q->seed        ? "--seed"
		       : c->overrides.n ? "--override-source"
					: NULL;
	return q->fetch ? "--fetch-different" : NULL;
}

/* Refuses what cannot be meant. */
static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	const char *bad = meaningless(c, q);
	if (bad && q->peers)
		return fault_set(
		    f, ERR_USAGE,
		    "verify: %s has no meaning with --peers, which rebuilds nothing", bad);
	if (bad)
		return fault_set(f, ERR_USAGE, "verify: %s has no meaning without --peers",
				 bad);
	if (q->seed && q->sample < 0)
		return fault_set(f, ERR_USAGE,
				 "verify: --seed has no meaning without --sample");
	if (q->only && !c->noperands)
		return fault_set(f, ERR_USAGE,
				 "verify: --only needs a TARGET: what to rebuild alone");
	if (q->key && !q->vsa && !q->peers)
		return fault_set(f, ERR_USAGE,
				 "verify: --key signs a summary; give --vsa FILE");
	return 0;
}

/* Reads --vary's lists. */
static int parse_vary(const struct strlist *l, struct verify_options *o, struct fault *f)
{
	for (size_t i = 0; i < l->n; i++) {
		char *save = NULL;
		for (char *p = strtok_r(l->items[i], ",", &save); p;
		     p = strtok_r(NULL, ",", &save)) {
			unsigned axes = vary_parse(p);
			struct buf known = BUF_INIT;
			for (unsigned axis = 1; !axes && axis & VARY_ALL; axis <<= 1)
				buf_addf(&known, "%s, ", vary_name(axis));
			if (!axes)
				fault_set(f, ERR_USAGE,
					  "--vary: there is no axis '%s': %sor all", p,
					  buf_str(&known));
			buf_release(&known);
			if (!axes)
				return ERR_USAGE;
			o->vary |= axes;
			if (strcmp(p, "all") != 0)
				o->named |= axes;
		}
	}
	return 0;
}

/* Adds what a verification was asked to do, and could do, a fact a line. */
static void add_policy(const struct verify_report *r, double coverage, struct buf *b)
{
	buf_addf(b, "rounds %u\nsample %g\n", r->rounds, r->sample);
	if (r->only)
		buf_adds(b, "only yes\n");
	if (r->sample < 100)
		buf_addf(b, "seed %llu\n", (unsigned long long)r->seed);
	if (coverage > 0)
		buf_addf(b, "coverage %g\n", coverage);
	for (unsigned axis = 1; axis & VARY_ALL; axis <<= 1)
		if (r->vary & axis)
			buf_addf(b, "vary %s\n", vary_name(axis));
	for (size_t i = 0; i < r->nskipped; i++)
		buf_addf(b, "not-varied %s\n", vary_name(r->skipped[i].axis));
	for (size_t i = 0; i < r->n; i++)
		if (r->results[i].overridden)
			buf_addf(b, "not-attestable %s\n", r->results[i].drv->name);
}

/* Makes a URI of the policy POLICY, whose facts are its query. NULL: out of memory. */
static const char *policy_uri(struct cmd *c, const char *policy)
{
	char *uri = arena_fmt(&c->arena, "urn:boot-hurd:policy:rebuild:2?=%s", policy);
	for (char *p = uri; p && *p; p++)
		if (*p == ' ')
			*p = '=';
		else if (*p == '\n')
			*p = p[1] ? '&' : '\0';
	return uri;
}

/*
 * Writes a verification summary of REPORT to the file that Q names. OWN is our key's id or "". One that
 * passed is about nothing but what this run rebuilt and found equal, and what stands on no overridden
 * source; one that did not, about all.
 */
static int write_vsa(struct cmd *c, const struct verify_report *report, const struct request *q,
		     const char *own, struct fault *f)
{
	struct buf policy = BUF_INIT;
	size_t attestable = 0;
	for (size_t i = 0; i < report->n; i++)
		attestable += verify_attestable(&report->results[i]);
	add_policy(report, q->coverage, &policy);
	struct vsa v = {.resource = "urn:boot-hurd:outputs",
			.policy = policy_uri(c, buf_str(&policy)),
			.level = "BOOT_HURD_REPRODUCED_BY_REBUILD",
			.passed = verify_exit(report, q->coverage) == 0 && attestable > 0};
	struct vsa_item *subjects = arena_array(&c->arena, report->n + 1, sizeof *subjects);
	int r = subjects && v.policy ? buf_failed(&policy) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < report->n; i++) {
		const struct verify_result *x = &report->results[i];
		if (!v.passed || verify_attestable(x))
			subjects[v.nsubjects++] = (struct vsa_item){x->drv->name, x->object};
	}
	v.subjects = subjects;
	if (r == 0)
		r = summary_write(c, &v, own, policy.ptr, q->vsa, q->key, f);
	buf_release(&policy);
	return r;
}

/* Has diffoscope look at the differences, for so long: what follows from the verdicts waits for it. */
static void look_closer(struct verify_report *report)
{
	int64_t end = sys_monotonic_ns() + (int64_t)LOOK_S * 1000000000;
	for (size_t i = 0; i < report->n; i++) {
		struct verify_result *x = &report->results[i];
		if (x->kept && sys_monotonic_ns() < end)
			x->report = diffoscope_run(x->stored, x->kept);
	}
}

/* Prints the report as was asked. */
static int print_report(const struct verify_report *report, const struct request *q)
{
	struct buf text = BUF_INIT;
	if (q->json)
		verify_report_json(report, q->coverage, &text);
	else
		verify_report_text(report, q->all, &text);
	print_document(buf_view(&text), q->json ? ESCAPE_DOCUMENT : ESCAPE_LINES);
	buf_release(&text);
	return verify_exit(report, q->coverage);
}

/* Says what the report begins with. AXES are those that were asked for. */
static int fill_head(struct cmd *c, unsigned axes, struct report_head *ret, struct fault *f)
{
	struct buf names = BUF_INIT;
	for (unsigned axis = 1; axis & VARY_ALL; axis <<= 1)
		if (axes & axis)
			buf_addf(&names, "%s%s", names.len ? ", " : "", vary_name(axis));
	int r = buf_failed(&names);
	if (r == 0)
		r = report_head_fill(c, "rebuilds", arena_fmt(&c->arena, "%s", buf_str(&names)),
				     "", ret);
	buf_release(&names);
	return r < 0 ? fault_set(f, r, "cannot report:") : 0;
}

/* Rebuilds the operands. */
static int verify_rebuilds(struct cmd *c, struct request *q, struct fault *f)
{
	struct verify_options o = {.rounds = q->rounds ? q->rounds : 1,
				   .sample = q->sample < 0 ? 100 : q->sample,
				   .jobs = q->jobs ? q->jobs : (unsigned)sys_cpus(),
				   .seed = q->seed,
				   .only = q->only};
	struct verification w = {.c = c, .state = c->state};
	struct verify_report report = {0};
	struct report_head head;
	struct baseline baseline = BASELINE_INIT;
	struct record_events events = {0};
	struct build_options bo = {
	    .event = record_event, .event_ctx = &events, .jobs = q->jobs};
	const struct drv **targets = NULL;
	char own[KEY_ID + 1] = "";
	size_t n = 0;
	int r = parse_vary(&q->vary, &o, f);
	if (r == 0)
		r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	if (r == 0)
		r = overrides_check(c->recipes, f);
	if (r == 0 && !n)
		r = fault_set(f, ERR_USAGE, "there are no recipes to verify");
	if (r == 0 && q->vsa)
		r = keys_own(c->state, q->key, own, f);
	if (r == 0)
		r = cmd_baseline(c, &baseline, f);
	if (r == 0)
		r = record_begin(c, true, &w.record, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &w.progress);
	if (r < 0)
		goto out;
	events = (struct record_events){w.progress, w.record, w.state};
	bo.overridden = overrides_cover;
	bo.overridden_ctx = c->recipes;
	o.baseline = &baseline;
	if (!q->seed && o.sample < 100)
		sys_random(&o.seed, 4);
	r = cmd_builder(c, &bo, &w.b, f);
	if (r == 0)
		r = verification_run(&w, targets, n, &o, &report, f);
	progress_free(w.progress);
	if (r == 0) {
		look_closer(&report);
		/* Once more: what each stands on, and diffoscope's report, are known now. */
		record_judged(w.record, report.results, report.n);
	}
	if (r == 0)
		r = fill_head(c, o.vary, &head, f);
	report.head = r == 0 ? &head : NULL;
	if (r == 0 && q->vsa)
		r = write_vsa(c, &report, q, own, f);
	if (r == 0)
		r = report_rebuilds(c, &report, q->coverage, &q->files, f);
	if (r == 0)
		r = print_report(&report, q);
out:
	record_end(w.record, r, f);
	verify_report_release(&report);
	baseline_release(&baseline);
	return r;
}

static const struct request DEFAULTS = {.sample = -1};

static const struct option_row OPTIONS[] = {
    {OPTION_COUNT, 'j', "jobs", offsetof(struct request, jobs), "N",
     "rebuild N at a time (default: one per processor)"},
    {OPTION_COUNT, 0, "rounds", offsetof(struct request, rounds), "N",
     "rebuild each N times (default: 1)"},
    {OPTION_LIST, 0, "vary", offsetof(struct request, vary), "AXIS,…|all",
     "change on purpose what is otherwise fixed; the manual lists the axes"},
    {OPTION_FLAG, 0, "only", offsetof(struct request, only), NULL,
     "rebuild the targets alone; take what they are built from as it is"},
    {OPTION_PERCENT, 0, "sample", offsetof(struct request, sample), "N%",
     "rebuild a random part"},
    {OPTION_COUNT, 0, "seed", offsetof(struct request, seed), "N",
     "--sample: choose the sample that N chose before"},
    {OPTION_PERCENT, 0, "coverage", offsetof(struct request, coverage), "MIN%",
     "exit 3 when less was rebuilt, or compared"},
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL, "print the report as JSON"},
    {OPTION_FLAG, 'a', "all", offsetof(struct request, all), NULL,
     "list what is reproduced, sampled out or unchecked too"},
    {OPTION_FLAG, 0, "peers", offsetof(struct request, peers), NULL,
     "rebuild nothing: compare what is here with what peers say"},
    {OPTION_TEXT, 0, "fetch-different", offsetof(struct request, fetch), "DIR",
     "--peers: bring others' trees that differ, list them file by file"},
    {OPTION_TEXT, 0, "vsa", offsetof(struct request, vsa), "FILE",
     "write a SLSA verification summary"},
    {OPTION_TEXT, 0, "key", offsetof(struct request, key), "NAME",
     "--vsa: sign with the secret key NAME"},
    {OPTION_TEXT, 0, "html", offsetof(struct request, files.html), "FILE",
     "write the report as one self-contained page, too"},
    {OPTION_TEXT, 0, "junit", offsetof(struct request, files.junit), "FILE",
     "write it as JUnit's XML, too"},
    {OPTION_TEXT, 0, "sarif", offsetof(struct request, files.sarif), "FILE",
     "write what is not reproduced as SARIF, too"},
    {0}};

/* Compares the operands with what peers say. */
static int verify_peers(struct cmd *c, const struct request *q, struct fault *f)
{
	const struct challenge_options o = {.json = q->json,
					    .all = q->all,
					    .coverage = q->coverage,
					    .vsa = q->vsa,
					    .key = q->key,
					    .files = &q->files,
					    .fetch = q->fetch};
	return cmd_challenge(c, &o, f);
}

static int verify(struct cmd *c, void *request, struct fault *f)
{
	struct request *q = request;
	int r = q->vsa ? file_may_replace(q->vsa, f) : 0;
	if (r == 0)
		r = report_may_write(&q->files, f);
	if (r < 0)
		return r;
	return q->peers ? verify_peers(c, q, f) : verify_rebuilds(c, q, f);
}

const struct command command_verify = {
    .name = "verify",
    .run = verify,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .defaults = &DEFAULTS,
    .max = CMD_MANY,
    .needs = CMD_RECIPES | CMD_STORE | CMD_TARGETS,
    .synopsis = "[OPTION…] [TARGET…]",
    .summary = "rebuild and compare, bit for bit",
};
