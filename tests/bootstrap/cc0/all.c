/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that cc0 knows, once. */

enum { ZERO, FIVE = 5, SIX, SIZE = SIX };
enum {
	LAST = SIZE,
};

int number;
char *text;
int *words;
int table[SIZE];
char room[20];
int *later(int n);

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

/* A number and a blank. */
void show(int n)
{
	if (n < 0) {
		say("-");
		n = -n;
	}
	if (n > 9)
		show_tens(n / 10);
	room[0] = '0' + n % 10;
	room[1] = ' ';
	room[2] = 0;
	say(room);
}

void show_tens(int n)
{
	if (n > 9)
		show_tens(n / 10);
	room[0] = '0' + n % 10;
	room[1] = 0;
	say(room);
}

int fib(int n)
{
	if (n < 2)
		return n;
	return fib(n - 1) + fib(n - 2);
}

int three(int a, int b, int c)
{
	return a * 100 + b * 10 + c;
}

int loud(int n)
{
	say("!");
	return n;
}

int *later(int n)
{
	table[ZERO] = n;
	return table;
}

int main(int argc, int *argv)
{
	int i;
	char *s;
	show(1 + 2 * 3 - 4 / 2);
	show(17 % 5);
	show(-17 / 5);
	show((1 + 2) * (3 - 7));
	show(6 & 3);
	show(6 | 3);
	show(6 ^ 3);
	show(~5);
	show(1 << 5);
	show(-64 >> 3);
	show(!0 + !7);
	show(3 < 4);
	show(4 <= 3);
	show(4 > 3);
	show(3 >= 3);
	show(3 == 4);
	show(3 != 4);
	show(7 - 2 - 1);
	show(1 + 2 == 3 && 4 > 3);
	say("\n");
	show(0 && loud(1));
	show(1 && loud(2));
	show(1 || loud(1));
	show(0 || loud(0));
	show(1 && 0 || 1);
	say("\n");
	show(fib(15));
	show(three(1, 2, 3));
	show(FIVE + LAST);
	show('a');
	show('\n');
	show('\\' + '\'' + '"');
	say("\n");
	number = 3;
	number = number * number;
	show(number);
	words = later(8);
	words[1] = words[0] + 1;
	table[2] = table[1] * 2;
	show(table[table[2] - 16]);
	text = "a \"quoted\" \t\\ text\n";
	say(text);
	s = argv[2];
	say(s);
	show(argc);
	room[5] = 255;
	show(room[5]);
	say(text + 14);
	i = 0;
	while (1) {
		i = i + 1;
		if (i == 2) {
			i = 10;
		} else if (i > 12)
			break;
		while (i > 100)
			break;
	}
	show(i);
	say("\n");
	return 0;
}
