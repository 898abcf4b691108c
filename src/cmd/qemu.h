/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_QEMU_H
#define CMD_QEMU_H

/* The emulator of `vm`, and how one comes to have it. */
#define QEMU         "qemu-system-i386"
#define QEMU_INSTALL "apt-get install qemu-system-x86"

#endif
