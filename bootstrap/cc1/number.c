/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.c: the values of number, character and string constants. Floating constants are
   converted exactly, with long integers made of 16-bit limbs, since cc1 itself has only
   32-bit words. */

enum {
	MAX_LIMBS = 2200,
	MAX_FLOATS = 4000,
	EXT_BIAS = 16383
};

int num_low;      /* value of the last number: low and high word */
int num_high;
int num_unsigned; /* it had the suffix u */
int num_longs;    /* number of l in its suffix */
int num_hex;      /* written in base 16 or 8 */
int num_float;    /* 0, or the floating constant it is (index into fl_...) */
int num_ftype;    /* suffix of a floating constant: 'f', 'l' or 0 */

/* floating constants, from 1 on: value = mantissa * 2^(exp - EXT_BIAS - 63), sign apart;
   the mantissa has 64 bits, the uppermost set; all zero for 0 */
int *fl_low;
int *fl_high;
int *fl_exp;
int *fl_sign;
int floats;

int *limb; /* a long natural number, least limb first */
int limbs; /* limbs in use */

/* Is a less than b, both unsigned? */
int below(int a, int b)
{
	return (a ^ (1 << 31)) < (b ^ (1 << 31));
}

/* Shift right, filling with zero. */
int shift_right(int a, int n)
{
	if (n == 0)
		return a;
	return (a >> n) & ~(-1 << (32 - n));
}

/* Value of a hexadecimal digit, or 99. */
int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = c | 32;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

/* limb = limb * m + add */
void limbs_mul(int m, int add)
{
	int i;
	int t;
	i = 0;
	while (i < limbs) {
		t = limb[i] * m + add;
		limb[i] = t & 65535;
		add = t >> 16;
		i = i + 1;
	}
	if (add) {
		if (limbs == MAX_LIMBS)
			die("number too long");
		limb[limbs] = add;
		limbs = limbs + 1;
	}
}

/* limb = limb / d; gives the remainder. */
int limbs_div(int d)
{
	int i;
	int t;
	t = 0;
	i = limbs - 1;
	while (i >= 0) {
		t = (t << 16) | limb[i];
		limb[i] = t / d;
		t = t % d;
		i = i - 1;
	}
	while (limbs > 0 && limb[limbs - 1] == 0)
		limbs = limbs - 1;
	return t;
}

/* Bit number i of limb. */
int limb_bit(int i)
{
	if (i < 0)
		return 0;
	return (limb[i >> 4] >> (i & 15)) & 1;
}

/* A new floating constant. */
int new_float(int low, int high, int exp, int sign)
{
	floats = floats + 1;
	if (floats == MAX_FLOATS)
		die("too many floating constants");
	fl_low[floats] = low;
	fl_high[floats] = high;
	fl_exp[floats] = exp;
	fl_sign[floats] = sign;
	return floats;
}

/* Make a floating constant of the uppermost bits of limb, rounded to the given number of bits
   (half to even); its value is limb * 2^scale, and a little more if sticky. */
int float_of_limbs(int scale, int bits, int sticky)
{
	int len;
	int i;
	int n;
	int low;
	int high;
	int up;
	if (limbs == 0)
		return new_float(0, 0, 0, 0);
	len = limbs * 16;
	while (limb_bit(len - 1) == 0)
		len = len - 1;
	low = 0;
	high = 0;
	i = len - 1;
	n = 0;
	while (n < 64) {
		high = (high << 1) | shift_right(low, 31);
		low = low << 1;
		if (n < bits)
			low = low | limb_bit(i);
		i = i - 1;
		n = n + 1;
	}
	i = len - 1 - bits;
	up = limb_bit(i);
	if (up) {
		n = i - 1;
		while (n >= 0 && sticky == 0) {
			sticky = limb_bit(n);
			n = n - 1;
		}
		if (sticky == 0)
			up = limb_bit(i + 1);
	}
	if (up) {
		/* add one unit in the last kept place */
		if (bits <= 32) {
			high = high + (1 << (32 - bits));
			up = below(high, 1 << (32 - bits));
		} else {
			low = low + (1 << (64 - bits));
			up = below(low, 1 << (64 - bits));
			if (up) {
				high = high + 1;
				up = high == 0;
			}
		}
		if (up) {
			high = 1 << 31;
			len = len + 1;
		}
	}
	return new_float(low, high, len - 1 + scale + EXT_BIAS, 0);
}

/* Round floating constant f to the given number of bits. */
int round_float(int f, int bits)
{
	int r;
	if (fl_high[f] == 0)
		return f;
	limbs = 4;
	limb[0] = fl_low[f] & 65535;
	limb[1] = shift_right(fl_low[f], 16);
	limb[2] = fl_high[f] & 65535;
	limb[3] = shift_right(fl_high[f], 16);
	r = float_of_limbs(fl_exp[f] - EXT_BIAS - 63, bits, 0);
	fl_sign[r] = fl_sign[f];
	return r;
}

/* The floating constant with the value of the integer high:low. */
int float_of_int(int low, int high, int is_unsigned)
{
	int neg;
	int r;
	neg = high < 0 && is_unsigned == 0;
	if (neg) {
		low = -low;
		high = ~high;
		if (low == 0)
			high = high + 1;
	}
	limbs = 4;
	limb[0] = low & 65535;
	limb[1] = shift_right(low, 16);
	limb[2] = high & 65535;
	limb[3] = shift_right(high, 16);
	while (limbs > 0 && limb[limbs - 1] == 0)
		limbs = limbs - 1;
	r = float_of_limbs(0, 64, 0);
	fl_sign[r] = neg;
	return r;
}

/* Does the spelling of a number make it a floating constant? */
int looks_float(char *s)
{
	int i;
	int c;
	int hex;
	hex = s[0] == '0' && (s[1] | 32) == 'x';
	i = 0;
	while (s[i]) {
		c = s[i] | 32;
		if (s[i] == '.')
			return 1;
		if (hex == 0 && c == 'e')
			return 1;
		if (hex && c == 'p')
			return 1;
		i = i + 1;
	}
	return 0;
}

int float_next; /* index after what read_mantissa or read_exponent has read */

/* Read the digits of s from index i on, and a point among them, into limb; gives the exponent
   that the digits after the point stand for. */
int read_mantissa(char *s, int i, int base)
{
	int exp;
	int point;
	limbs = 0;
	exp = 0;
	point = 0;
	while (s[i] == '.' || hex_digit(s[i]) < base) {
		if (s[i] == '.')
			point = 1;
		else {
			limbs_mul(base, hex_digit(s[i]));
			exp = exp - point;
		}
		i = i + 1;
	}
	float_next = i;
	return exp;
}

/* Read the exponent of s at index i, if there is one. */
int read_exponent(char *s, int i)
{
	int e;
	int neg;
	e = 0;
	neg = 0;
	if ((s[i] | 32) == 'e' || (s[i] | 32) == 'p') {
		i = i + 1;
		neg = s[i] == '-';
		if (s[i] == '-' || s[i] == '+')
			i = i + 1;
		while (hex_digit(s[i]) < 10) {
			e = e * 10 + s[i] - '0';
			if (e > 20000)
				die("exponent too large");
			i = i + 1;
		}
	}
	float_next = i;
	if (neg)
		return -e;
	return e;
}

int div_sticky; /* 1: limbs_div_tens left a remainder */

/* Make limb * 10^exp of limb, for a negative exp: gives n so that the value is limb * 2^n. */
int limbs_div_tens(int exp)
{
	int wider;
	int d;
	/* widen by whole limbs so that enough bits are left after dividing */
	wider = (-exp * 10 / 3 + 80) / 16 + 1;
	if (limbs + wider > MAX_LIMBS)
		die("number too long");
	d = limbs - 1;
	while (d >= 0) {
		limb[d + wider] = limb[d];
		d = d - 1;
	}
	d = 0;
	while (d < wider) {
		limb[d] = 0;
		d = d + 1;
	}
	limbs = limbs + wider;
	while (exp < 0) {
		if (limbs_div(10))
			div_sticky = 1;
		exp = exp + 1;
	}
	return -wider * 16;
}

/* Read the floating constant s. */
void read_float(char *s)
{
	int exp;
	int scale;
	int bits;
	int hex;
	hex = s[0] == '0' && (s[1] | 32) == 'x';
	if (hex)
		exp = read_mantissa(s, 2, 16) * 4;
	else
		exp = read_mantissa(s, 0, 10);
	exp = exp + read_exponent(s, float_next);
	num_ftype = s[float_next] | 32;
	bits = 53;
	if (num_ftype == 'f')
		bits = 24;
	if (num_ftype == 'l')
		bits = 64;
	scale = 0;
	div_sticky = 0;
	if (hex)
		scale = exp;
	else if (exp < 0 && limbs > 0)
		scale = limbs_div_tens(exp);
	else {
		while (exp > 0) {
			limbs_mul(10, 0);
			exp = exp - 1;
		}
	}
	num_float = float_of_limbs(scale, bits, div_sticky);
}

/* Read the number s: sets the num_ variables. */
void read_number(char *s)
{
	int i;
	int base;
	int d;
	int t;
	num_low = 0;
	num_high = 0;
	num_unsigned = 0;
	num_longs = 0;
	num_float = 0;
	num_ftype = 0;
	if (looks_float(s)) {
		read_float(s);
		return;
	}
	base = 10;
	i = 0;
	if (s[0] == '0') {
		if ((s[1] | 32) == 'x') {
			base = 16;
			i = 2;
		} else if ((s[1] | 32) == 'b') {
			base = 2;
			i = 2;
		} else
			base = 8;
	}
	num_hex = base != 10;
	d = hex_digit(s[i]);
	while (d < base) {
		/* high:low = high:low * base + d, in 16-bit steps */
		t = (num_low & 65535) * base + d;
		d = t & 65535;
		t = shift_right(num_low, 16) * base + (t >> 16);
		num_low = (t << 16) | d;
		num_high = num_high * base + (t >> 16);
		i = i + 1;
		d = hex_digit(s[i]);
	}
	while (s[i]) {
		d = s[i] | 32;
		if (d == 'u')
			num_unsigned = 1;
		else if (d == 'l')
			num_longs = num_longs + 1;
		else
			die2("bad number", s);
		i = i + 1;
	}
}

int esc_next; /* index after the character read by escaped_char */

/* The character at s[i], which may be an escape sequence; sets esc_next. */
int escaped_char(char *s, int i)
{
	int c;
	int v;
	c = s[i];
	esc_next = i + 1;
	if (c != '\\')
		return c & 255;
	c = s[i + 1];
	i = i + 2;
	esc_next = i;
	if (c == 'n')
		return 10;
	if (c == 't')
		return 9;
	if (c == 'r')
		return 13;
	if (c == 'a')
		return 7;
	if (c == 'b')
		return 8;
	if (c == 'f')
		return 12;
	if (c == 'v')
		return 11;
	if (c == 'e')
		return 27;
	if (c == 'x') {
		v = 0;
		while (hex_digit(s[i]) < 16) {
			v = v * 16 + hex_digit(s[i]);
			i = i + 1;
		}
		esc_next = i;
		return v & 255;
	}
	if (c >= '0' && c <= '7') {
		v = c - '0';
		if (s[i] >= '0' && s[i] <= '7') {
			v = v * 8 + s[i] - '0';
			i = i + 1;
			if (s[i] >= '0' && s[i] <= '7') {
				v = v * 8 + s[i] - '0';
				i = i + 1;
			}
		}
		esc_next = i;
		return v & 255;
	}
	return c & 255;
}

/* Value of the character constant s, quotes included. */
int char_value(char *s)
{
	int c;
	c = escaped_char(s, 1);
	if (s[esc_next] != 39)
		die2("bad character constant", s);
	if (c > 127)
		c = c - 256;
	return c;
}

/* Make the tables of this file. */
void number_init()
{
	limb = alloc_words(MAX_LIMBS);
	fl_low = alloc_words(MAX_FLOATS);
	fl_high = alloc_words(MAX_FLOATS);
	fl_exp = alloc_words(MAX_FLOATS);
	fl_sign = alloc_words(MAX_FLOATS);
}
