/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/protocol.h"

#include <stddef.h>

const char *const PROTOCOL_VARIABLES[] = {
    "TERM",      "LANG",      "NO_COLOR", "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",   NULL};
