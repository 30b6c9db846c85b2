/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 to IPv4, RFC 7915 section 5, from packet to packet.  The host
 * 2001:db8::1 is 192.0.2.1, the server is 198.51.100.1 in the prefix.
 */
#include "core/rewrite.h"
#include "scene.h"
#include "suite.h"

START_TEST(header_fields)
{
	rig_start(&r);
	for (unsigned tos = 0; tos < 256; tos += 5) {
		struct h6 h = up6;

		h.tos = (uint8_t)tos;
		h.hop = (uint8_t)(2 + tos / 2);
		fill(32);
		put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 32));
		p.b[3] = 99;			/* flow label: gone */
		fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[0], 0x45);
		ck_assert_uint_eq(r.out.b[1], tos);
		ck_assert_uint_eq(o16(2), 60);
		ck_assert_uint_eq(r.out.b[8], h.hop - 1u);
		ck_assert_uint_eq(r.out.b[9], 17);
		ck_assert_uint_eq(be32(r.out.b + 12), 0xc0000201);
		ck_assert_uint_eq(be32(r.out.b + 16), 0xc6336401);
		ck_assert_mem_eq(r.out.b + 28, data, 32);
	}
}
END_TEST

/* Set by the administrator. */
START_TEST(configured_tos)
{
	struct h6 h = up6;

	rig_start(&r);
	r.f.set.set_tos = true;
	r.f.set.tos = 0xb8;
	h.tos = 3;
	fill(32);
	put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 32));
	fix_sums(&p);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[1], 0xb8);
	r.f.set.tos = 0;
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[1], 0);
}
END_TEST

START_TEST(transports)
{
	static const uint8_t opaque[] = { 2, 4, 41, 47, 50, 51, 59, 89, 132, 135 };

	rig_start(&r);
	for (unsigned n = 0; n < 300; n++) {
		struct h6 h = up6;

		fill(n);
		put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, n));
		fix_sums(&p);
		translates(REASON_XLAT64);
		h.next = 6;
		put_ip6(&p, h, body, mk_tcp(body, 1024, 80, data, n));
		fix_sums(&p);
		translates(REASON_XLAT64);
		h.next = 58;
		put_ip6(&p, h, body, mk_icmp(body, n % 2 == 0 ? 128 : 129, 0,
		    0x12345678, data, n));
		fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[9], 1);
		ck_assert_uint_eq(r.out.b[20], n % 2 == 0 ? 8 : 0);
		ck_assert_mem_eq(r.out.b + 28, data, n);
	}
	for (size_t i = 0; i < sizeof opaque; i++) {
		struct h6 h = up6;

		h.next = opaque[i];
		fill(100);
		put_ip6(&p, h, data, 100);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[9], opaque[i]);
		ck_assert_mem_eq(r.out.b + 20, data, 100);
	}
	{
		struct h6 h = up6;

		h.next = 1;
		put_ip6(&p, h, data, 100);
		expect(REASON_PROTOCOL);
	}
}
END_TEST

/* MLD, neighbour discovery, unknown types: silently dropped. */
START_TEST(untranslatable_icmp)
{
	rig_start(&r);
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 20));
	for (unsigned type = 0; type < 256; type++) {
		struct h6 h = up6;

		if (type == 128 || type == 129 || (type >= 1 && type <= 4))
			continue;
		h.next = 58;
		put_ip6(&p, h, body, mk_icmp(body, (uint8_t)type, 0, 0,
		    inner.b, inner.n));
		fix_sums(&p);
		expect(REASON_ICMP_TYPE);
		ck_assert(!r.o.send);
	}
}
END_TEST

/* RFC 7915 section 5.1: they go, and the length shrinks by them. */
START_TEST(extension_headers)
{
	static const uint8_t h8[8] = { 17 };
	uint8_t ext[32] = { [0] = 60, [8] = 43, [16] = 60, [24] = 17 };
	struct h6 h = up6;

	rig_start(&r);
	fill(50);
	h.ext = h8;
	h.ext_n = 8;
	for (unsigned i = 0; i < 3; i++) {
		static const uint8_t first[] = { 0, 60, 43 };

		h.ext_first = first[i];
		put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 50));
		fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.n, 20 + 58);
		ck_assert_uint_eq(r.out.b[9], 17);
	}
	h.ext = ext;
	h.ext_n = 32;
	h.ext_first = 0;
	put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 50));
	fix_sums(&p);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 20 + 58);
}
END_TEST

/* Segments left: parameter problem, pointing at the octet. */
START_TEST(routing_header)
{
	uint8_t ext[16] = { [0] = 43, [8] = 17, [11] = 2 };
	struct h6 h = up6;

	rig_start(&r);
	for (unsigned i = 0; i < 2; i++) {
		h.ext = ext + 8 * i;
		h.ext_n = 16 - 8 * i;
		h.ext_first = i == 0 ? 0 : 43;
		put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 8));
		expect(REASON_ROUTING_HDR);
		ck_assert(r.o.send);
		ck_assert_msg(wrong(&r.out) == NULL, "%s", wrong(&r.out));
		ck_assert_uint_eq(r.out.b[40], 4);
		ck_assert_uint_eq(r.out.b[41], 0);
		ck_assert_uint_eq(be32(r.out.b + 44), i == 0 ? 51 : 43);
		ck_assert_mem_eq(r.out.b + 48, p.b, p.n);
	}
}
END_TEST

/* Rule 15: DF above 1260 octets, else an identification that differs. */
START_TEST(df_and_identification)
{
	unsigned last = 0, same = 0;

	rig_start(&r);
	for (size_t len = 1250; len <= 1480; len++) {
		fill(len);
		put_ip6(&p, up6, body, mk_udp(body, 1024, 53, data, len - 28));
		fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.n, len);
		ck_assert_uint_eq(o16(6), len > 1260 ? 0x4000 : 0);
		if (len <= 1260) {
			same += o16(4) == last;
			last = o16(4);
		}
	}
	ck_assert_uint_eq(same, 0);
}
END_TEST

START_TEST(fragments)
{
	static const struct { uint16_t off; uint8_t ext_id[4]; } t[] = {
		{ 0x0001, { 0, 0, 0xab, 0xcd } },
		{ 0x0321, { 0xde, 0xad, 0xab, 0xcd } },
		{ 0x0640, { 0xff, 0xff, 0xab, 0xcd } },
		{ 0x0000, { 1, 2, 0xab, 0xcd } },	/* atomic: RFC 6946 */
	};

	rig_start(&r);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		uint8_t ext[8] = { 17, 0 };
		struct h6 h = up6;

		put16(ext + 2, t[i].off);
		memcpy(ext + 4, t[i].ext_id, 4);
		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 44;
		fill(80);
		put_ip6(&p, h, body, mk_udp(body, 1024, 53, data, 72));
		p.b[54] = 1;		/* it has a checksum */
		if (i == 3)
			fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(o16(2), 100);
		ck_assert_uint_eq(o16(4), 0xabcd);
		/* DF clear, M to MF, offset copied */
		ck_assert_uint_eq(o16(6), t[i].off / 8 |
		    (t[i].off & 1u) << 13);
		ck_assert_uint_eq(r.out.b[9], 17);
	}
	for (unsigned off = 0; off < 3; off++) {	/* ICMPv6 in pieces */
		uint8_t ext[8] = { 58, 0, 0, (uint8_t)(off == 0 ? 1 : off * 8) };
		struct h6 h = up6;

		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 44;
		put_ip6(&p, h, body, mk_icmp(body, 128, 0, 7, data, 8));
		expect(REASON_ICMP_FRAGMENT);
	}
	{	/* but an atomic one is whole */
		uint8_t ext[8] = { 58, 0, 0, 0, 0, 0, 0x12, 0x34 };
		struct h6 h = up6;

		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 44;
		h.next = 58;
		put_ip6(&p, h, body, mk_icmp(body, 128, 0, 7, data, 8));
		fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(o16(4), 0x1234);
	}
}
END_TEST

START_TEST(udp_checksums)
{
	unsigned ones = 0;

	rig_start(&r);
	for (unsigned i = 0; i < 65536; i++) {
		data[0] = (uint8_t)(i >> 8);
		data[1] = (uint8_t)i;
		put_ip6(&p, up6, body, mk_udp(body, 53, 1024, data, 2));
		fix_sums(&p);
		translates(REASON_XLAT64);
		ones += o16(26) == 0xffff;
	}
	ck_assert_uint_ge(ones, 1);
}
END_TEST

/* The length limit of IPv4, and of the link. */
START_TEST(size)
{
	rig_start(&r);
	r.f.set.mtu = 65535;
	fill(65535);
	put_ip6(&p, up6, data, 65515);
	p.b[6] = 132;
	expect(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 65535);
	put_ip6(&p, up6, data, 65516);
	p.b[6] = 132;
	expect(REASON_OVERSIZE);
	ck_assert(!r.o.send);
	r.f.set.mtu = 1400;
	put_ip6(&p, up6, data, 1380);
	p.b[6] = 132;
	expect(REASON_XLAT64);
	put_ip6(&p, up6, data, 1381);
	p.b[6] = 132;
	expect(REASON_TOO_BIG);
	ck_assert_uint_eq(r.out.b[40], 2);
	ck_assert_uint_eq(be32(r.out.b + 44), 1420);
	ck_assert_uint_eq(r.out.n, 1280);
	ck_assert_msg(wrong(&r.out) == NULL, "%s", wrong(&r.out));
}
END_TEST

/* --- ICMPv6 errors -------------------------------------------------------- */

static void
error_from(const char *src, uint8_t type, uint8_t code, uint32_t rest,
    const uint8_t *quote, size_t n)
{
	struct h6 h = up6;

	h.next = 58;
	h.src = src;
	put_ip6(&p, h, body, mk_icmp(body, type, code, rest, quote, n));
	fix_sums(&p);
}

static void
error(uint8_t type, uint8_t code, uint32_t rest, size_t quote)
{
	error_from("2001:db8::1", type, code, rest, inner.b, quote);
}

START_TEST(errors_translate_the_inner_packet)
{
	static const struct { uint8_t proto; size_t quote; } t[] = {
		{ 17, 48 }, { 17, 49 }, { 17, 500 }, { 6, 48 }, { 6, 59 },
		{ 6, 60 }, { 6, 500 }, { 58, 48 }, { 58, 500 }, { 132, 48 },
		{ 17, 40 }, { 6, 44 },
	};

	rig_start(&r);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h6 h = down6;
		size_t n;

		h.next = t[i].proto;
		h.tos = 0x28;
		fill(480);
		n = t[i].proto == 17 ? mk_udp(body, 53, 1024, data, 452) :
		    t[i].proto == 6 ? mk_tcp(body, 80, 1024, data, 440) :
		    mk_icmp(body, 129, 0, 0x77770001, data, 452);
		put_ip6(&inner, h, body, n);
		fix_sums(&inner);
		error(1, 4, 0, t[i].quote);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[9], 1);
		ck_assert_uint_eq(r.out.b[20], 3);
		ck_assert_uint_eq(r.out.b[21], 3);
		ck_assert_uint_eq(r.out.n, 28 + t[i].quote - 20);
		/* the inner header */
		ck_assert_uint_eq(r.out.b[28], 0x45);
		ck_assert_uint_eq(r.out.b[29], 0x28);
		ck_assert_uint_eq(o16(30), 480);
		ck_assert_uint_eq(r.out.b[36], 9);
		ck_assert_uint_eq(r.out.b[37], t[i].proto == 58 ? 1 :
		    t[i].proto);
		ck_assert_uint_eq(plain_sum(0, r.out.b + 28, 20), 0xffff);
		ck_assert_uint_eq(be32(r.out.b + 40), 0xc6336401);
		ck_assert_uint_eq(be32(r.out.b + 44), 0xc0000201);
		if (t[i].quote == 500) {
			memcpy(p.b, r.out.b + 28, r.out.n - 28);
			p.n = r.out.n - 28;
			ck_assert_msg(wrong(&p) == NULL, "%s", wrong(&p));
		}
	}
}
END_TEST

START_TEST(errors_without_translation)
{
	struct h6 h = down6;

	rig_start(&r);
	h.next = 58;
	put_ip6(&inner, h, body, mk_icmp(body, 1, 0, 0, data, 60));
	error(1, 0, 0, 100);
	expect(REASON_ICMP_NESTED);
	put_ip6(&inner, h, body, mk_icmp(body, 135, 0, 0, data, 60));
	error(1, 0, 0, 100);
	expect(REASON_ICMP_TYPE);
	error(1, 0, 0, 44);
	expect(REASON_ICMP_INNER);
	put_ip6(&inner, down6, body, mk_udp(body, 53, 1024, data, 60));
	for (size_t n = 0; n < 40; n++) {
		error(1, 0, 0, n);
		expect(REASON_ICMP_INNER);
	}
	inner.b[6] = 1;			/* a protocol that is not IPv6's */
	error(1, 0, 0, 100);
	expect(REASON_ICMP_INNER);
	inner.b[6] = 17;		/* a length that IPv4 cannot say */
	put16(inner.b + 4, 65516);
	error(1, 0, 0, 100);
	expect(REASON_ICMP_INNER);
	put16(inner.b + 4, 65515);
	error(1, 0, 0, 100);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(o16(30), 65535);
	error(1, 5, 0, 60);		/* codes and types without a twin */
	expect(REASON_ICMP_TYPE);
	error(4, 2, 6, 60);
	expect(REASON_ICMP_TYPE);
	error(4, 0, 0xffffffff, 60);
	expect(REASON_ICMP_TYPE);
	h = down6;
	h.src = "2001:db8:77::1";	/* no address of ours */
	put_ip6(&inner, h, body, mk_udp(body, 53, 1024, data, 60));
	error(1, 0, 0, 60);
	expect(REASON_ICMP_INNER_ADDR);
	h.src = "2001:db8:64::127.0.0.1";
	put_ip6(&inner, h, body, mk_udp(body, 53, 1024, data, 60));
	error(1, 0, 0, 60);
	expect(REASON_ICMP_INNER_ADDR);
}
END_TEST

START_TEST(inner_fragments_and_extension_headers)
{
	uint8_t ext[16] = { [0] = 44, [8] = 17, [10] = 0x01, [11] = 0x41,
	    [14] = 0xfa, [15] = 0xce };
	struct h6 h = down6;

	rig_start(&r);
	h.ext = ext;
	h.ext_n = 16;
	h.ext_first = 60;
	fill(80);
	put_ip6(&inner, h, data, 80);
	error(3, 1, 0, 72);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[20], 11);
	ck_assert_uint_eq(r.out.b[21], 1);
	ck_assert_uint_eq(o16(30), 100);
	ck_assert_uint_eq(o16(32), 0xface);
	ck_assert_uint_eq(o16(34), 0x2000 | 0x140 / 8);
	ck_assert_uint_eq(r.out.b[37], 17);
	ck_assert_mem_eq(r.out.b + 48, data, 16);
	h.ext = ext + 8;
	h.ext_n = 8;
	h.ext_first = 44;
	put_ip6(&inner, h, data, 80);
	error(3, 1, 0, 72);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(o16(32), 0xface);
	/* a later piece of an echo has no ICMPv6 header to miss */
	ext[8] = 58;
	put_ip6(&inner, h, data, 80);
	error(3, 1, 0, 50);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[37], 1);
	ck_assert_mem_eq(r.out.b + 48, data, 2);
}
END_TEST

/* What an object can be added to, and what stays as it is. */
START_TEST(node_identification_lengths)
{
	uint8_t ext[300] = { 2 << 4, [5] = 8, [6] = 1, [7] = 1 };
	uint8_t buf[NODE_ID_EXT_MAX];
	struct ip6 node = { UINT64_C(0x20010db800990000), 1 };

	for (size_t n = 0; n <= 260; n++) {
		struct cur c = add_node_id(cur_of(ext, n), node, buf);

		/* an empty one, or a header without a checksum, and objects */
		if (n == 0 || (n % 4 == 0 && n + 24 <= NODE_ID_EXT_MAX)) {
			size_t was = n == 0 ? 4 : n;

			ck_assert_uint_eq(c.n, was + 24);
			ck_assert_uint_eq(c.p[0], 2 << 4);
			ck_assert_mem_eq(c.p + 4, ext + 4, was - 4);
			ck_assert_uint_eq(c.p[was + 1], 24);
			ck_assert_uint_eq(c.p[was + 2], 5);
			ck_assert_uint_eq(c.p[was + 23], 1);
			ck_assert_uint_eq(plain_sum(0, c.p, c.n), 0xffff);
		} else {
			ck_assert_uint_eq(c.n, n);
			ck_assert_ptr_eq(c.p, ext);
		}
	}
}
END_TEST

START_TEST(too_big)
{
	rig_start(&r);
	put_ip6(&inner, down6, body, mk_udp(body, 53, 1024, data, 1400));
	error(2, 0, 1400, 60);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[20], 3);
	ck_assert_uint_eq(r.out.b[21], 4);
	ck_assert_uint_eq(be32(r.out.b + 24), 1380);
	error(2, 0, 0xffffffff, 60);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(be32(r.out.b + 24), 1480);
	error(2, 7, 1400, 60);		/* the code is ignored: RFC 4443 3.2 */
	translates(REASON_XLAT64);
}
END_TEST

START_TEST(parameter_problem)
{
	rig_start(&r);
	put_ip6(&inner, down6, body, mk_udp(body, 53, 1024, data, 40));
	error(4, 0, 7, 88);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[20], 12);
	ck_assert_uint_eq(be32(r.out.b + 24), 8u << 24);
	error(4, 1, 40, 88);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[20], 3);
	ck_assert_uint_eq(r.out.b[21], 2);
}
END_TEST

/*
 * RFC 4884: 64-bit words become 32-bit words.  Where 576 octets are not enough the
 * quote is cut, but for the 128 octets that there must be.
 */
START_TEST(extensions)
{
	static const struct { size_t quote, ext, words; uint8_t type; } t[] = {
		{ 128, 20, 32, 1 },	/* 108 quoted octets, padded to 128 */
		{ 152, 20, 33, 3 }, { 256, 100, 59, 1 },
		{ 464, 100, 111, 1 }, { 472, 100, 112, 1 },
		{ 1040, 100, 112, 1 },	/* 548 less 100: no multiple of 8 */
		{ 1048, 97, 112, 3 },	/* 451: of 4, the rest stays empty */
		{ 1040, 420, 32, 1 },	/* 128 and not one more */
		{ 128, 420, 32, 1 },
		{ 1040, 421, 0, 1 },	/* goes whole, and the quote is longer */
		{ 128, 421, 0, 1 },
		{ 528, 40, 127, 1 }, { 536, 40, 127, 1 }, { 1192, 40, 127, 1 },
		{ 576, 521, 0, 1 },
	};
	uint8_t q[2000];

	rig_start(&r);
	put_ip6(&inner, down6, body, mk_udp(body, 53, 1024, data, 1400));
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		memcpy(q, inner.b, t[i].quote);
		for (size_t k = 0; k < t[i].ext; k++)
			q[t[i].quote + k] = (uint8_t)(k + 1);
		error_from("2001:db8::1", t[i].type, 0,
		    (uint32_t)t[i].quote / 8 << 24, q,
		    t[i].quote + t[i].ext);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[25], t[i].words);
		ck_assert_uint_eq(r.out.n, 28 + (t[i].words != 0 ?
		    t[i].words * 4 + t[i].ext : t[i].quote < 568 ?
		    t[i].quote - 20 : 548));
		if (t[i].words != 0)
			ck_assert_mem_eq(r.out.b + r.out.n - t[i].ext,
			    q + t[i].quote, t[i].ext);
		/* behind the headers, the beginning of what was quoted */
		ck_assert_mem_eq(r.out.b + 56, q + 48, 80);
	}
}
END_TEST

/* Rule 18: a router without an IPv4 address is replaced by ourselves. */
START_TEST(errors_from_unmapped_routers)
{
	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	put_ip6(&inner, down6, body, mk_udp(body, 53, 1024, data, 40));
	error_from("2001:db8:99::1", 3, 0, 0, inner.b, 88);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(be32(r.out.b + 12), 0xc00002fe);
	ck_assert_uint_eq(r.pool.active.count, 0);	/* and no lease */
	error_from("2001:db8:64::127.0.0.1", 3, 0, 0, inner.b, 88);
	expect(REASON_ILLEGAL_SRC);
	error_from("fe80::1", 3, 0, 0, inner.b, 88);
	expect(REASON_ILLEGAL_SRC);
	rig_stop(&r);
}
END_TEST

/* The same with icmp-node-id: the dummy address, and who it really was. */
START_TEST(node_identification)
{
	static const uint8_t object[24] = { 0, 24, 5, 4, 0, 2, 0, 0,
	    0x20, 1, 0xd, 0xb8, 0, 0x99, [23] = 1 };
	uint8_t q[400];

	rig_start(&r);
	r.f.set.icmp_node_id = true;
	put_ip6(&inner, down6, body, mk_udp(body, 53, 1024, data, 1100));
	for (size_t quote = 48; quote <= 1100; quote += 52) {
		size_t n = quote - 20 > 520 ? 520 : quote - 20, padded;

		padded = n < 128 ? 128 : (n + 3) / 4 * 4;
		error_from("2001:db8:99::1", 3, 0, 0, inner.b, quote);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(be32(r.out.b + 12), 0xc0000008);
		ck_assert_uint_eq(r.out.b[25], padded / 4);
		ck_assert_uint_eq(r.out.n, 28 + padded + 28);
		ck_assert_uint_eq(r.out.b[28 + padded], 2 << 4);
		ck_assert_uint_eq(plain_sum(0, r.out.b + 28 + padded, 28),
		    0xffff);
		ck_assert_mem_eq(r.out.b + 28 + padded + 4, object, 24);
	}
	/* behind the objects that are there already */
	memcpy(q, inner.b, 128);
	memset(q + 128, 0, 12);
	q[128] = 2 << 4;
	q[133] = 8;
	q[134] = 1;
	put16(q + 130, (uint16_t)~plain_sum(0, q + 128, 12));
	error_from("2001:db8:99::1", 3, 0, 16u << 24, q, 140);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 28 + 128 + 36);
	ck_assert_mem_eq(r.out.b + 28 + 128 + 4, q + 132, 8);
	ck_assert_mem_eq(r.out.b + 28 + 128 + 12, object, 24);
	ck_assert_uint_eq(plain_sum(0, r.out.b + 156, 36), 0xffff);
	/* but not behind damaged ones, or of another version */
	q[139] ^= 1;
	error_from("2001:db8:99::1", 3, 0, 16u << 24, q, 140);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 28 + 128 + 12);
	q[128] = 3 << 4;
	put16(q + 130, 0);
	error_from("2001:db8:99::1", 3, 0, 16u << 24, q, 140);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 28 + 128 + 12);
	ck_assert_mem_eq(r.out.b + 156, q + 128, 12);
	/* never for a source that has an address */
	error_from("2001:db8::2", 3, 0, 0, inner.b, 88);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(be32(r.out.b + 12), 0xc0000202);
	ck_assert_uint_eq(r.out.n, 28 + 68);
}
END_TEST

/* --- there and back ------------------------------------------------------- */

/* What one direction makes, the other gives back, but for the hop limit. */
START_TEST(round_trips)
{
	struct bytes first;

	rig_start(&r);
	for (unsigned i = 0; i < 3000; i++) {
		struct h6 h = up6;
		size_t n = rnd(1200);
		unsigned kind = rnd(4);

		h.tos = (uint8_t)rnd(256);
		h.hop = (uint8_t)(3 + rnd(250));
		fill(n);
		h.next = kind == 0 ? 6 : kind == 1 ? 58 : kind == 2 ? 132 : 17;
		n = kind == 0 ? mk_tcp(body, 1024, 80, data, n) : kind == 1 ?
		    mk_icmp(body, 128, 0, rnd(1 << 30), data, n) :
		    kind == 2 ? (memcpy(body, data, n), n) :
		    mk_udp(body, 1024, 53, data, n);
		put_ip6(&p, h, body, n);
		fix_sums(&p);
		first = p;
		translates(REASON_XLAT64);
		/* turn round: swap the addresses, which leaves checksums */
		p = r.out;
		memcpy(data, p.b + 12, 4);
		memcpy(p.b + 12, p.b + 16, 4);
		memcpy(p.b + 16, data, 4);
		expect(REASON_XLAT46);
		ck_assert_msg(wrong(&r.out) == NULL, "%s", wrong(&r.out));
		ck_assert_uint_eq(r.out.n, first.n);
		ck_assert_uint_eq(r.out.b[7], first.b[7] - 2u);
		r.out.b[7] = first.b[7];
		memcpy(data, r.out.b + 8, 16);
		memcpy(r.out.b + 8, r.out.b + 24, 16);
		memcpy(r.out.b + 24, data, 16);
		ck_assert_mem_eq(r.out.b, first.b, first.n);
	}
}
END_TEST

TESTS(xlat64, header_fields, configured_tos, transports, untranslatable_icmp,
    extension_headers, routing_header, df_and_identification, fragments,
    udp_checksums, size, errors_translate_the_inner_packet,
    errors_without_translation, inner_fragments_and_extension_headers,
    too_big, parameter_problem, extensions, errors_from_unmapped_routers,
    node_identification, node_identification_lengths, round_trips)
