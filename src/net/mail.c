/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/mail.h"

#include <string.h>

#include "net/late_curl.h"

enum { CONNECT_S = 30, STALL_S = 60, WHOLE_S = 300, ADDRESS_MAX = 254 };

/* What is being sent. */
struct sending {
	const struct mail *m;
	size_t at;
	bool cancelled;
};

bool mail_is_address(const char *address)
{
	const char *at = strrchr(address, '@');
	if (!at || at == address || !at[1] || strlen(address) > ADDRESS_MAX)
		return false;
	for (const char *p = address; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("<>()[],;:\\\"", *p) ||
		    (*p == '@' && p != at))
			return false;
	return true;
}

bool mail_is_server(const char *url)
{
	const char *host = strncmp(url, "smtp://", 7) == 0    ? url + 7
			   : strncmp(url, "smtps://", 8) == 0 ? url + 8
							      : "";
	for (const char *p = host; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '@')
			return false;
	return *host && *host != '/';
}

static size_t read_text(char *to, size_t size, size_t count, void *ctx)
{
	struct sending *s = ctx;
	size_t n = s->m->text.len - s->at, room = size * count;
	n = n < room ? n : room;
	memcpy(to, s->m->text.ptr + s->at, n);
	s->at += n;
	return n;
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
		       curl_off_t up_now)
{
	struct sending *s = ctx;
	(void)total;
	(void)now;
	(void)up_total;
	(void)up_now;
	s->cancelled = s->m->progress && s->m->progress(s->m->ctx) != 0;
	return s->cancelled;
}

static void set_options(CURL *c, struct sending *s, struct curl_slist *to, char *error)
{
	const struct mail *m = s->m;
	static const long tls[] = {CURLUSESSL_TRY, CURLUSESSL_ALL, CURLUSESSL_NONE};
	sym_curl_easy_setopt(c, CURLOPT_URL, m->server);
	sym_curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	sym_curl_easy_setopt(c, CURLOPT_PROXY, "");
	sym_curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	sym_curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	sym_curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	sym_curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)STALL_S);
	sym_curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S);
	sym_curl_easy_setopt(c, CURLOPT_USE_SSL, tls[m->tls]);
	if (m->user) {
		sym_curl_easy_setopt(c, CURLOPT_USERNAME, m->user);
		sym_curl_easy_setopt(c, CURLOPT_PASSWORD, m->password ? m->password : "");
	}
	sym_curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from);
	sym_curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	sym_curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	sym_curl_easy_setopt(c, CURLOPT_READFUNCTION, read_text);
	sym_curl_easy_setopt(c, CURLOPT_READDATA, s);
	sym_curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	sym_curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	sym_curl_easy_setopt(c, CURLOPT_XFERINFODATA, s);
}

int mail_send(const struct mail *m, struct fault *f)
{
	char error[CURL_ERROR_SIZE] = "";
	struct sending s = {.m = m};
	struct curl_slist *to = NULL;
	int r = late_curl(f);
	if (r < 0)
		return r;
	CURL *c = sym_curl_easy_init();
	for (size_t i = 0; c && r == 0 && i < m->to->n; i++) {
		struct curl_slist *more = sym_curl_slist_append(to, m->to->items[i]);
		r = more ? 0 : ERR_NET;
		to = more ? more : to;
	}
	if (!c || r < 0) {
		r = fault_set(f, ERR_NET, "%s: libcurl does not start", m->server);
		goto out;
	}
	set_options(c, &s, to, error);
	CURLcode code = sym_curl_easy_perform(c);
	if (s.cancelled)
		r = fault_set(f, ERR_CANCELLED, "%s: broken off", m->server);
	else if (code != CURLE_OK)
		r = fault_set(f, ERR_NET, "%s: %s", m->server,
			      *error ? error : sym_curl_easy_strerror(code));
out:
	sym_curl_easy_cleanup(c);
	sym_curl_slist_free_all(to);
	return r;
}
