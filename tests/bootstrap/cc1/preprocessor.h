/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INCLUDED
#define INCLUDED 1
#else
#undef INCLUDED
#define INCLUDED 2
#endif
