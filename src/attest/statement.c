/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attest/statement.h"

#include <string.h>

#include "json/write.h"

/* in-toto's digests by name. */
static const struct algorithm {
	const char *name;
	size_t digits; /* of hex; 0 = any even number */
	size_t longer; /* another length that it may have; 0 = none */
} ALGORITHMS[] = {
    {"sha256", 64, 0},     {"sha224", 56, 0},      {"sha384", 96, 0},    {"sha512", 128, 0},
    {"sha512_224", 56, 0}, {"sha512_256", 64, 0},  {"sha3_224", 56, 0},  {"sha3_256", 64, 0},
    {"sha3_384", 96, 0},   {"sha3_512", 128, 0},   {"shake128", 0, 0},   {"shake256", 0, 0},
    {"blake2b", 0, 0},     {"blake2s", 0, 0},      {"ripemd160", 40, 0}, {"sm3", 64, 0},
    {"gost", 64, 0},       {"sha1", 40, 0},        {"md5", 32, 0},       {"dirHash", 64, 0},
    {"dirHash1", 64, 0},   {"gitCommit", 40, 64},  {"gitTree", 40, 64},  {"gitBlob", 40, 64},
    {"gitTag", 40, 64},    {STATEMENT_NAR, 64, 0},
};

static bool is_hex(struct view v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!memchr("0123456789abcdef", v.ptr[i], 16))
			return false;
	return v.len && v.len % 2 == 0;
}

/* Where in a statement something is wrong. */
struct place {
	size_t subject; /* its number, from 1 */
	size_t digests; /* of it that were seen */
	struct fault *fault;
};

/* Checks the digest VALUE, whose algorithm is NAME. */
static int check_digest(void *ctx, const char *name, const struct json_value *value)
{
	struct place *at = ctx;
	struct view v = json_text(value);
	at->digests++;
	if (!v.len)
		return fault_set(at->fault, ERR_SYNTAX,
				 "subject %zu: its digest %.40s is not text", at->subject,
				 name);
	for (size_t i = 0; i < sizeof ALGORITHMS / sizeof *ALGORITHMS; i++) {
		const struct algorithm *a = &ALGORITHMS[i];
		if (strcmp(a->name, name) != 0)
			continue;
		if (!is_hex(v) || (a->digits && v.len != a->digits && v.len != a->longer))
			return fault_set(at->fault, ERR_SYNTAX,
					 "subject %zu: its digest %s is not %s lower-case hex "
					 "digits",
					 at->subject, name,
					 a->digits ? "the right number of"
						   : "an even number of");
	}
	return 0;
}

static int check_subject(const struct json_value *subject, size_t number, struct fault *f)
{
	const struct json_value *name = json_member(subject, "name");
	const struct json_value *digest = json_member(subject, "digest");
	struct place at = {number, 0, f};
	if (!json_is_an_object(subject))
		return fault_set(f, ERR_SYNTAX, "subject %zu is not an object", number);
	if (name && !json_text(name).ptr)
		return fault_set(f, ERR_SYNTAX, "subject %zu: its name is not text", number);
	if (!digest || !json_is_an_object(digest))
		return fault_set(f, ERR_SYNTAX, "subject %zu has no digest", number);
	int r = json_each(digest, check_digest, &at);
	if (r == 0 && at.digests == 0)
		r = fault_set(f, ERR_SYNTAX, "subject %zu has no digest", number);
	return r;
}

int statement_check(const struct json_value *root, struct fault *f)
{
	struct view type = json_text(json_member(root, "_type"));
	const struct json_value *predicate = json_member(root, "predicate");
	const struct json_value *subjects = json_member(root, "subject");
	if (!json_is_an_object(root))
		return fault_set(f, ERR_SYNTAX, "it is not an object");
	if (!type.ptr)
		return fault_set(f, ERR_SYNTAX, "it has no _type");
	if (!view_is(type, STATEMENT_TYPE) &&
	    !view_is(type, "https://in-toto.io/Statement/v0.1"))
		return fault_set(f, ERR_SYNTAX,
				 "its _type is not Statement/v1 or v0.1 of in-toto");
	if (!json_text(json_member(root, "predicateType")).len)
		return fault_set(f, ERR_SYNTAX, "it has no predicateType");
	if (predicate && !json_is_an_object(predicate))
		return fault_set(f, ERR_SYNTAX, "its predicate is not an object");
	if (!subjects || !json_is_an_array(subjects) || !json_count(subjects))
		return fault_set(f, ERR_SYNTAX, "it has no subject");
	int r = 0;
	for (size_t i = 0; r == 0 && i < json_count(subjects); i++)
		r = check_subject(json_item(subjects, i), i + 1, f);
	return r;
}

void statement_add_nar(struct buf *b, const struct digest *d)
{
	json_open(b, "digest");
	json_put_hex(b, STATEMENT_NAR, d->b, DIGEST_LEN);
	json_close(b);
}

void statement_add_sha256(struct buf *b, const struct digest *d)
{
	json_open(b, "digest");
	json_put_hex(b, "sha256", d->b, DIGEST_LEN);
	json_close(b);
}

void statement_open(struct buf *b)
{
	json_open(b, NULL);
	json_put(b, "_type", STATEMENT_TYPE);
	json_open(b, "predicate");
}
