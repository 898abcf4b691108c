/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/late.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* one library at a time */

/* Fills the pointers from the library HANDLE. */
static int find_all(const struct late *l, void *handle, struct fault *f)
{
	for (size_t i = 0; i < l->n; i++) {
		void *address = dlsym(handle, l->symbols[i].name);
		if (!address)
			return fault_set(f, ERR_CONFIG, "%s has no %s", l->soname,
					 l->symbols[i].name);
		/* POSIX lets a pointer to a function be kept as one to data, but not be an alias. */
		memcpy(l->symbols[i].pointer, &address, sizeof address);
	}
	return 0;
}

/* Loads L. Under lock. */
static int load(struct late *l, struct fault *f)
{
	void *handle = dlopen(l->soname, RTLD_LAZY | RTLD_LOCAL);
	if (!handle) {
		const char *why = dlerror();
		return fault_set(f, ERR_CONFIG, "cannot load a library: %s",
				 why ? why : l->soname);
	}
	int r = find_all(l, handle, f);
	if (r < 0)
		dlclose(handle);
	else
		atomic_store_explicit(&l->loaded, true, memory_order_release);
	return r;
}

int late_load(struct late *l, struct fault *f)
{
	if (atomic_load_explicit(&l->loaded, memory_order_acquire))
		return 0;
	pthread_mutex_lock(&lock);
	int r = atomic_load_explicit(&l->loaded, memory_order_relaxed) ? 0 : load(l, f);
	pthread_mutex_unlock(&lock);
	return r;
}
