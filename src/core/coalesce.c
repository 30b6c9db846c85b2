/* SPDX-License-Identifier: BSD-2-Clause */
#include "coalesce.h"
#include "rewrite.h"

#define TCP_PSH	0x08
#define TCP_ACK	0x10

/* IPv4 and TCP or IPv6 and UDP of 64 KiB: what the length fields can say. */
#define OCTETS_MAX	(65535 - COALESCE_HEAD_MAX)

/* A Fragment Header is not joined, IPv4 options are not written. */
static_assert(sizeof(struct wire_ip6) + 15 * 4 <= COALESCE_HEAD_MAX,
    "the longest TCP header");

static uint32_t
mix(uint64_t h)
{
	h *= 0x9e3779b97f4a7c15;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93;
	return (uint32_t)(h >> 32);
}

static size_t
net_len(const uint8_t *head)
{
	return head[0] >> 4 == 4 ? sizeof(struct wire_ip4) :
	    sizeof(struct wire_ip6);
}

/*
 * Within one burst no stranger gains by a collision: it costs him a join.  So no
 * key, but all bits of addresses and ports.  Never 0, which is a free slot.
 */
static uint32_t
flow_hash(const struct pkt *p)
{
	uint64_t ports = be32(p->payload.p);	/* the parser saw them */

	if (p->version == 4)
		return 1 | mix(((uint64_t)p->src4 << 32 | p->dst4) ^
		    mix(ports ^ (uint64_t)p->proto << 32));
	return 1 | mix(p->src6.hi ^ (p->src6.lo * 3) ^ (p->dst6.hi * 5) ^
	    (p->dst6.lo * 7) ^ mix(ports ^ (uint64_t)p->proto << 32));
}

/*
 * What is sent may be our own error about the packet, which is no TCP or UDP; and
 * of one that came back, what is sent was not read: it lies in scratch memory.
 */
static bool
is_translated(const struct outcome *o)
{
	return o->reason == REASON_XLAT46 || o->reason == REASON_XLAT64;
}

static bool
is_tcp(const struct outcome *o)
{
	return o->pkt.transport == TRANSPORT_TCP;
}

struct coalesce_flow *
coalesce_slot(struct coalesce *c, const struct outcome *o, uint32_t *hash)
{
	uint32_t *set;
	unsigned first, slot;

	if ((!is_tcp(o) && o->pkt.transport != TRANSPORT_UDP) ||
	    !is_translated(o))
		return NULL;
	*hash = flow_hash(&o->pkt);
	first = *hash % COALESCE_FLOWS & ~(COALESCE_WAYS - 1u);
	set = &c->hash[first];
	slot = *hash >> 24 & (COALESCE_WAYS - 1);
	for (unsigned i = 0; i < COALESCE_WAYS; i++) {
		if (set[i] == *hash)
			return &c->flow[first + i];
		if (set[i] == 0)
			slot = i;
	}
	return &c->flow[first + slot];
}

/* --- may it be held at all? ----------------------------------------------- */

/* A wrong checksum must not come out right: RFC 1122 section 4.1.3.4. */
static bool
sum_is_trusted(const struct pkt *p, const struct offload *in)
{
	csum_t sum;

	if (in->flags & (OFFLOAD_NEEDS_CSUM | OFFLOAD_DATA_VALID))
		return true;
	sum = csum_bytes(p->payload);
	if (p->version == 4)
		sum += csum_pseudo4(p->src4, p->dst4, p->proto,
		    (uint32_t)p->payload.n);
	else
		sum += csum_pseudo6(p->src6, p->dst6, p->proto,
		    (uint32_t)p->payload.n);
	return csum_fold(sum) == 0xffff;
}

/* Data, and nothing about it that a cut would not restore. */
static bool
is_plain(const struct coalesce *c, const struct outcome *o)
{
	const struct xlat_out *out = &o->out;
	const uint8_t *transport = out->head + net_len(out->head);
	const struct wire_tcp *tcp = (const void *)transport;
	const struct wire_udp *udp = (const void *)transport;

	if (out->offload.gso != GSO_NONE || out->frag_mtu != 0 ||
	    out->tail.n == 0 || o->pkt.frag_header)
		return false;
	if (is_tcp(o))
		return c->tcp && (tcp->flags & ~TCP_PSH) == TCP_ACK;
	return c->udp && be16(udp->len) == sizeof *udp + out->tail.n &&
	    be16(udp->sum) != 0;
}

static bool
pushes(const struct outcome *o)
{
	const struct wire_tcp *h = (const void *)(o->out.head +
	    net_len(o->out.head));

	return is_tcp(o) && (h->flags & TCP_PSH) != 0;
}

/* What nothing may follow is better written by itself. */
static bool
may_begin(const struct outcome *o)
{
	return o->out.tail.n >= OFFLOAD_SIZE_MIN && !pushes(o);
}

/* --- may it follow? ------------------------------------------------------- */

/* RFC 6864: without DF the identifications are what the cut will count up. */
static bool
in_a_row(const struct coalesce_flow *f, const uint8_t *head)
{
	const struct wire_ip4 *a = (const void *)f->head;
	const struct wire_ip4 *b = (const void *)head;

	return f->net_len != sizeof *a || (be16(a->off) & IP4_DF) != 0 ||
	    be16(b->id) == (uint16_t)(be16(a->id) + f->count);
}

/*
 * may_follow() has looked at the version and at the length of the headers, which
 * tells TCP from UDP: IPv4 options are never written.
 */
static bool
same_ip4(const struct coalesce_flow *f, const uint8_t *head)
{
	const struct wire_ip4 *a = (const void *)f->head;
	const struct wire_ip4 *b = (const void *)head;

	return a->tos == b->tos && a->ttl == b->ttl &&
	    memcmp(a->off, b->off, sizeof a->off) == 0 &&
	    memcmp(a->src, b->src, 8) == 0;
}

static bool
same_ip6(const struct coalesce_flow *f, const uint8_t *head)
{
	const struct wire_ip6 *a = (const void *)f->head;
	const struct wire_ip6 *b = (const void *)head;

	return memcmp(a->ver_class_flow, b->ver_class_flow, 4) == 0 &&
	    memcmp(&a->hop_limit, &b->hop_limit,
	    sizeof *a - offsetof(struct wire_ip6, hop_limit)) == 0;
}

static bool
next_tcp(const struct coalesce_flow *f, const uint8_t *head, size_t head_len)
{
	const struct wire_tcp *a = (const void *)(f->head + f->net_len);
	const struct wire_tcp *b = (const void *)(head + f->net_len);
	size_t options = f->net_len + sizeof *a;

	return memcmp(a->sport, b->sport, 4) == 0 &&
	    be32(b->seq) == be32(a->seq) + f->octets &&
	    memcmp(a->ack, b->ack, 5) == 0 &&	/* and data offset */
	    memcmp(a->win, b->win, 2) == 0 &&
	    memcmp(a->urg, b->urg, 2) == 0 &&
	    memcmp(f->head + options, head + options, head_len - options) == 0;
}

static bool
may_follow(const struct coalesce *c, const struct coalesce_flow *f,
    const struct outcome *o)
{
	const struct xlat_out *out = &o->out;
	const uint8_t *head = out->head;

	if (f->closed || out->head_len != f->head_len ||
	    out->tail.n > f->size || f->octets + out->tail.n > OCTETS_MAX ||
	    head[0] >> 4 != f->head[0] >> 4)
		return false;
	if (head[0] >> 4 == 4 ? !same_ip4(f, head) : !same_ip6(f, head))
		return false;
	if (c->ident == NULL && !in_a_row(f, head))
		return false;
	return is_tcp(o) ? next_tcp(f, head, out->head_len) :
	    memcmp(f->head + f->net_len, head + f->net_len, 4) == 0;
}

/* --- interface ------------------------------------------------------------ */

static void
begin(struct coalesce *c, struct coalesce_flow *f, uint32_t hash,
    const struct outcome *o)
{
	c->hash[f - c->flow] = hash;
	c->open++;
	f->closed = false;
	f->psh = false;
	f->count = 0;
	f->octets = 0;
	f->ident = NULL;
	f->head_len = (uint8_t)o->out.head_len;
	f->net_len = (uint8_t)net_len(o->out.head);
	f->size = (uint16_t)o->out.tail.n;
	f->offload = o->out.offload;
	memcpy(f->head, o->out.head, o->out.head_len);
	c->started[c->starts++] = (uint16_t)(f - c->flow);
}

static void
append(struct coalesce *c, struct coalesce_flow *f, struct cur data)
{
	uint16_t at = (uint16_t)c->held++;

	c->part[at].data = data;
	if (f->count++ == 0)
		f->first = at;
	else
		c->part[f->last].next = at;
	f->last = at;
}

bool
coalesce_hold(struct coalesce *c, struct coalesce_flow *f, uint32_t hash,
    const struct outcome *o, const struct offload *in)
{
	bool fresh = f->count == 0;

	if (c->held == COALESCE_PACKETS || !is_plain(c, o) ||
	    (fresh ? !may_begin(o) : c->hash[f - c->flow] != hash ||
	    !may_follow(c, f, o)) || !sum_is_trusted(&o->pkt, in))
		return false;
	if (fresh)
		begin(c, f, hash, o);
	else if (!in_a_row(f, o->out.head))
		f->ident = c->ident;
	append(c, f, o->out.tail);
	f->octets += (uint32_t)o->out.tail.n;
	f->psh = pushes(o);
	f->closed = f->psh || o->out.tail.n < f->size ||
	    f->count == COALESCE_PARTS;
	return true;
}

/* The headers as they are, of a packet with n octets of data. */
static void
put_head(const struct coalesce_flow *f, size_t n, unsigned i,
    struct xlat_out *out)
{
	struct wire_ip4 *h4 = (void *)out->head;
	struct wire_ip6 *h6 = (void *)out->head;
	size_t len = f->head_len + n;

	out_clear(out);
	memcpy(head_put(out, f->head_len), f->head, f->head_len);
	if (f->net_len == sizeof *h6) {
		put16(h6->payload_len, (uint16_t)(len - sizeof *h6));
		return;
	}
	put16(h4->len, (uint16_t)len);
	if ((be16(h4->off) & IP4_DF) == 0)
		put16(h4->id, (uint16_t)(be16(h4->id) + i));
	put16(h4->sum, 0);
	put16(h4->sum, csum_field(csum_bytes(cur_of(h4, sizeof *h4))));
}

static csum_t
pseudo(const struct coalesce_flow *f, size_t n)
{
	const struct wire_ip4 *h4 = (const void *)f->head;
	const struct wire_ip6 *h6 = (const void *)f->head;
	uint32_t len = (uint32_t)(f->head_len - f->net_len + n);

	if (f->net_len == sizeof *h4)
		return csum_pseudo4(be32(h4->src), be32(h4->dst), h4->proto,
		    len);
	return csum_pseudo6(ip6_read(h6->src), ip6_read(h6->dst), h6->next,
	    len);
}

static bool
flow_is_tcp(const struct coalesce_flow *f)
{
	return f->head[f->net_len == sizeof(struct wire_ip4) ?
	    offsetof(struct wire_ip4, proto) :
	    offsetof(struct wire_ip6, next)] == PROTO_TCP;
}

/* Leave the checksum of n octets of data to whoever finishes the packet. */
static void
put_partial(const struct coalesce_flow *f, size_t n, struct xlat_out *out)
{
	uint16_t offset = flow_is_tcp(f) ? offsetof(struct wire_tcp, sum) :
	    offsetof(struct wire_udp, sum);

	put16(out->head + f->net_len + offset, csum_fold(pseudo(f, n)));
	out->offload = (struct offload){
		.flags = OFFLOAD_NEEDS_CSUM,
		.csum_start = f->net_len,
		.csum_offset = offset,
	};
}

/*
 * Flows between the same two hosts take turns at one counter of identifications
 * (RFC 6864 section 4.3: ports do not tell packets apart), so that each has gaps.
 * A row of its own closes them; what was given before is never used.
 */
static void
number_anew(struct coalesce_flow *f)
{
	struct wire_ip4 *h = (void *)f->head;

	put16(h->id, ident4(f->ident, be32(h->src), be32(h->dst), h->proto,
	    f->count));
	f->ident = NULL;
}

static void
gather(const struct coalesce *c, const struct coalesce_flow *f,
    struct cur part[static COALESCE_PARTS])
{
	unsigned at = f->first;

	for (unsigned i = 0; i < f->count; i++) {
		part[i] = c->part[at].data;
		at = c->part[at].next;
	}
}

void
coalesce_finish(const struct coalesce *c, struct coalesce_flow *f,
    struct xlat_out *out, struct cur part[static COALESCE_PARTS])
{
	struct wire_tcp *tcp = (void *)(out->head + f->net_len);
	struct wire_udp *udp = (void *)(out->head + f->net_len);

	gather(c, f, part);
	if (f->ident != NULL)
		number_anew(f);
	put_head(f, f->octets, 0, out);
	if (f->count == 1) {		/* as it came */
		out->offload = f->offload;
		return;
	}
	put_partial(f, f->octets, out);
	out->offload.hdr_len = f->head_len;
	out->offload.gso_size = f->size;
	if (flow_is_tcp(f)) {
		out->offload.gso = f->net_len == sizeof(struct wire_ip4) ?
		    GSO_TCP4 : GSO_TCP6;
		tcp->flags |= f->psh ? TCP_PSH : 0;
	} else {
		out->offload.gso = GSO_UDP;
		put16(udp->len, (uint16_t)(sizeof *udp + f->octets));
	}
}

void
coalesce_part(const struct coalesce_flow *f, unsigned i, struct cur part,
    struct xlat_out *out)
{
	struct wire_tcp *tcp = (void *)(out->head + f->net_len);
	struct wire_udp *udp = (void *)(out->head + f->net_len);

	put_head(f, part.n, i, out);
	if (flow_is_tcp(f)) {
		put32(tcp->seq, be32(tcp->seq) + i * f->size);
		if (i == f->count - 1u && f->psh)
			tcp->flags |= TCP_PSH;
	} else {
		put16(udp->len, (uint16_t)(sizeof *udp + part.n));
	}
	put_partial(f, part.n, out);
	out->tail = part;
	finish_partial(out);
}

void
coalesce_clear(struct coalesce *c, struct coalesce_flow *f)
{
	f->count = 0;
	c->hash[f - c->flow] = 0;
	if (--c->open == 0)
		c->starts = c->held = 0;
}

struct coalesce_flow *
coalesce_next(struct coalesce *c, unsigned *i)
{
	while (*i < c->starts) {
		struct coalesce_flow *f = &c->flow[c->started[(*i)++]];

		if (f->count != 0)
			return f;
	}
	return NULL;
}
