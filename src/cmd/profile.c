/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"
#include "cmd/print.h"
#include "cmd/target.h"

/*
 * Profiles: what a user has installed, as a name and generations. A generation is an object of the store: links in
 * bin, sbin and share/man to the files of its outputs, and the file "outputs" that lists them; it is kept by
 * the root profile-NAME-N. profiles/NAME/N in the state folder leads to it, and profiles/NAME/current, a link to
 * one of these, is what counts: to switch is to rename one link.
 */
enum { OUTPUTS_MAX = 1 << 20, GENERATION_MAX = 1000000 };

struct request {
	const char *profile; /* its name */
};
static const struct request DEFAULTS = {.profile = "default"};
static const struct option_row OPTIONS[] = {{OPTION_TEXT, 'p', "profile",
					     offsetof(struct request, profile), "NAME",
					     "of this profile (default: default)"},
					    {0}};

/* An output in a profile. */
struct installed {
	const char *name;
	struct digest object;
};

/* A profile that is worked on. */
struct profile {
	struct cmd *c;
	const char *name, *dir;    /* DIR is profiles/NAME */
	unsigned current;          /* number of the generation that counts; 0 = none yet */
	unsigned last;             /* the highest number there is */
	struct installed *outputs; /* of the current one; in the command's arena */
	size_t n, room;
};

static int no_memory(struct fault *f)
{
	fault_set(f, -ENOMEM, "cannot change the profile:");
	return -ENOMEM;
}

/* Reads a generation's number: 0 when NAME is none. */
static unsigned number_of(const char *name)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);
	return *name >= '1' && *name <= '9' && !*end && n <= GENERATION_MAX ? (unsigned)n : 0;
}

/* Adds an output, in the place of one of its name. */
static int add_output(struct profile *p, const char *name, const struct digest *object,
		      struct fault *f)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->outputs[i].name, name) == 0) {
			p->outputs[i].object = *object;
			return 0;
		}
	if (p->n == p->room) {
		size_t more = p->room ? p->room * 2 : 16;
		struct installed *all = arena_array(&p->c->arena, more, sizeof *all);
		if (!all)
			return no_memory(f);
		if (p->n)
			memcpy(all, p->outputs, p->n * sizeof *all);
		p->outputs = all;
		p->room = more;
	}
	p->outputs[p->n].name = arena_fmt(&p->c->arena, "%s", name);
	p->outputs[p->n].object = *object;
	return p->outputs[p->n++].name ? 0 : no_memory(f);
}

/* Reads what generation N holds. */
static int read_outputs(struct profile *p, unsigned n, struct fault *f)
{
	struct buf text = BUF_INIT;
	struct view rest, line;
	const char *path = arena_fmt(&p->c->arena, "%s/%u/outputs", p->dir, n);
	int r = path ? file_read(path, OUTPUTS_MAX, &text, f) : no_memory(f);
	rest = buf_view(&text);
	while (r == 0 && view_line(&rest, &line)) {
		struct digest d;
		const char *blank = memchr(line.ptr, ' ', line.len);
		struct view hash = {line.ptr, blank ? (size_t)(blank - line.ptr) : 0};
		if (!blank || digest_parse(hash, &d) < 0) {
			r = fault_set(f, ERR_CORRUPT, "%s is not the list of a profile", path);
			break;
		}
		const char *name =
		    arena_fmt(&p->c->arena, "%.*s", (int)(line.len - hash.len - 1), blank + 1);
		r = name ? add_output(p, name, &d, f) : no_memory(f);
	}
	buf_release(&text);
	return r;
}

/* Finds the profile that Q names; it may not be there yet. */
static int open_profile(struct cmd *c, const struct request *q, struct profile *ret,
			struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	char target[32];
	*ret = (struct profile){.c = c, .name = q->profile};
	if (!path_is_name(view_of(q->profile)))
		return fault_set(f, ERR_USAGE, "'%s' cannot name a profile", q->profile);
	ret->dir = arena_fmt(&c->arena, "%s/profiles/%s", store_path(c->store), q->profile);
	const char *link = ret->dir ? arena_fmt(&c->arena, "%s/current", ret->dir) : NULL;
	if (!link)
		return no_memory(f);
	int there = file_exists(ret->dir, f);
	if (there <= 0)
		return there;
	int r = file_list(ret->dir, &names, f);
	for (size_t i = 0; r == 0 && i < names.n; i++)
		if (number_of(names.items[i]) > ret->last)
			ret->last = number_of(names.items[i]);
	strlist_release(&names);
	ssize_t n = r == 0 ? readlink(link, target, sizeof target - 1) : -1;
	if (r == 0 && n < 0 && errno != ENOENT)
		return fault_set(f, -errno, "cannot read %s:", link);
	if (n > 0) {
		target[n] = '\0';
		ret->current = number_of(target);
	}
	return r;
}

/* The same, with what is in it. */
static int read_profile(struct cmd *c, const struct request *q, struct profile *ret,
			struct fault *f)
{
	int r = open_profile(c, q, ret, f);
	return r == 0 && ret->current ? read_outputs(ret, ret->current, f) : r;
}

/* ---- a new generation ---- */

/* A tree whose files are being linked. */
struct linking {
	const char *from; /* the output's tree */
	const char
	    *back;       /* from a folder of the generation to the objects: "../../HEX" or so */
	const char *to;  /* the generation */
	const char *sub; /* bin … */
	const char *name; /* of the output */
	struct cmd *c;
	struct fault *fault;
};

static int make_folder(void *ctx, const struct walk_node *n)
{
	struct linking *l = ctx;
	const char *path =
	    arena_fmt(&l->c->arena, "%s/%s%s%s", l->to, l->sub, *n->rel ? "/" : "", n->rel);
	return path ? file_mkdirs(path, l->fault) : no_memory(l->fault);
}

static int make_link(void *ctx, const struct walk_node *n)
{
	struct linking *l = ctx;
	struct buf target = BUF_INIT;
	const char *path = arena_fmt(&l->c->arena, "%s/%s/%s", l->to, l->sub, n->rel);
	for (const char *s = l->sub; s; s = strchr(s + 1, '/'))
		buf_adds(&target, "../");
	for (const char *s = strchr(n->rel, '/'); s; s = strchr(s + 1, '/'))
		buf_adds(&target, "../");
	buf_addf(&target, "../%s/%s/%s", path_base(l->from), l->sub, n->rel);
	int r = path && buf_failed(&target) == 0 ? 0 : no_memory(l->fault);
	if (r == 0 && path && symlink(buf_str(&target), path) < 0)
		r = errno == EEXIST
			? fault_set(
			      l->fault, ERR_EXISTS,
			      "%s/%s of %s is in the profile already, from another output",
			      l->sub, n->rel, l->name)
			: fault_set(l->fault, -errno, "cannot make %s:", path);
	buf_release(&target);
	return r;
}

/* Links the files of O below the generation TO. */
static int link_output(struct profile *p, const struct installed *o, const char *to,
		       struct fault *f)
{
	static const char *const subs[] = {"bin", "sbin", "share/man"};
	FREE_PTR char *tree = store_object_path(p->c->store, &o->object);
	int r = tree ? 0 : no_memory(f);
	for (size_t i = 0; r == 0 && i < sizeof subs / sizeof *subs; i++) {
		struct linking l = {tree, NULL, to, subs[i], o->name, p->c, f};
		struct walk w = {.ctx = &l, .enter = make_folder, .other = make_link};
		struct stat st;
		const char *from = arena_fmt(&p->c->arena, "%s/%s", tree, subs[i]);
		if (!from)
			return no_memory(f);
		if (stat(from, &st) < 0)
			r = errno == ENOENT ? 0
					    : fault_set(f, -errno, "cannot look at %s:", from);
		else if (S_ISDIR(st.st_mode))
			r = walk_tree(from, &w, f);
	}
	return r;
}

/* Makes the tree of a generation at TO. */
static int make_tree(struct profile *p, const char *to, struct fault *f)
{
	struct buf list = BUF_INIT;
	const char *path = arena_fmt(&p->c->arena, "%s/outputs", to);
	int r = path ? file_mkdirs(to, f) : no_memory(f);
	for (size_t i = 0; r == 0 && i < p->n; i++) {
		char nix[DIGEST_NIX32 + 1];
		digest_nix32(&p->outputs[i].object, nix);
		buf_addf(&list, "%s %s\n", nix, p->outputs[i].name);
		r = link_output(p, &p->outputs[i], to, f);
	}
	if (r == 0)
		r = buf_failed(&list);
	if (r == 0)
		r = file_write_new(path, list.len ? list.ptr : "", list.len, 0644, f);
	buf_release(&list);
	return r;
}

/* Makes LINK lead to TARGET, by one rename. */
static int put_link(struct cmd *c, const char *link, const char *target, struct fault *f)
{
	const char *aside = link ? arena_fmt(&c->arena, "%s.new", link) : NULL;
	if (!aside || !target)
		return no_memory(f);
	unlink(aside);
	if (symlink(target, aside) < 0 || rename(aside, link) < 0)
		return fault_set(f, -errno, "cannot make %s:", link);
	return 0;
}

/* Makes generation N the one that counts. */
static int switch_to(struct profile *p, unsigned n, struct fault *f)
{
	const char *link = arena_fmt(&p->c->arena, "%s/current", p->dir);
	const char *target = arena_fmt(&p->c->arena, "%u", n);
	int r = link && target ? put_link(p->c, link, target, f) : no_memory(f);
	return r < 0 ? r : file_sync_dir(p->dir, f);
}

/* Writes the lines that put the profile on a shell's path. */
static int environment_text(const struct profile *p, struct buf *ret)
{
	buf_addf(ret,
		 "export PATH=\"%s/current/bin:%s/current/sbin:$PATH\"\n"
		 "export MANPATH=\"%s/current/share/man:${MANPATH:-}\"\n",
		 p->dir, p->dir, p->dir);
	return buf_failed(ret);
}

/* Registers what P holds as the next generation, and switches to it. */
static int commit(struct profile *p, struct fault *f)
{
	FREE_PTR char *tmp = NULL;
	struct store_object object = {0};
	struct buf environment = BUF_INIT;
	unsigned n = p->last + 1;
	char hex[DIGEST_HEX + 1];
	struct action_input *refs = arena_array(&p->c->arena, p->n + 1, sizeof *refs);
	for (size_t i = 0; refs && i < p->n; i++)
		refs[i] = (struct action_input){p->outputs[i].name, p->outputs[i].object};
	int r = refs ? store_tmp(p->c->store, "profile", &tmp, f) : no_memory(f);
	FREE_PTR char *tree = r == 0 && tmp ? path_join(tmp, "tree") : NULL;
	if (r == 0)
		r = tree ? make_tree(p, tree, f) : no_memory(f);
	if (r == 0)
		r = store_add(p->c->store, tree, refs, p->n, &object, f);
	const char *root = arena_fmt(&p->c->arena, "profile-%s-%u", p->name, n);
	const char *link = arena_fmt(&p->c->arena, "%s/%u", p->dir, n);
	const char *file = arena_fmt(&p->c->arena, "%s/environment", p->dir);
	digest_hex(&object.hash, hex);
	const char *target = arena_fmt(&p->c->arena, "../../objects/%s", hex);
	if (r == 0 && (!root || !link || !file || !target))
		r = no_memory(f);
	if (r < 0)
		goto out;
	if ((r = file_mkdirs(p->dir, f)) < 0 ||
	    (r = store_root_add(p->c->store, root, &object.hash, f)) < 0 ||
	    (r = put_link(p->c, link, target, f)) < 0 ||
	    (r = environment_text(p, &environment)) < 0 ||
	    (r = file_write_atomic(file, environment.ptr, environment.len, 0644, f)) < 0 ||
	    (r = switch_to(p, n, f)) < 0)
		goto out;
	print_out("generation %u of profile %s: %zu %s\n", n, p->name, p->n,
		  p->n == 1 ? "output" : "outputs");
out:
	if (tmp)
		file_remove_tree(tmp, NULL);
	buf_release(&environment);
	return r;
}

/* ---- the verbs ---- */

static int install(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	const struct drv **targets = NULL;
	size_t n = 0;
	int r = read_profile(c, request, &p, f);
	if (r == 0)
		r = cmd_targets(c, c->operands, c->noperands, &targets, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct digest object;
		r = cmd_object(c, targets[i]->name, &object, f);
		/* Another version of the same recipe makes room for it. */
		for (size_t k = 0; r == 0 && k < p.n; k++) {
			const struct drv *old = NULL;
			struct fault unknown = FAULT_INIT;
			if (cmd_target(c, p.outputs[k].name, &old, &unknown) == 0 &&
			    strcmp(old->meta.pname, targets[i]->meta.pname) == 0)
				p.outputs[k] = p.outputs[--p.n];
		}
		if (r == 0)
			r = add_output(&p, targets[i]->name, &object, f);
	}
	return r < 0 ? r : commit(&p, f);
}

static int remove_outputs(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	int r = read_profile(c, request, &p, f);
	for (size_t i = 0; r == 0 && i < c->noperands; i++) {
		const char *name = c->operands[i];
		size_t k = 0, len = strlen(name);
		while (k < p.n && strcmp(p.outputs[k].name, name) != 0 &&
		       !(strncmp(p.outputs[k].name, name, len) == 0 &&
			 p.outputs[k].name[len] == '-'))
			k++;
		if (k == p.n) {
			fault_set(f, ERR_MISSING, "profile %s has no %s", p.name, name);
			fault_hint(f, "boot-hurd profile list shows what it has");
			return ERR_MISSING;
		}
		memmove(p.outputs + k, p.outputs + k + 1, (p.n - k - 1) * sizeof *p.outputs);
		p.n--;
	}
	return r < 0 ? r : commit(&p, f);
}

static int list(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	int r = read_profile(c, request, &p, f);
	for (size_t i = 0; r == 0 && i < p.n; i++) {
		char nix[DIGEST_NIX32 + 1];
		digest_nix32(&p.outputs[i].object, nix);
		print_out("%s %s\n", nix, p.outputs[i].name);
	}
	return r;
}

static int generations(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	int r = open_profile(c, request, &p, f);
	for (unsigned i = 1; r == 0 && i <= p.last; i++) {
		struct stat st;
		struct tm tm;
		char when[64];
		const char *link = arena_fmt(&c->arena, "%s/%u", p.dir, i);
		if (!link)
			return no_memory(f);
		if (lstat(link, &st) < 0) {
			if (errno == ENOENT)
				continue;
			return fault_set(f, -errno, "cannot look at %s:", link);
		}
		localtime_r(&st.st_mtime, &tm);
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
		p.n = 0;
		r = read_outputs(&p, i, f);
		print_out("%4u  %s%s ", i, when, i == p.current ? "  current " : "          ");
		for (size_t k = 0; k < p.n; k++)
			print_out(" %s", p.outputs[k].name);
		print_out("\n");
	}
	return r;
}

/* Switches to generation N, when it is there. */
static int go_to(struct profile *p, unsigned n, struct fault *f)
{
	const char *path = arena_fmt(&p->c->arena, "%s/%u/outputs", p->dir, n);
	int there = path ? file_exists(path, f) : no_memory(f);
	if (there < 0)
		return there;
	if (!there) {
		fault_set(f, ERR_MISSING, "profile %s has no generation %u", p->name, n);
		fault_hint(f, "boot-hurd profile generations lists them");
		return ERR_MISSING;
	}
	int r = switch_to(p, n, f);
	if (r == 0)
		print_out("generation %u of profile %s\n", n, p->name);
	return r;
}

static int roll_back(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	int r = open_profile(c, request, &p, f);
	if (r < 0)
		return r;
	for (unsigned n = p.current; n > 1; n--) {
		const char *path = arena_fmt(&c->arena, "%s/%u/outputs", p.dir, n - 1);
		int there = path ? file_exists(path, f) : no_memory(f);
		if (there != 0)
			return there < 0 ? there : go_to(&p, n - 1, f);
	}
	return fault_set(f, ERR_MISSING, "profile %s has no earlier generation", p.name);
}

static int switch_verb(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	unsigned n = number_of(c->operands[0]);
	if (!n)
		return fault_set(f, ERR_USAGE, "'%s' is not the number of a generation",
				 c->operands[0]);
	int r = open_profile(c, request, &p, f);
	return r < 0 ? r : go_to(&p, n, f);
}

static int environment(struct cmd *c, void *request, struct fault *f)
{
	struct profile p;
	struct buf text = BUF_INIT;
	int r = open_profile(c, request, &p, f);
	if (r == 0)
		r = environment_text(&p, &text);
	if (r == 0)
		print_document(buf_view(&text), ESCAPE_LINES);
	buf_release(&text);
	return r;
}

#define VERB(ID, NAME, RUN, MIN, MAX, NEEDS, SYNOPSIS, SUMMARY) \
	static const struct command ID = { \
	    .name = (NAME), \
	    .run = (RUN), \
	    .options = OPTIONS, \
	    .size = sizeof(struct request), \
	    .defaults = &DEFAULTS, \
	    .min = (MIN), \
	    .max = (MAX), \
	    .needs = (NEEDS), \
	    .synopsis = (SYNOPSIS), \
	    .summary = (SUMMARY), \
	}
VERB(INSTALL, "install", install, 1, CMD_MANY, CMD_RECIPES | CMD_STORE, "TARGET…",
     "add outputs that are built");
VERB(REMOVE, "remove", remove_outputs, 1, CMD_MANY, CMD_STORE, "NAME…", "take outputs out");
VERB(LIST, "list", list, 0, 0, CMD_STORE, "", "print what is in it");
VERB(GENERATIONS, "generations", generations, 0, 0, CMD_STORE, "",
     "print what was in it, and when");
VERB(ROLL_BACK, "roll-back", roll_back, 0, 0, CMD_STORE, "",
     "go back to the generation before");
VERB(SWITCH, "switch", switch_verb, 1, 1, CMD_STORE, "NUMBER", "go to a generation");
VERB(ENVIRONMENT, "environment", environment, 0, 0, CMD_STORE, "",
     "print the lines that put it on a shell's path");

const struct command command_profile = {
    .name = "profile",
    .verbs = (const struct command *const[]){&INSTALL, &REMOVE, &LIST, &GENERATIONS, &ROLL_BACK,
					     &SWITCH, &ENVIRONMENT, NULL},
    .summary = "install outputs, and go back",
};
