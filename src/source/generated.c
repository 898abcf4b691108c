/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/generated.h"

#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

enum {
	TOP =
	    1200, /* bytes in which a statement counts that stands behind the first line of code */
	NEXT = '\n',     /* in the text of comments: a sentence may begin here */
	WRAPPED = '\v',  /* and here a line ends within one */
	SENTENCE = 1000, /* bytes of a sentence that are looked at */
};

/* The comments at the beginning of a file, without what frames them, in small letters. */
struct comments {
	struct buf text; /* sentences, see NEXT and WRAPPED */
	size_t later;    /* where the first line of code stood; SIZE_MAX: there was none */
};

static bool starts(struct view v, const char *s)
{
	return v.len >= strlen(s) && memcmp(v.ptr, s, strlen(s)) == 0;
}

static bool has(struct view v, const char *s)
{
	return memmem(v.ptr, v.len, s, strlen(s)) != NULL;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= 0 && c < ' ') || c == 0x7f;
}

static struct view skip(struct view v, size_t n)
{
	return (struct view){v.ptr + n, v.len - n};
}

static struct view trim(struct view v)
{
	while (v.len && is_blank(v.ptr[0]))
		v = skip(v, 1);
	while (v.len && is_blank(v.ptr[v.len - 1]))
		v.len--;
	return v;
}

/*
 * Returns how many bytes at the beginning of LINE make it a comment, 0 if it is none. When they begin one of
 * several lines, *END is set to what ends it.
 */
static size_t comment(struct view line, const char **end)
{
	static const char *const blocks[][2] = {
	    {"/*", "*/"}, {"\"\"\"", "\"\"\""}, {"<!--", "-->"}, {"(*", "*)"}};
	static const char *const words[] = {".\\\"",    "\\\"", "dnl", "rem ", "REM ",
					    "c ",       "C ",   "@c ", "--",   "-*-",
					    "@comment", "<?",   "<!",  ".. "};
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (starts(line, blocks[i][0])) {
			*end = blocks[i][1];
			return strlen(blocks[i][0]);
		}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (starts(line, words[i]))
			return strlen(words[i]);
	return starts(line, "//") || (line.len && strchr("*#;!%:", line.ptr[0])) ? 1 : 0;
}

/* Returns whether LINE stands before a file's comments without being one. */
static bool is_preamble(struct view line)
{
	static const char *const words[] = {"package ", "use ",         "our ",
					    "import ",  "escape_char ", "comment_char "};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (starts(line, words[i]))
			return true;
	return line.len > 1 && line.ptr[0] == '<' && line.ptr[1] >= 'a' && line.ptr[1] <= 'z';
}

/* Returns whether LINE begins text that a script writes: from here on nothing is said of the file itself. */
static bool is_template(struct view line)
{
	return has(line, "<<") || has(line, "\"\"\"") || has(line, "'''") || has(line, "`") ||
	       starts(line, "@");
}

/* Ends a sentence, or with WRAPPED a line within one. */
static void end(struct comments *c, char how)
{
	struct view v = buf_view(&c->text);
	if (v.len && v.ptr[v.len - 1] != NEXT)
		buf_addc(&c->text, how);
}

/* Adds LINE of a comment. */
static void add(struct comments *c, struct view line)
{
	while (line.len && !is_word(line.ptr[0])) {
		if (line.ptr[0] == '(')
			end(c, NEXT);
		line = skip(line, 1);
	}
	if (!line.len) {
		end(c, NEXT);
		return;
	}
	for (size_t i = 0; i < line.len; i++) {
		char ch = line.ptr[i];
		bool last = i + 1 == line.len || is_blank(line.ptr[i + 1]);
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		if (starts(skip(line, i), "-*-")) {
			end(c, NEXT);
			i += 2;
		} else if (strchr(".!:;}", ch) && ch && last) {
			end(c, NEXT);
		} else if (!is_blank(ch)) {
			buf_addc(&c->text, ch);
		} else if (!last) {
			end(c, ' ');
		}
	}
	end(c, WRAPPED);
}

/* Takes the comments from HEAD. */
static void read_comments(struct view head, struct comments *c)
{
	const char *until = NULL; /* what ends the comment that we are in */
	for (size_t at = 0; at < head.len;) {
		struct view rest = skip(head, at);
		const char *nl = memchr(rest.ptr, '\n', rest.len);
		struct view line = {rest.ptr, nl ? (size_t)(nl - rest.ptr) : rest.len};
		at += line.len + 1;
		line = trim(line);
		bool code = c->later != SIZE_MAX;
		if (code && (at > TOP || (!until && is_template(line))))
			break;
		if (!line.len || (!until && starts(line, "#!"))) {
			end(c, NEXT);
			continue;
		}
		if (!until) {
			size_t n = comment(line, &until);
			if (n == 0 && !is_preamble(line)) {
				if (at > TOP || is_template(line))
					break;
				if (!code)
					c->later = c->text.len;
			}
			if (n == 0 || until)
				end(c, NEXT);
			if (n == 0)
				continue;
			line = skip(line, n);
		}
		add(c, line);
		if (until && has(line, until)) {
			until = NULL;
			end(c, NEXT);
		}
	}
}

#define AUTO \
	"((automatically|auto|machine|programmatically)[- " \
	"]?(generated|created|produced|made|built)" \
	"|autogen(erated|-ed)|auto-edited" \
	"|(generated|created|produced|made|built) " \
	"(automatically|programmatically|mechanically))"
#define NOUN \
	"(file|script|code|header|makefile|document|module|table|program|source|page|list|" \
	"test|" \
	"package|version)s?"
#define IS    "( is| was| are| were| has been| have been| gets)?( is)?"
#define BY    "generated (by|from|with|using)"
#define WORDS "([a-z0-9_.+-]+ ){0,3}"
#define EDIT  "(do not|don't|never) (edit|modify|change|alter|touch)"

/* What is tried on the beginning of a sentence. */
enum {
	PREFIX, /* says nothing of the file, and is left out */
	SIGNED, /* a known generator's words, anywhere in a sentence */
	SAID,   /* says that the file was generated */
	CLEARLY, /* the same so clearly that it counts at the beginning of a line and behind code, too */
	WARNED,   /* warns of editing, anywhere in a sentence */
	IMPLIED,  /* with such a warning it says so, too */
	QUESTIONS /* how many there are */
};
static const char *const patterns[QUESTIONS] = {
    [PREFIX] = "^((warning|note|attention|caution|please|important|beware)[^a-z0-9]+"
	       "|" EDIT "( by hand| manually| directly| this file| this| it)*[^a-z0-9]+)+",
    [SIGNED] =
	"generated by gnu autoconf|generated automatically using autoconf|generated by automake"
	"|generated automatically by aclocal|generated (automatically )?from .* by autoheader"
	"|a bison parser, made|made by gnu bison|scanner generated by flex"
	"|generated by gnu m4|generated from ltmain\\.m4sh|generated by help2man"
	"|automatically generated by pod::man|code produced by gperf"
	"|generated from .* with gencodec\\.py",
    [SAID] =
	"^" AUTO "|^generated (file|by|from|with|using|via|on|at)([^a-z]|$)"
	"|^(this|the present|the) " WORDS NOUN IS " " AUTO "|^(this )?(" NOUN "|is)" IS " " AUTO
	"|^(this|the present) " WORDS NOUN IS
	" generated( (by|from|with|using|via|at|as|on|for|during|when)([^a-z]|$)|[^a-z ]|$)"
	"|^these " NOUN IS " (" AUTO "|" BY ")|^this (file )?is (an? )?(" AUTO
	"|generated " NOUN ")|^(this )?file( [^ ,]+)?,?" IS " (" AUTO "|" BY ")",
    [CLEARLY] = "^((automatically|auto|machine)[- ]?generated|generated automatically) "
		"(by|from)([^a-z]|$)"
		"|^this (file|module|script) (is|was|has been) (" AUTO "|generated)"
		"|^this is an? (" AUTO "|generated) file|^code generated .*do not edit",
    [WARNED] = EDIT,
    [IMPLIED] = "^(edit|change|modify|update) [^ ]+ instead"
		"|^(it|this|code|this " WORDS NOUN ")" IS " (" AUTO
		"|(generated|created|produced|built|made|constructed) "
		"(by|from|with|using)|generated([^a-z]|$))"
		"|^(generated|created|produced|built|made) (by|from|with|using) .*" EDIT,
};

/* The patterns, compiled; never released, like the program that uses them. */
static const regex_t *question(int q)
{
	static regex_t compiled[QUESTIONS];
	static bool done[QUESTIONS];
	if (!done[q])
		done[q] = regcomp(&compiled[q], patterns[q], REG_EXTENDED) == 0;
	return done[q] ? &compiled[q] : NULL;
}

static bool says(int q, const char *text)
{
	const regex_t *re = question(q);
	return re && regexec(re, text, 0, NULL, 0) == 0;
}

/* Returns whether TEXT says that the program NAME generates: then NAME is the generator, not generated. */
static bool by_name(const char *text, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = text; (p = strstr(p, "by ")) != NULL; p++)
		if (strncmp(p + 3, name, n) == 0 && !is_word(p[3 + n]) &&
		    !(p[3 + n] && (strchr("-_", p[3 + n]) || is_word(p[4 + n]))))
			return true;
	return false;
}

/* A file that is judged. */
struct judged {
	char name[256]; /* its last part, in small letters */
	bool warned;    /* it warns of editing it */
};

/* Returns whether the sentence TEXT tells that J was generated; LATER: it stands behind code. */
static bool tells(const struct judged *j, const char *text, bool later)
{
	char own[SENTENCE + 16];
	regmatch_t m;
	const regex_t *prefix = question(PREFIX);
	size_t n = strlen(j->name);
	if (!later && says(SIGNED, text))
		return true;
	if (prefix && regexec(prefix, text, 1, &m, 0) == 0)
		text += m.rm_eo;
	if (strncmp(text, j->name, n) == 0 && text[n] == ' ') {
		snprintf(own, sizeof own, "this file%s", text + n);
		text = own;
	}
	if (by_name(text, j->name))
		return false;
	if (says(CLEARLY, text))
		return true;
	return !later && (says(SAID, text) || (j->warned && says(IMPLIED, text)));
}

/* Copies the sentence V to RET, of SENTENCE bytes, in one line. */
static void one_line(struct view v, char *ret)
{
	size_t n = 0;
	while (v.len && !is_word(v.ptr[0]))
		v = skip(v, 1);
	for (; n < v.len && n < SENTENCE - 1; n++)
		ret[n] = v.ptr[n] == WRAPPED || !v.ptr[n] ? ' ' : v.ptr[n];
	ret[n] = '\0';
}

/* Returns whether the sentence V tells that J was generated. */
static bool sentence(const struct judged *j, struct view v, bool later)
{
	char text[SENTENCE];
	one_line(v, text);
	if (tells(j, text, later))
		return true;
	/* A title has no full stop: what stands below it is a sentence of its own. */
	for (const char *p; (p = memchr(v.ptr, WRAPPED, v.len)) != NULL;) {
		v = skip(v, (size_t)(p - v.ptr) + 1);
		one_line(v, text);
		if (tells(j, text, true))
			return true;
	}
	return false;
}

/* Calls FN(J, sentence, whether it stands behind code) for those of C, until it returns true. */
static bool any(const struct comments *c, struct judged *j,
		bool (*fn)(const struct judged *, struct view, bool))
{
	struct view all = buf_view(&c->text);
	for (size_t at = 0; at < all.len;) {
		struct view v = skip(all, at);
		const char *e = memchr(v.ptr, NEXT, v.len);
		if (e)
			v.len = (size_t)(e - v.ptr);
		if (fn(j, v, at >= c->later))
			return true;
		at += v.len + 1;
	}
	return false;
}

static bool warns(const struct judged *j, struct view v, bool later)
{
	char text[SENTENCE];
	(void)j;
	one_line(v, text);
	return !later && says(WARNED, text);
}

/* Returns whether J is said to be a template, or a choice of options that a person made. */
static bool denies(const struct judged *j, struct view v, bool later)
{
	char text[SENTENCE];
	(void)later;
	one_line(v, text);
	const char *p = strstr(text, j->name);
	return (p && strncmp(p + strlen(j->name), " isn't", 6) == 0) ||
	       strstr(text, "generated make config");
}

/* Returns whether HEAD of the file NAME is of a format, or has a line, that only programs write. */
static bool by_format(const char *name, struct view head)
{
	static const char *const magic[] = {"\xde\x12\x04\x95", "\x95\x04\x12\xde", "\177ELF"};
	static const char *const lines[] = {"\n#define YYBYACC", "\n#define FLEX_SCANNER",
					    "\nstatic char yysccsid[]",
					    "\nstatic const char yysccsid[]"};
	size_t n = strlen(name);
	struct view first = {head.ptr, head.len < 300 ? head.len : 300};
	for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
		if (starts(head, magic[i]))
			return true;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (starts(head, lines[i] + 1) || has(head, lines[i]))
			return true;
	return (n > 8 && strcmp(name + n - 8, "_shipped") == 0) ||
	       (has(first, "produced by") && has(first, "makeinfo") &&
		(starts(head, "This is ") || strstr(name, ".info")));
}

bool source_generated(const char *path, struct view head)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct judged j = {.warned = false};
	struct comments c = {BUF_INIT, SIZE_MAX};
	if (head.len > SOURCE_HEAD)
		head.len = SOURCE_HEAD;
	if (by_format(name, head))
		return true;
	for (size_t i = 0; i < sizeof j.name - 1 && name[i]; i++)
		j.name[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	read_comments(head, &c);
	bool ret = false;
	if (!buf_failed(&c.text) && !any(&c, &j, denies)) {
		j.warned = any(&c, &j, warns);
		ret = (j.warned && has(head, "buffer-read-only: t")) || any(&c, &j, sentence);
	}
	buf_release(&c.text);
	return ret;
}
