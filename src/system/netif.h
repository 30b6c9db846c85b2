/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netif.h - the network interface behind the TUN device: addresses, routes.
 * One implementation per operating system, linux/netif.c and freebsd/netif.c.
 */
#ifndef LICHEN_SYSTEM_NETIF_H
#define LICHEN_SYSTEM_NETIF_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"

/*
 * Bring the interface up, give it addresses, and routes to it, as the
 * configuration says (tun-up, tun-ip, tun-route).  What is there already is
 * fine.  Return false with a message for people in err: which step failed, errno
 * and a hint (CAP_NET_ADMIN, IPv6 disabled).
 */
bool		netif_configure(const struct conf *, const char *name, char *err,
		    size_t errsize);

/*
 * Say with log_warnx() what will keep packets from being forwarded: IPv4 or IPv6
 * forwarding off, IPv6 disabled on the interface.
 */
void		netif_warn_forwarding(const char *name);

/*
 * Say with log_warnx() if ipv4-addr is an address of the host as well: packets that
 * come from it are martians to the kernel.
 */
void		netif_warn_own_address(const struct conf *);

#endif
