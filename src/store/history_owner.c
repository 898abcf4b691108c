/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/*
 * Who carries out a run: "BOOT PID START": the machine's boot, the process, and when that began in ticks
 * since the boot. A number of a process that is given out again has another START.
 */

enum { STAT_MAX = 4096, FIELD_START = 20 }; /* starttime is the 20th field behind the name */

/* Adds when process PID began. False when there is none. */
static bool add_start(long pid, struct buf *ret)
{
	char path[64];
	struct buf b = BUF_INIT;
	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	int fd_ok = file_read(path, STAT_MAX, &b, NULL);
	const char *p = fd_ok == 0 ? strrchr(buf_str(&b), ')') : NULL;
	for (int i = 0; p && i < FIELD_START; i++) {
		p = strchr(p + 1, ' ');
	}
	/* A zombie carries out nothing. */
	const char *state = fd_ok == 0 ? strrchr(buf_str(&b), ')') : NULL;
	bool ok = p && state && state[1] == ' ' && state[2] != 'Z';
	if (ok)
		buf_addf(ret, "%.*s", (int)strcspn(p + 1, " \n"), p + 1);
	buf_release(&b);
	return ok;
}

/* Writes the owner string of process PID. NULL when there is none. */
static char *owner_of(long pid)
{
	struct buf b = BUF_INIT;
	file_read("/proc/sys/kernel/random/boot_id", STAT_MAX, &b, NULL);
	b.len = b.ptr ? strcspn(b.ptr, "\n") : 0;
	buf_addf(&b, " %ld ", pid);
	if (!add_start(pid, &b)) {
		buf_release(&b);
		return NULL;
	}
	return buf_detach(&b);
}

char *history_owner(void)
{
	return owner_of((long)getpid());
}

bool history_owner_lives(const char *owner)
{
	long pid = 0;
	if (sscanf(owner, "%*s %ld", &pid) != 1 || pid <= 0)
		return false;
	FREE_PTR char *now = owner_of(pid);
	return now && strcmp(now, owner) == 0;
}
