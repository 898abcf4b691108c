/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H

int ioctl(int fd, unsigned int request, ...);

#endif
