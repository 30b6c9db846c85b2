/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The corners of RFC 7915 and its neighbours, from packet to packet.  The host
 * 2001:db8::1 is 192.0.2.1, the server is 198.51.100.1 in the prefix.
 */
#include "scene.h"
#include "suite.h"

static void
silent(enum reason want)
{
	expect(want);
	ck_assert(!r.o.send);
}

/* --- sources -------------------------------------------------------------- */

/* Section 4.1: an illegal source is dropped, but translated in an error. */
START_TEST(illegal_source_of_an_error)
{
	static const struct { const char *v4, *v6; } t[] = {
		{ "127.0.0.1", "2001:db8:64::127.0.0.1" },
		{ "0.0.0.0", "2001:db8:64::" },
		{ "169.254.1.1", "2001:db8:64::169.254.1.1" },
		{ "224.0.0.5", "2001:db8:64::224.0.0.5" },
		{ "255.255.255.255", "2001:db8:64::255.255.255.255" },
	};

	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1, 2, data, 20));
	fix_sums(&inner);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h4 h = down4;

		error4(t[i].v4, 11, 0, 0, inner.b, inner.n);
		translates(REASON_XLAT46);
		is_addr6(8, t[i].v6);
		h.src = t[i].v4;
		put_ip4(&p, h, body, mk_udp(body, 1, 2, data, 20));
		fix_sums(&p);
		silent(REASON_ILLEGAL_SRC);
	}
	/* no exception for addresses that the error is about */
	error4("198.51.100.1", 11, 0, 0, inner.b, inner.n);
	p.b[40] = 127;
	fix_sums(&p);
	silent(REASON_ICMP_INNER_ADDR);
}
END_TEST

/* Section 4.1 as for a mapped router, where RFC 6052 section 3.1 forbids it. */
START_TEST(error_from_a_private_router)
{
	struct h4 h = up4;

	rig_start(&r);
	ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
	r.f.map.wkpf_strict = WKPF_YES;
	h.dst = "8.8.8.8";
	put_ip4(&inner, h, body, mk_udp(body, 1, 2, data, 20));
	fix_sums(&inner);
	error4("8.8.4.4", 11, 0, 0, inner.b, inner.n);
	translates(REASON_XLAT46);
	is_addr6(8, "64:ff9b::8.8.4.4");
	error4("10.0.0.1", 3, 4, 1400, inner.b, inner.n);
	translates(REASON_XLAT46);
	is_addr6(8, "2001:db8::fe");
	ck_assert_uint_eq(be32(r.out.b + 44), 1420);
}
END_TEST

/* RFC 6052, from packet to packet: what has no meaning is zero, and ignored. */
START_TEST(every_prefix_length)
{
	static const struct { const char *prefix, *written, *read; } t[] = {
		{ "2001:db8::/32", "2001:db8:c633:6401::",
		    "2001:db8:c633:6401:ff00::1" },
		{ "2001:db8:100::/40", "2001:db8:1c6:3364:1::",
		    "2001:db8:1c6:3364:ff01:1::" },
		{ "2001:db8:122::/48", "2001:db8:122:c633:64:100::",
		    "2001:db8:122:c633:8064:1ff:ffff:ffff" },
		{ "2001:db8:122:300::/56", "2001:db8:122:3c6:33:6401::",
		    "2001:db8:122:3c6:133:6401::7" },
		{ "2001:db8:122:344::/64", "2001:db8:122:344:c6:3364:100::",
		    "2001:db8:122:344:ffc6:3364:180::" },
		{ "2001:db8:122:344::/96", "2001:db8:122:344::c633:6401",
		    "2001:db8:122:344::198.51.100.1" },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h6 h = up6;

		rig_start(&r);
		ck_assert(prefix6_parse(t[i].prefix, &r.f.map.prefix));
		fill(50);
		put_ip4(&p, down4, body, mk_udp(body, 1, 2, data, 50));
		fix_sums(&p);
		translates(REASON_XLAT46);
		is_addr6(8, t[i].written);
		is_addr6(24, "2001:db8::1");
		for (unsigned k = 0; k < 2; k++) {
			h.dst = k == 0 ? t[i].written : t[i].read;
			h.next = 6;
			put_ip6(&p, h, body, mk_tcp(body, 1, 2, data, 50));
			fix_sums(&p);
			translates(REASON_XLAT64);
			ck_assert_uint_eq(be32(r.out.b + 12), 0xc0000201);
			ck_assert_uint_eq(be32(r.out.b + 16), 0xc6336401);
		}
	}
}
END_TEST

/* --- checksums ------------------------------------------------------------ */

/* They are carried over, not made: what was damaged on the way stays so. */
START_TEST(wrong_checksums_stay_wrong)
{
	static const uint8_t protos[] = { 6, 17, 1 };

	rig_start(&r);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct h4 h4 = down4;
			struct h6 h6 = up6;

			fill(64);
			h4.proto = protos[i];
			put_ip4(&p, h4, body, i == 0 ?
			    mk_tcp(body, 1, 2, data, 64) : i == 1 ?
			    mk_udp(body, 1, 2, data, 64) :
			    mk_icmp(body, 8, 0, 7, data, 64));
			fix_sums(&p);
			p.b[p.n - 5] ^= (uint8_t)(1 << bit);
			expect(REASON_XLAT46);
			ck_assert_str_eq(wrong(&r.out), "transport checksum");
			h6.next = i == 2 ? 58 : protos[i];
			if (i == 2)
				body[0] = 128;
			put_ip6(&p, h6, body, i == 0 ? 84 : 72);
			fix_sums(&p);
			p.b[p.n - 5] ^= (uint8_t)(1 << bit);
			expect(REASON_XLAT64);
			ck_assert_str_eq(wrong(&r.out), "transport checksum");
		}
	/* nor does an error come to life that was none */
	put_ip4(&inner, up4, body, mk_udp(body, 1, 2, data, 20));
	error4("203.0.113.7", 3, 1, 0, inner.b, inner.n);
	p.b[p.n - 1] ^= 1;
	silent(REASON_BAD_ICMP_SUM);
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 20));
	error6("2001:db8::1", 1, 0, 0, inner.b, inner.n);
	p.b[p.n - 1] ^= 1;
	silent(REASON_BAD_ICMP_SUM);
}
END_TEST

/* --- fragments ------------------------------------------------------------ */

struct fragment6 {
	uint16_t	off;	/* as in the header, M included */
	size_t		n;	/* octets */
	bool		ok;
};

/* Each by itself: translated, or dropped without a word for this reason. */
static void
fragments(const struct fragment6 *t, size_t n, uint8_t proto, enum reason why)
{
	rig_start(&r);
	for (size_t i = 0; i < n; i++) {
		uint8_t ext[8] = { proto };
		struct h6 h = up6;

		put16(ext + 2, t[i].off);
		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 44;
		put_ip6(&p, h, data, t[i].n);
		if (t[i].ok)
			expect(REASON_XLAT64);
		else
			silent(why);
	}
}

/* RFC 791 section 3.1: 65535 octets in all, the header included. */
START_TEST(fragments_beyond_ipv4)
{
	static const struct fragment6 t[] = {
		{ 65512, 3, true }, { 65512, 4, false }, { 65512, 23, false },
		{ 65504, 11, true }, { 65504, 12, false }, { 64000, 1400, true },
	};

	fragments(t, sizeof t / sizeof t[0], 17, REASON_OVERSIZE);
}
END_TEST

/* RFC 8200 section 4.5: eight octets at a time, but for the last. */
START_TEST(ipv6_fragments_that_fit_nowhere)
{
	static const struct fragment6 t[] = {
		{ 1, 64, true }, { 1, 63, false }, { 1, 0, false },
		{ 8 | 1, 8, true }, { 8 | 1, 12, false }, { 8, 3, true },
		{ 65528 | 1, 8, false }, { 65528, 8, false },
	};

	fragments(t, sizeof t / sizeof t[0], 132, REASON_BAD_FRAGMENT);
}
END_TEST

/* RFC 1858: a checksum that stands in another fragment cannot be updated. */
START_TEST(tiny_first_fragments)
{
	static const struct { uint8_t proto; size_t n; bool ok; } t[] = {
		{ 6, 8, false }, { 6, 16, false }, { 6, 24, true },
		{ 17, 8, true }, { 132, 8, true },
	};

	rig_start(&r);
	memset(body, 0x11, 64);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		uint8_t ext[8] = { t[i].proto, 0, 0, 1 };
		struct h4 h4 = down4;
		struct h6 h6 = up6;

		h4.proto = t[i].proto;
		h4.off = 0x2000;
		put_ip4(&p, h4, body, t[i].n);
		if (t[i].ok)
			expect(REASON_XLAT46);
		else
			silent(REASON_BAD_TRANSPORT);
		h6.ext = ext;
		h6.ext_n = 8;
		h6.ext_first = 44;
		put_ip6(&p, h6, body, t[i].n);
		if (t[i].ok)
			expect(REASON_XLAT64);
		else
			silent(REASON_BAD_TRANSPORT);
	}
}
END_TEST

/* Section 5.1.1: nothing but a transport behind a Fragment Header. */
START_TEST(extension_headers_of_fragments)
{
	static const uint8_t drop[] = { 0, 43, 51, 60 };
	static const uint8_t pass[] = { 6, 17, 50, 59, 132, 135, 139, 140 };

	rig_start(&r);
	for (unsigned off = 0; off < 2; off++) {
		uint8_t ext[8] = { 0, 0, (uint8_t)off, 1 };
		struct h6 h = up6;

		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 44;
		memset(data, 0, 64);
		for (size_t i = 0; i < sizeof drop; i++) {
			h.next = ext[0] = drop[i];
			put_ip6(&p, h, data, 64);
			silent(REASON_FRAGMENT_EXT);
		}
		data[6] = 1;		/* UDP has a checksum */
		for (size_t i = 0; i < sizeof pass; i++) {
			h.next = ext[0] = pass[i];
			put_ip6(&p, h, data, 64);
			expect(REASON_XLAT64);
			ck_assert_uint_eq(r.out.b[9], pass[i]);
			ck_assert_uint_eq(o16(6), 0x2000 | off << 5);
		}
	}
}
END_TEST

/* RFC 6946: an atomic fragment is whole, whatever stands behind the header. */
START_TEST(atomic_fragments)
{
	/* Fragment Header, Destination Options, UDP */
	uint8_t ext[16] = { [0] = 60, [6] = 0xca, [7] = 0xfe, [8] = 17 };
	struct h6 h = up6;

	rig_start(&r);
	h.ext = ext;
	h.ext_n = 16;
	h.ext_first = 44;
	fill(1400);
	for (size_t n = 0; n <= 1400; n += 1400) {
		put_ip6(&p, h, body, mk_udp(body, 1, 2, data, n));
		fix_sums(&p);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.n, 28 + n);
		ck_assert_uint_eq(o16(4), 0xcafe);
		/* DF is clear even when it is large */
		ck_assert_uint_eq(o16(6), 0);
		ck_assert_uint_eq(r.out.b[9], 17);
	}
}
END_TEST

/* Section 4: DF does not decide about the Fragment Header, but about size. */
START_TEST(ipv4_flags)
{
	struct h4 h = down4;

	rig_start(&r);
	fill(1500);
	h.off = 0x8000;			/* reserved: means nothing */
	put_ip4(&p, h, body, mk_udp(body, 1, 2, data, 40));
	fix_sums(&p);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[6], 17);
	h.off = 0x6000;			/* DF and MF */
	put_ip4(&p, h, data, 1448);
	expect(REASON_XLAT46);
	ck_assert_uint_eq(r.out.n, 1496);
	ck_assert_uint_eq(r.o.out.frag_mtu, 0);
	ck_assert_uint_eq(r.out.b[6], 44);
	put_ip4(&p, h, data, 1456);
	expect(REASON_TOO_BIG);		/* 8 more for the header: 1472 */
	ck_assert_uint_eq(r.out.b[20], 3);
	ck_assert_uint_eq(r.out.b[21], 4);
	ck_assert_uint_eq(be32(r.out.b + 24), 1472);
	h.off = 0x4000 | 0x10;		/* the last one, with DF */
	put_ip4(&p, h, data, 1452);
	expect(REASON_XLAT46);
	ck_assert_uint_eq(r.out.n, 1500);
}
END_TEST

/* --- UDP ------------------------------------------------------------------ */

/*
 * IPv6 allows none but for tunnels (RFC 8200 section 8.1, RFC 6935): what holds for
 * IPv4 holds for it, and a quoted packet is left alone.
 */
START_TEST(ipv6_udp_without_checksum)
{
	static const enum udp_cksum_mode modes[] = { UDP_CKSUM_DROP,
	    UDP_CKSUM_CALC, UDP_CKSUM_FWD };

	for (unsigned m = 0; m < 3; m++) {
		uint8_t ext[16] = { 44, [8] = 17 };
		struct h6 h = up6;

		rig_start(&r);
		r.f.set.udp_cksum_mode = modes[m];
		fill(41);
		h.ext = ext;
		h.ext_first = 60;
		for (h.ext_n = 0; h.ext_n <= 16; h.ext_n += 8) {
			/* whole, behind options, atomic fragment */
			ext[0] = h.ext_n == 8 ? 17 : 44;
			put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 41));
			p.b[6] = h.ext_n == 0 ? 17 : 60;
			if (m == 0) {
				silent(REASON_UDP_ZERO);
			} else if (m == 1) {
				translates(REASON_XLAT64);
				ck_assert_uint_ne(o16(26), 0);
			} else {
				expect(REASON_XLAT64);
				ck_assert_uint_eq(o16(26), 0);
			}
		}
		h.ext_n = 16;
		ext[11] = 1;		/* a first fragment */
		put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
		if (m == 2) {
			expect(REASON_XLAT64);
			ck_assert_uint_eq(o16(26), 0);
		} else {
			silent(REASON_UDP_ZERO_FRAG);
		}
		ext[11] = 8;		/* later ones cannot be told */
		memset(data, 0, 8);
		put_ip6(&p, h, data, 40);
		expect(REASON_XLAT64);
		ck_assert_uint_eq(o16(26), 0);
		/* there and back: once is enough */
		h.ext_n = 0;
		h.dst = "2001:db8:64::192.0.2.2";
		put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
		p.b[6] = 17;
		if (m == 0) {
			silent(REASON_UDP_ZERO);
		} else if (m == 1) {
			translates(REASON_HAIRPIN);
		} else {
			expect(REASON_HAIRPIN);
			ck_assert_uint_eq(o16(46), 0);
		}
	}
	/* calc wants to know where the datagram ends */
	r.f.set.udp_cksum_mode = UDP_CKSUM_CALC;
	put_ip6(&p, up6, body, mk_udp(body, 1, 2, data, 20));
	p.b[45] = 29;
	silent(REASON_BAD_TRANSPORT);
	p.b[45] = 7;
	silent(REASON_BAD_TRANSPORT);
	r.f.set.udp_cksum_mode = UDP_CKSUM_DROP;
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 40));
	error6("2001:db8::1", 1, 4, 0, inner.b, inner.n);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(o16(54), 0);
}
END_TEST

/* --- quoted packets ------------------------------------------------------- */

static size_t
mk_transport(uint8_t proto, bool v4, bool reply, size_t n)
{
	switch (proto) {
	case 6:
		return mk_tcp(body, 1024, 80, data, n);
	case 17:
		return mk_udp(body, 1024, 53, data, n);
	case 132:
		memcpy(body, data, n);
		return n;
	default:
		return mk_icmp(body, v4 ? (reply ? 0 : 8) : (reply ? 129 : 128),
		    0, 0x77770001, data, n);
	}
}

/*
 * Sections 4.3 and 5.3: however much is quoted, it is the beginning of what is
 * quoted as a whole.  at: of the quote in the output, hdr: of its transport.
 */
static void
is_beginning(size_t at, size_t hdr, uint8_t proto, size_t quoted)
{
	size_t n = r.out.n - at;

	ck_assert_uint_eq(n, hdr + quoted);
	/* half a checksum cannot be carried over */
	if (quoted == (proto == 6 ? 17u : proto == 17 ? 7u : 0))
		n--;
	ck_assert_mem_eq(r.out.b + at, whole.b + at, n);
}

START_TEST(quotes_of_any_length)
{
	static const uint8_t protos[] = { 6, 17, 1, 1, 132 };

	rig_start(&r);
	for (unsigned i = 0; i < sizeof protos; i++) {
		struct h4 h4 = up4;
		struct h6 h6 = down6;
		size_t least = protos[i] == 1 ? 8 : 0;

		fill(120);
		h4.proto = protos[i];
		put_ip4(&inner, h4, body, mk_transport(protos[i], true,
		    i == 3, 120));
		fix_sums(&inner);
		error4("203.0.113.7", 3, 1, 0, inner.b, inner.n);
		translates(REASON_XLAT46);
		whole = r.out;
		for (size_t n = least; n < inner.n - 20; n++) {
			error4("203.0.113.7", 3, 1, 0, inner.b, 20 + n);
			translates(REASON_XLAT46);
			is_beginning(48, 40, protos[i], n);
		}
		h6.next = protos[i] == 1 ? 58 : protos[i];
		put_ip6(&inner, h6, body, mk_transport(protos[i], false,
		    i == 3, 120));
		fix_sums(&inner);
		error6("2001:db8::1", 1, 0, 0, inner.b, inner.n);
		translates(REASON_XLAT64);
		whole = r.out;
		for (size_t n = least; n < inner.n - 40; n++) {
			error6("2001:db8::1", 1, 0, 0, inner.b, 40 + n);
			translates(REASON_XLAT64);
			is_beginning(28, 20, protos[i], n);
		}
	}
}
END_TEST

/* Options of the quoted packet go like those of any other. */
START_TEST(quoted_options)
{
	static const uint8_t opt[40] = { 131, 7, 4, 192, 0, 2, 9, 0 };
	struct h4 h = up4;

	rig_start(&r);
	h.opt = opt;
	h.opt_n = 40;
	fill(40);
	put_ip4(&inner, h, data, 40);
	inner.b[9] = 132;
	error4("203.0.113.7", 11, 0, 0, inner.b, 68);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.n, 48 + 40 + 8);
	ck_assert_uint_eq(o16(52), 40);
	ck_assert_mem_eq(r.out.b + 88, data, 8);
	error4("203.0.113.7", 11, 0, 0, inner.b, 59);	/* within them */
	silent(REASON_ICMP_INNER);
	/* a pointer at an option has no counterpart */
	error4("203.0.113.7", 12, 0, 20u << 24, inner.b, 68);
	silent(REASON_ICMP_TYPE);
}
END_TEST

/* The checksum of a quoted first fragment is carried over like any other. */
START_TEST(quoted_first_fragment)
{
	struct h4 h = up4;

	rig_start(&r);
	fill(1000);
	put_ip4(&whole, h, body, mk_udp(body, 1, 2, data, 1000));
	fix_sums(&whole);
	h.off = 0x2000;
	put_ip4(&inner, h, whole.b + 20, 504);
	error4("203.0.113.7", 11, 1, 0, inner.b, inner.n);
	translates(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[54], 44);
	memcpy(p.b, r.out.b + 48, 40);
	memcpy(p.b + 40, r.out.b + 96, 504);
	memcpy(p.b + 544, whole.b + 524, 504);
	put16(p.b + 4, 1008);
	p.b[6] = 17;
	p.n = 1048;
	ck_assert_msg(wrong(&p) == NULL, "%s", wrong(&p));
}
END_TEST

/* Section 5.2: the Fragment Header of the packet in error counts, too. */
START_TEST(too_big_about_a_fragment)
{
	static const struct { uint32_t mtu, plain, fragment; } t[] = {
		{ 1280, 1260, 1260 }, { 1400, 1380, 1372 },
		{ 9000, 1480, 1472 }, { 1288, 1268, 1260 },
		{ 1300, 1280, 1272 }, { 1279, 1260, 1260 }, { 0, 1260, 1260 },
	};

	rig_start(&r);
	fill(1200);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		for (unsigned kind = 0; kind < 4; kind++) {
			/* none, first, later, atomic */
			uint8_t ext[8] = { 132, 0, 0, (uint8_t)(kind == 1 ?
			    1 : kind == 2 ? 8 : 0) };
			struct h6 h = down6;

			h.next = 132;
			if (kind > 0) {
				h.ext = ext;
				h.ext_n = 8;
				h.ext_first = 44;
			}
			put_ip6(&inner, h, data, 1200);
			error6("2001:db8::1", 2, 0, t[i].mtu, inner.b, 80);
			translates(REASON_XLAT64);
			ck_assert_uint_eq(be32(r.out.b + 24), kind == 0 ?
			    t[i].plain : t[i].fragment);
		}
}
END_TEST

/*
 * RFC 1812 section 4.3.2.3: an ICMPv4 error has 576 octets at most.  So short, it
 * has no DF, and needs an identification.
 */
START_TEST(length_and_identification_of_an_error)
{
	unsigned last = 0;

	rig_start(&r);
	fill(1400);
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 1350));
	for (size_t n = 500; n <= 1398; n += n > 560 && n < 572 ? 1 : 4) {
		error6("2001:db8::1", 3, 0, 0, inner.b, n);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.n, n < 568 ? n + 8 : 576);
		ck_assert_uint_eq(o16(6), 0);
		ck_assert_uint_ne(o16(4), last);
		/* it is the packet that was cut, not what it says of itself */
		ck_assert_uint_eq(o16(30), 1378);
		last = o16(4);
	}
}
END_TEST

/* --- silence -------------------------------------------------------------- */

/* Sections 4.2 and 5.2: codes and types to be dropped without a word. */
START_TEST(silent_errors)
{
	rig_start(&r);
	put_ip4(&inner, up4, body, mk_udp(body, 1, 2, data, 20));
	fix_sums(&inner);
	for (unsigned code = 0; code < 256; code++) {
		error4("203.0.113.7", 3, (uint8_t)code, 0, inner.b, inner.n);
		if (code == 14 || code > 15)
			silent(REASON_ICMP_TYPE);
		else
			translates(REASON_XLAT46);
		error4("203.0.113.7", 12, (uint8_t)code, 8u << 24, inner.b,
		    inner.n);
		if (code == 0 || code == 2)
			translates(REASON_XLAT46);
		else
			silent(REASON_ICMP_TYPE);
	}
	for (unsigned at = 0; at < 256; at++) {	/* n/a, and beyond */
		bool none = (at >= 4 && at <= 7) || at == 10 || at == 11 ||
		    at > 19;

		error4("203.0.113.7", 12, 0, at << 24, inner.b, inner.n);
		if (none)
			silent(REASON_ICMP_TYPE);
		else
			translates(REASON_XLAT46);
	}
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 20));
	fix_sums(&inner);
	for (unsigned type = 0; type < 128; type++)
		for (unsigned code = 0; code < 8; code++) {
			bool ok = (type == 1 && code < 5) || type == 2 ||
			    type == 3 || (type == 4 && code < 2);

			error6("2001:db8::1", (uint8_t)type, (uint8_t)code, 0,
			    inner.b, inner.n);
			if (ok)
				translates(REASON_XLAT64);
			else
				silent(REASON_ICMP_TYPE);
		}
}
END_TEST

/* Protocols that would come to life as another family's. */
START_TEST(silent_protocols)
{
	static const uint8_t not4[] = { 0, 43, 44, 58, 60 };
	static const uint8_t not6[] = { 1 };

	rig_start(&r);
	for (size_t i = 0; i < sizeof not4; i++) {
		struct h4 h = down4;

		h.proto = not4[i];
		put_ip4(&p, h, data, 40);
		silent(REASON_PROTOCOL);
		h = up4;		/* nor as part of an error */
		h.proto = not4[i];
		put_ip4(&inner, h, data, 40);
		error4("203.0.113.7", 3, 1, 0, inner.b, inner.n);
		silent(REASON_ICMP_INNER);
	}
	for (size_t i = 0; i < sizeof not6; i++) {
		struct h6 h = up6;

		h.next = not6[i];
		put_ip6(&p, h, data, 40);
		silent(REASON_PROTOCOL);
		h = down6;
		h.next = not6[i];
		put_ip6(&inner, h, data, 40);
		error6("2001:db8::1", 1, 0, 0, inner.b, inner.n);
		silent(REASON_ICMP_INNER);
	}
}
END_TEST

/*
 * Section 4.5 and 5.5, all transports are forwarded: every number that means nothing
 * in the other family passes, IGMP's and that of IPv4 in IPv6 among them.
 */
START_TEST(every_other_protocol)
{
	rig_start(&r);
	fill(64);
	for (unsigned proto = 0; proto < 256; proto++) {
		bool own4 = proto == 0 || proto == 43 || proto == 44 ||
		    proto == 58 || proto == 60;
		struct h4 h4 = down4;
		struct h6 h6 = up6;

		if (proto == 6 || proto == 17 || proto == 1 || own4)
			continue;
		h4.proto = h6.next = (uint8_t)proto;
		put_ip4(&p, h4, data, 64);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[6], proto);
		ck_assert_mem_eq(r.out.b + 40, data, 64);
		put_ip6(&p, h6, data, 64);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[9], proto);
		ck_assert_mem_eq(r.out.b + 20, data, 64);
		/* and as part of an error */
		h4 = up4;
		h6 = down6;
		h4.proto = h6.next = (uint8_t)proto;
		put_ip4(&inner, h4, data, 64);
		error4("203.0.113.7", 3, 1, 0, inner.b, inner.n);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[54], proto);
		put_ip6(&inner, h6, data, 64);
		error6("2001:db8::1", 1, 0, 0, inner.b, inner.n);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[37], proto);
	}
}
END_TEST

/* Nothing at all is a transport, too. */
START_TEST(no_next_header)
{
	uint8_t ext[8] = { 59, 0, 0, 0, 1, 2, 4, 8 };
	struct h6 h = up6;

	rig_start(&r);
	h.next = 59;
	put_ip6(&p, h, NULL, 0);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 20);
	ck_assert_uint_eq(r.out.b[9], 59);
	h.ext = ext;
	h.ext_n = 8;
	h.ext_first = 44;
	put_ip6(&p, h, NULL, 0);
	translates(REASON_XLAT64);
	ck_assert_uint_eq(r.out.n, 20);
	ck_assert_uint_eq(o16(4), 0x0408);
	ck_assert_uint_eq(o16(6), 0);
}
END_TEST

/* RFC 8200 section 4: three that a random search found. */
START_TEST(orders_of_extension_headers)
{
	static const struct {
		uint8_t order[9], n, proto;
	} t[] = {
		{ { 60, 43, 43, 60, 43, 60, 60 }, 7, 58 },
		{ { 60, 43, 43 }, 3, 6 },
		{ { 43, 43, 60, 44 }, 4, 6 },
		{ { 0, 60, 60, 43, 60, 44, 60, 43, 60 }, 9, 17 },
	};

	rig_start(&r);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		uint8_t ext[8 * 9] = { 0 }, proto = t[i].proto;
		struct h6 h = up6;
		size_t n = proto == 58 ? mk_icmp(body, 129, 0, 7, data, 40) :
		    proto == 6 ? mk_tcp(body, 1, 2, data, 44) :
		    mk_udp(body, 1, 2, data, 40);
		bool cut = i == 2;

		h.next = proto;
		h.ext = ext;
		h.ext_n = 8u * t[i].n;
		h.ext_first = t[i].order[0];
		for (unsigned k = 0; k < t[i].n; k++) {
			ext[8 * k] = k + 1u < t[i].n ? t[i].order[k + 1] :
			    proto;
			if (t[i].order[k] == 44)
				ext[8 * k + 3] = cut;
		}
		put_ip6(&p, h, body, n);
		if (cut) {
			expect(REASON_XLAT64);
		} else {
			fix_sums(&p);
			translates(REASON_XLAT64);
		}
		ck_assert_uint_eq(r.out.n, 20 + n);
		ck_assert_uint_eq(r.out.b[9], proto == 58 ? 1 : proto);
		ck_assert_uint_eq(o16(6), cut ? 0x2000 : 0);
		/* an error that quotes it is translated, too */
		h.src = down6.src;
		h.dst = down6.dst;
		put_ip6(&inner, h, body, n);
		error6("2001:db8::1", 1, 0, 0, inner.b, inner.n);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.n, 48 + n);
	}
}
END_TEST

/* --- anything at all ------------------------------------------------------ */

/* Quotes, lengths and pointers are a stranger's, and their checksum is right. */
START_TEST(hostile_quotes)
{
	static const uint8_t types6[] = { 1, 2, 3, 4 };
	static const uint8_t types4[] = { 3, 11, 12 };
	unsigned sent = 0;

	rig_start(&r);
	rig_map(&r, "192.0.2.16/28", "2001:db8:80::/120");
	for (unsigned i = 0; i < 200000; i++) {
		uint8_t ext[16] = { [0] = 44, [8] = 6 };
		struct h4 h4 = up4;
		struct h6 h6 = down6;
		bool six = rnd(2) == 0;
		size_t n = 1 + rnd(1500), k;

		r.f.set.icmp_node_id = rnd(2) == 0;
		h4.proto = h6.next = rnd(2) ? 6 : 17;
		h4.off = (uint16_t)(rnd(4) == 0 ? rnd(65536) : 0);
		if (rnd(3) == 0) {
			h6.ext = ext;
			h6.ext_n = 16;
			h6.ext_first = 60;
			put16(ext + 10, (uint16_t)rnd(65536));
		}
		fill(64);
		if (six)
			put_ip6(&inner, h6, body, mk_tcp(body, 1, 2, data,
			    1480));
		else
			put_ip4(&inner, h4, body, mk_tcp(body, 1, 2, data,
			    1480));
		for (k = rnd(4); k-- > 0;)
			inner.b[rnd(80)] = (uint8_t)rnd(256);
		if (six)
			error6(rnd(2) ? "2001:db8::1" : "2001:db8:99::1",
			    types6[rnd(4)], (uint8_t)rnd(6), rnd(1 << 30) << 2,
			    inner.b, n < inner.n ? n : inner.n);
		else
			error4("203.0.113.7", types4[rnd(3)],
			    (uint8_t)rnd(17), rnd(1 << 30) << 2, inner.b,
			    n < inner.n ? n : inner.n);
		rig_send(&r, &p);
		if (!r.o.send)
			continue;
		sent++;
		ck_assert_msg(wrong(&r.out) == NULL, "%s", wrong(&r.out));
		ck_assert_uint_le(r.out.n, six ? 576 : 1280);
		ck_assert_uint_eq(r.out.b[0] >> 4, six ? 4 : 6);
	}
	ck_assert_uint_ge(sent, 20000);
}
END_TEST

TESTS(rfc7915, illegal_source_of_an_error, error_from_a_private_router,
    every_prefix_length, wrong_checksums_stay_wrong, fragments_beyond_ipv4,
    ipv6_fragments_that_fit_nowhere, tiny_first_fragments,
    extension_headers_of_fragments, atomic_fragments, ipv4_flags,
    ipv6_udp_without_checksum, quotes_of_any_length, quoted_options,
    quoted_first_fragment, too_big_about_a_fragment,
    length_and_identification_of_an_error, silent_errors, silent_protocols,
    every_other_protocol, no_next_header, orders_of_extension_headers, hostile_quotes)
