/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGES_MODEL_H
#define PAGES_MODEL_H

#include "base/arena.h"
#include "base/map.h"
#include "pages/inputs.h"
#include "store/history.h"

/* All outputs that are known and what is known of each: what most pages are made from. */

/* An output. Pointers are in the model's arena. */
struct model_output {
	const char *name;
	struct history_output built; /* its newest build here; built.name NULL: none */
	const struct history_result *rebuild, *peers, *build; /* standing; NULL: none */
	const char *verdict;                                  /* what comes of them: one word */
	struct digest drv;
	/* after model_edges; indexes of outputs */
	size_t *inputs, *users;
	size_t ninputs, nusers;
	size_t rank; /* longest way from one without inputs */
};

enum { MODEL_VERDICTS = 8 };
/* The words, best first; ends in NULL. */
extern const char *const MODEL_WORDS[];

struct model {
	struct arena arena;
	struct model_output *outputs; /* sorted by name */
	size_t n;
	struct map by_name, by_drv;    /* of outputs; a drv is its 32 bytes */
	size_t counts[MODEL_VERDICTS]; /* outputs by verdict, as MODEL_WORDS */
	bool edges;                    /* model_edges has been called */
};

/* Reads the model from S. */
int model_load(struct store *s, struct model *ret, struct fault *f);
/* Finds what is built from what, once; ALL keeps what was read of it. */
int model_edges(struct model *m, struct store *s, struct inputs *all, struct fault *f);
/* Returns the output called NAME, or NULL. */
struct model_output *model_find(const struct model *m, const char *name);
/* Frees what M owns. */
void model_release(struct model *m);

#endif
