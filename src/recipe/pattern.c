/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/pattern.h"

#include <stdbool.h>
#include <string.h>

static ptrdiff_t match(struct pattern *m, size_t s, size_t p);

static ptrdiff_t fail(struct pattern *m, const char *error)
{
	m->error = error;
	return PATTERN_ERROR;
}

int pattern_is_plain(struct view text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] && strchr("^$*+?.([%-", text.ptr[i]))
			return 0;
	return 1;
}

static bool is_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(unsigned char c)
{
	return is_lower(c) || is_upper(c) || is_digit(c);
}

/* Returns whether C is in the class that the letter CLASS stands for after a '%'. */
static bool in_class(unsigned char c, unsigned char class)
{
	bool in;
	unsigned char letter = is_upper(class) ? (unsigned char)(class | 0x20) : class;
	switch (letter) {
	case 'a':
		in = is_lower(c) || is_upper(c);
		break;
	case 'c':
		in = c < 0x20 || c == 0x7F;
		break;
	case 'd':
		in = is_digit(c);
		break;
	case 'g':
		in = c > 0x20 && c < 0x7F;
		break;
	case 'l':
		in = is_lower(c);
		break;
	case 'p':
		in = c > 0x20 && c < 0x7F && !is_alnum(c);
		break;
	case 's':
		in = c == ' ' || (c >= 9 && c <= 13);
		break;
	case 'u':
		in = is_upper(c);
		break;
	case 'w':
		in = is_alnum(c);
		break;
	case 'x':
		in = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
		break;
	default:
		return c == class; /* an escaped character stands for itself */
	}
	return is_upper(class) ? !in : in;
}

/* Returns the offset after the set that starts ('[') at P, or 0 when it does not end. */
static size_t set_end(const struct pattern *m, size_t p)
{
	const char *t = m->text.ptr;
	size_t n = m->text.len, i = p + 1;
	if (i < n && t[i] == '^')
		i++;
	for (bool first = true; i < n; first = false) {
		if (t[i] == ']' && !first)
			return i + 1;
		i += t[i] == '%' ? 2 : 1;
	}
	return 0;
}

/* Returns whether C is in the set from P ('[') to END (after its ']'). */
static bool in_set(const struct pattern *m, unsigned char c, size_t p, size_t end)
{
	const unsigned char *t = (const unsigned char *)m->text.ptr;
	size_t i = p + 1, last = end - 1;
	bool found = false, negated = t[i] == '^';
	for (i += negated; i < last && !found;) {
		if (t[i] == '%') {
			found = in_class(c, t[i + 1]);
			i += 2;
		} else if (i + 2 < last && t[i + 1] == '-') {
			found = c >= t[i] && c <= t[i + 2];
			i += 3;
		} else {
			found = c == t[i++];
		}
	}
	return found != negated;
}

/* Returns the offset after the single-character item at P, or 0 when it is malformed. */
static size_t item_end(struct pattern *m, size_t p)
{
	char c = m->text.ptr[p];
	if (c == '%') {
		if (p + 2 <= m->text.len)
			return p + 2;
		m->error = "malformed pattern (ends with '%')";
		return 0;
	}
	if (c != '[')
		return p + 1;
	size_t end = set_end(m, p);
	if (!end)
		m->error = "malformed pattern (missing ']')";
	return end;
}

/* Returns whether the subject at S has a character that the item from P to END matches. */
static bool one(const struct pattern *m, size_t s, size_t p, size_t end)
{
	if (s >= m->subject.len)
		return false;
	unsigned char c = (unsigned char)m->subject.ptr[s];
	switch (m->text.ptr[p]) {
	case '.':
		return true;
	case '%':
		return in_class(c, (unsigned char)m->text.ptr[p + 1]);
	case '[':
		return in_set(m, c, p, end);
	}
	return c == (unsigned char)m->text.ptr[p];
}

/* The item from P to END as often as possible, then the rest of the pattern after REST. */
static ptrdiff_t greedy(struct pattern *m, size_t s, size_t p, size_t end, size_t rest)
{
	size_t n = 0;
	while (one(m, s + n, p, end))
		n++;
	*m->steps -= (int64_t)n;
	for (;; n--) {
		ptrdiff_t r = match(m, s + n, rest);
		if (r != PATTERN_NONE || n == 0)
			return r;
	}
}

/* The item from P to END as seldom as possible, then the rest. */
static ptrdiff_t lazy(struct pattern *m, size_t s, size_t p, size_t end, size_t rest)
{
	for (;; s++) {
		ptrdiff_t r = match(m, s, rest);
		if (r != PATTERN_NONE || !one(m, s, p, end))
			return r;
	}
}

static ptrdiff_t open_capture(struct pattern *m, size_t s, size_t p)
{
	bool position = p + 1 < m->text.len && m->text.ptr[p + 1] == ')';
	if (m->ncaptures == PATTERN_CAPTURES)
		return fail(m, "too many captures");
	m->captures[m->ncaptures++] =
	    (struct pattern_capture){s, position ? PATTERN_POSITION : PATTERN_OPEN};
	ptrdiff_t r = match(m, s, p + 1 + position);
	if (r == PATTERN_NONE)
		m->ncaptures--;
	return r;
}

static ptrdiff_t close_capture(struct pattern *m, size_t s, size_t p)
{
	int i = m->ncaptures - 1;
	while (i >= 0 && m->captures[i].len != PATTERN_OPEN)
		i--;
	if (i < 0)
		return fail(m, "invalid pattern capture");
	m->captures[i].len = (ptrdiff_t)(s - m->captures[i].start);
	ptrdiff_t r = match(m, s, p + 1);
	if (r == PATTERN_NONE)
		m->captures[i].len = PATTERN_OPEN;
	return r;
}

/* %bxy at P. Returns the offset after the balanced text, PATTERN_NONE or PATTERN_ERROR. */
static ptrdiff_t balance(struct pattern *m, size_t s, size_t p)
{
	if (p + 3 >= m->text.len)
		return fail(m, "malformed pattern (missing arguments to '%b')");
	char open = m->text.ptr[p + 2], close = m->text.ptr[p + 3];
	if (s >= m->subject.len || m->subject.ptr[s] != open)
		return PATTERN_NONE;
	size_t deep = 1;
	for (size_t i = s + 1; i < m->subject.len; i++) {
		--*m->steps;
		if (m->subject.ptr[i] == close) {
			if (--deep == 0)
				return (ptrdiff_t)i + 1;
		} else if (m->subject.ptr[i] == open) {
			deep++;
		}
	}
	return PATTERN_NONE;
}

/* %f[set] at P: returns S when the frontier is here, the set's end in RET_END. */
static ptrdiff_t frontier(struct pattern *m, size_t s, size_t p, size_t *ret_end)
{
	size_t at = p + 2;
	if (at >= m->text.len || m->text.ptr[at] != '[')
		return fail(m, "missing '[' after '%f' in pattern");
	size_t end = item_end(m, at);
	if (!end)
		return PATTERN_ERROR;
	*ret_end = end;
	unsigned char before = s ? (unsigned char)m->subject.ptr[s - 1] : 0;
	unsigned char here = s < m->subject.len ? (unsigned char)m->subject.ptr[s] : 0;
	if (in_set(m, before, at, end) || !in_set(m, here, at, end))
		return PATTERN_NONE;
	return (ptrdiff_t)s;
}

/* %1 to %9 at P: the text of that capture again. */
static ptrdiff_t again(struct pattern *m, size_t s, size_t p)
{
	int i = m->text.ptr[p + 1] - '1';
	if (i < 0 || i >= m->ncaptures || m->captures[i].len == PATTERN_OPEN)
		return fail(m, "invalid capture index in pattern");
	if (m->captures[i].len == PATTERN_POSITION)
		return PATTERN_NONE;
	size_t len = (size_t)m->captures[i].len;
	*m->steps -= (int64_t)len;
	if (m->subject.len - s < len ||
	    memcmp(m->subject.ptr + m->captures[i].start, m->subject.ptr + s, len) != 0)
		return PATTERN_NONE;
	return (ptrdiff_t)(s + len);
}

/*
 * The special items that start with '%' at P. Returns 0 when it is none of them; otherwise 1, with
 * the result in *RET and where the pattern goes on in *NEXT.
 */
static int special(struct pattern *m, size_t s, size_t p, ptrdiff_t *ret, size_t *next)
{
	char c = p + 1 < m->text.len ? m->text.ptr[p + 1] : 0;
	*next = p + 2;
	if (c == 'b') {
		*ret = balance(m, s, p);
		*next = p + 4;
	} else if (c == 'f') {
		*ret = frontier(m, s, p, next);
	} else if (is_digit((unsigned char)c)) {
		*ret = again(m, s, p);
	} else {
		return 0;
	}
	return 1;
}

/* The single-character item at *P with its suffix. Returns 1 to go on, 0 when *RET is final. */
static int single(struct pattern *m, size_t *s, size_t *p, ptrdiff_t *ret)
{
	size_t end = item_end(m, *p);
	*ret = PATTERN_ERROR;
	if (!end)
		return 0;
	char suffix = end < m->text.len ? m->text.ptr[end] : 0;
	bool here = one(m, *s, *p, end);
	switch (suffix) {
	case '?':
		*ret = here ? match(m, *s + 1, end + 1) : PATTERN_NONE;
		*p = end + 1;
		return *ret == PATTERN_NONE;
	case '+':
		*ret = here ? greedy(m, *s + 1, *p, end, end + 1) : PATTERN_NONE;
		return 0;
	case '*':
		*ret = greedy(m, *s, *p, end, end + 1);
		return 0;
	case '-':
		*ret = lazy(m, *s, *p, end, end + 1);
		return 0;
	}
	*ret = PATTERN_NONE;
	*s += 1;
	*p = end;
	return here;
}

static ptrdiff_t match_here(struct pattern *m, size_t s, size_t p)
{
	for (;;) {
		ptrdiff_t r = PATTERN_NONE;
		if (--*m->steps < 0)
			return fail(m, "the pattern takes too many steps");
		if (p == m->text.len)
			return (ptrdiff_t)s;
		char c = m->text.ptr[p];
		if (c == '(')
			return open_capture(m, s, p);
		if (c == ')')
			return close_capture(m, s, p);
		if (c == '$' && p + 1 == m->text.len)
			return s == m->subject.len ? (ptrdiff_t)s : PATTERN_NONE;
		size_t next;
		if (c == '%' && special(m, s, p, &r, &next)) {
			if (r < 0)
				return r;
			s = (size_t)r;
			p = next;
		} else if (!single(m, &s, &p, &r)) {
			return r;
		}
	}
}

static ptrdiff_t match(struct pattern *m, size_t s, size_t p)
{
	if (++m->depth > PATTERN_DEPTH)
		return fail(m, "pattern too complex");
	ptrdiff_t r = match_here(m, s, p);
	m->depth--;
	return r;
}

ptrdiff_t pattern_match(struct pattern *p, size_t at)
{
	p->ncaptures = 0;
	p->depth = 0;
	ptrdiff_t r = match(p, at, 0);
	for (int i = 0; r >= 0 && i < p->ncaptures; i++)
		if (p->captures[i].len == PATTERN_OPEN)
			return fail(p, "unfinished capture");
	return r;
}
