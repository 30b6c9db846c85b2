/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum.h"
#include "offload.h"

uint16_t
transport_header_len(const struct pkt *p)
{
	struct cur c = p->payload;
	const struct wire_tcp *tcp;

	if (p->transport == TRANSPORT_UDP)
		return sizeof(struct wire_udp);
	if (p->transport != TRANSPORT_TCP)
		return 0;
	tcp = cur_take(&c, sizeof *tcp);
	if (tcp == NULL || tcp->off >> 4 < sizeof *tcp / 4)
		return sizeof *tcp;
	return (uint16_t)((tcp->off >> 4) * 4);
}

/* Where the checksum stands in the transport header; 0: not one we leave. */
static uint16_t
checksum_offset(const struct pkt *p)
{
	if (pkt_is_fragment(p))
		return 0;
	if (p->transport == TRANSPORT_TCP)
		return offsetof(struct wire_tcp, sum);
	if (p->transport == TRANSPORT_UDP)
		return offsetof(struct wire_udp, sum);
	return 0;
}

static bool
gso_fits(const struct offload *o, const struct pkt *p)
{
	bool tcp = p->transport == TRANSPORT_TCP, fits = false;

	switch ((enum offload_gso)o->gso) {
	case GSO_TCP4:
		fits = tcp && p->version == 4;
		break;
	case GSO_TCP6:
		fits = tcp && p->version == 6;
		break;
	case GSO_UDP:
		fits = p->transport == TRANSPORT_UDP;
		break;
	case GSO_NONE:
	case GSO_UDP_FRAGMENTS:
		return false;
	}
	return fits && offload_partial(o) && o->gso_size > 0 &&
	    p->payload.n > transport_header_len(p);
}

bool
offload_valid(const struct offload *o, const struct pkt *p)
{
	uint16_t sum = checksum_offset(p);

	if (offload_partial(o) && (sum == 0 || o->csum_start != p->net_len ||
	    o->csum_offset != sum))
		return false;
	return o->gso == GSO_NONE || gso_fits(o, p);
}

/* Is the unfinished checksum, seen from the outside, where ours would be? */
static bool
is_outer(const uint8_t *packet, size_t net, const struct offload *o)
{
	uint8_t proto = packet[packet[0] >> 4 == 4 ?
	    offsetof(struct wire_ip4, proto) : offsetof(struct wire_ip6, next)];

	return o->csum_start == net &&
	    (proto == PROTO_TCP || proto == PROTO_UDP);
}

bool
offload_finish_inner(uint8_t *packet, size_t n, struct offload *o)
{
	size_t net, at = (size_t)o->csum_start + o->csum_offset;
	uint16_t sum;

	if (!offload_partial(o) || o->gso != GSO_NONE ||
	    n < sizeof(struct wire_ip6))
		return false;
	net = packet[0] >> 4 == 4 ? (size_t)(packet[0] & 0xf) * 4 :
	    sizeof(struct wire_ip6);
	if (o->csum_start < net || at + sizeof sum > n ||
	    is_outer(packet, net, o))
		return false;
	sum = csum_field(csum_bytes(cur_of(packet + o->csum_start,
	    n - o->csum_start)));
	put16(packet + at, sum == 0 ? 0xffff : sum);	/* RFC 768 */
	*o = (struct offload){ 0 };
	return true;
}

struct offload
offload_carry(const struct offload *o, const struct pkt *p,
    uint8_t to_version, uint16_t net_len)
{
	struct offload to = { .flags = o->flags };

	if (offload_partial(o)) {
		to.csum_start = net_len;
		to.csum_offset = o->csum_offset;
	}
	if (o->gso == GSO_NONE)
		return to;
	to.gso = o->gso == GSO_UDP ? GSO_UDP :
	    to_version == 4 ? GSO_TCP4 : GSO_TCP6;
	to.ecn = o->ecn;
	to.gso_size = o->gso_size;
	to.hdr_len = (uint16_t)(net_len + transport_header_len(p));
	return to;
}

uint32_t
offload_segment_len(const struct offload *o, const struct pkt *p)
{
	uint32_t all = pkt_payload_len(p);
	uint32_t segment;

	if (o->gso == GSO_NONE)
		return all;
	segment = (uint32_t)transport_header_len(p) + o->gso_size;
	return segment < all ? segment : all;
}

uint32_t
offload_last_len(const struct offload *o, const struct pkt *p)
{
	uint32_t header = transport_header_len(p);
	uint32_t rest = (pkt_payload_len(p) - header) % o->gso_size;

	return rest == 0 ? offload_segment_len(o, p) : header + rest;
}

unsigned
offload_segments(const struct offload *o, const struct pkt *p)
{
	uint32_t data;

	if (o->gso == GSO_NONE)
		return 1;
	data = pkt_payload_len(p) - transport_header_len(p);
	return (data + o->gso_size - 1) / o->gso_size;
}
