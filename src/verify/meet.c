/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/meet.h"

/* Returns how many roots have a cell with OBJECT among the N CELLS. */
static size_t backers(const struct meet_cell *cells, size_t n, const struct digest *object)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		bool counted = !cells[i].built || !digest_eq(&cells[i].object, object);
		for (size_t k = 0; k < i && !counted; k++)
			counted = cells[k].root == cells[i].root && cells[k].built &&
				  digest_eq(&cells[k].object, object);
		count += !counted;
	}
	return count;
}

enum meet meet_judge(struct meet_cell *cells, size_t n)
{
	const struct digest *right = NULL;
	size_t most = 0;
	bool all = true, several = false, differs = false;
	for (size_t i = 0; i < n; i++) {
		size_t k = cells[i].built ? backers(cells, n, &cells[i].object) : 0;
		if (k > most) {
			most = k;
			right = &cells[i].object;
		}
		all &= cells[i].built;
		several |= cells[i].root != cells[0].root;
	}
	for (size_t i = 0; i < n; i++) {
		cells[i].differs = cells[i].built && !digest_eq(&cells[i].object, right);
		differs |= cells[i].differs;
	}
	return differs ? MEET_DIFFERS : all && several ? MEET_SAME : MEET_OPEN;
}

const char *meet_word(enum meet m)
{
	return m == MEET_SAME ? "meets" : m == MEET_DIFFERS ? "differs" : "open";
}
