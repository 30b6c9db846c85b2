/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netif-local.c - System calls: socket, connect, getsockname, close.
 */
#include <sys/socket.h>

#include <netinet/in.h>

#include <string.h>
#include <unistd.h>

#include "core/wire.h"
#include "report/log.h"
#include "system/netif.h"

/*
 * Whoever talks to an address of his own does so from that address.  (To bind it
 * would prove less: a router may be allowed to bind addresses that it has not got.)
 */
static bool
is_local4(ip4_t a)
{
	struct sockaddr_in to = { .sin_family = AF_INET }, from = to;
	socklen_t len = sizeof from;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool local;

	if (fd == -1)
		return false;
	put32((void *)&to.sin_addr, a);
	to.sin_port = htons(9);
	local = connect(fd, (void *)&to, sizeof to) == 0 &&
	    getsockname(fd, (void *)&from, &len) == 0 &&
	    from.sin_addr.s_addr == to.sin_addr.s_addr;
	close(fd);
	return local;
}

static bool
is_tun_ip(const struct conf *c)
{
	for (size_t i = 0; i < c->tun_ip.n; i++)
		if (!c->tun_ip.p[i].is6 &&
		    c->tun_ip.p[i].p4.addr == c->ipv4_addr)
			return true;
	return false;
}

void
netif_warn_own_address(const struct conf *c)
{
	char text[ADDR_TEXT_MAX];

	/* About tun-ip there was a warning already. */
	if (is_tun_ip(c) || !is_local4(c->ipv4_addr))
		return;
	log_warnx("ipv4-addr %s is an address of this host, which takes ICMP "
	    "errors of ours for forged ones and drops them: want one that "
	    "nobody has", ip4_text(c->ipv4_addr, text));
}
