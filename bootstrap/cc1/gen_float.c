/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gen_float.c: code for float, double and long double, computed on the floating-point stack
   with extended precision. At most two of its places are used, so it cannot overflow. */

/* Letters that tell the size of a floating type in the names of instructions. */
char *float_size(int t)
{
	if (t == T_FLOAT)
		return "32_";
	if (t == T_DOUBLE)
		return "64_";
	return "80_";
}

/* Store st0 at [base+off] and drop it. */
void gen_float_store(int t, char *base, int off)
{
	ins_mem("fstp", float_size(t), base, off, "");
}

/* Can n be loaded with one place of the stack? */
int is_float_simple(int n)
{
	if (n_op[n] == N_FCONST)
		return 1;
	return n_op[n] == N_LOAD && is_path(n_a[n]);
}

int float_bytes[12]; /* the bytes made by encode_float */

/* Put word w into float_bytes from index i on. */
void float_word(int i, int w)
{
	float_bytes[i] = w & 255;
	float_bytes[i + 1] = (w >> 8) & 255;
	float_bytes[i + 2] = (w >> 16) & 255;
	float_bytes[i + 3] = (w >> 24) & 255;
}

/* Encode floating constant f as type t into float_bytes. */
void encode_float(int f, int t)
{
	int e;
	int high;
	int low;
	int sign;
	sign = fl_sign[f] << 31;
	if (t == T_LDOUBLE) {
		float_word(0, fl_low[f]);
		float_word(4, fl_high[f]);
		float_word(8, fl_exp[f] | (fl_sign[f] << 15));
		return;
	}
	if (t == T_FLOAT) {
		f = round_float(f, 24);
		e = fl_exp[f] - EXT_BIAS + 127;
		high = shift_right(fl_high[f], 8) & 8388607;
		if (fl_high[f] == 0 || e <= 0) {
			e = 0;
			high = 0; /* numbers below the normal range become 0 */
		}
		if (e > 254) {
			e = 255;
			high = 0;
		}
		float_word(0, sign | (e << 23) | high);
		return;
	}
	f = round_float(f, 53);
	e = fl_exp[f] - EXT_BIAS + 1023;
	high = shift_right(fl_high[f], 11) & 1048575;
	low = shift_right(fl_low[f], 11) | (fl_high[f] << 21);
	if (fl_high[f] == 0 || e <= 0) {
		e = 0;
		high = 0;
		low = 0;
	}
	if (e > 2046) {
		e = 2047;
		high = 0;
		low = 0;
	}
	float_word(0, low);
	float_word(4, sign | (e << 20) | high);
}

/* Load floating constant f. */
void gen_float_const(int f)
{
	int i;
	int label;
	if (fl_high[f] == 0 && fl_sign[f] == 0) {
		ins("fldz");
		return;
	}
	label = new_label();
	encode_float(f, T_LDOUBLE);
	use_data(1);
	put_label(label);
	put_char('\'');
	i = 0;
	while (i < 12) {
		put_byte(float_bytes[i]);
		i = i + 1;
	}
	put("'\n");
	use_data(0);
	put("\tfld80_[] &L.");
	put_number(label);
	put_char('\n');
}

/* Compute a and b: a is then below b on the floating-point stack. */
void gen_float_operands(int a, int b)
{
	gen(a);
	if (is_float_simple(b)) {
		gen(b);
		return;
	}
	ins_imm("sub_esp,", 12);
	gen_float_store(T_LDOUBLE, "esp", 0);
	gen(b);
	ins_mem("fld80_", "", "esp", 0, "");
	ins_imm("add_esp,", 12);
	ins("fxch");
}

/* Compare st0 with st1 and drop both; "e" holds afterwards if they are equal, "ne" if they are
   not, or if one of them is a NaN. */
void gen_float_equal()
{
	ins("fcompp");
	ins("fnstsw_ax");
	/* of the three condition bits, 69, only 64 may be set */
	ins_byte("and_ah,", 69);
	ins_byte("cmp_ah,", 64);
}

/* Set the flags for the comparison n of two floating values. With a NaN only != is true. */
void gen_float_compare(int n)
{
	int op;
	op = n_op[n];
	gen_float_operands(n_a[n], n_b[n]);
	cmp_op = op;
	cmp_unsign = 1;
	if (op == N_EQ || op == N_NE) {
		gen_float_equal();
		return;
	}
	if (op == N_GT || op == N_GE)
		ins("fxch");
	ins("fcompp");
	ins("fnstsw_ax");
	ins("sahf");
	/* st0 was the greater one to be: it must be above (with a NaN it is below) */
	if (op == N_LT)
		cmp_op = N_GT;
	else if (op == N_LE)
		cmp_op = N_GE;
}

/* Store a floating value; load it again if it is wanted. */
void gen_float_set(int n, int wanted)
{
	int t;
	t = n_type[n];
	if (is_path(n_a[n])) {
		gen(n_b[n]);
		gen_mode(n_a[n], "ecx", 0);
	} else {
		gen(n_a[n]);
		ins("push_eax");
		gen(n_b[n]);
		ins("pop_ecx");
		am_base = "ecx";
		am_off = 0;
		am_label = 0;
	}
	ins_mode("fstp", float_size(t), 0, "");
	if (wanted)
		ins_mode("fld", float_size(t), 0, "");
}

/* Conversion to a floating value. */
void gen_float_conv(int n)
{
	int a;
	int f;
	int cl;
	a = n_a[n];
	f = n_type[a];
	cl = class_of(f);
	gen(a);
	if (cl == CL_FLOAT) {
		if (n_type[n] < f) {
			ins_imm("sub_esp,", 8);
			gen_float_store(n_type[n], "esp", 0);
			ins_mem("fld", float_size(n_type[n]), "esp", 0, "");
			ins_imm("add_esp,", 8);
		}
		return;
	}
	if (f == T_ULLONG) {
		ins_to("call", "__cc1_utof");
		return;
	}
	if (cl == CL_WORD) {
		if (f == T_UINT || is_pointer(f))
			ins("xor_edx,edx");
		else
			ins("cdq");
	}
	ins("push_edx");
	ins("push_eax");
	ins_mem("fild64_", "", "esp", 0, "");
	ins_imm("add_esp,", 8);
}

/* Code for n, a floating value: it goes to st0. */
void gen_float(int n)
{
	int op;
	op = n_op[n];
	if (op == N_FCONST)
		gen_float_const(n_a[n]);
	else if (op == N_LOAD) {
		gen_mode(n_a[n], "eax", 0);
		ins_mode("fld", float_size(n_type[n]), 0, "");
	} else if (op == N_SET)
		gen_float_set(n, 1);
	else if (op == N_CONV)
		gen_float_conv(n);
	else if (op == N_NEG) {
		gen(n_a[n]);
		ins("fchs");
	} else {
		gen_float_operands(n_a[n], n_b[n]);
		if (op == N_ADD)
			ins("faddp");
		else if (op == N_SUB)
			ins("fsubp");
		else if (op == N_MUL)
			ins("fmulp");
		else if (op == N_DIV)
			ins("fdivp");
		else
			die("operation on floating values");
	}
}
