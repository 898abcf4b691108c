/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/sys.h"

enum { POOL_MAX = 64 }; /* threads */

struct pool {
	size_t n;
	atomic_size_t next;
	void (*fn)(void *ctx, size_t i);
	void *ctx;
};

static void *work(void *arg)
{
	struct pool *p = arg;
	for (;;) {
		size_t i = atomic_fetch_add(&p->next, 1);
		if (i >= p->n)
			return NULL;
		p->fn(p->ctx, i);
	}
}

void pool_run(size_t threads, size_t n, void (*fn)(void *ctx, size_t i), void *ctx)
{
	struct pool p = {.n = n, .fn = fn, .ctx = ctx};
	pthread_t others[POOL_MAX];
	size_t want = threads ? threads : (size_t)sys_cpus(), started = 0;
	if (want > POOL_MAX)
		want = POOL_MAX;
	if (want > n)
		want = n;
	/* The caller is a worker too, so a thread that cannot be had costs only time. */
	while (started + 1 < want && pthread_create(&others[started], NULL, work, &p) == 0)
		started++;
	work(&p);
	for (size_t i = 0; i < started; i++)
		pthread_join(others[i], NULL);
}
