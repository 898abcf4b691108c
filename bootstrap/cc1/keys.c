/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.c: codes of marks and keywords. A mark of one character is its own code. */

enum {
	M_SHL = 128, /* << */
	M_SHR,
	M_LE,
	M_GE,
	M_EQ,
	M_NE,
	M_AND, /* && */
	M_OR,
	M_INC,
	M_DEC,
	M_ARROW,
	M_DOTS, /* ... */
	/* assignments that compute: from here to M_XOR_SET */
	M_ADD_SET,
	M_SUB_SET,
	M_MUL_SET,
	M_DIV_SET,
	M_MOD_SET,
	M_SHL_SET,
	M_SHR_SET,
	M_AND_SET,
	M_OR_SET,
	M_XOR_SET,

	/* keywords: statements */
	W_IF = 200,
	W_ELSE,
	W_WHILE,
	W_DO,
	W_FOR,
	W_SWITCH,
	W_CASE,
	W_DEFAULT,
	W_BREAK,
	W_CONTINUE,
	W_RETURN,
	W_GOTO,
	W_SIZEOF,
	W_OFFSETOF,
	/* words that begin a declaration: from here on */
	W_TYPEDEF = 230,
	W_EXTERN,
	W_STATIC,
	W_AUTO,
	W_REGISTER,
	W_INLINE,
	W_CONST,
	W_VOLATILE,
	W_RESTRICT,
	W_ATTRIBUTE,
	W_EXTENSION,
	W_VOID,
	W_BOOL,
	W_CHAR,
	W_SHORT,
	W_INT,
	W_LONG,
	W_SIGNED,
	W_UNSIGNED,
	W_FLOAT,
	W_DOUBLE,
	W_STRUCT,
	W_UNION,
	W_ENUM
};

/* How tightly a binary operator binds (10 most), 0 for all other keys. */
int precedence(int key)
{
	if (key == '*' || key == '/' || key == '%')
		return 10;
	if (key == '+' || key == '-')
		return 9;
	if (key == M_SHL || key == M_SHR)
		return 8;
	if (key == '<' || key == '>' || key == M_LE || key == M_GE)
		return 7;
	if (key == M_EQ || key == M_NE)
		return 6;
	if (key == '&')
		return 5;
	if (key == '^')
		return 4;
	if (key == '|')
		return 3;
	if (key == M_AND)
		return 2;
	if (key == M_OR)
		return 1;
	return 0;
}

/* Enter all marks and keywords. */
void keys_init()
{
	char *s;
	int i;
	s = "(){}[];:,?.+-*/%&|^~!<>=";
	i = 0;
	while (s[i]) {
		id_key[intern(s + i, 1)] = s[i];
		i = i + 1;
	}
	set_key("<<", M_SHL);
	set_key(">>", M_SHR);
	set_key("<=", M_LE);
	set_key(">=", M_GE);
	set_key("==", M_EQ);
	set_key("!=", M_NE);
	set_key("&&", M_AND);
	set_key("||", M_OR);
	set_key("++", M_INC);
	set_key("--", M_DEC);
	set_key("->", M_ARROW);
	set_key("...", M_DOTS);
	set_key("+=", M_ADD_SET);
	set_key("-=", M_SUB_SET);
	set_key("*=", M_MUL_SET);
	set_key("/=", M_DIV_SET);
	set_key("%=", M_MOD_SET);
	set_key("<<=", M_SHL_SET);
	set_key(">>=", M_SHR_SET);
	set_key("&=", M_AND_SET);
	set_key("|=", M_OR_SET);
	set_key("^=", M_XOR_SET);
	set_key("if", W_IF);
	set_key("else", W_ELSE);
	set_key("while", W_WHILE);
	set_key("do", W_DO);
	set_key("for", W_FOR);
	set_key("switch", W_SWITCH);
	set_key("case", W_CASE);
	set_key("default", W_DEFAULT);
	set_key("break", W_BREAK);
	set_key("continue", W_CONTINUE);
	set_key("return", W_RETURN);
	set_key("goto", W_GOTO);
	set_key("sizeof", W_SIZEOF);
	set_key("__builtin_offsetof", W_OFFSETOF);
	set_key("typedef", W_TYPEDEF);
	set_key("extern", W_EXTERN);
	set_key("static", W_STATIC);
	set_key("auto", W_AUTO);
	set_key("register", W_REGISTER);
	set_key("inline", W_INLINE);
	set_key("__inline", W_INLINE);
	set_key("__inline__", W_INLINE);
	set_key("const", W_CONST);
	set_key("__const", W_CONST);
	set_key("volatile", W_VOLATILE);
	set_key("__volatile__", W_VOLATILE);
	set_key("restrict", W_RESTRICT);
	set_key("__restrict", W_RESTRICT);
	set_key("__attribute__", W_ATTRIBUTE);
	set_key("__extension__", W_EXTENSION);
	set_key("void", W_VOID);
	set_key("_Bool", W_BOOL);
	set_key("char", W_CHAR);
	set_key("short", W_SHORT);
	set_key("int", W_INT);
	set_key("long", W_LONG);
	set_key("signed", W_SIGNED);
	set_key("__signed__", W_SIGNED);
	set_key("unsigned", W_UNSIGNED);
	set_key("float", W_FLOAT);
	set_key("double", W_DOUBLE);
	set_key("struct", W_STRUCT);
	set_key("union", W_UNION);
	set_key("enum", W_ENUM);
}
