/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _STDDEF_H
#define _STDDEF_H

typedef unsigned int size_t;
typedef int ptrdiff_t;
typedef int wchar_t;
#define __SIZE_T
#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)

#endif
