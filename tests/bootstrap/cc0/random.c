/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random SEED: writes a C0 program of random functions that prints what they give. The same
   program compiled by another compiler must print the same. */

enum { FUNCTIONS = 8, DEPTH = 5 };

int state;	/* of the random numbers */
int function;	/* number of the function being written: it may call those before it */
char digit[2];

int length(char *s)
{
	int n;
	n = 0;
	while (s[n])
		n = n + 1;
	return n;
}

void say(char *s)
{
	syscall3(4, 1, s, length(s));
}

void say_number(int n)
{
	if (n > 9)
		say_number(n / 10);
	digit[0] = '0' + n % 10;
	syscall3(4, 1, digit, 1);
}

/* A random number from 0 to n - 1. */
int pick(int n)
{
	state = state * 1103515245 + 12345;
	return (state >> 16 & 32767) % n;
}

void constant()
{
	int kind;
	kind = pick(5);
	if (kind == 0)
		say("2147483647");
	else if (kind == 1)
		say("TEN");
	else if (kind == 2)
		say("'\\n'");
	else if (kind == 3)
		say_number(pick(32768) * (pick(32767) + 1));
	else
		say_number(pick(10));
}

void variable()
{
	int kind;
	kind = pick(8);
	if (kind == 0)
		say("x");
	else if (kind == 1)
		say("y");
	else if (kind == 2)
		say("z");
	else if (kind == 3)
		say("i");
	else
		say("g");
}

void element(int depth)
{
	int kind;
	kind = pick(4);
	if (kind == 0)
		say("words");
	else if (kind == 1)
		say("bytes");
	else if (kind == 2)
		say("w");
	else
		say("b");
	say("[(");
	expression(depth);
	say(") & 7]");
}

void operator()
{
	int kind;
	kind = pick(28);
	if (kind == 0)
		say(" + ");
	else if (kind == 1)
		say(" - ");
	else if (kind == 2)
		say(" * ");
	else if (kind == 3)
		say(" & ");
	else if (kind == 4)
		say(" | ");
	else if (kind == 5)
		say(" ^ ");
	else if (kind == 6)
		say(" < ");
	else if (kind == 7)
		say(" > ");
	else if (kind == 8)
		say(" <= ");
	else if (kind == 9)
		say(" >= ");
	else if (kind == 10)
		say(" == ");
	else if (kind == 11)
		say(" != ");
	else if (kind == 12)
		say(" && ");
	else if (kind == 13)
		say(" || ");
	else if (kind < 20)
		say(" - ");
	else if (kind < 24)
		say(" + ");
	else
		say(" ^ ");
}

/* An operand that binds at least as tightly as a unary operator. */
void operand(int depth)
{
	int kind;
	kind = pick(11);
	if (depth == 0)
		kind = kind % 3;
	if (kind == 0)
		constant();
	else if (kind < 3)
		variable();
	else if (kind == 3)
		element(depth - 1);
	else if (kind == 4) {
		say("- ");
		operand(depth - 1);
	} else if (kind == 5) {
		say("~");
		operand(depth - 1);
	} else if (kind == 6 && depth > 2) {
		say("!");
		operand(depth - 1);
	} else if (kind == 7 && function > 0 && depth > 3) {
		say("f");
		say_number(pick(function));
		say("(");
		expression(depth - 1);
		say(", ");
		expression(depth - 1);
		say(", b)");
	} else {
		say("(");
		expression(depth - 1);
		say(")");
	}
}

/* Divisors and shifts are kept to what C defines; all else is joined without parentheses, so
   that precedence counts. */
void expression(int depth)
{
	int more;
	operand(depth);
	more = pick(4);
	if (depth == 0)
		more = 0;
	while (more) {
		if (pick(4) == 0) {
			if (pick(2))
				say(" / (((");
			else
				say(" % (((");
			expression(depth - 1);
			say(") & 1023) | 1)");
		} else if (pick(4) == 0) {
			if (pick(2))
				say(" << (");
			else
				say(" >> (");
			operand(depth - 1);
			say(" & 31)");
			more = 1; /* what followed would belong to the distance */
		} else {
			operator();
			operand(depth - 1);
		}
		more = more - 1;
	}
}

/* Only main changes global variables: the order in which operands are computed is not defined. */
void statement(int depth)
{
	int kind;
	kind = pick(6);
	if (depth == 0)
		kind = 3 + kind % 3;
	if (kind == 0) {
		say("if (");
		expression(2);
		say(") {\n");
		statement(depth - 1);
		say("} else\n");
		statement(depth - 1);
	} else if (kind == 1) {
		say("while (i < 3) {\ni = i + 1;\n");
		statement(depth - 1);
		say("if (");
		expression(2);
		say(")\nbreak;\n");
		statement(depth - 1);
		say("}\n");
	} else if (kind == 2) {
		say("{\n");
		statement(depth - 1);
		statement(depth - 1);
		say("}\n");
	} else {
		if (function < FUNCTIONS)
			say("z");
		else if (kind == 3)
			say("g");
		else
			element(1);
		say(" = ");
		expression(DEPTH);
		say(";\n");
	}
}

int main(int argc, int *argv)
{
	char *seed;
	int n;
	seed = argv[1];
	while (seed[0]) {
		state = state * 10 + seed[0];
		seed = seed + 1;
	}
	say("enum { ZERO, TEN = 10 };\nint g;\nint words[8];\nchar bytes[8];\nchar digits[12];\n");
	say("void show(int n)\n{\nint i;\nint last;\ni = 11;\ndigits[i] = '\\n';\nif (n < 0)\n");
	say("syscall3(4, 1, \"-\", 1);\nwhile (1) {\nlast = n % 10;\nif (last < 0)\nlast = -last;\n");
	say("i = i - 1;\ndigits[i] = '0' + last;\nn = n / 10;\nif (n == 0)\nbreak;\n}\n");
	say("syscall3(4, 1, digits + i, 12 - i);\n}\n");
	while (function < FUNCTIONS) {
		say("int f");
		say_number(function);
		say("(int x, int y, char *b)\n{\nint z;\nint *w;\nint i;\nz = x - y;\nw = words;\ni = 0;\n");
		statement(3);
		statement(3);
		say("return ");
		expression(DEPTH);
		say(";\n}\n");
		function = function + 1;
	}
	say("int main()\n{\nint x;\nint y;\nint z;\nint i;\nint *w;\nchar *b;\n");
	say("x = -7;\ny = 2147483647;\nz = 1;\nw = words;\nb = bytes + z - 1;\n");
	n = 0;
	while (n < FUNCTIONS) {
		say("i = 0;\n");
		statement(2);
		say("show(f");
		say_number(n);
		say("(");
		constant();
		say(", ");
		constant();
		say(", bytes));\nshow(g);\nshow(words[");
		say_number(pick(8));
		say("]);\nshow(bytes[");
		say_number(pick(8));
		say("]);\n");
		n = n + 1;
	}
	say("return 0;\n}\n");
	return 0;
}
