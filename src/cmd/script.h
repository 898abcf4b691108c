/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_SCRIPT_H
#define CMD_SCRIPT_H

#include "cmd/cmd.h"
#include "sandbox/sandbox.h"

/*
 * Writes, to standard output, the commands that build the N derivations NODES (inputs before users,
 * all realised) by hand, each with the hash that must come out. Plain POSIX sh; run as root of a
 * spare root folder or machine, since it builds in /build and installs to /opt/boot-hurd.
 */
int script_print(struct cmd *c, const struct drv *const *nodes, size_t n, struct fault *f);

/* Adds TEXT to OUT so that sh reads it as one word. */
void script_word(struct buf *out, const char *text);
/* Adds the command S to OUT: a blank and NAME=VALUE for each variable, its words, its standard input and output. */
void script_command(struct buf *out, const struct sandbox_step *s);

#endif
