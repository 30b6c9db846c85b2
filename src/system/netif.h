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
 * Add addresses and routes that went missing, by a socket of the caller's where the
 * system has one for it (fd).  False with errno.
 */
bool		netif_restore(const struct conf *, const char *name,
		    unsigned index, int fd);

/* Is there a device of this name that a translator has open? */
bool		netif_in_use(const char *name);

/* Is it an address of the host?  False, and *is alone, if we may not ask. */
bool		netif_is_local4(ip4_t, bool *is);

#endif
