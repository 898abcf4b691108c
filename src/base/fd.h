/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_FD_H
#define BASE_FD_H

/* Cleanup attribute for file descriptors: closes *FD when it is not negative. */
void file_close_fd(int *fd);
#define CLOSE_FD __attribute__((cleanup(file_close_fd)))

#endif
