/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum.h"
#include "packet.h"

static bool
fail(enum reason *why, enum reason r)
{
	*why = r;
	return false;
}

static bool
need(bool ok, enum reason *why, enum reason r)
{
	if (!ok)
		*why = r;
	return ok;
}

/* --- transport ------------------------------------------------------------ */

static bool
icmp4_is_error(uint8_t type)
{
	return type == ICMP4_UNREACH || type == ICMP4_SOURCE_QUENCH ||
	    type == ICMP4_REDIRECT || type == ICMP4_TIME_EXCEEDED ||
	    type == ICMP4_PARAM_PROBLEM;
}

static enum pkt_transport
icmp_transport(uint8_t version, uint8_t type)
{
	if (version == 4) {
		if (type == ICMP4_ECHO || type == ICMP4_ECHO_REPLY)
			return TRANSPORT_ICMP_ECHO;
		return icmp4_is_error(type) ? TRANSPORT_ICMP_ERROR :
		    TRANSPORT_ICMP_OTHER;
	}
	if (type == ICMP6_ECHO || type == ICMP6_ECHO_REPLY)
		return TRANSPORT_ICMP_ECHO;
	return type < 128 ? TRANSPORT_ICMP_ERROR : TRANSPORT_ICMP_OTHER;
}

/*
 * The RFC 4884 length attribute in octets; 0 where the type has none.  Octets
 * that were unused once may hold anything: less than the least is no length.
 */
static size_t
icmp_length_attribute(uint8_t version, const struct wire_icmp *h)
{
	if (version == 4 && (h->type == ICMP4_UNREACH ||
	    h->type == ICMP4_TIME_EXCEEDED || h->type == ICMP4_PARAM_PROBLEM))
		return (size_t)h->rest[1] * 4;
	if (version == 6 && (h->type == ICMP6_UNREACH ||
	    h->type == ICMP6_TIME_EXCEEDED))
		return (size_t)h->rest[0] * 8;
	return 0;
}

static void
split_error(struct pkt *p, const struct wire_icmp *h)
{
	struct cur body = cur_after(p->payload, sizeof *h);
	size_t quoted = icmp_length_attribute(p->version, h);

	if (quoted < ICMP_EXT_QUOTE_MIN || quoted > body.n)
		quoted = body.n;
	p->quote = cur_first(body, quoted);
	p->extension = cur_after(body, quoted);
}

bool
pkt_icmp_sum_ok(const struct pkt *p)
{
	csum_t sum = csum_bytes(p->payload);

	if (p->version == 6)
		sum += csum_pseudo6(p->src6, p->dst6, PROTO_ICMPV6,
		    (uint32_t)p->payload.n);
	return csum_fold(sum) == 0xffff;
}

static uint8_t
icmp_proto(const struct pkt *p)
{
	return p->version == 4 ? PROTO_ICMP : PROTO_ICMPV6;
}

/* What the payload is; never looks behind what is there. */
static void
classify(struct pkt *p)
{
	p->transport = TRANSPORT_OPAQUE;
	if (p->frag_off != 0)
		return;
	if (p->proto == PROTO_TCP)
		p->transport = TRANSPORT_TCP;
	else if (p->proto == PROTO_UDP)
		p->transport = TRANSPORT_UDP;
	else if (p->proto == icmp_proto(p))
		p->transport = p->payload.n == 0 ? TRANSPORT_ICMP_OTHER :
		    icmp_transport(p->version, p->payload.p[0]);
}

/* An outer packet's transport header must be there as far as we rewrite it. */
static bool
check_transport(struct pkt *p, enum reason *why)
{
	const struct wire_icmp *icmp;

	switch (p->transport) {
	case TRANSPORT_OPAQUE:
		return true;
	case TRANSPORT_TCP:
		return need(p->payload.n >= sizeof(struct wire_tcp), why,
		    REASON_BAD_TRANSPORT);
	case TRANSPORT_UDP:
		return need(p->payload.n >= sizeof(struct wire_udp), why,
		    REASON_BAD_TRANSPORT);
	case TRANSPORT_ICMP_ECHO:
	case TRANSPORT_ICMP_OTHER:
		return need(p->payload.n >= sizeof(struct wire_icmp), why,
		    REASON_BAD_TRANSPORT);
	case TRANSPORT_ICMP_ERROR:
		break;
	}
	icmp = pkt_icmp(p);
	if (icmp == NULL)
		return fail(why, REASON_BAD_TRANSPORT);
	/* We write its checksum anew: a wrong one must not come out right. */
	if (!pkt_is_fragment(p) && !pkt_icmp_sum_ok(p))
		return fail(why, REASON_BAD_ICMP_SUM);
	split_error(p, icmp);
	return true;
}

const struct wire_icmp *
pkt_icmp(const struct pkt *p)
{
	struct cur c = p->payload;

	return cur_take(&c, sizeof(struct wire_icmp));
}

/* --- fragments ------------------------------------------------------------ */

/*
 * All but the last fragment carry a multiple of 8 octets and the whole packet
 * has at most 65535: RFC 791 section 3.2, RFC 8200 section 4.5.
 */
static bool
fragment_ok(const struct pkt *p)
{
	uint32_t n = pkt_payload_len(p);

	if (p->more && (n == 0 || n % 8 != 0))
		return false;
	return p->frag_off + n <= 65535;
}

/* --- IPv4 ----------------------------------------------------------------- */

/*
 * Walk the options (RFC 791 section 3.1): well-formed, and is there a source
 * route that is not used up (RFC 7915 section 4.1)?
 */
static bool
parse_options(struct cur o, enum reason *why)
{
	bool route = false;

	while (o.n > 0 && o.p[0] != IP4_OPT_END) {
		size_t len = 1;

		if (o.p[0] != IP4_OPT_NOP) {
			if (o.n < 2 || o.p[1] < 2 || o.p[1] > o.n)
				return fail(why, REASON_BAD_OPTIONS);
			len = o.p[1];
		}
		if (o.p[0] == IP4_OPT_LSRR || o.p[0] == IP4_OPT_SSRR) {
			if (len < 3)
				return fail(why, REASON_BAD_OPTIONS);
			route = route || o.p[2] <= len;
		}
		o = cur_after(o, len);
	}
	return need(!route, why, REASON_SOURCE_ROUTE);
}

/* The fixed header, which must be there; lengths are checked by the callers. */
static void
read_ip4(const struct wire_ip4 *h, struct pkt *p)
{
	uint16_t off = be16(h->off);

	*p = (struct pkt){
		.version = 4,
		.tos = h->tos,
		.ttl = h->ttl,
		.proto = h->proto,
		.df = (off & IP4_DF) != 0,
		.more = (off & IP4_MF) != 0,
		.frag_off = (uint16_t)((off & IP4_OFFMASK) * 8),
		.id = be16(h->id),
		.len = be16(h->len),
		.net_len = (uint16_t)((h->ver_ihl & 0xf) * 4),
		.src4 = be32(h->src),
		.dst4 = be32(h->dst),
	};
	p->frag_header = pkt_is_fragment(p);
}

static bool
parse_ip4(struct cur bytes, bool inner, struct pkt *p, enum reason *why)
{
	struct cur c = bytes;
	const struct wire_ip4 *h = cur_take(&c, sizeof *h);

	if (h == NULL)
		return fail(why, REASON_TRUNCATED);
	read_ip4(h, p);
	if (p->net_len < sizeof *h || p->len < p->net_len)
		return fail(why, REASON_BAD_LENGTH);
	if (p->net_len > bytes.n)
		return fail(why, REASON_TRUNCATED);
	if (!inner && p->len > bytes.n)
		return fail(why, REASON_BAD_LENGTH);
	p->bytes = cur_first(bytes, p->len);
	p->payload = cur_after(p->bytes, p->net_len);
	if (!fragment_ok(p))
		return fail(why, REASON_BAD_FRAGMENT);
	if (inner)
		return true;
	if (csum_fold(csum_bytes(cur_first(bytes, p->net_len))) != 0xffff)
		return fail(why, REASON_BAD_CHECKSUM);
	return p->net_len == sizeof *h ||
	    parse_options(cur_first(c, p->net_len - sizeof *h), why);
}

/* --- IPv6 ----------------------------------------------------------------- */

static void
read_ip6(const struct wire_ip6 *h, struct pkt *p)
{
	*p = (struct pkt){
		.version = 6,
		.tos = (uint8_t)(be16(h->ver_class_flow) >> 4),
		.ttl = h->hop_limit,
		.proto = h->next,
		.len = (uint32_t)sizeof *h + be16(h->payload_len),
		.net_len = sizeof *h,
		.next_at = offsetof(struct wire_ip6, next),
		.src6 = ip6_read(h->src),
		.dst6 = ip6_read(h->dst),
	};
}

static void
read_fragment_header(const struct wire_frag *h, struct pkt *p)
{
	uint16_t off = be16(h->off);

	p->frag_header = true;
	p->more = (off & IP6_MF) != 0;
	p->frag_off = off & IP6_OFFMASK;
	p->id = be32(h->id);
}

/* Extension headers of a packet, at most: who sends more wants to keep us busy. */
#define EXT_MAX	32

/*
 * May this header stand here?  RFC 8200 section 4: in any order and any number of
 * times, but for Hop-by-Hop Options, which come first.
 */
static bool
ext_allowed(const struct pkt *p, unsigned before)
{
	return before < EXT_MAX && (p->proto != PROTO_HOPOPT || before == 0);
}

static bool
is_extension(uint8_t proto)
{
	return proto == PROTO_HOPOPT || proto == PROTO_DSTOPTS ||
	    proto == PROTO_ROUTING || proto == PROTO_FRAGMENT;
}

/*
 * One extension header, behind so many others; proto and net_len move behind it.
 * The first unfinished source route is remembered in pointer and told about when
 * the walk is done.
 */
static bool
read_extension(struct cur *c, struct pkt *p, unsigned before,
    enum reason *why)
{
	const struct wire_ext *h = (const void *)c->p;
	size_t len;

	if (!ext_allowed(p, before))
		return fail(why, REASON_BAD_EXT);
	if (c->n < sizeof *h)
		return fail(why, REASON_TRUNCATED);
	len = p->proto == PROTO_FRAGMENT ? sizeof(struct wire_frag) :
	    ((size_t)h->len + 1) * 8;
	if (len > c->n)
		return fail(why, REASON_TRUNCATED);
	if (p->proto == PROTO_FRAGMENT)
		read_fragment_header((const void *)h, p);
	else if (p->proto == PROTO_ROUTING && h->segleft != 0 &&
	    p->pointer == 0)
		p->pointer = p->net_len +
		    (uint32_t)offsetof(struct wire_ext, segleft);
	p->proto = h->next;
	p->next_at = p->net_len;
	p->net_len += (uint32_t)len;
	*c = cur_after(*c, len);
	return true;
}

/*
 * RFC 7915 section 5.1.1: the offsets of the other fragments count extension
 * headers behind the Fragment Header (AH included), so that they cannot be left
 * out of one of them; an atomic fragment has no others.  ext_allowed() bounds the
 * walk.
 */
static bool
walk_extensions(struct cur c, struct pkt *p, enum reason *why)
{
	for (unsigned n = 0; is_extension(p->proto); n++) {
		if (pkt_is_fragment(p))
			return fail(why, REASON_FRAGMENT_EXT);
		if (!read_extension(&c, p, n, why))
			return false;
	}
	if (pkt_is_fragment(p) && p->proto == PROTO_AH)
		return fail(why, REASON_FRAGMENT_EXT);
	p->payload = c;
	return true;
}

static bool
parse_ip6(struct cur bytes, bool inner, struct pkt *p, enum reason *why)
{
	struct cur c = bytes;
	const struct wire_ip6 *h = cur_take(&c, sizeof *h);

	if (h == NULL)
		return fail(why, REASON_TRUNCATED);
	read_ip6(h, p);
	if (!inner && p->len > bytes.n)
		return fail(why, REASON_BAD_LENGTH);
	p->bytes = cur_first(bytes, p->len);
	if (!walk_extensions(cur_after(p->bytes, sizeof *h), p, why))
		return false;
	if (!fragment_ok(p))
		return fail(why, REASON_BAD_FRAGMENT);
	/* RFC 7915 section 5.1: never translated, so never quoted either. */
	if (p->pointer != 0)
		return fail(why, REASON_ROUTING_HDR);
	return true;
}

/* --- both ----------------------------------------------------------------- */

static bool
parse_ip(struct cur bytes, bool inner, struct pkt *p, enum reason *why)
{
	if (bytes.n == 0)
		return fail(why, REASON_TRUNCATED);
	switch (bytes.p[0] >> 4) {
	case 4:
		return parse_ip4(bytes, inner, p, why);
	case 6:
		return parse_ip6(bytes, inner, p, why);
	default:
		return fail(why, REASON_BAD_VERSION);
	}
}

bool
pkt_parse(struct cur bytes, struct pkt *p, enum reason *why)
{
	bool ok = parse_ip(bytes, false, p, why);

	if (!ok && *why != REASON_SOURCE_ROUTE && *why != REASON_ROUTING_HDR)
		return false;
	classify(p);
	if (!ok) {
		const struct wire_icmp *h = pkt_icmp(p);

		/* No error about an error: the answer wants to know. */
		if (p->transport == TRANSPORT_ICMP_ERROR && h != NULL)
			split_error(p, h);
		return false;
	}
	return check_transport(p, why);
}

bool
pkt_parse_inner(struct cur bytes, uint8_t version, struct pkt *p)
{
	enum reason why;

	if (bytes.n == 0 || bytes.p[0] >> 4 != version ||
	    !parse_ip(bytes, true, p, &why))
		return false;
	classify(p);
	return true;
}
