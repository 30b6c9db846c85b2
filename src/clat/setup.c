/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>

#include "setup.h"

void
setup_take_down(const struct clat_setup *s, const struct uplink *up,
    unsigned tun)
{
	if (s->index == 0)
		return;
	uplink_default4(up, tun, s->host, s->mtu, false);
	uplink_device(up, tun, s->host, false);
	uplink_route6(up, tun, s->addr, false);
	if (s->proxied)
		uplink_proxy(up, s->index, s->addr, false);
}

static bool
done(int result, const char *what, struct clat_failure *failure)
{
	if (result == -1)
		*failure = (struct clat_failure){ what, errno };
	return result == 0;
}

bool
setup_make(const struct clat_setup *s, const struct uplink *up, unsigned tun,
    struct clat_failure *failure)
{
	return done(uplink_device(up, tun, s->host, true),
	    "the IPv4 address on the device", failure) &&
	    done(uplink_route6(up, tun, s->addr, true),
	    "the IPv6 route to the device", failure) &&
	    (!s->proxied || done(uplink_proxy(up, s->index, s->addr, true),
	    "the proxy neighbour on the interface", failure)) &&
	    done(uplink_default4(up, tun, s->host, s->mtu, true),
	    "the IPv4 default route", failure);
}

bool
setup_same_on_host(const struct clat_setup *a, const struct clat_setup *b)
{
	return a->index == b->index && ip6_eq(a->addr, b->addr) &&
	    a->host == b->host && a->proxied == b->proxied;
}

bool
setup_same_translated(const struct clat_setup *a, const struct clat_setup *b)
{
	return ip6_eq(a->addr, b->addr) && a->host == b->host &&
	    a->own == b->own && prefix6_eq(a->prefix, b->prefix);
}
