/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/openpgp.h"

#include <errno.h>
#include <string.h>

#include "hash/sha1.h"
#include "hash/sha256.h"

enum {
	TAG_SIGNATURE = 2,
	TAG_PUBLIC_KEY = 6,
	TAG_USER_ID = 13,
	SIG_BINARY = 0x00,
	SIG_TEXT = 0x01,
	SIG_POSITIVE = 0x13, /* of a name, by its key */
	ALGO_EDDSA = 22,
	ALGO_SHA256 = 8,
	CREATED_S = 1,    /* of every key */
	ARMOUR_LINE = 48, /* bytes in a line of 64 characters */
};

static void add_be(struct buf *b, uint32_t v, int bytes)
{
	while (bytes-- > 0)
		buf_addc(b, (char)(v >> (8 * bytes) & 0xff));
}

/* Adds a packet of less than 8384 bytes. */
static void add_packet(struct buf *b, int tag, struct view body)
{
	buf_addc(b, (char)(0xc0 | tag));
	if (body.len < 192) {
		buf_addc(b, (char)body.len);
	} else {
		buf_addc(b, (char)(((body.len - 192) >> 8) + 192));
		buf_addc(b, (char)((body.len - 192) & 0xff));
	}
	buf_addv(b, body);
}

/* Adds a number of N bytes, most significant first. */
static void add_number(struct buf *b, const unsigned char *v, size_t n)
{
	while (n && !*v) {
		v++;
		n--;
	}
	uint32_t bits = (uint32_t)n * 8;
	for (unsigned char top = n ? *v : 0x80; !(top & 0x80); top = (unsigned char)(top << 1))
		bits--;
	add_be(b, bits, 2);
	buf_add(b, v, n);
}

/* Adds the body of K's public key packet. */
static void add_key_body(struct buf *b, const struct key *k)
{
	/* the length of the curve's name, and its name: 1.3.6.1.4.1.11591.15.1 */
	static const unsigned char curve[] = {9,    0x2b, 0x06, 0x01, 0x04,
					      0x01, 0xda, 0x47, 0x0f, 0x01};
	unsigned char point[1 + ED25519_PUBLIC] = {0x40};
	memcpy(point + 1, k->public, ED25519_PUBLIC);
	buf_addc(b, 4);
	add_be(b, CREATED_S, 4);
	buf_addc(b, ALGO_EDDSA);
	buf_add(b, curve, sizeof curve);
	add_number(b, point, sizeof point);
}

/* Adds what a signature of a key is made over. */
static void add_key_hashed(struct buf *b, const struct key *k)
{
	struct buf body = BUF_INIT;
	add_key_body(&body, k);
	buf_addc(b, (char)0x99);
	add_be(b, (uint32_t)body.len, 2);
	buf_addv(b, buf_view(&body));
	buf_release(&body);
}

static void fingerprint(const struct key *k, unsigned char ret[SHA1_LEN])
{
	struct buf b = BUF_INIT;
	add_key_hashed(&b, k);
	sha1_view(buf_view(&b), ret);
	buf_release(&b);
}

/* Adds the part of a signature that is signed, too: up to the hashed subpackets. */
static void add_head(struct buf *b, int type, uint64_t time_s,
		     const unsigned char name[SHA1_LEN])
{
	bool of_name = type == SIG_POSITIVE;
	buf_addc(b, 4);
	buf_addc(b, (char)type);
	buf_addc(b, ALGO_EDDSA);
	buf_addc(b, ALGO_SHA256);
	add_be(b, of_name ? 6 + 23 + 3 : 6 + 23, 2);
	add_be(b, 5 << 8 | 2, 2); /* time */
	add_be(b, (uint32_t)time_s, 4);
	add_be(b, 22 << 16 | 33 << 8 | 4, 3); /* whose */
	buf_add(b, name, SHA1_LEN);
	if (of_name)
		add_be(b, 2 << 16 | 27 << 8 | 3, 3); /* the key certifies and signs */
}

/* Adds the signature packet of TYPE over HASHED, the bytes that the type asks for. */
static int add_signature(struct buf *b, const struct key *k, int type, struct view hashed,
			 uint64_t time_s)
{
	struct buf head = BUF_INIT, body = BUF_INIT, all = BUF_INIT;
	unsigned char name[SHA1_LEN], sig[ED25519_SIGNATURE];
	struct digest d;
	fingerprint(k, name);
	add_head(&head, type, time_s, name);
	buf_addv(&all, hashed);
	buf_addv(&all, buf_view(&head));
	buf_addc(&all, 4);
	buf_addc(&all, (char)0xff);
	add_be(&all, (uint32_t)head.len, 4);
	sha256_view(buf_view(&all), &d);
	int r = key_sign(k, (struct view){(const char *)d.b, sizeof d.b}, sig);
	buf_addv(&body, buf_view(&head));
	add_be(&body, 10, 2);
	add_be(&body, 9 << 8 | 16, 2); /* whose, the short form */
	buf_add(&body, name + SHA1_LEN - 8, 8);
	buf_add(&body, d.b, 2);
	add_number(&body, sig, 32);
	add_number(&body, sig + 32, 32);
	add_packet(b, TAG_SIGNATURE, buf_view(&body));
	if (r == 0)
		r = buf_failed(&all) < 0 || buf_failed(&head) < 0 || buf_failed(&body) < 0
			? -ENOMEM
			: 0;
	buf_release(&head);
	buf_release(&body);
	buf_release(&all);
	return r;
}

static uint32_t crc24(struct view v)
{
	uint32_t crc = 0xb704ce;
	for (size_t i = 0; i < v.len; i++) {
		crc ^= (uint32_t)(unsigned char)v.ptr[i] << 16;
		for (int k = 0; k < 8; k++) {
			crc <<= 1;
			if (crc & 0x1000000)
				crc ^= 0x1864cfb;
		}
	}
	return crc & 0xffffff;
}

/* Adds PACKETS in ASCII armour that says WHAT they are. */
static void add_armour(struct buf *b, const char *what, struct view packets)
{
	struct buf sum = BUF_INIT;
	buf_addf(b, "-----BEGIN PGP %s-----\n\n", what);
	for (size_t i = 0; i < packets.len; i += ARMOUR_LINE) {
		size_t n = packets.len - i < ARMOUR_LINE ? packets.len - i : ARMOUR_LINE;
		base64_add(b, (struct view){packets.ptr + i, n});
		buf_addc(b, '\n');
	}
	add_be(&sum, crc24(packets), 3);
	buf_addc(b, '=');
	base64_add(b, buf_view(&sum));
	buf_addf(b, "\n-----END PGP %s-----\n", what);
	buf_release(&sum);
}

int openpgp_key(const struct key *k, struct buf *ret, struct fault *f)
{
	struct buf body = BUF_INIT, hashed = BUF_INIT, packets = BUF_INIT;
	struct view name = view_of(k->name);
	add_key_body(&body, k);
	add_packet(&packets, TAG_PUBLIC_KEY, buf_view(&body));
	add_packet(&packets, TAG_USER_ID, name);
	add_key_hashed(&hashed, k);
	buf_addc(&hashed, (char)0xb4);
	add_be(&hashed, (uint32_t)name.len, 4);
	buf_addv(&hashed, name);
	int r = add_signature(&packets, k, SIG_POSITIVE, buf_view(&hashed), CREATED_S);
	add_armour(ret, "PUBLIC KEY BLOCK", buf_view(&packets));
	if (r == 0)
		r = buf_failed(&packets) < 0 || buf_failed(ret) < 0 ? -ENOMEM : 0;
	buf_release(&body);
	buf_release(&hashed);
	buf_release(&packets);
	return r < 0 ? fault_set(f, r, "cannot write the key %s for apt:", k->name) : 0;
}

static int signature(const struct key *k, int type, struct view hashed, uint64_t time_s,
		     struct buf *ret, struct fault *f)
{
	struct buf packets = BUF_INIT;
	int r = add_signature(&packets, k, type, hashed, time_s);
	add_armour(ret, "SIGNATURE", buf_view(&packets));
	if (r == 0)
		r = buf_failed(&packets) < 0 || buf_failed(ret) < 0 ? -ENOMEM : 0;
	buf_release(&packets);
	return r < 0 ? fault_set(f, r, "cannot sign with the key %s:", k->name) : 0;
}

int openpgp_detached(const struct key *k, struct view text, uint64_t time_s, struct buf *ret,
		     struct fault *f)
{
	return signature(k, SIG_BINARY, text, time_s, ret, f);
}

int openpgp_clear(const struct key *k, struct view text, uint64_t time_s, struct buf *ret,
		  struct fault *f)
{
	struct buf hashed = BUF_INIT;
	struct view rest = text, line;
	buf_adds(ret, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n");
	for (bool first = true; view_line(&rest, &line); first = false) {
		size_t n = line.len; /* blanks at the end of a line do not count */
		while (n && strchr(" \t\r", line.ptr[n - 1]))
			n--;
		if (!first)
			buf_adds(&hashed, "\r\n");
		buf_add(&hashed, line.ptr, n);
		if (line.len && line.ptr[0] == '-')
			buf_adds(ret, "- ");
		buf_addv(ret, line);
		buf_addc(ret, '\n');
	}
	int r = signature(k, SIG_TEXT, buf_view(&hashed), time_s, ret, f);
	if (r == 0 && buf_failed(&hashed) < 0)
		r = fault_set(f, -ENOMEM, "cannot sign:");
	buf_release(&hashed);
	return r;
}
