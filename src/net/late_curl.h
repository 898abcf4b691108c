/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_LATE_CURL_H
#define NET_LATE_CURL_H

#include <curl/curl.h>

#include "base/late.h"

/* libcurl, loaded when it is first needed: see base/late.h. */

#define CURL_SYMBOLS(X) \
	X(curl_easy_cleanup) \
	X(curl_easy_getinfo) \
	X(curl_easy_init) \
	X(curl_easy_perform) \
	X(curl_easy_setopt) \
	X(curl_easy_strerror) \
	X(curl_global_init) \
	X(curl_slist_append) \
	X(curl_slist_free_all)
CURL_SYMBOLS(LATE_DECLARE)

/* Loads libcurl and makes it ready, once; to be called before any use of it. By any thread. As late_load. */
int late_curl(struct fault *f);

#endif
