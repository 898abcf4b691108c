/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init.c: initialisers. Those of globals are put in an image of the object, those of locals are
   kept in a list of stores until the whole initialiser has been read. */

enum {
	IMAGE_SIZE = 1000000,
	MAX_STORES = 20000,
	MAX_FIXES = 4000
};

int init_global;  /* 1: filling the image; 0: filling the list */
int init_pending; /* an expression read before it was known where it belongs, or 0 */
int init_high;    /* elements of an array of unknown length so far */

char *image;
int *image_label; /* label whose address belongs at this byte, or 0 */

int *st_off; /* list of stores: offset in the object, */
int *st_type;
int *st_node;   /* value, */
int *st_member; /* and the bit-field, or 0 */
int stores;

/* addresses that the text cannot express (label + offset): stored when the program starts */
int *fx_to;
int *fx_to_off;
int *fx_label;
int *fx_off;
int fixes;
int fix_first; /* fixes made by the current initialiser start here */

/* Put n bytes of value v in the image. */
void image_bytes(int off, int v, int n)
{
	while (n > 0) {
		image[off] = v;
		v = v >> 8;
		off = off + 1;
		n = n - 1;
	}
}

/* Put value v of bit-field m in the image. */
void image_bits(int off, int m, int v)
{
	int i;
	int bit;
	off = off + mb_off[m];
	i = 0;
	while (i < mb_width[m]) {
		bit = mb_bit[m] + i;
		if ((v >> i) & 1)
			image[off + bit / 8] = image[off + bit / 8] | (1 << (bit & 7));
		i = i + 1;
	}
}

/* Put the constant n of type t in the image. */
void image_value(int off, int t, int n, int m)
{
	int i;
	n = convert(n, t);
	if (off + 12 > IMAGE_SIZE)
		die("object too large to be initialised");
	if (n_op[n] == N_FCONST) {
		encode_float(n_a[n], t);
		i = 0;
		while (i < ty_size[t]) {
			image[off + i] = float_bytes[i];
			i = i + 1;
		}
	} else if (n_op[n] == N_CONST) {
		if (m)
			image_bits(off, m, n_a[n]);
		else {
			i = ty_size[t];
			if (i == 8) {
				image_bytes(off + 4, n_b[n], 4);
				i = 4;
			}
			image_bytes(off, n_a[n], i);
		}
	} else if (n_op[n] == N_GLOBAL && ty_size[t] == 4) {
		if (n_b[n] == 0)
			image_label[off] = n_a[n];
		else {
			if (fixes == MAX_FIXES)
				die("too many addresses to be computed at the start");
			fx_to_off[fixes] = off;
			fx_label[fixes] = n_a[n];
			fx_off[fixes] = n_b[n];
			fixes = fixes + 1;
		}
	} else
		die("the value of a global must be constant");
}

/* Store value n at offset off of the object. */
void init_store(int off, int t, int n, int m)
{
	if (init_global) {
		image_value(off, t, n, m);
		return;
	}
	if (stores == MAX_STORES)
		die("initialiser too long");
	st_off[stores] = off;
	st_type[stores] = t;
	st_node[stores] = n;
	st_member[stores] = m;
	stores = stores + 1;
}

/* Initialise array t of characters with the string at the current token. */
void init_string(int t, int off)
{
	int len;
	read_string();
	len = str_len + 1;
	if (ty_len[t] >= 0 && len > ty_len[t])
		len = ty_len[t];
	if (len > init_high)
		init_high = len;
	if (init_global) {
		if (off + len > IMAGE_SIZE)
			die("object too large to be initialised");
		copy_bytes(image + off, str_buf, len);
	} else
		init_store(off, new_type(T_ARRAY, T_CHAR, len), mk_string(), 0);
}

/* Is t an array of characters? */
int is_char_array(int t)
{
	return ty_kind[t] == T_ARRAY && (ty_ref[t] == T_CHAR || ty_ref[t] == T_UCHAR);
}

/* Read the value of an object of type t at offset off; m: it is this bit-field. */
void init_value(int t, int off, int m)
{
	int e;
	int k;
	k = ty_kind[t];
	if (init_pending == 0) {
		if (key == '{') {
			next();
			if (is_char_array(t) && kind == K_STRING)
				init_string(t, off);
			else if (k == T_ARRAY || k == T_STRUCT)
				init_list(t, off, 1);
			else
				init_value(t, off, m);
			if (key == ',')
				next();
			expect('}', "}");
			return;
		}
		if (is_char_array(t) && kind == K_STRING) {
			init_string(t, off);
			return;
		}
		init_pending = assignment();
	}
	e = init_pending;
	if (k == T_ARRAY || (k == T_STRUCT && ty_kind[n_type[e]] != T_STRUCT)) {
		init_list(t, off, 0);
		return;
	}
	init_pending = 0;
	init_store(off, t, e, m);
}

int des_type; /* found by designator: type, offset, bit-field, and the member or index reached */
int des_off;
int des_member;
int des_at;

/* Read designators ".name" and "[n]" inside an object of type t at offset off. */
void designator(int t, int off)
{
	int m;
	int first;
	int i;
	first = 1;
	des_member = 0;
	while (key == '.' || key == '[') {
		if (key == '[') {
			next();
			i = const_int();
			expect(']', "]");
			t = ty_ref[t];
			off = off + i * size_of(t);
			if (first)
				des_at = i;
		} else {
			next();
			m = find_member(t, tok, 0);
			if (m == 0)
				die2("no such member", id_text[tok]);
			next();
			off = off + found_off;
			t = mb_type[m];
			if (first)
				des_at = m;
			des_member = 0;
			if (mb_width[m] >= 0) {
				des_member = m;
				off = off - mb_off[m];
			}
		}
		first = 0;
	}
	expect('=', "=");
	des_type = t;
	des_off = off;
}

/* Read the values of an array or struct of type t at offset off. braced: up to a "}";
   otherwise as many as it has room for. */
void init_list(int t, int off, int braced)
{
	int at; /* index of the element, or the member */
	int is_array;
	int full;
	int m;
	is_array = ty_kind[t] == T_ARRAY;
	at = 0;
	if (is_array == 0)
		at = ty_first[t];
	while (key != '}' || init_pending) {
		if (init_pending == 0 && (key == '.' || key == '[')) {
			if (braced == 0)
				return;
			designator(t, off);
			at = des_at;
			init_value(des_type, des_off, des_member);
		} else {
			if (is_array)
				full = ty_len[t] >= 0 && at >= ty_len[t];
			else {
				while (at != 0 && mb_name[at] == 0 && mb_width[at] >= 0)
					at = mb_next[at]; /* padding takes no value */
				full = at == 0;
			}
			if (full) {
				if (braced)
					die("too many values");
				return;
			}
			if (is_array)
				init_value(ty_ref[t], off + at * size_of(ty_ref[t]), 0);
			else if (mb_width[at] >= 0)
				init_value(mb_type[at], off, at);
			else
				init_value(mb_type[at], off + mb_off[at], 0);
		}
		if (is_array) {
			at = at + 1;
			if (at > init_high && ty_len[t] < 0)
				init_high = at;
			full = ty_len[t] >= 0 && at >= ty_len[t];
		} else {
			m = mb_next[at];
			if (ty_len[t])
				m = 0; /* a union takes one value */
			at = m;
			full = at == 0;
		}
		if (full && braced == 0)
			return;
		if (key == ',')
			next();
		else if (key != '}')
			die2("bad initialiser at", id_text[tok]);
	}
}

/* Write n bytes of the image from off on, then clear them. */
void put_image(int off, int n)
{
	int i;
	int run;
	int end;
	end = off + n;
	i = off;
	while (i < end) {
		if (image_label[i]) {
			put_char('&');
			put(id_text[image_label[i]]);
			put_char('\n');
			image_label[i] = 0;
			i = i + 4;
		} else {
			run = i;
			while (run < end && run - i < 32 && image_label[run] == 0)
				run = run + 1;
			put_bytes(image + i, run - i);
			while (i < run) {
				image[i] = 0;
				i = i + 1;
			}
		}
	}
}

/* Write n zero bytes. */
void put_zeros(int n)
{
	while (n > 0) {
		put_char('\'');
		if (n >= 64) {
			put("00000000000000000000000000000000");
			put("00000000000000000000000000000000");
			put("00000000000000000000000000000000");
			put("00000000000000000000000000000000");
			n = n - 64;
		} else {
			while (n > 0) {
				put("00");
				n = n - 1;
			}
		}
		put("'\n");
	}
}

/* Read the value of the global with the given label and write it; gives the number of
   elements, for an array of unknown length. */
int global_init(int t, int label)
{
	int size;
	int save_global;
	save_global = init_global;
	init_global = 1;
	init_pending = 0;
	init_high = 0;
	fix_first = fixes;
	init_value(t, 0, 0);
	if (ty_kind[t] == T_ARRAY && ty_len[t] < 0)
		size = init_high * size_of(ty_ref[t]);
	else
		size = size_of(t);
	while (fix_first < fixes) {
		fx_to[fix_first] = label;
		fix_first = fix_first + 1;
	}
	use_data(1);
	put_name(label);
	put_image(0, size);
	use_data(0);
	init_global = save_global;
	return init_high;
}

/* Code that makes the object of type t at frame offset off zero. */
void gen_clear(int off, int size)
{
	ins_mem("lea_edi,", "", "ebp", off, "");
	ins("xor_eax,eax");
	ins_number("mov_ecx,", (size + 3) / 4);
	ins("rep_stosd");
}

/* The list of stores from number first on as a tree, for the object at frame offset off. */
int stores_tree(int first, int off)
{
	int n;
	int t;
	int i;
	int a;
	n = 0;
	i = first;
	while (i < stores) {
		t = st_type[i];
		if (st_member[i]) {
			a = mk(N_LOCAL, pointer_to(t), off + st_off[i] + mb_off[st_member[i]], 0);
			a = mk1(N_BITS, t, a);
			n_b[a] = st_member[i];
			a = mk_assign(a, st_node[i]);
		} else {
			a = mk_load(t, mk(N_LOCAL, pointer_to(t), off + st_off[i], 0));
			if (ty_kind[t] == T_ARRAY) {
				a = mk2(N_COPY, t, address_of(a), address_of(st_node[i]));
				n_eff[a] = 1;
			} else
				a = mk_assign(a, st_node[i]);
		}
		if (n)
			n = mk2(N_COMMA, n_type[a], n, a);
		else
			n = a;
		i = i + 1;
	}
	stores = first;
	return n;
}

/* Code for the stores read for an object of type t at frame offset off. */
void gen_stores(int first, int t, int off)
{
	int n;
	if (ty_kind[t] == T_ARRAY || (ty_kind[t] == T_STRUCT && stores != first + 1))
		gen_clear(off, size_of(t));
	else if (ty_kind[t] == T_STRUCT && st_type[first] != t)
		gen_clear(off, size_of(t));
	n = stores_tree(first, off);
	if (n)
		gen_discard(n);
}

/* Read the value of the local of type t at frame offset off, and write the code. */
void local_init(int t, int off)
{
	int first;
	init_global = 0;
	init_pending = 0;
	init_high = 0;
	first = stores;
	init_value(t, 0, 0);
	gen_stores(first, t, off);
}

/* Read the value of a local array of unknown length; gives its type. */
int local_init_open(int t)
{
	init_global = 0;
	init_pending = 0;
	init_high = 0;
	init_value(t, 0, 0);
	return new_type(T_ARRAY, ty_ref[t], init_high);
}

/* Place the array read by local_init_open in the frame, write its code; gives its offset. */
int local_init_place(int t)
{
	int off;
	off = new_local(round_up(size_of(t), 4), align_of(t));
	gen_stores(0, t, off);
	return off;
}

/* (type){...}: an object without a name. */
int compound_literal(int t)
{
	int off;
	int first;
	int n;
	int save_pending;
	int save_high;
	if (depth == 0 || init_global)
		die("compound literal in the value of a global");
	if (ty_kind[t] == T_ARRAY && ty_len[t] < 0)
		die("compound literal of unknown length");
	save_pending = init_pending;
	save_high = init_high;
	init_pending = 0;
	first = stores;
	off = new_local(round_up(size_of(t), 4), align_of(t));
	init_value(t, 0, 0);
	n = stores_tree(first, off);
	init_pending = save_pending;
	init_high = save_high;
	if (n == 0)
		die("empty compound literal");
	/* every part must have been given: nothing is cleared here */
	return mk_load(t, mk2(N_COMMA, pointer_to(t), n, mk(N_LOCAL, pointer_to(t), off, 0)));
}

/* Write the function that stores the addresses in fx_. */
void put_fixes()
{
	int i;
	put(":__cc1_start\n");
	i = 0;
	while (i < fixes) {
		put("\tmov_eax,");
		put_address(fx_label[i]);
		ins_imm("add_eax,", fx_off[i]);
		put("\tmov_ecx,");
		put_address(fx_to[i]);
		ins_mem("mov_", "", "ecx", fx_to_off[i], ",eax");
		i = i + 1;
	}
	ins("ret");
}

/* Make the tables of this file. */
void init_init()
{
	image = alloc(IMAGE_SIZE);
	image_label = alloc_words(IMAGE_SIZE);
	st_off = alloc_words(MAX_STORES);
	st_type = alloc_words(MAX_STORES);
	st_node = alloc_words(MAX_STORES);
	st_member = alloc_words(MAX_STORES);
	fx_to = alloc_words(MAX_FIXES);
	fx_to_off = alloc_words(MAX_FIXES);
	fx_label = alloc_words(MAX_FIXES);
	fx_off = alloc_words(MAX_FIXES);
}
