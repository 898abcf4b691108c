/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "attest/dsse.h"
#include "attest/statement.h"
#include "json/value.h"

/* Reads the time V, RFC 3339 in UTC to the second. 0 when there is none, or none that our clocks reach. */
static int64_t time_of(const struct json_value *v)
{
	struct view text = json_text(v);
	struct tm tm = {0};
	char copy[32];
	if (!text.ptr || text.len >= sizeof copy)
		return 0;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	const char *end = strptime(copy, "%Y-%m-%dT%H:%M:%SZ", &tm);
	time_t t = end && !*end ? timegm(&tm) : -1;
	return t > 0 && t <= INT64_MAX / 1000000000 ? (int64_t)t * 1000000000 : 0;
}

/* Reads member NAME of the digests of the only subject. */
static int subject_digest(const struct json_value *root, const char *name, struct digest *ret)
{
	const struct json_value *subjects = json_member(root, "subject");
	if (json_count(subjects) != 1)
		return ERR_SYNTAX;
	const struct json_value *d = json_member(json_item(subjects, 0), "digest");
	return digest_parse_hex(json_text(json_member(d, name)), ret);
}

static int read_success(const struct json_value *root, struct answer *a, struct digest *action)
{
	const struct json_value *meta =
	    json_member(json_member(json_member(root, "predicate"), "runDetails"), "metadata");
	int r = digest_parse_hex(json_text(json_member(meta, "invocationId")), action);
	if (r == 0)
		r = subject_digest(root, STATEMENT_NAR, &a->object);
	a->started_ns = time_of(json_member(meta, "startedOn"));
	a->ended_ns = time_of(json_member(meta, "finishedOn"));
	if (a->ended_ns < a->started_ns)
		a->ended_ns = a->started_ns;
	return r;
}

static int read_failure(const struct json_value *root, struct answer *a, struct digest *action)
{
	const struct json_value *p = json_member(root, "predicate");
	a->failed = true;
	a->ended_ns = time_of(json_member(p, "finishedOn"));
	a->started_ns = a->ended_ns;
	if (!view_is(json_text(json_member(p, "result")), "FAILED"))
		return ERR_SYNTAX;
	return subject_digest(root, "sha256", action);
}

int answer_read(struct view envelope, const struct key *keys, size_t n,
		const struct digest *action, struct answer *ret, struct fault *f)
{
	struct buf payload = BUF_INIT;
	struct json_document *doc = NULL;
	struct answer a = {.failed = false};
	struct digest about;
	size_t which = 0;
	int r = dsse_open(envelope, DSSE_IN_TOTO, keys, n, &payload, &which, f);
	if (r == 0)
		r = json_document_parse_wide(buf_view(&payload), &doc, f);
	const struct json_value *root = r == 0 ? json_document_root(doc) : NULL;
	if (r == 0)
		r = statement_check(root, f);
	if (r == 0) {
		struct view type = json_text(json_member(root, "predicateType"));
		if (view_is(type, "https://slsa.dev/provenance/v1"))
			r = read_success(root, &a, &about);
		else if (view_is(type, "https://in-toto.io/attestation/test-result/v0.1"))
			r = read_failure(root, &a, &about);
		else
			r = ERR_SYNTAX;
		if (r < 0)
			fault_set(f, r, "it is not an answer to an action");
	}
	if (r == 0 && !digest_eq(&about, action))
		r = fault_set(f, ERR_HASH, "it is about another action");
	if (r == 0) {
		key_id(&keys[which], a.key);
		snprintf(a.name, sizeof a.name, "%s", keys[which].name);
		*ret = a;
	}
	json_document_free(doc);
	buf_release(&payload);
	return r;
}
