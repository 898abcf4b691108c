/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node.c: expression trees. A node is a number; its operator, type and operands stand in the
   n_ tables. Constants are folded as the trees are made. A variable is a N_LOAD of an address,
   so taking an address is taking the N_LOAD away. */

enum {
	MAX_NODES = 200000,

	N_CONST = 1, /* n_a low word, n_b high word */
	N_FCONST,    /* n_a: floating constant */
	N_LOCAL,     /* address ebp + n_a */
	N_GLOBAL,    /* address of label n_a, plus n_b */
	N_LOAD,      /* what stands at address n_a */
	N_BITS,      /* bit-field n_b (a member) of the unit at address n_a */
	N_ADD,
	N_SUB,
	N_MUL,
	N_DIV,
	N_MOD,
	N_SHL,
	N_SHR,
	N_AND,
	N_OR,
	N_XOR,
	N_EQ, /* the comparisons: the operands have the same type */
	N_NE,
	N_LT,
	N_GE,
	N_LE,
	N_GT,
	N_LAND,
	N_LOR,
	N_NOT,
	N_NEG,
	N_COM,
	N_SET,     /* store n_b at address n_a */
	N_SETBITS, /* store n_b in bit-field n_c of the unit at address n_a */
	N_COPY,    /* copy the struct at address n_b to address n_a */
	N_COMMA,
	N_COND, /* n_a ? n_b : n_c */
	N_CALL, /* call n_a with arguments n_b; n_c: frame offset of a struct result */
	N_ARG,  /* argument n_a, then the arguments before it, n_b */
	N_CONV  /* n_a converted to the type of this node */
};

int *n_op;
int *n_type;
int *n_a;
int *n_b;
int *n_c;
int *n_eff; /* 1: it stores or calls */
int nodes;

int frame_at;  /* frame offset of the newest local; grows downwards */
int frame_max; /* lowest it has been in this function */

/* A new node. */
int mk(int op, int type, int a, int b)
{
	nodes = nodes + 1;
	if (nodes == MAX_NODES)
		die("expression too large");
	n_op[nodes] = op;
	n_type[nodes] = type;
	n_a[nodes] = a;
	n_b[nodes] = b;
	n_c[nodes] = 0;
	n_eff[nodes] = 0;
	return nodes;
}

/* A new node with one operand. */
int mk1(int op, int type, int a)
{
	int n;
	n = mk(op, type, a, 0);
	n_eff[n] = n_eff[a];
	return n;
}

/* A new node with two operands. */
int mk2(int op, int type, int a, int b)
{
	int n;
	n = mk(op, type, a, b);
	n_eff[n] = n_eff[a] | n_eff[b];
	return n;
}

/* An integer constant. */
int mk_const(int type, int value)
{
	int n;
	n = mk(N_CONST, type, value, 0);
	if (value < 0 && is_unsigned(type) == 0)
		n_b[n] = -1;
	return n;
}

/* The same node with another type. */
int retype(int n, int type)
{
	int r;
	if (n_type[n] == type)
		return n;
	r = mk(n_op[n], type, n_a[n], n_b[n]);
	n_c[r] = n_c[n];
	n_eff[r] = n_eff[n];
	return r;
}

/* Room for a value of the given size in the frame; gives its offset. */
int new_local(int size, int align)
{
	if (align < 4)
		align = 4;
	frame_at = -round_up(size - frame_at, align);
	if (frame_at < frame_max)
		frame_max = frame_at;
	return frame_at;
}

/* What stands at address a, of the given type. */
int mk_load(int type, int a)
{
	return mk1(N_LOAD, type, a);
}

/* Can n be computed in one register, without stores and without the stack? */
int is_path(int n)
{
	int op;
	while (1) {
		op = n_op[n];
		if (op == N_LOCAL || op == N_GLOBAL)
			return 1;
		if (class_of(n_type[n]) != CL_WORD)
			return 0;
		if (op == N_CONST)
			return 1;
		if (op == N_ADD) {
			if (n_op[n_b[n]] != N_CONST)
				return 0;
		} else if (op == N_CONV) {
			if (n_type[n] == T_BOOL || class_of(n_type[n_a[n]]) != CL_WORD)
				return 0;
		} else if (op != N_LOAD)
			return 0;
		n = n_a[n];
	}
}

/* Address n plus k bytes, of the given type. */
int add_offset(int n, int k, int type)
{
	int r;
	if (k == 0)
		return retype(n, type);
	if (n_op[n] == N_LOCAL)
		return mk(N_LOCAL, type, n_a[n] + k, 0);
	if (n_op[n] == N_GLOBAL)
		return mk(N_GLOBAL, type, n_a[n], n_b[n] + k);
	if (n_op[n] == N_CONST)
		return mk_const(type, n_a[n] + k);
	if (n_op[n] == N_ADD) {
		r = n_b[n];
		if (n_op[r] == N_CONST && class_of(n_type[r]) == CL_WORD)
			return mk2(N_ADD, type, n_a[n], mk_const(T_INT, n_a[r] + k));
	}
	return mk2(N_ADD, type, n, mk_const(T_INT, k));
}

/* Arrays become the address of their first element, functions their address. */
int decay(int n)
{
	int t;
	t = n_type[n];
	if (ty_kind[t] == T_ARRAY)
		return retype(address_of(n), pointer_to(ty_ref[t]));
	if (ty_kind[t] == T_FUNC)
		return retype(address_of(n), pointer_to(t));
	return n;
}

/* The address of lvalue n (or of a struct value). */
int address_of(int n)
{
	if (n_op[n] == N_LOAD)
		return retype(n_a[n], pointer_to(n_type[n]));
	if (class_of(n_type[n]) == CL_BLOCK)
		return mk1(N_CONV, pointer_to(n_type[n]), n); /* the value of a struct is its address */
	die("not something that has an address");
}

/* Truncate the floating constant f to an integer: sets num_low and num_high. */
void int_of_float(int f)
{
	int shift;
	int low;
	int high;
	low = fl_low[f];
	high = fl_high[f];
	shift = 63 - (fl_exp[f] - EXT_BIAS);
	if (shift >= 64 || high == 0) {
		low = 0;
		high = 0;
	} else {
		while (shift > 0) {
			low = shift_right(low, 1) | (high << 31);
			high = shift_right(high, 1);
			shift = shift - 1;
		}
	}
	if (fl_sign[f]) {
		low = -low;
		high = ~high;
		if (low == 0)
			high = high + 1;
	}
	num_low = low;
	num_high = high;
}

/* Convert constant n to type t. */
int convert_const(int n, int t)
{
	int r;
	int v;
	if (is_float(t)) {
		v = float_of_int(n_a[n], n_b[n], is_unsigned(n_type[n]));
		r = mk(N_FCONST, t, v, 0);
		return convert(r, t);
	}
	v = n_a[n];
	if (t == T_BOOL)
		v = (v | n_b[n]) != 0;
	if (t == T_CHAR)
		v = ((v & 255) ^ 128) - 128;
	if (t == T_UCHAR)
		v = v & 255;
	if (t == T_SHORT)
		v = ((v & 65535) ^ 32768) - 32768;
	if (t == T_USHORT)
		v = v & 65535;
	r = mk_const(t, v);
	if (is_wide(t))
		n_b[r] = n_b[n];
	return r;
}

/* Convert n to type t. */
int convert(int n, int t)
{
	int f;
	int r;
	n = decay(n);
	f = n_type[n];
	if (f == t)
		return n;
	if (ty_kind[t] == T_VOID)
		return mk1(N_CONV, t, n);
	if (class_of(t) == CL_BLOCK) {
		if (class_of(f) != CL_BLOCK)
			die("cannot convert to a struct or array");
		return n;
	}
	if (class_of(f) == CL_BLOCK || ty_kind[f] == T_VOID)
		die("cannot convert a struct or void");
	if (n_op[n] == N_CONST)
		return convert_const(n, t);
	if (n_op[n] == N_FCONST) {
		if (is_float(t)) {
			r = 64;
			if (t == T_DOUBLE)
				r = 53;
			if (t == T_FLOAT)
				r = 24;
			return mk(N_FCONST, t, round_float(n_a[n], r), 0);
		}
		int_of_float(n_a[n]);
		r = mk_const(T_LLONG, num_low);
		n_b[r] = num_high;
		return convert_const(r, t);
	}
	if (t == T_BOOL) {
		if (is_float(f))
			return mk2(N_NE, t, n, convert(mk_const(T_INT, 0), f));
		return mk2(N_NE, t, n, mk_const(f, 0));
	}
	if (class_of(t) == CL_WORD && class_of(f) == CL_WORD) {
		if (ty_size[f] == 4 && ty_size[t] == 4)
			return retype(n, t);
	}
	return mk1(N_CONV, t, n);
}

/* Fold a comparison of two constants; gives 0 or 1. */
int fold_compare(int op, int a, int b, int unsign)
{
	int less;
	int same;
	same = n_a[a] == n_a[b];
	if (unsign)
		less = below(n_a[a], n_a[b]);
	else
		less = n_a[a] < n_a[b];
	if (is_wide(n_type[a])) {
		if (n_b[a] == n_b[b])
			less = below(n_a[a], n_a[b]);
		else {
			same = 0;
			if (unsign)
				less = below(n_b[a], n_b[b]);
			else
				less = n_b[a] < n_b[b];
		}
	}
	if (op == N_EQ)
		return same;
	if (op == N_NE)
		return !same;
	if (op == N_LT)
		return less;
	if (op == N_GE)
		return !less;
	if (op == N_LE)
		return less || same;
	return !less && !same;
}

int div_rest; /* remainder of the last unsigned_div */

/* Unsigned quotient of two words. */
int unsigned_div(int a, int b)
{
	int q;
	int i;
	q = 0;
	div_rest = 0;
	i = 31;
	while (i >= 0) {
		q = q << 1;
		if (div_rest < 0) {
			/* the remainder is about to lose its upper bit: it is large enough */
			div_rest = ((div_rest << 1) | (shift_right(a, i) & 1)) - b;
			q = q | 1;
		} else {
			div_rest = (div_rest << 1) | (shift_right(a, i) & 1);
			if (below(div_rest, b) == 0) {
				div_rest = div_rest - b;
				q = q | 1;
			}
		}
		i = i - 1;
	}
	return q;
}

/* Fold word a op b. */
int fold_word(int op, int a, int b, int unsign)
{
	if (op == N_ADD)
		return a + b;
	if (op == N_SUB)
		return a - b;
	if (op == N_MUL)
		return a * b;
	if (op == N_AND)
		return a & b;
	if (op == N_OR)
		return a | b;
	if (op == N_XOR)
		return a ^ b;
	if (op == N_SHL)
		return a << b;
	if (op == N_SHR) {
		if (unsign)
			return shift_right(a, b & 31);
		return a >> b;
	}
	if (b == 0)
		die("division by zero in a constant");
	if (unsign) {
		a = unsigned_div(a, b);
		if (op == N_MOD)
			return div_rest;
		return a;
	}
	if (op == N_DIV)
		return a / b;
	return a % b;
}

int wide_low; /* result of the fold_wide functions */
int wide_high;

/* Shift the wide constant high:low by n places; left, or right without or with sign. */
void fold_wide_shift(int op, int low, int high, int n, int unsign)
{
	while (n > 0) {
		if (op == N_SHL) {
			high = (high << 1) | shift_right(low, 31);
			low = low << 1;
		} else {
			low = shift_right(low, 1) | (high << 31);
			if (unsign)
				high = shift_right(high, 1);
			else
				high = high >> 1;
		}
		n = n - 1;
	}
	wide_low = low;
	wide_high = high;
}

/* Fold a wide operation on two constant nodes; 0 when it is not one that is folded. */
int fold_wide(int op, int a, int b, int unsign)
{
	int i;
	int low;
	int high;
	low = n_a[a];
	high = n_b[a];
	if (op == N_SHL || op == N_SHR) {
		fold_wide_shift(op, low, high, n_a[b] & 63, unsign);
		return 1;
	}
	if (op == N_AND || op == N_OR || op == N_XOR) {
		wide_low = fold_word(op, low, n_a[b], 0);
		wide_high = fold_word(op, high, n_b[b], 0);
		return 1;
	}
	if (op == N_ADD) {
		wide_low = low + n_a[b];
		wide_high = high + n_b[b] + below(wide_low, low);
		return 1;
	}
	if (op == N_SUB) {
		wide_low = low - n_a[b];
		wide_high = high - n_b[b] - below(low, n_a[b]);
		return 1;
	}
	if (op != N_MUL)
		return 0;
	/* multiply by shifting and adding */
	wide_low = 0;
	wide_high = 0;
	i = 63;
	while (i >= 0) {
		wide_high = (wide_high << 1) | shift_right(wide_low, 31);
		wide_low = wide_low << 1;
		if (i > 31)
			unsign = shift_right(n_b[b], i - 32) & 1;
		else
			unsign = shift_right(n_a[b], i) & 1;
		if (unsign) {
			wide_low = wide_low + low;
			wide_high = wide_high + high + below(wide_low, low);
		}
		i = i - 1;
	}
	return 1;
}

/* a op b where both have the type of the operation already; result of the given type. */
int mk_op(int op, int type, int a, int b)
{
	int n;
	int unsign;
	unsign = is_unsigned(n_type[a]);
	if (n_op[a] == N_CONST && n_op[b] == N_CONST) {
		if (op >= N_EQ && op <= N_GT)
			return mk_const(type, fold_compare(op, a, b, unsign));
		if (is_wide(n_type[a]) == 0)
			return mk_const(type, fold_word(op, n_a[a], n_a[b], unsign));
		if (fold_wide(op, a, b, unsign)) {
			n = mk_const(type, wide_low);
			n_b[n] = wide_high;
			return n;
		}
	}
	return mk2(op, type, a, b);
}

/* Pointer a plus or minus index b, counted in elements. */
int mk_index(int op, int a, int b)
{
	int size;
	int t;
	t = n_type[a];
	size = size_of(ty_ref[t]);
	b = convert(b, T_INT);
	if (n_op[b] == N_CONST) {
		if (op == N_SUB)
			return add_offset(a, -(n_a[b] * size), t);
		return add_offset(a, n_a[b] * size, t);
	}
	if (op == N_ADD && n_op[b] == N_ADD && n_op[n_b[b]] == N_CONST) {
		/* a + (i + k): bring the constant outside */
		return mk_index(N_ADD, mk_index(N_ADD, a, n_a[b]), n_b[b]);
	}
	if (size != 1)
		b = mk_op(N_MUL, T_INT, b, mk_const(T_INT, size));
	if (op == N_ADD && n_op[a] == N_ADD && n_op[n_b[a]] == N_CONST) {
		/* (a + k) + i: keep the constant outside */
		return mk2(N_ADD, t, mk2(N_ADD, t, n_a[a], b), n_b[a]);
	}
	return mk2(op, t, a, b);
}

/* a op b for the arithmetic operators, after C's rules for types. */
int mk_binary(int op, int a, int b)
{
	int t;
	a = decay(a);
	b = decay(b);
	if (op == N_ADD || op == N_SUB) {
		if (is_pointer(n_type[a])) {
			if (is_pointer(n_type[b])) {
				t = size_of(ty_ref[n_type[a]]);
				a = mk2(N_SUB, T_INT, a, b);
				if (t == 1)
					return a;
				return mk2(N_DIV, T_INT, a, mk_const(T_INT, t));
			}
			return mk_index(op, a, b);
		}
		if (is_pointer(n_type[b]))
			return mk_index(op, b, a);
	}
	if (op >= N_EQ && op <= N_GT) {
		if (is_pointer(n_type[a]) || is_pointer(n_type[b]))
			t = T_UINT;
		else
			t = common_type(n_type[a], n_type[b]);
		return mk_op(op, T_INT, convert(a, t), convert(b, t));
	}
	if (op == N_SHL || op == N_SHR) {
		t = promoted(n_type[a]);
		return mk_op(op, t, convert(a, t), convert(b, T_INT));
	}
	if (class_of(n_type[a]) == CL_BLOCK || class_of(n_type[b]) == CL_BLOCK)
		die("arithmetic on a struct");
	if (is_pointer(n_type[a]))
		a = retype(a, T_UINT);
	if (is_pointer(n_type[b]))
		b = retype(b, T_UINT);
	t = common_type(n_type[a], n_type[b]);
	a = convert(a, t);
	b = convert(b, t);
	if (op == N_ADD && n_op[a] == N_CONST && t <= T_UINT)
		return mk_op(op, t, b, a);
	return mk_op(op, t, a, b);
}

/* n as a truth value: a scalar, decayed. */
int mk_truth(int n)
{
	n = decay(n);
	if (class_of(n_type[n]) == CL_BLOCK || class_of(n_type[n]) == CL_VOID)
		die("condition is not a number or pointer");
	return n;
}

/* Value of constant n as a condition: 0 or 1; -1 when it is not constant. */
int const_truth(int n)
{
	if (n_op[n] == N_CONST)
		return (n_a[n] | n_b[n]) != 0;
	if (n_op[n] == N_GLOBAL)
		return 1;
	return -1;
}

/* a && b, a || b */
int mk_logical(int op, int a, int b)
{
	int v;
	a = mk_truth(a);
	b = mk_truth(b);
	v = const_truth(a);
	if (v == 0 && op == N_LAND)
		return mk_const(T_INT, 0);
	if (v == 1 && op == N_LOR)
		return mk_const(T_INT, 1);
	if (v >= 0 && const_truth(b) >= 0)
		return mk_const(T_INT, const_truth(b));
	return mk2(op, T_INT, a, b);
}

/* !n */
int mk_not(int n)
{
	n = mk_truth(n);
	if (n_op[n] == N_CONST)
		return mk_const(T_INT, !const_truth(n));
	return mk1(N_NOT, T_INT, n);
}

/* -n (N_NEG) or ~n (N_COM) */
int mk_unary(int op, int n)
{
	int t;
	int r;
	n = decay(n);
	t = promoted(n_type[n]);
	n = convert(n, t);
	if (n_op[n] == N_FCONST && op == N_NEG) {
		r = new_float(fl_low[n_a[n]], fl_high[n_a[n]], fl_exp[n_a[n]], !fl_sign[n_a[n]]);
		return mk(N_FCONST, t, r, 0);
	}
	if (n_op[n] == N_CONST) {
		if (op == N_NEG)
			return mk_op(N_SUB, t, mk_const(t, 0), n);
		r = mk_const(t, ~n_a[n]);
		if (is_wide(t))
			n_b[r] = ~n_b[n];
		return r;
	}
	return mk1(op, t, n);
}

/* Store value v in lvalue n. */
int mk_assign(int n, int v)
{
	int r;
	int t;
	t = n_type[n];
	if (n_op[n] == N_BITS) {
		r = mk2(N_SETBITS, t, n_a[n], convert(v, promoted(t)));
		n_c[r] = n_b[n];
	} else if (n_op[n] != N_LOAD || ty_kind[t] == T_ARRAY)
		die("cannot assign to this");
	else if (ty_kind[t] == T_STRUCT) {
		if (ty_kind[n_type[v]] != T_STRUCT)
			die("assignment of something else to a struct");
		r = mk2(N_COPY, t, address_of(n), address_of(v));
	} else
		r = mk2(N_SET, t, n_a[n], convert(v, t));
	n_eff[r] = 1;
	return r;
}

int stable_before; /* what must be computed before the result of mk_stable, or 0 */

/* Lvalue n in a form that may be evaluated twice. */
int mk_stable(int n)
{
	int temp;
	int p;
	int r;
	stable_before = 0;
	if (n_op[n] != N_LOAD && n_op[n] != N_BITS)
		die("cannot assign to this");
	if (is_path(n_a[n]))
		return n;
	p = n_type[n_a[n]];
	temp = mk_load(p, mk(N_LOCAL, pointer_to(p), new_local(4, 4), 0));
	stable_before = mk_assign(temp, n_a[n]);
	r = mk1(n_op[n], n_type[n], temp);
	n_b[r] = n_b[n];
	return r;
}

/* n op= v */
int mk_compound(int op, int n, int v)
{
	int before;
	n = mk_stable(n);
	before = stable_before;
	n = mk_assign(n, mk_binary(op, n, v));
	if (before)
		n = mk2(N_COMMA, n_type[n], before, n);
	return n;
}

/* Member m (found by find_member, which left its offset) of the struct at address a. */
int mk_member(int a, int m)
{
	int t;
	int n;
	t = mb_type[m];
	a = add_offset(a, found_off, pointer_to(t));
	if (mb_width[m] < 0)
		return mk_load(t, a);
	n = mk1(N_BITS, t, a);
	n_b[n] = m;
	return n;
}

/* c ? a : b */
int mk_cond(int c, int a, int b)
{
	int t;
	int n;
	int v;
	c = mk_truth(c);
	a = decay(a);
	b = decay(b);
	t = n_type[a];
	if (t != n_type[b]) {
		if (ty_kind[t] == T_VOID || ty_kind[n_type[b]] == T_VOID)
			t = T_VOID;
		else if (is_pointer(t) && is_pointer(n_type[b])) {
			if (ty_kind[ty_ref[t]] == T_VOID)
				t = n_type[b];
		} else if (is_pointer(n_type[b]))
			t = n_type[b];
		else if (is_pointer(t) == 0)
			t = common_type(t, n_type[b]);
	} else
		t = promoted(t);
	a = convert(a, t);
	b = convert(b, t);
	v = const_truth(c);
	if (v == 1)
		return a;
	if (v == 0)
		return b;
	n = mk2(N_COND, t, a, b);
	n_a[n] = c;
	n_b[n] = a;
	n_c[n] = b;
	n_eff[n] = n_eff[n] | n_eff[c];
	return n;
}

/* Make the tables. */
void node_init()
{
	n_op = alloc_words(MAX_NODES);
	n_type = alloc_words(MAX_NODES);
	n_a = alloc_words(MAX_NODES);
	n_b = alloc_words(MAX_NODES);
	n_c = alloc_words(MAX_NODES);
	n_eff = alloc_words(MAX_NODES);
}
