/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netif-local.c - System calls: socket, connect, getsockname, close.
 */
#include <sys/socket.h>

#include <netinet/in.h>

#include <string.h>
#include <unistd.h>

#include "core/wire.h"
#include "system/netif.h"

/*
 * Whoever talks to an address of his own does so from that address.  (To bind it
 * would prove less: a router may be allowed to bind addresses that it has not got.)
 */
bool
netif_is_local4(ip4_t a, bool *is)
{
	struct sockaddr_in to = { .sin_family = AF_INET }, from = to;
	socklen_t len = sizeof from;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return false;
	put32((void *)&to.sin_addr, a);
	to.sin_port = htons(9);
	*is = connect(fd, (void *)&to, sizeof to) == 0 &&
	    getsockname(fd, (void *)&from, &len) == 0 &&
	    from.sin_addr.s_addr == to.sin_addr.s_addr;
	close(fd);
	return true;
}
