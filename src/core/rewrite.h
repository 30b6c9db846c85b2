/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rewrite.h - what both directions of translation do alike: write headers into
 * the head, carry a transport checksum over to other addresses, finish an ICMP
 * error.
 */
#ifndef LICHEN_REWRITE_H
#define LICHEN_REWRITE_H

#include <stdbool.h>

#include "checksum.h"
#include "icmp.h"
#include "packet.h"
#include "xlat.h"

/* The next n octets of the head, to be filled.  The head is large enough. */
static inline void *
head_put(struct xlat_out *out, size_t n)
{
	void *p = out->head + out->head_len;

	out->head_len += n;
	return p;
}

/* Start an output of which nothing is written yet. */
void	 out_clear(struct xlat_out *);

/* Everything written and to be sent so far, octets. */
static inline size_t
out_len(const struct xlat_out *out)
{
	return out->head_len + out->tail.n;
}

/* An IPv4 header without options; its checksum is set. */
struct ip4_fields {
	uint8_t		tos, ttl, proto;
	uint16_t	len, id, off;	/* off: IP4_DF, IP4_MF, offset */
	ip4_t		src, dst;
};
void	write_ip4(struct wire_ip4 *, const struct ip4_fields *);

/* An IPv6 header with flow label 0. */
struct ip6_fields {
	uint8_t		tos, hop_limit, next;
	uint16_t	payload_len;
	struct ip6	src, dst;
};
void	write_ip6(struct wire_ip6 *, const struct ip6_fields *);

/*
 * Append the transport header of p, options included, as much as there is of it,
 * and set the tail to the rest of the payload.  The checksum is carried over from a pseudo-header
 * that sums to `was` to one that sums to `is`.  A UDP checksum of zero (none)
 * is left alone; one that becomes zero is sent as 0xffff (RFC 768).
 * partial: the field holds the folded pseudo-header sum, not complemented.
 */
void	put_transport(struct xlat_out *, const struct pkt *, csum_t was, csum_t is,
	    bool partial);

/*
 * RFC 7915 section 4.5, and RFC 8200 section 8.1 for the other direction: if p is a
 * UDP packet without a checksum, which is not left to the device either, give h,
 * the header put for it, what udp_cksum_mode says.  addresses: the sum of the
 * translated ones.  Return done, or the reason why the packet must be dropped.
 */
enum reason	supply_udp_sum(const struct xlat_set *, const struct pkt *p,
		    csum_t addresses, struct wire_udp *h, enum reason done);

/* Do now what was left to the device: OFFLOAD_NEEDS_CSUM goes. */
void	finish_partial(struct xlat_out *);

/*
 * Append an echo message with another type.  pseudo is what ICMPv6's pseudo-
 * header sums to, as the difference `is` minus `was`: one of them is zero.
 */
void	put_echo(struct xlat_out *, const struct pkt *, uint8_t type,
	    csum_t was, csum_t is);

/*
 * The head holds, from offset `icmp`, the ICMP header to be and the translated
 * headers of the quoted packet; the tail is the rest of the quote.  Cut it so
 * that the whole is no longer than max, append the extension where the message can
 * carry it (RFC 7915 section 4.2, RFC 4884), write the ICMP header, and set its
 * checksum, to which the caller's sum for the pseudo-header is added by
 * finish_error_sum().
 */
void	finish_error(struct xlat_out *, size_t icmp, const struct icmp_head *,
	    struct cur extension, size_t max);

/*
 * An ICMP extension structure that says which node the error is from: the one
 * that was there (empty, or RFC 4884) with a Node Identification Object behind
 * it, in buf.  Returns ext itself if there is no adding to it.
 */
#define NODE_ID_EXT_MAX	256
struct cur add_node_id(struct cur ext, struct ip6 node,
	    uint8_t buf[static NODE_ID_EXT_MAX]);

void	finish_error_sum(struct xlat_out *, size_t icmp, csum_t pseudo);

#endif
