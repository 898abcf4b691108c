/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _STDARG_H
#define _STDARG_H

/* Arguments stand one after the other on the stack, each in whole words. */
typedef char *va_list;
#define __va_size(type) ((sizeof(type) + 3) & ~3)
#define va_start(list, last) ((list) = (char *)&(last) + __va_size(last))
#define va_arg(list, type) (*(type *)(((list) += __va_size(type)) - __va_size(type)))
#define va_copy(to, from) ((to) = (from))
#define va_end(list) ((void)0)

#endif
