/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PINS_H
#define CMD_PINS_H

#include "cmd/cmd.h"

/*
 * What each pin was last used with: RECIPES/pins, which belongs to the recipes and is kept with them, so
 * that whoever checks them out is guarded, too. A version that was bumped while its SHA-256 stayed would
 * build the old program under the new name. As text, sorted, each line once:
 *
 *     boot-hurd pins 1
 *     PIN NAME VERSION URI
 *
 * PIN is "sha256:" and 64, or "git:" and 40, lower-case hex digits; NAME and VERSION are the recipe's ("-":
 * none); URI is the first place of the source, as the recipe writes it.
 */

/*
 * Checks the N derivations DRVS, and all that they need, against the recipes' pins. ERR_UNSAFE: a pin is known
 * under this name, but with another version or URI. Without such a file all is well; a pin that it does not
 * know is.
 */
int pins_check(struct cmd *c, const struct drv *const *drvs, size_t n, struct fault *f);
/* Returns how many pins of D the recipes' file does not know; 0 when there is no file. Negative on errors. */
int pins_unknown(struct cmd *c, const struct drv *d, struct fault *f);
/*
 * Writes what the recipes ALL (NALL of them) pin. What contradicts the old file must be among the NMEANT
 * derivations MEANT, else ERR_UNSAFE and nothing is written.
 */
int pins_record(struct cmd *c, const struct drv *const *all, size_t nall,
		const struct drv *const *meant, size_t nmeant, struct fault *f);

#endif
