/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _INTTYPES_H
#define _INTTYPES_H

#include <stdint.h>

#endif
