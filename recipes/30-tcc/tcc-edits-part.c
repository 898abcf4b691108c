/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half of tcc-edits-main.c. */
static int real(void)
{
	return 7;
}

int part_value = 9;

extern int part_alias(void) __attribute__((weak, alias("real")));
extern int part_value_alias __attribute__((alias("part_value")));

__attribute__((weak)) int part_weak(void)
{
	return 8;
}
