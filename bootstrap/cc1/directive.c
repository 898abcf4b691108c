/* SPDX-License-Identifier: GPL-3.0-or-later */
/* directive.c: the preprocessor's lines that begin with #, and the stack of included files. */

enum {
	MAX_FILES = 64,
	MAX_CONDS = 200,
	MAX_PATHS = 64
};

/* the files that include the current one */
int *f_src;
int *f_pos;
int *f_len;
int *f_line;
int *f_name;
int *f_conds; /* depth of conditionals when the file was entered */
int files;

int *cond_taken; /* for each open conditional: 1 once a branch was taken */
int conds;

int *include_path; /* folders given with -I, in order */
int include_paths;

int pp_tok; /* the token #if looks at */

/* Enter a file: read it and make it the current one; 0 when it does not exist. */
int enter_file(char *name)
{
	if (files + 1 == MAX_FILES)
		die("files include each other too deeply");
	f_src[files] = src;
	f_pos[files] = pos;
	f_len[files] = src_len;
	f_line[files] = line;
	f_name[files] = file_name;
	if (load_source(name) == 0)
		return 0;
	files = files + 1;
	f_conds[files] = conds;
	file_name = name;
	line = 1;
	line_start = 1;
	return 1;
}

/* Go back to the file that included this one; 0 when there is none. */
int leave_file()
{
	if (conds != f_conds[files])
		die("#if without #endif");
	if (files <= 1)
		return 0;
	files = files - 1;
	src = f_src[files];
	pos = f_pos[files];
	src_len = f_len[files];
	line = f_line[files];
	file_name = f_name[files];
	return 1;
}

/* Make the path FOLDER/NAME in new memory; n characters of FOLDER count. */
char *join_path(char *folder, int n, char *name)
{
	char *p;
	p = alloc(n + text_len(name) + 2);
	copy_bytes(p, folder, n);
	if (n) {
		p[n] = '/';
		n = n + 1;
	}
	copy_bytes(p + n, name, text_len(name));
	return p;
}

/* Find and enter the file that #include names; quoted: look beside the current file first. */
void include_file(char *name, int quoted)
{
	int i;
	int n;
	char *path;
	if (name[0] == '/') {
		if (enter_file(name))
			return;
	}
	if (quoted) {
		n = text_len(file_name);
		while (n > 0 && file_name[n - 1] != '/')
			n = n - 1;
		if (n > 0)
			n = n - 1;
		if (enter_file(join_path(file_name, n, name)))
			return;
	}
	i = 0;
	while (i < include_paths) {
		path = include_path[i];
		if (enter_file(join_path(path, text_len(path), name)))
			return;
		i = i + 1;
	}
	die2("cannot find include file", name);
}

/* Copy n characters to new memory, with a zero after them. */
char *copy_text(char *s, int n)
{
	char *p;
	p = alloc(n + 1);
	copy_bytes(p, s, n);
	return p;
}

/* #include */
void do_include()
{
	int start;
	int n;
	int t;
	char *s;
	lex_space = 0;
	skip_blanks();
	if (src[pos] == '<') {
		pos = pos + 1;
		start = pos;
		while (src[pos] != '>' && src[pos] != '\n')
			pos = pos + 1;
		s = copy_text(src + start, pos - start);
		skip_line();
		include_file(s, 0);
		return;
	}
	t = macro_tok();
	s = id_text[t >> 2];
	if (id_kind[t >> 2] == K_STRING) {
		s = copy_text(s + 1, id_len[t >> 2] - 2);
		skip_line();
		include_file(s, 1);
		return;
	}
	if (s[0] != '<')
		die("#include without a file name");
	n = 0;
	t = macro_tok();
	s = id_text[t >> 2];
	while (t != TOK_LINE_END && s[0] != '>') {
		copy_bytes(paste_text + n, s, id_len[t >> 2]);
		n = n + id_len[t >> 2];
		t = macro_tok();
		s = id_text[t >> 2];
	}
	s = copy_text(paste_text, n);
	skip_line();
	include_file(s, 0);
}

int *param_ids; /* parameter names of the macro being defined */

/* Read the parameters of macro m after "NAME("; gives their number. */
int define_params(int m)
{
	int n;
	int t;
	char *s;
	n = 0;
	t = lex_word();
	while (t != id_rparen) {
		s = id_text[t];
		if (id_kind[t] == K_NAME) {
			param_ids[n] = t;
			n = n + 1;
			t = lex_word();
			s = id_text[t];
			if (s[0] == '.') {
				m_variadic[m] = 1;
				t = lex_word();
			}
		} else if (s[0] == '.') {
			param_ids[n] = id_va_args;
			m_variadic[m] = 1;
			n = n + 1;
			t = lex_word();
		} else
			die("bad macro parameters");
		if (t == id_comma)
			t = lex_word();
		else if (t != id_rparen)
			die("bad macro parameters");
	}
	return n;
}

/* #define */
void do_define()
{
	int id;
	int m;
	int n;
	int i;
	int t;
	id = lex_word();
	if (id_kind[id] != K_NAME)
		die("#define without a name");
	m = new_macro(id);
	n = -1;
	if (src[pos] == '(') {
		pos = pos + 1;
		n = define_params(m);
	}
	m_params[m] = n;
	t = lex_word();
	while (t != ID_LINE_END && t != ID_FILE_END) {
		if (t == id_paste || t == id_hash)
			m_paste[m] = 1;
		i = 0;
		while (i < n && param_ids[i] != t)
			i = i + 1;
		if (i < n)
			body_put(m, 0 - (i * 4 + 4 + lex_space));
		else if (m_end[m] == m_start[m])
			body_put(m, t * 4);
		else
			body_put(m, t * 4 + lex_space);
		t = lex_word();
	}
}

/* Read the next token of an #if line into pp_tok. */
void pp_next()
{
	pp_tok = macro_tok();
}

/* "defined NAME" or "defined (NAME)" in an #if line. */
int pp_defined()
{
	int t;
	int paren;
	int value;
	t = raw_tok();
	paren = (t >> 2) == id_lparen;
	if (paren)
		t = raw_tok();
	value = id_macro[t >> 2] != 0;
	if (paren)
		raw_tok();
	pp_next();
	return value;
}

/* An operand with its prefix operators in an #if line. */
int pp_unary()
{
	int id;
	int value;
	char *s;
	id = pp_tok >> 2;
	s = id_text[id];
	if (id_kind[id] == K_NUMBER) {
		read_number(s);
		pp_next();
		return num_low;
	}
	if (id_kind[id] == K_CHAR) {
		value = char_value(s);
		pp_next();
		return value;
	}
	if (id_kind[id] == K_NAME) {
		if (text_same(s, "defined"))
			return pp_defined();
		pp_next();
		return 0;
	}
	pp_next();
	if (s[0] == '(') {
		value = pp_cond();
		if ((pp_tok >> 2) != id_rparen)
			die("missing ) in #if");
		pp_next();
		return value;
	}
	if (s[0] == '!')
		return !pp_unary();
	if (s[0] == '-')
		return -pp_unary();
	if (s[0] == '+')
		return pp_unary();
	if (s[0] == '~')
		return ~pp_unary();
	die2("bad #if expression at", s);
}

/* Apply the binary operator with the given key. */
int pp_apply(int key, int a, int b)
{
	if (key == '*')
		return a * b;
	if (key == '/' || key == '%') {
		if (b == 0)
			return 0;
		if (key == '/')
			return a / b;
		return a % b;
	}
	if (key == '+')
		return a + b;
	if (key == '-')
		return a - b;
	if (key == M_SHL)
		return a << b;
	if (key == M_SHR)
		return a >> b;
	if (key == '<')
		return a < b;
	if (key == '>')
		return a > b;
	if (key == M_LE)
		return a <= b;
	if (key == M_GE)
		return a >= b;
	if (key == M_EQ)
		return a == b;
	if (key == M_NE)
		return a != b;
	if (key == '&')
		return a & b;
	if (key == '^')
		return a ^ b;
	if (key == '|')
		return a | b;
	if (key == M_AND)
		return a && b;
	return a || b;
}

/* An #if expression of binary operators binding at least as tightly as level. */
int pp_binary(int level)
{
	int a;
	int b;
	int key;
	int p;
	a = pp_unary();
	while (1) {
		key = id_key[pp_tok >> 2];
		p = precedence(key);
		if (p < level || p == 0)
			return a;
		pp_next();
		b = pp_binary(p + 1);
		a = pp_apply(key, a, b);
	}
}

/* A whole #if expression, with ?: */
int pp_cond()
{
	int c;
	int a;
	int b;
	c = pp_binary(1);
	if (id_key[pp_tok >> 2] != '?')
		return c;
	pp_next();
	a = pp_cond();
	if (id_key[pp_tok >> 2] != ':')
		die("missing : in #if");
	pp_next();
	b = pp_cond();
	if (c)
		return a;
	return b;
}

/* The condition of #if or #elif: reads to the end of the line. */
int pp_condition()
{
	int value;
	int save;
	save = in_directive;
	in_directive = 1;
	pp_next();
	value = pp_cond();
	if (pp_tok != TOK_LINE_END)
		die2("bad #if expression at", id_text[pp_tok >> 2]);
	in_directive = save;
	return value != 0;
}

int id_if;
int id_ifdef;
int id_ifndef;
int id_elif;
int id_else;
int id_endif;

/* Skip lines up to the #endif of the innermost conditional, or, when wanted, to the #else or
   true #elif of it. The current line is skipped first. */
void skip_group(int wanted)
{
	int depth;
	int id;
	depth = 0;
	while (1) {
		skip_line();
		if (pos >= src_len)
			die("#if without #endif");
		pass_line();
		lex_space = 0;
		skip_blanks();
		if (src[pos] == '#') {
			pos = pos + 1;
			skip_blanks();
			id = 0;
			if (char_class[src[pos] & 255] == 1)
				id = lex_word();
			if (id == id_if || id == id_ifdef || id == id_ifndef)
				depth = depth + 1;
			else if (id == id_endif) {
				if (depth == 0) {
					conds = conds - 1;
					return;
				}
				depth = depth - 1;
			} else if (depth == 0 && wanted) {
				if (id == id_else) {
					cond_taken[conds] = 1;
					return;
				}
				if (id == id_elif) {
					if (pp_condition()) {
						cond_taken[conds] = 1;
						return;
					}
				}
			}
		}
	}
}

/* Open a conditional whose condition is value. */
void open_cond(int value)
{
	conds = conds + 1;
	if (conds == MAX_CONDS)
		die("#if too deep");
	cond_taken[conds] = value;
	if (value == 0)
		skip_group(1);
}

/* Stop with the text of an #error line. */
void do_error()
{
	int start;
	start = pos;
	while (src[pos] != '\n' && pos < src_len)
		pos = pos + 1;
	die2("#error", copy_text(src + start, pos - start));
}

/* Carry out the directive after the # just read. Leaves pos at the end of its line. */
void directive()
{
	int id;
	char *s;
	in_directive = 1;
	id = lex_word();
	s = id_text[id];
	if (id == id_ifdef)
		open_cond(id_macro[lex_word()] != 0);
	else if (id == id_ifndef)
		open_cond(id_macro[lex_word()] == 0);
	else if (id == id_if)
		open_cond(pp_condition());
	else if (id == id_elif || id == id_else) {
		if (conds == f_conds[files])
			die("#else without #if");
		skip_group(0);
	} else if (id == id_endif) {
		if (conds == f_conds[files])
			die("#endif without #if");
		conds = conds - 1;
	} else if (text_same(s, "define"))
		do_define();
	else if (text_same(s, "undef"))
		id_macro[lex_word()] = 0;
	else if (text_same(s, "include")) {
		do_include();
		in_directive = 0;
		return;
	} else if (text_same(s, "error"))
		do_error();
	else if (text_same(s, "pragma") == 0 && text_same(s, "line") == 0) {
		if (text_same(s, "warning") == 0 && id != ID_LINE_END)
			die2("unknown directive", s);
	}
	skip_line();
	in_directive = 0;
}

/* Make the tables of this file. */
void directive_init()
{
	f_src = alloc_words(MAX_FILES);
	f_pos = alloc_words(MAX_FILES);
	f_len = alloc_words(MAX_FILES);
	f_line = alloc_words(MAX_FILES);
	f_name = alloc_words(MAX_FILES);
	f_conds = alloc_words(MAX_FILES);
	cond_taken = alloc_words(MAX_CONDS);
	include_path = alloc_words(MAX_PATHS);
	param_ids = alloc_words(MAX_ARGS);
	id_if = intern_text("if");
	id_ifdef = intern_text("ifdef");
	id_ifndef = intern_text("ifndef");
	id_elif = intern_text("elif");
	id_else = intern_text("else");
	id_endif = intern_text("endif");
}
