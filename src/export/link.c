/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/link.h"

#include <stdio.h>

#include "hash/sha256.h"
#include "json/write.h"

/* All members stand in the order of canonical JSON. */

/* Sets RET to the name of K there, KEY. 0 or -ENOMEM. */
static int name_key(const struct key *k, char ret[DIGEST_HEX + 1])
{
	struct buf b = BUF_INIT;
	struct digest d;
	json_open(&b, NULL);
	json_open_array(&b, "keyid_hash_algorithms");
	json_put(&b, NULL, "sha256");
	json_put(&b, NULL, "sha512");
	json_close_array(&b);
	json_put(&b, "keytype", "ed25519");
	json_open(&b, "keyval");
	json_put_hex(&b, "public", k->public, ED25519_PUBLIC);
	json_close(&b);
	json_put(&b, "scheme", "ed25519");
	json_close(&b);
	sha256_view(buf_view(&b), &d);
	digest_hex(&d, ret);
	int r = buf_failed(&b);
	buf_release(&b);
	return r;
}

/* Adds the member NAME: the hash D of the file or document PATH. */
static void put_artifact(struct buf *b, const char *name, const char *path,
			 const struct digest *d)
{
	json_open(b, name);
	json_open(b, path);
	json_put_hex(b, "sha256", d->b, DIGEST_LEN);
	json_close(b);
	json_close(b);
}

/* Adds what is signed. */
static void add_signed(struct buf *b, const char *file, const struct digest *sha256,
		       const struct digest *action)
{
	char hex[DIGEST_HEX + 1], material[sizeof "actions/.json" + DIGEST_HEX];
	struct buf name = BUF_INIT;
	digest_hex(action, hex);
	snprintf(material, sizeof material, "actions/%s.json", hex);
	buf_addf(&name, "rebuild %s", file);
	json_open(b, NULL);
	json_put(b, "_type", "link");
	json_open(b, "byproducts");
	json_close(b);
	json_open_array(b, "command");
	json_close_array(b);
	json_open(b, "environment");
	json_close(b);
	put_artifact(b, "materials", material, action);
	json_put_string(b, "name", buf_view(&name));
	put_artifact(b, "products", file, sha256);
	json_close(b);
	if (buf_failed(&name) < 0)
		b->failed = 1;
	buf_release(&name);
}

int link_write(const struct key *k, const char *file, const struct digest *sha256,
	       const struct digest *action, struct buf *ret, struct fault *f)
{
	unsigned char sig[ED25519_SIGNATURE];
	char id[DIGEST_HEX + 1];
	struct buf text = BUF_INIT;
	add_signed(&text, file, sha256, action);
	int r = buf_failed(&text);
	if (r == 0)
		r = name_key(k, id);
	if (r == 0)
		r = key_sign(k, buf_view(&text), sig);
	if (r == 0) {
		json_open(ret, NULL);
		json_open_array(ret, "signatures");
		json_open(ret, NULL);
		json_put(ret, "keyid", id);
		json_put_hex(ret, "sig", sig, sizeof sig);
		json_close(ret);
		json_close_array(ret);
		json_put_json(ret, "signed", buf_view(&text));
		json_close(ret);
		r = buf_failed(ret);
	}
	buf_release(&text);
	return r < 0 ? fault_set(f, r, "cannot sign what %s came from with the key %s:", file,
				 k->name)
		     : 0;
}

void link_add_pem(const struct key *k, struct buf *ret)
{
	/* SubjectPublicKeyInfo (RFC 5280): the algorithm 1.3.101.112 with NULL, then the 32 bytes. */
	static const unsigned char head[] = {0x30, 0x2c, 0x30, 0x07, 0x06, 0x03, 0x2b,
					     0x65, 0x70, 0x05, 0x00, 0x03, 0x21, 0x00};
	struct buf der = BUF_INIT;
	buf_add(&der, head, sizeof head);
	buf_add(&der, k->public, ED25519_PUBLIC);
	buf_adds(ret, "-----BEGIN PUBLIC KEY-----\n");
	base64_add(ret, buf_view(&der));
	buf_adds(ret, "\n-----END PUBLIC KEY-----\n");
	buf_release(&der);
}
