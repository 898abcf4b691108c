/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hash/ed25519.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/sys.h"
#include "hash/sha256.h"

void key_id(const struct key *k, char ret[KEY_ID + 1])
{
	struct digest d;
	sha256_view((struct view){(const char *)k->public, ED25519_PUBLIC}, &d);
	digest_hex(&d, ret);
}

/* libsodium keeps a secret key as key_write does: the seed, then the public key. */
enum { SECRET = ED25519_SEED + ED25519_PUBLIC };
_Static_assert(SECRET == crypto_sign_SECRETKEYBYTES, "libsodium's secret keys are 64 bytes");

/* Prepares libsodium; safe to call from several threads, any number of times. 0 or ERR_CONFIG. */
static int set_up(void)
{
	return sodium_init() < 0 ? ERR_CONFIG : 0;
}

/* Computes the public key of SEED. */
static void derive_public(const unsigned char *seed, unsigned char *ret)
{
	unsigned char secret[SECRET];
	crypto_sign_seed_keypair(ret, secret, seed);
	explicit_bzero(secret, sizeof secret);
}

/*
 * Returns whether PUBLIC can be somebody's key: the one encoding of a point of the group that
 * signatures live in. Keys of small order are none: anybody can sign for them.
 */
static bool is_point(const unsigned char *public)
{
	return crypto_core_ed25519_is_valid_point(public) == 1;
}

int key_generate(const char *name, struct key *ret, struct fault *f)
{
	struct key k = {.secret = true};
	if (set_up() < 0)
		return fault_set(f, ERR_CONFIG, "libsodium does not start");
	if (!path_is_name(view_of(name)))
		return fault_set(f, ERR_SYNTAX, "'%s' cannot name a key", name);
	snprintf(k.name, sizeof k.name, "%s", name);
	int r = sys_random(k.seed, sizeof k.seed);
	if (r == 0) {
		derive_public(k.seed, k.public);
		*ret = k;
	} else
		fault_set(f, r, "cannot make key '%s':", name);
	key_release(&k);
	return r;
}

void key_release(struct key *k)
{
	explicit_bzero(k->seed, sizeof k->seed);
	k->secret = false;
}

void key_write(const struct key *k, bool secret, struct buf *ret)
{
	unsigned char both[ED25519_SEED + ED25519_PUBLIC];
	memcpy(both, k->seed, ED25519_SEED);
	memcpy(both + ED25519_SEED, k->public, ED25519_PUBLIC);
	buf_addf(ret, "%s:", k->name);
	if (secret)
		base64_add(ret, (struct view){(const char *)both, sizeof both});
	else
		base64_add(ret, (struct view){(const char *)k->public, ED25519_PUBLIC});
	explicit_bzero(both, sizeof both);
}

/* Fills the keys of K from their BYTES. ERR_SYNTAX or ERR_SIGNATURE. */
static int take_bytes(struct view bytes, struct key *k)
{
	unsigned char check[ED25519_PUBLIC];
	if (bytes.len != ED25519_PUBLIC && bytes.len != SECRET)
		return ERR_SYNTAX;
	if (set_up() < 0)
		return ERR_CONFIG;
	k->secret = bytes.len == SECRET;
	if (k->secret)
		memcpy(k->seed, bytes.ptr, ED25519_SEED);
	memcpy(k->public, bytes.ptr + bytes.len - ED25519_PUBLIC, ED25519_PUBLIC);
	if (k->secret)
		derive_public(k->seed, check);
	if (k->secret && memcmp(check, k->public, sizeof check) != 0)
		return ERR_SIGNATURE;
	return is_point(k->public) ? 0 : ERR_SIGNATURE;
}

int key_parse(struct view text, struct key *ret, struct fault *f)
{
	struct key k = {.secret = false};
	struct buf bytes = BUF_INIT;
	while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
		text.len--;
	const char *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
	struct view name = {text.ptr, colon ? (size_t)(colon - text.ptr) : 0};
	struct view rest = {colon ? colon + 1 : NULL, colon ? text.len - name.len - 1 : 0};
	int r = ERR_SYNTAX;
	if (colon && name.len <= KEY_NAME_MAX && path_is_name(name))
		r = base64_parse(rest, &bytes);
	if (r == 0)
		r = take_bytes(buf_view(&bytes), &k);
	if (bytes.ptr)
		explicit_bzero(bytes.ptr, bytes.len);
	buf_release(&bytes);
	if (r == 0) {
		snprintf(k.name, sizeof k.name, "%.*s", (int)name.len, name.ptr);
		*ret = k;
	} else if (r == ERR_SYNTAX) {
		fault_set(f, r, "not a key: expected NAME:BASE64");
	} else if (r == ERR_SIGNATURE && k.secret) {
		fault_set(f, r,
			  "key '%.*s': its public half does not belong to its secret half",
			  (int)name.len, name.ptr);
	} else {
		fault_set(f, r,
			  "key '%.*s' is not a point of Ed25519's group, or of small order: "
			  "nobody, or anybody, could sign with it",
			  (int)name.len, name.ptr);
	}
	key_release(&k);
	return r;
}

int key_sign(const struct key *k, struct view message, unsigned char ret[ED25519_SIGNATURE])
{
	unsigned char secret[SECRET];
	if (!k->secret || set_up() < 0)
		return ERR_SIGNATURE;
	memcpy(secret, k->seed, ED25519_SEED);
	memcpy(secret + ED25519_SEED, k->public, ED25519_PUBLIC);
	crypto_sign_detached(ret, NULL, (const unsigned char *)message.ptr, message.len,
			     secret);
	explicit_bzero(secret, sizeof secret);
	return 0;
}

int key_verify(const struct key *k, struct view message, struct view signature)
{
	if (signature.len != ED25519_SIGNATURE || set_up() < 0 ||
	    crypto_sign_verify_detached((const unsigned char *)signature.ptr,
					(const unsigned char *)message.ptr, message.len,
					k->public) != 0)
		return ERR_SIGNATURE;
	return 0;
}
