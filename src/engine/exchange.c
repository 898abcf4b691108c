/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/dsse.h"
#include "base/file.h"
#include "base/path.h"
#include "engine/internal.h"
#include "engine/plan.h"
#include "engine/substitute.h"
#include "publication/get.h"

enum { LOG_MAX = 256 << 20 };

/* ---- out ---- */

static int send_objects(const struct deliver *to, struct store *s,
			const struct action_input *items, size_t n, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct store_object o;
		FREE_PTR char *tree = store_object_path(s, &items[i].object);
		r = tree ? store_object(s, &items[i].object, &o) : -ENOMEM;
		if (r < 0)
			return fault_set(f, r, "'%s' is not in the store:", items[i].as);
		r = deliver_object(to, tree, &items[i].object, o.nar_size, NULL, NULL, f);
	}
	return r;
}

int exchange_send(const struct node_exchange *x, struct builder *b, struct store *s,
		  const struct action *act, const char *tmp, struct fault *f)
{
	struct deliver to = {x->location, tmp, x->offline, x->stopped};
	struct buf text = BUF_INIT;
	char path[REQUEST_PATH];
	struct sandbox_limits l = build_limits(&act->drv->limits, &b->o.caps);
	struct drv d = *act->drv;
	struct action copy = *act;
	d.limits = (struct drv_limits){.time_s = l.time_s,
				       .silence_s = l.silence_s,
				       .memory = l.memory,
				       .processes = l.processes,
				       .output = l.output,
				       .build = l.build,
				       .log = l.log};
	copy.drv = &d;
	int r = send_objects(&to, s, act->inputs, act->ninputs, f);
	if (r == 0)
		r = send_objects(&to, s, act->sources, act->nsources, f);
	if (r == 0)
		r = request_write(&copy, &text, f);
	request_path(&act->id, path);
	if (r == 0)
		r = deliver_text(&to, path, buf_view(&text), f);
	buf_release(&text);
	return r;
}

/* ---- in ---- */

/* Reads the answer at PATH of the exchange. As exchange_look. */
static int read_answer(const struct node_exchange *x, const char *path,
		       const struct digest *action, struct answer *ret, struct fault *f)
{
	struct buf b = BUF_INIT;
	struct fault why = FAULT_INIT;
	int r = publication_get(NULL, x->location, path, false, DSSE_MAX, &b, &why);
	if (r == 0) {
		r = answer_read(buf_view(&b), x->keys, x->nkeys, action, ret, &why);
		if (r < 0)
			fault_wrap(&why, "%s/%s", x->location, path);
		else
			r = 1;
	}
	buf_release(&b);
	if (r == ERR_MISSING)
		return 0;
	if (r < 0 && f)
		*f = why;
	return r;
}

/* Returns whether the file NAME, of those in the folder NAMES, may be there. NAMES NULL: nobody knows. */
static bool may_have(const struct strlist *names, const char *name)
{
	for (size_t i = 0; names && i < names->n; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return !names;
}

/* Looks for an answer of any of the nodes in the folder DIR of the exchange. */
static int look_in(const struct node_exchange *x, const char *dir, const struct digest *action,
		   struct answer *ret, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	int found = 0, worst = 0;
	size_t known = 0;
	bool folder = x->location[0] == '/';
	if (folder) {
		FREE_PTR char *path = path_join(x->location, dir);
		if (!path || file_list(path, &names, NULL) < 0) {
			strlist_release(&names);
			return path ? 0 : -ENOMEM;
		}
	}
	for (size_t i = 0; found <= 0 && i < x->nkeys; i++) {
		char id[KEY_ID + 1], name[KEY_ID + 8], path[256];
		key_id(&x->keys[i], id);
		snprintf(name, sizeof name, "%s.json", id);
		snprintf(path, sizeof path, "%s/%s", dir, name);
		if (!may_have(folder ? &names : NULL, name))
			continue;
		known++;
		found = read_answer(x, path, action, ret, f);
		worst = found < 0 ? found : worst;
	}
	for (size_t i = 0; folder && !known && i < names.n; i++)
		if (strlen(names.items[i]) == KEY_ID + 5)
			worst =
			    fault_set(f, ERR_SIGNATURE,
				      "%s/%s: %.12s… is not the key of a node that is known "
				      "here",
				      x->location, dir, names.items[i]);
	strlist_release(&names);
	return found > 0 ? found : worst;
}

int exchange_look(const struct node_exchange *x, const struct digest *action,
		  const char *attempt, struct answer *ret, struct fault *f)
{
	char dir[32 + DIGEST_HEX + ATTEMPT_LEN];
	if (attempt) {
		snprintf(dir, sizeof dir, "attempts/%.64s", attempt);
	} else {
		strcpy(dir, "attestations/");
		digest_hex(action, dir + strlen(dir));
	}
	int r = look_in(x, dir, action, ret, f);
	if (r > 0 && ret->failed != (attempt != NULL))
		return fault_set(f, ERR_SYNTAX, "%s/%s: an answer of the other kind",
				 x->location, dir);
	return r;
}

/* Fetches the log of ATTEMPT into the store. RET gets its path there, or "". */
static int take_log(const struct node_exchange *x, struct store *s, const struct action *act,
		    const struct answer *a, const char *attempt, const char *tmp, char **ret,
		    struct fault *f)
{
	struct buf b = BUF_INIT;
	char path[32 + ATTEMPT_LEN + KEY_ID];
	FREE_PTR char *file = path_join(tmp, "log");
	snprintf(path, sizeof path, "attempts/%.64s/%s.log", attempt, a->key);
	int r = file ? 0 : -ENOMEM;
	/* It is for people: one that cannot be had stops nothing. */
	bool there = r == 0 && *attempt &&
		     publication_get(NULL, x->location, path, false, LOG_MAX, &b, NULL) == 0;
	if (there)
		r = file_write_atomic(file, b.ptr ? b.ptr : "", b.len, 0644, f);
	if (r == 0 && there)
		r = build_keep_log(s, act, file, a->started_ns, ret, f);
	else if (r == 0)
		r = (*ret = strdup("")) ? 0 : -ENOMEM;
	buf_release(&b);
	return r;
}

int exchange_take(const struct node_exchange *x, struct builder *b, struct store *s,
		  const struct action *act, const struct answer *a, const char *attempt,
		  const char *tmp, char **ret_log, struct fault *f)
{
	FREE_PTR char *log = NULL;
	struct archive_options o = build_archive_options(b, act->drv);
	struct store_realisation real = {
	    .object = a->object,
	    .outcome = a->failed ? STORE_FAILED : STORE_BUILT,
	    .builder = a->key,
	    .started_ns = a->started_ns,
	    .ended_ns = a->ended_ns,
	    .wall_ns = (uint64_t)(a->ended_ns - a->started_ns),
	    .attestable = true,
	};
	int r = a->failed ? 0 : substitute_object(s, x->location, &a->object, act, &o, f);
	if (r == 0)
		r = take_log(x, s, act, a, attempt, tmp, &log, f);
	real.log = log;
	/* What a node said, with what it took; then that we took it. */
	if (r == 0)
		r = build_record(s, act, &real, f);
	if (r == 0 && !a->failed) {
		real.outcome = STORE_SUBSTITUTED;
		real.builder = "";
		real.attestable = false;
		r = build_record(s, act, &real, f);
	}
	if (r == 0)
		r = *log ? (*ret_log = path_join(store_path(s), log), *ret_log ? 0 : -ENOMEM)
			 : ((*ret_log = strdup("")) ? 0 : -ENOMEM);
	return r;
}
