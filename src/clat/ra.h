/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ra.h - what a CLAT wants of a router advertisement (RFC 4861 section 4.2): the
 * NAT64 prefixes of RFC 8781, the MTU of the link, and how much the router
 * thinks of itself.
 */
#ifndef LICHEN_CLAT_RA_H
#define LICHEN_CLAT_RA_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/wire.h"

#define RA_PREF64_MAX	8	/* of one advertisement; more are not looked at */

struct ra_pref64 {
	struct prefix6	prefix;
	uint32_t	lifetime;	/* seconds; 0: it is withdrawn */
};

struct ra {
	int			preference;	/* RFC 4191: -1, 0 or 1 */
	uint16_t		lifetime;	/* seconds; 0: no default router */
	uint32_t		mtu;		/* octets; 0: not told */
	struct ra_pref64	pref64[RA_PREF64_MAX];
	unsigned		n;
};

/*
 * From the ICMPv6 header on; whoever reads it has checked the checksum, the hop
 * limit of 255 and the link-local source (RFC 4861 section 6.1.2).  False if it is
 * no router advertisement, or malformed: then nothing of it counts.
 */
bool	ra_parse(struct cur icmp, struct ra *);

#endif
