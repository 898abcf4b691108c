/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"
#include "engine/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/walk.h"

#define START_FILE ".boot-hurd-shell" /* in the build folder */

/*
 * Makes what every machine would of the new folder PATH: mode 0755, our group, no access lists, whatever the
 * umask is and whatever the folder above hands down (set-group-id, default access lists). What is made below
 * it then gets none of these either. 0 or a negated errno.
 */
static int make_plain(const char *path)
{
	removexattr(path, "system.posix_acl_default");
	removexattr(path, "system.posix_acl_access");
	return chown(path, (uid_t)-1, getegid()) < 0 || chmod(path, 0755) < 0 ? -errno : 0;
}

/* Makes the folder PATH, plain. 0 or a negated errno. */
static int make_plain_folder(const char *path)
{
	return mkdir(path, 0755) < 0 ? -errno : make_plain(path);
}

/* Makes the folder REL below the folder TOP, and those between them. */
static int make_dirs(const char *top, const char *rel, struct fault *f)
{
	FREE_PTR char *path = path_join(top, rel);
	if (!path)
		return fault_set(f, -ENOMEM, "cannot make folder %s:", rel);
	for (char *s = path + strlen(top) + 1; s; s = strchr(s, '/')) {
		if (*s == '/')
			s++;
		size_t n = strcspn(s, "/");
		char keep = s[n];
		s[n] = '\0';
		int r = make_plain_folder(path);
		if (r < 0 && r != -EEXIST)
			return fault_set(f, r, "cannot make folder %s:", path);
		s[n] = keep;
	}
	return 0;
}

/* Copies the sources into the build folder and makes the output's folders. */
static int lay_out(const struct build_plan *p, bool reverse, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < p->ncopies; i++) {
		const struct build_copy *c = &p->copies[i];
		FREE_PTR char *to =
		    path_join(p->sandbox.build_host, c->inside + sizeof INSIDE_BUILD);
		r = to ? file_copy_tree(c->host, to, reverse, f) : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < p->ndirs; i++)
		r = make_dirs(p->sandbox.output_host, p->dirs[i], f);
	return r;
}

/* Makes the folders that P names, in a folder of its own, and lays out what the build needs. */
static int make_folders(const struct build_plan *p, const struct build_vary *vary,
			struct fault *f)
{
	const char *made[] = {p->sandbox.build_host, p->sandbox.output_host,
			      p->sandbox.scratch_host};
	for (size_t i = 0; i < 3; i++) {
		int r = made[i] ? build_vary_folder(made[i], vary && vary->ids) : -ENOMEM;
		if (r == 0)
			r = make_plain(made[i]);
		if (r < 0)
			return fault_set(f, r, "cannot make folder %s:", made[i]);
	}
	return lay_out(p, vary && vary->file_order, f);
}

/* Makes what may be missing in the kept folder of a failed build, which must hold one. */
static int reuse_folders(const char *kept, const struct sandbox_plan *p, struct fault *f)
{
	int there = file_exists(p->build_host, f);
	if (there < 0)
		return there;
	if (!there) {
		fault_set(f, ERR_MISSING, "%s does not hold a kept build", kept);
		fault_hint(f, "boot-hurd build --keep-failed names the folder");
		return ERR_MISSING;
	}
	const char *made[] = {p->output_host, p->scratch_host};
	for (size_t i = 0; i < 2; i++) {
		int r = make_plain_folder(made[i]);
		if (r < 0 && r != -EEXIST)
			return fault_set(f, r, "cannot make folder %s:", made[i]);
	}
	return 0;
}

/* Tells that step I of P, of the build of D, begins. */
static void tell_step(struct builder *b, const struct drv *d, const struct sandbox_plan *p,
		      const char *log, size_t i)
{
	builder_event(b, &(struct build_event){.kind = BUILD_STEP,
					       .drv = d,
					       .detail = log,
					       .done = i + 1,
					       .total = p->nsteps});
}

/*
 * Runs P, a build of D whose output goes to the file LOG, open as LOG_FD, until its end, or until the builder
 * is told to stop at once. LOG "": a shell, whose steps are not reported.
 */
static int run_plan(struct builder *b, const struct drv *d, const struct sandbox_plan *p,
		    const char *log, int log_fd, struct sandbox_result *ret, struct fault *f)
{
	struct sandbox *box = NULL;
	int r = sandbox_start(p, log_fd, &box, f);
	size_t told = SIZE_MAX;
	while (r == 0) {
		/* The stop flag is set by signal handlers of another thread: look now and then. */
		int wait = sandbox_timeout_ms(box);
		struct pollfd pfd = {.fd = sandbox_fd(box), .events = POLLIN};
		if (poll(&pfd, 1, wait < 0 || wait > 200 ? 200 : wait) < 0 && errno != EINTR)
			r = fault_set(f, -errno, "cannot wait for the sandbox:");
		if (atomic_load(&b->stop) >= 2)
			sandbox_kill(box);
		if (r == 0 && *log && told != sandbox_step(box)) {
			told = sandbox_step(box);
			tell_step(b, d, p, log, told);
		}
		if (r == 0)
			r = sandbox_pump(box, ret, f);
	}
	sandbox_free(box);
	return r < 0 ? r : 0;
}

/* Adds a command to B as a person would type it, at most about 100 bytes of it. */
static void add_command(struct buf *b, const char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		if (b->len > 100) {
			buf_adds(b, " …");
			return;
		}
		buf_addf(b, "%s%.80s", i ? " " : "", argv[i]);
	}
}

/* Turns a run that did not end well into a fault. */
static int explain(const struct sandbox_plan *p, const struct sandbox_result *run,
		   const struct action *act, struct fault *f)
{
	static const char *const why[] = {
	    [SANDBOX_EXIT] = "exited with status",
	    [SANDBOX_SIGNAL] = "was killed by signal",
	    [SANDBOX_EXEC] = "could not be started",
	    [SANDBOX_TIME] = "took longer than its time limit",
	    [SANDBOX_SILENCE] = "wrote nothing for longer than its silence limit",
	    [SANDBOX_MEMORY] = "needed more memory than its limit",
	    [SANDBOX_OUTPUT] = "wrote more output than its limit",
	    [SANDBOX_LOG] = "wrote a longer log than its limit",
	    [SANDBOX_LEFTOVER] = "left a process running",
	    [SANDBOX_NETWORK] = "reached for the network",
	    [SANDBOX_CANCELLED] = "was stopped",
	    [SANDBOX_BUILD] = "wrote more to its build folder than its limit",
	    [SANDBOX_PROCESSES] = "made more processes than its limit",
	};
	struct buf cmd = BUF_INIT;
	struct buf tail = BUF_INIT;
	if (run->step < p->nsteps)
		add_command(&cmd, p->steps[run->step].argv);
	if (run->end == SANDBOX_EXIT || run->end == SANDBOX_SIGNAL)
		buf_addf(&tail, " %d", run->status);
	if (run->end == SANDBOX_EXEC)
		buf_addf(&tail, ": %s", strerror(run->status));
	if (run->detail[0])
		buf_addf(&tail, " (%s)", run->detail);
	int code = run->end == SANDBOX_CANCELLED ? ERR_CANCELLED : ERR_BUILD;
	int r =
	    fault_set(f, code, "recipe '%s': step %zu of %zu: %s: %s%s", act->drv->name,
		      run->step + 1, p->nsteps, buf_str(&cmd), why[run->end], buf_str(&tail));
	buf_release(&cmd);
	buf_release(&tail);
	return r;
}

void build_once_clear(const struct build_once *o)
{
	FREE_PTR char *build = path_join(o->folder, "build");
	if (build)
		file_remove_tree(build, NULL);
	file_remove_tree(o->tree, NULL);
}

void build_once_release(struct build_once *o)
{
	free(o->folder);
	free(o->tree);
	free(o->log);
	free(o->refs);
	*o = (struct build_once){0};
}

/* The files of an output, holes counted as the zeros that an archive of it holds. */
struct length {
	const struct action *act;
	uint64_t sum, limit; /* bytes */
	struct fault *fault;
};

static int add_length(void *ctx, const struct walk_node *n)
{
	struct length *l = ctx;
	uint64_t size = S_ISREG(n->st->st_mode) ? (uint64_t)n->st->st_size : 0;
	if (size <= l->limit - l->sum) {
		l->sum += size;
		return 0;
	}
	return fault_set(
	    l->fault, ERR_BUILD,
	    "recipe '%s': with %.500s, of %llu bytes, holes counted, the output is "
	    "larger than its limit of %llu bytes",
	    l->act->drv->name, n->rel, (unsigned long long)size, (unsigned long long)l->limit);
}

/* Refuses an output whose files are longer than LIMIT bytes, sparse as they may be on disk. */
static int check_length(const char *tree, const struct action *act, uint64_t limit,
			struct fault *f)
{
	struct length l = {act, 0, limit, f};
	struct walk w = {.ctx = &l, .other = add_length};
	return limit ? walk_tree(tree, &w, f) : 0;
}

/* Writes down in FOLDER what is built there, for `log --follow`. */
static int note_name(const char *folder, const char *name, struct fault *f)
{
	FREE_PTR char *path = path_join(folder, "name");
	return path ? file_write_new(path, name, strlen(name), 0644, f) : -ENOMEM;
}

int engine_rebuild(struct builder *b, struct store *s, const struct action *act,
		   const struct build_vary *vary, struct build_once *ret, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct build_plan plan;
	*ret = (struct build_once){0};
	const char *kind = vary && vary->home ? "a-folder-of-another-length" : "build";
	int r = store_tmp(s, kind, &ret->folder, f);
	if (r < 0)
		return r;
	ret->tree = path_join(ret->folder, "out");
	ret->log = path_join(ret->folder, "log");
	if (!ret->tree || !ret->log) {
		r = -ENOMEM;
		fault_set(f, r, "cannot build %s:", act->drv->name);
	}
	if (r == 0)
		r = note_name(ret->folder, act->drv->name, f);
	if (r == 0)
		r = build_plan_make(&a, s, act, &b->o.caps, vary, ret->folder, &plan, f);
	if (r == 0 && vary && vary->ids)
		r = build_vary_ids(ret->folder, f);
	if (r == 0)
		r = make_folders(&plan, vary, f);
	CLOSE_FD int log = -1;
	if (r == 0) {
		log = open(ret->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (log < 0)
			r = fault_set(f, -errno, "cannot create %s:", ret->log);
	}
	ret->started_ns = sys_now_ns();
	if (r == 0)
		r = run_plan(b, act->drv, &plan.sandbox, ret->log, log, &ret->run, f);
	ret->ended_ns = sys_now_ns();
	if (r == 0 && ret->run.end != SANDBOX_OK)
		r = explain(&plan.sandbox, &ret->run, act, f);
	if (r == 0 && rmdir(ret->tree) == 0)
		r = fault_set(f, ERR_BUILD,
			      "recipe '%s': the steps succeeded but wrote nothing to %s",
			      act->drv->name, plan.sandbox.output);
	if (r == 0)
		r = check_length(ret->tree, act, plan.sandbox.limits.output, f);
	if (r == 0)
		r = build_scan(ret->tree, act, &ret->refs, &ret->nrefs, f);
	arena_release(&a);
	return r;
}

/* Makes the folder of a shell: in the store, or elsewhere when that is for looking only. */
static int shell_folder(struct store *s, char **ret, struct fault *f)
{
	const char *tmp = getenv("TMPDIR");
	if (!store_is_readonly(s))
		return store_tmp(s, "shell", ret, f);
	char *path = path_join(tmp && *tmp == '/' ? tmp : "/tmp", "boot-hurd-shell.XXXXXX");
	if (!path || !mkdtemp(path)) {
		int r =
		    fault_set(f, path ? -errno : -ENOMEM, "cannot make a folder for a shell:");
		free(path);
		return r;
	}
	*ret = path;
	return 0;
}

/* Puts START where an interactive sh of P reads it first, and tells that in ENV. Returns its environment, or NULL. */
static const char *const *start_file(struct arena *a, const struct sandbox_plan *p,
				     const char *const *env, const char *start, struct fault *f)
{
	FREE_PTR char *path = path_join(p->build_host, START_FILE);
	size_t n = 0;
	while (env && env[n])
		n++;
	const char **all = arena_array(a, n + 2, sizeof *all);
	if (!path || !env || !all) {
		fault_set(f, -ENOMEM, "cannot enter a shell:");
		return NULL;
	}
	memcpy(all, env, n * sizeof *all);
	all[n] = "ENV=" INSIDE_BUILD "/" START_FILE; /* POSIX, sh */
	return file_write_atomic(path, start, strlen(start), 0644, f) == 0 ? all : NULL;
}

/* Says that nothing that NAME is built with is a shell. Returns ERR_BUILD. */
static int no_shell_inside(const char *name, struct fault *f)
{
	fault_set(f, ERR_BUILD, "recipe '%s': none of its inputs has a bin/sh to enter it with",
		  name);
	fault_hint(f,
		   "what its inputs have runs in it: boot-hurd shell %s -- PROGRAM; boot-hurd "
		   "show %s lists them",
		   name, name);
	return ERR_BUILD;
}

int builder_shell(struct builder *b, const struct action *act, const char *kept,
		  const char *const *argv, const char *start, struct fault *f)
{
	static const char *const shell[] = {"sh", NULL};
	struct arena a = ARENA_INIT;
	struct build_plan plan;
	struct sandbox_result run = {0};
	FREE_PTR char *folder = NULL;
	int r = kept ? 0 : shell_folder(b->store, &folder, f);
	if (r == 0)
		r = build_plan_make(&a, b->store, act, &b->o.caps, NULL, kept ? kept : folder,
				    &plan, f);
	if (r == 0)
		r = kept ? reuse_folders(kept, &plan.sandbox, f) : make_folders(&plan, NULL, f);
	struct sandbox_step step = {.argv = argv ? argv : shell,
				    .dir = INSIDE_BUILD,
				    .env = build_plan_environment(&a, act)};
	if (r == 0 && start && !argv) {
		step.env = start_file(&a, &plan.sandbox, step.env, start, f);
		r = step.env ? 0 : ERR_BUILD;
	}
	if (r == 0) {
		plan.sandbox.steps = &step;
		plan.sandbox.nsteps = 1;
		plan.sandbox.interactive = true;
		plan.sandbox.limits = (struct sandbox_limits){0};
		r = step.env ? run_plan(b, act->drv, &plan.sandbox, "", -1, &run, f) : -ENOMEM;
	}
	if (r == 0 && run.end == SANDBOX_EXIT)
		r = run.status;
	else if (r == 0 && run.end == SANDBOX_EXEC && !argv)
		r = no_shell_inside(act->drv->name, f);
	else if (r == 0 && run.end != SANDBOX_OK)
		r = explain(&plan.sandbox, &run, act, f);
	arena_release(&a);
	if (folder)
		file_remove_tree(folder, NULL);
	return r;
}

bool builder_can_shift_clocks(void)
{
	return sandbox_can_shift_clocks();
}
