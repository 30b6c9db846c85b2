/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uplink.c - by rtnetlink(7), a raw ICMPv6 socket and a UDP socket.  System calls at
 * run time: send, recv, sendto, recvfrom, recvmsg.
 */
#include <net/if.h>
#include <linux/icmpv6.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netlink.h"
#include "system/uplink.h"

#define ND_HOP_LIMIT	255	/* RFC 4861: it came from this link */
#define ROUTER_SOLICIT	133
#define ROUTER_ADVERT	134
#define AT_ONCE		64	/* datagrams; packets come first */

/* --- sockets -------------------------------------------------------------- */

static bool
fail(const char *what, char *err, size_t errsize)
{
	const char *hint = errno == EPERM || errno == EACCES ?
	    " (needs CAP_NET_ADMIN and CAP_NET_RAW)" : "";

	snprintf(err, errsize, "clat: %s: %s%s", what, strerror(errno), hint);
	return false;
}

static int
open_changes(void)
{
	struct sockaddr_nl sa = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		    RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);

	if (fd != -1 && bind(fd, (struct sockaddr *)&sa, sizeof sa) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/* Only router advertisements, and how they came. */
static int
open_ra(void)
{
	struct icmp6_filter filter;
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    IPPROTO_ICMPV6);

	if (fd == -1)
		return -1;
	/* A bit that is set: blocked. */
	memset(&filter, 0xff, sizeof filter);
	filter.data[ROUTER_ADVERT / 32] &= ~(1u << ROUTER_ADVERT % 32);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMPV6_FILTER, &filter,
	    sizeof filter) == 0 &&
	    set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) &&
	    set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) &&
	    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ND_HOP_LIMIT))
		return fd;
	close(fd);
	return -1;
}

bool
uplink_open(struct uplink *u, char *err, size_t errsize)
{
	*u = (struct uplink){ .ask = nl_open(), .changes = open_changes(),
	    .ra = -1, .dns = -1 };
	if (u->ask == -1 || u->changes == -1)
		return fail("netlink socket", err, errsize);
	u->ra = open_ra();
	if (u->ra == -1)
		return fail("ICMPv6 socket", err, errsize);
	u->dns = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->dns == -1 || !set(u->dns, IPPROTO_IPV6, IPV6_V6ONLY, 0))
		return fail("UDP socket", err, errsize);
	return true;
}

void
uplink_close(struct uplink *u)
{
	int *fd[] = { &u->ask, &u->changes, &u->ra, &u->dns };

	for (size_t i = 0; i < sizeof fd / sizeof fd[0]; i++) {
		if (*fd[i] != -1)
			close(*fd[i]);
		*fd[i] = -1;
	}
}

nfds_t
uplink_fds(const struct uplink *u, struct pollfd p[static UPLINK_FDS])
{
	p[0] = (struct pollfd){ .fd = u->changes, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = u->ra, .events = POLLIN };
	p[2] = (struct pollfd){ .fd = u->dns, .events = POLLIN };
	return UPLINK_FDS;
}

/* --- what is -------------------------------------------------------------- */

struct found_route {
	unsigned	index;
	bool		has_source;
	struct ip6	source;
};

static void
take_route(void *arg, const struct nlmsghdr *h)
{
	const struct rtmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[RTA_MAX + 1];
	struct found_route *f = arg;

	if (h->nlmsg_type != RTM_NEWROUTE || m->rtm_type != RTN_UNICAST)
		return;
	nl_attrs(h, sizeof *m, RTA_MAX, a);
	f->index = nl_u32(a[RTA_OIF], 0);
	f->has_source = m->rtm_family == AF_INET6 && a[RTA_PREFSRC] != NULL &&
	    RTA_PAYLOAD(a[RTA_PREFSRC]) == 16;
	if (f->has_source)
		f->source = ip6_read(RTA_DATA(a[RTA_PREFSRC]));
}

/* One look-up, whatever the size of the table. */
static struct found_route
route_to(int fd, uint8_t family, const uint8_t *dst, unsigned oif)
{
	uint8_t len = family == AF_INET6 ? 16 : 4;
	struct rtmsg m = {
		.rtm_family = family,
		.rtm_dst_len = (uint8_t)(len * 8),
	};
	struct found_route found = { 0 };
	struct nl_request r;

	nl_start(&r, RTM_GETROUTE, 0, &m, sizeof m);
	nl_attr(&r, RTA_DST, dst, len);
	if (oif != 0)
		nl_attr(&r, RTA_OIF, &oif, sizeof oif);
	nl_list(fd, &r, take_route, &found);
	return found;
}

static void
take_link(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFLA_MTU + 1];
	struct uplink_facts *f = arg;

	/* Where nothing is plugged in, another network will be. */
	if (h->nlmsg_type != RTM_NEWLINK || (m->ifi_flags & IFF_UP) == 0 ||
	    (m->ifi_flags & IFF_RUNNING) == 0)
		return;
	nl_attrs(h, sizeof *m, IFLA_MTU, a);
	if (a[IFLA_IFNAME] == NULL)
		return;
	f->index = (unsigned)m->ifi_index;
	f->mtu = nl_u32(a[IFLA_MTU], 0);
	snprintf(f->name, sizeof f->name, "%.*s",
	    (int)RTA_PAYLOAD(a[IFLA_IFNAME]),
	    (const char *)RTA_DATA(a[IFLA_IFNAME]));
}

/* By index, or by name. */
static void
find_link(int fd, unsigned index, const char *name, struct uplink_facts *f)
{
	struct ifinfomsg m = { .ifi_index = (int)index };
	struct nl_request r;

	f->index = 0;
	nl_start(&r, RTM_GETLINK, 0, &m, sizeof m);
	if (index == 0)
		nl_attr(&r, IFLA_IFNAME, name, strlen(name) + 1);
	nl_list(fd, &r, take_link, f);
}

struct wanted_address {
	unsigned		 index;
	struct ip6		 addr;
	enum uplink_address	 state;
	unsigned		 not_index;
	uint8_t			 taken4;
};

static void
take_address6(struct wanted_address *w, const struct ifaddrmsg *m,
    const struct rtattr *const a[])
{
	uint32_t flags = nl_u32(a[IFA_FLAGS], m->ifa_flags);

	if (m->ifa_index != w->index || a[IFA_ADDRESS] == NULL ||
	    RTA_PAYLOAD(a[IFA_ADDRESS]) != 16 ||
	    !ip6_eq(ip6_read(RTA_DATA(a[IFA_ADDRESS])), w->addr))
		return;
	w->state = (flags & IFA_F_DADFAILED) != 0 ? UPLINK_DUPLICATE :
	    (flags & IFA_F_TENTATIVE) != 0 ? UPLINK_TENTATIVE : UPLINK_ADDRESS;
}

static void
take_address4(struct wanted_address *w, const struct ifaddrmsg *m,
    const struct rtattr *const a[])
{
	uint32_t addr;

	if (m->ifa_index == w->not_index || a[IFA_LOCAL] == NULL ||
	    RTA_PAYLOAD(a[IFA_LOCAL]) != 4)
		return;
	addr = be32(RTA_DATA(a[IFA_LOCAL]));
	if ((addr & mask4(IP4_CONTINUITY_LEN)) == IP4_CONTINUITY)
		w->taken4 |= (uint8_t)(1u << (addr & 7));
}

static void
take_address(void *arg, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFA_MAX + 1];

	if (h->nlmsg_type != RTM_NEWADDR)
		return;
	nl_attrs(h, sizeof *m, IFA_MAX, a);
	if (m->ifa_family == AF_INET6)
		take_address6(arg, m, a);
	else
		take_address4(arg, m, a);
}

static void
find_addresses(int fd, uint8_t family, struct wanted_address *w)
{
	struct ifaddrmsg m = { .ifa_family = family };
	struct nl_request r;

	nl_start(&r, RTM_GETADDR, NLM_F_DUMP, &m, sizeof m);
	nl_list(fd, &r, take_address, w);
}

void
uplink_look(const struct uplink *u, const char *only, unsigned tun,
    struct ip6 towards, struct uplink_facts *f)
{
	/* What every host without IPv4 has no better way to: RFC 7050. */
	static const uint8_t any4[4] = { 192, 0, 0, 170 };
	struct wanted_address w = { .not_index = tun };
	struct found_route to;
	uint8_t dst[16];

	*f = (struct uplink_facts){ 0 };
	ip6_write(dst, towards);
	if (only != NULL)
		find_link(u->ask, 0, only, f);
	to = route_to(u->ask, AF_INET6, dst, f->index);
	if (only == NULL && to.index != 0 && to.index != tun)
		find_link(u->ask, to.index, NULL, f);
	f->has_source = f->index != 0 && to.index == f->index && to.has_source;
	f->source = to.source;
	to = route_to(u->ask, AF_INET, any4, 0);
	f->native4 = to.index != 0 && to.index != tun;
	find_addresses(u->ask, AF_INET, &w);
	f->taken4 = w.taken4;
}

/* It was up and is: whatever went when it was down meanwhile has to come back. */
static bool
is_link_loss(const struct nlmsghdr *h, unsigned tun, unsigned index)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	unsigned up = m->ifi_flags & (IFF_UP | IFF_RUNNING);

	return ((unsigned)m->ifi_index == tun && (up & IFF_UP) != 0) ||
	    ((unsigned)m->ifi_index == index && up != (IFF_UP | IFF_RUNNING));
}

static bool
is_loss(const struct nlmsghdr *h, unsigned tun, unsigned index)
{
	const struct ifaddrmsg *addr = NLMSG_DATA(h);
	const struct rtattr *a[RTA_MAX + 1];

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
		return is_link_loss(h, tun, index);
	case RTM_DELADDR:
		return addr->ifa_index == tun;
	case RTM_DELROUTE:
		nl_attrs(h, sizeof(struct rtmsg), RTA_MAX, a);
		return nl_u32(a[RTA_OIF], 0) == tun;
	default:
		return false;
	}
}

bool
uplink_changed(const struct uplink *u, unsigned tun, unsigned index, bool *lost)
{
	_Alignas(struct nlmsghdr) char buf[UPLINK_DATAGRAM];
	const struct nlmsghdr *h = (void *)buf;
	bool changed = false;
	ssize_t n;

	for (int i = 0; i < AT_ONCE; i++) {
		n = recv(u->changes, buf, sizeof buf, 0);
		if (n == -1 && errno != ENOBUFS)
			break;
		changed = true;
		/* ENOBUFS: too much to tell.  The kernel sends them one by one. */
		if (n == -1 || (NLMSG_OK(h, (size_t)n) &&
		    is_loss(h, tun, index)))
			*lost = true;
	}
	return changed;
}

enum uplink_address
uplink_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	struct wanted_address w = { .index = index, .addr = addr };

	find_addresses(u->ask, AF_INET6, &w);
	return w.state;
}

/* --- datagrams ------------------------------------------------------------ */

int
uplink_solicit(const struct uplink *u, unsigned index)
{
	/* ff02::2, all routers of the link. */
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6,
		.sin6_addr.s6_addr = { 0xff, 2, [15] = 2 },
		.sin6_scope_id = index,
	};
	static const struct wire_icmp solicitation = {
		.type = ROUTER_SOLICIT,
	};

	return sendto(u->ra, &solicitation, sizeof solicitation, 0,
	    (struct sockaddr *)&to, sizeof to) == -1 ? -1 : 0;
}

/* How a message came: its interface; 0 unless with the hop limit of neighbours. */
static unsigned
link_of(struct msghdr *msg)
{
	struct in6_pktinfo info = { .ipi6_ifindex = 0 };
	int hops = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL;
	    c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_PKTINFO)
			memcpy(&info, CMSG_DATA(c), sizeof info);
		if (c->cmsg_type == IPV6_HOPLIMIT)
			memcpy(&hops, CMSG_DATA(c), sizeof hops);
	}
	return hops == ND_HOP_LIMIT ? (unsigned)info.ipi6_ifindex : 0;
}

bool
uplink_advert(const struct uplink *u, uint8_t buf[static UPLINK_DATAGRAM],
    struct cur *icmp, unsigned *index, struct ip6 *router)
{
	_Alignas(struct cmsghdr) char control[256];
	struct sockaddr_in6 from;
	struct iovec iov = { buf, UPLINK_DATAGRAM };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
	};
	ssize_t n;

	for (int i = 0; i < AT_ONCE; i++) {
		msg.msg_namelen = sizeof from;
		msg.msg_controllen = sizeof control;
		n = recvmsg(u->ra, &msg, 0);
		if (n == -1)
			break;
		*index = link_of(&msg);
		if (*index == 0 || (msg.msg_flags & MSG_TRUNC) != 0 ||
		    !IN6_IS_ADDR_LINKLOCAL(&from.sin6_addr))
			continue;
		*icmp = cur_of(buf, (size_t)n);
		*router = ip6_read(from.sin6_addr.s6_addr);
		return true;
	}
	return false;
}

int
uplink_question(const struct uplink *u, const struct sockaddr_in6 *to,
    const void *message, size_t n)
{
	return sendto(u->dns, message, n, 0, (const struct sockaddr *)to,
	    sizeof *to) == -1 ? -1 : 0;
}

bool
uplink_answer(const struct uplink *u, const struct sockaddr_in6 *server,
    uint8_t buf[static UPLINK_DATAGRAM], struct cur *message)
{
	struct sockaddr_in6 from;
	socklen_t len = sizeof from;
	ssize_t n;

	for (int i = 0; i < AT_ONCE; i++) {
		n = recvfrom(u->dns, buf, UPLINK_DATAGRAM, MSG_TRUNC,
		    (struct sockaddr *)&from, &len);
		if (n == -1)
			break;
		if (server != NULL && n <= UPLINK_DATAGRAM && from.sin6_port == server->sin6_port &&
		    memcmp(&from.sin6_addr, &server->sin6_addr, 16) == 0) {
			*message = cur_of(buf, (size_t)n);
			return true;
		}
		len = sizeof from;
	}
	return false;
}
