/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbols.c: what names stand for, and the scopes in which they do. */

enum {
	MAX_SYMBOLS = 60000,

	S_TYPEDEF = 1,
	S_ENUM,   /* enumeration constant */
	S_LOCAL,  /* variable in the frame */
	S_GLOBAL, /* variable or function with a label */
	S_TAG,    /* struct, union or enum tag */

	EXT_NONE = 0,
	EXT_TENTATIVE = 1, /* declared without a value: zero if nothing else comes */
	EXT_DEFINED = 2
};

int *s_name;  /* id */
int *s_kind;  /* S_... */
int *s_type;
int *s_value; /* offset in the frame, value of an enumeration constant */
int *s_label; /* id of the label of a global */
int *s_state; /* EXT_... of a static variable of this file */
int *s_prev;  /* the symbol or tag of this name that it hides */
int symbols;

int unit;  /* number of the source file being compiled */
int depth; /* 0: outside of functions */
int scope_start; /* number of symbols when the current block began; 0 outside of functions */

/* A new symbol in the current scope. */
int new_symbol(int kind, int name, int type)
{
	symbols = symbols + 1;
	if (symbols == MAX_SYMBOLS)
		die("too many symbols");
	s_kind[symbols] = kind;
	s_name[symbols] = name;
	s_type[symbols] = type;
	s_value[symbols] = 0;
	s_label[symbols] = 0;
	s_state[symbols] = EXT_NONE;
	if (kind == S_TAG) {
		s_prev[symbols] = id_tag[name];
		id_tag[name] = symbols;
	} else {
		s_prev[symbols] = id_sym[name];
		id_sym[name] = symbols;
	}
	return symbols;
}

/* Leave a scope: forget the symbols made after the first n. */
void drop_symbols(int n)
{
	while (symbols > n) {
		if (s_kind[symbols] == S_TAG)
			id_tag[s_name[symbols]] = s_prev[symbols];
		else
			id_sym[s_name[symbols]] = s_prev[symbols];
		symbols = symbols - 1;
	}
}

/* A label for something static called name: no other file can have it. */
int static_label(int name, int number)
{
	int n;
	char *s;
	n = id_len[name];
	copy_bytes(paste_text, id_text[name], n);
	paste_text[n] = '.';
	s = spell_number(number);
	copy_bytes(paste_text + n + 1, s, text_len(s));
	return intern(paste_text, n + 1 + text_len(s));
}

/* Make the tables. */
void symbols_init()
{
	s_name = alloc_words(MAX_SYMBOLS);
	s_kind = alloc_words(MAX_SYMBOLS);
	s_type = alloc_words(MAX_SYMBOLS);
	s_value = alloc_words(MAX_SYMBOLS);
	s_label = alloc_words(MAX_SYMBOLS);
	s_state = alloc_words(MAX_SYMBOLS);
	s_prev = alloc_words(MAX_SYMBOLS);
}
