/* SPDX-License-Identifier: BSD-2-Clause */
#include "frag.h"
#include "rewrite.h"

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A packet that is a fragment already keeps its place and its name. */
static void
take_over(struct frag *f, const struct wire_frag *h)
{
	uint16_t off = be16(h->off);

	f->net_len += sizeof *h;
	f->next = h->next;
	f->first_off = off & IP6_OFFMASK;
	f->last_more = (off & IP6_MF) != 0;
	f->id = be32(h->id);
}

void
frag_init(struct frag *f, const struct xlat_out *whole)
{
	const struct wire_ip6 *h = (const void *)whole->head;

	*f = (struct frag){
		.whole = whole,
		.net_len = sizeof *h,
		.step = (whole->frag_mtu - sizeof *h -
		    sizeof(struct wire_frag)) / 8 * 8,
		.id = whole->frag_id,
		.next = h->next,
	};
	if (h->next == PROTO_FRAGMENT)
		take_over(f, (const void *)(whole->head + sizeof *h));
}

static void
put_headers(struct xlat_out *piece, const struct frag *f, size_t n, bool more)
{
	struct wire_ip6 *h = head_put(piece, sizeof *h);
	struct wire_frag *fh = head_put(piece, sizeof *fh);

	memcpy(h, f->whole->head, sizeof *h);
	h->next = PROTO_FRAGMENT;
	put16(h->payload_len, (uint16_t)(sizeof *fh + n));
	fh->next = f->next;
	fh->reserved = 0;
	put16(fh->off, (uint16_t)((f->first_off + f->done) |
	    (more ? IP6_MF : 0)));
	put32(fh->id, f->id);
}

bool
frag_next(struct frag *f, struct xlat_out *piece)
{
	size_t transport = f->whole->head_len - f->net_len;
	size_t left = transport + f->whole->tail.n - f->done;
	size_t n = min(left, f->step);
	size_t from_head = 0;

	if (left == 0)
		return false;
	out_clear(piece);
	put_headers(piece, f, n, n < left || f->last_more);
	/* The transport header is shorter than any fragment. */
	if (f->done == 0) {
		from_head = transport;
		memcpy(head_put(piece, transport),
		    f->whole->head + f->net_len, transport);
		piece->tail = cur_first(f->whole->tail, n - from_head);
	} else {
		piece->tail = cur_first(cur_after(f->whole->tail,
		    f->done - transport), n);
	}
	f->done += n;
	return true;
}
