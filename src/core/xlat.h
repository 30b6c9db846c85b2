/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xlat.h - rewrite one packet, given its addresses: RFC 7915 sections 4 and 5.
 * A function: same packet, addresses and settings, same output.  The input is
 * never modified.
 */
#ifndef LICHEN_XLAT_H
#define LICHEN_XLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "offload.h"
#include "packet.h"
#include "reason.h"

/* UDP without a checksum, of either family: RFC 7915 section 4.5. */
enum udp_cksum_mode {
	UDP_CKSUM_DROP,
	UDP_CKSUM_CALC,
	UDP_CKSUM_FWD,
};

struct xlat_set {
	unsigned		mtu;		/* of the tun device, both families */
	unsigned		offlink_mtu;	/* min(configured, mtu) */
	enum udp_cksum_mode	udp_cksum_mode;
	bool			icmp_node_id;	/* see xlat_addrs4.name_source */
	bool			set_tos;	/* to tos, instead of a copy */
	uint8_t			tos;
};

/* TOS or Traffic Class of what p becomes: RFC 7915 sections 4.1 and 5.1. */
static inline uint8_t
xlat_tos(const struct xlat_set *set, const struct pkt *p)
{
	return set->set_tos ? set->tos : p->tos;
}

/*
 * Room for every header that we write.  ICMP errors are built in the head as a
 * whole: at most IP6_MIN_MTU octets, the most that either family sends.
 */
#define XLAT_HEAD_MAX	1536

struct xlat_out {
	size_t		head_len;
	struct cur	tail;		/* points into the packet read */
	struct offload	offload;
	uint32_t	split;		/* not 0: to be cut by segment.h */
	uint32_t	last;		/* split: data of a last packet that goes
					 * by itself, with DF clear; 0: none */
	uint16_t	last_id;	/* its IPv4 identification */
	uint16_t	frag_mtu;	/* not 0: IPv6, to be cut by frag.h */
	uint16_t	frag_id;	/* identification of the fragments, if the
					 * head has no Fragment Header already */
	uint8_t		head[XLAT_HEAD_MAX];
};

/* Outer addresses, and those of the packet inside an ICMP error. */
struct xlat_addrs4 {
	ip4_t	src, dst, inner_src, inner_dst;
	bool	name_source;	/* src only stands for the source of an ICMPv6
				 * error: say in a Node Identification Object
				 * which it is */
};

struct xlat_addrs6 {
	struct ip6	src, dst, inner_src, inner_dst;
};

/*
 * What the packet alone, whatever its addresses, forbids to translate: the
 * reason, or REASON_XLAT46 or REASON_XLAT64 if nothing does.
 */
enum reason	xlat46_accept(const struct pkt *);
enum reason	xlat64_accept(const struct pkt *);

/*
 * Translate p, which xlat??_accept() and offload_valid() accept.  inner is the packet
 * that it quotes (pkt_parse_inner of p->quote) if it is an ICMP error, else it is
 * not looked at.  On success the reason is REASON_XLAT46 or REASON_XLAT64 and
 * *out is complete; otherwise *out is undefined.
 * REASON_TOO_BIG sets *mtu to what the sender is to be told.
 *
 * id is the first of as many IPv4 identifications as are needed where the packet
 * brings none: xlat64_wants_ids().
 */
enum reason	xlat46(const struct xlat_set *, const struct pkt *p,
		    const struct offload *, const struct pkt *inner, const struct xlat_addrs6 *,
		    struct xlat_out *out, unsigned *mtu);
enum reason	xlat64(const struct xlat_set *, const struct pkt *p,
		    const struct offload *, const struct pkt *inner, const struct xlat_addrs4 *,
		    uint16_t id, struct xlat_out *out, unsigned *mtu);
unsigned	xlat64_wants_ids(const struct pkt *, const struct offload *);

#endif
