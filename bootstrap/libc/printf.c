/* SPDX-License-Identifier: GPL-3.0-or-later */
/* printf.c: formatted output, to a file or a string. */

#include <stdio.h>
#include <string.h>

/* Where the characters go: a file, or memory with room for a number of them. */
struct sink {
	FILE *file;
	char *to;
	size_t room;
	int count; /* characters made so far */
};

/* A conversion: "%-08.3ld" and the like. */
struct spec {
	int left;      /* - */
	int zero;      /* 0 */
	int plus;      /* '+' or ' ' */
	int alt;       /* # */
	int width;
	int precision; /* -1: none */
	int longs;     /* number of l */
};

static void sink_char(struct sink *k, int c)
{
	if (k->file)
		fputc(c, k->file);
	else if (k->count + 1 < k->room)
		k->to[k->count] = c;
	k->count++;
}

static void sink_fill(struct sink *k, int c, int n)
{
	while (n-- > 0)
		sink_char(k, c);
}

/* Put n characters, after a prefix (sign or 0x) and with zeros between them, in a field. */
static void sink_field(struct sink *k, struct spec *p, const char *prefix, int zeros,
                       const char *s, int n)
{
	int pad = p->width - n - zeros - strlen(prefix);

	if (p->zero && !p->left && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	if (!p->left)
		sink_fill(k, ' ', pad);
	while (*prefix)
		sink_char(k, *prefix++);
	sink_fill(k, '0', zeros);
	while (n-- > 0)
		sink_char(k, *s++);
	if (p->left)
		sink_fill(k, ' ', pad);
}

/* An integer, without its sign, which is in prefix. */
static void sink_number(struct sink *k, struct spec *p, const char *prefix,
                        unsigned long long v, int base, int upper)
{
	char text[32];
	int i = 32;
	int digit;
	int zeros;

	while (v != 0) {
		if ((unsigned)(v >> 32) == 0) {
			digit = (unsigned)v % base;
			v = (unsigned)v / base;
		} else {
			digit = v % base;
			v = v / base;
		}
		text[--i] = digit < 10 ? '0' + digit : (upper ? 'A' : 'a') + digit - 10;
	}
	if (i == 32 && p->precision != 0)
		text[--i] = '0';
	zeros = p->precision - (32 - i);
	if (p->precision >= 0)
		p->zero = 0;
	sink_field(k, p, prefix, zeros > 0 ? zeros : 0, text + i, 32 - i);
}

/* A floating number as %f, or as %e when it is too large for that. */
static void sink_float(struct sink *k, struct spec *p, long double v, int conversion)
{
	char text[64];
	int n = 0;
	int i;
	int digits = p->precision < 0 ? 6 : p->precision;
	int exp = 0;
	long double half = 0.5L;
	unsigned long long whole;
	const char *prefix = "";

	if (v < 0) {
		v = -v;
		prefix = "-";
	} else if (p->plus)
		prefix = "+";
	if (digits > 17)
		digits = 17;
	if (v > 1.0e18L || conversion == 'e') {
		conversion = 'e';
		while (v >= 10.0L) {
			v = v / 10.0L;
			exp++;
		}
		while (v != 0 && v < 1.0L) {
			v = v * 10.0L;
			exp--;
		}
	}
	for (i = 0; i < digits; i++)
		half = half / 10.0L;
	v = v + half;
	whole = v;
	v = v - whole;
	i = 32;
	do {
		text[--i] = '0' + (int)(whole % 10);
		whole = whole / 10;
	} while (whole);
	while (i < 32)
		text[n++] = text[i++];
	if (digits > 0)
		text[n++] = '.';
	for (i = 0; i < digits; i++) {
		v = v * 10.0L;
		text[n++] = '0' + (int)v;
		v = v - (int)v;
	}
	if (conversion == 'g') {
		while (n > 1 && text[n - 1] == '0')
			n--;
		if (text[n - 1] == '.')
			n--;
	}
	if (conversion == 'e') {
		text[n++] = 'e';
		text[n++] = exp < 0 ? '-' : '+';
		if (exp < 0)
			exp = -exp;
		if (exp >= 1000)
			text[n++] = '0' + exp / 1000;
		if (exp >= 100)
			text[n++] = '0' + exp / 100 % 10;
		text[n++] = '0' + exp / 10 % 10;
		text[n++] = '0' + exp % 10;
	}
	sink_field(k, p, prefix, 0, text, n);
}

/* Format into a sink. */
static void sink_format(struct sink *k, const char *f, va_list list)
{
	struct spec p;
	const char *s;
	const char *prefix;
	char c;
	long long v;
	int n;

	for (; *f; f++) {
		if (*f != '%') {
			sink_char(k, *f);
			continue;
		}
		memset(&p, 0, sizeof(p));
		p.precision = -1;
		for (f++;; f++) {
			if (*f == '-')
				p.left = 1;
			else if (*f == '0')
				p.zero = 1;
			else if (*f == '+' || *f == ' ')
				p.plus = *f;
			else if (*f == '#')
				p.alt = 1;
			else
				break;
		}
		if (*f == '*') {
			p.width = va_arg(list, int);
			if (p.width < 0) {
				p.left = 1;
				p.width = -p.width;
			}
			f++;
		} else
			for (; *f >= '0' && *f <= '9'; f++)
				p.width = p.width * 10 + *f - '0';
		if (*f == '.') {
			f++;
			p.precision = 0;
			if (*f == '*') {
				p.precision = va_arg(list, int);
				f++;
			} else
				for (; *f >= '0' && *f <= '9'; f++)
					p.precision = p.precision * 10 + *f - '0';
		}
		while (*f == 'l' || *f == 'h' || *f == 'z' || *f == 't' || *f == 'j' || *f == 'L') {
			if (*f == 'l')
				p.longs++;
			if (*f == 'j' || *f == 'L')
				p.longs = 2;
			f++;
		}
		switch (*f) {
		case 'd':
		case 'i':
			v = p.longs > 1 ? va_arg(list, long long) : va_arg(list, int);
			prefix = "";
			if (p.plus)
				prefix = p.plus == '+' ? "+" : " ";
			if (v < 0) {
				prefix = "-";
				v = -v;
			}
			sink_number(k, &p, prefix, v, 10, 0);
			break;
		case 'u':
		case 'x':
		case 'X':
		case 'o':
			v = p.longs > 1 ? va_arg(list, long long) : va_arg(list, unsigned);
			prefix = "";
			if (p.alt && v != 0)
				prefix = *f == 'x' ? "0x" : *f == 'X' ? "0X" : *f == 'o' ? "0" : "";
			sink_number(k, &p, prefix, v, *f == 'u' ? 10 : *f == 'o' ? 8 : 16, *f == 'X');
			break;
		case 'p':
			sink_number(k, &p, "0x", va_arg(list, unsigned), 16, 0);
			break;
		case 'c':
			c = va_arg(list, int);
			p.zero = 0;
			sink_field(k, &p, "", 0, &c, 1);
			break;
		case 's':
			s = va_arg(list, char *);
			if (s == 0)
				s = "(null)";
			n = p.precision >= 0 ? strnlen(s, p.precision) : strlen(s);
			p.zero = 0;
			sink_field(k, &p, "", 0, s, n);
			break;
		case 'f':
		case 'F':
		case 'e':
		case 'E':
		case 'g':
		case 'G':
			if (p.longs > 1)
				sink_float(k, &p, va_arg(list, long double), *f | 32);
			else
				sink_float(k, &p, va_arg(list, double), *f | 32);
			break;
		case '%':
			sink_char(k, '%');
			break;
		default:
			sink_char(k, '%');
			if (*f == 0)
				return;
			sink_char(k, *f);
		}
	}
}

int vfprintf(FILE *f, const char *format, va_list list)
{
	struct sink k;

	k.file = f;
	k.to = 0;
	k.room = 0;
	k.count = 0;
	sink_format(&k, format, list);
	return k.count;
}

int vsnprintf(char *s, size_t n, const char *format, va_list list)
{
	struct sink k;

	k.file = 0;
	k.to = s;
	k.room = n;
	k.count = 0;
	sink_format(&k, format, list);
	if (n > 0)
		s[k.count < n ? k.count : n - 1] = 0;
	return k.count;
}

int vsprintf(char *s, const char *format, va_list list)
{
	return vsnprintf(s, 0x7fffffff, format, list);
}

int vprintf(const char *format, va_list list)
{
	return vfprintf(stdout, format, list);
}

int printf(const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vfprintf(stdout, format, list);
	va_end(list);
	return n;
}

int fprintf(FILE *f, const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vfprintf(f, format, list);
	va_end(list);
	return n;
}

int sprintf(char *s, const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vsprintf(s, format, list);
	va_end(list);
	return n;
}

int snprintf(char *s, size_t size, const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(s, size, format, list);
	va_end(list);
	return n;
}
