/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The network of a build: a namespace with nothing but loopback in it. The namespace is the wall;
 * what is done here is to keep other families out, and to tell who tried to reach an address
 * outside. Strict recipes are held by the kernel's own count of packets without a route, which no
 * race can change.
 */

/* First argument of socketcall(2). */
enum {
	CALL_SOCKET = 1,
	CALL_CONNECT = 3,
	CALL_SOCKETPAIR = 8,
	CALL_SENDTO = 11,
	CALL_SENDMSG = 16,
	CALL_SENDMMSG = 20
};

enum { KIND = 0xf, LOOKUP_PORT = 53 }; /* SOCK_CLOEXEC and the like lie above KIND */

static const struct {
	int x64, i386;
	unsigned call;
} NUMBERS[] = {
    {SYS_socket, 359, CALL_SOCKET},     {SYS_connect, 362, CALL_CONNECT},
    {SYS_sendto, 369, CALL_SENDTO},     {SYS_sendmsg, 370, CALL_SENDMSG},
    {SYS_sendmmsg, 345, CALL_SENDMMSG},
};

int network_refusal(int family, int type, int protocol)
{
	type &= KIND;
	if (family == AF_UNIX)
		return 0;
	if (family == AF_NETLINK && protocol == NETLINK_ROUTE)
		return 0;
	if (family != AF_INET && family != AF_INET6)
		return -EAFNOSUPPORT;
	if (type == SOCK_RAW)
		return -EPERM;
	if (type != SOCK_STREAM && type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	return protocol == 0 || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP
		   ? 0
		   : -EPROTONOSUPPORT;
}

static void describe_socket(int family, int type, int protocol, char *what, size_t n)
{
	static const struct {
		int family;
		const char *name;
	} known[] = {
	    {AF_INET, "AF_INET"},     {AF_INET6, "AF_INET6"}, {AF_NETLINK, "AF_NETLINK"},
	    {AF_PACKET, "AF_PACKET"}, {AF_VSOCK, "AF_VSOCK"}, {AF_ALG, "AF_ALG"},
	};
	const char *name = NULL;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].family == family)
			name = known[i].name;
	if (name)
		snprintf(what, n, "asked for a socket of family %s", name);
	else
		snprintf(what, n, "asked for a socket of family %d", family);
	size_t len = strlen(what);
	if (family == AF_INET || family == AF_INET6 || family == AF_NETLINK)
		snprintf(what + len, n - len, ", type %d, protocol %d", type & KIND, protocol);
}

/* Gives FD, which is closed, to the process. Returns its number there or a negated errno. */
static int hand_over(const struct question *q, int fd, int type)
{
	struct seccomp_notif_addfd add = {.id = q->id,
					  .srcfd = (uint32_t)fd,
					  .newfd_flags = type & SOCK_CLOEXEC ? O_CLOEXEC : 0};
	int n = ioctl(q->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	n = n < 0 ? -errno : n;
	close(fd);
	return n;
}

/* socketcall(2) keeps its arguments A in memory, so the socket is made here. */
static struct answer make_socket(const struct question *q, const uint32_t a[6])
{
	int fd = socket((int)a[0], (int)a[1] | SOCK_CLOEXEC, (int)a[2]);
	int n = fd < 0 ? -errno : hand_over(q, fd, (int)a[1]);
	if (n < 0)
		return (struct answer){.error = n};
	return (struct answer){.value = n};
}

static struct answer make_pair(const struct question *q, const uint32_t a[6])
{
	int fds[2];
	if (a[0] != AF_UNIX)
		return (struct answer){.error = -EOPNOTSUPP};
	if (socketpair(AF_UNIX, (int)a[1] | SOCK_CLOEXEC, (int)a[2], fds) < 0)
		return (struct answer){.error = -errno};
	int32_t n[2] = {hand_over(q, fds[0], (int)a[1]), 0};
	if (n[0] < 0) {
		close(fds[1]);
		return (struct answer){.error = n[0]};
	}
	n[1] = hand_over(q, fds[1], (int)a[1]);
	if (n[1] < 0)
		return (struct answer){.error = n[1]};
	return (struct answer){.error = question_write(q, a[3], n, sizeof n) ? 0 : -EFAULT};
}

/* Returns whether the address in S, of N bytes, is one of another machine; then WHAT names it. */
static bool is_outside(const struct sockaddr_storage *s, size_t n, char *what, size_t nwhat)
{
	char text[INET6_ADDRSTRLEN] = "";
	const struct sockaddr_in *v4 = (const void *)s;
	const struct sockaddr_in6 *v6 = (const void *)s;
	bool outside;
	unsigned port;
	if (n >= sizeof *v4 && s->ss_family == AF_INET) {
		uint32_t a = ntohl(v4->sin_addr.s_addr);
		outside = a != INADDR_ANY && a >> 24 != IN_LOOPBACKNET;
		port = ntohs(v4->sin_port);
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
	} else if (n >= offsetof(struct sockaddr_in6, sin6_scope_id) &&
		   s->ss_family == AF_INET6) {
		const struct in6_addr *a = &v6->sin6_addr;
		outside = IN6_IS_ADDR_V4MAPPED(a)
			      ? a->s6_addr[12] != IN_LOOPBACKNET
			      : !IN6_IS_ADDR_LOOPBACK(a) && !IN6_IS_ADDR_UNSPECIFIED(a);
		port = ntohs(v6->sin6_port);
		inet_ntop(AF_INET6, a, text, sizeof text);
	} else {
		return false;
	}
	if (port == LOOKUP_PORT)
		snprintf(what, nwhat, "looked a host name up (at %s)", text);
	else
		snprintf(what, nwhat, "tried to reach %s port %u", text, port);
	return outside || port == LOOKUP_PORT;
}

/* Looks where call CALL with arguments A goes. The kernel goes on by itself. */
static bool look_where(const struct question *q, unsigned call, const uint64_t a[6], char *what,
		       size_t n)
{
	struct sockaddr_storage s = {.ss_family = AF_UNSPEC};
	uint64_t at = a[1], len = a[2];
	if (call == CALL_SENDTO) {
		at = a[4];
		len = a[5];
	} else if (call == CALL_SENDMSG || call == CALL_SENDMMSG) {
		/* A message begins with the address: a pointer and 32 bits of length. */
		struct {
			uint64_t name;
			uint32_t len;
		} wide = {0, 0};
		uint32_t narrow[2] = {0, 0};
		if (q->i386 ? !question_read(q, a[1], narrow, sizeof narrow)
			    : !question_read(q, a[1], &wide, 12))
			return false;
		at = q->i386 ? narrow[0] : wide.name;
		len = q->i386 ? narrow[1] : wide.len;
	}
	if (!at || len > sizeof s || !question_read(q, at, &s, len))
		return false;
	return is_outside(&s, len, what, n);
}

bool network_answer(const struct question *q, struct answer *ret, char *what, size_t n)
{
	uint32_t block[6] = {0};
	uint64_t a[6];
	bool indirect = q->i386 && q->nr == 102;
	unsigned call = 0;
	memcpy(a, q->args, sizeof a);
	for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
		if (q->nr == (q->i386 ? NUMBERS[i].i386 : NUMBERS[i].x64))
			call = NUMBERS[i].call;
	if (indirect) {
		/* How many arguments a call has; more may not be there. */
		call = (unsigned)a[0];
		size_t nargs = call == CALL_SENDTO                                ? 6
			       : call == CALL_SOCKETPAIR || call == CALL_SENDMMSG ? 4
										  : 3;
		if (!question_read(q, a[1], block, 4 * nargs)) {
			*ret = (struct answer){.error = -EFAULT};
			return false;
		}
		for (size_t i = 0; i < 6; i++)
			a[i] = block[i];
	}
	if (call != CALL_SOCKET && call != CALL_SOCKETPAIR) {
		*ret = (struct answer){.go_on = true};
		return look_where(q, call, a, what, n);
	}
	if (call == CALL_SOCKETPAIR) {
		*ret = make_pair(q, block);
		return false;
	}
	int e = network_refusal((int)a[0], (int)a[1], (int)a[2]);
	if (e < 0) {
		*ret = (struct answer){.error = e};
		describe_socket((int)a[0], (int)a[1], (int)a[2], what, n);
		return true;
	}
	*ret = indirect ? make_socket(q, block) : (struct answer){.go_on = true};
	return false;
}

int sandbox_network_up(void)
{
	struct ifreq r = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	/* A kernel without IPv4 has no loopback to bring up. */
	if (fd < 0)
		return errno == EAFNOSUPPORT ? 0 : -errno;
	int e = ioctl(fd, SIOCSIFFLAGS, &r) < 0 ? -errno : 0;
	close(fd);
	return e;
}

/* Reads the number in column NAME of a table of two lines, which begins at HEAD. 0 or -EBADMSG. */
static int column(const char *head, const char *name, unsigned long *ret)
{
	const char *value = strchr(head, '\n');
	while (value && *head != '\n' && value[0] && value[1]) {
		value++;
		size_t n = strcspn(head, " \n");
		if (n == strlen(name) && memcmp(head, name, n) == 0) {
			*ret = strtoul(value, NULL, 10);
			return 0;
		}
		head += n + (head[n] == ' ');
		value += strcspn(value, " \n");
	}
	return -EBADMSG;
}

/* Reads the number behind NAME in a list of names and numbers. 0 or -EBADMSG. */
static int listed(const char *text, const char *name, unsigned long *ret)
{
	const char *at = strstr(text, name);
	*ret = at ? strtoul(at + strlen(name), NULL, 10) : 0;
	return at ? 0 : -EBADMSG;
}

/* Reads all of the file PATH below PROC as text. 0 or a negated errno. */
static int read_all(int proc, const char *path, char *ret, size_t size)
{
	size_t n = 0;
	ssize_t got = 1;
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (got > 0 && n < size - 1) {
		got = read(fd, ret + n, size - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	int r = got < 0 ? -errno : got > 0 ? -EMSGSIZE : 0;
	ret[n] = '\0';
	close(fd);
	return r;
}

int sandbox_network_reached(int proc)
{
	char text[16384] = "";
	unsigned long four = 0, six = 0;
	int r = read_all(proc, "self/net/snmp", text, sizeof text);
	if (r == 0)
		r = column(text, "OutNoRoutes", &four);
	if (r < 0)
		return r;
	r = read_all(proc, "self/net/snmp6", text, sizeof text);
	if (r == 0)
		r = listed(text, "Ip6OutNoRoutes", &six);
	if (r == -ENOENT) /* a kernel without IPv6 */
		r = 0;
	return r < 0 ? r : four + six > 0;
}
