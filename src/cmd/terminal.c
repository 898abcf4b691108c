/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/terminal.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/escape.h"

enum { COLUMNS_MAX = 1000, COLUMNS_UNKNOWN = 80 };

static enum { AUTO, ALWAYS, NEVER } color;

/* Returns the columns of the terminal at the other end of a daemon's client, or 0. */
static int far_columns(void)
{
	const char *s = getenv("BOOT_HURD_COLUMNS");
	long n = s ? strtol(s, NULL, 10) : 0;
	return n > 0 && n <= COLUMNS_MAX ? (int)n : 0;
}

int terminal_columns(void)
{
	struct winsize w;
	const char *term = getenv("TERM");
	int far = far_columns();
	if (!term || strcmp(term, "dumb") == 0)
		return 0;
	if (far || !isatty(STDERR_FILENO))
		return far;
	bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0;
	return !known ? COLUMNS_UNKNOWN : w.ws_col < COLUMNS_MAX ? w.ws_col : COLUMNS_MAX;
}

int terminal_set_color(const char *when, struct fault *f)
{
	static const char *const words[] = {
	    [AUTO] = "auto", [ALWAYS] = "always", [NEVER] = "never"};
	for (int i = AUTO; i <= NEVER; i++)
		if (strcmp(when, words[i]) == 0) {
			color = i;
			return 0;
		}
	return fault_set(f, ERR_USAGE, "option --color: '%s': expected auto, always or never",
			 when);
}

const char *terminal_colour(enum terminal_colour colour)
{
	static const char *const codes[] = {"\033[0m", "\033[1;31m", "\033[32m", "\033[33m"};
	const char *no = getenv("NO_COLOR");
	bool on = color == ALWAYS || (color == AUTO && !(no && *no) && terminal_columns() > 0);
	return on ? codes[colour] : "";
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t utf8;

static void open_locale(void)
{
	utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* Returns the columns of the character of N bytes at P, which is well-formed UTF-8. */
static size_t character_width(const char *p, size_t n)
{
	wchar_t c = 0;
	mbstate_t state = {0};
	pthread_once(&once, open_locale);
	if (n == 1 || !utf8)
		return 1;
	locale_t was = uselocale(utf8);
	int w = mbrtowc(&c, p, n, &state) == n ? wcwidth(c) : 1;
	uselocale(was);
	return w < 0 ? 1 : (size_t)w;
}

/* Returns the bytes of the character at P, of which N are there; one that is not well-formed is a byte. */
static size_t character(const char *p, size_t n)
{
	size_t k = utf8_length(p, n);
	return k ? k : 1;
}

size_t terminal_width(const char *text)
{
	size_t width = 0, len = strlen(text);
	for (size_t i = 0, n; i < len; i += n) {
		n = character(text + i, len - i);
		width += character_width(text + i, n);
	}
	return width;
}

void terminal_fit(const char *text, size_t columns, struct buf *ret)
{
	size_t len = strlen(text), at = 0, width = 0;
	bool cut = terminal_width(text) > columns;
	size_t room = cut && columns ? columns - 1 : columns;
	while (at < len) {
		size_t n = character(text + at, len - at), w = character_width(text + at, n);
		if (width + w > room)
			break;
		width += w;
		at += n;
	}
	buf_add(ret, text, at);
	if (cut && columns)
		buf_adds(ret, "…");
}
