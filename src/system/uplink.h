/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uplink.h - what a CLAT has to know of the network that the host is on, and the
 * addresses and routes that it makes.  linux/uplink.c; on other systems there is
 * none, and none/uplink.c says so.
 *
 * All sockets are opened at the start, nothing waits.  Making addresses and routes
 * needs CAP_NET_ADMIN at that time, too.
 */
#ifndef LICHEN_SYSTEM_UPLINK_H
#define LICHEN_SYSTEM_UPLINK_H

#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/wire.h"

#define UPLINK_FDS	3

struct uplink {
	int	ask;		/* rtnetlink, for requests */
	int	changes;	/* rtnetlink, readable when something changed */
	int	ra;		/* ICMPv6; -1: no router advertisements for us */
	int	dns;		/* UDP, both families */
};

/* Return false with a message in err; what was opened is closed by uplink_close(). */
bool	uplink_open(struct uplink *, char *err, size_t errsize);
void	uplink_close(struct uplink *);

/* What to poll for; returns how many. */
nfds_t	uplink_fds(const struct uplink *, struct pollfd [static UPLINK_FDS]);

/* --- what is ------------------------------------------------------------- */

struct uplink_facts {
	unsigned	index;		/* of the interface; 0: there is none,
					   or nothing is plugged in */
	char		name[IFNAMSIZ];
	unsigned	mtu;		/* octets, of the link */
	bool		has_source;
	struct ip6	source;		/* that the kernel chooses towards it */
	bool		native4;	/* IPv4 leaves by another way than ours */
	uint8_t		taken4;		/* bit n: the host has 192.0.0.n */
};

/*
 * The interface that leads to an IPv6 destination, or the one with this name
 * (only; NULL: any).  tun: index of the translator's device, which does not count.
 */
void	uplink_look(const struct uplink *, const char *only, unsigned tun,
	    struct ip6 towards, struct uplink_facts *);

/*
 * Has anything changed since the last call?  *lost is set if something may have been
 * taken away of what was made: an address or a route of the device (tun), or
 * what goes when an interface (the device, or index) goes down.
 */
bool	uplink_changed(const struct uplink *, unsigned tun, unsigned index,
	    bool *lost);

/* Duplicate address detection (RFC 4862 section 5.4) is the kernel's. */
enum uplink_address {
	UPLINK_NO_ADDRESS,
	UPLINK_TENTATIVE,
	UPLINK_DUPLICATE,
	UPLINK_ADDRESS,
};

enum uplink_address uplink_address(const struct uplink *, unsigned index,
		    struct ip6);

/* --- what is made: 0, or -1 with errno; what is so already is fine ---------- */

/* A /128 that no socket chooses by itself, for the kernel to check. */
int	uplink_try_address(const struct uplink *, unsigned index, struct ip6);
int	uplink_drop_address(const struct uplink *, unsigned index, struct ip6);

/* Answer neighbour solicitations for an address that is behind us. */
int	uplink_proxy(const struct uplink *, unsigned index, struct ip6, bool on);

/*
 * What a start that crashed has left: proxy neighbours, and /128 on their way through
 * duplicate address detection, whose address is ours.  They go.
 */
void	uplink_forget(const struct uplink *,
	    bool (*ours)(const void *, struct ip6), const void *);

/* The device: up, with an IPv4 address (/32). */
int	uplink_device(const struct uplink *, unsigned tun, ip4_t, bool on);

/* A /128 to the device. */
int	uplink_route6(const struct uplink *, unsigned tun, struct ip6, bool on);

/* IPv4's default route to the device, behind every other, from src. */
int	uplink_default4(const struct uplink *, unsigned tun, ip4_t src,
	    unsigned mtu, bool on);

/* --- datagrams ------------------------------------------------------------- */

/* Ask the routers of a link for an advertisement (RFC 4861 section 4.1). */
int	uplink_solicit(const struct uplink *, unsigned index);

#define UPLINK_DATAGRAM	4096	/* octets; what is longer is dropped */

/*
 * The next ICMPv6 message that came by a link with a hop limit of 255 from a
 * link-local address: false if there is none.
 */
bool	uplink_advert(const struct uplink *, uint8_t buf[static UPLINK_DATAGRAM],
	    struct cur *icmp, unsigned *index, struct ip6 *router);

/* A datagram to port 53 of a server; IPv4 as ::ffff:0:0/96. */
int	uplink_question(const struct uplink *, const struct sockaddr_in6 *,
	    const void *, size_t n);

/*
 * The next datagram from that server, of those that have come; NULL: from nobody.
 * Others are dropped.  False if there is none.
 */
bool	uplink_answer(const struct uplink *, const struct sockaddr_in6 *,
	    uint8_t buf[static UPLINK_DATAGRAM], struct cur *message);

#endif
