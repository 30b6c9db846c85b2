/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offload.h - what a device left undone: checksums to finish, segments to cut.
 * The facts of virtio_net_hdr (linux/virtio_net.h) in host order, as a value.
 */
#ifndef LICHEN_OFFLOAD_H
#define LICHEN_OFFLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

enum offload_gso {
	GSO_NONE,
	GSO_TCP4,
	GSO_UDP_FRAGMENTS = 3,	/* virtio's old UFO: never asked for */
	GSO_TCP6,
	GSO_UDP,		/* datagrams of gso_size each */
};

/*
 * Least gso_size of a super-packet that is written, octets: Linux makes larger
 * segments of a smaller one that did not come from itself (TCP_MIN_GSO_SIZE; in
 * 6.1.192, not in 6.18.44).  TCP would not mind.
 */
#define OFFLOAD_SIZE_MIN	8

#define OFFLOAD_NEEDS_CSUM	0x01	/* the checksum field holds the folded
					 * pseudo-header sum, not complemented */
#define OFFLOAD_DATA_VALID	0x02	/* the checksum was verified */

struct offload {
	uint8_t		flags;		/* OFFLOAD_* */
	uint8_t		gso;		/* enum offload_gso */
	bool		ecn;		/* the TCP segments carry ECN (CWR) */
	uint16_t	hdr_len;	/* network and transport header, octets */
	uint16_t	gso_size;	/* payload of a segment, octets */
	uint16_t	csum_start;	/* offset from the start of the packet */
	uint16_t	csum_offset;	/* offset from csum_start */
};

/*
 * Does the header fit the packet?  It comes from the device, but what it says of
 * offsets and sizes is believed only after this.
 */
bool		offload_valid(const struct offload *, const struct pkt *);

/*
 * A checksum that is left unfinished, but not the outer transport's: it belongs
 * to a packet in a tunnel (VXLAN, GRE, IP in IP), which we carry and do not look
 * into.  Finish it in the packet itself, as the device would have; then nothing
 * is left to do.  (The tunnel's own checksum is complete already, and right only
 * with this one.)  Return true if it was done.  What does not lie inside of the
 * packet is left for offload_valid() to refuse.
 */
bool		offload_finish_inner(uint8_t *packet, size_t n,
		    struct offload *);

/* The same work left to do on the translation of p, whose network headers are
 * net_len octets. */
struct offload	offload_carry(const struct offload *, const struct pkt *p,
		    uint8_t to_version, uint16_t net_len);

/* Is the checksum left to the device? */
static inline bool
offload_partial(const struct offload *o)
{
	return (o->flags & OFFLOAD_NEEDS_CSUM) != 0;
}

/* The transport header of a TCP or UDP packet as it says itself, octets; 0 for
 * others.  A quoted packet may end inside of it. */
uint16_t	transport_header_len(const struct pkt *);

/*
 * Payload octets, transport header included, of what will be on the wire: of a
 * segment, or of the packet if it is none of many.
 */
uint32_t	offload_segment_len(const struct offload *, const struct pkt *);

/* The same of the last segment of a super-packet: it may be shorter than the others. */
uint32_t	offload_last_len(const struct offload *, const struct pkt *);

/* How many packets it will be on the wire; 1 or more. */
unsigned	offload_segments(const struct offload *, const struct pkt *);

#endif
