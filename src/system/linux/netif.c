/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netif.c - the interface by rtnetlink(7).
 * System calls: socket, send, recv, close.
 */
#include <sys/socket.h>

#include <net/if.h>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/wire.h"
#include "netlink.h"
#include "system/netif-walk.h"
#include "system/netif.h"

/* --- steps ---------------------------------------------------------------- */

static int
link_up(const struct netif_target *t)
{
	struct ifinfomsg m = {
		.ifi_index = (int)t->index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nl_request r;

	nl_start(&r, RTM_NEWLINK, 0, &m, sizeof m);
	return nl_ask(t->fd, &r);
}

/* The address of a prefix in network order; returns its length in octets. */
static size_t
octets(const struct conf_prefix *p, uint8_t b[static 16])
{
	if (p->is6) {
		ip6_write(b, p->p6.addr);
		return 16;
	}
	put32(b, p->p4.addr);
	return 4;
}

static uint8_t
prefix_len(const struct conf_prefix *p)
{
	return p->is6 ? p->p6.len : p->p4.len;
}

static int
add_address(const struct netif_target *t, const struct conf_prefix *p)
{
	struct ifaddrmsg m = {
		.ifa_family = p->is6 ? AF_INET6 : AF_INET,
		.ifa_prefixlen = prefix_len(p),
		.ifa_flags = p->is6 ? IFA_F_NODAD : 0,
		.ifa_index = t->index,
	};
	struct nl_request r;
	uint8_t b[16];
	size_t n = octets(p, b);

	nl_start(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &m, sizeof m);
	nl_attr(&r, IFA_LOCAL, b, n);
	nl_attr(&r, IFA_ADDRESS, b, n);
	return nl_ask(t->fd, &r);
}

static int
add_route(const struct netif_target *t, const struct conf_prefix *p)
{
	struct rtmsg m = {
		.rtm_family = p->is6 ? AF_INET6 : AF_INET,
		.rtm_dst_len = prefix_len(p),
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = p->is6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
		.rtm_type = RTN_UNICAST,
	};
	struct nl_request r;
	uint8_t b[16];
	size_t n = octets(p, b);

	nl_start(&r, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &m, sizeof m);
	nl_attr(&r, RTA_DST, b, n);
	nl_attr(&r, RTA_OIF, &t->index, sizeof t->index);
	return nl_ask(t->fd, &r);
}

/* --- configuration -------------------------------------------------------- */

static const char *
hint(int error, bool is6)
{
	switch (error) {
	case EPERM:
		return " (needs CAP_NET_ADMIN)";
	case EACCES:		/* sysctl disable_ipv6 */
	case EAFNOSUPPORT:	/* booted with ipv6.disable=1 */
	case EOPNOTSUPP:
		return is6 ? " (IPv6 is disabled here: sysctl "
		    "net.ipv6.conf.*.disable_ipv6, or ipv6.disable=1 at boot)" :
		    "";
	case ENETDOWN:
	case ENETUNREACH:
		return " (the interface is down: tun-up yes?)";
	default:
		return "";
	}
}

static const struct netif_steps steps = {
	.up = link_up,
	.add_address = add_address,
	.add_route = add_route,
	.hint = hint,
};

bool
netif_configure(const struct conf *conf, const char *name, char *err,
    size_t errsize)
{
	struct netif_target t = { .name = name };
	bool ok;

	if (!conf->tun_up && conf->tun_ip.n == 0 && conf->tun_route.n == 0)
		return true;
	t.index = if_nametoindex(name);
	if (t.index == 0)
		return netif_fail(&steps, name, NULL, err, errsize);
	t.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (t.fd == -1)
		return netif_fail(&steps, "netlink socket", NULL, err,
		    errsize);
	ok = netif_apply(&steps, &t, conf, err, errsize);
	close(t.fd);
	return ok;
}

bool
netif_restore(const struct conf *conf, const char *name, unsigned index, int fd)
{
	struct netif_target t = { .name = name, .index = index, .fd = fd };

	/* Who took it down meant it. */
	return netif_add_all(&steps, &t, conf);
}

/* Somebody has it open: then it has a carrier, up or not. */
static void
take_carrier(void *arg, const struct nlmsghdr *h)
{
	const struct rtattr *a[IFLA_CARRIER + 1];
	uint8_t carrier = 0;

	if (h->nlmsg_type != RTM_NEWLINK)
		return;
	nl_attrs(h, sizeof(struct ifinfomsg), IFLA_CARRIER, a);
	if (a[IFLA_CARRIER] != NULL && RTA_PAYLOAD(a[IFLA_CARRIER]) >= 1)
		memcpy(&carrier, RTA_DATA(a[IFLA_CARRIER]), 1);
	*(bool *)arg = carrier != 0;
}

bool
netif_in_use(const char *name)
{
	struct ifinfomsg m = { .ifi_index = (int)if_nametoindex(name) };
	int fd = m.ifi_index == 0 ? -1 : nl_open();
	struct nl_request r;
	bool carrier = false;

	if (fd == -1)
		return false;
	nl_start(&r, RTM_GETLINK, 0, &m, sizeof m);
	(void)nl_list(fd, &r, take_carrier, &carrier);
	close(fd);
	return carrier;
}
