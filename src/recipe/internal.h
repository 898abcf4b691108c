/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_INTERNAL_H
#define RECIPE_INTERNAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "drv/drv.h"
#include "recipe/recipe.h"
#include "recipe/stamp.h"

/* What the files of recipe/ share; those that need Lua include host.h. */

/*
 * Marks in strings that are replaced when the inputs are known. The byte 0xFF is in no UTF-8 text.
 *     MARK 'o' MARK          INSIDE_PREFIX "/" own name
 *     MARK 'i' NAME MARK     INSIDE_PREFIX "/" name under which input NAME stands
 */
#define MARK "\xFF"
enum { MARK_BYTE = 0xFF };

/* What `debian`, `url`, `git`, `file`, `tree` and `text` return: a source not yet pinned. */
struct source_value {
	enum source_kind {
		SOURCE_URI,  /* pinned by sha256 */
		SOURCE_GIT,  /* pinned by commit */
		SOURCE_FILE, /* of the repository; hashed */
		SOURCE_TREE, /* folder of the repository; hashed */
		SOURCE_TEXT, /* written in the recipe; hashed */
	} kind;
	const char *uri;  /* SOURCE_URI, SOURCE_GIT */
	const char *path; /* SOURCE_FILE, SOURCE_TREE: absolute */
	const char *name; /* the last component of its URI or path, or the text's name */
	const char *text; /* SOURCE_TEXT */
	size_t text_len;
	struct digest hash; /* of its NAR, for all but the first two */
};

/* An input as written. */
struct input_decl {
	const char *name;   /* recipe */
	const char *as;     /* alias, or NULL */
	struct decl *found; /* once looked up */
	struct digest id;   /* remembered: of what was found when the recipe was evaluated */
	const char *pname;  /* remembered: the same one's name without version */
};

/* The content of a file or tree, as it was when it was looked at. */
struct content {
	struct stamp stamp; /* may not be set */
	struct digest
	    digest; /* of a file's bytes (READ_RECIPE, READ_LIB, READ_TEXT), or of the NAR */
	bool known; /* filled */
};

/* What an evaluation read, and would read again. */
struct recipe_read {
	enum read_kind {
		READ_RECIPE = 'r', /* the recipe file itself */
		READ_LIB =
		    'l', /* lib "ARG"; FOLDER is the folder of recipes whose lib/ has it */
		READ_TEXT = 'x', /* readfile "ARG" from FOLDER */
		READ_FILE = 'f', /* file "ARG" */
		READ_TREE = 't', /* tree "ARG" */
	} kind;
	const char *folder, *arg;
	const char *path; /* where that led to */
	struct content content;
};

/* A recipe as written; its derivation once the inputs are known. */
struct decl {
	struct drv drv; /* filled but for inputs and marks until DECL_DONE */
	struct recipe_file *file;
	struct input_decl *wants;
	size_t nwants;
	const char *shell; /* input that has the shell, as written, or NULL */
	bool marked;       /* strings hold marks */
	bool overridden;   /* a source of it, or of something below it, is overridden */
	bool
	    remembered; /* drv is what it was made to, for inputs that have the remembered ids */
	enum { DECL_NEW, DECL_ACTIVE, DECL_DONE } state;
};

/* A recipe file. */
struct recipe_file {
	const char *stem;          /* name without ".lua" */
	const char *path;          /* as shown to people */
	const char *dir;           /* its folder */
	bool canary;               /* it is in canary/: found by name only */
	bool replaced;             /* a later folder has one of this name */
	const char *replaces;      /* path of the file of an earlier folder, or NULL */
	struct stamp stamp;        /* when the folder was scanned */
	struct recipe_read *reads; /* what evaluating it read, itself first */
	size_t nreads;
	enum { FILE_NEW, FILE_EVALUATED } state;
	struct decl **decls; /* what it returned */
	size_t ndecls;
	const struct drv **drvs; /* the same as derivations */
};

/* A source replaced on the command line. */
struct override {
	const char *recipe; /* name or full name, or NULL for any */
	const char *as;
	const char *spelled; /* as the caller wrote it */
	const char *path;    /* absolute */
	struct digest hash;
	bool used;
};

/* A folder of recipes; those of a later one come before those of an earlier one. */
struct layer {
	const char *dir;  /* as given */
	const char *repo; /* absolute, without links */
};
enum { LAYERS_MAX = 16 };

struct recipes {
	struct arena a;
	struct layer layers[LAYERS_MAX];
	size_t nlayers;
	struct recipe_file *files; /* sorted by stem; in the arena */
	const char **stems;        /* the same, for callers */
	size_t nfiles;
	struct map by_name;        /* full name -> struct decl */
	struct map real;           /* path as a recipe names it -> resolved path */
	struct map contents;       /* kind and path -> struct content: what was looked at */
	int64_t now_ns;            /* when the first of that was */
	struct recipe_read *reads; /* of the evaluation under way; owned */
	size_t nreads, reads_cap;
	struct memory *memory;      /* of earlier evaluations, or NULL; owned */
	struct override *overrides; /* owned */
	size_t noverrides, overrides_cap;
	struct host *host; /* made when the first file is evaluated */
};

/* content.c: what files hold, each looked at once. */

/*
 * Finds the content of PATH, which is of KIND: its digest is HAD's (may be NULL) while the stamp is the same, else
 * its bytes are read. NOW, when not NULL, is its stamp. *RET is R's.
 */
int content_get(struct recipes *r, enum read_kind kind, const char *path,
		const struct content *had, const struct stamp *now, const struct content **ret,
		struct fault *f);
/* Notes what was read from PATH, which had the stamp STAMP before: the bytes TEXT. 0 or -ENOMEM. */
int content_set(struct recipes *r, enum read_kind kind, const char *path,
		const struct stamp *stamp, struct view text, const struct content **ret);
/* Makes the stamp of the file PATH, unset when there is none. */
void content_stamp(const struct recipes *r, const char *path, struct stamp *ret);
/* Adds to what the evaluation under way has read. All but CONTENT must live as long as R. 0 or -ENOMEM. */
int content_note(struct recipes *r, enum read_kind kind, const char *folder, const char *arg,
		 const char *path, const struct content *content);

/* memory.c: what earlier evaluations gave. See recipes_remember. */

/* Fills FILE with what evaluating it gave, when all that this read is the same. 1, or 0: evaluate it. */
int memory_recall(struct recipes *r, struct recipe_file *file);
/* Notes that FILE was evaluated: it is to be remembered. 0 or -ENOMEM. */
int memory_evaluated(struct recipes *r, struct recipe_file *file);
/* Frees what R remembers. */
void memory_free(struct memory *m);

/* local.c: files of the repository. */

/*
 * Resolves PATH, relative to FOLDER, to an absolute path without links, in the arena. ERR_UNSAFE
 * when it leaves the repository, ERR_MISSING when nothing is there.
 */
int local_resolve(struct recipes *r, const char *folder, const char *path, const char **ret,
		  struct fault *f);
/* Finds the content of the file or (TREE) folder at the absolute PATH. *RET is R's. */
int local_hash(struct recipes *r, const char *path, bool tree, const struct content **ret,
	       struct fault *f);
/* Hashes what the NAR of a plain file with these bytes would be. */
int local_hash_text(struct view text, struct digest *ret);

/* finish.c */

/* Makes D's derivation; its inputs are done. */
int decl_finish(struct recipes *r, struct decl *d, struct fault *f);
/* Sets F to "FILE:LINE: recipe 'NAME': what". Returns CODE. */
int decl_fault(const struct decl *d, int code, struct fault *f, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts "FILE:LINE: recipe 'NAME': " in front of F. */
void decl_wrap(const struct decl *d, struct fault *f);

/* layers.c */

/* Returns the layer that the folder FOLDER belongs to. */
const struct layer *recipes_layer(const struct recipes *r, const char *folder);
/*
 * Returns the folder of recipes whose lib/ has build style NAME: the last; the first when none has. One that
 * cannot be looked at counts: opening it says why.
 */
const char *recipes_lib(const struct recipes *r, const char *name);

/* scan.c: fills R's files and stems. */
int scan_recipes(struct recipes *r, struct fault *f);

#endif
