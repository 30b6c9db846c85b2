/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addrmap.h - which address of the other family an address has.  The order is
 * map, lease, prefix, refuse; each side of a packet decides for itself.
 *
 * NAT64, SIIT and CLAT are nothing but contents of this table.
 */
#ifndef LICHEN_ADDRMAP_H
#define LICHEN_ADDRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "lpm.h"
#include "pool.h"
#include "reason.h"

/*
 * Which IPv4 addresses the Well-Known Prefix does not stand for: RFC 6052 section
 * 3.1, but for those that draft-ietf-v6ops-nat64-wkp-1918 sets free.
 */
enum wkpf_strict {
	WKPF_NO,		/* it stands for all */
	WKPF_PRIVATE,		/* not for documentation and benchmarks */
	WKPF_YES,		/* nor for private ones */
};

static inline bool
wkpf_refuses(enum wkpf_strict strict, ip4_t a)
{
	return strict != WKPF_NO && (ip4_is_example(a) ||
	    (strict == WKPF_YES && ip4_is_private(a)));
}

/* An explicit address mapping, RFC 7757: 32 - v4.len <= 128 - v6.len. */
struct map {
	struct prefix4	v4;
	struct prefix6	v6;
};

struct addrmap {
	const struct map *map;		/* the caller's */
	size_t		 nmaps;
	struct lpm	 by4, by6;	/* values are indices into map */
	struct pool	*pool;		/* NULL: none */
	struct lpm	 sources;	/* who may lease */
	bool		 has_sources;	/* false: everybody */
	bool		 has_prefix;
	struct prefix6	 prefix;
	enum wkpf_strict wkpf_strict;	/* WKPF_NO: or another prefix */
};

/* Which rule gave an address its counterpart. */
enum addr_rule {
	ADDR_NONE,
	ADDR_MAP,
	ADDR_LEASE,
	ADDR_PREFIX,
};

/* What an address is needed for decides what may change and what is refused. */
enum addr_role {
	ADDR_SRC,	/* source of a data packet: 6->4 may make a lease */
	ADDR_DST,	/* destination of a packet */
	ADDR_QUOTED,	/* only in an ICMP error: nothing changes, no lease is
			 * kept alive or made */
};

struct addr4 {
	enum addr_rule	rule;
	enum reason	reason;		/* if rule is ADDR_NONE */
	ip4_t		addr;
};

struct addr6 {
	enum addr_rule	rule;
	enum reason	reason;		/* if rule is ADDR_NONE */
	struct ip6	addr;
};

/*
 * Start a table for at most nmaps maps.  slot4, slot6: lpm_slots(nmaps) zeroed
 * slots each.  map and the slots belong to the caller and must outlive the table.
 * Prefix, pool and sources are the caller's to set afterwards.
 */
void		addrmap_init(struct addrmap *, const struct map *, size_t nmaps,
		    struct lpm_slot *slot4, struct lpm_slot *slot6);

/*
 * Put map[i] into the table, once each.  Return SIZE_MAX, or the index of one
 * in the table that has the same IPv4 or IPv6 prefix.
 */
size_t		addrmap_add(struct addrmap *, size_t i);

/*
 * The map that covers an address, the longest prefix; NULL if there is none.
 */
const struct map *addrmap_map4(const struct addrmap *, ip4_t);
const struct map *addrmap_map6(const struct addrmap *, struct ip6);

/* May this host have a lease, as far as its address goes? */
bool		addrmap_may_lease(const struct addrmap *, struct ip6);

/*
 * IPv6 to IPv4 and back.  *event (never NULL) says what happened to a lease:
 * only addrmap_4 in role ADDR_SRC ever sets it to more than NONE.
 */
struct addr4	addrmap_4(struct addrmap *, struct ip6, enum addr_role, mono_t now,
		    struct lease_event *event);
struct addr6	addrmap_6(struct addrmap *, ip4_t, enum addr_role, mono_t now);

/* RFC 7757 section 3.3: one address through one map. */
ip4_t		map_to4(const struct map *, struct ip6);
struct ip6	map_to6(const struct map *, ip4_t);

#endif
