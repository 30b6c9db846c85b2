/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors of our own: what they say, and what they are never about.  RFC 4443
 * sections 2.2 to 3.4, RFC 1812 section 4.3.2.
 */
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct bytes p;
static uint8_t data[70000], body[70000];

static const struct h4 v4 = { .ttl = 64, .proto = 17, .src = "198.51.100.1",
    .dst = "192.0.2.1" };
static const struct h6 v6 = { .hop = 64, .next = 17, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };

/* Not used up: 3/5 is due. */
static const uint8_t lsrr[8] = { 131, 7, 4, 192, 0, 2, 9 };

static void
expect(enum reason want, bool answered)
{
	rig_expect(&r, &p, want);
	ck_assert_int_eq(r.o.send, answered);
	if (r.o.send)
		ck_assert_msg(wrong(&r.out) == NULL, "%s", wrong(&r.out));
}

/* A packet with a source route that is not used up, ICMP of a type. */
static void
routed4(uint8_t type, const char *src, const char *dst)
{
	struct h4 h = v4;

	h.proto = 1;
	h.src = src;
	h.dst = dst;
	h.opt = lsrr;
	h.opt_n = 8;
	put_ip4(&p, h, body, mk_icmp(body, type, 0, 0, data, 40));
	fix_sums(&p);
}

static void
routed6(uint8_t type, const char *src, const char *dst)
{
	static uint8_t ext[8];
	struct h6 h = v6;

	ext[0] = h.next = 58;
	ext[3] = 1;			/* segments left */
	h.src = src;
	h.dst = dst;
	h.ext = ext;
	h.ext_n = 8;
	h.ext_first = 43;
	put_ip6(&p, h, body, mk_icmp(body, type, 0, 0, data, 40));
	fix_sums(&p);
}

/* RFC 1812 section 4.3.2.7: errors are 3, 4, 5, 11 and 12 (RFC 1122, 3.2.2). */
START_TEST(not_about_icmp_errors_4)
{
	rig_start(&r);
	for (unsigned type = 0; type < 256; type++) {
		bool error = type == 3 || type == 4 || type == 5 ||
		    type == 11 || type == 12;

		routed4((uint8_t)type, v4.src, v4.dst);
		expect(REASON_SOURCE_ROUTE, !error);
	}
}
END_TEST

/* RFC 4443 section 2.4 (e.1), (e.2): errors, known or not, and redirects. */
START_TEST(not_about_icmp_errors_6)
{
	rig_start(&r);
	for (unsigned type = 0; type < 256; type++) {
		routed6((uint8_t)type, v6.src, v6.dst);
		expect(REASON_ROUTING_HDR, type >= 128 && type != 137);
	}
}
END_TEST

/* A source that is not one host, a destination that is many. */
START_TEST(not_about_these_addresses)
{
	static const char *const bad4[] = { "0.0.0.0", "0.255.0.1",
	    "127.0.0.1", "224.0.0.1", "239.255.255.255", "255.255.255.255" };
	static const char *const bad6[] = { "::", "::1", "ff02::1", "ff0e::1",
	    "fe80::1" };

	rig_start(&r);
	routed4(8, "198.51.100.1", "192.0.2.1");
	expect(REASON_SOURCE_ROUTE, true);
	for (size_t i = 0; i < sizeof bad4 / sizeof bad4[0]; i++) {
		routed4(8, bad4[i], v4.dst);
		expect(REASON_SOURCE_ROUTE, false);
		routed4(8, v4.src, bad4[i]);
		expect(REASON_SOURCE_ROUTE, false);
	}
	for (size_t i = 0; i < sizeof bad6 / sizeof bad6[0]; i++) {
		routed6(128, bad6[i], v6.dst);
		expect(REASON_ROUTING_HDR, false);
		routed6(128, v6.src, bad6[i]);
		expect(REASON_ROUTING_HDR, false);
	}
}
END_TEST

/*
 * In IPv4 only the first fragment is worth one.  RFC 4443 has no such exception, but
 * what may be a piece of an ICMPv6 error is not to be answered.
 */
START_TEST(later_fragments)
{
	rig_start(&r);
	for (unsigned off = 0; off < 0x1fff; off += 0x100) {
		uint8_t ext[8] = { 17 };
		struct h4 h4 = v4;
		struct h6 h6 = v6;

		h4.ttl = h6.hop = 1;
		h4.off = (uint16_t)(0x2000 | off);
		put_ip4(&p, h4, data, 80);
		expect(REASON_TTL, off == 0);
		put16(ext + 2, (uint16_t)(off << 3 | 1));
		h6.ext = ext;
		h6.ext_n = 8;
		h6.ext_first = 44;
		put_ip6(&p, h6, data, 80);
		expect(REASON_TTL, true);
	}
	for (unsigned off = 0; off < 3; off++) {
		/* a route that is not used up, then a fragment */
		uint8_t ext[16] = { 44, 0, 0, 1, 58, 0, 0, 1 };
		struct h6 h6 = v6;

		ext[8] = h6.next = 58;
		ext[11] = (uint8_t)(off * 8 | 1);
		h6.ext = ext;
		h6.ext_n = 16;
		h6.ext_first = 43;
		put_ip6(&p, h6, body, mk_icmp(body, 128, 0, 0, data, 40));
		expect(REASON_ROUTING_HDR, off == 0);
		ext[8] = h6.next = 132;
		put_ip6(&p, h6, data, 48);
		expect(REASON_ROUTING_HDR, true);
	}
}
END_TEST

/* RFC 1812 section 5.2.2: what is no valid packet goes in silence. */
START_TEST(not_about_malformed_packets)
{
	rig_start(&r);
	for (size_t n = 1; n < 48; n++) {
		put_ip4(&p, v4, body, mk_udp(body, 1, 2, data, 20));
		p.n = n;
		rig_send(&r, &p);
		ck_assert(!r.o.send);
		put_ip6(&p, v6, body, mk_udp(body, 1, 2, data, 20));
		p.n = n;
		rig_send(&r, &p);
		ck_assert(!r.o.send);
	}
	put_ip4(&p, v4, body, mk_udp(body, 1, 2, data, 20));
	p.b[10] ^= 1;
	expect(REASON_BAD_CHECKSUM, false);
	p.b[0] = 0x55;
	expect(REASON_BAD_VERSION, false);
}
END_TEST

/*
 * RFC 1812 section 4.3.2.5: precedence 6, the TOS of the packet; what was part
 * of the TOS is ECN now, and an error is not ECN-capable (RFC 3168 section 5).
 */
START_TEST(type_of_service)
{
	rig_start(&r);
	for (unsigned tos = 0; tos < 256; tos++) {
		struct h4 h4 = v4;
		struct h6 h6 = v6;

		h4.tos = h6.tos = (uint8_t)tos;
		h4.ttl = h6.hop = 1;
		put_ip4(&p, h4, data, 40);
		expect(REASON_TTL, true);
		ck_assert_uint_eq(r.out.b[1] >> 5, 6);
		ck_assert_uint_eq(r.out.b[1] >> 2 & 7, tos >> 2 & 7);
		ck_assert_uint_eq(r.out.b[1] & 3, 0);
		put_ip6(&p, h6, data, 40);
		expect(REASON_TTL, true);
		ck_assert_uint_eq(be32(r.out.b), 6u << 28);
	}
}
END_TEST

/* From one of our own addresses, to the source, unused octets zero. */
START_TEST(headers)
{
	static const uint8_t us4[4] = { 192, 0, 2, 254 };
	static const uint8_t us6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0xfe };
	struct h4 h4 = v4;
	struct h6 h6 = v6;
	unsigned id;

	rig_start(&r);
	h4.ttl = h6.hop = 1;
	h4.opt = "\1\1\1";		/* and the end of the list */
	h4.opt_n = 4;
	put_ip4(&p, h4, data, 40);
	expect(REASON_TTL, true);
	ck_assert_uint_eq(r.out.b[0], 0x45);	/* no options: 4.3.2.6 */
	ck_assert_uint_eq(be16(r.out.b + 6), 0);
	ck_assert_uint_eq(r.out.b[8], 64);
	ck_assert_uint_eq(r.out.b[9], 1);
	ck_assert_mem_eq(r.out.b + 12, us4, 4);
	ck_assert_mem_eq(r.out.b + 16, p.b + 12, 4);
	ck_assert_uint_eq(be32(r.out.b + 24), 0);
	ck_assert_mem_eq(r.out.b + 28, p.b, p.n);
	id = be16(r.out.b + 4);
	expect(REASON_TTL, true);
	ck_assert_uint_ne(be16(r.out.b + 4), id);
	put_ip6(&p, h6, data, 40);
	expect(REASON_TTL, true);
	ck_assert_uint_eq(r.out.b[6], 58);
	ck_assert_uint_eq(r.out.b[7], 64);
	ck_assert_mem_eq(r.out.b + 8, us6, 16);
	ck_assert_mem_eq(r.out.b + 24, p.b + 8, 16);
	ck_assert_uint_eq(be32(r.out.b + 44), 0);
	ck_assert_mem_eq(r.out.b + 48, p.b, p.n);
	h6.dst = "2001:db8:9::9";	/* nobody */
	put_ip6(&p, h6, data, 40);
	expect(REASON_NO_DST, true);
	ck_assert_uint_eq(be32(r.out.b + 44), 0);
	r.f.map.has_prefix = false;
	h4.ttl = 9;
	put_ip4(&p, h4, data, 40);
	expect(REASON_NO_SRC, true);
	ck_assert_uint_eq(be32(r.out.b + 24), 0);
}
END_TEST

/* RFC 4443 section 2.2 (a): what was asked answers, also by another name. */
START_TEST(source_of_an_answer)
{
	static const char *const ours[] = { "2001:db8::fe",
	    "2001:db8:64::192.0.2.254" };

	rig_start(&r);
	for (unsigned i = 0; i < 2; i++) {
		struct h6 h = v6;

		h.dst = ours[i];
		put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
		fix_sums(&p);
		expect(REASON_SELF_PROTO, true);
		ck_assert_mem_eq(r.out.b + 8, p.b + 24, 16);
		ck_assert_mem_eq(r.out.b + 24, p.b + 8, 16);
		ck_assert_uint_eq(r.out.b[40], 4);
		ck_assert_uint_eq(r.out.b[41], 1);
	}
}
END_TEST

/* A limit for what we say ourselves, and for nothing else. */
START_TEST(limit_is_for_errors)
{
	struct h4 h = v4;

	rig_start(&r);
	r.f.bucket.rate = 1;
	r.f.bucket.burst = 1;
	forward_init(&r.f, (struct siphash_key){ { 1, 2 } }, r.now);
	for (unsigned i = 0; i < 5; i++) {
		struct bytes quoted;

		h = v4;
		h.ttl = 1;
		put_ip4(&p, h, data, 40);
		expect(REASON_TTL, i == 0);
		h = v4;			/* an answer */
		h.proto = 1;
		h.dst = "192.0.2.254";
		put_ip4(&p, h, body, mk_icmp(body, 8, 0, 7, data, 40));
		fix_sums(&p);
		expect(REASON_ECHO, true);
		h.src = "192.0.2.1";	/* somebody else's error */
		h.dst = "198.51.100.1";
		h.proto = 132;
		put_ip4(&quoted, h, data, 40);
		h = v4;
		h.proto = 1;
		put_ip4(&p, h, body, mk_icmp(body, 11, 0, 0, quoted.b, 60));
		fix_sums(&p);
		expect(REASON_XLAT46, true);
	}
	ck_assert_uint_eq(r.f.count.icmp_sent, 1);
	ck_assert_uint_eq(r.f.count.icmp_suppressed, 4);
}
END_TEST

TESTS(icmperr, not_about_icmp_errors_4, not_about_icmp_errors_6,
    not_about_these_addresses, later_fragments,
    not_about_malformed_packets, type_of_service, headers,
    source_of_an_answer, limit_is_for_errors)
