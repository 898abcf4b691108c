/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/narinfo.h"

#include <errno.h>
#include <string.h>

#include "hash/sha256.h"

int narinfo_path_hash(const struct narinfo *n, char ret[NARINFO_PATH_HASH + 1])
{
	enum { SHORT = 20 };
	char hex[DIGEST_HEX + 1];
	unsigned char folded[SHORT] = {0};
	struct digest d = {{0}};
	struct buf b = BUF_INIT;
	digest_hex(&n->nar, hex);
	buf_addf(&b, "source:sha256:%s:" NARINFO_STORE ":%s", hex, n->name);
	int r = buf_failed(&b);
	if (r == 0)
		sha256_view((struct view){b.ptr, b.len}, &d);
	buf_release(&b);
	if (r < 0)
		return r;
	for (size_t i = 0; i < DIGEST_LEN; i++)
		folded[i % SHORT] ^= d.b[i];
	nix32_write(folded, SHORT, ret);
	return 0;
}

int narinfo_set_name(struct narinfo *n, struct view name)
{
	if (name.len == 0 || name.len > NARINFO_NAME_MAX || name.ptr[0] == '.')
		return ERR_SYNTAX;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && (c == 0 || !strchr("+-._?=", c)))
			return ERR_SYNTAX;
	}
	memcpy(n->name, name.ptr, name.len);
	n->name[name.len] = 0;
	return 0;
}

/* Adds what is signed. */
static int fingerprint(const struct narinfo *n, struct buf *ret)
{
	char path[NARINFO_PATH_HASH + 1], nar[DIGEST_NIX32 + 1];
	int r = narinfo_path_hash(n, path);
	if (r < 0)
		return r;
	digest_nix32(&n->nar, nar);
	buf_addf(ret, "1;" NARINFO_STORE "/%s-%s;sha256:%s;%llu;", path, n->name, nar,
		 (unsigned long long)n->nar_size);
	return buf_failed(ret);
}

int narinfo_sign(struct narinfo *n, const struct key *k, struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = fingerprint(n, &b);
	if (r == 0)
		r = key_sign(k, buf_view(&b), n->sig);
	if (r == 0) {
		memcpy(n->signer, k->name, sizeof n->signer);
		n->has_sig = true;
	} else {
		fault_set(f, r, "cannot sign the description of %s:", n->name);
	}
	buf_release(&b);
	return r;
}

int narinfo_verify(const struct narinfo *n, const struct key *k)
{
	struct buf b = BUF_INIT;
	struct view sig = {(const char *)n->sig, sizeof n->sig};
	if (!n->has_sig || strcmp(n->signer, k->name) != 0)
		return ERR_SIGNATURE;
	int r = fingerprint(n, &b);
	if (r == 0)
		r = key_verify(k, buf_view(&b), sig);
	buf_release(&b);
	return r;
}

int narinfo_write(const struct narinfo *n, struct buf *ret)
{
	char path[NARINFO_PATH_HASH + 1], nar[DIGEST_NIX32 + 1], file[DIGEST_NIX32 + 1];
	int r = narinfo_path_hash(n, path);
	if (r < 0)
		return r;
	digest_nix32(&n->nar, nar);
	digest_nix32(&n->file, file);
	buf_addf(ret,
		 "StorePath: " NARINFO_STORE "/%s-%s\n"
		 "URL: nar/%s.nar.zst\n"
		 "Compression: zstd\n"
		 "FileHash: sha256:%s\n"
		 "FileSize: %llu\n"
		 "NarHash: sha256:%s\n"
		 "NarSize: %llu\n"
		 "References: \n",
		 path, n->name, nar, file, (unsigned long long)n->file_size, nar,
		 (unsigned long long)n->nar_size);
	if (n->has_sig) {
		buf_addf(ret, "Sig: %s:", n->signer);
		base64_add(ret, (struct view){(const char *)n->sig, sizeof n->sig});
		buf_addc(ret, '\n');
	}
	buf_addf(ret, "CA: fixed:r:sha256:%s\n", nar);
	return buf_failed(ret);
}

/* The lines of a narinfo. */
enum field {
	F_STORE_PATH,
	F_URL,
	F_COMPRESSION,
	F_FILE_HASH,
	F_FILE_SIZE,
	F_NAR_HASH,
	F_NAR_SIZE,
	F_REFERENCES,
	F_SIG,
	F_CA,
	F_COUNT
};
static const char *const FIELDS[F_COUNT] = {"StorePath", "URL",     "Compression", "FileHash",
					    "FileSize",  "NarHash", "NarSize",     "References",
					    "Sig",       "CA"};

/* Reads "sha256:" and exactly 52 digits. */
static bool read_hash(struct view v, struct digest *ret)
{
	return view_skip(&v, "sha256:") && v.len == DIGEST_NIX32 && digest_parse(v, ret) == 0;
}

static bool read_sig(struct view v, struct narinfo *ret)
{
	struct buf b = BUF_INIT;
	const char *colon = v.len ? memchr(v.ptr, ':', v.len) : NULL;
	size_t name = colon ? (size_t)(colon - v.ptr) : 0;
	if (name == 0 || name > KEY_NAME_MAX || memchr(v.ptr, 0, name))
		return false;
	bool good = base64_parse((struct view){colon + 1, v.len - name - 1}, &b) == 0 &&
		    b.len == sizeof ret->sig;
	if (good) {
		memcpy(ret->signer, v.ptr, name);
		ret->signer[name] = 0;
		memcpy(ret->sig, b.ptr, b.len);
		ret->has_sig = true;
	}
	buf_release(&b);
	return good;
}

/* Splits TEXT into its fields' values. Returns whether each line is known and there once. */
static bool split(struct view text, struct view values[F_COUNT], const char **ret_bad)
{
	while (text.len) {
		struct view line;
		size_t which;
		*ret_bad = "a line without an end";
		if (!view_line(&text, &line))
			return false;
		for (which = 0; which < F_COUNT; which++) {
			struct view v = line;
			if (view_skip(&v, FIELDS[which]) && view_skip(&v, ": ")) {
				line = v;
				break;
			}
		}
		*ret_bad = "a line that is not known";
		if (which == F_COUNT)
			return false;
		*ret_bad = "a line twice";
		if (values[which].ptr)
			return false;
		values[which] = line;
	}
	return true;
}

/* Reads StorePath into N's name; RET_HASH is the part before it. */
static bool read_path(struct view v, struct narinfo *n, struct view *ret_hash)
{
	if (!view_skip(&v, NARINFO_STORE "/") || v.len <= NARINFO_PATH_HASH + 1)
		return false;
	*ret_hash = (struct view){v.ptr, NARINFO_PATH_HASH};
	v.ptr += NARINFO_PATH_HASH;
	v.len -= NARINFO_PATH_HASH;
	return view_skip(&v, "-") && narinfo_set_name(n, v) == 0;
}

/* Reads the values. Returns NULL, or the name of the field that is wrong. */
static const char *read_values(const struct view *v, struct narinfo *n)
{
	char hash[NARINFO_PATH_HASH + 1], nar[DIGEST_NIX32 + 1];
	struct view path, url = v[F_URL], ca = v[F_CA];
	struct digest again;
	for (size_t i = 0; i < F_COUNT; i++)
		if (i != F_SIG && !v[i].ptr)
			return FIELDS[i];
	if (!read_hash(v[F_NAR_HASH], &n->nar))
		return FIELDS[F_NAR_HASH];
	if (!read_hash(v[F_FILE_HASH], &n->file))
		return FIELDS[F_FILE_HASH];
	if (!view_number(v[F_NAR_SIZE], &n->nar_size))
		return FIELDS[F_NAR_SIZE];
	if (!view_number(v[F_FILE_SIZE], &n->file_size))
		return FIELDS[F_FILE_SIZE];
	if (!view_is(v[F_COMPRESSION], "zstd"))
		return FIELDS[F_COMPRESSION];
	if (v[F_REFERENCES].len)
		return FIELDS[F_REFERENCES];
	digest_nix32(&n->nar, nar);
	if (!view_skip(&url, "nar/") || !view_skip(&url, nar) || !view_is(url, ".nar.zst"))
		return FIELDS[F_URL];
	if (!view_skip(&ca, "fixed:r:") || !read_hash(ca, &again) ||
	    !digest_eq(&again, &n->nar))
		return FIELDS[F_CA];
	if (!read_path(v[F_STORE_PATH], n, &path) || narinfo_path_hash(n, hash) < 0 ||
	    !view_is(path, hash))
		return FIELDS[F_STORE_PATH];
	if (v[F_SIG].ptr && !read_sig(v[F_SIG], n))
		return FIELDS[F_SIG];
	return NULL;
}

int narinfo_parse(struct view text, struct narinfo *ret, struct fault *f)
{
	struct view values[F_COUNT] = {{NULL, 0}};
	struct narinfo n = {0};
	const char *bad = NULL;
	if (text.len > NARINFO_MAX)
		return fault_set(f, ERR_LIMIT, "narinfo: more than %d bytes", NARINFO_MAX);
	if (!split(text, values, &bad))
		return fault_set(f, ERR_SYNTAX, "narinfo: %s", bad);
	bad = read_values(values, &n);
	if (bad)
		return fault_set(f, ERR_SYNTAX, "narinfo: %s is missing or wrong", bad);
	*ret = n;
	return 0;
}
