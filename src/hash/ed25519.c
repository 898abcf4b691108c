/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hash/ed25519.h"

#include <gcrypt.h>
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

/* Computes the public key of SEED. Returns 0 or ERR_SIGNATURE. */
static int derive_public(const unsigned char *seed, unsigned char *ret)
{
	gcry_sexp_t key = NULL;
	gcry_ctx_t ctx = NULL;
	gcry_mpi_t q = NULL;
	unsigned n = 0;
	int r = ERR_SIGNATURE;
	if (gcry_sexp_build(&key, NULL,
			    "(private-key (ecc (curve Ed25519) (flags eddsa) (d %b)))",
			    ED25519_SEED, seed) == 0 &&
	    gcry_mpi_ec_new(&ctx, key, NULL) == 0 &&
	    (q = gcry_mpi_ec_get_mpi("q@eddsa", ctx, 1)) != NULL) {
		const void *bytes = gcry_mpi_get_opaque(q, &n);
		if (bytes && n == ED25519_PUBLIC * 8) {
			memcpy(ret, bytes, ED25519_PUBLIC);
			r = 0;
		}
	}
	gcry_mpi_release(q);
	gcry_ctx_release(ctx);
	gcry_sexp_release(key);
	return r;
}

int key_generate(const char *name, struct key *ret, struct fault *f)
{
	struct key k = {.secret = true};
	if (hash_setup() < 0)
		return fault_set(f, ERR_CONFIG, "libgcrypt does not start");
	if (!path_is_name(view_of(name)))
		return fault_set(f, ERR_SYNTAX, "'%s' cannot name a key", name);
	snprintf(k.name, sizeof k.name, "%s", name);
	int r = sys_random(k.seed, sizeof k.seed);
	if (r == 0)
		r = derive_public(k.seed, k.public);
	if (r == 0)
		*ret = k;
	else
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

int key_parse(struct view text, struct key *ret, struct fault *f)
{
	struct key k = {.secret = false};
	struct buf bytes = BUF_INIT;
	unsigned char check[ED25519_PUBLIC];
	while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
		text.len--;
	const char *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
	struct view name = {text.ptr, colon ? (size_t)(colon - text.ptr) : 0};
	struct view rest = {colon ? colon + 1 : NULL, colon ? text.len - name.len - 1 : 0};
	int r = colon && path_is_name(name) ? base64_parse(rest, &bytes) : ERR_SYNTAX;
	if (r == 0 && bytes.len == ED25519_PUBLIC) {
		memcpy(k.public, bytes.ptr, ED25519_PUBLIC);
	} else if (r == 0 && bytes.len == ED25519_SEED + ED25519_PUBLIC) {
		memcpy(k.seed, bytes.ptr, ED25519_SEED);
		memcpy(k.public, bytes.ptr + ED25519_SEED, ED25519_PUBLIC);
		k.secret = true;
		if (hash_setup() < 0 || derive_public(k.seed, check) < 0 ||
		    memcmp(check, k.public, sizeof check) != 0)
			r = ERR_SIGNATURE;
	} else if (r == 0) {
		r = ERR_SYNTAX;
	}
	if (bytes.ptr)
		explicit_bzero(bytes.ptr, bytes.len);
	buf_release(&bytes);
	if (r < 0)
		return fault_set(f, r, "not a key: NAME:BASE64 is wanted");
	snprintf(k.name, sizeof k.name, "%.*s", (int)name.len, name.ptr);
	*ret = k;
	key_release(&k);
	return 0;
}

/* Makes the S-expression of MESSAGE that EdDSA takes. */
static gcry_sexp_t message_sexp(struct view message)
{
	gcry_sexp_t data = NULL;
	if (message.len > ED25519_MESSAGE_MAX)
		return NULL;
	if (gcry_sexp_build(&data, NULL, "(data (flags eddsa) (hash-algo sha512) (value %b))",
			    (int)message.len, message.len ? message.ptr : "") != 0)
		return NULL;
	return data;
}

/* Copies the 32-byte part NAME of the signature SEXP. */
static bool copy_part(gcry_sexp_t sig, const char *name, unsigned char *ret)
{
	gcry_sexp_t part = gcry_sexp_find_token(sig, name, 0);
	size_t n = 0;
	const char *bytes = part ? gcry_sexp_nth_data(part, 1, &n) : NULL;
	bool ok = bytes && n == 32;
	if (ok)
		memcpy(ret, bytes, 32);
	gcry_sexp_release(part);
	return ok;
}

int key_sign(const struct key *k, struct view message, unsigned char ret[ED25519_SIGNATURE])
{
	gcry_sexp_t key = NULL, sig = NULL;
	gcry_sexp_t data = hash_setup() < 0 ? NULL : message_sexp(message);
	int r = ERR_SIGNATURE;
	if (data && k->secret &&
	    gcry_sexp_build(&key, NULL,
			    "(private-key (ecc (curve Ed25519) (flags eddsa) (q %b) (d %b)))",
			    ED25519_PUBLIC, k->public, ED25519_SEED, k->seed) == 0 &&
	    gcry_pk_sign(&sig, data, key) == 0 && copy_part(sig, "r", ret) &&
	    copy_part(sig, "s", ret + 32))
		r = 0;
	gcry_sexp_release(key);
	gcry_sexp_release(sig);
	gcry_sexp_release(data);
	return r;
}

int key_verify(const struct key *k, struct view message, struct view signature)
{
	gcry_sexp_t key = NULL, sig = NULL, data = NULL;
	int r = ERR_SIGNATURE;
	if (signature.len == ED25519_SIGNATURE && hash_setup() == 0 &&
	    (data = message_sexp(message)) != NULL &&
	    gcry_sexp_build(&key, NULL,
			    "(public-key (ecc (curve Ed25519) (flags eddsa) (q %b)))",
			    ED25519_PUBLIC, k->public) == 0 &&
	    gcry_sexp_build(&sig, NULL, "(sig-val (eddsa (r %b) (s %b)))", 32, signature.ptr,
			    32, signature.ptr + 32) == 0 &&
	    gcry_pk_verify(sig, data, key) == 0)
		r = 0;
	gcry_sexp_release(key);
	gcry_sexp_release(sig);
	gcry_sexp_release(data);
	return r;
}
