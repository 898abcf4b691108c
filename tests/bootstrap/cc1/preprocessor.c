/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include "preprocessor.h"
#include "preprocessor.h"

#define EMPTY
#define ONE 1
#define TWO (ONE + ONE)
#define ADD(a, b) ((a) + (b))
#define TWICE(f, x) f(x, x)
#define STR(x) #x
#define XSTR(x) STR(x)
#define CAT(a, b) a##b
#define XCAT(a, b) CAT(a, b)
#define PRINT(...) printf(__VA_ARGS__)
#define LOG(format, ...) printf("<" format ">\n", ##__VA_ARGS__)
#define FIRST(x, ...) x
#define f(x) (x * 2)
#define MULTI(x) do { \
		printf("%d ", x); \
		printf("multi\n"); \
	} while (0)
#define NOTHING(x)

#if defined(ONE) && !defined NONE && ONE + 2 * 3 == 7
#define RESULT "taken"
#elif 1
#define RESULT "elif"
#else
#define RESULT "else"
#endif

#if 0
#error "not here, isn't it"
# if 1
# else
#endif
#elif (ONE ? 2 : 3) == 2 && 'a' == 97 && 0x10 >> 2 == 4
#define SECOND "second"
#endif

#ifdef NONE
#elif !defined(ONE)
#else
#define THIRD "third"
#endif

#undef ONE
#define ONE 11


int main(void)
{
	int xy = 5, value12 = 6;
	char *name = __FILE__;

	printf("%d %d %d\n", TWO, ADD(2, 3) * 2, TWICE(ADD, 4));
	printf("%s %s %s\n", STR(TWO), XSTR(TWO), STR("q\n" 'c'));
	printf("%d %d\n", CAT(x, y), XCAT(value, XCAT(1, 2)));
	PRINT("%s %s\n", RESULT, SECOND);
	PRINT("%s\n", THIRD);
	LOG("plain");
	LOG("%d %d", 1, 2);
	printf("%d %d\n", FIRST(8), FIRST(9, 10));
	printf("%d %d\n", f(f(3)), f
	       (4));
	MULTI(xy);
	NOTHING(really)
	EMPTY printf("%d %s\n", INCLUDED, strstr(name, "preprocessor") ? "file" : "?");
	printf("%d\n", __LINE__);
	printf("%s" /* a comment
	in two lines */ "%s\n", "a" "b", // and another
	       "c\
d");
	return 0;
}
