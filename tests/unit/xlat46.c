/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 to IPv6, RFC 7915 section 4, from packet to packet.  The server
 * 198.51.100.1 stays in the prefix, the host 192.0.2.1 is 2001:db8::1.
 */
#include "scene.h"
#include "suite.h"

static const uint8_t server6[16] = { 0x20, 1, 0xd, 0xb8, 0, 0x64, 0, 0, 0, 0,
    0, 0, 198, 51, 100, 1 };
static const uint8_t host6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };

START_TEST(header_fields)
{
	for (unsigned tos = 0; tos < 256; tos += 5) {
		struct h4 h = down4;

		rig_start(&r);
		h.tos = (uint8_t)tos;
		h.ttl = (uint8_t)(2 + tos / 2);
		fill(32);
		put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, 32));
		fix_sums(&p);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(be32(r.out.b), 6u << 28 | tos << 20);
		ck_assert_uint_eq(o16(4), 40);
		ck_assert_uint_eq(r.out.b[6], 17);
		ck_assert_uint_eq(r.out.b[7], h.ttl - 1u);
		ck_assert_mem_eq(r.out.b + 8, server6, 16);
		ck_assert_mem_eq(r.out.b + 24, host6, 16);
		ck_assert_mem_eq(r.out.b + 48, data, 32);
	}
}
END_TEST

/* Set by the administrator, in the packet but not in what it quotes. */
START_TEST(configured_traffic_class)
{
	static struct bytes quoted;
	struct h4 h = down4, sent = up4;

	rig_start(&r);
	r.f.set.set_tos = true;
	h.tos = 0x5c;
	fill(32);
	put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, 32));
	fix_sums(&p);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(be32(r.out.b), 6u << 28);
	r.f.set.tos = 0xb9;
	translates(REASON_XLAT46);
	ck_assert_uint_eq(be32(r.out.b), 6u << 28 | 0xb9 << 20);
	sent.tos = 0x5c;
	put_ip4(&quoted, sent, body, mk_udp(body, 1024, 53, data, 32));
	h.proto = 1;
	put_ip4(&p, h, body, mk_icmp(body, 3, 1, 0, quoted.b, quoted.n));
	fix_sums(&p);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(be32(r.out.b), 6u << 28 | 0xb9 << 20);
	ck_assert_uint_eq(be32(r.out.b + 48), 6u << 28 | 0x5c << 20);
}
END_TEST

START_TEST(transports)
{
	static const uint8_t opaque[] = { 4, 41, 47, 50, 51, 89, 132, 136, 253 };

	rig_start(&r);
	for (unsigned n = 0; n < 300; n++) {
		struct h4 h = down4;

		fill(n);
		put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, n));
		fix_sums(&p);
		translates(REASON_XLAT46);
		h.proto = 6;
		put_ip4(&p, h, body, mk_tcp(body, 80, 1024, data, n));
		fix_sums(&p);
		translates(REASON_XLAT46);
		h.proto = 1;
		put_ip4(&p, h, body, mk_icmp(body, n % 2 == 0 ? 8 : 0, 0,
		    0x12345678, data, n));
		fix_sums(&p);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[6], 58);
		ck_assert_uint_eq(r.out.b[40], n % 2 == 0 ? 128 : 129);
		ck_assert_uint_eq(be32(r.out.b + 44), 0x12345678);
		ck_assert_mem_eq(r.out.b + 48, data, n);
	}
	for (size_t i = 0; i < sizeof opaque; i++) {
		struct h4 h = down4;

		h.proto = opaque[i];
		fill(100);
		put_ip4(&p, h, data, 100);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[6], opaque[i]);
		ck_assert_mem_eq(r.out.b + 40, data, 100);
	}
}
END_TEST

START_TEST(untranslatable_protocols)
{
	static const uint8_t foreign[] = { 0, 43, 44, 58, 60 };

	rig_start(&r);
	for (size_t i = 0; i < sizeof foreign; i++) {
		struct h4 h = down4;

		h.proto = foreign[i];
		put_ip4(&p, h, data, 40);
		expect(REASON_PROTOCOL);
		ck_assert(!r.o.send);
	}
}
END_TEST

/* Single-hop, obsolete and unknown ICMP: silently dropped. */
START_TEST(untranslatable_icmp)
{
	rig_start(&r);
	for (unsigned type = 0; type < 256; type++) {
		struct h4 h = down4;

		if (type == 0 || type == 8 || type == 3 || type == 11 ||
		    type == 12)
			continue;
		h.proto = 1;
		put_ip4(&p, up4, body, mk_udp(body, 1, 2, NULL, 0));
		memcpy(data, p.b, p.n);
		put_ip4(&p, h, body, mk_icmp(body, (uint8_t)type, 0, 0, data,
		    28));
		fix_sums(&p);
		expect(REASON_ICMP_TYPE);
		ck_assert(!r.o.send);
	}
}
END_TEST

START_TEST(options_are_dropped)
{
	/* record route; those of RFC 791: security, source routes that are
	 * used up, stream identifier; record route and timestamps */
	static const uint8_t sets[3][40] = {
		{ 7, 7, 4 },
		{ 130, 11, [11] = 131, 11, 12, 198, 51, 100, 2, 198, 51, 100,
		    1, 137, 11, 12, 198, 51, 100, 2, 198, 51, 100, 1, 136, 4,
		    1, 2, 0, 1, 1 },
		{ 7, 11, 8, 198, 51, 100, 2, [11] = 68, 20, 13, 1, 198, 51,
		    100, 2, 1, [31] = 0 },
	};
	static const size_t lengths[3] = { 8, 40, 32 };

	rig_start(&r);
	for (unsigned i = 0; i < 3; i++) {
		struct h4 h = down4;

		h.opt = sets[i];
		h.opt_n = lengths[i];
		fill(20);
		put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, 20));
		fix_sums(&p);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.n, 40 + 28);
		ck_assert_mem_eq(r.out.b + 48, data, 20);
	}
}
END_TEST

START_TEST(fragments)
{
	struct h4 h = down4;

	rig_start(&r);
	h.id = 0xbeef;
	fill(800);
	h.off = 0x2000;			/* first */
	put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, 792));
	body[6] = 0x12;
	p.b[26] = 0x12;
	expect(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[6], 44);
	ck_assert_uint_eq(o16(4), 808);
	ck_assert_uint_eq(r.out.b[40], 17);
	ck_assert_uint_eq(r.out.b[41], 0);
	ck_assert_uint_eq(o16(42), 1);
	ck_assert_uint_eq(be32(r.out.b + 44), 0xbeef);
	h.off = 0x2000 | 100;		/* in the middle */
	put_ip4(&p, h, data, 800);
	expect(REASON_XLAT46);
	ck_assert_uint_eq(o16(42), 100 << 3 | 1);
	ck_assert_mem_eq(r.out.b + 48, data, 800);
	h.off = 200;			/* last */
	put_ip4(&p, h, data, 33);
	expect(REASON_XLAT46);
	ck_assert_uint_eq(o16(42), 200 << 3);
	ck_assert_mem_eq(r.out.b + 48, data, 33);
	h.proto = 1;			/* fragmented ICMP: rule 5 */
	for (unsigned off = 0; off < 2; off++) {
		h.off = off == 0 ? 0x2000 : 10;
		put_ip4(&p, h, body, mk_icmp(body, 8, 0, 0, data, 8));
		expect(REASON_ICMP_FRAGMENT);
	}
}
END_TEST

/* The checksum of a first fragment changes with the addresses alone. */
START_TEST(first_fragment_checksum)
{
	struct h4 h = down4;

	rig_start(&r);
	fill(1000);
	put_ip4(&whole, h, body, mk_udp(body, 53, 1024, data, 1000));
	fix_sums(&whole);
	h.off = 0x2000;
	put_ip4(&p, h, whole.b + 20, 504);
	expect(REASON_XLAT46);
	/* put the whole together again and verify it */
	memcpy(p.b, r.out.b, 40);
	memcpy(p.b + 40, r.out.b + 48, 504);
	memcpy(p.b + 544, whole.b + 524, 504);
	put16(p.b + 4, 1008);
	p.b[6] = 17;
	p.n = 1048;
	ck_assert_msg(wrong(&p) == NULL, "%s", wrong(&p));
}
END_TEST

/* RFC 7915 section 4.5. */
START_TEST(udp_without_checksum)
{
	static const enum udp_cksum_mode modes[] = { UDP_CKSUM_DROP,
	    UDP_CKSUM_CALC, UDP_CKSUM_FWD };

	for (unsigned m = 0; m < 3; m++) {
		struct h4 h = down4;

		rig_start(&r);
		r.f.set.udp_cksum_mode = modes[m];
		fill(101);
		put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, 101));
		if (m == 0) {
			expect(REASON_UDP_ZERO);
			ck_assert(!r.o.send);
		} else if (m == 1) {
			translates(REASON_XLAT46);
		} else {
			expect(REASON_XLAT46);
			ck_assert_uint_eq(o16(46), 0);
		}
		h.off = 0x2000;		/* a first fragment */
		put_ip4(&p, h, body, mk_udp(body, 53, 1024, data, 96));
		if (m == 2) {
			expect(REASON_XLAT46);
			ck_assert_uint_eq(o16(54), 0);
		} else {
			expect(REASON_UDP_ZERO_FRAG);
		}
		h.off = 12;		/* later ones cannot be told */
		put_ip4(&p, h, data, 96);
		expect(REASON_XLAT46);
	}
	/* calc wants to know where the datagram ends */
	rig_start(&r);
	r.f.set.udp_cksum_mode = UDP_CKSUM_CALC;
	put_ip4(&p, down4, body, mk_udp(body, 53, 1024, data, 20));
	p.b[25] = 29;
	expect(REASON_BAD_TRANSPORT);
	p.b[25] = 7;
	expect(REASON_BAD_TRANSPORT);
	/* what is behind it does not count: RFC 768 */
	p.b[25] = 24;
	expect(REASON_XLAT46);
	{
		uint8_t tail[8] = { 0, 0, 0, 24, 0, 0, 0, 17 };

		ck_assert_uint_eq(plain_sum(plain_sum(plain_sum(0,
		    r.out.b + 8, 32), tail, 8), r.out.b + 40, 24), 0xffff);
	}
}
END_TEST

/* A checksum that becomes zero is sent as all ones: RFC 768. */
START_TEST(udp_checksum_zero_becomes_ones)
{
	unsigned ones = 0;

	rig_start(&r);
	r.f.set.udp_cksum_mode = UDP_CKSUM_CALC;
	for (unsigned i = 0; i < 65536; i++) {
		data[0] = (uint8_t)(i >> 8);
		data[1] = (uint8_t)i;
		put_ip4(&p, down4, body, mk_udp(body, 53, 1024, data, 2));
		if (i % 2 == 0)
			fix_sums(&p);
		translates(REASON_XLAT46);
		ck_assert_uint_ne(o16(46), 0);
		ones += o16(46) == 0xffff;
	}
	ck_assert_uint_ge(ones, 1);
}
END_TEST

/* --- size ----------------------------------------------------------------- */

/* Rule 4: DF counts against the tun's MTU, no DF against the off-link MTU. */
START_TEST(thresholds)
{
	static const struct {
		size_t len;		/* of the IPv4 packet */
		bool df;
		enum reason want;
		bool cut;
	} t[] = {
		{ 1260, false, REASON_XLAT46, false },
		{ 1261, false, REASON_XLAT46, true },
		{ 1480, false, REASON_XLAT46, true },
		{ 1500, false, REASON_XLAT46, true },
		{ 1260, true, REASON_XLAT46, false },
		{ 1261, true, REASON_XLAT46, false },
		{ 1480, true, REASON_XLAT46, false },
		{ 1481, true, REASON_TOO_BIG, false },
		{ 1500, true, REASON_TOO_BIG, false },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h4 h = down4;

		rig_start(&r);
		h.off = t[i].df ? 0x4000 : 0;
		fill(1500);
		put_ip4(&p, h, body, mk_udp(body, 53, 1024, data,
		    t[i].len - 28));
		fix_sums(&p);
		ck_assert_uint_eq(p.n, t[i].len);
		expect(t[i].want);
		if (t[i].want == REASON_TOO_BIG) {
			ck_assert_msg(wrong(&r.out) == NULL, "%s",
			    wrong(&r.out));
			ck_assert_uint_eq(r.out.b[20], 3);
			ck_assert_uint_eq(r.out.b[21], 4);
			ck_assert_uint_eq(o16(26), 1480);
		} else {
			ck_assert_int_eq(r.o.out.frag_mtu != 0, t[i].cut);
		}
	}
}
END_TEST

/* --- ICMP errors ---------------------------------------------------------- */

/* A router on the way tells about a packet, of which it quotes so many octets. */
static void
error(uint8_t type, uint8_t code, uint32_t rest, const struct bytes *about,
    size_t quote)
{
	error4("203.0.113.7", type, code, rest, about->b, quote);
}

START_TEST(errors_translate_the_inner_packet)
{
	static const struct { uint8_t proto; size_t quote; } t[] = {
		{ 17, 28 }, { 17, 29 }, { 17, 60 }, { 17, 500 },
		{ 6, 28 }, { 6, 36 }, { 6, 39 }, { 6, 40 }, { 6, 41 },
		{ 6, 500 }, { 1, 28 }, { 1, 100 }, { 1, 500 }, { 132, 28 },
		{ 17, 20 }, { 17, 24 }, { 6, 20 }, { 132, 20 }, { 17, 27 },
		{ 6, 37 }, { 6, 38 },
	};

	rig_start(&r);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h4 h = up4;
		size_t n;

		h.proto = t[i].proto;
		h.tos = 0x28;
		fill(480);
		n = t[i].proto == 17 ? mk_udp(body, 1024, 53, data, 472) :
		    t[i].proto == 6 ? mk_tcp(body, 1024, 80, data, 460) :
		    mk_icmp(body, 8, 0, 0x77770001, data, 472);
		put_ip4(&inner, h, body, n);
		fix_sums(&inner);
		error(3, 3, 0, &inner, t[i].quote);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[6], 58);
		ck_assert_uint_eq(r.out.b[40], 1);
		ck_assert_uint_eq(r.out.b[41], 4);
		ck_assert_uint_eq(r.out.n, 48 + t[i].quote + 20);
		/* the inner header: as declared, not as quoted; TTL as it is */
		ck_assert_uint_eq(be32(r.out.b + 48), 6u << 28 | 0x28 << 20);
		ck_assert_uint_eq(o16(52), 480);
		ck_assert_uint_eq(r.out.b[54], t[i].proto == 1 ? 58 :
		    t[i].proto);
		ck_assert_uint_eq(r.out.b[55], 7);
		ck_assert_mem_eq(r.out.b + 56, host6, 16);
		ck_assert_mem_eq(r.out.b + 72, server6, 16);
		/* what is before a checksum that is not there stays */
		if (t[i].quote < 38 && t[i].proto == 6)
			ck_assert_mem_eq(r.out.b + 88, inner.b + 20,
			    t[i].quote - 20);
		if (t[i].quote < 28 && t[i].proto == 17)
			ck_assert_mem_eq(r.out.b + 88, inner.b + 20,
			    t[i].quote - 20);
		if (t[i].quote == 500) {	/* all of it is there */
			memcpy(p.b, r.out.b + 48, r.out.n - 48);
			p.n = r.out.n - 48;
			ck_assert_msg(wrong(&p) == NULL, "%s", wrong(&p));
		}
	}
}
END_TEST

START_TEST(errors_about_echo)
{
	rig_start(&r);
	for (unsigned type = 0; type <= 8; type += 8) {
		struct h4 h = up4;

		h.proto = 1;
		put_ip4(&inner, h, body, mk_icmp(body, (uint8_t)type, 0, 5,
		    data, 40));
		fix_sums(&inner);
		error(11, 0, 0, &inner, 28);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[40], 3);
		ck_assert_uint_eq(r.out.b[88], type == 8 ? 128 : 129);
	}
}
END_TEST

START_TEST(errors_without_translation)
{
	struct h4 h = up4;

	rig_start(&r);
	h.proto = 1;			/* an error about an error */
	put_ip4(&inner, h, body, mk_icmp(body, 3, 1, 0, data, 40));
	error(3, 1, 0, &inner, 60);
	expect(REASON_ICMP_NESTED);
	put_ip4(&inner, h, body, mk_icmp(body, 13, 0, 0, data, 40));
	error(3, 1, 0, &inner, 60);
	expect(REASON_ICMP_TYPE);
	error(3, 1, 0, &inner, 22);	/* ICMP, but which? */
	expect(REASON_ICMP_INNER);
	put_ip4(&inner, up4, data, 40);
	for (size_t n = 0; n < 20; n++) {
		error(3, 1, 0, &inner, n);
		expect(REASON_ICMP_INNER);
	}
	inner.b[0] = 0x65;		/* an IPv6 packet inside */
	error(3, 1, 0, &inner, 60);
	expect(REASON_ICMP_INNER);
	h = up4;				/* addresses that we never wrote */
	h.src = "127.0.0.1";
	put_ip4(&inner, h, data, 40);
	error(3, 1, 0, &inner, 60);
	expect(REASON_ICMP_INNER_ADDR);
	h.src = "192.0.2.1";
	h.dst = "224.0.0.1";
	put_ip4(&inner, h, data, 40);
	error(3, 1, 0, &inner, 60);
	expect(REASON_ICMP_INNER_ADDR);
	put_ip4(&inner, up4, data, 40);	/* no such code */
	error(3, 14, 0, &inner, 60);
	expect(REASON_ICMP_TYPE);
	ck_assert(!r.o.send);
}
END_TEST

/* A UDP packet without a checksum inside an error is left as it is. */
START_TEST(inner_udp_without_checksum)
{
	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1024, 53, data, 40));
	error(3, 3, 0, &inner, 68);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(o16(94), 0);
}
END_TEST

START_TEST(inner_fragments)
{
	static const uint16_t offs[] = { 0x2000, 0x2010, 0x0010 };

	rig_start(&r);
	for (unsigned i = 0; i < 3; i++) {
		struct h4 h = up4;

		h.off = offs[i];
		put_ip4(&inner, h, data, 64);
		error(11, 1, 0, &inner, 60);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[40], 3);
		ck_assert_uint_eq(r.out.b[41], 1);
		ck_assert_uint_eq(r.out.b[54], 44);
		ck_assert_uint_eq(o16(52), 72);		/* header included */
		ck_assert_uint_eq(r.out.b[88], 17);
		ck_assert_uint_eq(o16(90), (offs[i] & 0x1fffu) << 3 |
		    (offs[i] >> 13 & 1));
		ck_assert_uint_eq(be32(r.out.b + 92), 0x4321);
	}
}
END_TEST

START_TEST(too_big)
{
	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1024, 53, data, 1400));
	error(3, 4, 1400, &inner, 28);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[40], 2);
	ck_assert_uint_eq(r.out.b[41], 0);
	ck_assert_uint_eq(be32(r.out.b + 44), 1420);
	error(3, 4, 0, &inner, 28);	/* plateau below 1428: 1006 */
	translates(REASON_XLAT46);
	ck_assert_uint_eq(be32(r.out.b + 44), 1280);
	error(3, 2, 0, &inner, 28);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[40], 4);
	ck_assert_uint_eq(r.out.b[41], 1);
	ck_assert_uint_eq(be32(r.out.b + 44), 6);
}
END_TEST

/* Nothing that we send is longer than 1280: RFC 4443 section 2.4 (c). */
START_TEST(errors_are_cut)
{
	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1024, 53, data, 1400));
	fix_sums(&inner);
	error(3, 3, 0, &inner, 1400);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.n, 1280);
	error(3, 3, 0, &inner, 1212);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.n, 1280);
	error(3, 3, 0, &inner, 1211);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.n, 1279);
}
END_TEST

/* RFC 4884: the extension stays, its length in 64-bit words of padded quote. */
START_TEST(extensions)
{
	static const struct { size_t quote, ext, words; } t[] = {
		/* 128 quoted become 148, padded to 152 = 19 words */
		{ 128, 20, 19 }, { 132, 20, 19 }, { 136, 8, 20 },
		{ 256, 100, 35 }, { 1020, 192, 130 },
		{ 1020, 196, 129 },	/* 48 + 1040 + 196 > 1280: quote cut */
		{ 1020, 300, 116 }, { 128, 1104, 16 },
		{ 1020, 1104, 16 },	/* to 128 octets, but no further: */
		{ 1020, 1108, 0 },	/* goes whole */
		{ 128, 1108, 0 },
		{ 132, 40, 19 }, { 572, 640, 74 }, { 132, 1080, 19 },
		{ 580, 640, 74 }, { 1020, 200, 129 }, { 128, 1105, 0 },
		{ 1020, 1105, 0 }, { 576, 640, 74 }, { 1020, 640, 74 },
	};
	uint8_t q[2200];

	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1024, 53, data, 1400));
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h4 h = down4;
		size_t n;

		memcpy(q, inner.b, t[i].quote);
		for (size_t k = 0; k < t[i].ext; k++)
			q[t[i].quote + k] = (uint8_t)(k % 251 + 1);
		h.proto = 1;
		n = mk_icmp(body, 11, 0, (uint32_t)t[i].quote / 4 << 16, q,
		    t[i].quote + t[i].ext);
		put_ip4(&p, h, body, n);
		fix_sums(&p);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[44], t[i].words);
		if (t[i].words == 0) {
			ck_assert_uint_eq(r.out.n, 48 + t[i].quote + 20);
			ck_assert_uint_eq(be32(r.out.b + 44), 0);
			continue;
		}
		ck_assert_uint_eq(r.out.n, 48 + t[i].words * 8 + t[i].ext);
		ck_assert_mem_eq(r.out.b + r.out.n - t[i].ext,
		    q + t[i].quote, t[i].ext);
		for (size_t k = 48 + t[i].quote + 20; k < r.out.n - t[i].ext;
		    k++)
			ck_assert_uint_eq(r.out.b[k], 0);
	}
	/* types whose ICMPv6 has no length attribute lose it */
	memcpy(q, inner.b, 128);
	memset(q + 128, 0xee, 20);
	error(3, 4, 32 << 16 | 1400, &(struct bytes){ 0 }, 0);
	{
		struct h4 h = down4;

		h.proto = 1;
		put_ip4(&p, h, body, mk_icmp(body, 3, 4, 32 << 16 | 1400, q,
		    148));
		fix_sums(&p);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(be32(r.out.b + 44), 1420);
		ck_assert_uint_eq(r.out.n, 48 + 148);
	}
}
END_TEST

/* A short quote before an extension was padded to 128 octets, and is again. */
START_TEST(padded_quote)
{
	uint8_t q[140] = { 0 };
	struct h4 h = down4;

	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1024, 53, data, 12));
	memcpy(q, inner.b, inner.n);		/* 40 octets and zeros */
	memset(q + 128, 0xab, 12);
	h.proto = 1;
	put_ip4(&p, h, body, mk_icmp(body, 3, 1, 32 << 16, q, 140));
	fix_sums(&p);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[44], 16);
	ck_assert_uint_eq(r.out.n, 48 + 128 + 12);
	ck_assert_mem_eq(r.out.b + 176, q + 128, 12);
	for (size_t k = 48 + 60; k < 176; k++)
		ck_assert_uint_eq(r.out.b[k], 0);
}
END_TEST

/* A router without a mapping: its error is not lost. */
START_TEST(errors_from_unmapped_routers)
{
	rig_start(&r);
	rig_map(&r, "198.51.100.0/24", "2001:db8:33::/120");
	r.f.map.has_prefix = false;
	put_ip4(&inner, up4, body, mk_udp(body, 1024, 53, data, 12));
	error(3, 4, 1400, &inner, 40);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[23], 0xfe);	/* our own address */
	put_ip4(&p, (struct h4){ .ttl = 9, .proto = 17, .src = "203.0.113.7",
	    .dst = "192.0.2.1" }, body, mk_udp(body, 1, 2, data, 8));
	fix_sums(&p);
	expect(REASON_NO_SRC);
}
END_TEST

TESTS(xlat46, header_fields, configured_traffic_class, transports, untranslatable_protocols,
    untranslatable_icmp, options_are_dropped, fragments,
    first_fragment_checksum, udp_without_checksum,
    udp_checksum_zero_becomes_ones, thresholds,
    errors_translate_the_inner_packet, errors_about_echo,
    errors_without_translation, inner_udp_without_checksum, inner_fragments,
    too_big, errors_are_cut, extensions, padded_quote,
    errors_from_unmapped_routers)
