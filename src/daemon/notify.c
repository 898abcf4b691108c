/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_FD = 3 };

/* Returns the number that NAME holds, or -1. */
static long env_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	if (!text || *text < '0' || *text > '9')
		return -1;
	long n = strtol(text, &end, 10);
	return *end ? -1 : n;
}

static int take(struct notify_sockets *s, int fd, struct fault *f)
{
	int listening = 0;
	socklen_t len = sizeof listening;
	struct sockaddr_storage a = {0};
	socklen_t alen = sizeof a;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) < 0 || !listening ||
	    getsockname(fd, (struct sockaddr *)&a, &alen) < 0)
		return fault_set(f, ERR_CONFIG, "descriptor %d is not a listening socket", fd);
	if (a.ss_family == AF_UNIX) {
		if (s->control >= 0)
			return fault_set(f, ERR_CONFIG, "two control sockets were passed");
		s->control = fd;
	} else if (s->npublic < NOTIFY_SOCKETS_MAX) {
		s->public[s->npublic++] = fd;
	} else {
		return fault_set(f, ERR_CONFIG, "too many sockets were passed");
	}
	return 0;
}

int notify_sockets(struct notify_sockets *ret, struct fault *f)
{
	long n = env_number("LISTEN_FDS"), pid = env_number("LISTEN_PID");
	struct notify_sockets s = {.control = -1};
	int r = 0;
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
	if (pid == (long)getpid() && n > NOTIFY_SOCKETS_MAX)
		return fault_set(f, ERR_CONFIG, "too many sockets were passed");
	for (long i = 0; r == 0 && pid == (long)getpid() && i < n; i++)
		r = take(&s, FIRST_FD + (int)i, f);
	if (r == 0)
		*ret = s;
	return r;
}

void notify_send(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof a.sun_path)
		return;
	size_t n = strlen(path);
	memcpy(a.sun_path, path, n);
	if (path[0] == '@') /* the abstract name space */
		a.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&a, len);
	close(fd);
}

int notify_watchdog_ms(void)
{
	long usec = env_number("WATCHDOG_USEC"), pid = env_number("WATCHDOG_PID");
	if (usec <= 0 || (getenv("WATCHDOG_PID") && pid != (long)getpid()))
		return -1;
	long half = usec / 2000;
	return half < 1 ? 1 : half > INT_MAX ? INT_MAX : (int)half;
}
