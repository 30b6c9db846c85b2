/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xlat46.c - IPv4 to IPv6: RFC 7915 section 4.
 */
#include "checksum.h"
#include "icmp.h"
#include "rewrite.h"
#include "xlat.h"

/* IPv4 protocols whose number is a header of IPv6 itself. */
static bool
proto_is_foreign(uint8_t proto)
{
	return proto == PROTO_HOPOPT || proto == PROTO_ROUTING ||
	    proto == PROTO_FRAGMENT || proto == PROTO_ICMPV6 ||
	    proto == PROTO_DSTOPTS;
}

static size_t
headers_len(const struct pkt *p)
{
	return sizeof(struct wire_ip6) +
	    (p->frag_header ? sizeof(struct wire_frag) : 0);
}

static csum_t
pseudo4(const struct pkt *p)
{
	return csum_ip4(p->src4) + csum_ip4(p->dst4);
}

static csum_t
pseudo6(struct ip6 src, struct ip6 dst)
{
	return csum_ip6(src) + csum_ip6(dst);
}

/*
 * RFC 7915 section 4.1: the IPv6 header, and a Fragment Header only where there
 * was a fragment.  payload_len counts what follows both.
 */
static void
put_headers(struct xlat_out *out, const struct pkt *p, uint8_t tos,
    struct ip6 src, struct ip6 dst, uint8_t hop_limit, uint32_t payload_len)
{
	struct wire_ip6 *h = head_put(out, sizeof *h);
	uint8_t next = p->proto == PROTO_ICMP ? PROTO_ICMPV6 : p->proto;
	size_t ext = headers_len(p) - sizeof *h;
	struct wire_frag *f;

	write_ip6(h, &(struct ip6_fields){
		.tos = tos,
		.hop_limit = hop_limit,
		.next = p->frag_header ? PROTO_FRAGMENT : next,
		.payload_len = (uint16_t)(payload_len + ext),
		.src = src,
		.dst = dst,
	});
	if (!p->frag_header)
		return;
	f = head_put(out, sizeof *f);
	f->next = next;
	f->reserved = 0;
	put16(f->off, (uint16_t)(p->frag_off | (p->more ? IP6_MF : 0)));
	put32(f->id, p->id);
}

static enum reason
put_payload(const struct xlat_set *set, const struct pkt *p,
    const struct xlat_addrs6 *a, struct xlat_out *out)
{
	bool partial = offload_partial(&out->offload);
	csum_t to = pseudo6(a->src, a->dst);
	void *transport = out->head + out->head_len;

	if (p->transport == TRANSPORT_ICMP_ECHO) {
		put_echo(out, p, icmp_echo46(p->payload.p[0]), 0,
		    csum_pseudo6(a->src, a->dst, PROTO_ICMPV6,
			pkt_payload_len(p)));
		return REASON_XLAT46;
	}
	put_transport(out, p, pseudo4(p), to, partial);
	/* Fragments are complete in themselves. */
	if (out->frag_mtu != 0 && out->split == 0)
		finish_partial(out);
	return partial ? REASON_XLAT46 :
	    supply_udp_sum(set, p, to, transport, REASON_XLAT46);
}

/*
 * A sender that lets routers cut its packets gets smaller ones: of a TCP super-
 * packet smaller segments, of anything else fragments.
 */
static void
make_smaller(struct xlat_out *out, const struct pkt *p, unsigned mtu,
    size_t headers)
{
	struct offload *o = &out->offload;

	if (o->gso == GSO_TCP6) {
		o->gso_size = (uint16_t)(mtu - headers -
		    transport_header_len(p));
		return;
	}
	/* RFC 7915 section 4.1: its name goes end to end. */
	out->frag_mtu = (uint16_t)mtu;
	out->frag_id = (uint16_t)p->id;
	if (o->gso == GSO_UDP)
		out->split = o->gso_size;
}

/*
 * Over the tun's MTU with DF: tell the sender.  Over the off-link MTU without:
 * cut it, RFC 7915 section 4.1.  (With DF, 1280 is no limit.)  What counts is
 * the packet on the wire.
 */
static enum reason
check_size(const struct xlat_set *set, const struct pkt *p,
    const struct offload *in, struct xlat_out *out, unsigned *mtu)
{
	size_t headers = headers_len(p);
	size_t len = headers + offload_segment_len(in, p);

	if (p->df && len > set->mtu) {
		*mtu = set->mtu -
		    (unsigned)(headers - sizeof(struct wire_ip4));
		return REASON_TOO_BIG;
	}
	if (!p->df && len > set->offlink_mtu)
		make_smaller(out, p, set->offlink_mtu, headers);
	return REASON_XLAT46;
}

/* --- ICMP errors: RFC 7915 sections 4.2 and 4.3 --------------------------- */

static bool
inner_readable(const struct pkt *inner)
{
	return !proto_is_foreign(inner->proto) &&
	    (inner->proto != PROTO_ICMP || inner->frag_off != 0 ||
	    inner->payload.n >= sizeof(struct wire_icmp));
}

static void
put_inner(struct xlat_out *out, const struct pkt *inner,
    const struct xlat_addrs6 *a)
{
	uint32_t len = pkt_payload_len(inner);

	put_headers(out, inner, inner->tos, a->inner_src, a->inner_dst,
	    inner->ttl, len);
	if (inner->transport == TRANSPORT_ICMP_ECHO)
		put_echo(out, inner, icmp_echo46(inner->payload.p[0]), 0,
		    csum_pseudo6(a->inner_src, a->inner_dst, PROTO_ICMPV6,
			len));
	else
		put_transport(out, inner, pseudo4(inner),
		    pseudo6(a->inner_src, a->inner_dst), false);
}

static enum reason
put_error(const struct xlat_set *set, const struct pkt *p,
    const struct pkt *inner, const struct xlat_addrs6 *a, struct xlat_out *out)
{
	size_t at = sizeof(struct wire_ip6);
	struct icmp_head head;
	uint32_t len;

	if (!icmp_error46(pkt_icmp(p), (uint16_t)inner->len, set->mtu, &head))
		return REASON_ICMP_TYPE;
	if (!inner_readable(inner))
		return REASON_ICMP_INNER;
	if (inner->transport == TRANSPORT_ICMP_ERROR)
		return REASON_ICMP_NESTED;
	if (inner->transport == TRANSPORT_ICMP_OTHER)
		return REASON_ICMP_TYPE;
	put_headers(out, p, xlat_tos(set, p), a->src, a->dst, p->ttl - 1, 0);
	head_put(out, sizeof(struct wire_icmp));
	put_inner(out, inner, a);
	finish_error(out, at, &head, p->extension, ICMP6_ERROR_MAX);
	len = (uint32_t)(out_len(out) - at);
	put16(((struct wire_ip6 *)out->head)->payload_len, (uint16_t)len);
	finish_error_sum(out, at,
	    csum_pseudo6(a->src, a->dst, PROTO_ICMPV6, len));
	return REASON_XLAT46;
}

/* --- one packet ----------------------------------------------------------- */

enum reason
xlat46_accept(const struct pkt *p)
{
	if (proto_is_foreign(p->proto))
		return REASON_PROTOCOL;
	if (p->proto == PROTO_ICMP && pkt_is_fragment(p))
		return REASON_ICMP_FRAGMENT;
	if (p->transport == TRANSPORT_ICMP_OTHER)
		return REASON_ICMP_TYPE;
	return REASON_XLAT46;
}

enum reason
xlat46(const struct xlat_set *set, const struct pkt *p,
    const struct offload *in, const struct pkt *inner,
    const struct xlat_addrs6 *a, struct xlat_out *out, unsigned *mtu)
{
	enum reason why;

	out_clear(out);
	if (p->transport == TRANSPORT_ICMP_ERROR)
		return put_error(set, p, inner, a, out);

	out->offload = offload_carry(in, p, 6, (uint16_t)headers_len(p));
	why = check_size(set, p, in, out, mtu);
	if (why != REASON_XLAT46)
		return why;
	put_headers(out, p, xlat_tos(set, p), a->src, a->dst, p->ttl - 1,
	    pkt_payload_len(p));
	return put_payload(set, p, a, out);
}
