/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netwatch.c - rtnetlink(7): the device, the settings and single routes are asked
 * for, never a list: a router may have a million of them.  System calls at run
 * time: send, recv.
 */
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netlink.h"
#include "system/netif.h"
#include "system/netwatch.h"

#define DRAIN	64		/* messages at a time; what is left comes again */

unsigned	if_nametoindex(const char *);	/* <net/if.h> and linux/if.h clash */

const struct net_cures net_cures = {
	.down = "ip link set %d up; tun-up yes does it at the start",
	.no_ipv6 = "set sysctl net.ipv6.conf.%d.disable_ipv6=0",
	.mtu = "IPv6 needs 1280 at least: ip link set %d mtu 1500",
	.address = "restart lichen, or ip addr add %p dev %d",
	.route = "restart lichen, or ip route add %p dev %d",
	.elsewhere = "remove that route, then restart lichen or "
	    "ip route add %p dev %d",
	.forward4 = "set sysctl net.ipv4.ip_forward=1, or start lichen-router",
	.forward6 = "set sysctl net.ipv6.conf.all.forwarding=1, or start "
	    "lichen-router",
	.dummy = "ip route add 192.0.0.8 dev %d, or sysctl "
	    "net.ipv4.conf.%d.rp_filter=2",
};

/* --- sockets -------------------------------------------------------------- */

static int
nonblocking(int fd)
{
	if (fd != -1)
		(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

/* Links, addresses, routes and settings of both families. */
static int
open_events(void)
{
	static const int groups[] = { RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
	    RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
	    RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF };
	struct sockaddr_nl all = { .nl_family = AF_NETLINK };
	int fd = nonblocking(nl_open());

	if (fd == -1)
		return -1;
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		all.nl_groups |= groups[i] > 32 ? 0 : 1u << (groups[i] - 1);
	if (bind(fd, (struct sockaddr *)&all, sizeof all) == 0)
		return fd;
	close(fd);
	return -1;
}

void
netwatch_open(struct netwatch *w, const char *device)
{
	snprintf(w->name, sizeof w->name, "%s", device);
	w->index = if_nametoindex(device);
	w->ask = nonblocking(nl_open());
	w->events = open_events();
}

void
netwatch_close(struct netwatch *w)
{
	if (w->ask != -1)
		close(w->ask);
	if (w->events != -1)
		close(w->events);
	w->ask = w->events = -1;
}

/* Full, it says ENOBUFS once; what was lost does not matter, all is looked at. */
void
netwatch_drain(struct netwatch *w)
{
	char c;

	for (int i = 0; i < DRAIN; i++)
		if (recv(w->events, &c, sizeof c, 0) == -1 && errno != ENOBUFS)
			return;
}

const bool netwatch_tells = true;

static bool
link_tells_of_loss(const struct netwatch *w, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFLA_MTU + 1];

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m) ||
	    m->ifi_index != (int)w->index)
		return false;
	nl_attrs(h, sizeof *m, IFLA_MTU, a);
	return (m->ifi_flags & IFF_UP) == 0 ||
	    nl_u32(a[IFLA_MTU], IP6_MIN_MTU) < IP6_MIN_MTU;
}

/* The kernel's own ff00::/8 goes when IPv6 is disabled, and for nothing else. */
static bool
route_tells_of_loss(const struct netwatch *w, const struct nlmsghdr *h)
{
	const struct rtmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[RTA_OIF + 1];

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m) ||
	    m->rtm_family != AF_INET6 || m->rtm_dst_len != 8)
		return false;
	nl_attrs(h, sizeof *m, RTA_OIF, a);
	return a[RTA_DST] != NULL && RTA_PAYLOAD(a[RTA_DST]) > 0 &&
	    *(const uint8_t *)RTA_DATA(a[RTA_DST]) == 0xff &&
	    nl_u32(a[RTA_OIF], 0) == w->index;
}

static bool
tells_of_loss(const struct netwatch *w, const struct nlmsghdr *h)
{
	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
		return link_tells_of_loss(w, h);
	case RTM_DELROUTE:
		return route_tells_of_loss(w, h);
	default:
		return false;
	}
}

/* Where messages were lost, one of them may have been it. */
bool
netwatch_took(struct netwatch *w)
{
	static _Alignas(struct nlmsghdr) char buf[16384];
	bool took = false;

	for (int i = 0; i < DRAIN; i++) {
		ssize_t n = recv(w->events, buf, sizeof buf, 0);
		size_t left = n < 0 ? 0 : (size_t)n;

		if (n == -1 && errno != ENOBUFS)
			break;
		took = took || n == -1;
		for (const struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, left);
		    h = NLMSG_NEXT(h, left))
			took = took || tells_of_loss(w, h);
	}
	return took;
}

/* --- the device and its settings ------------------------------------------ */

struct looking {
	const struct netwatch	*w;
	struct net_facts	*f;
	bool			 on_device;
	uint32_t		 rp_filter;	/* the stricter one counts */
};

static const struct rtattr *
within(const struct rtattr *a, unsigned type)
{
	const struct rtattr *in;
	int left;

	if (a == NULL)
		return NULL;
	left = (int)RTA_PAYLOAD(a);
	for (in = RTA_DATA(a); RTA_OK(in, left); in = RTA_NEXT(in, left))
		if ((in->rta_type & NLA_TYPE_MASK) == type)
			return in;
	return NULL;
}

/* An element of an array of 32-bit numbers. */
static uint32_t
element(const struct rtattr *a, unsigned i, uint32_t otherwise)
{
	if (a != NULL && RTA_PAYLOAD(a) >= (i + 1) * sizeof otherwise)
		memcpy(&otherwise, (const char *)RTA_DATA(a) +
		    i * sizeof otherwise, sizeof otherwise);
	return otherwise;
}

static void
take_link(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFLA_AF_SPEC + 1], *conf4, *conf6;
	struct looking *l = arg;

	if (h->nlmsg_type != RTM_NEWLINK ||
	    m->ifi_index != (int)l->w->index)
		return;
	nl_attrs(h, sizeof *m, IFLA_AF_SPEC, a);
	conf4 = within(within(a[IFLA_AF_SPEC], AF_INET), IFLA_INET_CONF);
	conf6 = within(within(a[IFLA_AF_SPEC], AF_INET6), IFLA_INET6_CONF);
	l->f->looked = true;
	l->f->up = (m->ifi_flags & IFF_UP) != 0;
	l->f->mtu = nl_u32(a[IFLA_MTU], 0);
	l->f->no_ipv6 = element(conf6, DEVCONF_DISABLE_IPV6, 0) != 0;
	l->f->no_forward4 =
	    element(conf4, IPV4_DEVCONF_FORWARDING - 1, 1) == 0;
	l->rp_filter = element(conf4, IPV4_DEVCONF_RP_FILTER - 1, 0);
}

static void
look_at_device(struct looking *l)
{
	struct ifinfomsg m = { .ifi_index = (int)l->w->index };
	struct nl_request r;

	nl_start(&r, RTM_GETLINK, 0, &m, sizeof m);
	(void)nl_list(l->w->ask, &r, take_link, l);
}

static void
take_settings(void *arg, const struct nlmsghdr *h)
{
	const struct netconfmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[NETCONFA_MAX + 1];
	struct looking *l = arg;
	uint32_t rp;

	if (h->nlmsg_type != RTM_NEWNETCONF)
		return;
	nl_attrs(h, sizeof *m, NETCONFA_MAX, a);
	if (m->ncm_family == AF_INET6) {
		l->f->no_forward6 = nl_u32(a[NETCONFA_FORWARDING], 1) == 0;
		return;
	}
	rp = nl_u32(a[NETCONFA_RP_FILTER], 0);
	if (rp > l->rp_filter)
		l->rp_filter = rp;
}

/* Of all devices. */
static void
look_at_settings(struct looking *l, uint8_t family)
{
	struct netconfmsg m = { .ncm_family = family };
	int32_t all = NETCONFA_IFINDEX_ALL;
	struct nl_request r;

	nl_start(&r, RTM_GETNETCONF, 0, &m, sizeof m);
	nl_attr(&r, NETCONFA_IFINDEX, &all, sizeof all);
	(void)nl_list(l->w->ask, &r, take_settings, l);
}

/* --- where addresses lead -------------------------------------------------- */

struct route {
	bool		found;
	bool		local;		/* an address of the host */
	uint8_t		len;		/* of the route's destination */
	unsigned	device;
};

static void
take_route(void *arg, const struct nlmsghdr *h)
{
	const struct rtmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[RTA_OIF + 1];
	struct route *r = arg;

	if (h->nlmsg_type != RTM_NEWROUTE)
		return;
	nl_attrs(h, sizeof *m, RTA_OIF, a);
	r->found = m->rtm_type == RTN_UNICAST || m->rtm_type == RTN_LOCAL;
	r->local = m->rtm_type == RTN_LOCAL;
	r->len = m->rtm_dst_len;
	r->device = nl_u32(a[RTA_OIF], 0);
}

/* The route that a packet to this address would take. */
static struct route
route_to(const struct netwatch *w, uint8_t family, const uint8_t *addr)
{
	struct rtmsg m = {
		.rtm_family = family,
		.rtm_dst_len = family == AF_INET6 ? 128 : 32,
		.rtm_flags = RTM_F_FIB_MATCH,
	};
	struct route found = { .found = false };
	struct nl_request r;

	nl_start(&r, RTM_GETROUTE, 0, &m, sizeof m);
	nl_attr(&r, RTA_DST, addr, family == AF_INET6 ? 16 : 4);
	if (nl_list(w->ask, &r, take_route, &found) == -1)
		found.found = false;
	return found;
}

static struct route
route_to4(const struct netwatch *w, ip4_t a)
{
	uint8_t b[4];

	put32(b, a);
	return route_to(w, AF_INET, b);
}

static struct route
route_to6(const struct netwatch *w, struct ip6 a)
{
	uint8_t b[16];

	ip6_write(b, a);
	return route_to(w, AF_INET6, b);
}

/*
 * One address stands for all of the prefix: the last but one, which is least likely
 * to have a longer route of its own; of a default route one that nobody has.
 */
static struct route
route_of(const struct netwatch *w, const struct conf_prefix *p)
{
	struct ip6 host6 = mask6(p->p6.len);
	ip4_t host4 = ~mask4(p->p4.len);

	if (p->is6 && p->p6.len < 8)
		return route_to6(w, (struct ip6){ 0x3ffe000000000000, 1 });
	if (p->is6)
		return route_to6(w, (struct ip6){ p->p6.addr.hi | ~host6.hi,
		    p->p6.addr.lo | (~host6.lo & ~(uint64_t)1) });
	if (p->p4.len < 8)
		return route_to4(w, 0xf0000001);	/* 240.0.0.1 */
	return route_to4(w, p->p4.addr | (host4 & ~(ip4_t)1));
}

static void
take_address(void *arg, const struct nlmsghdr *h)
{
	if (h->nlmsg_type == RTM_NEWADDR)
		*(bool *)arg = true;
}

/* The route to an IPv6 address comes a little after the address. */
static bool
has_address(const struct netwatch *w, const struct conf_prefix *p)
{
	struct ifaddrmsg m = {
		.ifa_family = AF_INET6,
		.ifa_index = w->index,
	};
	struct nl_request r;
	bool found = false;
	uint8_t b[16];

	if (!p->is6)
		return route_to4(w, p->p4.addr).local;
	ip6_write(b, p->p6.addr);
	nl_start(&r, RTM_GETADDR, 0, &m, sizeof m);
	nl_attr(&r, IFA_ADDRESS, b, sizeof b);
	(void)nl_list(w->ask, &r, take_address, &found);
	return found;
}

static void
add_misfit(struct net_misfit *m, const struct conf_prefix *p)
{
	if (m->n++ == 0)
		m->first = p;
}

/* Without an up device, or IPv6 on it, there can be none. */
static bool
could_be(const struct net_facts *f, const struct conf_prefix *p)
{
	return f->up && (!p->is6 || (!f->no_ipv6 && f->mtu >= IP6_MIN_MTU));
}

struct name {
	unsigned	 index;
	char		*buf;
};

static void
take_name(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFLA_IFNAME + 1];
	struct name *n = arg;

	if (h->nlmsg_type != RTM_NEWLINK || m->ifi_index != (int)n->index)
		return;
	nl_attrs(h, sizeof *m, IFLA_IFNAME, a);
	if (a[IFLA_IFNAME] != NULL)
		snprintf(n->buf, IFNAMSIZ, "%.*s",
		    (int)RTA_PAYLOAD(a[IFLA_IFNAME]),
		    (const char *)RTA_DATA(a[IFLA_IFNAME]));
}

static void
look_for_name(const struct netwatch *w, unsigned index,
    char buf[static IFNAMSIZ])
{
	struct ifinfomsg m = { .ifi_index = (int)index };
	struct name name = { index, buf };
	struct nl_request r;

	snprintf(buf, IFNAMSIZ, "device %u", index);
	nl_start(&r, RTM_GETLINK, 0, &m, sizeof m);
	(void)nl_list(w->ask, &r, take_name, &name);
}

static void
look_at_route(const struct netwatch *w, const struct conf_prefix *p,
    struct net_facts *f)
{
	struct route r = route_of(w, p);
	uint8_t len = p->is6 ? p->p6.len : p->p4.len;

	/* An address of the host is a problem of its own. */
	if (r.found && (r.device == w->index || r.local))
		return;
	if (!r.found || r.len < len) {
		add_misfit(&f->route, p);
		return;
	}
	add_misfit(&f->elsewhere, p);
	if (f->elsewhere.n == 1)
		look_for_name(w, r.device, f->via);
}

static void
look_at_prefixes(const struct netwatch *w, const struct conf *c,
    struct net_facts *f)
{
	for (size_t i = 0; i < c->tun_ip.n && i < NETWATCH_ROUTES; i++) {
		const struct conf_prefix *p = &c->tun_ip.p[i];

		if (could_be(f, p) && !has_address(w, p))
			add_misfit(&f->address, p);
	}
	for (size_t i = 0; i < c->tun_route.n && i < NETWATCH_ROUTES; i++)
		if (could_be(f, &c->tun_route.p[i]))
			look_at_route(w, &c->tun_route.p[i], f);
}

void
netwatch_look(struct netwatch *w, const struct conf *c,
    struct net_facts *f)
{
	struct looking l = { .w = w, .f = f };
	struct route dummy;

	memset(f, 0, sizeof *f);
	if (w->ask == -1)
		return;
	look_at_device(&l);
	if (!f->looked)
		return;
	look_at_settings(&l, AF_INET);
	look_at_settings(&l, AF_INET6);
	look_at_prefixes(w, c, f);
	f->own4_is_host = route_to4(w, c->ipv4_addr).local;
	f->own6_is_host = c->has_ipv6_addr &&
	    route_to6(w, c->ipv6_addr).local;
	if (c->icmp_node_id && f->up && l.rp_filter != 0) {
		dummy = route_to4(w, 0xc0000008);
		f->dummy_dropped = !dummy.found || (l.rp_filter == 1 &&
		    dummy.device != w->index);
	}
}

bool
netwatch_restore(const struct netwatch *w, const struct conf *c)
{
	if (w->ask != -1)
		return netif_restore(c, w->name, w->index, w->ask);
	errno = EPERM;
	return false;
}
