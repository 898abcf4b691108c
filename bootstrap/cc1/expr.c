/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expr.c: read expressions into trees. */

int tok;  /* id of the current token */
int key;  /* its keyword or mark code */
int kind; /* K_... of it */
int ahead; /* the token after it, if peeked: its word + 1; else 0 */

enum { MAX_TEXT = 200000 };
char *str_buf; /* the string constant last read */
int str_len;   /* without the zero byte that C adds */

int function_name; /* id of the function being compiled */

/* Go to the next token. */
void next()
{
	int t;
	if (ahead) {
		t = ahead - 1;
		ahead = 0;
	} else
		t = cpp_tok();
	tok = t >> 2;
	key = id_key[tok];
	kind = id_kind[tok];
}

/* The key of the token after the current one. */
int peek_key()
{
	if (ahead == 0)
		ahead = cpp_tok() + 1;
	return id_key[(ahead - 1) >> 2];
}

/* Pass a mark that must be there. */
void expect(int k, char *what)
{
	int n;
	if (key != k) {
		n = text_len(what);
		copy_bytes(paste_text, "expected ", 9);
		copy_bytes(paste_text + 9, what, n);
		copy_bytes(paste_text + 9 + n, " before", 7);
		paste_text[16 + n] = 0;
		die2(paste_text, id_text[tok]);
	}
	next();
}

/* Does the current token begin a type? */
int at_type()
{
	int s;
	if (key >= W_TYPEDEF)
		return 1;
	if (kind != K_NAME || key)
		return 0;
	s = id_sym[tok];
	return s != 0 && s_kind[s] == S_TYPEDEF;
}

/* Read one or more adjacent string constants into str_buf. */
void read_string()
{
	char *s;
	int i;
	int end;
	str_len = 0;
	while (kind == K_STRING) {
		s = id_text[tok];
		i = 1;
		end = id_len[tok] - 1;
		while (i < end) {
			if (str_len + 2 >= MAX_TEXT)
				die("string too long");
			str_buf[str_len] = escaped_char(s, i);
			str_len = str_len + 1;
			i = esc_next;
		}
		next();
	}
	str_buf[str_len] = 0;
}

/* Put the string in str_buf among the data; gives the array. */
int mk_string()
{
	int label;
	label = static_label(intern_text("S."), new_label());
	use_data(1);
	put_name(label);
	put_bytes(str_buf, str_len + 1);
	use_data(0);
	return mk_load(new_type(T_ARRAY, T_CHAR, str_len + 1), mk(N_GLOBAL, T_INT, label, 0));
}

/* Write n bytes of data. */
void put_bytes(char *s, int n)
{
	int i;
	i = 0;
	while (i < n) {
		if ((i & 31) == 0)
			put_char('\'');
		put_byte(s[i]);
		i = i + 1;
		if ((i & 31) == 0 || i == n)
			put("'\n");
	}
}

/* A number. */
int number()
{
	int n;
	int t;
	read_number(id_text[tok]);
	next();
	if (num_float) {
		t = T_DOUBLE;
		if (num_ftype == 'f')
			t = T_FLOAT;
		if (num_ftype == 'l')
			t = T_LDOUBLE;
		return mk(N_FCONST, t, num_float, 0);
	}
	t = T_INT;
	if (num_longs > 1 || num_high)
		t = T_LLONG;
	else if (num_low < 0) {
		t = T_UINT;
		if (num_hex == 0 && num_unsigned == 0)
			t = T_LLONG;
	}
	if (num_unsigned && t == T_INT)
		t = T_UINT;
	if (t == T_LLONG && (num_unsigned || num_high < 0))
		t = T_ULLONG;
	n = mk_const(t, num_low);
	n_b[n] = num_high;
	return n;
}

/* A name used as a value. */
int name_value()
{
	int s;
	int name;
	int t;
	char *text;
	name = tok;
	s = id_sym[name];
	next();
	if (s == 0) {
		text = id_text[name];
		if (text_same(text, "__func__") || text_same(text, "__FUNCTION__")) {
			str_len = id_len[function_name];
			copy_bytes(str_buf, id_text[function_name], str_len + 1);
			return mk_string();
		}
		if (key != '(')
			die2("not declared", text);
		t = new_type(T_FUNC, T_INT, 0);
		ty_flag[t] = 1;
		s = new_symbol(S_GLOBAL, name, t);
		s_label[s] = name;
	}
	t = s_type[s];
	if (s_kind[s] == S_ENUM)
		return mk_const(T_INT, s_value[s]);
	if (s_kind[s] == S_LOCAL)
		return mk_load(t, mk(N_LOCAL, pointer_to(t), s_value[s], 0));
	if (s_kind[s] != S_GLOBAL)
		die2("not a value", id_text[name]);
	return mk_load(t, mk(N_GLOBAL, pointer_to(t), s_label[s], 0));
}

/* A constant, name, string or expression in parentheses. */
int primary()
{
	int n;
	if (kind == K_NUMBER)
		return number();
	if (kind == K_CHAR) {
		n = mk_const(T_INT, char_value(id_text[tok]));
		next();
		return n;
	}
	if (kind == K_STRING) {
		read_string();
		return mk_string();
	}
	if (key == '(') {
		next();
		n = expression();
		expect(')', ")");
		return n;
	}
	if (key == W_OFFSETOF)
		return offset_of();
	if (kind == K_NAME && key == 0)
		return name_value();
	die2("unexpected", id_text[tok]);
}

/* __builtin_offsetof(type, member) */
int offset_of()
{
	int t;
	int n;
	next();
	expect('(', "(");
	t = type_name();
	expect(',', ",");
	n = mk_load(t, mk_const(pointer_to(t), 0));
	n = member_of(address_of(n));
	while (key == '.' || key == '[') {
		if (key == '.') {
			next();
			n = member_of(address_of(n));
		} else {
			next();
			n = mk_deref(mk_binary(N_ADD, n, expression()));
			expect(']', "]");
		}
	}
	expect(')', ")");
	return retype(address_of(n), T_UINT);
}

/* The member named by the current token, of the struct at address a. */
int member_of(int a)
{
	int t;
	int m;
	t = n_type[a];
	if (is_pointer(t) == 0 || ty_kind[ty_ref[t]] != T_STRUCT)
		die2("not a struct, to have member", id_text[tok]);
	m = find_member(ty_ref[t], tok, 0);
	if (m == 0)
		die2("no such member", id_text[tok]);
	next();
	return mk_member(a, m);
}

/* *n */
int mk_deref(int n)
{
	int t;
	n = decay(n);
	t = n_type[n];
	if (is_pointer(t) == 0)
		die("not a pointer");
	t = ty_ref[t];
	return mk_load(t, n);
}

/* Argument n as it is passed when the parameter's type is not known. */
int default_arg(int n)
{
	n = decay(n);
	if (n_type[n] == T_FLOAT)
		return convert(n, T_DOUBLE);
	return convert(n, promoted(n_type[n]));
}

/* A call of function fn, at the opening parenthesis. */
int call(int fn)
{
	int t;
	int p;
	int args;
	int a;
	int n;
	fn = decay(fn);
	t = n_type[fn];
	if (is_pointer(t) == 0 || ty_kind[ty_ref[t]] != T_FUNC)
		die("call of something that is not a function");
	t = ty_ref[t];
	next();
	args = 0;
	p = 0;
	while (key != ')') {
		a = assignment();
		if (p < ty_len[t])
			a = convert(a, pa_type[ty_first[t] + p]);
		else if (ty_flag[t])
			a = default_arg(a);
		else
			die("too many arguments");
		p = p + 1;
		args = mk(N_ARG, T_VOID, a, args);
		if (key != ')')
			expect(',', ", or )");
	}
	if (p < ty_len[t])
		die("too few arguments");
	next();
	n = mk(N_CALL, ty_ref[t], fn, args);
	n_eff[n] = 1;
	if (class_of(ty_ref[t]) == CL_BLOCK)
		n_c[n] = new_local(size_of(ty_ref[t]), 4);
	return n;
}

/* n++ (N_ADD) or n-- (N_SUB): change it, and undo that in the value. */
int post_step(int op, int n)
{
	int t;
	int undo;
	t = n_type[n];
	undo = N_SUB;
	if (op == N_SUB)
		undo = N_ADD;
	n = mk_compound(op, n, mk_const(T_INT, 1));
	return convert(mk_binary(undo, n, mk_const(T_INT, 1)), t);
}

/* What may follow the operand n: [] () . -> ++ -- */
int postfix_of(int n)
{
	int i;
	while (1) {
		if (key == '[') {
			next();
			i = expression();
			expect(']', "]");
			n = mk_deref(mk_binary(N_ADD, n, i));
		} else if (key == '(')
			n = call(n);
		else if (key == '.') {
			next();
			n = member_of(address_of(n));
		} else if (key == M_ARROW) {
			next();
			n = member_of(decay(n));
		} else if (key == M_INC) {
			next();
			n = post_step(N_ADD, n);
		} else if (key == M_DEC) {
			next();
			n = post_step(N_SUB, n);
		} else
			return n;
	}
}

/* The type in parentheses after sizeof or in a cast, up to and with the ")". */
int paren_type()
{
	int t;
	t = type_name();
	expect(')', ")");
	return t;
}

/* sizeof */
int size_expr()
{
	int t;
	int frame;
	next();
	if (key == '(') {
		next();
		if (at_type())
			t = paren_type();
		else {
			frame = frame_at;
			t = expression();
			expect(')', ")");
			t = postfix_of(t);
			frame_at = frame;
			t = n_type[t];
		}
	} else
		t = n_type[unary()];
	return mk_const(T_UINT, size_of(t));
}

/* An operand with its prefix operators and casts. */
int unary()
{
	int n;
	int t;
	if (key == '(') {
		next();
		if (at_type()) {
			t = paren_type();
			if (key == '{')
				return compound_literal(t);
			return convert(unary(), t);
		}
		n = expression();
		expect(')', ")");
		return postfix_of(n);
	}
	if (key == '*') {
		next();
		n = unary();
		if (ty_kind[n_type[n]] == T_FUNC)
			return n;
		return mk_deref(n);
	}
	if (key == '&') {
		next();
		return address_of(unary());
	}
	if (key == '-') {
		next();
		return mk_unary(N_NEG, unary());
	}
	if (key == '+') {
		next();
		n = decay(unary());
		return convert(n, promoted(n_type[n]));
	}
	if (key == '!') {
		next();
		return mk_not(unary());
	}
	if (key == '~') {
		next();
		return mk_unary(N_COM, unary());
	}
	if (key == M_INC) {
		next();
		return mk_compound(N_ADD, unary(), mk_const(T_INT, 1));
	}
	if (key == M_DEC) {
		next();
		return mk_compound(N_SUB, unary(), mk_const(T_INT, 1));
	}
	if (key == W_SIZEOF)
		return size_expr();
	if (key == W_EXTENSION) {
		next();
		return unary();
	}
	return postfix_of(primary());
}

/* The tree operator of a binary operator's key. */
int binary_op(int k)
{
	if (k == '+')
		return N_ADD;
	if (k == '-')
		return N_SUB;
	if (k == '*')
		return N_MUL;
	if (k == '/')
		return N_DIV;
	if (k == '%')
		return N_MOD;
	if (k == '&')
		return N_AND;
	if (k == '|')
		return N_OR;
	if (k == '^')
		return N_XOR;
	if (k == '<')
		return N_LT;
	if (k == '>')
		return N_GT;
	if (k == M_LE)
		return N_LE;
	if (k == M_GE)
		return N_GE;
	if (k == M_EQ)
		return N_EQ;
	if (k == M_NE)
		return N_NE;
	if (k == M_SHL)
		return N_SHL;
	return N_SHR;
}

/* Binary operators that bind at least as tightly as level, after their first operand n. */
int binary_of(int n, int level)
{
	int k;
	int p;
	int b;
	while (1) {
		k = key;
		p = precedence(k);
		if (p == 0 || p < level)
			return n;
		next();
		b = unary();
		while (precedence(key) > p)
			b = binary_of(b, precedence(key));
		if (k == M_AND)
			n = mk_logical(N_LAND, n, b);
		else if (k == M_OR)
			n = mk_logical(N_LOR, n, b);
		else
			n = mk_binary(binary_op(k), n, b);
	}
}

/* The tree operator of a computing assignment such as +=, or 0. */
int compound_op(int k)
{
	if (k == M_ADD_SET)
		return N_ADD;
	if (k == M_SUB_SET)
		return N_SUB;
	if (k == M_MUL_SET)
		return N_MUL;
	if (k == M_DIV_SET)
		return N_DIV;
	if (k == M_MOD_SET)
		return N_MOD;
	if (k == M_SHL_SET)
		return N_SHL;
	if (k == M_SHR_SET)
		return N_SHR;
	if (k == M_AND_SET)
		return N_AND;
	if (k == M_OR_SET)
		return N_OR;
	if (k == M_XOR_SET)
		return N_XOR;
	return 0;
}

/* An expression without assignment: binary operators and ?: */
int conditional()
{
	int n;
	int a;
	int b;
	n = binary_of(unary(), 1);
	if (key != '?')
		return n;
	next();
	if (key == ':') {
		/* "c ?: b": c would be evaluated twice */
		if (n_eff[n])
			die("?: without its middle needs a condition without effects");
		a = n;
	} else
		a = expression();
	expect(':', ":");
	b = conditional();
	return mk_cond(n, a, b);
}

/* An assignment expression. */
int assignment()
{
	int n;
	int op;
	n = conditional();
	if (key == '=') {
		next();
		return mk_assign(n, assignment());
	}
	op = compound_op(key);
	if (op) {
		next();
		return mk_compound(op, n, assignment());
	}
	return n;
}

/* An expression with commas. */
int expression()
{
	int n;
	int b;
	n = assignment();
	while (key == ',') {
		next();
		b = decay(assignment());
		n = mk2(N_COMMA, n_type[b], n, b);
	}
	return n;
}

/* The value of a constant integer expression. */
int const_int()
{
	int n;
	n = convert(conditional(), T_INT);
	if (n_op[n] != N_CONST)
		die("not a constant");
	return n_a[n];
}

/* Make the tables of this file. */
void expr_init()
{
	str_buf = alloc(MAX_TEXT);
}
