/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netwatch.h - what the system does with packets to and from the device: looked at
 * when asked, and a descriptor that is readable when it may have changed.  One
 * implementation per operating system, linux/netwatch.c and freebsd/netwatch.c.
 * Sockets are opened once, before privileges go; nothing waits and nothing is
 * changed but by netwatch_restore().
 */
#ifndef LICHEN_SYSTEM_NETWATCH_H
#define LICHEN_SYSTEM_NETWATCH_H

#include <stdbool.h>

#include "conf/conf.h"

struct netwatch {
	int		ask, events;	/* sockets; -1: there is none */
	unsigned	index;		/* of the device */
	bool		own4;		/* own4_is_host, where it was asked last */
	char		name[CONF_TUN_NAME_MAX + 1];
};

/* What is not as a tun-ip or tun-route wants it: the first, and how many. */
struct net_misfit {
	const struct conf_prefix *first;	/* NULL: there is none */
	unsigned		 n;
};

struct net_facts {
	bool	looked;		/* false: the rest means nothing */
	bool	up;		/* the device is */
	bool	no_ipv6;	/* is disabled on it */
	unsigned mtu;		/* its, octets */
	bool	no_forward4, no_forward6;	/* not forwarded, for sure */
	bool	own4_is_host, own6_is_host;	/* an address of the host */
	bool	dummy_dropped;	/* 192.0.0.8 would not get past rp_filter */
	struct net_misfit address, route;	/* is not there */
	struct net_misfit elsewhere;		/* leads to another device, */
	char	via[CONF_TUN_NAME_MAX + 1];	/* this one */
};

/* Words for what is to be done, with %d for the device and %p for an address. */
struct net_cures {
	char	down[96], no_ipv6[96], mtu[96], address[96], route[96],
		elsewhere[96], forward4[96], forward6[96], dummy[96];
};
extern const struct net_cures net_cures;

/* Where there can be no socket, nothing is ever looked at or changed. */
void	netwatch_open(struct netwatch *, const char *device);
void	netwatch_close(struct netwatch *);

/* Take what the descriptor events has to tell: a few ten microseconds at most. */
void	netwatch_drain(struct netwatch *);

/*
 * As netwatch_drain(), and tell whether the device was down, or without IPv6, in
 * between: then the kernel took addresses and routes away.  False where the system
 * does not tell, which netwatch_tells says.
 */
bool	netwatch_took(struct netwatch *);
extern const bool netwatch_tells;

/*
 * Look at all of it, at the first NETWATCH_ROUTES tun-ip and tun-route each: some
 * ten microseconds for each.
 */
#define NETWATCH_ROUTES	64
void	netwatch_look(struct netwatch *, const struct conf *,
	    struct net_facts *);

/*
 * Add the addresses and routes of the configuration again, if we still may.  False
 * with errno: EPERM if not.
 */
bool	netwatch_restore(const struct netwatch *, const struct conf *);

#endif
