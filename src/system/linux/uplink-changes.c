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

/* --- what was left -------------------------------------------------------- */

#define LEFT_MAX	64

struct leftovers {
	bool		(*ours)(const void *, struct ip6);
	const void	 *arg;
	struct {
		unsigned	index;
		struct ip6	addr;
	}		 left[LEFT_MAX];
	unsigned	 n;
};

static void
take_leftover(struct leftovers *l, unsigned index, const struct rtattr *a)
{
	struct ip6 addr;

	if (a == NULL || RTA_PAYLOAD(a) != 16 || l->n == LEFT_MAX)
		return;
	addr = ip6_read(RTA_DATA(a));
	if (!l->ours(l->arg, addr))
		return;
	l->left[l->n].index = index;
	l->left[l->n++].addr = addr;
}

static void
take_proxy(void *arg, const struct nlmsghdr *h)
{
	const struct ndmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[NDA_DST + 1];

	if (h->nlmsg_type != RTM_NEWNEIGH || (m->ndm_flags & NTF_PROXY) == 0)
		return;
	nl_attrs(h, sizeof *m, NDA_DST, a);
	take_leftover(arg, (unsigned)m->ndm_ifindex, a[NDA_DST]);
}

static void
take_address(void *arg, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFA_ADDRESS + 1];

	if (h->nlmsg_type != RTM_NEWADDR || m->ifa_prefixlen != 128)
		return;
	nl_attrs(h, sizeof *m, IFA_ADDRESS, a);
	take_leftover(arg, m->ifa_index, a[IFA_ADDRESS]);
}

void
uplink_forget(const struct uplink *u, bool (*ours)(const void *, struct ip6),
    const void *arg)
{
	struct leftovers l = { .ours = ours, .arg = arg };
	struct ndmsg n = { .ndm_family = AF_INET6, .ndm_flags = NTF_PROXY };
	struct ifaddrmsg i = { .ifa_family = AF_INET6 };
	struct nl_request r;

	nl_start(&r, RTM_GETNEIGH, NLM_F_DUMP, &n, sizeof n);
	nl_list(u->ask, &r, take_proxy, &l);
	while (l.n-- > 0)
		uplink_proxy(u, l.left[l.n].index, l.left[l.n].addr, false);
	l.n = 0;
	nl_start(&r, RTM_GETADDR, NLM_F_DUMP, &i, sizeof i);
	nl_list(u->ask, &r, take_address, &l);
	while (l.n-- > 0)
		uplink_drop_address(u, l.left[l.n].index, l.left[l.n].addr);
}

/* --- the device ----------------------------------------------------------- */

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
