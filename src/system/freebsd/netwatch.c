/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netwatch.c - the device by ioctl(2), settings by sysctl(3), and route(4) to be told
 * when something changed.  Single routes are not asked for.  System calls at run
 * time: ioctl, sysctl, read.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sysctl.h>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "system/netif.h"
#include "system/netwatch.h"

#define DRAIN	64		/* messages at a time; what is left comes again */

const struct net_cures net_cures = {
	.down = "ifconfig %d up; tun-up yes does it at the start",
	.no_ipv6 = "ifconfig %d inet6 -ifdisabled",
	.mtu = "IPv6 needs 1280 at least: ifconfig %d mtu 1500",
	.address = "restart lichen",
	.route = "restart lichen",
	.elsewhere = "remove that route and restart lichen",
	.forward4 = "set sysctl net.inet.ip.forwarding=1, gateway_enable in "
	    "rc.conf",
	.forward6 = "set sysctl net.inet6.ip6.forwarding=1, "
	    "ipv6_gateway_enable in rc.conf",
	.dummy = "route add 192.0.0.8 -interface %d",
};

void
netwatch_open(struct netwatch *w, const char *device)
{
	snprintf(w->name, sizeof w->name, "%s", device);
	w->index = if_nametoindex(device);
	w->ask = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	w->events = socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
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

void
netwatch_drain(struct netwatch *w)
{
	char c[64];

	for (int i = 0; i < DRAIN; i++)
		if (read(w->events, c, sizeof c) == -1 && errno != ENOBUFS)
			return;
}

const bool netwatch_tells = false;

bool
netwatch_took(struct netwatch *w)
{
	netwatch_drain(w);
	return false;
}

/* In capability mode not all of them can be read: then it is not known. */
static bool
is_off(const char *sysctl)
{
	int value = 1;
	size_t size = sizeof value;

	return sysctlbyname(sysctl, &value, &size, NULL, 0) == 0 && value == 0;
}

static bool
ipv6_disabled(const struct netwatch *w)
{
	struct in6_ndireq nd;

	memset(&nd, 0, sizeof nd);
	snprintf(nd.ifname, sizeof nd.ifname, "%s", w->name);
	return ioctl(w->ask, SIOCGIFINFO_IN6, &nd) == 0 &&
	    (nd.ndi.flags & ND6_IFF_IFDISABLED) != 0;
}

void
netwatch_look(struct netwatch *w, const struct conf *c,
    struct net_facts *f)
{
	struct ifreq ifr;

	memset(f, 0, sizeof *f);
	memset(&ifr, 0, sizeof ifr);
	snprintf(ifr.ifr_name, sizeof ifr.ifr_name, "%s", w->name);
	if (w->ask == -1 || ioctl(w->ask, SIOCGIFFLAGS, &ifr) == -1)
		return;
	f->looked = true;
	f->up = (ifr.ifr_flags & IFF_UP) != 0;
	f->mtu = ioctl(w->ask, SIOCGIFMTU, &ifr) == -1 ? IP6_MIN_MTU :
	    (unsigned)ifr.ifr_mtu;
	f->no_ipv6 = ipv6_disabled(w);
	/* Not in capability mode: then it is as it was. */
	(void)netif_is_local4(c->ipv4_addr, &w->own4);
	f->own4_is_host = w->own4;
	f->no_forward4 = is_off("net.inet.ip.forwarding");
	f->no_forward6 = is_off("net.inet6.ip6.forwarding");
}

/* What the kernel dropped with the link it does not give back unasked. */
bool
netwatch_restore(const struct netwatch *w, const struct conf *c)
{
	return netif_restore(c, w->name, w->index, -1);
}
