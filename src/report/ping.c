/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping.c - by the sockets that anybody may have (icmp(7)), or a raw one.
 */
#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/checksum.h"
#include "core/wire.h"
#include "ping.h"

#define TRIES	3
#define TIMEOUT	1000	/* ms */

struct target {
	int			family, protocol;
	uint8_t			request, reply;	/* types */
	struct sockaddr_storage	addr;
	socklen_t		len;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
open_socket(const struct target *t)
{
	int fd = socket(t->family, SOCK_DGRAM, t->protocol);

	if (fd == -1)
		fd = socket(t->family, SOCK_RAW, t->protocol);
	if (fd != -1 &&
	    connect(fd, (const struct sockaddr *)&t->addr, t->len) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The kernel writes an identifier, and the checksum where it is ICMPv6. */
static int
send_echo(int fd, const struct target *t, uint16_t seq)
{
	struct wire_icmp echo = { .type = t->request };

	put16(echo.rest, (uint16_t)getpid());
	put16(echo.rest + 2, seq);
	if (t->family == AF_INET)
		put16(echo.sum, csum_field(csum_bytes(cur_of(&echo,
		    sizeof echo))));
	return send(fd, &echo, sizeof echo, 0) == -1 ? -1 : 0;
}

/* A raw IPv4 socket hands over the IP header as well. */
static bool
is_reply(const uint8_t *b, size_t n, const struct target *t, uint16_t seq)
{
	const struct wire_icmp *echo;

	if (t->family == AF_INET && n > 20 && b[0] >> 4 == 4) {
		size_t head = (b[0] & 15) * 4u;

		if (head + sizeof *echo > n)
			return false;
		b += head;
		n -= head;
	}
	echo = (const void *)b;
	return n >= sizeof *echo && echo->type == t->reply &&
	    be16(echo->rest + 2) == seq;
}

static bool
wait_reply(int fd, const struct target *t, uint16_t seq, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t buf[1500];
	int64_t left;

	while ((left = until - now_ms()) > 0 && poll(&p, 1, (int)left) > 0) {
		ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);

		if (n > 0 && is_reply(buf, (size_t)n, t, seq))
			return true;
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return false;
	}
	errno = ETIMEDOUT;
	return false;
}

static int
ping(const struct target *t)
{
	int fd = open_socket(t), saved;

	if (fd == -1)
		return -1;
	errno = ETIMEDOUT;
	for (uint16_t seq = 1; seq <= TRIES; seq++) {
		int64_t start = now_ms();

		if (send_echo(fd, t, seq) == 0 &&
		    wait_reply(fd, t, seq, start + TIMEOUT)) {
			close(fd);
			return (int)(now_ms() - start);
		}
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
ping4(ip4_t addr)
{
	struct target t = { AF_INET, IPPROTO_ICMP, ICMP4_ECHO,
	    ICMP4_ECHO_REPLY, { 0 }, sizeof(struct sockaddr_in) };
	struct sockaddr_in sin = { .sin_family = AF_INET };

	put32((uint8_t *)&sin.sin_addr, addr);
	memcpy(&t.addr, &sin, sizeof sin);
	return ping(&t);
}

int
ping6(struct ip6 addr)
{
	struct target t = { AF_INET6, IPPROTO_ICMPV6, ICMP6_ECHO,
	    ICMP6_ECHO_REPLY, { 0 }, sizeof(struct sockaddr_in6) };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };

	ip6_write(sin6.sin6_addr.s6_addr, addr);
	memcpy(&t.addr, &sin6, sizeof sin6);
	return ping(&t);
}
