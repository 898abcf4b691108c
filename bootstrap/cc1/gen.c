/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gen.c: code for expressions whose values are words (in eax), and for calls and branches.
   ecx and edx are free at all times; ebx, esi and edi are never expected to keep a value.
   Values on their way are pushed on the stack. The two other kinds of value are treated in
   gen_wide.c (edx:eax) and gen_float.c (floating-point stack). */

char *am_base; /* the address found by gen_mode: register, or 0 for a label */
int am_off;
int am_label;

/* Compute path n into the register called reg. */
void gen_path(int n, char *reg)
{
	int op;
	op = n_op[n];
	if (op == N_CONST) {
		put("\tmov_");
		put(reg);
		put(", %");
		put_number(n_a[n]);
		put_char('\n');
	} else if (op == N_LOCAL) {
		put("\tlea_");
		put(reg);
		ins_mem_rest("ebp", n_a[n]);
	} else if (op == N_GLOBAL) {
		put("\tmov_");
		put(reg);
		put_char(',');
		put_address(n_a[n]);
		if (n_b[n]) {
			put("\tlea_");
			put(reg);
			ins_mem_rest(reg, n_b[n]);
		}
	} else if (op == N_LOAD) {
		gen_mode(n_a[n], reg, 0);
		ins_mode(load_op(n_type[n]), reg, 0, ",");
	} else if (op == N_ADD) {
		gen_path(n_a[n], reg);
		put("\tlea_");
		put(reg);
		ins_mem_rest(reg, n_a[n_b[n]]);
	} else {
		gen_path(n_a[n], reg);
		gen_narrow(n_type[n], n_type[n_a[n]], reg);
	}
}

/* The rest of an instruction that has its register already: ",[base+off]". */
void ins_mem_rest(char *base, int off)
{
	put(",[");
	put(base);
	if (is_small(off))
		put("+b] !");
	else
		put("+] %");
	put_number(off);
	put_char('\n');
}

/* Name of the instruction that loads a value of type t into a register. */
char *load_op(int t)
{
	if (t == T_CHAR)
		return "movsx8_";
	if (t == T_UCHAR || t == T_BOOL)
		return "movzx8_";
	if (t == T_SHORT)
		return "movsx16_";
	if (t == T_USHORT)
		return "movzx16_";
	return "mov_";
}

/* Cut the word in reg, a value of type from, down to type t. */
void gen_narrow(int t, int from, char *reg)
{
	int size;
	size = 4;
	if (class_of(from) == CL_WORD)
		size = ty_size[from];
	if (t == from || ty_size[t] == 4)
		return;
	if (ty_size[t] > size)
		return;
	put_char('\t');
	put(load_op(t));
	put(reg);
	put(",");
	put(reg);
	put_char('\n');
}

/* Find how address n can be written in an instruction; code that needs a register for it uses
   reg (eax, unless n is a path). When split is set, both halves of a wide value must be
   reachable. ins_mode then writes the instructions. */
void gen_mode(int n, char *reg, int split)
{
	am_off = 0;
	am_label = 0;
	if (n_op[n] == N_LOCAL) {
		am_base = "ebp";
		am_off = n_a[n];
		return;
	}
	if (n_op[n] == N_GLOBAL && n_b[n] == 0 && split == 0) {
		am_base = 0;
		am_label = n_a[n];
		return;
	}
	am_base = reg;
	if (n_op[n] == N_GLOBAL) {
		put("\tmov_");
		put(reg);
		put_char(',');
		put_address(n_a[n]);
		am_off = n_b[n];
		return;
	}
	split = 0;
	if (n_op[n] == N_ADD && n_op[n_b[n]] == N_CONST) {
		split = n_a[n_b[n]];
		n = n_a[n];
	}
	if (is_path(n))
		gen_path(n, reg);
	else
		gen(n);
	am_off = split;
	am_base = reg;
}

/* An instruction on the place found by gen_mode, off bytes further. comma parts the register
   from the place when the register comes first, else it is empty and mid holds all. */
void ins_mode(char *op, char *mid, int off, char *comma)
{
	put_char('\t');
	put(op);
	put(mid);
	put(comma);
	ins_place(off, "");
}

/* The end of an instruction: the place found by gen_mode, off bytes further, and a tail. */
void ins_place(int off, char *tail)
{
	if (am_base == 0) {
		put("[]");
		put(tail);
		put_address(am_label);
	} else {
		off = off + am_off;
		put_char('[');
		put(am_base);
		if (is_small(off))
			put("+b]");
		else
			put("+]");
		put(tail);
		if (is_small(off))
			put(" !");
		else
			put(" %");
		put_number(off);
		put_char('\n');
	}
}

/* Store register eax, ecx or edx (letter a, c or d) as a value of type t in the place found by
   gen_mode. */
void ins_store(int t, int letter, int off)
{
	char *tail;
	put("\tmov_");
	if (ty_size[t] == 1) {
		tail = ",al";
		if (letter == 'c')
			tail = ",cl";
		if (letter == 'd')
			tail = ",dl";
	} else if (ty_size[t] == 2) {
		tail = ",ax";
		if (letter == 'c')
			tail = ",cx";
		if (letter == 'd')
			tail = ",dx";
	} else {
		tail = ",eax";
		if (letter == 'c')
			tail = ",ecx";
		if (letter == 'd')
			tail = ",edx";
	}
	ins_place(off, tail);
}

/* Is n a word in memory that an instruction can name without a register? */
int is_direct(int n)
{
	int a;
	if (n_op[n] != N_LOAD || ty_size[n_type[n]] != 4 || class_of(n_type[n]) != CL_WORD)
		return 0;
	a = n_a[n];
	return n_op[a] == N_LOCAL || (n_op[a] == N_GLOBAL && n_b[a] == 0);
}

/* Compute a into eax and b into ecx. */
void gen_operands(int a, int b)
{
	if (is_path(b)) {
		gen(a);
		gen_path(b, "ecx");
	} else if (is_path(a) && n_eff[b] == 0) {
		gen(b);
		ins("mov_ecx,eax");
		gen_path(a, "eax");
	} else {
		gen(a);
		ins("push_eax");
		gen(b);
		ins("mov_ecx,eax");
		ins("pop_eax");
	}
}

/* eax = a op b, for instructions that take any second operand; op is "add_eax," or alike. */
void gen_word_op(char *op, int a, int b)
{
	if (n_op[b] == N_CONST) {
		gen(a);
		ins_imm(op, n_a[b]);
	} else if (is_direct(b)) {
		gen(a);
		gen_mode(n_a[b], "ecx", 0);
		ins_mode(op, "", 0, "");
	} else {
		gen_operands(a, b);
		put_char('\t');
		put(op);
		put("ecx\n");
	}
}

/* If v is a power of two, which one; else -1. */
int power_of_two(int v)
{
	int i;
	i = 0;
	while (i < 31) {
		if (v == 1 << i)
			return i;
		i = i + 1;
	}
	return -1;
}

/* Multiplication, division, remainder and shifts of words. */
void gen_word_mul(int n)
{
	int op;
	int a;
	int b;
	int k;
	int unsign;
	op = n_op[n];
	a = n_a[n];
	b = n_b[n];
	unsign = is_unsigned(n_type[a]); /* n itself may have been given another type since */
	k = -1;
	if (n_op[b] == N_CONST)
		k = power_of_two(n_a[b]);
	if (op == N_MUL) {
		if (k >= 0) {
			gen(a);
			if (k)
				ins_byte("shl_eax,", k);
		} else
			gen_word_op("imul_eax,", a, b);
		return;
	}
	if (op == N_DIV && unsign && k >= 0) {
		gen(a);
		if (k)
			ins_byte("shr_eax,", k);
		return;
	}
	if (op == N_MOD && unsign && k >= 0) {
		gen(a);
		ins_imm("and_eax,", n_a[b] - 1);
		return;
	}
	if (op == N_DIV || op == N_MOD) {
		gen_operands(a, b);
		if (unsign) {
			ins("xor_edx,edx");
			ins("div_ecx");
		} else {
			ins("cdq");
			ins("idiv_ecx");
		}
		if (op == N_MOD)
			ins("mov_eax,edx");
		return;
	}
	if (n_op[b] == N_CONST) {
		gen(a);
		if (op == N_SHL)
			ins_byte("shl_eax,", n_a[b]);
		else if (unsign)
			ins_byte("shr_eax,", n_a[b]);
		else
			ins_byte("sar_eax,", n_a[b]);
		return;
	}
	gen_operands(a, b);
	if (op == N_SHL)
		ins("shl_eax,cl");
	else if (unsign)
		ins("shr_eax,cl");
	else
		ins("sar_eax,cl");
}

/* Name of the condition of comparison op; the opposite one when invert is set. */
char *condition(int op, int unsign, int invert)
{
	if (invert)
		op = ((op - N_EQ) ^ 1) + N_EQ;
	if (op == N_EQ)
		return "e";
	if (op == N_NE)
		return "ne";
	if (op == N_LT) {
		if (unsign)
			return "b";
		return "l";
	}
	if (op == N_GE) {
		if (unsign)
			return "ae";
		return "ge";
	}
	if (op == N_LE) {
		if (unsign)
			return "be";
		return "le";
	}
	if (unsign)
		return "a";
	return "g";
}

int cmp_op;     /* what gen_compare left to be tested: comparison */
int cmp_unsign; /* and whether without sign */

/* Set the processor's flags for comparison n. */
void gen_compare(int n)
{
	int a;
	int b;
	int cl;
	a = n_a[n];
	b = n_b[n];
	cl = class_of(n_type[a]);
	if (cl == CL_WIDE)
		gen_wide_compare(n);
	else if (cl == CL_FLOAT)
		gen_float_compare(n);
	else {
		if (n_op[b] == N_CONST && n_a[b] == 0) {
			gen(a);
			ins("test_eax,eax");
		} else
			gen_word_op("cmp_eax,", a, b);
		cmp_op = n_op[n];
		cmp_unsign = is_unsigned(n_type[a]);
	}
}

/* Set the flags for the truth of n: afterwards "ne" holds when it is true. */
void gen_test(int n)
{
	int cl;
	cl = class_of(n_type[n]);
	gen(n);
	if (cl == CL_WIDE)
		ins("or_eax,edx");
	else if (cl == CL_FLOAT) {
		ins("fldz");
		gen_float_equal();
	} else
		ins("test_eax,eax");
}

/* Jump to label if the truth of n is sense. */
void gen_branch(int n, int sense, int label)
{
	int op;
	int skip;
	op = n_op[n];
	if (const_truth(n) >= 0) {
		if (const_truth(n) == sense)
			jump("jmp", label);
		return;
	}
	if (op == N_NOT) {
		gen_branch(n_a[n], !sense, label);
		return;
	}
	if (op == N_LAND || op == N_LOR) {
		if (sense == (op == N_LOR)) {
			gen_branch(n_a[n], sense, label);
			gen_branch(n_b[n], sense, label);
		} else {
			skip = new_label();
			gen_branch(n_a[n], !sense, skip);
			gen_branch(n_b[n], sense, label);
			put_label(skip);
		}
		return;
	}
	if (op >= N_EQ && op <= N_GT) {
		gen_compare(n);
		put("\tj");
		put(condition(cmp_op, cmp_unsign, !sense));
	} else {
		gen_test(n);
		if (sense)
			put("\tjne");
		else
			put("\tje");
	}
	put(" %L.");
	put_number(label);
	put_char('\n');
}

/* The truth of n as a word, 0 or 1. */
void gen_truth(int n)
{
	int op;
	int no;
	int end;
	op = n_op[n];
	if (op >= N_EQ && op <= N_GT) {
		gen_compare(n);
		put("\tset");
		put(condition(cmp_op, cmp_unsign, 0));
		put("_al\n");
		ins("movzx8_eax,eax");
		return;
	}
	if (op == N_NOT) {
		gen_test(n_a[n]);
		ins("sete_al");
		ins("movzx8_eax,eax");
		return;
	}
	no = new_label();
	end = new_label();
	gen_branch(n, 0, no);
	ins_number("mov_eax,", 1);
	jump("jmp", end);
	put_label(no);
	ins("xor_eax,eax");
	put_label(end);
}

/* Store a word. */
void gen_set(int n)
{
	int a;
	int b;
	int t;
	int off;
	a = n_a[n];
	b = n_b[n];
	t = n_type[n];
	if (is_path(a)) {
		gen(b);
		gen_mode(a, "ecx", 0);
		ins_store(t, 'a', 0);
	} else if (is_path(b)) {
		gen_mode(a, "eax", 0);
		off = am_off;
		gen_path(b, "ecx");
		am_base = "eax";
		am_off = off;
		ins_store(t, 'c', 0);
		ins("mov_eax,ecx");
	} else {
		gen_mode(a, "eax", 0);
		off = am_off;
		ins("push_eax");
		gen(b);
		ins("pop_ecx");
		am_base = "ecx";
		am_off = off;
		am_label = 0;
		ins_store(t, 'a', 0);
	}
}

/* Extend the field of the given member, in the low bits of eax, to a word. */
void gen_extend_bits(int m)
{
	int w;
	w = mb_width[m];
	if (w == 32)
		return;
	ins_byte("shl_eax,", 32 - w);
	if (is_unsigned(mb_type[m]))
		ins_byte("shr_eax,", 32 - w);
	else
		ins_byte("sar_eax,", 32 - w);
}

/* Load a bit-field. */
void gen_bits(int n)
{
	int m;
	m = n_b[n];
	if (ty_size[n_type[n]] > 4)
		die("bit-field wider than a word");
	gen_mode(n_a[n], "eax", 0);
	ins_mode(load_op(n_type[n]), "eax", 0, ",");
	if (mb_bit[m])
		ins_byte("shr_eax,", mb_bit[m]);
	gen_extend_bits(m);
}

/* Store a bit-field: eax is the value, ecx the address of its unit. */
void gen_set_bits(int n)
{
	int m;
	int mask;
	int t;
	m = n_c[n];
	t = mb_type[m];
	if (ty_size[t] > 4)
		die("bit-field wider than a word");
	if (is_path(n_a[n])) {
		gen(n_b[n]);
		gen_path(n_a[n], "ecx");
	} else {
		gen(n_a[n]);
		ins("push_eax");
		gen(n_b[n]);
		ins("pop_ecx");
	}
	mask = -1;
	if (mb_width[m] < 32)
		mask = ~(-1 << mb_width[m]);
	ins_imm("and_eax,", mask);
	ins("push_eax");
	if (mb_bit[m])
		ins_byte("shl_eax,", mb_bit[m]);
	am_base = "ecx";
	am_off = 0;
	am_label = 0;
	ins_mode(load_op(t), "edx", 0, ",");
	ins_number("and_edx,", ~(mask << mb_bit[m]));
	ins("or_edx,eax");
	ins_store(t, 'd', 0);
	ins("pop_eax");
	if (is_unsigned(t) == 0)
		gen_extend_bits(m);
}

/* Copy size bytes from address esi to address edi. */
void gen_copy_bytes(int size)
{
	if (size >= 4) {
		ins_number("mov_ecx,", size / 4);
		ins("rep_movsd");
	}
	if (size & 3) {
		ins_number("mov_ecx,", size & 3);
		ins("rep_movsb");
	}
}

/* Copy a struct; its value is the address of the copy. */
void gen_copy(int n)
{
	if (is_path(n_a[n])) {
		gen(n_b[n]);
		ins("mov_esi,eax");
		gen_path(n_a[n], "eax");
	} else {
		gen(n_b[n]);
		ins("push_eax");
		gen(n_a[n]);
		ins("pop_esi");
	}
	ins("mov_edi,eax");
	gen_copy_bytes(size_of(n_type[n]));
}

/* Push argument n; gives the bytes pushed. */
int gen_arg(int n)
{
	int cl;
	int size;
	cl = class_of(n_type[n]);
	if (cl == CL_WORD) {
		if (n_op[n] == N_CONST)
			ins_imm("push", n_a[n]);
		else if (n_op[n] == N_GLOBAL && n_b[n] == 0) {
			put("\tpush");
			put_address(n_a[n]);
		} else if (is_direct(n)) {
			gen_mode(n_a[n], "eax", 0);
			ins_mode("push_", "", 0, "");
		} else {
			gen(n);
			ins("push_eax");
		}
		return 4;
	}
	gen(n);
	if (cl == CL_WIDE) {
		ins("push_edx");
		ins("push_eax");
		return 8;
	}
	if (cl == CL_VOID)
		die("void argument");
	size = round_up(size_of(n_type[n]), 4);
	ins_imm("sub_esp,", size);
	if (cl == CL_FLOAT)
		gen_float_store(n_type[n], "esp", 0);
	else {
		ins("mov_esi,eax");
		ins("mov_edi,esp");
		gen_copy_bytes(size_of(n_type[n]));
	}
	return size;
}

/* Call a function. */
void gen_call(int n)
{
	int arg;
	int bytes;
	int fn;
	bytes = 0;
	arg = n_b[n];
	while (arg) {
		bytes = bytes + gen_arg(n_a[arg]);
		arg = n_b[arg];
	}
	if (class_of(n_type[n]) == CL_BLOCK) {
		ins_mem("lea_eax,", "", "ebp", n_c[n], "");
		ins("push_eax");
		bytes = bytes + 4;
	}
	fn = n_a[n];
	if (n_op[fn] == N_GLOBAL && n_b[fn] == 0)
		ins_to("call", id_text[n_a[fn]]);
	else {
		gen(fn);
		ins("call_eax");
	}
	if (bytes)
		ins_imm("add_esp,", bytes);
}

/* Conversion to a word. */
void gen_word_conv(int n)
{
	int a;
	a = n_a[n];
	gen(a);
	if (class_of(n_type[a]) == CL_FLOAT)
		ins_to("call", "__cc1_ftoi");
	gen_narrow(n_type[n], n_type[a], "eax");
}

/* Code for n, a word: its value goes to eax. */
void gen_word(int n)
{
	int op;
	op = n_op[n];
	if (is_path(n))
		gen_path(n, "eax");
	else if (op == N_LOAD) {
		gen_mode(n_a[n], "eax", 0);
		ins_mode(load_op(n_type[n]), "eax", 0, ",");
	} else if (op == N_BITS)
		gen_bits(n);
	else if (op == N_ADD)
		gen_word_op("add_eax,", n_a[n], n_b[n]);
	else if (op == N_SUB)
		gen_word_op("sub_eax,", n_a[n], n_b[n]);
	else if (op == N_AND)
		gen_word_op("and_eax,", n_a[n], n_b[n]);
	else if (op == N_OR)
		gen_word_op("or_eax,", n_a[n], n_b[n]);
	else if (op == N_XOR)
		gen_word_op("xor_eax,", n_a[n], n_b[n]);
	else if (op >= N_MUL && op <= N_SHR)
		gen_word_mul(n);
	else if (op >= N_EQ && op <= N_NOT)
		gen_truth(n);
	else if (op == N_NEG) {
		gen(n_a[n]);
		ins("neg_eax");
	} else if (op == N_COM) {
		gen(n_a[n]);
		ins("not_eax");
	} else if (op == N_SET)
		gen_set(n);
	else if (op == N_SETBITS)
		gen_set_bits(n);
	else
		gen_word_conv(n);
}

/* Code for c ? a : b. */
void gen_cond(int n)
{
	int no;
	int end;
	no = new_label();
	end = new_label();
	gen_branch(n_a[n], 0, no);
	gen(n_b[n]);
	jump("jmp", end);
	put_label(no);
	gen(n_c[n]);
	put_label(end);
}

/* Code for expression n. */
void gen(int n)
{
	int op;
	int cl;
	op = n_op[n];
	cl = class_of(n_type[n]);
	if (op == N_COMMA) {
		gen_discard(n_a[n]);
		gen(n_b[n]);
	} else if (op == N_COND)
		gen_cond(n);
	else if (op == N_CALL)
		gen_call(n);
	else if (op == N_COPY)
		gen_copy(n);
	else if (cl == CL_FLOAT)
		gen_float(n);
	else if (cl == CL_WIDE)
		gen_wide(n);
	else if (cl == CL_BLOCK) {
		if (op != N_LOAD)
			gen_word(n);
		else
			gen(n_a[n]);
	} else if (cl == CL_VOID)
		gen_discard(n_a[n]);
	else
		gen_word(n);
}

/* Code for expression n whose value is not wanted. */
void gen_discard(int n)
{
	int op;
	if (n_eff[n] == 0)
		return;
	op = n_op[n];
	if (op == N_CONV || op == N_NOT || op == N_NEG || op == N_COM || op == N_LOAD)
		gen_discard(n_a[n]);
	else if (op == N_COMMA || (op >= N_ADD && op <= N_GT)) {
		gen_discard(n_a[n]);
		gen_discard(n_b[n]);
	} else if (op == N_SET && class_of(n_type[n]) == CL_FLOAT)
		gen_float_set(n, 0);
	else {
		gen(n);
		if (class_of(n_type[n]) == CL_FLOAT)
			ins("fstp_st0");
	}
}
