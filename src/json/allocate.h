/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JSON_ALLOCATE_H
#define JSON_ALLOCATE_H

/*
 * To be called before jansson is. It does not look whether its buffer could grow, and writes past it when
 * not: so it is never refused memory. Where there is none the process ends with a line that says so and exit
 * status 1, which the store survives as it does a power cut.
 */
void json_allocate_setup(void);

#endif
