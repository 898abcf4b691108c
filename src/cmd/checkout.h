/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_CHECKOUT_H
#define CMD_CHECKOUT_H

#include "cmd/cmd.h"

/* The verbs of `source` about branches of git servers. */
extern const struct command source_head_verb, source_checkout_verb;

#endif
