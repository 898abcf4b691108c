/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hash/digest.h"

#include <string.h>

#include "base/err.h"

static const char HEX[] = "0123456789abcdef";
static const char NIX32[] = "0123456789abcdfghijklmnpqrsvwxyz";
static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool digest_eq(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, DIGEST_LEN) == 0;
}

bool digest_is_none(const struct digest *d)
{
	static const struct digest none;
	return digest_eq(d, &none);
}

int digest_cmp(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, DIGEST_LEN);
}

void digest_add_hex(struct buf *b, const struct digest *d)
{
	hex_add(b, d->b, DIGEST_LEN);
}

void digest_hex(const struct digest *d, char ret[DIGEST_HEX + 1])
{
	for (size_t i = 0; i < DIGEST_LEN; i++) {
		ret[2 * i] = HEX[d->b[i] >> 4];
		ret[2 * i + 1] = HEX[d->b[i] & 15];
	}
	ret[DIGEST_HEX] = '\0';
}

/*
 * The bytes are read as a little-endian number; digit K counts from its low end and stands K places
 * from the right.
 */
void nix32_write(const unsigned char *b, size_t n, char *ret)
{
	size_t digits = (n * 8 + 4) / 5;
	for (size_t k = 0; k < digits; k++) {
		size_t bit = k * 5, byte = bit / 8, shift = bit % 8;
		unsigned v = b[byte] >> shift;
		if (byte + 1 < n)
			v |= (unsigned)b[byte + 1] << (8 - shift);
		ret[digits - 1 - k] = NIX32[v & 31];
	}
	ret[digits] = '\0';
}

void digest_nix32(const struct digest *d, char ret[DIGEST_NIX32 + 1])
{
	nix32_write(d->b, DIGEST_LEN, ret);
}

void digest_sri(const struct digest *d, char ret[DIGEST_SRI + 1])
{
	struct buf b = BUF_INIT;
	base64_add(&b, (struct view){(const char *)d->b, DIGEST_LEN});
	memcpy(ret, "sha256-", 7);
	memset(ret + 7, 0, DIGEST_SRI + 1 - 7);
	if (b.len == DIGEST_SRI - 7)
		memcpy(ret + 7, b.ptr, b.len);
	buf_release(&b);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int digest_parse_hex(struct view text, struct digest *ret)
{
	struct digest d;
	if (text.len != DIGEST_HEX)
		return ERR_SYNTAX;
	for (size_t i = 0; i < DIGEST_LEN; i++) {
		int hi = hex_value(text.ptr[2 * i]), lo = hex_value(text.ptr[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return ERR_SYNTAX;
		d.b[i] = (unsigned char)(hi << 4 | lo);
	}
	*ret = d;
	return 0;
}

static int parse_nix32(struct view text, struct digest *ret)
{
	struct digest d = {{0}};
	for (unsigned n = 0; n < DIGEST_NIX32; n++) {
		char c = text.ptr[DIGEST_NIX32 - 1 - n];
		const char *p = c ? strchr(NIX32, c) : NULL;
		if (!p)
			return ERR_SYNTAX;
		unsigned v = (unsigned)(p - NIX32);
		unsigned bit = n * 5, byte = bit / 8, shift = bit % 8;
		d.b[byte] |= (unsigned char)(v << shift);
		unsigned carry = v >> (8 - shift);
		if (byte + 1 < DIGEST_LEN)
			d.b[byte + 1] |= (unsigned char)carry;
		else if (carry)
			return ERR_SYNTAX;
	}
	*ret = d;
	return 0;
}

int digest_parse(struct view text, struct digest *ret)
{
	if (text.len > 7 && memcmp(text.ptr, "sha256:", 7) == 0)
		text = (struct view){text.ptr + 7, text.len - 7};
	else if (text.len == DIGEST_SRI && memcmp(text.ptr, "sha256-", 7) == 0) {
		struct buf b = BUF_INIT;
		int r = base64_parse((struct view){text.ptr + 7, text.len - 7}, &b);
		if (r == 0 && b.len == DIGEST_LEN)
			memcpy(ret->b, b.ptr, DIGEST_LEN);
		else if (r == 0)
			r = ERR_SYNTAX;
		buf_release(&b);
		return r;
	}
	if (text.len == DIGEST_HEX)
		return digest_parse_hex(text, ret);
	return text.len == DIGEST_NIX32 ? parse_nix32(text, ret) : ERR_SYNTAX;
}

void hex_add(struct buf *ret, const unsigned char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addc(ret, HEX[b[i] >> 4]);
		buf_addc(ret, HEX[b[i] & 15]);
	}
}

int hex_parse(struct view text, unsigned char *ret, size_t n)
{
	if (text.len != 2 * n)
		return ERR_SYNTAX;
	for (size_t i = 0; i < text.len; i++) {
		const char *digit = memchr(HEX, text.ptr[i], 16);
		if (!digit)
			return ERR_SYNTAX;
		ret[i / 2] = (unsigned char)(ret[i / 2] << 4 | (digit - HEX));
	}
	return 0;
}

void base64_add(struct buf *ret, struct view v)
{
	const unsigned char *p = (const unsigned char *)v.ptr;
	for (size_t i = 0; i < v.len; i += 3) {
		size_t n = v.len - i < 3 ? v.len - i : 3;
		unsigned w = (unsigned)p[i] << 16;
		if (n > 1)
			w |= (unsigned)p[i + 1] << 8;
		if (n > 2)
			w |= p[i + 2];
		char out[4] = {BASE64[w >> 18], BASE64[w >> 12 & 63],
			       n > 1 ? BASE64[w >> 6 & 63] : '=', n > 2 ? BASE64[w & 63] : '='};
		buf_add(ret, out, sizeof out);
	}
}

int base64_parse(struct view text, struct buf *ret)
{
	if (text.len % 4)
		return ERR_SYNTAX;
	for (size_t i = 0; i < text.len; i += 4) {
		unsigned w = 0, pad = 0;
		for (size_t k = 0; k < 4; k++) {
			char c = text.ptr[i + k];
			const char *p = c ? strchr(BASE64, c) : NULL;
			if (c == '=' && i + 4 == text.len && k >= 2)
				pad++;
			else if (!p || pad)
				return ERR_SYNTAX;
			w = w << 6 | (pad ? 0 : (unsigned)(p - BASE64));
		}
		/* Bits that no byte uses must be zero, else one value would have several texts. */
		if ((pad == 1 && (w & 0xff)) || (pad == 2 && (w & 0xffff)))
			return ERR_SYNTAX;
		char out[3] = {(char)(w >> 16), (char)(w >> 8), (char)w};
		buf_add(ret, out, 3 - pad);
	}
	return buf_failed(ret);
}

int base64_parse_any(struct view text, struct buf *ret)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < text.len; i++)
		buf_addc(&b, text.ptr[i] == '-' ? '+' : text.ptr[i] == '_' ? '/' : text.ptr[i]);
	/* One digit too many (a length of 4 n + 1) stays wrong with three signs behind it. */
	for (size_t i = text.len; i % 4; i++)
		buf_addc(&b, '=');
	int r = buf_failed(&b);
	if (r == 0)
		r = base64_parse(buf_view(&b), ret);
	buf_release(&b);
	return r;
}
