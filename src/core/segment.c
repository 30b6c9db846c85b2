/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite.h"
#include "segment.h"

#define TCP_FIN	0x01
#define TCP_PSH	0x08
#define TCP_CWR	0x80

void
segment_init(struct segment *s, const struct xlat_out *whole)
{
	*s = (struct segment){ .whole = whole };
}

static void
put_sum4(struct wire_ip4 *h, size_t len)
{
	put16(h->sum, 0);
	put16(h->sum, csum_field(csum_bytes(cur_of(h, len))));
}

/* The IP header, options and all, says how long a packet that was read is. */
static void
put_ip_length(uint8_t *packet, size_t len)
{
	struct wire_ip4 *h4 = (void *)packet;
	struct wire_ip6 *h6 = (void *)packet;

	if (packet[0] >> 4 == 6) {
		put16(h6->payload_len, (uint16_t)(len - sizeof *h6));
		return;
	}
	put16(h4->len, (uint16_t)len);
	put_sum4(h4, (size_t)(h4->ver_ihl & 0xf) * 4);
}

/*
 * The header that says how long the packet is, and its identification.  alone:
 * the last one, short enough for routers to cut, as the others are not.
 */
static void
set_ip_length(struct xlat_out *piece, const struct segment *s, bool alone)
{
	struct wire_ip4 *h4 = (void *)piece->head;
	struct wire_ip6 *h6 = (void *)piece->head;
	size_t len = out_len(piece);

	if (piece->head[0] >> 4 == 6) {
		put16(h6->payload_len, (uint16_t)(len - sizeof *h6));
		return;
	}
	put16(h4->len, (uint16_t)len);
	put16(h4->id, (uint16_t)(be16(h4->id) + s->count));
	if (alone) {
		put16(h4->id, s->whole->last_id);
		put16(h4->off, be16(h4->off) & (uint16_t)~IP4_DF);
	}
	put_sum4(h4, sizeof *h4);
}

/* As the kernel's own segmentation does: RFC 9293, RFC 3168 section 6.1.2. */
static void
set_tcp(struct wire_tcp *h, size_t done, bool last)
{
	put32(h->seq, be32(h->seq) + (uint32_t)done);
	if (!last)
		h->flags &= (uint8_t)~(TCP_FIN | TCP_PSH);
	if (done > 0)
		h->flags &= (uint8_t)~TCP_CWR;
}

/* The pseudo-header has the length in it: what the field holds is its sum. */
static void
set_partial_sum(struct xlat_out *piece, size_t was, size_t is)
{
	uint8_t *field = piece->head + piece->offload.csum_start +
	    piece->offload.csum_offset;

	put16(field, (uint16_t)~csum_update((uint16_t)~be16(field), was, is));
}

struct cur
segment_first(const struct offload *o, const struct pkt *p, uint8_t *room)
{
	size_t at = p->net_len, was = p->payload.n;
	size_t is = offload_segment_len(o, p);
	uint8_t *field = room + at + o->csum_offset;
	uint16_t sum;

	memcpy(room, p->bytes.p, at + is);
	if (o->gso != GSO_NONE) {
		put_ip_length(room, at + is);
		put16(field, (uint16_t)~csum_update((uint16_t)~be16(field),
		    was, is));
		if (o->gso == GSO_UDP)
			put16(((struct wire_udp *)(room + at))->len,
			    (uint16_t)is);
		else
			set_tcp((void *)(room + at), 0, is == was);
	}
	sum = csum_field(csum_bytes(cur_of(room + at, is)));
	put16(field, sum == 0 ? 0xffff : sum);	/* RFC 768 */
	return cur_of(room, at + is);
}

/* Data of the next piece. */
static size_t
next_len(const struct segment *s)
{
	const struct xlat_out *w = s->whole;
	size_t left = w->tail.n - s->done;

	if (left > w->split)
		return w->split;
	return left > w->last ? left - w->last : left;
}

bool
segment_next(struct segment *s, struct xlat_out *piece)
{
	const struct xlat_out *w = s->whole;
	size_t at = w->offload.csum_start;
	size_t left = w->tail.n - s->done;
	size_t n = next_len(s);
	bool tcp = w->offload.gso != GSO_UDP;

	if (left == 0)
		return false;
	piece->head_len = w->head_len;
	memcpy(piece->head, w->head, w->head_len);
	piece->tail = cur_first(cur_after(w->tail, s->done), n);
	piece->offload = w->offload;
	piece->split = piece->last = 0;
	piece->frag_mtu = w->head_len + n > w->frag_mtu ? w->frag_mtu : 0;
	/* As the kernel would have counted on, within the 16 bits of IPv4. */
	piece->frag_id = (uint16_t)(w->frag_id + s->count);
	if (n <= w->offload.gso_size) {
		piece->offload.gso = GSO_NONE;
		piece->offload.gso_size = piece->offload.hdr_len = 0;
		piece->offload.ecn = false;
	}
	set_ip_length(piece, s, w->last != 0 && n == left);
	set_partial_sum(piece, w->head_len - at + w->tail.n,
	    w->head_len - at + n);
	if (tcp)
		set_tcp((void *)(piece->head + at), s->done, n == left);
	else
		put16(((struct wire_udp *)(piece->head + at))->len,
		    (uint16_t)(piece->head_len - at + n));
	if (piece->frag_mtu != 0)
		finish_partial(piece);
	s->done += n;
	s->count += (unsigned)((n + w->offload.gso_size - 1) /
	    w->offload.gso_size);
	return true;
}
