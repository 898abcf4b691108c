/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lex.c: cut the characters of a file into words. */

char *src;     /* the current file, lines ending in backslash already joined */
int pos;       /* next character */
int src_len;   /* characters in the file */
int lex_space; /* 1 when white space or a comment stood before the last word */

/* Read a file and join the lines that end in a backslash; the line ends so lost are put after
   the next real one, so that line numbers stay true. Returns 0 when the file is not there. */
int load_source(char *name)
{
	char *s;
	int from;
	int to;
	int lost;
	int c;
	s = read_file(name);
	if (s == 0)
		return 0;
	from = 0;
	to = 0;
	lost = 0;
	while (from < read_length) {
		c = s[from];
		if (c == '\\' && s[from + 1] == '\n') {
			lost = lost + 1;
			from = from + 2;
		} else if (c == '\\' && s[from + 1] == 13 && s[from + 2] == '\n') {
			lost = lost + 1;
			from = from + 3;
		} else {
			s[to] = c;
			to = to + 1;
			from = from + 1;
			if (c == '\n') {
				while (lost) {
					s[to] = '\n';
					to = to + 1;
					lost = lost - 1;
				}
			}
		}
	}
	s[to] = 0;
	src = s;
	pos = 0;
	src_len = to;
	return 1;
}

/* Skip the comment that starts at pos (after the slash and star), counting lines. */
void skip_comment()
{
	pos = pos + 2;
	while (src[pos] != '*' || src[pos + 1] != '/') {
		if (src[pos] == '\n')
			line = line + 1;
		if (pos >= src_len)
			die("comment without end");
		pos = pos + 1;
	}
	pos = pos + 2;
}

/* Skip white space and comments inside a line. */
void skip_blanks()
{
	int c;
	while (1) {
		c = src[pos];
		if (c == ' ' || c == '\t' || c == 13 || c == 12) {
			pos = pos + 1;
			lex_space = 1;
		} else if (c == '/' && src[pos + 1] == '*') {
			skip_comment();
			lex_space = 1;
		} else if (c == '/' && src[pos + 1] == '/') {
			while (src[pos] != '\n' && pos < src_len)
				pos = pos + 1;
		} else
			return;
	}
}

/* Skip to the end of the line (which is not consumed), past comments and strings. */
void skip_line()
{
	int c;
	int q;
	while (pos < src_len) {
		skip_blanks();
		c = src[pos];
		if (c == '\n')
			return;
		if (pos < src_len)
			pos = pos + 1;
		if (c == '"' || c == 39) {
			q = pos;
			while (src[pos] != c && src[pos] != '\n' && pos < src_len) {
				if (src[pos] == '\\')
					pos = pos + 1;
				pos = pos + 1;
			}
			if (src[pos] == c)
				pos = pos + 1;
			else
				pos = q; /* a lone quote, as in running text */
		}
	}
}

/* Length of the mark whose first three characters are c, d, e. */
int mark_len(int c, int d, int e)
{
	if (c == d) {
		if (c == '.' && e == '.')
			return 3;
		if (c == '<' || c == '>') {
			if (e == '=')
				return 3;
			return 2;
		}
		if (c == '+' || c == '-' || c == '&' || c == '|' || c == '=' || c == '#')
			return 2;
		return 1;
	}
	if (c == '-' && d == '>')
		return 2;
	if (d == '=') {
		if (c == '+' || c == '-' || c == '*' || c == '/' || c == '%' || c == '&')
			return 2;
		if (c == '|' || c == '^' || c == '<' || c == '>' || c == '!')
			return 2;
	}
	return 1;
}

/* Read a string or character constant; gives its id. */
int lex_quoted(int quote)
{
	int start;
	start = pos;
	pos = pos + 1;
	while (src[pos] != quote) {
		if (src[pos] == '\n' || pos >= src_len)
			die("string or character constant without end");
		if (src[pos] == '\\')
			pos = pos + 1;
		pos = pos + 1;
	}
	pos = pos + 1;
	return intern(src + start, pos - start);
}

/* Read the next word of the file; gives its id. At the end of a line it gives ID_LINE_END and
   does not go on: the caller decides when to pass the line end (pass_line). */
int lex_word()
{
	int c;
	int start;
	lex_space = 0;
	skip_blanks();
	start = pos;
	c = src[pos];
	if (char_class[c & 255] == 1) {
		pos = pos + 1;
		while (char_class[src[pos] & 255])
			pos = pos + 1;
		return intern(src + start, pos - start);
	}
	if (c == '\n')
		return ID_LINE_END;
	if (pos >= src_len)
		return ID_FILE_END;
	if (char_class[c & 255] == 2 || (c == '.' && char_class[src[pos + 1] & 255] == 2)) {
		while (char_class[src[pos] & 255] || src[pos] == '.') {
			c = src[pos] | 32;
			pos = pos + 1;
			if ((c == 'e' || c == 'p') && (src[pos] == '+' || src[pos] == '-')) {
				if (c == 'p' || (src[start + 1] | 32) != 'x')
					pos = pos + 1;
			}
		}
		return intern(src + start, pos - start);
	}
	if (c == '"' || c == 39)
		return lex_quoted(c);
	pos = pos + mark_len(c, src[pos + 1], src[pos + 2]);
	return intern(src + start, pos - start);
}

/* Pass the line end at pos. */
void pass_line()
{
	pos = pos + 1;
	line = line + 1;
}
