/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

/* What the kernel says about the machine: memory and processors. */

/* As the kernel lays out struct sysinfo for i386. */
struct sysinfo32 {
	int32_t uptime;
	uint32_t loads[3];
	uint32_t totalram, freeram, sharedram, bufferram, totalswap, freeswap;
	uint16_t procs, pad;
	uint32_t totalhigh, freehigh, mem_unit;
	char unused[8];
};

struct answer machine_memory(const struct sandbox_plan *p, const struct question *q)
{
	struct sysinfo s;
	if (syscall(SYS_sysinfo, &s, 0, 0, 0, 0, SANDBOX_OWN) < 0)
		return (struct answer){.error = -errno};
	/* Init is not in the time namespace of the steps. */
	s.uptime += p->vary.time_offset_s;
	/* Less than there is, so that nobody comes to need more. */
	s.totalram = s.totalram / 2 + 12 * 1024;
	s.freeram = s.freeram < s.totalram / 2 ? s.freeram : s.totalram / 2;
	s.totalswap = s.freeswap = 0;
	if (!q->i386)
		return (struct answer){
		    .error = question_write(q, q->args[0], &s, sizeof s) ? 0 : -EFAULT};
	unsigned shift = 0;
	while (s.totalram >> shift > UINT32_MAX / s.mem_unit)
		shift++;
	struct sysinfo32 t = {.uptime = (int32_t)s.uptime,
			      .totalram = (uint32_t)(s.totalram * s.mem_unit >> shift),
			      .freeram = (uint32_t)(s.freeram * s.mem_unit >> shift),
			      .sharedram = (uint32_t)(s.sharedram * s.mem_unit >> shift),
			      .bufferram = (uint32_t)(s.bufferram * s.mem_unit >> shift),
			      .procs = s.procs,
			      .mem_unit = 1U << shift};
	for (size_t i = 0; i < 3; i++)
		t.loads[i] = (uint32_t)s.loads[i];
	return (struct answer){.error =
				   question_write(q, q->args[0], &t, sizeof t) ? 0 : -EFAULT};
}

struct answer machine_processors(const struct sandbox_plan *p, const struct question *q)
{
	uint64_t mask =
	    p->vary.cpus_told > 63 ? UINT64_MAX : (UINT64_C(1) << p->vary.cpus_told) - 1;
	size_t word = q->i386 ? 4 : 8, len = q->args[1] & 0xffffffff;
	if (len % word || (len < 8 && mask >> 32))
		return (struct answer){.error = -EINVAL};
	len = len < 8 ? len : 8;
	if (!question_write(q, q->args[2], &mask, len))
		return (struct answer){.error = -EFAULT};
	return (struct answer){.value = (int64_t)len};
}
