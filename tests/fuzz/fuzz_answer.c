/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs bytes and reads them as what a node answers; and as answers in JSON that are looked through. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attest/dsse.h"
#include "engine/answer.h"
#include "hash/sha256.h"
#include "json/value.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct key key;

static void try_answer(struct view in)
{
	static const struct digest action = {{1}};
	struct buf envelope = BUF_INIT;
	struct fault f = FAULT_INIT;
	struct answer a;
	if (!key.secret)
		must(hash_setup(NULL) == 0 && key_generate("fuzz", &key, NULL) == 0);
	must(dsse_sign(&key, DSSE_IN_TOTO, in, &envelope, NULL) == 0);
	if (answer_read(buf_view(&envelope), &key, 1, &action, &a, &f) == 0)
		must(strcmp(a.name, "fuzz") == 0 && a.started_ns <= a.ended_ns);
	else
		must(f.what[0] != 0);
	buf_release(&envelope);
}

static void look(const struct json_value *v);

static int look_at(void *ctx, const char *name, const struct json_value *v)
{
	(void)ctx;
	must(name != NULL);
	look(v);
	return 0;
}

static void look(const struct json_value *v)
{
	uint64_t n;
	bool flag;
	struct view text = json_text(v);
	must(text.len == 0 || text.ptr);
	if (json_whole(v, &n) == 0)
		must(n <= UINT64_C(1) << 53);
	json_flag(v, &flag);
	must(!json_is_an_object(v) || !json_is_an_array(v));
	for (size_t i = 0; i < json_count(v); i++)
		look(json_item(v, i));
	json_each(v, look_at, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view in = {(const char *)data, size};
	struct json_document *doc = NULL;
	struct fault f = FAULT_INIT;
	try_answer(in);
	if (json_document_parse(in, &doc, &f) == 0)
		look(json_document_root(doc));
	else
		must(f.what[0] != 0);
	json_document_free(doc);
	return 0;
}
