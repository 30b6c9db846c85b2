/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite.h"

void
out_clear(struct xlat_out *out)
{
	out->head_len = 0;
	out->tail = cur_of(NULL, 0);
	out->offload = (struct offload){ 0 };
	out->split = 0;
	out->last = 0;
	out->frag_mtu = 0;
	out->frag_id = 0;
}

void
write_ip4(struct wire_ip4 *h, const struct ip4_fields *f)
{
	h->ver_ihl = 4 << 4 | sizeof *h / 4;
	h->tos = f->tos;
	put16(h->len, f->len);
	put16(h->id, f->id);
	put16(h->off, f->off);
	h->ttl = f->ttl;
	h->proto = f->proto;
	put32(h->src, f->src);
	put32(h->dst, f->dst);
	/* From the fields: reading back what was just written is slow. */
	put16(h->sum, csum_field((csum_t)(h->ver_ihl << 8 | f->tos) + f->len +
	    f->id + f->off + (csum_t)(f->ttl << 8 | f->proto) +
	    csum_ip4(f->src) + csum_ip4(f->dst)));
}

void
write_ip6(struct wire_ip6 *h, const struct ip6_fields *f)
{
	put32(h->ver_class_flow, (uint32_t)6 << 28 | (uint32_t)f->tos << 20);
	put16(h->payload_len, f->payload_len);
	h->next = f->next;
	h->hop_limit = f->hop_limit;
	ip6_write(h->src, f->src);
	ip6_write(h->dst, f->dst);
}

/* A partial checksum is a plain sum: the difference goes in uncomplemented. */
static uint16_t
update(uint16_t field, csum_t was, csum_t is, bool partial)
{
	if (partial)
		return (uint16_t)~csum_update((uint16_t)~field, was, is);
	return csum_update(field, was, is);
}

static void
update_tcp(struct wire_tcp *h, csum_t was, csum_t is, bool partial)
{
	put16(h->sum, update(be16(h->sum), was, is, partial));
}

static void
update_udp(struct wire_udp *h, csum_t was, csum_t is, bool partial)
{
	uint16_t sum = be16(h->sum);

	if (sum == 0 && !partial)
		return;
	sum = update(sum, was, is, partial);
	/* A partial one is never zero: the addresses in it are not. */
	put16(h->sum, sum == 0 ? 0xffff : sum);
}

void
put_transport(struct xlat_out *out, const struct pkt *p, csum_t was, csum_t is,
    bool partial)
{
	struct cur header = cur_first(p->payload, transport_header_len(p));
	void *h = head_put(out, header.n);

	/* What nearly every packet has is copied without a call. */
	if (header.n == sizeof(struct wire_udp))
		memcpy(h, header.p, sizeof(struct wire_udp));
	else if (header.n == sizeof(struct wire_tcp))
		memcpy(h, header.p, sizeof(struct wire_tcp));
	else if (header.n > 0)
		memcpy(h, header.p, header.n);
	out->tail = cur_after(p->payload, header.n);
	/* A quoted packet may end right behind the field. */
	if (p->transport == TRANSPORT_TCP &&
	    header.n >= offsetof(struct wire_tcp, urg))
		update_tcp(h, was, is, partial);
	if (p->transport == TRANSPORT_UDP && header.n >= sizeof(struct wire_udp))
		update_udp(h, was, is, partial);
}

/* One that is in pieces cannot be summed up. */
enum reason
supply_udp_sum(const struct xlat_set *set, const struct pkt *p,
    csum_t addresses, struct wire_udp *h, enum reason done)
{
	uint16_t len, sum;

	if (p->transport != TRANSPORT_UDP || be16(h->sum) != 0 ||
	    set->udp_cksum_mode == UDP_CKSUM_FWD)
		return done;
	if (pkt_is_fragment(p))
		return REASON_UDP_ZERO_FRAG;
	if (set->udp_cksum_mode == UDP_CKSUM_DROP)
		return REASON_UDP_ZERO;
	len = be16(h->len);
	if (len < sizeof *h || len > p->payload.n)
		return REASON_BAD_TRANSPORT;
	sum = csum_field(addresses + PROTO_UDP + len +
	    csum_bytes(cur_first(p->payload, len)));
	put16(h->sum, sum == 0 ? 0xffff : sum);
	return done;
}

void
finish_partial(struct xlat_out *out)
{
	size_t at = out->offload.csum_start;
	uint8_t *field = out->head + at + out->offload.csum_offset;
	uint16_t sum;

	if (!offload_partial(&out->offload))
		return;
	/* The field holds the pseudo-header's sum, so it is summed up too. */
	sum = csum_field(csum_bytes(cur_of(out->head + at,
	    out->head_len - at)) + csum_bytes(out->tail));
	put16(field, sum == 0 ? 0xffff : sum);
	out->offload = (struct offload){ 0 };
}

void
put_echo(struct xlat_out *out, const struct pkt *p, uint8_t type, csum_t was,
    csum_t is)
{
	struct cur c = p->payload;
	const struct wire_icmp *from = cur_take(&c, sizeof *from);
	struct wire_icmp *to = head_put(out, sizeof *to);

	*to = *from;
	to->type = type;
	put16(to->sum, csum_update(be16(from->sum),
	    was + ((csum_t)from->type << 8), is + ((csum_t)type << 8)));
	out->tail = c;
}

static size_t
round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/*
 * Where an extended quote ends: a multiple of the unit that the length attribute
 * counts in, at least 128 octets, and no more than leaves room for the extension
 * behind the headers before it.  0 if there is no such quote: then the extension
 * goes as a whole.
 */
static size_t
extended_quote(size_t headers, size_t quote, const struct icmp_head *head,
    size_t extension, size_t max)
{
	size_t n, room;

	if (extension == 0 || head->length_unit == 0 ||
	    headers + ICMP_EXT_QUOTE_MIN + extension > max)
		return 0;
	n = round_up(quote, head->length_unit);
	if (n < ICMP_EXT_QUOTE_MIN)
		n = ICMP_EXT_QUOTE_MIN;
	room = max - headers - extension;
	return n <= room ? n : room - room % head->length_unit;
}

struct cur
add_node_id(struct cur ext, struct ip6 node, uint8_t buf[static NODE_ID_EXT_MAX])
{
	struct wire_icmp_ext *h = (void *)buf;
	struct wire_node_id *id;
	size_t n = ext.n == 0 ? sizeof *h : ext.n;

	if (n < sizeof *h || n % 4 != 0 || n + sizeof *id > NODE_ID_EXT_MAX)
		return ext;
	*h = (struct wire_icmp_ext){ .version = ICMP_EXT_VERSION << 4 };
	if (ext.n > 0)
		memcpy(buf, ext.p, ext.n);
	/* A structure of another version, or damaged, is not ours to extend. */
	if (h->version >> 4 != ICMP_EXT_VERSION || (ext.n > 0 &&
	    be16(h->sum) != 0 && csum_fold(csum_bytes(ext)) != 0xffff))
		return ext;
	id = (void *)(buf + n);
	*id = (struct wire_node_id){
		.head = { .len = { 0, sizeof *id },
		    .class = ICMP_CLASS_NODE_ID, .ctype = NODE_ID_IP_ADDR },
		.afi = { 0, AFI_IPV6 },
	};
	ip6_write(id->addr, node);
	put16(h->sum, 0);
	put16(h->sum, csum_field(csum_bytes(cur_of(buf, n + sizeof *id))));
	return cur_of(buf, n + sizeof *id);
}

static void
put_bytes(struct xlat_out *out, struct cur c)
{
	if (c.n > 0)
		memcpy(head_put(out, c.n), c.p, c.n);
}

static void
put_zeros(struct xlat_out *out, size_t n)
{
	memset(head_put(out, n), 0, n);
}

/* Cut the quote, of which the head has the headers, or pad it with zeros. */
static void
put_extended(struct xlat_out *out, size_t end, struct cur extension)
{
	put_bytes(out, cur_first(out->tail, end - out->head_len));
	put_zeros(out, end - out->head_len);
	put_bytes(out, extension);
	out->tail.n = 0;
}

void
finish_error(struct xlat_out *out, size_t icmp, const struct icmp_head *head,
    struct cur extension, size_t max)
{
	struct wire_icmp *h = (void *)(out->head + icmp);
	size_t headers = icmp + sizeof *h;
	size_t n = extended_quote(headers, out_len(out) - headers, head,
	    extension.n, max);
	uint32_t word = head->word;

	if (n != 0) {
		word |= (uint32_t)(n / head->length_unit) << head->length_shift;
		put_extended(out, headers + n, extension);
	}
	out->tail = cur_first(out->tail, max - out->head_len);
	h->type = head->type;
	h->code = head->code;
	put16(h->sum, 0);
	put32(h->rest, word);
}

void
finish_error_sum(struct xlat_out *out, size_t icmp, csum_t pseudo)
{
	struct wire_icmp *h = (void *)(out->head + icmp);

	/* Only the last of the two may have an odd length: see put_transport. */
	put16(h->sum, csum_field(pseudo +
	    csum_bytes(cur_of(h, out->head_len - icmp)) +
	    csum_bytes(out->tail)));
}
