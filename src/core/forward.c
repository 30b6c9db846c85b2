/* SPDX-License-Identifier: BSD-2-Clause */
#include "forward.h"
#include "rewrite.h"
#include "rfc6052.h"
#include "segment.h"

/* RFC 7600 section 4.8, IANA's IPv4 dummy address: 192.0.0.8. */
#define DUMMY_ADDR4	0xc0000008

/* One packet on its way, and what the answer to it has to say. */
struct job {
	struct forward	*f;
	mono_t		 now;
	struct outcome	*o;
	const struct offload *offload;
	unsigned	 mtu;		/* REASON_TOO_BIG */
	struct pkt	 inner;		/* ICMP error: the packet it quotes */
};

void
forward_init(struct forward *f, struct siphash_key key, mono_t now)
{
	ident_init(&f->ident, key);
	f->count = (struct forward_counters){ 0 };
	bucket_fill(&f->too_big, now);
	bucket_fill(&f->bucket, now);
}

static bool
is_error(const struct pkt *p)
{
	return p->transport == TRANSPORT_ICMP_ERROR;
}

/* --- to ourselves --------------------------------------------------------- */

static enum reason
self(struct job *j)
{
	struct pkt *p = &j->o->pkt;
	uint8_t icmp = p->version == 4 ? PROTO_ICMP : PROTO_ICMPV6;
	uint8_t request = p->version == 4 ? ICMP4_ECHO : ICMP6_ECHO;

	if (p->proto != icmp)
		return REASON_SELF_PROTO;
	if (pkt_is_fragment(p))
		return REASON_ICMP_FRAGMENT;
	if (p->transport != TRANSPORT_ICMP_ECHO || p->payload.p[0] != request)
		return REASON_SELF_ICMP;
	/* RFC 1812 section 4.3.1: what is damaged is not echoed as if it were not. */
	if (!pkt_icmp_sum_ok(p))
		return REASON_BAD_ICMP_SUM;
	icmperr_echo(p, p->version == 4 ? ident4(&j->f->ident, p->dst4,
	    p->src4, PROTO_ICMP, 1) : 0, &j->o->out);
	return REASON_ECHO;
}

/* --- IPv4 to IPv6 --------------------------------------------------------- */

/*
 * Addresses of the packet inside an ICMP error.  They say nothing about who is
 * alive: no lease is made or kept.
 */
static enum reason
quoted6(struct job *j, struct xlat_addrs6 *a)
{
	const struct pkt *p = &j->inner;
	struct addr6 src, dst;

	if (!pkt_parse_inner(j->o->pkt.quote, 4, &j->inner))
		return REASON_ICMP_INNER;
	if (!ip4_is_unicast(p->src4) || !ip4_is_unicast(p->dst4))
		return REASON_ICMP_INNER_ADDR;
	src = addrmap_6(&j->f->map, p->src4, ADDR_QUOTED, j->now);
	dst = addrmap_6(&j->f->map, p->dst4, ADDR_QUOTED, j->now);
	if (src.rule == ADDR_NONE || dst.rule == ADDR_NONE)
		return REASON_ICMP_INNER_ADDR;
	a->inner_src = src.addr;
	a->inner_dst = dst.addr;
	return REASON_XLAT46;
}

/*
 * The destination is judged first.  An ICMP error is worth more than where it
 * comes from: a router without a mapping is replaced by ourselves, as RFC 6791
 * has it for the other direction.
 */
static enum reason
addresses6(struct job *j, struct xlat_addrs6 *a)
{
	const struct pkt *p = &j->o->pkt;
	struct addr6 dst, src;

	dst = addrmap_6(&j->f->map, p->dst4, ADDR_DST, j->now);
	if (dst.rule == ADDR_NONE)
		return dst.reason;
	src = addrmap_6(&j->f->map, p->src4, ADDR_SRC, j->now);
	if (src.rule == ADDR_NONE && !is_error(p))
		return src.reason;
	a->dst = dst.addr;
	a->src = src.rule == ADDR_NONE ? j->f->own.addr6 : src.addr;
	return is_error(p) ? quoted6(j, a) : REASON_XLAT46;
}

static enum reason
from4(struct job *j)
{
	struct forward *f = j->f;
	const struct pkt *p = &j->o->pkt;
	struct xlat_addrs6 a;
	enum reason r;

	if (ip4_is_link_multicast(p->dst4))
		return REASON_HOST_CHATTER;
	/* RFC 7915 section 4.1: who looks for a fault wants to see the error. */
	if (!ip4_is_unicast(p->src4) && !is_error(p))
		return REASON_ILLEGAL_SRC;
	if (p->dst4 == f->own.addr4)
		return self(j);
	if (!ip4_is_unicast(p->dst4))
		return REASON_ILLEGAL_DST;
	if ((r = xlat46_accept(p)) != REASON_XLAT46)
		return r;
	if (p->ttl <= 1)
		return REASON_TTL;
	if ((r = addresses6(j, &a)) != REASON_XLAT46)
		return r;
	return xlat46(&f->set, p, j->offload, &j->inner, &a, &j->o->out,
	    &j->mtu);
}

/* --- IPv6 to IPv4 --------------------------------------------------------- */

static enum reason
quoted4(struct job *j, struct xlat_addrs4 *a)
{
	struct lease_event none;
	const struct pkt *p = &j->inner;
	struct addr4 src, dst;

	if (!pkt_parse_inner(j->o->pkt.quote, 6, &j->inner))
		return REASON_ICMP_INNER;
	src = addrmap_4(&j->f->map, p->src6, ADDR_QUOTED, j->now, &none);
	dst = addrmap_4(&j->f->map, p->dst6, ADDR_QUOTED, j->now, &none);
	if (src.rule == ADDR_NONE || dst.rule == ADDR_NONE)
		return REASON_ICMP_INNER_ADDR;
	a->inner_src = src.addr;
	a->inner_dst = dst.addr;
	return REASON_XLAT64;
}

/*
 * The source of an ICMPv6 error may be any router: without an IPv4 address of
 * its own it gets ours (RFC 6791) or, with its name attached, the dummy address
 * (draft-ietf-v6ops-icmpext-xlat-v6only-source); never a lease.
 */
static struct addr4
error_source4(struct job *j, bool *name_source)
{
	struct ip6 src6 = j->o->pkt.src6;
	struct addrmap *m = &j->f->map;
	struct lease_event none;
	struct addr4 src = addrmap_4(m, src6, ADDR_QUOTED, j->now, &none);

	if (src.rule != ADDR_NONE)
		return src;
	if (m->has_prefix && prefix6_has(m->prefix, src6))
		return (struct addr4){ .reason = REASON_ILLEGAL_SRC };
	*name_source = j->f->set.icmp_node_id;
	return (struct addr4){ .rule = ADDR_PREFIX,
	    .addr = *name_source ? DUMMY_ADDR4 : j->f->own.addr4 };
}

static enum reason
addresses4(struct job *j, struct addr4 dst, struct xlat_addrs4 *a)
{
	const struct pkt *p = &j->o->pkt;
	struct addr4 src;

	a->name_source = false;
	src = is_error(p) ? error_source4(j, &a->name_source) :
	    addrmap_4(&j->f->map, p->src6, ADDR_SRC, j->now, &j->o->event);
	if (src.rule == ADDR_NONE)
		return src.reason;
	a->src = src.addr;
	a->dst = dst.addr;
	return is_error(p) ? quoted4(j, a) : REASON_XLAT64;
}

/*
 * RFC 7757 section 4.2.2, intrinsic hairpinning: the destination was written
 * with the prefix, but its IPv4 address is that of a mapped IPv6 host.  The
 * IPv4 packet comes right back, and its source is written with the prefix: so
 * must be the host at the other end of a quoted packet.  The hop limit is
 * counted down only once.
 */
static enum reason
hairpin(struct job *j, const struct xlat_addrs4 *a4, struct ip6 dst)
{
	struct forward *f = j->f;
	struct xlat_out *out = &j->o->out;
	struct xlat_addrs6 a6 = {
		.src = rfc6052_embed(f->map.prefix, a4->src),
		.dst = dst,
	};
	struct cur again = cur_of(f->scratch, out_len(out));
	struct offload offload = out->offload;
	struct pkt p;
	enum reason r;

	if (wkpf_refuses(f->map.wkpf_strict, a4->src)) {
		if (!is_error(&j->o->pkt))
			return REASON_WKPF_SRC;
		a6.src = f->own.addr6;	/* as in addresses6() */
	}
	if (out_len(out) > UINT16_MAX)
		return REASON_OVERSIZE;
	memcpy(f->scratch, out->head, out->head_len);
	if (out->tail.n > 0)
		memcpy(f->scratch + out->head_len, out->tail.p, out->tail.n);
	if (!pkt_parse(again, &p, &r))
		return r;
	if (is_error(&p)) {
		struct addr6 host;

		if (!pkt_parse_inner(p.quote, 4, &j->inner))
			return REASON_ICMP_INNER;
		host = addrmap_6(&f->map, j->inner.src4, ADDR_QUOTED, j->now);
		if (host.rule == ADDR_NONE)
			return REASON_ICMP_INNER_ADDR;
		a6.inner_src = host.addr;
		a6.inner_dst = rfc6052_embed(f->map.prefix, j->inner.dst4);
	}
	p.ttl++;
	r = xlat46(&f->set, &p, &offload, &j->inner, &a6, out, &j->mtu);
	if (r == REASON_TOO_BIG)
		j->mtu += 20;	/* the answer goes to an IPv6 host */
	return r == REASON_XLAT46 ? REASON_HAIRPIN : r;
}

/* Is the destination, found by the prefix, a host on the IPv6 side? */
static enum reason
hairpin_target(struct job *j, struct addr4 dst4, struct addr6 *host)
{
	*host = (struct addr6){ .rule = ADDR_PREFIX };
	if (dst4.rule == ADDR_PREFIX)
		*host = addrmap_6(&j->f->map, dst4.addr, ADDR_DST, j->now);
	/* In the pool, but leased to nobody. */
	return host->rule == ADDR_NONE ? host->reason : REASON_XLAT64;
}

static enum reason
translate64(struct job *j)
{
	struct forward *f = j->f;
	const struct pkt *p = &j->o->pkt;
	struct addr4 dst;
	struct addr6 host;
	struct xlat_addrs4 a;
	enum reason r;
	uint16_t id = 0;
	unsigned ids;

	dst = addrmap_4(&f->map, p->dst6, ADDR_DST, j->now, &j->o->event);
	if (dst.rule == ADDR_NONE)
		return dst.reason;
	if (dst.rule == ADDR_PREFIX && dst.addr == f->own.addr4)
		return self(j);
	if (p->ttl <= 1)
		return REASON_TTL;
	if ((r = hairpin_target(j, dst, &host)) != REASON_XLAT64 ||
	    (r = addresses4(j, dst, &a)) != REASON_XLAT64)
		return r;
	if ((ids = xlat64_wants_ids(p, j->offload)) > 0)
		id = ident4(&f->ident, a.src, a.dst, p->proto, ids);
	r = xlat64(&f->set, p, j->offload, &j->inner, &a, id, &j->o->out,
	    &j->mtu);
	if (r == REASON_XLAT64 && host.rule != ADDR_PREFIX)
		return hairpin(j, &a, host.addr);
	return r;
}

static enum reason
from6(struct job *j)
{
	const struct pkt *p = &j->o->pkt;
	enum reason r;

	if (ip6_is_link_multicast(p->dst6))
		return REASON_HOST_CHATTER;
	if (!ip6_is_unicast(p->src6))
		return REASON_ILLEGAL_SRC;
	if (ip6_eq(p->dst6, j->f->own.addr6))
		return self(j);
	if (!ip6_is_unicast(p->dst6))
		return REASON_ILLEGAL_DST;
	if ((r = xlat64_accept(p)) != REASON_XLAT64)
		return r;
	return translate64(j);
}

/* --- answers and counters ------------------------------------------------- */

static uint32_t
answer_value(const struct job *j, enum answer answer)
{
	switch (answer) {
	case ANSWER_TOO_BIG:
		return j->mtu;
	case ANSWER_PARAMETER:
		return j->o->pkt.pointer;
	case ANSWER_PROTOCOL:
		return j->o->pkt.next_at;
	case ANSWER_NONE:
	case ANSWER_NO_ROUTE:
	case ANSWER_SOURCE:
	case ANSWER_TTL:
	case ANSWER_SOURCE_ROUTE:
		break;
	}
	return 0;
}

/*
 * RFC 4443 section 2.4 (f).  What path MTU discovery waits for has a bucket that
 * no other error empties: without it TCP stands still, and packets that ask for
 * other errors are cheap to send for a stranger.
 */
static struct bucket *
bucket_of(struct forward *f, enum answer answer)
{
	return answer == ANSWER_TOO_BIG ? &f->too_big : &f->bucket;
}

/*
 * What an error quotes is what would have been on the wire, if the device had not
 * left work to us: that is how its sender, or a router before us, knows it.
 */
static struct pkt
quotable(const struct job *j)
{
	const struct offload *o = j->offload;
	struct pkt p = j->o->pkt;

	if (offload_partial(o) && offload_valid(o, &p) &&
	    p.payload.n >= o->csum_offset + sizeof(uint16_t))
		p.bytes = segment_first(o, &p, j->f->scratch);
	return p;
}

static bool
answer(struct job *j)
{
	struct forward *f = j->f;
	struct outcome *o = j->o;
	const struct pkt *p = &o->pkt;
	enum answer what = reason_answer(o->reason);
	struct own_addrs from = f->own;
	struct pkt quoted;
	uint16_t id;
	bool built;

	if (what == ANSWER_NONE || !icmperr_allowed(p))
		return false;
	if (!bucket_take(bucket_of(f, what), j->now)) {
		f->count.icmp_suppressed++;
		return false;
	}
	/* RFC 4443 section 2.2 (a): as ipv4-addr in the prefix, if it was that. */
	if (o->reason == REASON_SELF_PROTO && p->version == 6)
		from.addr6 = p->dst6;
	id = p->version == 4 ? ident4(&f->ident, from.addr4, p->src4,
	    PROTO_ICMP, 1) : 0;
	quoted = quotable(j);
	built = icmperr_build(&from, &quoted, what, answer_value(j, what), id,
	    &o->out);
	f->count.icmp_sent += built;
	return built;
}

static bool
is_sent(enum reason r)
{
	return r == REASON_XLAT46 || r == REASON_XLAT64 ||
	    r == REASON_HAIRPIN || r == REASON_ECHO;
}

static void
count(struct traffic *t, size_t octets)
{
	t->packets++;
	t->octets += octets;
}

static void
count_in(struct forward *f, struct cur packet)
{
	uint8_t version = packet.n > 0 ? packet.p[0] >> 4 : 0;

	count(version == 4 ? &f->count.in4 : version == 6 ? &f->count.in6 :
	    &f->count.in_other, packet.n);
}

static void
count_out(struct forward *f, const struct outcome *o)
{
	f->count.reason[o->reason]++;
	if (!o->send)
		return;
	count(o->out.head[0] >> 4 == 4 ? &f->count.out4 : &f->count.out6,
	    out_len(&o->out));
	if (is_error(&o->pkt))
		f->count.icmp_translated++;
}

static enum reason
decide(struct job *j, struct cur packet)
{
	struct outcome *o = j->o;
	enum reason why;

	if (!pkt_parse(packet, &o->pkt, &why))
		return why;
	if (!offload_valid(j->offload, &o->pkt))
		return REASON_BAD_OFFLOAD;
	return o->pkt.version == 4 ? from4(j) : from6(j);
}

void
forward_packet(struct forward *f, struct cur packet,
    const struct offload *offload, mono_t now, struct outcome *o)
{
	struct job j;

	j.f = f;
	j.now = now;
	j.o = o;
	j.offload = offload;
	o->event.kind = LEASE_EVENT_NONE;
	count_in(f, packet);
	o->reason = decide(&j, packet);
	o->send = is_sent(o->reason) || answer(&j);
	count_out(f, o);
}
