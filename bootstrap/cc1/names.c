/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c: every spelling of the input (name, number, string, mark) is kept once and known by
   a small number, its id. What is known about a spelling is found in tables by that id. */

enum {
	MAX_IDS = 120000,
	NAME_HASH = 65536,

	/* kinds of spelling */
	K_NAME = 1,
	K_NUMBER = 2,
	K_CHAR = 3,
	K_STRING = 4,
	K_MARK = 5,

	/* the first ids have fixed meanings */
	ID_LINE_END = 0,
	ID_FILE_END = 1
};

int *id_text;   /* the spelling, zero-terminated */
int *id_len;    /* its length */
int *id_next;   /* chain in the hash table */
int *id_kind;   /* K_... */
int *id_key;    /* keyword or mark code, 0 for all others */
int *id_macro;  /* macro of this name, or 0 */
int *id_sym;    /* innermost visible symbol of this name, or 0 */
int *id_tag;    /* innermost struct, union or enum tag of this name, or 0 */
int *id_label;  /* goto label of this name in the current function, or 0 */
int *id_extern; /* state of the external symbol of this name: EXT_... */
int *id_size;   /* bytes of a tentative definition of this name */
int ids;
int *name_hash;

char *char_class; /* 1 letter or underscore, 2 digit, 0 other */

/* Find the id of the spelling of n characters at s, making it when it is new. */
int intern(char *s, int n)
{
	int h;
	int i;
	int id;
	char *t;
	h = n;
	i = 0;
	while (i < n) {
		h = h * 31 + s[i];
		i = i + 1;
	}
	h = (h ^ (h >> 15)) & (NAME_HASH - 1);
	id = name_hash[h];
	while (id) {
		if (id_len[id] == n) {
			t = id_text[id];
			i = 0;
			while (i < n && s[i] == t[i])
				i = i + 1;
			if (i == n)
				return id;
		}
		id = id_next[id];
	}
	if (ids == MAX_IDS)
		die("too many different words");
	id = ids;
	ids = ids + 1;
	t = alloc(n + 1);
	copy_bytes(t, s, n);
	id_text[id] = t;
	id_len[id] = n;
	id_next[id] = name_hash[h];
	name_hash[h] = id;
	i = char_class[s[0] & 255];
	if (i == 1)
		id_kind[id] = K_NAME;
	else if (i == 2)
		id_kind[id] = K_NUMBER;
	else if (s[0] == '.' && n > 1 && char_class[s[1] & 255] == 2)
		id_kind[id] = K_NUMBER;
	else if (s[0] == '"')
		id_kind[id] = K_STRING;
	else if (s[0] == 39)
		id_kind[id] = K_CHAR;
	else
		id_kind[id] = K_MARK;
	return id;
}

/* Find the id of a zero-terminated spelling. */
int intern_text(char *s)
{
	return intern(s, text_len(s));
}

/* Give a spelling its keyword or mark code. */
void set_key(char *s, int key)
{
	id_key[intern_text(s)] = key;
}

char *number_text; /* room to spell a number, from its end */

/* The spelling of a number in decimal (valid until the next call). */
char *spell_number(int n)
{
	int i;
	int neg;
	neg = n < 0;
	i = 15;
	number_text[i] = 0;
	if (n == 0) {
		i = i - 1;
		number_text[i] = '0';
	}
	while (n) {
		i = i - 1;
		if (neg)
			number_text[i] = '0' - n % 10;
		else
			number_text[i] = '0' + n % 10;
		n = n / 10;
	}
	if (neg) {
		i = i - 1;
		number_text[i] = '-';
	}
	return number_text + i;
}

/* Make the tables. */
void names_init()
{
	int c;
	id_text = alloc_words(MAX_IDS);
	id_len = alloc_words(MAX_IDS);
	id_next = alloc_words(MAX_IDS);
	id_kind = alloc_words(MAX_IDS);
	id_key = alloc_words(MAX_IDS);
	id_macro = alloc_words(MAX_IDS);
	id_sym = alloc_words(MAX_IDS);
	id_tag = alloc_words(MAX_IDS);
	id_label = alloc_words(MAX_IDS);
	id_extern = alloc_words(MAX_IDS);
	id_size = alloc_words(MAX_IDS);
	name_hash = alloc_words(NAME_HASH);
	char_class = alloc(256);
	number_text = alloc(16);
	c = 'a';
	while (c <= 'z') {
		char_class[c] = 1;
		char_class[c - 32] = 1;
		c = c + 1;
	}
	char_class['_'] = 1;
	c = '0';
	while (c <= '9') {
		char_class[c] = 2;
		c = c + 1;
	}
	ids = 2; /* ID_LINE_END, ID_FILE_END */
	id_text[0] = "end of line";
	id_text[1] = "end of file";
}
