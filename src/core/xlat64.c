/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xlat64.c - IPv6 to IPv4: RFC 7915 section 5.
 */
#include "checksum.h"
#include "icmp.h"
#include "rewrite.h"
#include "xlat.h"

/* Longest IPv4 packet that routers may fragment: RFC 7915 section 5.1. */
#define DF_CLEAR_MAX	(IP6_MIN_MTU - 20)

/*
 * The next header that IPv4 would take for a part of itself.  (IGMP is a transport
 * like others: its messages are told from it by their multicast addresses.)
 */
static bool
proto_is_foreign(uint8_t proto)
{
	return proto == PROTO_ICMP;
}

static uint32_t
ip4_len(const struct pkt *p)
{
	return (uint32_t)sizeof(struct wire_ip4) + pkt_payload_len(p);
}

/* What routers will see: of a super-packet, a segment. */
static uint32_t
wire_len(const struct pkt *p, const struct offload *in)
{
	return (uint32_t)sizeof(struct wire_ip4) + offload_segment_len(in, p);
}

/*
 * RFC 7915 section 5.1 looks at each packet: of a super-packet whose segments, so
 * long on the wire, have DF, the last one may be too short for that.  Its octets
 * after the network header, or 0 if it is not.
 */
static uint32_t
short_last(const struct pkt *p, const struct offload *in, uint32_t on_wire)
{
	uint32_t last;

	if (in->gso == GSO_NONE || p->frag_header || on_wire <= DF_CLEAR_MAX)
		return 0;
	last = offload_last_len(in, p);
	return sizeof(struct wire_ip4) + last <= DF_CLEAR_MAX ? last : 0;
}

unsigned
xlat64_wants_ids(const struct pkt *p, const struct offload *in)
{
	uint32_t on_wire;

	if (p->frag_header)
		return 0;
	/* A translated error gets as short as that. */
	if (p->transport == TRANSPORT_ICMP_ERROR)
		return 1;
	on_wire = wire_len(p, in);
	return on_wire <= DF_CLEAR_MAX ? offload_segments(in, p) :
	    short_last(p, in, on_wire) != 0;
}

static csum_t
pseudo4(ip4_t src, ip4_t dst)
{
	return csum_ip4(src) + csum_ip4(dst);
}

static csum_t
pseudo6(const struct pkt *p)
{
	return csum_ip6(p->src6) + csum_ip6(p->dst6);
}

/* Flags and offset, RFC 7915 sections 5.1 and 5.1.1. */
static uint16_t
flags_offset(const struct pkt *p, uint32_t len)
{
	if (p->frag_header)
		return (uint16_t)(p->frag_off / 8 | (p->more ? IP4_MF : 0));
	return len > DF_CLEAR_MAX ? IP4_DF : 0;
}

/* len is the packet's length; on_wire decides about DF. */
static void
put_header(struct xlat_out *out, const struct pkt *p, uint8_t tos, ip4_t src,
    ip4_t dst, uint8_t ttl, uint16_t id, uint32_t len, uint32_t on_wire)
{
	struct wire_ip4 *h = head_put(out, sizeof *h);

	write_ip4(h, &(struct ip4_fields){
		.tos = tos,
		.len = (uint16_t)len,
		.id = p->frag_header ? (uint16_t)p->id : id,
		.off = flags_offset(p, on_wire),
		.ttl = ttl,
		.proto = p->proto == PROTO_ICMPV6 ? PROTO_ICMP : p->proto,
		.src = src,
		.dst = dst,
	});
}

/* A UDP checksum of zero stays: what is quoted is none of ours to complete. */
static void
put_payload(struct xlat_out *out, const struct pkt *p, ip4_t src, ip4_t dst)
{
	if (p->transport == TRANSPORT_ICMP_ECHO)
		put_echo(out, p, icmp_echo64(p->payload.p[0]),
		    csum_pseudo6(p->src6, p->dst6, PROTO_ICMPV6,
			pkt_payload_len(p)), 0);
	else
		put_transport(out, p, pseudo6(p), pseudo4(src, dst),
		    offload_partial(&out->offload));
}

/* --- ICMPv6 errors: RFC 7915 sections 5.2 and 5.3 ------------------------- */

static bool
inner_readable(const struct pkt *inner)
{
	return !proto_is_foreign(inner->proto) &&
	    ip4_len(inner) <= UINT16_MAX &&
	    (inner->proto != PROTO_ICMPV6 || inner->frag_off != 0 ||
	    inner->payload.n >= sizeof(struct wire_icmp));
}

static enum reason
put_error(const struct xlat_set *set, const struct pkt *p,
    const struct pkt *inner, const struct xlat_addrs4 *a, uint16_t id,
    struct xlat_out *out)
{
	size_t at = sizeof(struct wire_ip4);
	struct icmp_head head;
	struct pkt outer = *p;
	uint8_t buf[NODE_ID_EXT_MAX];
	struct cur ext = p->extension;

	if (!icmp_error64(pkt_icmp(p), inner->frag_header, set->mtu, &head))
		return REASON_ICMP_TYPE;
	if (!inner_readable(inner))
		return REASON_ICMP_INNER;
	if (inner->transport == TRANSPORT_ICMP_ERROR)
		return REASON_ICMP_NESTED;
	if (inner->transport == TRANSPORT_ICMP_OTHER)
		return REASON_ICMP_TYPE;
	head_put(out, at + sizeof(struct wire_icmp));
	put_header(out, inner, inner->tos, a->inner_src, a->inner_dst, inner->ttl, 0,
	    ip4_len(inner), ip4_len(inner));
	put_payload(out, inner, a->inner_src, a->inner_dst);
	/* draft-ietf-v6ops-icmpext-xlat-v6only-source: who it is from. */
	if (a->name_source)
		ext = add_node_id(p->extension, p->src6, buf);
	finish_error(out, at, &head, ext, ICMP4_ERROR_MAX);
	finish_error_sum(out, at, 0);

	/* The header comes last: now the length is known. */
	outer.len = outer.net_len + (uint32_t)(out_len(out) - at);
	at = out->head_len;
	out->head_len = 0;
	put_header(out, &outer, xlat_tos(set, p), a->src, a->dst, p->ttl - 1, id,
	    ip4_len(&outer), ip4_len(&outer));
	out->head_len = at;
	return REASON_XLAT64;
}

/*
 * IPv6 does not count its header, so that a super-packet of 64 KiB may be longer
 * than an IPv4 packet: as many whole segments as one can hold.
 */
static uint32_t
largest_piece(const struct pkt *p, const struct offload *in)
{
	uint32_t room = UINT16_MAX - sizeof(struct wire_ip4) -
	    transport_header_len(p);

	return room / in->gso_size * in->gso_size;
}

/* What cannot leave as one super-packet; on_wire as above. */
static void
split(struct xlat_out *out, const struct pkt *p, const struct offload *in,
    uint16_t id, uint32_t on_wire)
{
	uint32_t last = short_last(p, in, on_wire);

	if (last == 0 && ip4_len(p) <= UINT16_MAX)
		return;
	out->split = largest_piece(p, in);
	if (last != 0) {
		out->last = last - transport_header_len(p);
		out->last_id = id;
	}
}

/* --- one packet ----------------------------------------------------------- */

enum reason
xlat64_accept(const struct pkt *p)
{
	if (proto_is_foreign(p->proto))
		return REASON_PROTOCOL;
	if (p->proto == PROTO_ICMPV6 && pkt_is_fragment(p))
		return REASON_ICMP_FRAGMENT;
	if (p->transport == TRANSPORT_ICMP_OTHER)
		return REASON_ICMP_TYPE;
	return REASON_XLAT64;
}

enum reason
xlat64(const struct xlat_set *set, const struct pkt *p,
    const struct offload *in, const struct pkt *inner,
    const struct xlat_addrs4 *a, uint16_t id, struct xlat_out *out,
    unsigned *mtu)
{
	uint32_t len = ip4_len(p), on_wire = wire_len(p, in);
	void *transport = out->head + sizeof(struct wire_ip4);

	out_clear(out);
	if (p->transport == TRANSPORT_ICMP_ERROR)
		return put_error(set, p, inner, a, id, out);

	/* IPv4 counts its header, also in what fragments make together. */
	if (p->frag_off + len > UINT16_MAX && in->gso == GSO_NONE)
		return REASON_OVERSIZE;
	if (on_wire > set->mtu) {
		*mtu = set->mtu + 20;
		return REASON_TOO_BIG;
	}
	out->offload = offload_carry(in, p, 4, sizeof(struct wire_ip4));
	if (in->gso != GSO_NONE)
		split(out, p, in, id, on_wire);
	put_header(out, p, xlat_tos(set, p), a->src, a->dst, p->ttl - 1,
	    out->last != 0 ? 0 : id, len, on_wire);
	put_payload(out, p, a->src, a->dst);
	return offload_partial(&out->offload) ? REASON_XLAT64 :
	    supply_udp_sum(set, p, pseudo4(a->src, a->dst), transport,
		REASON_XLAT64);
}
