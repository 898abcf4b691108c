/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/html.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"

void html_style(struct buf *b)
{
	static const char css[] = {
#include "style.inc"
	    0};
	buf_adds(b, css);
}

void html_text(struct buf *b, struct view text, bool lines)
{
	struct buf plain = BUF_INIT;
	escape_add(&plain, text, lines ? ESCAPE_LINES : ESCAPE_LINE);
	for (size_t i = 0; i < plain.len; i++) {
		switch (plain.ptr[i]) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		case '"':
			buf_adds(b, "&quot;");
			break;
		case '\'':
			buf_adds(b, "&#39;");
			break;
		default:
			buf_addc(b, plain.ptr[i]);
		}
	}
	if (buf_failed(&plain))
		b->failed = 1;
	buf_release(&plain);
}

void html_add(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	for (const char *p = fmt; *p; p++) {
		if (*p != '%') {
			buf_addc(b, *p);
			continue;
		}
		switch (*++p) {
		case 's': {
			const char *s = va_arg(ap, const char *);
			html_text(b, view_of(s ? s : ""), false);
			break;
		}
		case 'v':
			html_text(b, va_arg(ap, struct view), false);
			break;
		case 'h':
			buf_adds(b, va_arg(ap, const char *));
			break;
		case 'd':
			buf_addf(b, "%" PRId64, va_arg(ap, int64_t));
			break;
		case 'f':
			buf_addf(b, "%.2f", va_arg(ap, double));
			break;
		default:
			buf_addc(b, *p);
		}
	}
	va_end(ap);
}

/* Adds the time NS by FORMAT of strftime. */
static void add_time(struct buf *b, int64_t ns, const char *format)
{
	char text[64] = "";
	time_t t = (time_t)(ns / 1000000000);
	struct tm tm;
	if (gmtime_r(&t, &tm) && strftime(text, sizeof text, format, &tm))
		buf_adds(b, text);
}

void html_rfc3339(struct buf *b, int64_t ns)
{
	add_time(b, ns, "%Y-%m-%dT%H:%M:%SZ");
}

void html_time(struct buf *b, int64_t ns)
{
	if (!ns) {
		buf_adds(b, "–");
		return;
	}
	buf_adds(b, "<time datetime=\"");
	html_rfc3339(b, ns);
	buf_adds(b, "\">");
	add_time(b, ns, "%Y-%m-%d %H:%M");
	buf_adds(b, "</time>");
}

void html_duration(struct buf *b, uint64_t ns)
{
	uint64_t s = ns / 1000000000;
	if (!ns)
		buf_adds(b, "–");
	else if (s < 1)
		buf_addf(b, "%" PRIu64 " ms", ns / 1000000);
	else if (s < 60)
		buf_addf(b, "%.1f s", (double)ns / 1e9);
	else if (s < 3600)
		buf_addf(b, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else
		buf_addf(b, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s / 60 % 60);
}

void html_bytes(struct buf *b, uint64_t n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double x = (double)n;
	size_t i = 0;
	for (; x >= 1024 && i + 1 < sizeof units / sizeof *units; i++)
		x /= 1024;
	buf_addf(b, i ? "%.1f %s" : "%.0f %s", x, units[i]);
}

void html_hash(struct buf *b, const struct digest *d, bool whole)
{
	char text[DIGEST_NIX32 + 1];
	if (digest_is_none(d)) {
		buf_adds(b, "–");
		return;
	}
	digest_nix32(d, text);
	if (whole)
		buf_addf(b, "<code class=\"hash\">%s</code>", text);
	else
		buf_addf(b, "<code title=\"%s\">%.12s…</code>", text, text);
}

void html_verdict(struct buf *b, const char *word)
{
	html_add(b, "<span class=\"verdict v-%s\">%s</span>", word, word);
}

void html_table(struct buf *b, const char *columns)
{
	buf_adds(b, "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
	for (const char *p = columns; *p;) {
		bool number = *p == '#';
		p += number;
		size_t n = strcspn(p, "|");
		html_add(b, "<th scope=\"col\"%h>%v</th>", number ? " class=\"num\"" : "",
			 (struct view){p, n});
		p += p[n] ? n + 1 : n;
	}
	buf_adds(b, "</tr></thead><tbody>\n");
}

void html_table_end(struct buf *b)
{
	buf_adds(b, "</tbody></table></div>\n");
}
