/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * Errors. A function that can fail returns 0 (or a count) on success and a negative code on
 * failure: either a negated errno value, or one of the ERR_ codes below, which start above every
 * errno. What a person needs to read (file, recipe, step, cause, what to do) travels beside the
 * code in a struct fault that the caller owns; nothing below cmd/ and daemon/ prints.
 */
enum err {
	ERR_BASE = -4096,   /* no code: the first free value */
	ERR_SYNTAX = -4097, /* text or bytes from outside do not follow their format */
	ERR_LIMIT = -4098,  /* input is larger, deeper or slower than its limit allows */
	ERR_HASH = -4099,   /* bytes do not have the hash they were pinned to */
	ERR_UNSAFE =
	    -4100, /* an archive or a name tries to leave its folder, or holds a device */
	ERR_MISSING = -4101, /* a named thing (object, recipe, root, source) does not exist */
	ERR_EXISTS = -4102,  /* a named thing exists already and differs */
	ERR_CORRUPT = -4103, /* the store or its database holds something that it should not */
	ERR_BUILD = -4104,   /* a step of a build failed, or broke a rule of the sandbox */
	ERR_NET = -4105,     /* no server gave the bytes asked for */
	ERR_OFFLINE = -4106, /* the network would be needed, and --offline was given */
	ERR_SIGNATURE = -4107, /* a signature is missing, false, or by an unknown key */
	ERR_CONFIG = -4108,    /* this machine or its configuration lacks something */
	ERR_DATABASE = -4109,  /* SQLite failed for a reason other than a busy writer */
	ERR_CANCELLED = -4110, /* stopped on request (a signal, or a failure elsewhere) */
	ERR_USAGE = -4111,     /* the command line cannot be carried out as written */
};

enum { FAULT_WHAT_MAX = 2048, FAULT_HINT_MAX = 512 };

/* What went wrong, in words. Start with FAULT_INIT; nothing in it needs freeing. */
struct fault {
	int code;                  /* the negative code that was returned, 0 if none was set */
	char what[FAULT_WHAT_MAX]; /* one sentence without a final stop, context first */
	char hint[FAULT_HINT_MAX]; /* what to do about it, or empty */
};

#define FAULT_INIT \
	{ \
		0, "", "" \
	}

/* Returns a fixed text for CODE (an ERR_ code or a negated errno). Never fails. */
const char *err_str(int code);

/*
 * Sets F (which may be NULL) to CODE and the formatted text. Returns CODE, so that callers can
 * write `return fault_set(f, ERR_SYNTAX, "…")`. A text that ends in ':' gets err_str(CODE)
 * appended. An earlier text is replaced, its hint dropped.
 */
#ifdef __clang_analyzer__
/* What the analyser could not know: the code comes back as it was given, and it is negative. */
static inline int fault_set(struct fault *f, int code, const char *fmt, ...)
{
	(void)f;
	(void)fmt;
	if (code >= 0)
		__builtin_unreachable();
	return code;
}
#else
int fault_set(struct fault *f, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
#endif

/* Puts formatted context and ": " in front of the text of F. Returns F's code (0 for NULL). */
int fault_wrap(struct fault *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sets the hint of F: what a person can do. Returns F's code (0 for NULL). */
int fault_hint(struct fault *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
