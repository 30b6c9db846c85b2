/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.h - a packet is parsed once; from then on facts come from struct pkt.
 *
 * The same parser reads packets from the device ("outer") and what an ICMP
 * error quotes of one ("inner").  An outer packet must be whole; an inner one
 * may end anywhere after its network headers, and its checksums prove nothing.
 */
#ifndef LICHEN_PACKET_H
#define LICHEN_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "reason.h"
#include "wire.h"

/* What the octets after the network headers are, so far as we change them. */
enum pkt_transport {
	TRANSPORT_OPAQUE,	/* another protocol, or not the first fragment */
	TRANSPORT_TCP,
	TRANSPORT_UDP,
	TRANSPORT_ICMP_ECHO,	/* of the packet's own family */
	TRANSPORT_ICMP_ERROR,
	TRANSPORT_ICMP_OTHER,
};

struct pkt {
	uint8_t		 version;	/* 4 or 6 */
	uint8_t		 tos;		/* TOS or Traffic Class */
	uint8_t		 ttl;		/* TTL or Hop Limit */
	uint8_t		 proto;		/* of the transport: extension headers
					 * are behind us */
	bool		 df;		/* IPv4 */
	bool		 frag_header;	/* IPv6: has a Fragment Header;
					 * IPv4: is a fragment */
	bool		 more;		/* MF or M */
	uint16_t	 frag_off;	/* octets */
	uint32_t	 id;		/* IPv4, or of the Fragment Header */
	uint32_t	 len;		/* as declared, network headers included */
	uint32_t	 net_len;	/* network headers: of IPv6, more than 16
					 * bits can say */
	uint32_t	 next_at;	/* IPv6: offset of the octet that says proto */
	uint32_t	 pointer;	/* REASON_ROUTING_HDR: of Segments Left */
	ip4_t		 src4, dst4;
	struct ip6	 src6, dst6;
	enum pkt_transport transport;
	struct cur	 bytes;		/* the packet: declared length or less */
	struct cur	 payload;	/* after the network headers */
	struct cur	 quote;		/* ICMP error: the quoted octets */
	struct cur	 extension;	/* ICMP error: RFC 4884, or empty */
};

/* Is it part of a larger packet?  (Not: atomic fragments, RFC 6946.) */
static inline bool
pkt_is_fragment(const struct pkt *p)
{
	return p->more || p->frag_off != 0;
}

/* Octets after the network headers, as declared. */
static inline uint32_t
pkt_payload_len(const struct pkt *p)
{
	return p->len - p->net_len;
}

/*
 * Parse a packet from the device.  Return true, or false with the reason in
 * *why.  Source and destination are valid (and version says which) from
 * REASON_SOURCE_ROUTE, REASON_ROUTING_HDR and success; *p points into bytes.
 * Octets after the declared length are ignored.
 */
bool	pkt_parse(struct cur bytes, struct pkt *p, enum reason *why);

/*
 * Parse what an ICMP error of the same family quotes.  Return false if it ends
 * inside its network headers or contradicts itself.
 */
bool	pkt_parse_inner(struct cur bytes, uint8_t version, struct pkt *p);

/* Is the checksum of an outer ICMP or ICMPv6 packet, not a fragment, right? */
bool	pkt_icmp_sum_ok(const struct pkt *);

/*
 * The ICMP header of a TRANSPORT_ICMP_* packet, and the others: NULL if what is
 * there is too short (inner packets only).
 */
const struct wire_icmp	*pkt_icmp(const struct pkt *);

#endif
