/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOURCE_DEBIAN_H
#define SOURCE_DEBIAN_H

/*
 * Finds the proxy that apt would use for URL (apt.conf(5), Acquire::http::Proxy and the like). RET
 * becomes its URL, "" when apt goes there directly, NULL when apt is told nothing; malloc'd. Negative
 * when apt-config cannot be run: RET is then NULL.
 */
int debian_proxy(const char *url, char **ret);

#endif
