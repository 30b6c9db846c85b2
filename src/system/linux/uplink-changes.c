/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uplink-changes.c - what a CLAT makes on the host, by rtnetlink(7).  System calls:
 * send, recv.
 */
#include <net/if.h>
#include <linux/neighbour.h>

#include <errno.h>

#include "netlink.h"
#include "system/uplink.h"

#define METRIC4	1000000		/* behind whatever else gives IPv4 */

/* Taking away what is not there is fine. */
static int
ask(const struct uplink *u, const struct nl_request *r, bool on)
{
	if (nl_ask(u->ask, r) == 0)
		return 0;
	return !on && (errno == ENOENT || errno == ESRCH ||
	    errno == EADDRNOTAVAIL || errno == ENODEV) ? 0 : -1;
}

static uint16_t
create(bool on)
{
	return on ? NLM_F_CREATE | NLM_F_REPLACE : 0;
}

int
uplink_try_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	struct ifaddrmsg m = {
		.ifa_family = AF_INET6,
		.ifa_prefixlen = 128,
		.ifa_index = index,
	};
	/* Deprecated at once: no source address selection takes it. */
	struct ifa_cacheinfo life = { .ifa_prefered = 0,
	    .ifa_valid = UINT32_MAX };
	uint32_t flags = IFA_F_NOPREFIXROUTE;
	struct nl_request r;
	uint8_t b[16];

	ip6_write(b, addr);
	nl_start(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &m, sizeof m);
	nl_attr(&r, IFA_LOCAL, b, sizeof b);
	nl_attr(&r, IFA_ADDRESS, b, sizeof b);
	nl_attr(&r, IFA_CACHEINFO, &life, sizeof life);
	nl_attr(&r, IFA_FLAGS, &flags, sizeof flags);
	return ask(u, &r, true);
}

int
uplink_drop_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	struct ifaddrmsg m = {
		.ifa_family = AF_INET6,
		.ifa_prefixlen = 128,
		.ifa_index = index,
	};
	struct nl_request r;
	uint8_t b[16];

	ip6_write(b, addr);
	nl_start(&r, RTM_DELADDR, 0, &m, sizeof m);
	nl_attr(&r, IFA_LOCAL, b, sizeof b);
	nl_attr(&r, IFA_ADDRESS, b, sizeof b);
	return ask(u, &r, false);
}

int
uplink_proxy(const struct uplink *u, unsigned index, struct ip6 addr, bool on)
{
	struct ndmsg m = {
		.ndm_family = AF_INET6,
		.ndm_ifindex = (int)index,
		.ndm_state = NUD_PERMANENT,
		.ndm_flags = NTF_PROXY,
	};
	struct nl_request r;
	uint8_t b[16];

	ip6_write(b, addr);
	nl_start(&r, on ? RTM_NEWNEIGH : RTM_DELNEIGH, create(on), &m,
	    sizeof m);
	nl_attr(&r, NDA_DST, b, sizeof b);
	return ask(u, &r, on);
}

static int
link_up(const struct uplink *u, unsigned tun)
{
	struct ifinfomsg m = {
		.ifi_index = (int)tun,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nl_request r;

	nl_start(&r, RTM_NEWLINK, 0, &m, sizeof m);
	return ask(u, &r, true);
}

int
uplink_device(const struct uplink *u, unsigned tun, ip4_t addr, bool on)
{
	struct ifaddrmsg m = {
		.ifa_family = AF_INET,
		.ifa_prefixlen = 32,
		.ifa_index = tun,
	};
	struct nl_request r;
	uint8_t b[4];

	if (on && link_up(u, tun) == -1)
		return -1;
	put32(b, addr);
	nl_start(&r, on ? RTM_NEWADDR : RTM_DELADDR, create(on), &m, sizeof m);
	nl_attr(&r, IFA_LOCAL, b, sizeof b);
	nl_attr(&r, IFA_ADDRESS, b, sizeof b);
	return ask(u, &r, on);
}

int
uplink_route6(const struct uplink *u, unsigned tun, struct ip6 addr, bool on)
{
	struct rtmsg m = {
		.rtm_family = AF_INET6,
		.rtm_dst_len = 128,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};
	struct nl_request r;
	uint8_t b[16];

	ip6_write(b, addr);
	nl_start(&r, on ? RTM_NEWROUTE : RTM_DELROUTE, create(on), &m,
	    sizeof m);
	nl_attr(&r, RTA_DST, b, sizeof b);
	nl_attr(&r, RTA_OIF, &tun, sizeof tun);
	return ask(u, &r, on);
}

int
uplink_default4(const struct uplink *u, unsigned tun, ip4_t src, unsigned mtu,
    bool on)
{
	struct rtmsg m = {
		.rtm_family = AF_INET,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_LINK,
		.rtm_type = RTN_UNICAST,
	};
	struct {
		struct rtattr	head;
		uint32_t	value;
	} metrics = { { sizeof metrics, RTAX_MTU }, mtu };
	uint32_t metric = METRIC4;
	struct nl_request r;
	uint8_t b[4];

	put32(b, src);
	nl_start(&r, on ? RTM_NEWROUTE : RTM_DELROUTE, create(on), &m,
	    sizeof m);
	nl_attr(&r, RTA_OIF, &tun, sizeof tun);
	nl_attr(&r, RTA_PRIORITY, &metric, sizeof metric);
	if (on) {
		nl_attr(&r, RTA_PREFSRC, b, sizeof b);
		nl_attr(&r, RTA_METRICS, &metrics, sizeof metrics);
	}
	return ask(u, &r, on);
}
