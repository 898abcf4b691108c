/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cpp.c: the preprocessor: macros and their expansion. A token here is one word:
   id * 4, plus TF_SPACE when white space stood before it, plus TF_PAINTED when it names a macro
   that must not be expanded any more. In macro bodies a parameter is -(index * 4 + 4 + flag).

   Tokens come from a stack of lists (macro expansions) above the current file. */

enum {
	TF_SPACE = 1,
	TF_PAINTED = 2,
	TOK_LINE_END = 0,
	TOK_FILE_END = 4,

	MAX_MACROS = 16384,
	BODY_WORDS = 400000,
	LIST_WORDS = 400000,
	MAX_LISTS = 2000,
	MAX_ARGS = 2000,

	/* what expands to something computed */
	MACRO_PLAIN = 0,
	MACRO_LINE = 1,
	MACRO_FILE = 2,
	MACRO_COUNTER = 3
};

/* macros, from 1 on */
int *m_params;   /* number of parameters; -1: not function-like */
int *m_start;    /* body in body_pool: first token */
int *m_end;      /* and the one after the last */
int *m_variadic; /* 1: the last parameter takes the rest */
int *m_paste;    /* 1: the body has # or ## */
int *m_special;  /* MACRO_... */
int *m_busy;     /* 1 while an expansion of it is on the stack */
int macros;
int *body_pool;
int body_top;

/* the stack of token lists; list 0 is not used */
int *l_pos;   /* next token */
int *l_end;   /* end of the list */
int *l_pool;  /* the pool the tokens are in (an address) */
int *l_macro; /* macro that made it, 0 for a list of loose tokens, -1 for a barrier */
int lists;
int *tok_pool; /* argument and expansion lists */
int tok_top;
int *exp_pool; /* expanded arguments */
int exp_top;
int *arg_from; /* arguments being collected: where they start and end in tok_pool */
int *arg_to;
int *arg_xfrom; /* and fully expanded, in exp_pool */
int *arg_xto;
int args_top;

int in_directive; /* 1: a line end is a token, not to be passed */
int line_start;   /* 1: nothing but white space so far on this line */
int counter;      /* next value of __COUNTER__ */
int owed_space;   /* TF_SPACE when the next token takes over the space before a macro name */
char *paste_text; /* room to build a spelling */

int id_hash;    /* # */
int id_paste;   /* ## */
int id_lparen;
int id_rparen;
int id_comma;
int id_va_args; /* __VA_ARGS__ */

/* Put a token at the end of tok_pool. */
void put_tok(int t)
{
	if (tok_top == LIST_WORDS)
		die("macro expansion too long");
	tok_pool[tok_top] = t;
	tok_top = tok_top + 1;
}

/* Stack a list of tokens to be read before everything else. */
void push_list(int *pool, int from, int to, int macro)
{
	lists = lists + 1;
	if (lists == MAX_LISTS)
		die("macro expansion too deep");
	l_pool[lists] = pool;
	l_pos[lists] = from;
	l_end[lists] = to;
	l_macro[lists] = macro;
	if (macro > 0)
		m_busy[macro] = 1;
}

/* Drop the uppermost list. */
void pop_list()
{
	if (l_macro[lists] > 0)
		m_busy[l_macro[lists]] = 0;
	lists = lists - 1;
}

/* Put one token back. */
void unread_tok(int t)
{
	put_tok(t);
	push_list(tok_pool, tok_top - 1, tok_top, 0);
}

/* The next token from the file: carries out directives, goes on after included files. */
int file_tok()
{
	int id;
	while (1) {
		id = lex_word();
		if (id == ID_LINE_END) {
			if (in_directive)
				return TOK_LINE_END;
			pass_line();
			line_start = 1;
		} else if (id == ID_FILE_END) {
			if (in_directive)
				return TOK_LINE_END;
			if (leave_file() == 0)
				return TOK_FILE_END;
		} else if (id == id_hash && line_start && in_directive == 0)
			directive();
		else {
			line_start = 0;
			return id * 4 + lex_space;
		}
	}
}

/* The next token, not expanded. */
int raw_tok()
{
	int at;
	int *pool;
	while (lists) {
		at = l_pos[lists];
		if (at < l_end[lists]) {
			l_pos[lists] = at + 1;
			pool = l_pool[lists];
			return pool[at];
		}
		if (l_macro[lists] == -1)
			return TOK_FILE_END;
		pop_list();
	}
	return file_tok();
}

/* Token for a spelling built in paste_text. */
int pasted_tok(int n)
{
	return intern(paste_text, n) * 4;
}

/* Join the spellings of two tokens into one token (the ## operator). */
int paste_toks(int a, int b)
{
	int n;
	n = id_len[a >> 2];
	copy_bytes(paste_text, id_text[a >> 2], n);
	copy_bytes(paste_text + n, id_text[b >> 2], id_len[b >> 2]);
	return pasted_tok(n + id_len[b >> 2]) + (a & TF_SPACE);
}

/* Make a string constant of the tokens from..to of tok_pool (the # operator). */
int stringify(int from, int to)
{
	int n;
	int i;
	int id;
	int kind;
	char *s;
	int first;
	paste_text[0] = '"';
	n = 1;
	first = from;
	while (from < to) {
		if ((tok_pool[from] & TF_SPACE) && from > first) {
			paste_text[n] = ' ';
			n = n + 1;
		}
		id = tok_pool[from] >> 2;
		kind = id_kind[id];
		s = id_text[id];
		i = 0;
		while (s[i]) {
			if ((s[i] == '"' || s[i] == '\\') && (kind == K_STRING || kind == K_CHAR)) {
				paste_text[n] = '\\';
				n = n + 1;
			}
			paste_text[n] = s[i];
			n = n + 1;
			i = i + 1;
		}
		if (n > 30000)
			die("# makes too long a string");
		from = from + 1;
	}
	paste_text[n] = '"';
	return pasted_tok(n + 1);
}

/* Expand the tokens from..to of tok_pool on their own; the result goes to the end of
   exp_pool. */
void expand_arg(int from, int to)
{
	int t;
	int plain;
	int i;
	plain = 1;
	i = from;
	while (i < to) {
		if (id_macro[tok_pool[i] >> 2])
			plain = 0;
		i = i + 1;
	}
	if (plain == 0)
		push_list(tok_pool, from, to, -1);
	i = from;
	while (1) {
		if (plain) {
			if (i == to)
				return;
			t = tok_pool[i];
			i = i + 1;
		} else {
			t = macro_tok();
			if (t == TOK_FILE_END) {
				pop_list();
				return;
			}
		}
		if (exp_top == LIST_WORDS)
			die("macro argument too long");
		exp_pool[exp_top] = t;
		exp_top = exp_top + 1;
	}
}

/* Put argument k (of those from number base on) at the end of tok_pool: as it was written, or
   fully expanded. */
void put_arg(int k, int base, int expanded)
{
	int a;
	if (expanded) {
		a = arg_xfrom[base + k];
		while (a < arg_xto[base + k]) {
			put_tok(exp_pool[a]);
			a = a + 1;
		}
	} else {
		a = arg_from[base + k];
		while (a < arg_to[base + k]) {
			put_tok(tok_pool[a]);
			a = a + 1;
		}
	}
}

/* Join the tokens before and at index i of tok_pool into one. */
void glue_at(int i)
{
	tok_pool[i - 1] = paste_toks(tok_pool[i - 1], tok_pool[i]);
	while (i + 1 < tok_top) {
		tok_pool[i] = tok_pool[i + 1];
		i = i + 1;
	}
	tok_top = tok_top - 1;
}

/* ", ## __VA_ARGS__" at the end of tok_pool and the body token t: the comma goes when nothing
   follows it. Tells whether it was that. */
int comma_glue(int m, int base, int t)
{
	int k;
	k = (0 - t - 4) >> 2;
	if (t >= 0 || m_variadic[m] == 0 || k != m_params[m] - 1)
		return 0;
	if ((tok_pool[tok_top - 1] >> 2) != id_comma)
		return 0;
	if (arg_from[base + k] == arg_to[base + k])
		tok_top = tok_top - 1;
	else
		put_arg(k, base, 1);
	return 1;
}

/* Copy the body of macro m to tok_pool with the arguments (from number base on) put in. */
void substitute(int m, int base)
{
	int i;
	int end;
	int t;
	int next;
	int glue;  /* 1: the last operand is to be joined with what comes now */
	int begin; /* where the last operand starts */
	int last;  /* where the operand now being copied starts */
	i = m_start[m];
	end = m_end[m];
	glue = 0;
	begin = tok_top;
	while (i < end) {
		t = body_pool[i];
		i = i + 1;
		next = 0;
		if (i < end)
			next = body_pool[i];
		if (t > 0 && (t >> 2) == id_paste) {
			glue = 1;
			if (tok_top > begin && comma_glue(m, base, next)) {
				glue = 0;
				i = i + 1;
			}
		} else {
			last = tok_top;
			if (t > 0 && (t >> 2) == id_hash && next < 0) {
				next = (0 - next - 4) >> 2;
				i = i + 1;
				put_tok(stringify(arg_from[base + next], arg_to[base + next]) + (t & TF_SPACE));
			} else if (t < 0) {
				put_arg((0 - t - 4) >> 2, base, glue == 0 && (next < 0 || (next >> 2) != id_paste));
				if (tok_top > last && ((0 - t) & TF_SPACE))
					tok_pool[last] = tok_pool[last] | TF_SPACE;
			} else
				put_tok(t);
			if (glue) {
				glue = 0;
				if (last > begin && tok_top > last)
					glue_at(last);
			} else
				begin = last;
		}
	}
}

/* Collect the arguments of function-like macro m, after its opening parenthesis. */
void collect_args(int m, int base)
{
	int n;
	int depth;
	int t;
	int id;
	n = 0;
	depth = 0;
	arg_from[base] = tok_top;
	args_top = base + m_params[m] + 1;
	if (args_top >= MAX_ARGS)
		die("too many macro arguments");
	while (1) {
		t = raw_tok();
		id = t >> 2;
		if (t == TOK_FILE_END || t == TOK_LINE_END)
			die2("macro call without end", id_text[id]);
		if (id == id_rparen && depth == 0) {
			arg_to[base + n] = tok_top;
			n = n + 1;
			if (n == 1 && m_params[m] == 0)
				n = 0;
			if (n < m_params[m] && m_variadic[m] && n == m_params[m] - 1) {
				arg_from[base + n] = tok_top;
				arg_to[base + n] = tok_top;
				n = n + 1;
			}
			if (n != m_params[m])
				die("wrong number of macro arguments");
			return;
		}
		if (id == id_comma && depth == 0 && (m_variadic[m] == 0 || n < m_params[m] - 1)) {
			arg_to[base + n] = tok_top;
			n = n + 1;
			if (n >= m_params[m])
				die("too many arguments for a macro");
			arg_from[base + n] = tok_top;
		} else {
			if (id == id_lparen)
				depth = depth + 1;
			if (id == id_rparen)
				depth = depth - 1;
			put_tok(t);
		}
	}
}

/* Token for a number. */
int number_tok(int n)
{
	return intern_text(spell_number(n)) * 4;
}

/* The value of a macro that is computed: __LINE__, __FILE__ or __COUNTER__. */
int special_tok(int m)
{
	int n;
	if (m_special[m] == MACRO_LINE)
		return number_tok(line);
	if (m_special[m] == MACRO_COUNTER) {
		counter = counter + 1;
		return number_tok(counter - 1);
	}
	n = text_len(file_name);
	paste_text[0] = '"';
	copy_bytes(paste_text + 1, file_name, n);
	paste_text[n + 1] = '"';
	return pasted_tok(n + 2);
}

/* Begin the expansion of macro m, named by token t; 0 when t is not a call of it after all. */
int expand_macro(int m, int t)
{
	int next;
	int base;
	int i;
	int save_exp;
	int from;
	if (m_special[m]) {
		put_tok(special_tok(m));
		push_list(tok_pool, tok_top - 1, tok_top, 0);
		return 1;
	}
	if (m_params[m] < 0) {
		if (m_paste[m] == 0) {
			push_list(body_pool, m_start[m], m_end[m], m);
			return 1;
		}
		from = tok_top;
		substitute(m, 0);
		push_list(tok_pool, from, tok_top, m);
		return 1;
	}
	next = raw_tok();
	if ((next >> 2) != id_lparen) {
		if (next != TOK_FILE_END && next != TOK_LINE_END)
			unread_tok(next);
		return 0;
	}
	base = args_top;
	collect_args(m, base);
	save_exp = exp_top;
	i = 0;
	while (i < m_params[m]) {
		arg_xfrom[base + i] = exp_top;
		expand_arg(arg_from[base + i], arg_to[base + i]);
		arg_xto[base + i] = exp_top;
		i = i + 1;
	}
	from = tok_top;
	substitute(m, base);
	exp_top = save_exp;
	args_top = base;
	push_list(tok_pool, from, tok_top, m);
	return 1;
}

/* The next token with all macros expanded. */
int macro_tok()
{
	int t;
	int m;
	int space;
	while (1) {
		t = raw_tok();
		space = owed_space;
		owed_space = 0;
		if (t > TOK_FILE_END)
			t = t | space;
		m = id_macro[t >> 2];
		if (m == 0 || (t & TF_PAINTED))
			return t;
		if (m_busy[m])
			return t | TF_PAINTED;
		if (expand_macro(m, t) == 0)
			return t;
		owed_space = t & TF_SPACE;
	}
}

/* The next token for the compiler. */
int cpp_tok()
{
	if (lists == 0) {
		tok_top = 0;
		exp_top = 0;
	}
	return macro_tok();
}

/* Make a macro without parameters and with an empty body. */
int new_macro(int id)
{
	macros = macros + 1;
	if (macros == MAX_MACROS)
		die("too many macros");
	m_params[macros] = -1;
	m_start[macros] = body_top;
	m_end[macros] = body_top;
	m_variadic[macros] = 0;
	m_paste[macros] = 0;
	m_special[macros] = MACRO_PLAIN;
	m_busy[macros] = 0;
	id_macro[id] = macros;
	return macros;
}

/* Add a token to the body of macro m, the newest. */
void body_put(int m, int t)
{
	if (body_top == BODY_WORDS)
		die("macro bodies too long");
	body_pool[body_top] = t;
	body_top = body_top + 1;
	m_end[m] = body_top;
}

/* Define NAME as one word, as the option -D does. */
void define_text(char *name, char *value)
{
	int m;
	m = new_macro(intern_text(name));
	if (value[0])
		body_put(m, intern_text(value) * 4);
}

/* Make the macros that every file sees; drops all others. */
void macros_init()
{
	int i;
	i = 0;
	while (i < ids) {
		id_macro[i] = 0;
		i = i + 1;
	}
	macros = 0;
	body_top = 0;
	m_special[new_macro(intern_text("__LINE__"))] = MACRO_LINE;
	m_special[new_macro(intern_text("__FILE__"))] = MACRO_FILE;
	m_special[new_macro(intern_text("__COUNTER__"))] = MACRO_COUNTER;
	define_text("__STDC__", "1");
	define_text("__CC1__", "1");
	define_text("__i386__", "1");
	define_text("__linux__", "1");
	define_text("__unix__", "1");
	define_text("__CHAR_BIT__", "8");
}

/* Make the preprocessor's tables. */
void cpp_init()
{
	m_params = alloc_words(MAX_MACROS);
	m_start = alloc_words(MAX_MACROS);
	m_end = alloc_words(MAX_MACROS);
	m_variadic = alloc_words(MAX_MACROS);
	m_paste = alloc_words(MAX_MACROS);
	m_special = alloc_words(MAX_MACROS);
	m_busy = alloc_words(MAX_MACROS);
	body_pool = alloc_words(BODY_WORDS);
	l_pos = alloc_words(MAX_LISTS);
	l_end = alloc_words(MAX_LISTS);
	l_pool = alloc_words(MAX_LISTS);
	l_macro = alloc_words(MAX_LISTS);
	tok_pool = alloc_words(LIST_WORDS);
	exp_pool = alloc_words(LIST_WORDS);
	arg_from = alloc_words(MAX_ARGS);
	arg_to = alloc_words(MAX_ARGS);
	arg_xfrom = alloc_words(MAX_ARGS);
	arg_xto = alloc_words(MAX_ARGS);
	paste_text = alloc(65536);
	id_hash = intern_text("#");
	id_paste = intern_text("##");
	id_lparen = intern_text("(");
	id_rparen = intern_text(")");
	id_comma = intern_text(",");
	id_va_args = intern_text("__VA_ARGS__");
}
