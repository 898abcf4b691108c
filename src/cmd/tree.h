/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_TREE_H
#define CMD_TREE_H

#include "cmd/cmd.h"

/* Verbs of `store` that work on file trees and their archives, without a store. */
extern const struct command tree_hash, tree_dump, tree_restore;

#endif
