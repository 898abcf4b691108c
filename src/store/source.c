/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "json/json.h"
#include "json/write.h"

/* ---- pins of sources ---- */

int pin_json(struct store *s, const char *pin, const char *uri, const struct digest *hash,
	     struct buf *ret, struct fault *f)
{
	struct store_object o;
	char added[24];
	int r = store_object(s, hash, &o);
	if (r < 0)
		return fault_set(f, r, "cannot register source %s: its object:", pin);
	if (!json_is_text(view_of(pin)) || !json_is_text(view_of(uri)))
		return fault_set(f, ERR_SYNTAX, "cannot register source %s: not UTF-8", pin);
	snprintf(added, sizeof added, "%lld", (long long)o.added_ns);
	json_open(ret, NULL);
	json_put(ret, "added_ns", added);
	json_put_hex(ret, "object", hash->b, DIGEST_LEN);
	json_put(ret, "pin", pin);
	json_put_number(ret, "schema", 1);
	json_put(ret, "type", "source");
	json_put(ret, "uri", uri);
	json_close(ret);
	return buf_failed(ret) ? fault_set(f, -ENOMEM, "cannot register source %s:", pin) : 0;
}

int store_put_source(struct store *s, const char *pin, const char *uri,
		     const struct digest *hash, struct fault *f)
{
	struct buf json = BUF_INIT;
	FREE_PTR char *path = pin_path(s, pin);
	int r = path ? temproot_ensure(s, f)
		     : fault_set(f, -ENOMEM, "cannot register source %s:", pin);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r < 0)
		return r;
	r = pin_json(s, pin, uri, hash, &json, f);
	int was = r == 0 ? file_exists(path, f) : r;
	bool written = was >= 0;
	r = was < 0 ? was : 0;
	if (r == 0)
		r = statement_write(s, path, buf_view(&json), f);
	if (r == 0)
		r = db_run(s, f, Q_SOURCE_PUT, "ttd", pin, uri, hash);
	r = store_commit(s, r, f);
	if (r < 0 && path && written && was == 0 && unlink(path) < 0)
		s->unfinished = true;
	store_unlock_writer(s);
	buf_release(&json);
	return r;
}

int store_find_source(struct store *s, const char *pin, struct digest *ret)
{
	sqlite3_stmt *st = db_bind(s, Q_SOURCE_GET, "t", pin);
	int r = db_step(s, st, NULL);
	if (r <= 0)
		return r == 0 ? ERR_MISSING : r;
	db_digest(st, 0, ret);
	db_reset(st);
	return 0;
}
