/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decl.c: read types and declarations. */

int ds_storage; /* W_TYPEDEF, W_EXTERN, W_STATIC or 0: storage class last read by specifiers */
int decl_name;  /* name last read by declarator, or 0 */

/* parameters being read, innermost list last */
int *tp_type;
int *tp_name;
int tp_top;

/* Skip __attribute__((...)) and the qualifiers. */
void skip_attributes()
{
	int level;
	while (1) {
		if (key == W_ATTRIBUTE) {
			next();
			expect('(', "(");
			level = 1;
			while (level) {
				if (key == '(')
					level = level + 1;
				if (key == ')')
					level = level - 1;
				if (tok == ID_FILE_END)
					die("attribute without end");
				next();
			}
		} else if (key == W_CONST || key == W_VOLATILE || key == W_RESTRICT)
			next();
		else if (key == W_EXTENSION || key == W_INLINE)
			next();
		else
			return;
	}
}

/* Put bit-field m of the given width in struct s, whose first bits are taken. Gives the number
   of bits taken afterwards. */
int place_bits(int m, int width, int bits)
{
	int unit_bits;
	unit_bits = size_of(mb_type[m]) * 8;
	if (width > unit_bits)
		die("bit-field too wide");
	if (width == 0)
		return round_up(bits, unit_bits);
	if (bits / unit_bits != (bits + width - 1) / unit_bits)
		bits = round_up(bits, unit_bits);
	mb_off[m] = bits / unit_bits * (unit_bits / 8);
	mb_bit[m] = bits % unit_bits;
	mb_width[m] = width;
	return bits + width;
}

/* Read the members of struct s, up to and with the "}". */
void struct_members(int s, int is_union)
{
	int base;
	int t;
	int m;
	int last;
	int bits;
	int most;
	int align;
	int width;
	last = 0;
	bits = 0;
	most = 0;
	align = 1;
	while (key != '}') {
		base = specifiers();
		while (1) {
			decl_name = 0;
			t = base;
			if (key != ':' && key != ';')
				t = declarator(base);
			m = new_member(decl_name, t);
			if (is_union)
				bits = 0;
			if (key == ':') {
				next();
				width = const_int();
				bits = place_bits(m, width, bits);
				mb_width[m] = width;
			} else {
				bits = round_up((bits + 7) / 8, align_of(t));
				mb_off[m] = bits;
				if (ty_kind[t] == T_ARRAY && ty_len[t] < 0)
					bits = bits * 8;
				else
					bits = (bits + size_of(t)) * 8;
			}
			if (bits > most)
				most = bits;
			if (align_of(t) > align && mb_width[m] != 0)
				align = align_of(t);
			if (mb_width[m] != 0 || mb_name[m] != 0) {
				if (last)
					mb_next[last] = m;
				else
					ty_first[s] = m;
				last = m;
			}
			skip_attributes();
			if (key != ',')
				break;
			next();
		}
		expect(';', ";");
	}
	next();
	ty_size[s] = round_up((most + 7) / 8, align);
	ty_align[s] = align;
	ty_len[s] = is_union;
	ty_flag[s] = 1;
}

/* Read what follows "struct" or "union". */
int struct_type(int is_union)
{
	int name;
	int s;
	int t;
	next();
	skip_attributes();
	name = 0;
	t = 0;
	if (kind == K_NAME && key == 0) {
		name = tok;
		next();
		s = id_tag[name];
		if (s)
			t = s_type[s];
		/* a definition in an inner scope, or of a tag complete already, makes a new type */
		if (s && key == '{' && (ty_flag[t] || s <= scope_start))
			t = 0;
		if (s && key == ';' && s <= scope_start)
			t = 0;
	}
	if (t == 0) {
		t = new_type(T_STRUCT, 0, is_union);
		if (name)
			new_symbol(S_TAG, name, t);
	}
	if (key == '{') {
		next();
		struct_members(t, is_union);
		skip_attributes();
	}
	return t;
}

/* Read what follows "enum". */
int enum_type()
{
	int value;
	int name;
	int s;
	next();
	skip_attributes();
	if (kind == K_NAME && key == 0)
		next();
	if (key == '{') {
		next();
		value = 0;
		while (key != '}') {
			name = tok;
			if (kind != K_NAME || key)
				die("bad enumeration constant");
			next();
			if (key == '=') {
				next();
				value = const_int();
			}
			s = new_symbol(S_ENUM, name, T_INT);
			s_value[s] = value;
			value = value + 1;
			if (key == ',')
				next();
			else if (key != '}')
				die2("bad enumeration at", id_text[tok]);
		}
		next();
	}
	return T_INT;
}

/* The basic type made of the words counted by specifiers. */
int basic_of(int base, int longs, int shorts, int unsign)
{
	int t;
	if (base == W_DOUBLE) {
		if (longs)
			return T_LDOUBLE;
		return T_DOUBLE;
	}
	t = T_INT;
	if (base == W_CHAR)
		t = T_CHAR;
	if (shorts)
		t = T_SHORT;
	if (longs > 1)
		t = T_LLONG;
	return t + unsign; /* the unsigned type follows the signed one */
}

/* Read the words that begin a declaration; gives the type, sets ds_storage. */
int specifiers()
{
	int t;
	int base;
	int longs;
	int shorts;
	int unsign;
	int seen;
	int storage;
	t = 0;
	base = 0;
	longs = 0;
	shorts = 0;
	unsign = 0;
	seen = 0;
	storage = 0;
	while (1) {
		skip_attributes();
		if (key == W_TYPEDEF || key == W_EXTERN || key == W_STATIC) {
			storage = key;
			next();
		} else if (key == W_AUTO || key == W_REGISTER)
			next();
		else if (key == W_STRUCT || key == W_UNION) {
			t = struct_type(key == W_UNION);
			seen = 1;
		} else if (key == W_ENUM) {
			t = enum_type();
			seen = 1;
		} else if (key >= W_VOID && key <= W_DOUBLE) {
			seen = 1;
			if (key == W_VOID)
				t = T_VOID;
			else if (key == W_BOOL)
				t = T_BOOL;
			else if (key == W_FLOAT)
				t = T_FLOAT;
			else if (key == W_LONG)
				longs = longs + 1;
			else if (key == W_SHORT)
				shorts = 1;
			else if (key == W_UNSIGNED)
				unsign = 1;
			else if (key != W_SIGNED && key != W_INT)
				base = key;
			next();
		} else if (seen == 0 && at_type()) {
			t = s_type[id_sym[tok]];
			seen = 1;
			next();
		} else
			break;
	}
	ds_storage = storage;
	if (seen == 0 && storage == 0)
		die2("a declaration is wanted here", id_text[tok]);
	if (t)
		return t;
	return basic_of(base, longs, shorts, unsign);
}

/* Read the parameters of a function that gives type ret, up to and with the ")". */
int function_type(int ret)
{
	int start;
	int t;
	int f;
	int i;
	int save_name;
	int save_storage;
	int more;
	start = tp_top;
	save_name = decl_name;
	save_storage = ds_storage;
	more = key == ')';
	while (key != ')') {
		if (key == M_DOTS) {
			next();
			more = 1;
		} else {
			t = specifiers();
			decl_name = 0;
			t = declarator(t);
			skip_attributes();
			if (t != T_VOID) {
				if (ty_kind[t] == T_ARRAY)
					t = pointer_to(ty_ref[t]);
				if (ty_kind[t] == T_FUNC)
					t = pointer_to(t);
				tp_type[tp_top] = t;
				tp_name[tp_top] = decl_name;
				tp_top = tp_top + 1;
			}
		}
		if (key != ')')
			expect(',', ", or )");
	}
	next();
	f = new_type(T_FUNC, ret, tp_top - start);
	ty_flag[f] = more;
	ty_first[f] = params;
	i = start;
	while (i < tp_top) {
		if (params == MAX_PARAMS)
			die("too many parameters");
		pa_type[params] = tp_type[i];
		pa_name[params] = tp_name[i];
		params = params + 1;
		i = i + 1;
	}
	tp_top = start;
	decl_name = save_name;
	ds_storage = save_storage;
	return f;
}

/* Read what follows the name in a declarator: [n] and (parameters). */
int declarator_tail(int base)
{
	int len;
	if (key == '(') {
		next();
		return function_type(base);
	}
	if (key == '[') {
		next();
		len = -1;
		while (key == W_STATIC || key == W_CONST || key == W_RESTRICT)
			next();
		if (key != ']')
			len = const_int();
		expect(']', "]");
		return new_type(T_ARRAY, declarator_tail(base), len);
	}
	return base;
}

/* Read a declarator for the given base type; gives the whole type, sets decl_name (when there
   is a name). */
int declarator(int base)
{
	int hole;
	int inner;
	int t;
	int k;
	skip_attributes();
	while (key == '*') {
		next();
		base = pointer_to(base);
		skip_attributes();
	}
	if (key == '(') {
		k = peek_key();
		if (k == '*' || k == '(' || k == W_ATTRIBUTE || (k == 0 && peek_is_type() == 0)) {
			/* the inner declarator applies to what is known only after it */
			next();
			hole = new_type(T_VOID, 0, 0);
			inner = declarator(hole);
			expect(')', ")");
			t = declarator_tail(base);
			if (inner == hole)
				return t;
			k = inner;
			while (ty_ref[k] != hole)
				k = ty_ref[k];
			ty_ref[k] = t;
			return inner;
		}
	}
	if (kind == K_NAME && key == 0) {
		decl_name = tok;
		next();
	}
	return declarator_tail(base);
}

/* Is the token after the current one the name of a type? */
int peek_is_type()
{
	int s;
	peek_key();
	s = id_sym[(ahead - 1) >> 2];
	return s != 0 && s_kind[s] == S_TYPEDEF;
}

/* Read the name of a type, as in a cast. */
int type_name()
{
	int t;
	t = specifiers();
	decl_name = 0;
	return declarator(t);
}

/* The symbol for global name of type t, made or found; storage as for ds_storage. */
int global_symbol(int name, int t, int storage)
{
	int s;
	s = id_sym[name];
	if (s && s_kind[s] == S_GLOBAL && (depth == 0 || storage != W_STATIC)) {
		if (ty_kind[t] != T_ARRAY || ty_len[t] >= 0) {
			if (ty_kind[t] != T_FUNC || ty_len[t] || ty_flag[t] == 0)
				s_type[s] = t;
		}
		return s;
	}
	s = new_symbol(S_GLOBAL, name, t);
	s_label[s] = name;
	if (storage == W_STATIC) {
		if (depth)
			s_label[s] = static_label(name, 1000 + new_label());
		else
			s_label[s] = static_label(name, unit);
	}
	return s;
}

/* Declare a variable with a label, and read its value if it has one. */
void global_variable(int name, int t, int storage)
{
	int s;
	int label;
	int len;
	s = global_symbol(name, t, storage);
	label = s_label[s];
	if (key == '=') {
		next();
		if (id_extern[label] == EXT_DEFINED)
			die2("defined twice", id_text[name]);
		id_extern[label] = EXT_DEFINED;
		len = global_init(t, label);
		if (ty_kind[t] == T_ARRAY && ty_len[t] < 0)
			s_type[s] = new_type(T_ARRAY, ty_ref[t], len);
		return;
	}
	if (storage == W_EXTERN)
		return;
	if (id_extern[label] == EXT_NONE)
		id_extern[label] = EXT_TENTATIVE;
	t = s_type[s];
	if (ty_kind[t] == T_ARRAY && ty_len[t] < 0)
		return; /* its size comes with a later declaration */
	if (size_of(t) > id_size[label])
		id_size[label] = size_of(t);
}

/* Declare a variable in the frame, and read its value if it has one. */
void local_variable(int name, int t)
{
	int s;
	s = new_symbol(S_LOCAL, name, t);
	if (key == '=' && ty_kind[t] == T_ARRAY && ty_len[t] < 0) {
		next();
		s_type[s] = local_init_open(t);
		s_value[s] = local_init_place(s_type[s]);
		return;
	}
	s_value[s] = new_local(size_of(t), align_of(t));
	if (key == '=') {
		next();
		local_init(t, s_value[s]);
	}
}

/* Read a declaration; outside of functions this may be a function with its body. */
void declaration()
{
	int base;
	int t;
	int storage;
	int s;
	int mark;
	base = specifiers();
	storage = ds_storage;
	if (key == ';') {
		next();
		return;
	}
	while (1) {
		decl_name = 0;
		t = declarator(base);
		skip_attributes();
		if (decl_name == 0)
			die2("a name is wanted here", id_text[tok]);
		mark = nodes;
		if (storage == W_TYPEDEF)
			new_symbol(S_TYPEDEF, decl_name, t);
		else if (ty_kind[t] == T_FUNC) {
			s = global_symbol(decl_name, t, storage);
			if (key == '{') {
				if (depth)
					die("function inside a function");
				function_body(s, t);
				nodes = mark;
				return;
			}
		} else if (depth == 0 || storage)
			global_variable(decl_name, t, storage);
		else
			local_variable(decl_name, t);
		nodes = mark;
		if (key != ',')
			break;
		next();
	}
	expect(';', ";");
}

/* Make the tables of this file. */
void decl_init()
{
	tp_type = alloc_words(4000);
	tp_name = alloc_words(4000);
}
