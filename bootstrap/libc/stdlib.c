/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stdlib.c: numbers from text, sorting, the environment. */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Value of a digit in bases up to 36, or 99. */
static int digit_value(int c)
{
	if (isdigit(c))
		return c - '0';
	if (isalpha(c))
		return (c | 32) - 'a' + 10;
	return 99;
}

/* Read an integer; *negative tells about a minus sign. */
static unsigned long long read_integer(const char *s, char **end, int base, int *negative)
{
	const char *start = s;
	unsigned long long v = 0;
	int digits = 0;

	while (isspace(*s))
		s++;
	*negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if ((base == 0 || base == 16) && *s == '0' && (s[1] | 32) == 'x' && isxdigit(s[2])) {
		s += 2;
		base = 16;
	}
	if (base == 0)
		base = *s == '0' ? 8 : 10;
	while (digit_value(*s) < base) {
		v = v * base + digit_value(*s++);
		digits++;
	}
	if (end)
		*end = (char *)(digits ? s : start);
	return v;
}

unsigned long long strtoull(const char *s, char **end, int base)
{
	int negative;
	unsigned long long v = read_integer(s, end, base, &negative);

	return negative ? -v : v;
}

long long strtoll(const char *s, char **end, int base)
{
	return strtoull(s, end, base);
}

unsigned long strtoul(const char *s, char **end, int base)
{
	int negative;
	unsigned long long v = read_integer(s, end, base, &negative);

	if ((unsigned)(v >> 32)) {
		errno = ERANGE;
		return ULONG_MAX;
	}
	return negative ? -v : v;
}

long strtol(const char *s, char **end, int base)
{
	int negative;
	unsigned long long v = read_integer(s, end, base, &negative);

	if (v > LONG_MAX) {
		if (negative && v == 2147483648U)
			return LONG_MIN;
		errno = ERANGE;
		return negative ? LONG_MIN : LONG_MAX;
	}
	return negative ? -(long)v : (long)v;
}

int atoi(const char *s)
{
	return strtol(s, 0, 10);
}

long atol(const char *s)
{
	return strtol(s, 0, 10);
}

int abs(int n)
{
	return n < 0 ? -n : n;
}

/* x * 2^exp, and x * 10^exp, by repeated squaring. */
long double ldexpl(long double x, int exp)
{
	long double f = 2.0L;
	int n = exp < 0 ? -exp : exp;

	for (; n > 0; n = n / 2) {
		if (n & 1)
			x = exp < 0 ? x / f : x * f;
		f = f * f;
	}
	return x;
}

static long double scale10(long double x, int exp)
{
	long double f = 10.0L;
	int n = exp < 0 ? -exp : exp;

	for (; n > 0; n = n / 2) {
		if (n & 1)
			x = exp < 0 ? x / f : x * f;
		f = f * f;
	}
	return x;
}

double ldexp(double x, int exp)
{
	return ldexpl(x, exp);
}

long double strtold(const char *s, char **end)
{
	const char *start = s;
	unsigned long long m = 0;
	long double v;
	int exp = 0;
	int e = 0;
	int point = 0;
	int digits = 0;
	int negative;
	int minus;
	int hex;
	int base;

	while (isspace(*s))
		s++;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	hex = *s == '0' && (s[1] | 32) == 'x';
	base = hex ? 16 : 10;
	if (hex)
		s += 2;
	for (; *s == '.' || digit_value(*s) < base; s++) {
		if (*s == '.') {
			if (point)
				break;
			point = 1;
		} else {
			digits++;
			if (m < 0x0ccccccccccccccULL) {
				m = m * base + digit_value(*s);
				exp -= point;
			} else
				exp += !point; /* beyond what is kept */
		}
	}
	if (hex)
		exp = exp * 4;
	if (digits && (hex ? (*s | 32) == 'p' : (*s | 32) == 'e')) {
		minus = s[1] == '-';
		if (isdigit(s[1]) || ((s[1] == '-' || s[1] == '+') && isdigit(s[2]))) {
			for (s += isdigit(s[1]) ? 1 : 2; isdigit(*s); s++)
				if (e < 10000)
					e = e * 10 + *s - '0';
			exp += minus ? -e : e;
		}
	}
	v = m;
	if (m)
		v = hex ? ldexpl(v, exp) : scale10(v, exp);
	if (end)
		*end = (char *)(digits ? s : start);
	return negative ? -v : v;
}

double strtod(const char *s, char **end)
{
	return strtold(s, end);
}

float strtof(const char *s, char **end)
{
	return strtold(s, end);
}

double atof(const char *s)
{
	return strtold(s, 0);
}

/* Exchange two elements. */
static void exchange(char *a, char *b, size_t size)
{
	char c;

	while (size-- > 0) {
		c = *a;
		*a++ = *b;
		*b++ = c;
	}
}

/* Let element i of a heap of n sink to its place. */
static void sift(char *base, size_t i, size_t n, size_t size,
                 int (*compare)(const void *, const void *))
{
	size_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + i * size, base + child * size) >= 0)
			return;
		exchange(base + i * size, base + child * size, size);
		i = child;
	}
}

void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	size_t i;

	for (i = n / 2; i > 0; i--)
		sift(base, i - 1, n, size, compare);
	for (i = n; i > 1; i--) {
		exchange(base, (char *)base + (i - 1) * size, size);
		sift(base, 0, i - 1, size, compare);
	}
}

/* Index of a variable in the environment, or of its end. */
static int env_index(const char *name, size_t n)
{
	int i;

	for (i = 0; environ[i]; i++)
		if (strncmp(environ[i], name, n) == 0 && environ[i][n] == '=')
			break;
	return i;
}

char *getenv(const char *name)
{
	size_t n = strlen(name);
	int i = env_index(name, n);

	return environ[i] ? environ[i] + n + 1 : 0;
}

int setenv(const char *name, const char *value, int replace)
{
	size_t n = strlen(name);
	int i = env_index(name, n);
	char **new;
	char *text;

	if (environ[i] && !replace)
		return 0;
	text = malloc(n + strlen(value) + 2);
	if (text == 0)
		return -1;
	strcpy(text, name);
	text[n] = '=';
	strcpy(text + n + 1, value);
	if (environ[i] == 0) {
		new = malloc((i + 2) * sizeof(char *));
		if (new == 0)
			return -1;
		memcpy(new, environ, i * sizeof(char *));
		new[i + 1] = 0;
		environ = new;
	}
	environ[i] = text;
	return 0;
}

int unsetenv(const char *name)
{
	int i = env_index(name, strlen(name));

	for (; environ[i]; i++)
		environ[i] = environ[i + 1];
	return 0;
}

int execvp(const char *name, char *const *argv)
{
	const char *path = getenv("PATH");
	char file[4096];
	size_t n;

	if (strchr(name, '/') || path == 0)
		return execve(name, argv, environ);
	while (*path) {
		n = strcspn(path, ":");
		if (n + strlen(name) + 2 < sizeof(file)) {
			memcpy(file, path, n);
			file[n] = '/';
			strcpy(file + n + 1, name);
			execve(file, argv, environ);
		}
		path += n;
		if (*path)
			path++;
	}
	errno = ENOENT;
	return -1;
}

/* The path as it is, when the file exists: symbolic links are not followed. */
char *realpath(const char *path, char *buf)
{
	if (access(path, F_OK) < 0)
		return 0;
	if (buf == 0)
		return strdup(path);
	return strcpy(buf, path);
}

int mkstemp(char *template)
{
	char *p = template + strlen(template) - 6;
	int n;
	int fd;
	int i;

	for (n = getpid(); n < 1000000; n++) {
		for (i = 0; i < 6; i++)
			p[i] = 'a' + (n >> (i * 4)) % 16;
		fd = open(template, O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* The date of a time, in UTC. */
struct tm *gmtime(const time_t *t)
{
	static struct tm tm;
	static const char lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int days = *t / 86400;
	int rest = *t % 86400;
	int year = 1970;
	int month = 0;
	int n;

	tm.tm_hour = rest / 3600;
	tm.tm_min = rest / 60 % 60;
	tm.tm_sec = rest % 60;
	tm.tm_wday = (days + 4) % 7;
	while (days >= (n = year % 4 == 0 && (year % 100 || year % 400 == 0) ? 366 : 365)) {
		days -= n;
		year++;
	}
	tm.tm_yday = days;
	while (days >= (n = lengths[month] + (month == 1 && (year % 4 == 0 && (year % 100 || year % 400 == 0))))) {
		days -= n;
		month++;
	}
	tm.tm_mday = days + 1;
	tm.tm_mon = month;
	tm.tm_year = year - 1900;
	tm.tm_isdst = 0;
	return &tm;
}

struct tm *localtime(const time_t *t)
{
	return gmtime(t);
}

void __assert_fail(const char *expression, const char *file, unsigned line, const char *function)
{
	fprintf(stderr, "%s:%u: %s: %s is not true\n", file, line, function, expression);
	abort();
}

/* Only what is asked for here: %d, %u, %x, %c, %s and plain characters. */
int sscanf(const char *s, const char *format, ...)
{
	va_list list;
	char *end;
	char *to;
	int n = 0;

	va_start(list, format);
	for (; *format; format++) {
		if (isspace(*format)) {
			while (isspace(*s))
				s++;
			continue;
		}
		if (*format != '%') {
			if (*s != *format)
				break;
			s++;
			continue;
		}
		format++;
		if (*format == 'c') {
			if (*s == 0)
				break;
			*va_arg(list, char *) = *s++;
		} else if (*format == 's') {
			while (isspace(*s))
				s++;
			if (*s == 0)
				break;
			to = va_arg(list, char *);
			while (*s && !isspace(*s))
				*to++ = *s++;
			*to = 0;
		} else {
			*va_arg(list, int *) = strtoul(s, &end, *format == 'x' ? 16 : 10);
			if (end == s)
				break;
			s = end;
		}
		n++;
	}
	va_end(list);
	return n;
}
