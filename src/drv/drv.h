/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DRV_DRV_H
#define DRV_DRV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/view.h"
#include "hash/digest.h"

/*
 * A derivation: a recipe evaluated to plain data. Its id is the SHA-256 of its canonical JSON (RFC
 * 8785). All pointers live in the arena of whoever made it; values are never changed afterwards.
 *
 * The JSON of a derivation (of an action, where it differs), members sorted as RFC 8785 asks:
 *
 *     { "dirs":    [ PATH, … ] or absent                        sorted; made in the output first
 *       "env":     { NAME: VALUE, … },
 *       "inputs":  [ { "as": NAME, "drv": HEX }, … ]              sorted by "as"
 *                  (action: { "as": NAME, "object": HEX } for each input and each runtime input
 *                  that comes along with one)
 *       "name":    NAME-VERSION,
 *       "schema":  1,
 *       "script":  { "file": NAME, "shell": NAME } or absent,
 *       "sources": [ { "as": NAME, "nested": PATH, "pin": "sha256:HEX" | "nar:HEX" |
 *                  "git:HEX40", "unpack": BOOL } ]   sorted by "as", "nested" absent when NULL
 *                  (action: { "as": NAME, "object": HEX })
 *       "steps":   [ { "argv": [ … ], "dir": PATH, "env": { … }, "stdin": PATH, "stdout": PATH } ]
 *                  optional members absent when empty; [] beside a script
 *       "strict_network": true, or absent
 *       "system":  "i686-linux",
 *       "type":    "derivation" ("action") }
 *
 * Where a source can be had (URIs), limits, and everything a person reads (summary, homepage,
 * licence, pre-generated files) stays outside the JSON, so it does not enter the id.
 */
enum { DRV_SCHEMA = 1 };

/* NAME=VALUE. */
struct drv_env {
	const char *name;
	const char *value;
};

/* How a source is pinned, which is also how its bytes are checked. */
enum drv_pin {
	DRV_PIN_SHA256, /* of the file's bytes */
	DRV_PIN_NAR,    /* of the NAR of a file or folder of the repository */
	DRV_PIN_GIT,    /* a commit id, 40 hex digits */
};

/* A source of a derivation. */
struct drv_source {
	const char *as;     /* its path component below the build folder */
	enum drv_pin pin;   /* what hash or commit means */
	struct digest hash; /* for DRV_PIN_SHA256 and DRV_PIN_NAR */
	const char *commit; /* for DRV_PIN_GIT: 40 hex digits */
	bool unpack;        /* an archive, used as the tree it holds */
	const char *nested; /* path of an archive inside the archive to use instead, or NULL */
	const char *path;   /* outside the id: DRV_PIN_NAR: absolute path in the repository */
	const char
	    *text; /* outside the id: DRV_PIN_NAR: the file's content, when it has no path */
	size_t text_len;   /* bytes in text */
	const char **uris; /* outside the id: where it can be had, tried in this order */
	size_t nuris;
	uint64_t size_max;     /* outside the id: refuse more bytes than this; 0 = default */
	uint64_t unpacked_max; /* outside the id: refuse to unpack to more bytes; 0 = default */
};

/* An input of a derivation. */
struct drv_input {
	const char *as;        /* stands at /opt/boot-hurd/AS */
	const struct drv *drv; /* what it is */
};

/* One command. No shell is involved. */
struct drv_step {
	const char **argv; /* argc strings and a NULL; argv[0] is looked up in PATH */
	size_t argc;       /* at least 1 */
	const char *dir;   /* clean path below the build folder, "" for the build folder */
	const char *in; /* file that is its standard input, or "": clean and relative to dir, or
			       below INSIDE_PREFIX */
	const char *out; /* file that takes its standard output, or "": clean and relative to
			       dir, or below the output */
	struct drv_env *env;
	size_t nenv;
};

/* What a build may use. 0 means the engine's default. Outside the id. */
struct drv_limits {
	uint64_t time_s;    /* seconds of wall time */
	uint64_t silence_s; /* seconds without a byte of output */
	uint64_t memory;    /* bytes */
	uint64_t processes; /* at one time */
	uint64_t output;    /* bytes of the output tree */
	uint64_t build;     /* bytes of the build folder */
	uint64_t log;       /* bytes of the log */
};

/* What a person reads of it. Outside the id. Pointers may be NULL. */
struct drv_meta {
	const char *pname; /* recipe name without version */
	const char *version;
	const char *summary, *homepage, *license;
	const char **pregenerated; /* generated files of its sources taken on trust */
	size_t npregenerated;
	const char **unused; /* generated files of its sources that the build does not use */
	size_t nunused;
	const char
	    *part; /* what several roots of trust make, which must come out the same, or NULL */
	const char
	    *root; /* the root that this recipe's way to it starts from; set when part is */
	const char *file; /* recipe file, as shown to people */
	int line;         /* of the recipe in it */
};

struct drv {
	struct digest id;         /* SHA-256 of the canonical JSON */
	const char *name;         /* NAME-VERSION; also its output's name */
	const char *system;       /* "i686-linux" or "x86_64-linux" */
	struct drv_input *inputs; /* sorted by as */
	size_t ninputs;
	struct drv_source *sources; /* sorted by as */
	size_t nsources;
	struct drv_env *env; /* sorted by name */
	size_t nenv;
	const char **dirs; /* clean paths made in the output before the first step; sorted */
	size_t ndirs;
	struct drv_step *steps; /* empty when script is set */
	size_t nsteps;
	const char *script;  /* a source's path to run under shell, or NULL */
	const char *shell;   /* as-name of the input whose bin/sh runs script, or NULL */
	bool strict_network; /* the build fails when it reaches for an address outside */
	struct drv_limits limits;
	struct drv_meta meta;
};

/* Adds the canonical JSON of D to RET; inputs are named by their ids, which must be set. */
int drv_json(const struct drv *d, struct buf *ret);

/* Sets D->id. Inputs' ids must be set; inputs and sources must be sorted. 0 or -ENOMEM. */
int drv_set_id(struct drv *d);

/*
 * Checks what every derivation must keep to, wherever it came from: names, clean paths, sorted
 * lists without doubles, text in UTF-8, steps or a script (not both), a script that lies in a
 * source and a shell that is an input, no input under the output's own name, no environment
 * variable that the engine sets. ERR_SYNTAX, with the cause.
 */
int drv_check(const struct drv *d, struct fault *f);

/* Sorts the lists of D (inputs, sources, environments, dirs) as the JSON wants them. */
void drv_sort(struct drv *d);

/*
 * Where derivations stand in a list. A derivation is told by its address: nothing is written to it, so
 * several threads may look at the same ones.
 */
struct drv_place {
	const struct drv *drv; /* NULL: the slot is free */
	size_t at;             /* in the list */
};
struct drv_places {
	struct drv_place *slots; /* owned */
	size_t nslots;           /* a power of two, or 0 */
	size_t n;                /* how long the list is */
};
#define DRV_PLACES_INIT \
	{ \
		NULL, 0, 0 \
	}
/* Learns the list of the N derivations NODES. 0 or -ENOMEM; either way P is to be released. */
int drv_places_init(struct drv_places *p, const struct drv *const *nodes, size_t n);
/* Adds D behind the last one. What stands in the list twice keeps its first place. 0 or -ENOMEM. */
int drv_places_add(struct drv_places *p, const struct drv *d);
/* Returns where D stands, or P->n when it is not in the list. */
size_t drv_place(const struct drv_places *p, const struct drv *d);
void drv_places_release(struct drv_places *p);

/* Returns whether the engine sets the environment variable NAME itself. */
bool drv_env_reserved(const char *name);

/* Returns whether NAME may name an environment variable: a C identifier. */
bool drv_env_name_ok(const char *name);

/*
 * Reads a derivation from JSON (as drv_json writes; other spellings of the same value are accepted
 * but the id is that of the canonical form). Inputs are looked up through FIND, which returns NULL
 * for unknown ids (then ERR_MISSING). Everything is allocated in A.
 */
int drv_parse(struct arena *a, struct view json,
	      const struct drv *(*find)(void *ctx, const struct digest *id), void *ctx,
	      struct drv **ret, struct fault *f);

/*
 * Lists the derivations reachable from the N roots, each once, inputs before users (a topological
 * order that does not depend on addresses). RET is malloc'd, the caller frees it; its elements
 * point to the originals. ERR_SYNTAX when there is a cycle, naming it.
 */
int drv_closure(const struct drv *const *roots, size_t n, const struct drv ***ret,
		size_t *ret_n, struct fault *f);

/* An input of an action: what is really there. */
struct action_input {
	const char *as;       /* stands at /opt/boot-hurd/AS */
	struct digest object; /* NAR hash */
};

/* A derivation resolved. */
struct action {
	struct digest id;            /* SHA-256 of the canonical JSON */
	const struct drv *drv;       /* what it resolves */
	struct action_input *inputs; /* direct and runtime inputs, sorted by as */
	size_t ninputs;
	struct action_input *sources; /* as drv->sources, by content */
	size_t nsources;
};

/*
 * Adds INPUT to the N inputs of A (room for one more is the caller's care), in order. An input of
 * the same name and object is not an error and not added twice; the same name with another object is
 * ERR_EXISTS, naming both.
 */
int action_add_input(struct action *a, struct action_input input, struct fault *f);
/* Adds the canonical JSON of A to RET. */
int action_json(const struct action *a, struct buf *ret);
/* Sets A->id. 0 or -ENOMEM. */
int action_set_id(struct action *a);

#endif
