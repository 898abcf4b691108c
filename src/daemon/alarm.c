/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alarm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attest/keys.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/sys.h"
#include "hash/digest.h"
#include "json/write.h"
#include "net/http.h"

enum {
	SECOND = 1000000000,
	PASSWORD_MAX = 1024, /* bytes of the file */
	ANSWER_MAX = 65536,  /* bytes that a called URL may answer */
	ANSWER_S = 60,       /* without a byte from it */
	LINES_MAX = 200,     /* changes that a mail lists */
	PAST = 100,          /* runs that are looked through for the one before */
};

/* ---- what there is to tell ---- */

/* Returns whether STATE says that a plan does not work. */
static bool is_broken(const char *state)
{
	return strcmp(state, "failed") == 0 || strcmp(state, "skipped") == 0;
}

/* Returns whether VERDICT is bad news. */
static bool is_bad(const char *verdict)
{
	static const char *const bad[] = {"differs", "inherits", "failed",
					  "other",   "left",     NULL};
	for (size_t i = 0; bad[i]; i++)
		if (strcmp(verdict, bad[i]) == 0)
			return true;
	return false;
}

int alarm_collect(struct store *s, struct arena *a, int64_t run, struct alarm *ret,
		  struct fault *f)
{
	struct history_run *runs;
	struct history_change *c;
	size_t n = 0, nruns = 0;
	*ret = (struct alarm){.was = ""};
	int r = history_run(s, a, run, &ret->run);
	if (r < 0)
		return fault_set(f, r, "run %" PRId64 " is not in the history", run);
	r = history_runs(s, a, ret->run.plan, run, PAST, &runs, &nruns, f);
	for (size_t i = 0; r == 0 && i < nruns && !*ret->was; i++)
		if (strcmp(runs[i].state, "done") == 0 || is_broken(runs[i].state))
			ret->was = runs[i].state;
	if (r == 0)
		r = history_changes(s, a, run, HISTORY_ALL, &c, &n, f);
	for (size_t i = 0; r == 0 && i < n / 2; i++) {
		struct history_change x = c[i];
		c[i] = c[n - 1 - i];
		c[n - 1 - i] = x;
	}
	if (r == 0) {
		ret->changes = c;
		ret->n = n;
	}
	return r;
}

bool alarm_concerns(const struct alarm_target *t, struct alarm *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct history_change *c = &m->changes[i];
		/* That all is well with what is new is not worth a message. */
		if (is_bad(c->now) || (!t->worse && *c->was))
			m->changes[n++] = *c;
	}
	m->n = n;
	if (n || m->text)
		return true;
	bool broken = is_broken(m->run.state);
	if (!broken && strcmp(m->run.state, "done") != 0)
		return false; /* cancelled, or lost: it is not known how it would have ended */
	return broken != is_broken(m->was) && (broken || !t->worse);
}

void alarm_json(const struct alarm *m, struct buf *b)
{
	const struct history_run *r = &m->run;
	json_open(b, NULL);
	json_put_number(b, "schema", 1);
	if (m->text)
		json_put_escaped(b, "text", m->text);
	if (r->id) {
		json_put_escaped(b, "plan", r->plan);
		json_put_integer(b, "run", r->id);
		json_put_number(b, "attempt", r->attempt);
		json_put_escaped(b, "state", r->state);
		json_put_escaped(b, "was", m->was);
		json_put_escaped(b, "reason", r->reason);
		json_put_escaped(b, "recipes", r->recipes);
		json_put_escaped(b, "revision", r->revision);
		json_put_time(b, "started", r->started_ns / SECOND);
		json_put_time(b, "ended", r->ended_ns / SECOND);
	}
	json_open_array(b, "changes");
	for (size_t i = 0; i < m->n; i++) {
		const struct history_change *c = &m->changes[i];
		json_open(b, NULL);
		json_put_integer(b, "change", c->id);
		json_put_escaped(b, "output", c->output);
		json_put_escaped(b, "mode", c->mode);
		json_put_escaped(b, "was", c->was);
		json_put_escaped(b, "now", c->now);
		json_put_integer(b, "result", c->result);
		json_put_time(b, "at", c->at_ns / SECOND);
		json_close(b);
	}
	json_close_array(b);
	json_close(b);
	buf_addc(b, '\n');
}

/* ---- in words ---- */

/* Adds text to one line of a header: what is not plain ASCII becomes '?'. */
static void add_header_text(struct buf *b, const char *text)
{
	for (; *text; text++)
		buf_addc(b, *text >= ' ' && *text < 0x7f ? *text : '?');
}

static void add_subject(const struct alarm *m, struct buf *b)
{
	struct buf s = BUF_INIT;
	buf_adds(&s, "[boot-hurd] ");
	if (m->text)
		buf_addf(&s, "%.200s", m->text);
	else if (m->n)
		buf_addf(&s, "%s: %s: %s", m->run.plan, m->changes[0].output,
			 m->changes[0].now);
	else
		buf_addf(&s, "%s: %s", m->run.plan,
			 is_broken(m->run.state) ? m->run.state : "works again");
	if (m->n > 1)
		buf_addf(&s, " (and %zu more)", m->n - 1);
	buf_adds(b, "Subject: ");
	add_header_text(b, buf_str(&s));
	buf_adds(b, "\r\n");
	buf_release(&s);
}

/* Adds the lines of M. */
static void add_words(const struct alarm *m, struct buf *b)
{
	const struct history_run *r = &m->run;
	if (m->text)
		escape_addf(b, "%s\r\n", m->text);
	if (!r->id)
		return;
	escape_addf(b, "Plan %s, run %" PRId64 ": %s%s%s\r\n", r->plan, r->id, r->state,
		    *r->reason ? ": " : "", r->reason);
	if (*m->was && strcmp(m->was, r->state) != 0)
		escape_addf(b, "The run before: %s\r\n", m->was);
	if (*r->recipes)
		escape_addf(b, "Recipes: %s %s\r\n", r->recipes, r->revision);
	buf_adds(b, "\r\n");
	for (size_t i = 0; i < m->n && i < LINES_MAX; i++) {
		const struct history_change *c = &m->changes[i];
		escape_addf(b, "%s (%s): %s, was %s\r\n", c->output,
			    strcmp(c->mode, "peers") == 0     ? "compared with peers"
			    : strcmp(c->mode, "rebuild") == 0 ? "rebuilt"
			    : strcmp(c->mode, "roots") == 0   ? "roots of trust"
			    : strcmp(c->mode, "source") == 0  ? "sources in Debian's archive"
							      : c->mode,
			    c->now, *c->was ? c->was : "not known");
	}
	if (m->n > LINES_MAX)
		buf_addf(b, "... and %zu more\r\n", m->n - LINES_MAX);
	buf_adds(b,
		 "\r\n\"boot-hurd history OUTPUT\" and the pages of the daemon tell more.\r\n");
}

void alarm_mail(const struct alarm_config *c, const struct alarm_target *t,
		const struct alarm *m, const char *id, struct buf *b)
{
	char date[64];
	struct tm tm;
	time_t now = (time_t)(sys_now_ns() / SECOND);
	gmtime_r(&now, &tm);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
	buf_addf(b, "Date: %s\r\nFrom: boot-hurd <%s>\r\nTo: ", date, c->from);
	for (size_t i = 0; i < t->mail.n; i++)
		buf_addf(b, "%s%s", i ? ",\r\n " : "", t->mail.items[i]);
	buf_adds(b, "\r\n");
	add_subject(m, b);
	buf_addf(b,
		 "Message-ID: <%s.%s%s>\r\nAuto-Submitted: auto-generated\r\n"
		 "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		 "Content-Transfer-Encoding: 8bit\r\n\r\n",
		 id, t->name, strrchr(c->from, '@'));
	add_words(m, b);
}

/* ---- sending ---- */

static int http_progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct alarm_sender *s = ctx;
	(void)done;
	(void)total;
	return s->progress ? s->progress(s->ctx) : 0;
}

int alarm_signer(const struct alarm_config *c, const char *state, struct key *ret,
		 struct fault *f)
{
	size_t found = 0;
	int r = keys_signer(state, c->key, ret, &found, f);
	if (r < 0 || found == 1)
		return r;
	r = fault_set(f, ERR_CONFIG, "there %s to sign what a URL gets",
		      found ? "are several keys" : "is not a key");
	fault_hint(f, found ? "alarms.key names one" : "boot-hurd key generate NAME makes one");
	return r;
}

/* Adds the header lines that say who signs BODY. */
static int sign(const struct alarm_sender *s, const char *id, const struct buf *body,
		struct strlist *headers, struct fault *f)
{
	struct key k = {.secret = false};
	struct buf text = BUF_INIT, packed = BUF_INIT;
	unsigned char sig[ED25519_SIGNATURE];
	char who[KEY_ID + 1];
	int64_t now = sys_now_ns() / SECOND;
	int r = alarm_signer(s->c, s->state, &k, f);
	buf_addf(&text, "%s.%" PRId64 ".", id, now);
	buf_addv(&text, buf_view(body));
	if (r == 0 && key_sign(&k, buf_view(&text), sig) < 0)
		r = fault_set(f, ERR_SIGNATURE, "cannot sign");
	if (r == 0) {
		key_id(&k, who);
		base64_add(&packed, (struct view){(const char *)sig, sizeof sig});
		r = strlist_addf(headers, "webhook-id: %s", id);
	}
	if (r == 0)
		r = strlist_addf(headers, "webhook-timestamp: %" PRId64, now);
	if (r == 0)
		r = strlist_addf(headers, "webhook-signature: v1a,%s", buf_str(&packed));
	if (r == 0)
		r = strlist_addf(headers, "boot-hurd-key: %s", who);
	if (r == -ENOMEM || (r == 0 && (buf_failed(&text) < 0 || buf_failed(&packed) < 0)))
		r = fault_set(f, -ENOMEM, "cannot sign:");
	key_release(&k);
	buf_release(&text);
	buf_release(&packed);
	return r;
}

static int call_url(const struct alarm_sender *s, const struct alarm_target *t,
		    const struct alarm *m, const char *id, struct fault *f)
{
	struct buf body = BUF_INIT;
	struct strlist headers = STRLIST_INIT;
	alarm_json(m, &body);
	int r = buf_failed(&body) < 0 ? fault_set(f, -ENOMEM, "cannot write an alarm:")
				      : sign(s, id, &body, &headers, f);
	struct http_options o = {.progress = http_progress,
				 .ctx = (void *)s,
				 .size_max = ANSWER_MAX,
				 .stall_s = ANSWER_S,
				 .same_host = true,
				 .post = buf_str(&body),
				 .headers = (const char *const *)headers.items};
	if (r == 0)
		r = http_get(t->url, &o, NULL, f);
	strlist_release(&headers);
	buf_release(&body);
	return r;
}

static int send_mail(const struct alarm_sender *s, const struct alarm_target *t,
		     const struct alarm *m, const char *id, struct fault *f)
{
	struct buf text = BUF_INIT, password = BUF_INIT;
	int r = s->c->password ? file_read(s->c->password, PASSWORD_MAX, &password, f) : 0;
	if (password.ptr)
		password.ptr[strcspn(password.ptr, "\r\n")] = '\0';
	alarm_mail(s->c, t, m, id, &text);
	if (r == 0 && buf_failed(&text) < 0)
		r = fault_set(f, -ENOMEM, "cannot write an alarm:");
	struct mail mail = {.server = s->c->server ? s->c->server : "smtp://localhost",
			    .tls = s->c->tls,
			    .user = s->c->user,
			    .password = buf_str(&password),
			    .from = s->c->from,
			    .to = &t->mail,
			    .text = buf_view(&text),
			    .progress = s->progress,
			    .ctx = s->ctx};
	if (r == 0)
		r = mail_send(&mail, f);
	if (password.ptr)
		explicit_bzero(password.ptr, password.len);
	buf_release(&password);
	buf_release(&text);
	return r;
}

int alarm_send(const struct alarm_sender *s, const struct alarm_target *t,
	       const struct alarm *m, const char *id, struct fault *f)
{
	return t->url ? call_url(s, t, m, id, f) : send_mail(s, t, m, id, f);
}
