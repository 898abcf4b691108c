/* SPDX-License-Identifier: GPL-3.0-or-later */
/* types.c: the types of C. A type is a number; what it is stands in the ty_ tables. Qualifiers
   are not kept. long is int, enumerations are int. */

enum {
	MAX_TYPES = 60000,
	MAX_MEMBERS = 20000,
	MAX_PARAMS = 60000,

	/* basic types; their kind is their own number */
	T_VOID = 1,
	T_BOOL,
	T_CHAR,
	T_UCHAR,
	T_SHORT,
	T_USHORT,
	T_INT,
	T_UINT,
	T_LLONG,
	T_ULLONG,
	T_FLOAT,
	T_DOUBLE,
	T_LDOUBLE,
	/* kinds of derived types */
	T_PTR,
	T_ARRAY,
	T_FUNC,
	T_STRUCT, /* struct or union */

	/* how values of a type are handled */
	CL_VOID = 0,
	CL_WORD = 1,  /* in eax */
	CL_WIDE = 2,  /* in edx:eax */
	CL_FLOAT = 3, /* on the floating-point stack */
	CL_BLOCK = 4  /* in memory, its address in eax */
};

int *ty_kind;   /* T_... */
int *ty_ref;    /* what a pointer points to, element of an array, result of a function */
int *ty_len;    /* elements of an array (-1: not known), parameters of a function */
int *ty_size;   /* bytes of a basic type or struct */
int *ty_align;  /* alignment of a basic type or struct */
int *ty_ptr;    /* the type "pointer to this", or 0 */
int *ty_first;  /* first member of a struct, first parameter of a function */
int *ty_flag;   /* struct: 1 when complete; function: 1 when it takes more arguments (...) or
                   its parameters are not known */
int types;

/* members of structs */
int *mb_name;  /* id, 0 when it has none */
int *mb_type;
int *mb_off;   /* bytes from the start of the struct (of the unit, for a bit-field) */
int *mb_bit;   /* lowest bit of a bit-field in its unit */
int *mb_width; /* bits of a bit-field, -1 for all other members */
int *mb_next;  /* next member, or 0 */
int members;

/* parameters of functions */
int *pa_type;
int *pa_name; /* id, or 0 */
int params;

/* A new type. */
int new_type(int kind, int ref, int len)
{
	types = types + 1;
	if (types == MAX_TYPES)
		die("too many types");
	ty_kind[types] = kind;
	ty_ref[types] = ref;
	ty_len[types] = len;
	return types;
}

/* The type "pointer to t". */
int pointer_to(int t)
{
	int p;
	if (ty_ptr[t] == 0) {
		p = new_type(T_PTR, t, 0);
		ty_size[p] = 4;
		ty_align[p] = 4;
		ty_ptr[t] = p;
	}
	return ty_ptr[t];
}

/* Bytes of a value of type t. */
int size_of(int t)
{
	int k;
	k = ty_kind[t];
	if (k == T_ARRAY) {
		if (ty_len[t] < 0)
			die("size of an array without length");
		return ty_len[t] * size_of(ty_ref[t]);
	}
	if (k == T_STRUCT && ty_flag[t] == 0)
		die("size of an incomplete struct");
	if (k == T_FUNC || k == T_VOID)
		return 1;
	return ty_size[t];
}

/* Alignment of type t. */
int align_of(int t)
{
	while (ty_kind[t] == T_ARRAY)
		t = ty_ref[t];
	if (ty_align[t] == 0)
		return 1;
	return ty_align[t];
}

/* Round n up to a multiple of a power of two. */
int round_up(int n, int a)
{
	return (n + a - 1) & -a;
}

/* Is t an integer type (enumerations and _Bool are)? */
int is_int(int t)
{
	return t >= T_BOOL && t <= T_ULLONG;
}

/* Is t float, double or long double? */
int is_float(int t)
{
	return t >= T_FLOAT && t <= T_LDOUBLE;
}

/* Is t long long or unsigned long long? */
int is_wide(int t)
{
	return t == T_LLONG || t == T_ULLONG;
}

/* Is t a pointer? */
int is_pointer(int t)
{
	return ty_kind[t] == T_PTR;
}

/* Are values of t compared and extended without sign? */
int is_unsigned(int t)
{
	if (t == T_BOOL || t == T_UCHAR || t == T_USHORT || t == T_UINT || t == T_ULLONG)
		return 1;
	return ty_kind[t] == T_PTR;
}

/* How values of type t are handled: CL_... */
int class_of(int t)
{
	int k;
	k = ty_kind[t];
	if (k == T_VOID)
		return CL_VOID;
	if (k == T_LLONG || k == T_ULLONG)
		return CL_WIDE;
	if (k >= T_FLOAT && k <= T_LDOUBLE)
		return CL_FLOAT;
	if (k == T_STRUCT || k == T_ARRAY)
		return CL_BLOCK;
	return CL_WORD;
}

/* The integer promotions. */
int promoted(int t)
{
	if (t < T_INT && t >= T_BOOL)
		return T_INT;
	return t;
}

/* The usual arithmetic conversions: the type in which a and b meet. */
int common_type(int a, int b)
{
	a = promoted(a);
	b = promoted(b);
	if (b > a)
		return b;
	return a;
}

/* A new member of a struct; the caller links it. */
int new_member(int name, int type)
{
	members = members + 1;
	if (members == MAX_MEMBERS)
		die("too many struct members");
	mb_name[members] = name;
	mb_type[members] = type;
	mb_off[members] = 0;
	mb_bit[members] = 0;
	mb_width[members] = -1;
	mb_next[members] = 0;
	return members;
}

int found_off; /* offset of the member last found by find_member */

/* Find the member called name in struct t, also inside members without a name; 0 if none. */
int find_member(int t, int name, int base)
{
	int m;
	int deep;
	m = ty_first[t];
	while (m) {
		if (mb_name[m] == name) {
			found_off = base + mb_off[m];
			return m;
		}
		if (mb_name[m] == 0 && ty_kind[mb_type[m]] == T_STRUCT) {
			deep = find_member(mb_type[m], name, base + mb_off[m]);
			if (deep)
				return deep;
		}
		m = mb_next[m];
	}
	return 0;
}

/* Enter a basic type: its size is also its alignment, at most 4. */
void basic_type(int t, int size)
{
	ty_kind[t] = t;
	ty_size[t] = size;
	ty_align[t] = size;
	if (size > 4)
		ty_align[t] = 4;
}

/* Make the tables and the basic types. */
void types_init()
{
	ty_kind = alloc_words(MAX_TYPES);
	ty_ref = alloc_words(MAX_TYPES);
	ty_len = alloc_words(MAX_TYPES);
	ty_size = alloc_words(MAX_TYPES);
	ty_align = alloc_words(MAX_TYPES);
	ty_ptr = alloc_words(MAX_TYPES);
	ty_first = alloc_words(MAX_TYPES);
	ty_flag = alloc_words(MAX_TYPES);
	mb_name = alloc_words(MAX_MEMBERS);
	mb_type = alloc_words(MAX_MEMBERS);
	mb_off = alloc_words(MAX_MEMBERS);
	mb_bit = alloc_words(MAX_MEMBERS);
	mb_width = alloc_words(MAX_MEMBERS);
	mb_next = alloc_words(MAX_MEMBERS);
	pa_type = alloc_words(MAX_PARAMS);
	pa_name = alloc_words(MAX_PARAMS);
	basic_type(T_VOID, 1);
	basic_type(T_BOOL, 1);
	basic_type(T_CHAR, 1);
	basic_type(T_UCHAR, 1);
	basic_type(T_SHORT, 2);
	basic_type(T_USHORT, 2);
	basic_type(T_INT, 4);
	basic_type(T_UINT, 4);
	basic_type(T_LLONG, 8);
	basic_type(T_ULLONG, 8);
	basic_type(T_FLOAT, 4);
	basic_type(T_DOUBLE, 8);
	basic_type(T_LDOUBLE, 12);
	types = 32; /* derived types come after the basic ones and the kinds */
}
