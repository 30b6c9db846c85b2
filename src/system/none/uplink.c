/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uplink.c - on this system no CLAT sets itself up yet.
 */
#include <stdio.h>

#include "system/uplink.h"

bool
uplink_open(struct uplink *u, char *err, size_t errsize)
{
	*u = (struct uplink){ -1, -1, -1, -1 };
	snprintf(err, errsize, "clat: not on this system yet; without it a CLAT "
	    "wants prefix, ipv4-addr and map");
	return false;
}

void
uplink_close(struct uplink *u)
{
	(void)u;
}

/* Nothing of what follows is called without one. */

nfds_t
uplink_fds(const struct uplink *u, struct pollfd p[static UPLINK_FDS])
{
	(void)u;
	(void)p;
	return 0;
}

void
uplink_look(const struct uplink *u, const char *only, unsigned tun,
    struct ip6 towards, struct uplink_facts *f)
{
	(void)u;
	(void)only;
	(void)tun;
	(void)towards;
	*f = (struct uplink_facts){ 0 };
}

bool
uplink_changed(const struct uplink *u, unsigned tun, unsigned index, bool *lost)
{
	(void)u;
	(void)tun;
	(void)index;
	(void)lost;
	return false;
}

enum uplink_address
uplink_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	(void)u;
	(void)index;
	(void)addr;
	return UPLINK_NO_ADDRESS;
}

int
uplink_try_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	(void)u;
	(void)index;
	(void)addr;
	return -1;
}

int
uplink_drop_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	return uplink_try_address(u, index, addr);
}

int
uplink_proxy(const struct uplink *u, unsigned index, struct ip6 addr, bool on)
{
	(void)on;
	return uplink_try_address(u, index, addr);
}

void
uplink_forget(const struct uplink *u, bool (*ours)(const void *, struct ip6),
    const void *arg)
{
	(void)u;
	(void)ours;
	(void)arg;
}

int
uplink_device(const struct uplink *u, unsigned tun, ip4_t addr, bool on)
{
	(void)addr;
	return uplink_proxy(u, tun, (struct ip6){ 0, 0 }, on);
}

int
uplink_route6(const struct uplink *u, unsigned tun, struct ip6 addr, bool on)
{
	return uplink_proxy(u, tun, addr, on);
}

int
uplink_default4(const struct uplink *u, unsigned tun, ip4_t src, unsigned mtu,
    bool on)
{
	(void)mtu;
	return uplink_device(u, tun, src, on);
}

int
uplink_solicit(const struct uplink *u, unsigned index)
{
	(void)u;
	(void)index;
	return -1;
}

bool
uplink_advert(const struct uplink *u, uint8_t buf[static UPLINK_DATAGRAM],
    struct cur *icmp, unsigned *index, struct ip6 *router)
{
	(void)u;
	(void)buf;
	(void)icmp;
	(void)index;
	(void)router;
	return false;
}

int
uplink_question(const struct uplink *u, const struct sockaddr_in6 *to,
    const void *message, size_t n)
{
	(void)u;
	(void)to;
	(void)message;
	(void)n;
	return -1;
}

bool
uplink_answer(const struct uplink *u, const struct sockaddr_in6 *server,
    uint8_t buf[static UPLINK_DATAGRAM], struct cur *message)
{
	(void)u;
	(void)server;
	(void)buf;
	(void)message;
	return false;
}
