/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "engine/engine.h"
#include "cmd/option.h"
#include "recipe/recipe.h"
#include "store/store.h"

/*
 * Commands. Each is one file and one row of the table in main.c. What they share is a context: where
 * recipes and state are, and handles opened when they are first needed.
 */
struct cmd {
	/* from the command line */
	const char *recipes_option; /* --recipes, or NULL */
	const char *state_option;   /* --state, or NULL */
	bool offline;               /* --offline */
	bool quiet;                 /* --quiet */
	bool no_daemon;             /* --no-daemon */
	bool any_pins; /* the command looks at pins that contradict the recorded ones */
	bool remote;   /* the daemon did it; REMOTE_STATUS is how that ended */
	int remote_status;
	/* opened on demand by the functions below */
	char *state;                 /* the state folder; owned */
	char *recipes_dir;           /* owned */
	struct recipes *recipes;     /* owned */
	struct recipes *own_recipes; /* that came with the program; owned */
	struct store *store;         /* owned */
	int store_flags;             /* more flags for opening it: STORE_NEED_ROOM */
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

/* One row of the table of commands. */
struct cmd_row {
	const char *name;
	/* Runs the command; ARGV[0] is its name. Returns an exit status or a negative code with F. */
	int (*run)(struct cmd *c, int argc, char **argv, struct fault *f);
	const char *synopsis; /* operands and main options, for --help */
	const char *summary;  /* one line */
};

/* The options every command has. */
const struct option_row *cmd_common_options(struct cmd *c);

/*
 * Parses ARGV with ROWS and the common options; prints --help when it is asked for. Returns the
 * index of the first operand, or 0 when help was printed or a daemon did it all (the command returns
 * CMD_OK), or negative.
 */
int cmd_parse(struct cmd *c, int argc, char **argv, const struct option_row *rows,
	      struct fault *f);
/* Fails with ERR_USAGE unless there are MIN to MAX operands from FIRST on (MAX -1: any number). */
int cmd_operands(int argc, char **argv, int first, int min, int max, struct fault *f);

/*
 * Returns the state folder: --state, $BOOT_HURD_STATE, that of the daemon that answers, or boot-hurd
 * in the XDG data folder.
 */
int cmd_state(struct cmd *c, const char **ret, struct fault *f);
/* Finds the folder of the recipes, which need not be there. RET is malloc'd. */
int cmd_recipes_dir(struct cmd *c, char **ret, struct fault *f);
/*
 * Opens the recipes: --recipes, else ./recipes, else those of the tree that the program was built in, else
 * those installed beside it, else those of the prefix that it was built for.
 */
int cmd_recipes(struct cmd *c, struct recipes **ret, struct fault *f);
/* Opens the recipes that came with the program, whatever --recipes says. */
int cmd_own_recipes(struct cmd *c, struct recipes **ret, struct fault *f);
/*
 * Opens the store, made when it is not there yet. Who may not write it gets it for reading only: a
 * member of the daemon's group, or anybody on a disk that is mounted so.
 */
int cmd_store(struct cmd *c, struct store **ret, struct fault *f);

struct baseline;
/* Reads the published realisations that stand with the recipes; recipes must be open. */
int cmd_baseline(struct cmd *c, struct baseline *ret, struct fault *f);

/* Evaluates the target NAME. */
int cmd_target(struct cmd *c, const char *name, const struct drv **ret, struct fault *f);
/*
 * Evaluates the operands from FIRST on, or every recipe when there is none. RET lives in the
 * command's arena. ERR_UNSAFE: a version or URI has changed under a recorded pin (cmd/pins.h).
 */
int cmd_targets(struct cmd *c, int argc, char **argv, int first, const struct drv ***ret,
		size_t *ret_n, struct fault *f);
/*
 * Finds the object that TEXT names: a hash in any spelling, a unique beginning (8 hex digits or
 * more) of one, the name of a root, or a target that has been built.
 */
int cmd_object(struct cmd *c, const char *text, struct digest *ret, struct fault *f);

/* Makes a builder on the command's store; the caller frees it. Installs the signal handlers. */
int cmd_builder(struct cmd *c, struct build_options *o, struct builder **ret, struct fault *f);
/* Installs the signal handlers of a command that can be interrupted. */
void cmd_catch_signals(void);
/* Returns how many signals asked to stop. */
int cmd_signals(void);
/* Returns whether a signal asked to stop. */
bool cmd_interrupted(void);

/* Returns the full path of the program NAME in $PATH, malloc'd; NULL when there is none. */
char *cmd_find_program(const char *name);
/* The emulator of `vm`, and how one comes to have it. */
#define CMD_QEMU         "qemu-system-i386"
#define CMD_QEMU_INSTALL "apt-get install qemu-system-x86"

/* Writes "1.2 GiB" and the like. */
void cmd_format_bytes(uint64_t n, char ret[32]);
/* Writes "12.3 s", "4 min 5 s" and the like. */
void cmd_format_time(uint64_t ns, char ret[32]);
/* Prints F (and its hint) to standard error as the program's last word. */
void cmd_print_fault(const struct fault *f);

int cmd_build(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_verify(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_show(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_graph(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_why(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_log(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_shell(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_source(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_root(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_gc(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_store_tool(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_export(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_lint(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_key(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_peer(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_attest(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_publish(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_vm(struct cmd *c, int argc, char **argv, struct fault *f);
int cmd_doctor(struct cmd *c, int argc, char **argv, struct fault *f);

#endif
