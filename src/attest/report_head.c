/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/report_head.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"
#include "json/write.h"

void report_head_each(const struct report_head *h,
		      void (*fn)(void *ctx, const char *name, const char *value), void *ctx)
{
	char when[32] = "", cpus[48];
	struct buf recipes = BUF_INIT;
	time_t t = (time_t)h->time_s;
	struct tm tm;
	if (gmtime_r(&t, &tm))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &tm);
	snprintf(cpus, sizeof cpus, ", %u %s", h->cpus,
		 h->cpus == 1 ? "processor" : "processors");
	fn(ctx, "date", when);
	buf_addf(&recipes, "%s%s%s", h->recipes, *h->revision ? ", commit " : "", h->revision);
	fn(ctx, "recipes", buf_str(&recipes));
	buf_clear(&recipes);
	buf_addf(&recipes, "%s%s%s%s", h->machine, cpus, *h->system ? ", " : "", h->system);
	fn(ctx, "machine", buf_str(&recipes));
	buf_release(&recipes);
	fn(ctx, "kernel", h->kernel);
	if (strcmp(h->mode, "peers") != 0)
		fn(ctx, "axes", *h->axes ? h->axes : "none: rebuilt as it was built");
	fn(ctx, "peers", *h->peers ? h->peers : "none were asked");
}

static void add_line(void *ctx, const char *name, const char *value)
{
	escape_addf(ctx, "%-8s %s\n", name, value);
}

void report_head_text(const struct report_head *h, struct buf *ret)
{
	escape_addf(ret, "boot-hurd %s: %s\n", h->version,
		    strcmp(h->mode, "peers") == 0 ? "compared with peers"
						  : "rebuilt and compared");
	report_head_each(h, add_line, ret);
	buf_addc(ret, '\n');
}

void report_head_json(const struct report_head *h, struct buf *ret)
{
	json_open(ret, "head");
	json_put(ret, "version", h->version);
	json_put_time(ret, "date", h->time_s);
	json_put_escaped(ret, "recipes", h->recipes);
	json_put_escaped(ret, "revision", h->revision);
	json_put_escaped(ret, "machine", h->machine);
	json_put_number(ret, "processors", h->cpus);
	json_put_escaped(ret, "system", h->system);
	json_put_escaped(ret, "kernel", h->kernel);
	json_close(ret);
}
