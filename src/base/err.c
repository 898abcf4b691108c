/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *err_str(int code)
{
	switch (code) {
	case ERR_SYNTAX:
		return "malformed input";
	case ERR_LIMIT:
		return "over its limit";
	case ERR_HASH:
		return "hash mismatch";
	case ERR_UNSAFE:
		return "unsafe content";
	case ERR_MISSING:
		return "not found";
	case ERR_EXISTS:
		return "exists already";
	case ERR_CORRUPT:
		return "store is damaged";
	case ERR_BUILD:
		return "build failed";
	case ERR_NET:
		return "download failed";
	case ERR_OFFLINE:
		return "needs the network, and --offline was given";
	case ERR_SIGNATURE:
		return "signature does not hold";
	case ERR_CONFIG:
		return "this machine lacks something";
	case ERR_DATABASE:
		return "database error";
	case ERR_CANCELLED:
		return "stopped";
	case ERR_USAGE:
		return "bad command line";
	default:
		return strerror(code < 0 ? -code : code);
	}
}

#ifndef __clang_analyzer__
int fault_set(struct fault *f, int code, const char *fmt, ...)
{
	if (!f)
		return code;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof f->what, fmt, ap);
	va_end(ap);
	size_t n = strlen(f->what);
	if (n && f->what[n - 1] == ':')
		snprintf(f->what + n, sizeof f->what - n, " %s", err_str(code));
	f->code = code;
	f->hint[0] = '\0';
	return code;
}
#endif

int fault_wrap(struct fault *f, const char *fmt, ...)
{
	if (!f)
		return 0;
	char inner[FAULT_WHAT_MAX];
	memcpy(inner, f->what, sizeof inner);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof f->what, fmt, ap);
	va_end(ap);
	size_t n = strlen(f->what);
	snprintf(f->what + n, sizeof f->what - n, ": %s", inner);
	return f->code;
}

int fault_hint(struct fault *f, const char *fmt, ...)
{
	if (!f)
		return 0;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(f->hint, sizeof f->hint, fmt, ap);
	va_end(ap);
	return f->code;
}
