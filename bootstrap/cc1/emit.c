/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emit.c: the assembly text. Code of the current function and data of the whole program are
   held in two buffers: a function's frame size is known only at its end, and data is written
   after all code (in pages of its own, since writing beside running code is slow). */

enum {
	CODE_SIZE = 8000000,
	DATA_SIZE = 24000000
};

char *em;      /* the buffer being written */
int em_len;    /* characters in it */
int em_size;   /* its capacity */
char *em_code; /* the two buffers */
char *em_data;
int em_other_len; /* characters in the one that is not being written */
int in_data;      /* 1: em is em_data */

int last_label; /* number of the last label made by new_label */

/* Write one character. */
void put_char(int c)
{
	if (em_len == em_size)
		die("too much output");
	em[em_len] = c;
	em_len = em_len + 1;
}

/* Write a string. */
void put(char *s)
{
	int i;
	i = 0;
	while (s[i]) {
		put_char(s[i]);
		i = i + 1;
	}
}

/* Write a number in decimal. */
void put_number(int n)
{
	put(spell_number(n));
}

/* Write a byte as two hexadecimal digits. */
void put_byte(int b)
{
	int d;
	d = (b >> 4) & 15;
	if (d > 9)
		d = d + 7;
	put_char('0' + d);
	d = b & 15;
	if (d > 9)
		d = d + 7;
	put_char('0' + d);
}

/* Write to the data buffer (1) or the code buffer (0). */
void use_data(int yes)
{
	int len;
	if (yes == in_data)
		return;
	in_data = yes;
	len = em_len;
	em_len = em_other_len;
	em_other_len = len;
	if (yes) {
		em = em_data;
		em_size = DATA_SIZE;
	} else {
		em = em_code;
		em_size = CODE_SIZE;
	}
}

/* Move the code buffer to the output file. */
void flush_code()
{
	use_data(0);
	out_bytes(em, em_len);
	em_len = 0;
}

/* Move the data buffer to the output file. */
void flush_data()
{
	use_data(1);
	out_bytes(em, em_len);
	em_len = 0;
	use_data(0);
}

/* A new local label. */
int new_label()
{
	last_label = last_label + 1;
	return last_label;
}

/* Define local label n here. */
void put_label(int n)
{
	put(":L.");
	put_number(n);
	put_char('\n');
}

/* Define the label with the given name here. */
void put_name(int id)
{
	put_char(':');
	put(id_text[id]);
	put_char('\n');
}

/* An instruction without operand. */
void ins(char *op)
{
	put_char('\t');
	put(op);
	put_char('\n');
}

/* An instruction with a 32-bit number. */
void ins_number(char *op, int n)
{
	put_char('\t');
	put(op);
	put(" %");
	put_number(n);
	put_char('\n');
}

/* An instruction with an 8-bit number. */
void ins_byte(char *op, int n)
{
	put_char('\t');
	put(op);
	put(" !");
	put_number(n);
	put_char('\n');
}

/* The end of an instruction with the address of a named label. */
void put_address(int id)
{
	put(" &");
	put(id_text[id]);
	put_char('\n');
}

int jump_start; /* where the last jump to a local label starts and ends in the code buffer, */
int jump_end;
int jump_to; /* and the label */

/* A jump or call to a named label. */
void ins_to(char *op, char *name)
{
	put_char('\t');
	put(op);
	put(" %");
	put(name);
	put_char('\n');
}

/* A jump to local label n; op is jmp, je, jne ... */
void jump(char *op, int n)
{
	jump_start = em_len;
	put_char('\t');
	put(op);
	put(" %L.");
	put_number(n);
	put_char('\n');
	jump_end = em_len;
	jump_to = n;
}

/* Does n fit in a signed byte? */
int is_small(int n)
{
	return n >= -128 && n <= 127;
}

/* An instruction on [base+off]: op and mid before the brackets, tail after them. */
void ins_mem(char *op, char *mid, char *base, int off, char *tail)
{
	put_char('\t');
	put(op);
	put(mid);
	put_char('[');
	put(base);
	if (is_small(off))
		put("+b]");
	else
		put("+]");
	put(tail);
	if (is_small(off))
		put(" !");
	else
		put(" %");
	put_number(off);
	put_char('\n');
}

/* An instruction with an immediate number, in its short form when it fits. */
void ins_imm(char *op, int n)
{
	put_char('\t');
	put(op);
	if (is_small(n))
		put("b !");
	else
		put(" %");
	put_number(n);
	put_char('\n');
}

/* Make the buffers. */
void emit_init()
{
	em_code = alloc(CODE_SIZE);
	em_data = alloc(DATA_SIZE);
	em = em_code;
	em_size = CODE_SIZE;
}
