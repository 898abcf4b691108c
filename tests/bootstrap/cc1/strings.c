/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_length(const void *a, const void *b)
{
	return (int)strlen(*(char **)a) - (int)strlen(*(char **)b);
}

int main(void)
{
	char buf[100];
	char *words[] = { "elephant", "ox", "mouse", "a", "camel!" };
	char *p, *end;
	int i;

	printf("%s|%5s|%-5s|%.2s|%c|%%\n", "abc", "de", "fg", "hijk", 'l');
	printf("%d|%5d|%-5d|%05d|%+d|%x|%X|%#x|%o\n", 42, 42, 42, 42, 42, 255, 255, 255, 8);
	printf("\"\\\t\101\x42\0hidden\n");
	printf("\n%d %d %d\n", '\n', '\'', '\\');
	strcpy(buf, "hello");
	strcat(buf, ", world");
	printf("%s %d %s %s\n", buf, (int)strlen(buf), strchr(buf, 'w'), strrchr(buf, 'l'));
	printf("%d %d %d\n", strcmp("a", "b") < 0, strcmp("b", "a") > 0, strncmp("abc", "abd", 2));
	printf("%s\n", strstr(buf, "lo,"));
	memmove(buf + 2, buf, 6);
	printf("%s %d\n", buf, memcmp("abc", "abd", 3) < 0);
	qsort(words, 5, sizeof(char *), by_length);
	for (i = 0; i < 5; i++)
		printf("%s ", words[i]);
	printf("\n%ld %ld %lu\n", strtol("-123abc", &end, 10), strtol("0x1f", 0, 0), strtoul("777", 0, 8));
	printf("%s %d %d\n", end, atoi("99"), isalpha('x') && isdigit('5') && !isspace('q') && toupper('e') == 'E');
	p = malloc(10);
	strcpy(p, "grow");
	p = realloc(p, 200000);
	p[199999] = 1;
	printf("%s\n", p);
	free(p);
	snprintf(buf, 8, "%d-%s", 12345, "abcdef");
	printf("%s %d\n", buf, sscanf("12.34", "%d.%d", &i, &i));
	printf("%s\n", "adjacent " "strings " "join");
	printf("%d %d\n", (int)sizeof("four"), "index"[2]);
	return 0;
}
