/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cc1.h: functions that are used before they are defined and do not give int. */

char *load_op(int t);
void gen(int n);
void gen_discard(int n);
void gen_mode(int n, char *reg, int split);
void ins_mode(char *op, char *mid, int off, char *comma);
void ins_place(int off, char *tail);
void ins_mem_rest(char *base, int off);
void gen_narrow(int t, int from, char *reg);
void gen_wide(int n);
void gen_wide_compare(int n);
void gen_float(int n);
void gen_float_compare(int n);
void gen_float_equal();
void gen_float_set(int n, int wanted);
void gen_float_store(int t, char *base, int off);
void put_bytes(char *s, int n);
void directive();
void statement();
void function_body(int s, int t);
void init_list(int t, int off, int braced);
void local_init(int t, int off);
