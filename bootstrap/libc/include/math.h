/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _MATH_H
#define _MATH_H

double ldexp(double x, int exp);
long double ldexpl(long double x, int exp);

#endif
