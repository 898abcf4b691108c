/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cmd/option.h"
#include "engine/engine.h"
#include "hash/ed25519.h"
#include "recipe/recipe.h"
#include "store/store.h"

/*
 * Commands. Each is a file, which has its row, and an entry in cmd/commands.h. The runner (cmd/runner.h) reads
 * the command line by the row, opens what the row says, or has a daemon do it all. What a command works in
 * is a context: where recipes and state are, and handles opened when they are first needed.
 */
struct cmd {
	/* from the command line */
	struct strlist recipes_option; /* --recipes, each */
	struct strlist overrides;      /* --override-source, each NAME=PATH */
	const char *state_option;      /* --state, or NULL */
	bool offline;                  /* --offline */
	const char *color;             /* --color, or NULL */
	bool quiet;                    /* --quiet */
	bool no_daemon;                /* --no-daemon */
	char **operands;               /* NULL behind the last */
	size_t noperands;
	char **rest; /* words behind "--", when the row has CMD_REST; NULL behind the last */
	size_t nrest;
	/* opened on demand by the functions below */
	char *state;                 /* the state folder; owned */
	char *recipes_dir;           /* the first folder of recipes; owned */
	char *recipes_last;          /* the last one; owned */
	struct recipes *recipes;     /* owned */
	struct recipes *own_recipes; /* that came with the program; owned */
	struct store *store;         /* owned */
	struct builder *builder;     /* owned */
	struct strlist archives;     /* of the configuration; see cmd_builder */
	struct arena arena;          /* lives as long as the command */
};

/* Exit statuses of boot-hurd; documented in boot-hurd(1). */
enum cmd_exit {
	CMD_OK = 0,            /* done; verify: all reproduced */
	CMD_ERROR = 1,         /* operational error, bad input */
	CMD_DIFFERS = 2,       /* verify: something differs; store check: damage found */
	CMD_COVERAGE = 3,      /* verify: nothing differs, but less was done than asked */
	CMD_INTERRUPTED = 130, /* stopped by SIGINT or SIGTERM */
};

/* What the runner does for a command. */
enum cmd_needs {
	CMD_RECIPES = 1,  /* open the recipes before it runs */
	CMD_STORE = 2,    /* open the store before it runs; the state folder is known then */
	CMD_ROOM = 4,     /* with CMD_STORE: it works on a full disk */
	CMD_REST = 8,     /* what stands behind "--" are not operands of ours */
	CMD_STATE = 16,   /* find the state folder before it runs */
	CMD_TARGETS = 32, /* its operands are targets */
};
enum { CMD_MANY = -1 }; /* operands: any number */

/* A command, or the verb of one: `store` and `store check`. */
struct command {
	const char *name;
	/* The verbs, NULL behind the last; then nothing below counts but SUMMARY. NULL: none. */
	const struct command *const *verbs;
	/*
	 * Runs it. REQUEST is the struct that OPTIONS fills. Returns an exit status or a negative code with
	 * F. The operands are C's.
	 */
	int (*run)(struct cmd *c, void *request, struct fault *f);
	/* Refuses what cannot be meant, before anything is opened: 0 or negative. NULL: all can be. */
	int (*check)(struct cmd *c, void *request, struct fault *f);
	const struct option_row *options; /* NULL: only those that every command has */
	size_t size;                      /* bytes of a request */
	const void *defaults;             /* a request before parsing; NULL: all zeros */
	int min, max;                     /* operands */
	unsigned needs;                   /* enum cmd_needs */
	const char *synopsis;             /* operands and main options, for --help */
	const char *summary;              /* one line, without a full stop */
};

/*
 * Returns the state folder: --state, $BOOT_HURD_STATE, that of the daemon that answers, or boot-hurd
 * in the XDG data folder.
 */
int cmd_state(struct cmd *c, const char **ret, struct fault *f);
/* Opens the recipes: see locate_recipes. */
int cmd_recipes(struct cmd *c, struct recipes **ret, struct fault *f);
/*
 * Forgets the recipes, all derivations made of them with it, and opens them as they are now: of a command that
 * changes them.
 */
int cmd_recipes_again(struct cmd *c, struct fault *f);
/* Opens the recipes that came with the program, whatever --recipes says. */
int cmd_own_recipes(struct cmd *c, struct recipes **ret, struct fault *f);
/*
 * Opens the store, made when it is not there yet. Who may not write it gets it for reading only: a
 * member of the daemon's group, or anybody on a disk that is mounted so.
 */
int cmd_store(struct cmd *c, struct store **ret, struct fault *f);
/* The same with more FLAGS of store_open, when it is not open yet. */
int cmd_store_with(struct cmd *c, int flags, struct store **ret, struct fault *f);
/*
 * Makes the command's builder, on its store; --offline holds for it. A signal stops it. Once a command; it lives until the command
 * ends, and so must what O points to, or be unused by then.
 */
int cmd_builder(struct cmd *c, struct build_options *o, struct builder **ret, struct fault *f);
/*
 * Finds the key by which COMMAND signs: NAME, or the only one that can. RET is the caller's to release. The state
 * folder must be known.
 */
int cmd_signer(struct cmd *c, const char *command, const char *name, struct key *ret,
	       struct fault *f);
/* Frees all that was opened. */
void cmd_release(struct cmd *c);

/* Prints F (and its hint) to standard error as the program's last word. */
void cmd_print_fault(const struct fault *f);

#endif
