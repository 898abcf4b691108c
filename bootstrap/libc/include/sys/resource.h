/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SYS_RESOURCE_H
#define _SYS_RESOURCE_H

#include <sys/types.h>

#endif
