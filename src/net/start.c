/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/start.h"

#include <curl/curl.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_up(void)
{
	curl_global_init(CURL_GLOBAL_ALL);
}

void net_start(void)
{
	pthread_once(&once, set_up);
}
