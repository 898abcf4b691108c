/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/sys.h"
#include "source/source.h"
#include "verify/write.h"

enum { OS_RELEASE_MAX = 1 << 16 };

/* Returns what the system calls itself, or "". */
static const char *system_name(struct cmd *c)
{
	static const char key[] = "\nPRETTY_NAME=";
	struct buf b = BUF_INIT;
	const char *ret = "";
	buf_addc(&b, '\n');
	const char *at = file_read("/etc/os-release", OS_RELEASE_MAX, &b, NULL) == 0
			     ? strstr(buf_str(&b), key)
			     : NULL;
	if (at) {
		at += sizeof key - 1;
		at += *at == '"';
		ret = arena_fmt(&c->arena, "%.*s", (int)strcspn(at, "\"\n"), at);
	}
	buf_release(&b);
	return ret;
}

int report_head_fill(struct cmd *c, const char *mode, const char *axes, const char *peers,
		     struct report_head *ret)
{
	struct buf revision = BUF_INIT;
	struct utsname u;
	const char *first = c->recipes_dir ? c->recipes_dir : "";
	bool more = c->recipes_last && strcmp(c->recipes_last, first) != 0;
	if (uname(&u) < 0)
		return -errno;
	if (*first)
		source_revision(first, &revision);
	*ret = (struct report_head){
	    .version = BOOT_HURD_VERSION,
	    .mode = mode,
	    .time_s = sys_now_ns() / 1000000000,
	    .recipes = arena_fmt(&c->arena, "%s%s%s", first, more ? ":" : "",
				 more ? c->recipes_last : ""),
	    .revision = arena_fmt(&c->arena, "%s", buf_str(&revision)),
	    .machine = arena_fmt(&c->arena, "%s", u.machine),
	    .cpus = (unsigned)sys_cpus(),
	    .system = system_name(c),
	    .kernel = arena_fmt(&c->arena, "%s %s", u.sysname, u.release),
	    .axes = axes,
	    .peers = peers,
	};
	buf_release(&revision);
	return ret->recipes && ret->revision && ret->machine && ret->system && ret->kernel &&
		       axes && peers
		   ? 0
		   : -ENOMEM;
}

int report_may_write(const struct report_files *files, struct fault *f)
{
	int r = files->html ? file_may_replace(files->html, f) : 0;
	if (r == 0 && files->junit)
		r = file_may_replace(files->junit, f);
	if (r == 0 && files->sarif)
		r = file_may_replace(files->sarif, f);
	return r;
}

/* Writes FILE, unless it is NULL, by WRITER. */
static int write_file(const struct report *r,
		      void (*writer)(const struct report *, struct buf *), const char *file,
		      struct fault *f)
{
	struct buf b = BUF_INIT;
	if (!file)
		return 0;
	writer(r, &b);
	int e = buf_failed(&b) ? fault_set(f, -ENOMEM, "cannot write %s:", file)
			       : file_write_atomic(file, b.ptr, b.len, 0644, f);
	buf_release(&b);
	return e;
}

static int write_files(const struct report *r, const struct report_files *files,
		       struct fault *f)
{
	int e = write_file(r, report_html, files->html, f);
	if (e == 0)
		e = write_file(r, report_junit, files->junit, f);
	if (e == 0)
		e = write_file(r, report_sarif, files->sarif, f);
	return e;
}

static bool wants_any(const struct report_files *files)
{
	return files->html || files->junit || files->sarif;
}

/* Moves what B holds into C. NULL: out of memory. */
static const char *keep(struct cmd *c, struct buf *b)
{
	const char *ret = buf_failed(b) ? NULL : arena_fmt(&c->arena, "%s", buf_str(b));
	buf_clear(b);
	return ret;
}

int report_rebuilds(struct cmd *c, const struct verify_report *v, double wanted,
		    const struct report_files *files, struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = 0;
	if (!wants_any(files))
		return 0;
	struct report ret = {.head = v->head,
			     .rows = arena_array(&c->arena, v->n + 1, sizeof *ret.rows),
			     .n = v->n,
			     .counts = v->counts,
			     .coverage = v->coverage,
			     .exit = verify_exit(v, wanted)};
	if (!ret.rows)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < v->n; i++) {
		const struct verify_result *x = &v->results[i];
		struct report_row *row = &ret.rows[i];
		*row = (struct report_row){.drv = x->drv,
					   .verdict = x->verdict,
					   .built = true,
					   .object = x->object,
					   .other = x->other,
					   .wall_ns = x->wall_ns};
		verify_result_why(x, &b);
		row->why = keep(c, &b);
		write_differences(&b, &x->differences);
		row->detail = keep(c, &b);
		r = row->why && row->detail ? 0 : -ENOMEM;
	}
	buf_release(&b);
	return r < 0 ? r : write_files(&ret, files, f);
}

int report_peers(struct cmd *c, const struct challenge *a, double wanted,
		 const struct report_files *files, struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = 0;
	if (!wants_any(files))
		return 0;
	struct report ret = {.head = a->head,
			     .rows = arena_array(&c->arena, a->n + 1, sizeof *ret.rows),
			     .n = a->n,
			     .counts = a->counts,
			     .coverage = a->coverage,
			     .exit = challenge_exit(a, wanted)};
	if (!ret.rows)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < a->n; i++) {
		const struct challenge_result *x = &a->results[i];
		struct report_row *row = &ret.rows[i];
		*row = (struct report_row){.drv = x->drv,
					   .verdict = x->judged.verdict,
					   .built = x->built,
					   .object = x->object};
		for (size_t k = 0; k < x->votes.n; k++)
			if (x->votes.items[k].kind == VOTE_OTHER)
				row->other = x->votes.items[k].object;
		challenge_result_why(x, &b);
		row->why = keep(c, &b);
		challenge_votes_text(a, x, &b);
		buf_adds(&b, x->closer ? x->closer : "");
		row->detail = keep(c, &b);
		r = row->why && row->detail ? 0 : -ENOMEM;
	}
	buf_release(&b);
	return r < 0 ? r : write_files(&ret, files, f);
}
