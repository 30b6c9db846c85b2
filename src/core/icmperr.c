/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum.h"
#include "icmperr.h"
#include "rewrite.h"

/*
 * Internetwork control, RFC 1812 section 4.3.2.5; the TOS of the packet but for
 * the two bits that are ECN since: RFC 3168 section 5, an error is no transport.
 */
#define ERROR4_PRECEDENCE	0xc0
#define TOS_BITS		0x1c

/* By enum answer; type 0: the family has no such error. */
static const struct {
	uint8_t	type4, code4, type6, code6;
} answers[] = {
	[ANSWER_NONE]		= { 0, 0, 0, 0 },
	[ANSWER_NO_ROUTE]	= { ICMP4_UNREACH, 1, ICMP6_UNREACH, 0 },
	[ANSWER_SOURCE]		= { ICMP4_UNREACH, 10, ICMP6_UNREACH, 5 },
	[ANSWER_PROTOCOL]	= { ICMP4_UNREACH, 2, ICMP6_PARAM_PROBLEM, 1 },
	[ANSWER_TTL]		= { ICMP4_TIME_EXCEEDED, 0,
				    ICMP6_TIME_EXCEEDED, 0 },
	[ANSWER_TOO_BIG]	= { ICMP4_UNREACH, 4, ICMP6_TOO_BIG, 0 },
	[ANSWER_SOURCE_ROUTE]	= { ICMP4_UNREACH, 5, 0, 0 },
	[ANSWER_PARAMETER]	= { 0, 0, ICMP6_PARAM_PROBLEM, 0 },
};

/* RFC 4443 section 2.4 (e.2); in IPv4 a redirect counts as an error anyway. */
static bool
is_redirect6(const struct pkt *p)
{
	return p->version == 6 && p->transport == TRANSPORT_ICMP_OTHER &&
	    p->payload.n > 0 && p->payload.p[0] == ICMP6_REDIRECT;
}

/*
 * IPv4 has no errors about fragments but the first.  IPv6 has, unless what they
 * are pieces of may be an error: RFC 4443 section 2.4 (e.1).
 */
static bool
is_silent_fragment(const struct pkt *p)
{
	return p->frag_off != 0 &&
	    (p->version == 4 || p->proto == PROTO_ICMPV6);
}

bool
icmperr_allowed(const struct pkt *p)
{
	if (p->transport == TRANSPORT_ICMP_ERROR || is_silent_fragment(p) ||
	    is_redirect6(p))
		return false;
	if (p->version == 4)
		return ip4_is_unicast(p->src4) && ip4_is_unicast(p->dst4);
	return ip6_is_unicast(p->src6) && ip6_is_unicast(p->dst6);
}

/* IPv4 to the source of p: room for the header, which is written last. */
static void
finish4(struct xlat_out *out, uint8_t tos, uint16_t id, ip4_t src, ip4_t dst)
{
	write_ip4((void *)out->head, &(struct ip4_fields){
		.tos = tos,
		.ttl = OWN_TTL,
		.proto = PROTO_ICMP,
		.len = (uint16_t)out_len(out),
		.id = id,
		.src = src,
		.dst = dst,
	});
}

static void
finish6(struct xlat_out *out, uint8_t tos, struct ip6 src, struct ip6 dst)
{
	write_ip6((void *)out->head, &(struct ip6_fields){
		.tos = tos,
		.hop_limit = OWN_TTL,
		.next = PROTO_ICMPV6,
		.payload_len = (uint16_t)(out_len(out) -
		    sizeof(struct wire_ip6)),
		.src = src,
		.dst = dst,
	});
}

static void
start(struct xlat_out *out, size_t net_len)
{
	out_clear(out);
	head_put(out, net_len);
}

static void
put_error(struct xlat_out *out, const struct pkt *p, uint8_t type, uint8_t code,
    uint32_t word, size_t max)
{
	struct wire_icmp *h = head_put(out, sizeof *h);

	h->type = type;
	h->code = code;
	put16(h->sum, 0);
	put32(h->rest, word);
	out->tail = cur_first(p->bytes, max - out->head_len);
}

bool
icmperr_build(const struct own_addrs *own, const struct pkt *p,
    enum answer answer, uint32_t value, uint16_t id, struct xlat_out *out)
{
	size_t net_len = p->version == 4 ? sizeof(struct wire_ip4) :
	    sizeof(struct wire_ip6);
	uint8_t type4 = answers[answer].type4, type6 = answers[answer].type6;

	if ((p->version == 4 ? type4 : type6) == 0)
		return false;
	start(out, net_len);
	if (p->version == 4) {
		put_error(out, p, type4, answers[answer].code4,
		    answer == ANSWER_TOO_BIG ? value : 0, ICMP4_ERROR_MAX);
		finish_error_sum(out, net_len, 0);
		finish4(out, ERROR4_PRECEDENCE | (p->tos & TOS_BITS), id,
		    own->addr4, p->src4);
	} else {
		put_error(out, p, type6, answers[answer].code6, value,
		    ICMP6_ERROR_MAX);
		finish_error_sum(out, net_len, csum_pseudo6(own->addr6,
		    p->src6, PROTO_ICMPV6,
		    (uint32_t)(out_len(out) - net_len)));
		finish6(out, 0, own->addr6, p->src6);
	}
	return true;
}

/* Only the type changes, and the pseudo-header, which is symmetric. */
void
icmperr_echo(const struct pkt *p, uint16_t id, struct xlat_out *out)
{
	if (p->version == 4) {
		start(out, sizeof(struct wire_ip4));
		put_echo(out, p, ICMP4_ECHO_REPLY, 0, 0);
		finish4(out, p->tos, id, p->dst4, p->src4);
	} else {
		start(out, sizeof(struct wire_ip6));
		put_echo(out, p, ICMP6_ECHO_REPLY, 0, 0);
		finish6(out, p->tos, p->dst6, p->src6);
	}
}
