/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/serial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/sys.h"

enum { DIGITS_MAX = 16 };

/* Reads the serial in the file PATH; 0 when there is none. */
static int read_serial(const char *path, uint64_t *ret, struct fault *f)
{
	struct buf b = BUF_INIT;
	int r = file_read_if_there(path, 64, &b, f);
	uint64_t n = 0;
	size_t digits = b.len ? b.len - 1 : 0;
	bool good = digits && digits <= DIGITS_MAX && b.ptr[digits] == '\n';
	for (size_t i = 0; good && i < digits; i++) {
		good = b.ptr[i] >= '0' && b.ptr[i] <= '9';
		n = n * 10 + (uint64_t)(b.ptr[i] - '0');
	}
	if (r == 0 && b.len && !good) {
		r = fault_set(f, ERR_SYNTAX, "%s is not the serial of a key", path);
		fault_hint(f, "without the file the next serial follows the clock");
	}
	buf_release(&b);
	if (r == 0)
		*ret = n;
	return r;
}

int serial_take(const char *state, const char *keyid, uint64_t old, uint64_t *ret,
		struct fault *f)
{
	FREE_PTR char *dir = path_join(state, "serials");
	FREE_PTR char *path = dir ? path_join(dir, keyid) : NULL;
	FREE_PTR char *guard = NULL;
	if (!path || asprintf(&guard, "%s.lock", path) < 0)
		return -ENOMEM;
	int r = file_mkdirs(dir, f);
	if (r < 0)
		return r;
	CLOSE_FD int lock = -1;
	uint64_t last = 0;
	r = lock_file(guard, 0644, true, &lock, f);
	if (r == 0)
		r = read_serial(path, &last, f);
	if (r < 0)
		return r;
	uint64_t next = last ? last + 1 : (uint64_t)(sys_now_ns() / 1000000000);
	if (next <= old)
		next = old + 1;
	char text[32];
	int n = snprintf(text, sizeof text, "%" PRIu64 "\n", next);
	r = file_write_atomic(path, text, (size_t)n, 0644, f);
	if (r == 0)
		*ret = next;
	return r;
}
