/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/executor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attest/keys.h"
#include "base/sys.h"
#include "cmd/signals.h"
#include "publication/get.h"

enum { JOBS = 16 };

static bool is_slurm(const struct executor_request *q)
{
	return q->name && strcmp(q->name, "slurm") == 0;
}

/* Returns the first option that has no meaning without Slurm, or NULL. */
static const char *needless(const struct executor_request *q)
{
	return q->exchange  ? "--exchange"
	       : q->keys.n  ? "--node-key"
	       : q->state   ? "--node-state"
	       : q->program ? "--node-program"
	       : q->cpus    ? "--node-cpus"
	       : q->jobs.n  ? "--slurm-option"
			    : NULL;
}

int executor_check(const char *command, const struct executor_request *q, struct fault *f)
{
	if (q->name && !is_slurm(q) && strcmp(q->name, "local") != 0)
		return fault_set(f, ERR_USAGE, "--executor: '%s' is neither local nor slurm",
				 q->name);
	if (!is_slurm(q) && needless(q))
		return fault_set(f, ERR_USAGE, "%s: %s has no meaning without --executor slurm",
				 command, needless(q));
	if (!is_slurm(q))
		return 0;
	if (!q->exchange || !q->keys.n) {
		fault_set(f, ERR_USAGE, "%s: --executor slurm needs %s", command,
			  q->exchange ? "--node-key" : "--exchange");
		fault_hint(f, "boot-hurd(1), EXECUTORS, says how nodes are set up");
		return ERR_USAGE;
	}
	if (!publication_is_location(q->exchange))
		return fault_set(f, ERR_USAGE,
				 "--exchange: '%s' is neither http:, https: nor the whole path "
				 "of a folder",
				 q->exchange);
	if ((q->state && q->state[0] != '/') || (q->program && q->program[0] != '/'))
		return fault_set(f, ERR_USAGE, "%s: expected a whole path, not '%s'",
				 q->state && q->state[0] != '/' ? "--node-state"
								: "--node-program",
				 q->state && q->state[0] != '/' ? q->state : q->program);
	for (size_t i = 0; i < q->jobs.n; i++)
		if (q->jobs.items[i][0] != '-')
			return fault_set(f, ERR_USAGE,
					 "--slurm-option: '%s' is not an option of sbatch",
					 q->jobs.items[i]);
	return 0;
}

/* Finds the key TEXT: a public key, or the name or the id of one of the N KNOWN. */
static int find_key(const char *text, const struct key *known, size_t n, struct key *ret,
		    struct fault *f)
{
	struct fault why = FAULT_INIT;
	for (size_t i = 0; i < n; i++) {
		char id[KEY_ID + 1];
		key_id(&known[i], id);
		if (strcmp(text, known[i].name) == 0 || strcmp(text, id) == 0) {
			*ret = known[i];
			return 0;
		}
	}
	if (key_parse(view_of(text), ret, &why) == 0 && !ret->secret)
		return 0;
	key_release(ret);
	fault_set(f, ERR_USAGE, "--node-key: '%s' is neither a known key nor a public one",
		  text);
	fault_hint(f, "boot-hurd key show on the node prints its key");
	return ERR_USAGE;
}

static int find_keys(struct cmd *c, const struct strlist *l, struct key **ret, struct fault *f)
{
	struct key *known = NULL;
	const char *state = NULL;
	size_t n = 0;
	struct key *keys = arena_array(&c->arena, l->n + 1, sizeof *keys);
	int r = keys ? cmd_state(c, &state, f) : -ENOMEM;
	if (r == 0)
		r = keys_load_all(state, &c->arena, &known, &n, f);
	for (size_t i = 0; r == 0 && i < l->n; i++)
		r = find_key(l->items[i], known, n, &keys[i], f);
	*ret = keys;
	return r;
}

int executor_make(struct cmd *c, const struct executor_request *q, struct build_options *o,
		  struct executor_made *ret, struct fault *f)
{
	struct key *keys = NULL;
	if (!is_slurm(q))
		return 0;
	int r = find_keys(c, &q->keys, &keys, f);
	if (r < 0)
		return r;
	ret->program = q->program ? strdup(q->program) : sys_program();
	if (!ret->program)
		return fault_set(f, ERR_CONFIG,
				 "where is boot-hurd on the nodes? Give --node-program");
	const struct slurm_options so = {
	    .exchange = q->exchange,
	    .keys = keys,
	    .nkeys = q->keys.n,
	    .node_state = q->state ? q->state : "/var/lib/boot-hurd",
	    .program = ret->program,
	    .job_options = (const char *const *)q->jobs.items,
	    .njob_options = q->jobs.n,
	    .cpus = q->cpus,
	    .offline = c->offline,
	    .stopped = signals_interrupted,
	};
	r = slurm_new(&so, &ret->slurm, f);
	if (r < 0)
		return r;
	o->executor = slurm_executor(ret->slurm);
	o->jobs = o->jobs ? o->jobs : JOBS;
	return 0;
}

void executor_release(struct executor_made *m)
{
	slurm_free(m->slurm);
	free(m->program);
	*m = (struct executor_made){NULL, NULL};
}
