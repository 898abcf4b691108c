/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a build reached out, from counters of the kernel: what cannot be read is no 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/internal.h"

#define SNMP_HEAD "Ip: Forwarding OutRequests OutDiscards OutNoRoutes\n"

static void put(int dir, const char *path, const char *text)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void reached(void **state)
{
	(void)state;
	static const struct {
		const char *four,
		    *six; /* NULL: not there; "": a folder, which cannot be read */
		int want;
	} rows[] = {
	    {SNMP_HEAD "Ip: 2 7 0 0\nTcp: x\n", "Ip6InReceives 4\nIp6OutNoRoutes \t 0\n", 0},
	    {SNMP_HEAD "Ip: 2 7 0 3\nTcp: x\n", "Ip6InReceives 4\nIp6OutNoRoutes \t 0\n", 1},
	    {SNMP_HEAD "Ip: 2 7 0 0\nTcp: x\n", "Ip6InReceives 4\nIp6OutNoRoutes \t 2\n", 1},
	    {SNMP_HEAD "Ip: 2 7 0 0\n", NULL, 0}, /* no IPv6 in this kernel */
	    {NULL, "Ip6OutNoRoutes 0\n", -ENOENT},
	    {"", "Ip6OutNoRoutes 0\n", -EISDIR},
	    {SNMP_HEAD "Ip: 2 7 0 0\n", "", -EISDIR},
	    {"Ip: Forwarding\nIp: 2\n", "Ip6OutNoRoutes 0\n", -EBADMSG},
	    {SNMP_HEAD, NULL, -EBADMSG},
	    {SNMP_HEAD "Ip: 2 7 0 0\n", "Ip6InReceives 4\n", -EBADMSG},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char dir[] = "/tmp/sandbox_network.XXXXXX";
		const char *names[] = {"self/net/snmp", "self/net/snmp6"};
		const char *texts[] = {rows[i].four, rows[i].six};
		assert_non_null(mkdtemp(dir));
		int fd = open(dir, O_RDONLY | O_DIRECTORY);
		assert_true(fd >= 0);
		mkdirat(fd, "self", 0755);
		mkdirat(fd, "self/net", 0755);
		for (size_t k = 0; k < 2; k++)
			if (texts[k] && *texts[k])
				put(fd, names[k], texts[k]);
			else if (texts[k])
				mkdirat(fd, names[k], 0755);
		int got = sandbox_network_reached(fd);
		if (got != rows[i].want)
			fail_msg("row %zu: %d, not %d", i, got, rows[i].want);
		for (size_t k = 0; k < 2; k++)
			if (texts[k])
				unlinkat(fd, names[k], *texts[k] ? 0 : AT_REMOVEDIR);
		unlinkat(fd, "self/net", AT_REMOVEDIR);
		unlinkat(fd, "self", AT_REMOVEDIR);
		close(fd);
		rmdir(dir);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reached)};
	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
