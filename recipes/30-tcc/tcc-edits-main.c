/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our changes to TinyCC are for, tried: see recipes/lib/tcc_edits.lua. The other half is
   tcc-edits-part.c, which comes out of an archive. */
#include <stdio.h>

int part_alias(void);
int part_weak(void);
extern int part_value_alias;

/* The jump of this return once was left out, and the loop never ended. */
static int last_return(int a)
{
	while (1)
		if (a == 1)
			a = 2;
		else
			return a;
}

static int failed;

static void check(const char *what, int got, int wanted)
{
	printf("%s %s: %d\n", got == wanted ? "ok" : "not ok", what, got);
	if (got != wanted)
		failed = 1;
}

int main(void)
{
	check("return ends a loop without braces", last_return(1), 2);
	check("an alias of a function is a symbol", part_alias(), 7);
	check("a weak symbol is found in an archive", part_weak(), 8);
	check("an alias of a variable is a symbol", part_value_alias, 9);
	return failed;
}
