/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Super-packets and unfinished checksums: what is on the wire in the end must be
 * what the same packets would have become one by one.
 */
#include "core/frag.h"
#include "core/offload.h"
#include "core/rewrite.h"
#include "core/segment.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r, one;
static struct bytes super, p;
static uint8_t data[70000], body[70000];
static struct xlat_out piece;

static const struct h4 v4 = { .ttl = 64, .src = "198.51.100.1",
    .dst = "192.0.2.1", .off = 0x4000 };
static const struct h6 v6 = { .hop = 64, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };

struct flow {
	bool	v4, tcp, df;
	size_t	options;		/* TCP, octets */
};

/* --- building ------------------------------------------------------------- */

static size_t
net_len(const struct bytes *b)
{
	return b->b[0] >> 4 == 4 ? 20 : 40;
}

/* A packet of a flow with n octets of data from `at` on; checksums right. */
static void
build(struct bytes *to, struct flow f, size_t at, size_t n, bool last)
{
	struct h4 g = v4;
	struct h6 h = v6;
	size_t len;

	g.proto = h.next = f.tcp ? 6 : 17;
	g.off = f.df ? 0x4000 : 0;
	if (f.tcp) {
		memset(body, 0, 20 + f.options);
		body[0] = 4;
		body[2] = 0x1f;
		put32(body + 4, 0xfffff000 + (uint32_t)at);
		put32(body + 8, 77);
		body[12] = (uint8_t)((5 + f.options / 4) << 4);
		body[13] = (uint8_t)(0x10 | (last ? 0x09 : 0) |
		    (at == 0 ? 0x80 : 0));
		memset(body + 20, 1, f.options);
		memcpy(body + 20 + f.options, data + at, n);
		len = 20 + f.options + n;
	} else {
		len = mk_udp(body, 1024, 53, data + at, n);
	}
	if (f.v4)
		put_ip4(to, g, body, len);
	else
		put_ip6(to, h, body, len);
	fix_sums(to);
}

/* The transport checksum as a device leaves it: the pseudo-header's sum. */
static void
make_partial(struct bytes *b, bool tcp, struct offload *o)
{
	size_t at = net_len(b), field = at + (tcp ? 16 : 6);
	uint32_t sum = plain_sum(0, b->b + (at == 20 ? 12 : 8),
	    at == 20 ? 8 : 32);
	uint8_t tail[4] = { 0, tcp ? 6 : 17 };

	put16(tail + 2, (uint16_t)(b->n - at));
	put16(b->b + field, (uint16_t)plain_sum(sum, tail, 4));
	*o = (struct offload){
		.flags = OFFLOAD_NEEDS_CSUM,
		.csum_start = (uint16_t)at,
		.csum_offset = tcp ? 16 : 6,
	};
}

static void
make_gso(struct bytes *b, struct flow f, size_t size, struct offload *o)
{
	make_partial(b, f.tcp, o);
	o->gso = !f.tcp ? GSO_UDP : f.v4 ? GSO_TCP4 : GSO_TCP6;
	o->gso_size = (uint16_t)size;
	o->hdr_len = 12345;		/* never to be trusted */
}

static enum reason
translate(struct rig *x, const struct bytes *b, const struct offload *o)
{
	struct cur in = guarded(b->b, b->n);

	forward_packet(&x->f, in, o, x->now, &x->o);
	return x->o.reason;
}

static void
fill(void)
{
	rnd_fill(data, sizeof data);
}

static const struct flow flows[] = {
	{ true, true, true, 0 }, { true, true, true, 12 },
	{ true, true, false, 12 }, { false, true, false, 0 },
	{ false, true, false, 40 }, { true, false, true, 0 },
	{ true, false, false, 0 }, { false, false, false, 0 },
};
#define FLOWS	(sizeof flows / sizeof flows[0])

/* --- tests ---------------------------------------------------------------- */

START_TEST(partial_checksums)
{
	static struct bytes a, b;

	rig_start(&r);
	rig_start(&one);
	fill();
	for (unsigned i = 0; i < 4000; i++) {
		struct flow f = flows[i % FLOWS];
		struct offload o, none = { 0 };

		build(&p, f, rnd(1000), rnd(1200), true);
		ck_assert(translate(&one, &p, &none) == (f.v4 ?
		    REASON_XLAT46 : REASON_XLAT64));
		flatten(&one.o.out, &a);
		make_partial(&p, f.tcp, &o);
		ck_assert(translate(&r, &p, &o) == one.o.reason);
		ck_assert_uint_eq(r.o.out.offload.flags, OFFLOAD_NEEDS_CSUM);
		ck_assert_uint_eq(r.o.out.offload.csum_start, f.v4 ? 40 : 20);
		ck_assert_uint_eq(r.o.out.offload.csum_offset, o.csum_offset);
		ck_assert_uint_eq(r.o.out.offload.gso, GSO_NONE);
		flatten(&r.o.out, &b);
		device_checksum(&b, &r.o.out.offload);
		ck_assert_msg(wrong(&b) == NULL, "%s", wrong(&b));
		same_but_id(&a, &b);
		/* and as we would finish it ourselves */
		finish_partial(&r.o.out);
		flatten(&r.o.out, &b);
		same_but_id(&a, &b);
	}
}
END_TEST

/* Segmenting the translation is translating the segments. */
START_TEST(super_packets)
{
	static struct bytes whole, seg, single;

	rig_start(&r);
	rig_start(&one);
	fill();
	for (unsigned i = 0; i < 400; i++) {
		struct flow f = flows[i % FLOWS];
		size_t size = 1 + rnd(1180), n = 1 + rnd(60000), k;
		struct offload o, none = { 0 };

		if (i % 3 == 0)
			size = 1180;
		build(&super, f, 0, n, true);
		make_gso(&super, f, size, &o);
		o.ecn = f.tcp && i % 5 == 0;
		ck_assert_str_eq(reason_name(translate(&r, &super, &o)),
		    f.v4 ? "xlat46" : "xlat64");
		ck_assert_uint_eq(r.o.out.split, 0);
		flatten(&r.o.out, &whole);
		o = r.o.out.offload;
		ck_assert_int_eq(o.ecn, f.tcp && i % 5 == 0);
		ck_assert_uint_eq(o.gso, !f.tcp ? GSO_UDP : f.v4 ? GSO_TCP6 :
		    GSO_TCP4);
		ck_assert_uint_eq(o.gso_size, size);
		ck_assert_uint_eq(o.hdr_len, (f.v4 ? 40 : 20) + (f.tcp ? 20 +
		    f.options : 8));
		for (k = 0; device_segment(&whole, &o, (unsigned)k, &seg);
		    k++) {
			size_t at = k * size;
			size_t m = n - at < size ? n - at : size;

			build(&p, f, at, m, at + m == n);
			ck_assert(translate(&one, &p, &none) == r.o.reason);
			flatten(&one.o.out, &single);
			ck_assert_msg(wrong(&seg) == NULL, "%s", wrong(&seg));
			same_but_id(&single, &seg);
		}
		ck_assert_uint_eq(k, (n + size - 1) / size);
	}
}
END_TEST

/* Every segment has an identification of its own: RFC 6864. */
START_TEST(identifications_are_reserved)
{
	struct flow f = { false, true, false, 0 };
	struct offload o;
	unsigned first, next;

	rig_start(&r);
	fill();
	build(&super, f, 0, 44 * 1000, true);
	make_gso(&super, f, 1000, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	first = be16(r.o.out.head + 4);
	ck_assert_uint_eq(be16(r.o.out.head + 6), 0);	/* DF clear */
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	next = be16(r.o.out.head + 4);
	ck_assert_uint_eq((uint16_t)(next - first), 44);
	/* the last, shorter one counts */
	build(&super, f, 0, 43 * 1000 + 1, true);
	make_gso(&super, f, 1000, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	first = next;
	next = be16(r.o.out.head + 4);
	ck_assert_uint_eq((uint16_t)(next - first), 2 * 44);
	/* larger segments have DF */
	make_gso(&super, f, 1300, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	ck_assert_uint_eq(be16(r.o.out.head + 6), 0x4000);
}
END_TEST

/* The MTU is about the segment. */
START_TEST(mtu)
{
	struct flow f = { true, true, true, 12 };
	struct offload o;

	rig_start(&r);
	fill();
	build(&super, f, 0, 20000, true);
	make_gso(&super, f, 1428, &o);		/* 40 + 32 + 1428 = 1500 */
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT46);
	make_gso(&super, f, 1429, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_TOO_BIG);
	ck_assert(r.o.send);
	ck_assert_uint_eq(be16(r.o.out.head + 26), 1480);
	ck_assert_uint_eq(r.o.out.offload.flags, 0);
	/* DF clear: TCP simply gets smaller segments */
	f.df = false;
	build(&super, f, 0, 20000, true);
	make_gso(&super, f, 1448, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.offload.gso_size, 1280 - 72);
	ck_assert_uint_eq(r.o.out.frag_mtu, 0);
	/* the other way: the sender is told */
	f = (struct flow){ false, true, false, 12 };
	build(&super, f, 0, 20000, true);
	make_gso(&super, f, 1448, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	make_gso(&super, f, 1449, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_TOO_BIG);
	ck_assert_uint_eq(be32(r.o.out.head + 44), 1520);
	/* a segment is never longer than the packet */
	build(&super, f, 0, 100, true);
	make_gso(&super, f, 60000, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
}
END_TEST

/* --- cut by whomever, the same packets ------------------------------------ */

static struct bytes wire_all[600], wire_one[600];

/* What leaves in the end: fragments and whole packets, in order. */
static size_t
put_wire(const struct xlat_out *out, struct bytes *wire, size_t n)
{
	static struct xlat_out fragment;
	struct frag f;

	if (out->frag_mtu == 0) {
		flatten(out, &wire[n]);
		if (offload_partial(&out->offload))
			device_checksum(&wire[n], &out->offload);
		return n + 1;
	}
	ck_assert_uint_eq(out->offload.flags, 0);
	frag_init(&f, out);
	while (frag_next(&f, &fragment))
		flatten(&fragment, &wire[n++]);
	return n;
}

/* A piece: a packet, or what the kernel cuts. */
static size_t
put_piece(const struct xlat_out *out, struct bytes *wire, size_t n)
{
	static struct bytes whole;

	if (out->offload.gso == GSO_NONE)
		return put_wire(out, wire, n);
	ck_assert_uint_eq(out->frag_mtu, 0);
	flatten(out, &whole);
	ck_assert_uint_le(whole.n, 65535 + 40u * (whole.b[0] >> 4 == 6));
	for (unsigned k = 0; device_segment(&whole, &out->offload, k,
	    &wire[n]); k++)
		n++;
	return n;
}

static size_t
put_all(const struct xlat_out *out, struct bytes *wire)
{
	struct segment s;
	size_t n = 0;

	if (out->split == 0)
		return put_piece(out, wire, 0);
	segment_init(&s, out);
	while (segment_next(&s, &piece))
		n = put_piece(&piece, wire, n);
	return n;
}

/* But for the name of the fragments, which is the same in all of a packet. */
static void
same_but_names(struct bytes *a, struct bytes *b)
{
	if (a->b[0] >> 4 == 6 && a->b[6] == 44 && a->n >= 48 && b->n >= 48) {
		memset(a->b + 44, 0, 4);
		memset(b->b + 44, 0, 4);
	}
	same_but_id(a, b);
}

/* Where routers may cut a packet, no two have one identification. */
static void
ids_differ(const struct bytes *wire, size_t n)
{
	static bool seen[65536];

	memset(seen, 0, sizeof seen);
	for (size_t i = 0; i < n; i++) {
		unsigned id = be16(wire[i].b + 4);

		if (wire[i].b[0] >> 4 != 4 || (wire[i].b[6] & 0x40) != 0)
			continue;
		ck_assert_msg(!seen[id], "packet %zu of %zu: %u", i, n, id);
		seen[id] = true;
	}
}

static void
random_set(struct rig *x)
{
	x->f.set.mtu = rnd(4) == 0 ? 1280 + rnd(8000) : 1500;
	x->f.set.offlink_mtu = 1280 + rnd(x->f.set.mtu - 1280 + 1);
	if (rnd(3) == 0)
		x->f.set.offlink_mtu = 1280;
}

/*
 * Whatever the kernel or segment.c cuts is what becomes of the packets one by
 * one.  Only TCP without DF that would need fragments gets smaller segments
 * instead: those, then, are the packets.
 */
START_TEST(cut_equals_single)
{
	static const size_t sizes[] = { 1179, 1180, 1181, 1188, 1200, 1208,
	    1212, 1220, 1228, 1229, 1232, 1233, 1240, 1252, 1253, 1400, 1428 };
	unsigned alone = 0, fragmented = 0, long_ones = 0;

	rig_start(&r);
	rig_start(&one);
	fill();
	for (unsigned i = 0; i < 6000; i++) {
		struct flow f = flows[rnd(FLOWS)];
		size_t size = rnd(2) == 0 ? 200 + rnd(1300) :
		    sizes[rnd(sizeof sizes / sizeof sizes[0])];
		size_t room = 65535 - 20 - f.options - (f.v4 ? 20 : 0);
		size_t n = 1 + rnd(rnd(2) == 0 ? 8000 : (uint32_t)room);
		size_t all, singles = 0;
		struct offload o, none = { 0 };

		if (rnd(4) == 0 && n > size)
			n -= n % size;
		else if (rnd(10) == 0)
			n = room - rnd(10);
		random_set(&r);
		one.f.set = r.f.set;
		build(&super, f, 0, n, true);
		make_gso(&super, f, size, &o);
		if (translate(&r, &super, &o) == REASON_TOO_BIG)
			continue;
		all = put_all(&r.o.out, wire_all);
		ids_differ(wire_all, all);
		alone += r.o.out.last != 0;
		fragmented += r.o.out.frag_mtu != 0;
		long_ones += r.o.out.head_len + r.o.out.tail.n > 65535 &&
		    !f.v4;
		if (f.tcp)		/* see above */
			size = r.o.out.offload.gso_size;
		for (size_t at = 0; at < n; at += size) {
			size_t m = n - at < size ? n - at : size;

			build(&p, f, at, m, at + m == n);
			ck_assert_int_eq(translate(&one, &p, &none),
			    r.o.reason);
			singles = put_wire(&one.o.out, wire_one, singles);
		}
		ck_assert_uint_eq(all, singles);
		for (size_t k = 0; k < all; k++)
			same_but_names(&wire_all[k], &wire_one[k]);
	}
	ck_assert_uint_gt(alone, 500);
	ck_assert_uint_gt(fragmented, 50);
	ck_assert_uint_gt(long_ones, 2);
}
END_TEST

/* RFC 7915 section 5.1: DF by the length of each, and a name of its own. */
START_TEST(short_last_segment)
{
	struct flow f = { false, true, false, 0 };
	struct offload o;
	struct segment s;
	unsigned id, next;

	rig_start(&r);
	fill();
	build(&super, f, 0, 3 * 1400 + 1220, true);
	make_gso(&super, f, 1400, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	ck_assert_uint_eq(r.o.out.last, 1220);
	segment_init(&s, &r.o.out);
	ck_assert(segment_next(&s, &piece));
	ck_assert_uint_eq(piece.offload.gso, GSO_TCP4);
	ck_assert_uint_eq(piece.tail.n, 3 * 1400);
	ck_assert_uint_eq(be16(piece.head + 6), 0x4000);
	ck_assert(segment_next(&s, &piece));
	ck_assert_uint_eq(piece.offload.gso, GSO_NONE);
	ck_assert_uint_eq(piece.offload.flags, OFFLOAD_NEEDS_CSUM);
	ck_assert_uint_eq(piece.tail.n, 1220);
	ck_assert_uint_eq(be16(piece.head + 6), 0);
	id = be16(piece.head + 4);
	ck_assert(!segment_next(&s, &piece));
	/* one identification, no more */
	build(&p, f, 0, 100, true);
	ck_assert_int_eq(translate(&r, &p, &(struct offload){ 0 }),
	    REASON_XLAT64);
	next = be16(r.o.out.head + 4);
	ck_assert_uint_eq((uint16_t)(next - id), 1);
	/* one octet more and it is as the others */
	build(&super, f, 0, 3 * 1400 + 1221, true);
	make_gso(&super, f, 1400, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	ck_assert_uint_eq(r.o.out.split, 0);
	/* RFC 7915 section 5.1.1: with a Fragment Header, if only an atomic one,
	 * none has DF, and all have the name that is in it */
	build(&super, f, 0, 3 * 1400 + 1220, true);
	make_gso(&super, f, 1400, &o);
	memmove(super.b + 48, super.b + 40, super.n - 40);
	memset(super.b + 40, 0, 8);
	super.b[40] = super.b[6];
	super.b[46] = 0xca;
	super.b[6] = 44;
	super.n += 8;
	put16(super.b + 4, (uint16_t)(super.n - 40));
	o.csum_start += 8;
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	ck_assert_uint_eq(r.o.out.split, 0);
	ck_assert_uint_eq(be16(r.o.out.head + 4), 0xca00);
	ck_assert_uint_eq(be16(r.o.out.head + 6), 0);
}
END_TEST

/* --- errors of our own ---------------------------------------------------- */

/* The last hop. */
static void
expire(struct bytes *b)
{
	if (b->b[0] >> 4 == 6) {
		b->b[7] = 1;
		return;
	}
	b->b[8] = 1;
	put16(b->b + 10, 0);
	put16(b->b + 10, (uint16_t)~plain_sum(0, b->b, 20));
}

/* What an error says about what was left to us is what it says about the packet. */
static void
same_error(const struct bytes *left, const struct offload *o,
    struct bytes *whole, enum reason why)
{
	static struct bytes a, b;
	struct offload none = { 0 };

	rig_start(&one);
	rig_start(&r);
	ck_assert_int_eq(translate(&one, whole, &none), why);
	ck_assert(one.o.send);
	flatten(&one.o.out, &a);
	ck_assert_int_eq(translate(&r, left, o), why);
	ck_assert(r.o.send);
	ck_assert(!offload_partial(&r.o.out.offload));
	flatten(&r.o.out, &b);
	same_but_id(&a, &b);
	ck_assert_uint_eq(a.n, b.n);
	ck_assert_mem_eq(a.b, b.b, a.n);
}

START_TEST(errors_quote_what_is_on_the_wire)
{
	struct offload o;

	fill();
	for (unsigned i = 0; i < 800; i++) {
		struct flow f = flows[i % FLOWS];

		build(&p, f, 0, rnd(1400), true);
		expire(&p);
		super = p;
		make_partial(&super, f.tcp, &o);
		same_error(&super, &o, &p, REASON_TTL);
	}
	for (unsigned i = 0; i < 800; i++) {
		struct flow f = flows[i % FLOWS];
		size_t size = 8 + rnd(1400);
		struct offload device;

		build(&super, f, 0, size + rnd(3000), true);
		expire(&super);
		make_gso(&super, f, size, &o);
		device = o;
		device.hdr_len = (uint16_t)(net_len(&super) +
		    (f.tcp ? 20 + f.options : 8));
		device_segment(&super, &device, 0, &p);
		same_error(&super, &o, &p, REASON_TTL);
	}
}
END_TEST

/* RFC 768: a checksum that is zero is written so that there is one. */
START_TEST(errors_quote_no_zero_checksum)
{
	struct flow f = { .v4 = true };
	struct offload o;

	memset(data, 0, sizeof data);
	build(&p, f, 0, 100, true);
	memcpy(data, p.b + 26, 2);	/* the word that was missing */
	build(&p, f, 0, 100, true);
	ck_assert_uint_eq(be16(p.b + 26), 0xffff);
	expire(&p);
	super = p;
	make_partial(&super, false, &o);
	same_error(&super, &o, &p, REASON_TTL);
}
END_TEST

/* The header that says so was not looked at yet: what it says is not believed. */
START_TEST(errors_about_source_routes)
{
	static const uint8_t route[] = { 131, 7, 4, 192, 0, 2, 9, 0 };
	struct flow f = { true, true, true, 0 };
	struct h4 g = v4;
	struct offload o;

	rig_start(&r);
	fill();
	build(&super, f, 0, 100, true);
	g.proto = 6;
	g.opt = route;
	g.opt_n = sizeof route;
	/* it fits */
	put_ip4(&p, g, super.b + 20, super.n - 20);
	fix_sums(&p);
	make_partial(&super, true, &o);
	memcpy(body, super.b + 20, super.n - 20);
	put_ip4(&super, g, body, super.n - 20);
	o.csum_start = 28;
	same_error(&super, &o, &p, REASON_SOURCE_ROUTE);
	/* or is about other octets */
	o.csum_start = 20;
	same_error(&p, &o, &p, REASON_SOURCE_ROUTE);
	/* or the packet ends too early */
	o.csum_start = 28;
	for (size_t n = 0; n < 20; n++) {
		put_ip4(&p, g, body, n);
		if (n < 18)
			same_error(&p, &o, &p, REASON_SOURCE_ROUTE);
		else
			translate(&r, &p, &o);
	}
}
END_TEST

/* --- checksums of what is in a tunnel ------------------------------------- */

static struct bytes inner;

/* A tunnel's packet around a TCP packet that is unfinished. */
static void
build_tunnel(struct bytes *to, bool outer4, uint8_t proto, size_t shim,
    struct offload *o)
{
	struct flow f = flows[rnd(2) * 3];
	struct h4 g = v4;
	struct h6 h = v6;

	build(&inner, f, 0, 1 + rnd(900), true);
	make_partial(&inner, f.tcp, o);
	memset(body, 0, shim);
	if (proto == 17)
		shim = mk_udp(body, 1234, 4789, data, shim);
	else
		memcpy(body, data, shim);
	memcpy(body + shim, inner.b, inner.n);
	g.proto = h.next = proto;
	if (proto == 17)		/* none: VXLAN's default */
		put16(body + 4, (uint16_t)(shim + inner.n));
	if (outer4)
		put_ip4(to, g, body, shim + inner.n);
	else
		put_ip6(to, h, body, shim + inner.n);
	o->csum_start = (uint16_t)(o->csum_start + to->n - inner.n);
}

static const struct tunnel {
	uint8_t proto;
	size_t shim;			/* octets before the inner packet */
} tunnels[] = { { 4, 0 }, { 41, 0 }, { 47, 4 }, { 47, 18 }, { 115, 18 },
    { 17, 22 } };
#define TUNNELS	(sizeof tunnels / sizeof tunnels[0])

START_TEST(inner_checksum_is_finished)
{
	static struct bytes before, tail;

	rig_start(&r);
	fill();
	r.f.set.udp_cksum_mode = UDP_CKSUM_CALC;
	for (unsigned i = 0; i < 2000; i++) {
		struct tunnel t = tunnels[i % TUNNELS];
		bool outer4 = rnd(2) != 0;
		struct offload o;
		size_t at;

		build_tunnel(&p, outer4, t.proto, t.shim, &o);
		if (t.proto == 17 && !outer4)
			r.f.set.udp_cksum_mode = UDP_CKSUM_FWD;
		else
			r.f.set.udp_cksum_mode = UDP_CKSUM_CALC;
		ck_assert_int_eq(translate(&r, &p, &o), REASON_BAD_OFFLOAD);
		before = p;
		at = (size_t)o.csum_start + o.csum_offset;
		ck_assert(offload_finish_inner(p.b, p.n, &o));
		ck_assert_uint_eq(o.flags, 0);
		ck_assert_uint_eq(o.gso, GSO_NONE);
		/* nothing else was written */
		memcpy(before.b + at, p.b + at, 2);
		ck_assert_mem_eq(before.b, p.b, p.n);
		tail.n = inner.n;
		memcpy(tail.b, p.b + p.n - inner.n, inner.n);
		ck_assert_msg(wrong(&tail) == NULL, "%s", wrong(&tail));
		/* and it arrives so */
		ck_assert_str_eq(reason_name(translate(&r, &p, &o)),
		    outer4 ? "xlat46" : "xlat64");
		flatten(&r.o.out, &tail);
		ck_assert_mem_eq(tail.b + tail.n - inner.n,
		    p.b + p.n - inner.n, inner.n);
		if (t.proto == 17 && outer4)
			ck_assert_msg(wrong(&tail) == NULL, "%s",
			    wrong(&tail));
	}
}
END_TEST

/* RFC 768: what comes out as zero is sent as ones; for TCP it is the same sum. */
START_TEST(inner_checksum_zero)
{
	const struct flow f = { true, false, false, 0 };
	const struct h4 g = { .ttl = 64, .proto = 4, .src = "198.51.100.1",
	    .dst = "192.0.2.1" };
	unsigned ones = 0;

	fill();
	for (unsigned i = 0; i < 65536; i++) {
		struct offload o;
		uint16_t sum;

		put16(data, (uint16_t)i);
		build(&inner, f, 0, 2, true);
		make_partial(&inner, false, &o);
		put_ip4(&p, g, inner.b, inner.n);
		o.csum_start = (uint16_t)(o.csum_start + 20);
		ck_assert(offload_finish_inner(p.b, p.n, &o));
		sum = be16(p.b + 46);
		ck_assert_uint_ne(sum, 0);
		ones += sum == 0xffff;
	}
	ck_assert_uint_ge(ones, 1);
}
END_TEST

START_TEST(inner_checksum_bounds)
{
	static struct bytes before;
	struct offload o, was;

	rig_start(&r);
	fill();
	/* the outer transport's is the device's to finish, or nobody's */
	for (unsigned i = 0; i < FLOWS; i++) {
		build(&p, flows[i], 0, 500, true);
		make_partial(&p, flows[i].tcp, &o);
		before = p;
		ck_assert(!offload_finish_inner(p.b, p.n, &o));
		ck_assert_uint_eq(o.flags, OFFLOAD_NEEDS_CSUM);
		ck_assert_mem_eq(before.b, p.b, p.n);
		make_gso(&p, flows[i], 100, &o);
		o.csum_start += 20;
		before = p;
		ck_assert(!offload_finish_inner(p.b, p.n, &o));
		ck_assert_mem_eq(before.b, p.b, p.n);
	}
	/* what lies outside stays so, and is refused */
	for (unsigned i = 0; i < 3000; i++) {
		build_tunnel(&p, rnd(2) != 0, tunnels[i % TUNNELS].proto,
		    tunnels[i % TUNNELS].shim, &o);
		if (i % 3 == 0)		/* before the payload */
			o.csum_start = (uint16_t)rnd(net_len(&p) - 1);
		else if (i % 3 == 1)
			o.csum_start = (uint16_t)(p.n - o.csum_offset - 1 +
			    rnd(60000));
		else
			o.csum_offset = (uint16_t)(p.n - o.csum_start - 1 +
			    rnd(60000));
		if ((size_t)o.csum_start + o.csum_offset + 2 <= p.n &&
		    o.csum_start >= net_len(&p))
			continue;	/* came round */
		before = p;
		was = o;
		ck_assert(!offload_finish_inner(p.b, p.n, &o));
		ck_assert_mem_eq(before.b, p.b, p.n);
		ck_assert_mem_eq(&was, &o, sizeof o);
		ck_assert_int_eq(translate(&r, &p, &o), REASON_BAD_OFFLOAD);
	}
	/* no packet at all */
	o = (struct offload){ .flags = OFFLOAD_NEEDS_CSUM };
	for (size_t n = 0; n < 40; n++)
		ck_assert(!offload_finish_inner(p.b, n, &o));
	o.flags = OFFLOAD_DATA_VALID;
	o.csum_start = 60;
	ck_assert(!offload_finish_inner(p.b, p.n, &o));
	ck_assert_uint_eq(o.flags, OFFLOAD_DATA_VALID);
}
END_TEST

/* Unfinished, and to be fragmented: finished first. */
START_TEST(partial_and_fragmented)
{
	static struct bytes a;
	struct flow f = { true, false, false, 0 };
	struct offload o;
	struct frag frag;
	size_t got = 0;

	rig_start(&r);
	fill();
	build(&p, f, 0, 1400, true);
	make_partial(&p, false, &o);
	ck_assert_int_eq(translate(&r, &p, &o), REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.frag_mtu, 1280);
	ck_assert_uint_eq(r.o.out.offload.flags, 0);
	flatten(&r.o.out, &a);
	ck_assert_msg(wrong(&a) == NULL, "%s", wrong(&a));
	frag_init(&frag, &r.o.out);
	while (frag_next(&frag, &piece)) {
		ck_assert_uint_eq(piece.offload.flags, 0);
		got += piece.head_len + piece.tail.n - 48;
	}
	ck_assert_uint_eq(got, 1408);
}
END_TEST

/* Datagrams of a super-packet that must be fragmented: one by one. */
START_TEST(datagrams_are_cut)
{
	static struct bytes a;
	struct flow f = { true, false, false, 0 };
	struct offload o;
	struct segment s;
	unsigned n = 0;

	rig_start(&r);
	fill();
	build(&super, f, 0, 1400 * 7 + 50, true);
	put16(super.b + 4, 0xfffd);
	put16(super.b + 10, 0);
	put16(super.b + 10, (uint16_t)~plain_sum(0, super.b, 20));
	make_gso(&super, f, 1400, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.split, 1400);
	segment_init(&s, &r.o.out);
	while (segment_next(&s, &piece)) {
		/* the last one is no fragment, not even an atomic one */
		ck_assert_uint_eq(piece.frag_mtu, n == 7 ? 0 : 1280);
		ck_assert_uint_eq(piece.offload.flags,
		    n == 7 ? OFFLOAD_NEEDS_CSUM : 0);
		/* the kernel numbers segments so, and IPv4 has 16 bits */
		ck_assert_uint_eq(piece.frag_id, (0xfffd + n) & 0xffff);
		flatten(&piece, &a);
		if (n == 7)
			device_checksum(&a, &piece.offload);
		ck_assert_msg(wrong(&a) == NULL, "%s", wrong(&a));
		ck_assert_mem_eq(a.b + 48, data + n * 1400, a.n - 48);
		ck_assert_uint_eq(a.n, 48 + (n == 7 ? 50 : 1400));
		ck_assert_uint_eq(be16(a.b + 44), a.n - 40);
		n++;
	}
	ck_assert_uint_eq(n, 8);
}
END_TEST

/* 64 KiB of IPv6 payload are more than an IPv4 packet holds. */
START_TEST(longer_than_ipv4)
{
	static struct bytes whole, seg;
	struct flow f = { false, true, false, 12 };
	struct offload o;
	struct segment s;
	size_t done = 0, n = 65535 - 32;
	unsigned pieces = 0, id = 0, wire = 0;

	rig_start(&r);
	fill();
	build(&super, f, 0, n, true);
	make_gso(&super, f, 1000, &o);
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	ck_assert_uint_ne(r.o.out.split, 0);
	segment_init(&s, &r.o.out);
	while (segment_next(&s, &piece)) {
		flatten(&piece, &whole);
		ck_assert_uint_eq(be16(whole.b + 2), whole.n);
		ck_assert_uint_eq(plain_sum(0, whole.b, 20), 0xffff);
		if (pieces++ == 0)
			id = be16(whole.b + 4);
		ck_assert_uint_eq(be16(whole.b + 4), (uint16_t)(id + wire));
		ck_assert_uint_eq(be32(whole.b + 24),
		    0xfffff000 + (uint32_t)done);
		ck_assert_int_eq(piece.offload.gso == GSO_NONE,
		    piece.tail.n <= 1000);
		if (piece.offload.gso == GSO_NONE) {
			device_checksum(&whole, &piece.offload);
			ck_assert_msg(wrong(&whole) == NULL, "%s",
			    wrong(&whole));
			ck_assert_int_eq((whole.b[33] & 0x80) != 0, done == 0);
			done += whole.n - 52;
			wire++;
			continue;
		}
		for (unsigned k = 0; device_segment(&whole, &piece.offload, k,
		    &seg); k++) {
			ck_assert_msg(wrong(&seg) == NULL, "%s", wrong(&seg));
			ck_assert_mem_eq(seg.b + 52, data + done, seg.n - 52);
			ck_assert_int_eq((seg.b[33] & 0x09) != 0,
			    done + seg.n - 52 == n);
			ck_assert_int_eq((seg.b[33] & 0x80) != 0, done == 0);
			done += seg.n - 52;
			wire++;
		}
		/* the super-packet's own partial checksum is right as well */
		device_checksum(&whole, &piece.offload);
		ck_assert_msg(wrong(&whole) == NULL, "%s", wrong(&whole));
	}
	ck_assert_uint_eq(done, n);
	ck_assert_uint_ge(pieces, 2);
	ck_assert_uint_eq(wire, (n + 999) / 1000);
	/* segments so large that the headers decide how many fit */
	r.f.set.mtu = 65535;
	build(&super, f, 0, n, true);
	make_gso(&super, f, 5955, &o);	/* 11 are 65505, too many by 22 */
	ck_assert_int_eq(translate(&r, &super, &o), REASON_XLAT64);
	segment_init(&s, &r.o.out);
	for (done = 0; segment_next(&s, &piece); done += piece.tail.n) {
		flatten(&piece, &whole);
		ck_assert_uint_le(whole.n, 65535);
		ck_assert_uint_eq(be16(whole.b + 2), whole.n);
	}
	ck_assert_uint_eq(done, n);
	/* the next packet knows nothing of that */
	build(&p, f, 0, 100, true);
	ck_assert_int_eq(translate(&r, &p, &(struct offload){ 0 }),
	    REASON_XLAT64);
	ck_assert_uint_eq(r.o.out.split, 0);
	r.f.set.mtu = 1500;
	/* without segments there is no way out */
	build(&super, f, 0, n, true);
	ck_assert_int_eq(translate(&r, &super, &(struct offload){ 0 }),
	    REASON_OVERSIZE);
}
END_TEST

START_TEST(hairpin)
{
	static struct bytes whole, seg;
	struct flow f = { false, true, false, 12 };
	struct offload o;
	size_t n = 0;

	rig_start(&r);
	fill();
	build(&super, f, 0, 30000, true);
	super.b[39] = 2;		/* 2001:db8:64::192.0.2.2 */
	super.b[38] = 2;
	super.b[37] = 0;
	super.b[36] = 192;
	make_gso(&super, f, 1400, &o);
	ck_assert_str_eq(reason_name(translate(&r, &super, &o)), "hairpin");
	o = r.o.out.offload;
	ck_assert_uint_eq(o.gso, GSO_TCP6);
	flatten(&r.o.out, &whole);
	for (unsigned k = 0; device_segment(&whole, &o, k, &seg); k++) {
		ck_assert_msg(wrong(&seg) == NULL, "%s", wrong(&seg));
		n += seg.n - 72;
	}
	ck_assert_uint_eq(n, 30000);
	/* what must be cut on the way does not come back */
	build(&super, f, 0, 65535 - 32, true);
	memcpy(super.b + 36, (uint8_t[]){ 192, 0, 2, 2 }, 4);
	make_gso(&super, f, 1400, &o);
	ck_assert_str_eq(reason_name(translate(&r, &super, &o)), "oversize");
	ck_assert(!r.o.send);
}
END_TEST

/* RFC 768: a checksum that we finish and that becomes zero is all ones. */
START_TEST(finished_checksum_zero)
{
	struct flow f = { .v4 = true };
	struct offload o;

	rig_start(&r);
	memset(data, 0, sizeof data);
	r.f.set.offlink_mtu = 1280;
	build(&p, f, 0, 1400, true);
	ck_assert_int_eq(translate(&r, &p, &(struct offload){ 0 }),
	    REASON_XLAT46);
	/* the word that was missing */
	memcpy(data, r.o.out.head + 46, 2);
	build(&p, f, 0, 1400, true);
	make_partial(&p, false, &o);
	ck_assert_int_eq(translate(&r, &p, &o), REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.frag_mtu, 1280);
	ck_assert_uint_eq(r.o.out.offload.flags, 0);
	ck_assert_uint_eq(be16(r.o.out.head + 46), 0xffff);
}
END_TEST

/* One outcome after the other in the same place: nothing stays of the first. */
START_TEST(nothing_is_left_over)
{
	struct flow f = { .v4 = true };
	struct h6 h = v6;
	struct offload o;

	rig_start(&r);
	fill();
	build(&p, f, 0, 1400, true);		/* to be fragmented */
	ck_assert_int_eq(translate(&r, &p, &(struct offload){ 0 }),
	    REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.frag_mtu, 1280);
	build(&p, f, 0, 100, true);
	make_partial(&p, false, &o);		/* to be finished */
	ck_assert_int_eq(translate(&r, &p, &o), REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.frag_mtu, 0);
	ck_assert_uint_eq(r.o.out.offload.flags, OFFLOAD_NEEDS_CSUM);
	h.hop = 1;				/* and our own error about it */
	h.next = 17;
	put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 100));
	fix_sums(&p);
	ck_assert_int_eq(translate(&r, &p, &(struct offload){ 0 }),
	    REASON_TTL);
	ck_assert(r.o.send);
	ck_assert_uint_eq(r.o.out.offload.flags, 0);
	ck_assert_uint_eq(r.o.out.frag_mtu, 0);
	ck_assert_uint_eq(r.o.out.split, 0);
}
END_TEST

/* What the device says is believed only if it fits. */
START_TEST(bad_headers)
{
	static const struct {
		size_t flow;
		struct offload o;
	} t[] = {
		{ 0, { .flags = 1, .csum_start = 19, .csum_offset = 16 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 6 } },
		{ 0, { .flags = 1, .csum_start = 0, .csum_offset = 0 } },
		{ 0, { .flags = 1, .csum_start = 65535, .csum_offset = 16 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 65535 } },
		{ 5, { .flags = 1, .csum_start = 20, .csum_offset = 16 } },
		{ 3, { .flags = 1, .csum_start = 20, .csum_offset = 16 } },
		{ 0, { .gso = GSO_TCP4, .gso_size = 500 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 16,
		    .gso = GSO_TCP4, .gso_size = 0 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 16,
		    .gso = GSO_TCP6, .gso_size = 500 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 16,
		    .gso = GSO_UDP, .gso_size = 500 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 16,
		    .gso = GSO_UDP_FRAGMENTS, .gso_size = 500 } },
		{ 0, { .flags = 1, .csum_start = 20, .csum_offset = 16,
		    .gso = 99, .gso_size = 500 } },
		{ 5, { .flags = 1, .csum_start = 20, .csum_offset = 6,
		    .gso = GSO_TCP4, .gso_size = 500 } },
		{ 3, { .flags = 1, .csum_start = 40, .csum_offset = 16,
		    .gso = GSO_TCP4, .gso_size = 500 } },
		{ 7, { .flags = 1, .csum_start = 40, .csum_offset = 6,
		    .gso = GSO_TCP6, .gso_size = 500 } },
	};

	rig_start(&r);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		build(&p, flows[t[i].flow], 0, 1000, true);
		ck_assert_msg(translate(&r, &p, &t[i].o) ==
		    REASON_BAD_OFFLOAD, "row %zu", i);
		ck_assert(!r.o.send);
	}
	{	/* fragments and other transports have nothing to finish */
		struct h4 g = v4;
		struct offload o = { .flags = 1, .csum_start = 20,
		    .csum_offset = 16 };

		g.proto = 6;
		g.off = 0x2000;
		put_ip4(&p, g, body, 800);
		ck_assert_int_eq(translate(&r, &p, &o), REASON_BAD_OFFLOAD);
		g.off = 0;
		g.proto = 132;
		put_ip4(&p, g, body, 800);
		ck_assert_int_eq(translate(&r, &p, &o), REASON_BAD_OFFLOAD);
	}
	{	/* a TCP header that says it is longer than the packet */
		struct offload o;

		build(&p, flows[0], 0, 8, true);
		p.b[32] = 0xf0;
		make_gso(&p, flows[0], 4, &o);
		ck_assert_int_eq(translate(&r, &p, &o), REASON_BAD_OFFLOAD);
	}
	/* verified by the device: that is all right, and passed on */
	build(&p, flows[0], 0, 1000, true);
	ck_assert_int_eq(translate(&r, &p, &(struct offload){
	    .flags = OFFLOAD_DATA_VALID }), REASON_XLAT46);
	ck_assert_uint_eq(r.o.out.offload.flags, OFFLOAD_DATA_VALID);
}
END_TEST

TESTS(offload, partial_checksums, super_packets, identifications_are_reserved,
    mtu, cut_equals_single, short_last_segment,
    errors_quote_what_is_on_the_wire, errors_quote_no_zero_checksum,
    errors_about_source_routes,
    inner_checksum_is_finished, inner_checksum_zero, inner_checksum_bounds,
    partial_and_fragmented, datagrams_are_cut, longer_than_ipv4, hairpin,
    finished_checksum_zero, nothing_is_left_over, bad_headers)
