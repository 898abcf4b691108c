/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gen_wide.c: code for 64-bit integers, which are in edx:eax. What takes more than a few
   instructions is done by the helpers of libc/i386.M1. */

/* Compute a, push it, compute b. */
void gen_wide_operands(int a, int b)
{
	gen(a);
	ins("push_edx");
	ins("push_eax");
	gen(b);
}

/* Set the flags for the comparison n of two wide values. */
void gen_wide_compare(int n)
{
	int op;
	op = n_op[n];
	gen_wide_operands(n_a[n], n_b[n]);
	ins("pop_ecx");
	if (op == N_EQ || op == N_NE) {
		ins("xor_eax,ecx");
		ins("pop_ecx");
		ins("xor_edx,ecx");
		ins("or_eax,edx");
	} else if (op == N_LT || op == N_GE) {
		/* a - b */
		ins("cmp_ecx,eax");
		ins("pop_ecx");
		ins("sbb_ecx,edx");
	} else {
		/* b - a: a <= b is b >= a */
		ins("sub_eax,ecx");
		ins("pop_ecx");
		ins("sbb_edx,ecx");
		op = N_GE + (op == N_GT) * (N_LT - N_GE);
	}
	cmp_op = op;
	cmp_unsign = is_unsigned(n_type[n_a[n]]);
}

/* Addition, subtraction and the bitwise operators; low and high are the two instructions
   without their operands. */
void gen_wide_op(char *low, char *high, int n)
{
	gen_wide_operands(n_a[n], n_b[n]);
	ins("mov_ecx,eax");
	ins("pop_eax");
	put_char('\t');
	put(low);
	put("_eax,ecx\n");
	ins("pop_ecx");
	put_char('\t');
	put(high);
	put("_ecx,edx\n");
	ins("mov_edx,ecx");
}

/* Call a helper with both operands as its arguments. */
void gen_wide_call(char *name, int n)
{
	gen_wide_operands(n_b[n], n_a[n]);
	ins("push_edx");
	ins("push_eax");
	ins_to("call", name);
	ins_imm("add_esp,", 16);
}

/* Shift edx:eax by k places, 0 to 63. */
void gen_wide_shift_by(int op, int unsign, int k)
{
	if (op == N_SHL) {
		if (k >= 32) {
			ins("mov_edx,eax");
			ins("xor_eax,eax");
			ins_byte("shl_edx,", k - 32);
		} else {
			ins_byte("shld_edx,eax,", k);
			ins_byte("shl_eax,", k);
		}
	} else if (k >= 32) {
		ins("mov_eax,edx");
		if (unsign) {
			ins("xor_edx,edx");
			ins_byte("shr_eax,", k - 32);
		} else {
			ins_byte("sar_edx,", 31);
			ins_byte("sar_eax,", k - 32);
		}
	} else {
		ins_byte("shrd_eax,edx,", k);
		if (unsign)
			ins_byte("shr_edx,", k);
		else
			ins_byte("sar_edx,", k);
	}
}

/* Shift a wide value by a word. */
void gen_wide_shift(int n)
{
	int unsign;
	unsign = is_unsigned(n_type[n]);
	if (n_op[n_b[n]] == N_CONST) {
		gen(n_a[n]);
		gen_wide_shift_by(n_op[n], unsign, n_a[n_b[n]] & 63);
		return;
	}
	gen_wide_operands(n_a[n], n_b[n]);
	ins("mov_ecx,eax");
	ins("pop_eax");
	ins("pop_edx");
	if (n_op[n] == N_SHL)
		ins_to("call", "__cc1_shl64");
	else if (unsign)
		ins_to("call", "__cc1_shr64");
	else
		ins_to("call", "__cc1_sar64");
}

/* Store a wide value. */
void gen_wide_set(int n)
{
	if (is_path(n_a[n])) {
		gen(n_b[n]);
		gen_mode(n_a[n], "ecx", 1);
	} else {
		gen(n_a[n]);
		ins("push_eax");
		gen(n_b[n]);
		ins("pop_ecx");
		am_base = "ecx";
		am_off = 0;
	}
	ins_store(T_INT, 'a', 0);
	ins_store(T_INT, 'd', 4);
}

/* Conversion to a wide value. */
void gen_wide_conv(int n)
{
	int a;
	int cl;
	a = n_a[n];
	cl = class_of(n_type[a]);
	gen(a);
	if (cl == CL_FLOAT) {
		if (n_type[n] == T_ULLONG)
			ins_to("call", "__cc1_ftou");
		else
			ins_to("call", "__cc1_ftoi");
	}
	if (cl == CL_WORD) {
		if (is_unsigned(n_type[a]))
			ins("xor_edx,edx");
		else
			ins("cdq");
	}
}

/* Code for n, a wide value: it goes to edx:eax. */
void gen_wide(int n)
{
	int op;
	int unsign;
	op = n_op[n];
	unsign = is_unsigned(n_type[n]);
	if (op == N_CONST) {
		ins_number("mov_eax,", n_a[n]);
		ins_number("mov_edx,", n_b[n]);
	} else if (op == N_LOAD) {
		gen_mode(n_a[n], "eax", 1);
		ins_mode("mov_", "edx", 4, ",");
		ins_mode("mov_", "eax", 0, ",");
	} else if (op == N_ADD)
		gen_wide_op("add", "adc", n);
	else if (op == N_SUB)
		gen_wide_op("sub", "sbb", n);
	else if (op == N_AND)
		gen_wide_op("and", "and", n);
	else if (op == N_OR)
		gen_wide_op("or", "or", n);
	else if (op == N_XOR)
		gen_wide_op("xor", "xor", n);
	else if (op == N_MUL)
		gen_wide_call("__cc1_mul64", n);
	else if (op == N_DIV && unsign)
		gen_wide_call("__cc1_udiv64", n);
	else if (op == N_DIV)
		gen_wide_call("__cc1_div64", n);
	else if (op == N_MOD && unsign)
		gen_wide_call("__cc1_umod64", n);
	else if (op == N_MOD)
		gen_wide_call("__cc1_mod64", n);
	else if (op == N_SHL || op == N_SHR)
		gen_wide_shift(n);
	else if (op == N_NEG) {
		gen(n_a[n]);
		ins("neg_eax");
		ins("adc_edx,0");
		ins("neg_edx");
	} else if (op == N_COM) {
		gen(n_a[n]);
		ins("not_eax");
		ins("not_edx");
	} else if (op == N_SET)
		gen_wide_set(n);
	else if (op == N_CONV)
		gen_wide_conv(n);
	else
		die("64-bit bit-field");
}
