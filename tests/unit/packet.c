/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/packet.h"
#include "pktbuild.h"
#include "suite.h"

static struct bytes p;
static struct pkt pkt;
static uint8_t data[70000];

static const struct h4 v4 = { .ttl = 64, .proto = 17, .src = "192.0.2.1",
    .dst = "198.51.100.1" };
static const struct h6 v6 = { .hop = 64, .next = 17, .src = "2001:db8::1",
    .dst = "2001:db8:64::1" };

/* The reason, or XLAT46 for "parses". */
static enum reason
parse(void)
{
	enum reason why = REASON_XLAT46;
	struct cur in = guarded(p.b, p.n);
	bool ok = pkt_parse(in, &pkt, &why);

	ck_assert_int_eq(ok, why == REASON_XLAT46);
	return why;
}

static void
expect(enum reason want)
{
	ck_assert_str_eq(reason_name(parse()), reason_name(want));
}

static size_t
udp(size_t n)
{
	return mk_udp(data, 1000, 2000, NULL, 0) + n;
}

static void
fix4(void)		/* the header checksum after a change */
{
	p.b[10] = p.b[11] = 0;
	put16(p.b + 10, (uint16_t)~plain_sum(0, p.b, (p.b[0] & 15) * 4u));
}

/* What everything is read with: it ends where its octets do. */
START_TEST(cursor)
{
	static const uint8_t b[4] = { 1, 2, 3, 4 };
	struct cur c = cur_of(b, sizeof b);

	ck_assert_uint_eq(cur_first(c, 9).n, 4);
	ck_assert_uint_eq(cur_first(c, 3).n, 3);
	ck_assert_uint_eq(cur_after(c, 3).n, 1);
	ck_assert_ptr_eq(cur_after(c, 3).p, b + 3);
	ck_assert_uint_eq(cur_after(c, 4).n, 0);
	ck_assert_uint_eq(cur_after(c, 9).n, 0);
	ck_assert_ptr_eq(cur_after(c, 9).p, b + 4);
	ck_assert_ptr_null(cur_take(&c, 5));
	ck_assert_uint_eq(c.n, 4);
	ck_assert_ptr_eq(cur_take(&c, 4), b);
	ck_assert_uint_eq(c.n, 0);
}
END_TEST

START_TEST(ipv4_facts)
{
	struct h4 h = v4;

	h.tos = 0xb9;
	h.id = 0x1234;
	h.off = 0x4000;
	put_ip4(&p, h, data, udp(10));
	expect(REASON_XLAT46);
	ck_assert_uint_eq(pkt.version, 4);
	ck_assert_uint_eq(pkt.tos, 0xb9);
	ck_assert_uint_eq(pkt.ttl, 64);
	ck_assert_uint_eq(pkt.proto, 17);
	ck_assert(pkt.df && !pkt.more && !pkt.frag_header);
	ck_assert_uint_eq(pkt.id, 0x1234);
	ck_assert_uint_eq(pkt.len, 38);
	ck_assert_uint_eq(pkt.net_len, 20);
	ck_assert_uint_eq(pkt.src4, 0xc0000201);
	ck_assert_uint_eq(pkt.dst4, 0xc6336401);
	ck_assert_int_eq(pkt.transport, TRANSPORT_UDP);
	ck_assert_uint_eq(pkt.payload.n, 18);
}
END_TEST

START_TEST(ipv4_lengths)
{
	put_ip4(&p, v4, data, udp(10));
	for (size_t n = p.n; n-- > 0;) {	/* cut short anywhere */
		p.n = n;
		expect(n < 20 ? REASON_TRUNCATED : REASON_BAD_LENGTH);
	}
	put_ip4(&p, v4, data, udp(10));
	p.n += 7;				/* octets behind the packet */
	expect(REASON_XLAT46);
	ck_assert_uint_eq(pkt.payload.n, 18);
	put_ip4(&p, v4, data, udp(10));
	p.b[0] = 0x44;				/* IHL 4 */
	expect(REASON_BAD_LENGTH);
	p.b[0] = 0x4f;				/* IHL 60 */
	expect(REASON_BAD_LENGTH);
	put_ip4(&p, v4, data, udp(10));
	put16(p.b + 2, 19);
	fix4();
	expect(REASON_BAD_LENGTH);
	for (unsigned v = 0; v < 16; v++) {
		put_ip4(&p, v4, data, udp(0));
		p.b[0] = (uint8_t)(v << 4 | 5);
		if (v != 4 && v != 6)
			expect(REASON_BAD_VERSION);
	}
	p.n = 0;
	expect(REASON_TRUNCATED);
}
END_TEST

START_TEST(ipv4_header_checksum)
{
	for (unsigned bit = 0; bit < 160; bit++) {
		put_ip4(&p, v4, data, udp(10));
		p.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert(parse() != REASON_XLAT46);
	}
}
END_TEST

START_TEST(ipv4_options)
{
	static const struct {
		uint8_t o[12];
		enum reason want;
	} t[] = {
		{ { 0 }, REASON_XLAT46 },
		{ { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, REASON_XLAT46 },
		{ { 7, 11, 4, 0 }, REASON_XLAT46 },		/* record route */
		{ { 148, 4, 0, 0 }, REASON_XLAT46 },		/* router alert */
		{ { 131, 7, 8 }, REASON_XLAT46 },		/* used up */
		{ { 137, 11, 12 }, REASON_XLAT46 },
		{ { 131, 7, 4 }, REASON_SOURCE_ROUTE },
		{ { 137, 7, 4 }, REASON_SOURCE_ROUTE },
		{ { 137, 11, 8 }, REASON_SOURCE_ROUTE },
		{ { 1, 1, 1, 131, 7, 4 }, REASON_SOURCE_ROUTE },
		{ { 131, 3, 4 }, REASON_XLAT46 },		/* empty */
		{ { 131, 3, 3 }, REASON_SOURCE_ROUTE },
		{ { 131, 3, 3, 137, 3, 4 }, REASON_SOURCE_ROUTE },
		{ { 131, 3, 4, 137, 3, 3 }, REASON_SOURCE_ROUTE },
		{ { 131, 2 }, REASON_BAD_OPTIONS },
		{ { 0, 131, 7, 4 }, REASON_XLAT46 },		/* behind the end */
		{ { 7, 0 }, REASON_BAD_OPTIONS },
		{ { 7, 1 }, REASON_BAD_OPTIONS },
		{ { 7, 13 }, REASON_BAD_OPTIONS },
		{ { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7 }, REASON_BAD_OPTIONS },
		{ { 131, 7, 4, 0, 0, 0, 0, 7, 0 }, REASON_BAD_OPTIONS },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h4 h = v4;

		h.opt = t[i].o;
		h.opt_n = 12;
		put_ip4(&p, h, data, udp(4));
		ck_assert_msg(parse() == t[i].want, "row %zu: %s", i,
		    reason_name(parse()));
		if (t[i].want == REASON_XLAT46) {
			ck_assert_uint_eq(pkt.net_len, 32);
			ck_assert_uint_eq(pkt.payload.n, 12);
		}
	}
}
END_TEST

/* An option without its length at the very end of a packet without payload. */
START_TEST(ipv4_option_at_the_end)
{
	static const uint8_t o[4] = { 1, 1, 1, 7 };
	struct h4 h = v4;

	h.proto = 50;
	h.opt = o;
	h.opt_n = 4;
	put_ip4(&p, h, data, 0);
	ck_assert_uint_eq(p.n, 24);
	expect(REASON_BAD_OPTIONS);
}
END_TEST

START_TEST(ipv4_fragments)
{
	static const struct {
		uint16_t off;
		size_t n;
		enum reason want;
	} t[] = {
		{ 0x2000, 16, REASON_XLAT46 }, { 0x2000, 17, REASON_BAD_FRAGMENT },
		{ 0x2000, 0, REASON_BAD_FRAGMENT },
		{ 0x2010, 8, REASON_XLAT46 }, { 0x0010, 3, REASON_XLAT46 },
		{ 0x1fff, 7, REASON_XLAT46 }, { 0x1fff, 8, REASON_BAD_FRAGMENT },
		{ 0x1ffe, 15, REASON_XLAT46 }, { 0x3fff, 8, REASON_BAD_FRAGMENT },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h4 h = v4;

		h.off = t[i].off;
		put_ip4(&p, h, data, t[i].n);
		ck_assert_msg(parse() == t[i].want, "row %zu", i);
		if (t[i].want != REASON_XLAT46)
			continue;
		ck_assert(pkt.frag_header);
		ck_assert_uint_eq(pkt.frag_off, (t[i].off & 0x1fff) * 8);
		ck_assert_int_eq(pkt.more, (t[i].off & 0x2000) != 0);
		if (pkt.frag_off != 0)
			ck_assert_int_eq(pkt.transport, TRANSPORT_OPAQUE);
	}
}
END_TEST

START_TEST(transport_must_be_there)
{
	static const struct { uint8_t proto; size_t need; } t[] = {
		{ 6, 20 }, { 17, 8 }, { 1, 8 }, { 47, 0 }, { 132, 0 },
		{ 58, 0 },
	};

	memset(data, 0, 64);
	data[0] = 8;			/* an echo request to ICMP */
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		for (size_t n = 0; n < 24; n++) {
			struct h4 h = v4;

			h.proto = t[i].proto;
			put_ip4(&p, h, data, n);
			expect(n < t[i].need ? REASON_BAD_TRANSPORT :
			    REASON_XLAT46);
		}
}
END_TEST

START_TEST(ipv6_facts)
{
	struct h6 h = v6;

	h.tos = 0xb9;
	put_ip6(&p, h, data, udp(10));
	p.b[1] |= 5;			/* flow label */
	p.b[3] = 77;
	expect(REASON_XLAT46);
	ck_assert_uint_eq(pkt.version, 6);
	ck_assert_uint_eq(pkt.tos, 0xb9);
	ck_assert_uint_eq(pkt.len, 58);
	ck_assert_uint_eq(pkt.net_len, 40);
	ck_assert_uint_eq(pkt.next_at, 6);
	ck_assert(pkt.src6.hi == UINT64_C(0x20010db800000000));
	ck_assert(pkt.dst6.lo == 1);
	ck_assert(!pkt.frag_header);
	for (size_t n = p.n; n-- > 0;) {
		p.n = n;
		expect(n < 40 ? REASON_TRUNCATED : REASON_BAD_LENGTH);
	}
}
END_TEST

/* Extension headers as text: each character one header of 8 octets. */
static size_t
extensions(const char *s, uint8_t last, uint8_t *ext, uint8_t *first)
{
	size_t n = strlen(s);

	memset(ext, 0, n * 8);
	for (size_t i = 0; i <= n; i++) {
		uint8_t proto = i == n ? last : s[i] == 'h' ? 0 : s[i] == 'd' ?
		    60 : s[i] == 'r' || s[i] == 'R' ? 43 : s[i] == 'a' ? 51 :
		    44;

		if (i == 0)
			*first = proto;
		else
			ext[(i - 1) * 8] = proto;
		if (i == n)
			break;
		if (s[i] == 'R')	/* segments left */
			ext[i * 8 + 3] = 1;
		if (s[i] == 'm')	/* first fragment of several */
			ext[i * 8 + 3] = 1;
		if (s[i] == 'o')	/* a later one */
			ext[i * 8 + 3] = 8;
	}
	return n * 8;
}

/* RFC 8200 section 4.5: what is reserved in a Fragment Header is ignored. */
START_TEST(ipv6_fragment_header_reserved)
{
	uint8_t ext[8], first;
	struct h6 h = v6;

	h.ext_n = extensions("o", 17, ext, &first);
	h.ext = ext;
	h.ext_first = first;
	ext[1] = 255;
	ext[3] |= 6;
	put_ip6(&p, h, data, 16);
	expect(REASON_XLAT46);
	ck_assert_uint_eq(pkt.net_len, 48);
	ck_assert_uint_eq(pkt.frag_off, 8);
	ck_assert(!pkt.more);
}
END_TEST

START_TEST(ipv6_extension_headers)
{
	static const struct {
		const char *headers;
		enum reason want;
		unsigned pointer;
	} t[] = {
		{ "", REASON_XLAT46, 0 }, { "h", REASON_XLAT46, 0 },
		{ "d", REASON_XLAT46, 0 }, { "r", REASON_XLAT46, 0 },
		{ "f", REASON_XLAT46, 0 }, { "hdrfd", REASON_XLAT46, 0 },
		{ "hdr", REASON_XLAT46, 0 }, { "drd", REASON_XLAT46, 0 },
		{ "hf", REASON_XLAT46, 0 }, { "fd", REASON_XLAT46, 0 },
		{ "rd", REASON_XLAT46, 0 }, { "dd", REASON_XLAT46, 0 },
		{ "hrd", REASON_XLAT46, 0 }, { "m", REASON_XLAT46, 0 },
		{ "o", REASON_XLAT46, 0 }, { "hdm", REASON_XLAT46, 0 },
		{ "ra", REASON_XLAT46, 0 },
		/* RFC 8200 section 4: any order, any number of times */
		{ "rr", REASON_XLAT46, 0 }, { "ddd", REASON_XLAT46, 0 },
		{ "ff", REASON_XLAT46, 0 }, { "fdf", REASON_XLAT46, 0 },
		{ "hddrfdddd", REASON_XLAT46, 0 },
		{ "drrdrdd", REASON_XLAT46, 0 }, { "drr", REASON_XLAT46, 0 },
		{ "rrdf", REASON_XLAT46, 0 }, { "rrdo", REASON_XLAT46, 0 },
		{ "fm", REASON_XLAT46, 0 }, { "frdo", REASON_XLAT46, 0 },
		{ "hddddddddrrrrrrrrddddddddrrrrrrr", REASON_XLAT46, 0 },
		{ "dddddddddddddddddddddddddddddddf", REASON_XLAT46, 0 },
		/* 33 of them */
		{ "hddddddddrrrrrrrrddddddddrrrrrrrr", REASON_BAD_EXT, 0 },
		{ "ddddddddddddddddddddddddddddddddm", REASON_BAD_EXT, 0 },
		/* but for Hop-by-Hop Options */
		{ "dh", REASON_BAD_EXT, 0 }, { "hh", REASON_BAD_EXT, 0 },
		{ "fh", REASON_BAD_EXT, 0 }, { "rh", REASON_BAD_EXT, 0 },
		/* RFC 7915 section 5.1.1: not behind a real Fragment Header */
		{ "md", REASON_FRAGMENT_EXT, 0 },
		{ "od", REASON_FRAGMENT_EXT, 0 },
		{ "ma", REASON_FRAGMENT_EXT, 0 },
		{ "oa", REASON_FRAGMENT_EXT, 0 },
		{ "mr", REASON_FRAGMENT_EXT, 0 },
		{ "R", REASON_ROUTING_HDR, 43 },
		{ "hR", REASON_ROUTING_HDR, 51 },
		{ "hdR", REASON_ROUTING_HDR, 59 },
		{ "Rd", REASON_ROUTING_HDR, 43 },
		{ "Rf", REASON_ROUTING_HDR, 43 },
		{ "Rm", REASON_ROUTING_HDR, 43 },
		/* the first of several, and behind those that are used up */
		{ "RR", REASON_ROUTING_HDR, 43 },
		{ "rRdR", REASON_ROUTING_HDR, 51 },
		{ "fdR", REASON_ROUTING_HDR, 59 },
		{ "dRo", REASON_ROUTING_HDR, 51 },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		uint8_t ext[8 * 33];
		struct h6 h = v6;

		h.ext = ext;
		h.ext_n = extensions(t[i].headers, 17, ext, &h.ext_first);
		if (strchr(t[i].headers, 'a') != NULL)
			ext[h.ext_n - 8 + 1] = 0;
		put_ip6(&p, h, data, udp(8));
		ck_assert_msg(parse() == t[i].want, "%s: %s", t[i].headers,
		    reason_name(parse()));
		if (t[i].want == REASON_ROUTING_HDR)
			ck_assert_uint_eq(pkt.pointer, t[i].pointer);
		if (t[i].want == REASON_XLAT46 &&
		    strchr(t[i].headers, 'a') == NULL) {
			ck_assert_uint_eq(pkt.net_len, 40 + h.ext_n);
			ck_assert_uint_eq(pkt.proto, 17);
			ck_assert_uint_eq(pkt.payload.n, 16);
			ck_assert_uint_eq(pkt.next_at, h.ext_n == 0 ? 6 :
			    32 + h.ext_n);
		}
	}
}
END_TEST

/* Lengths inside extension headers are a stranger's. */
START_TEST(ipv6_extension_lengths)
{
	for (unsigned len = 0; len < 256; len++) {
		uint8_t ext[8] = { 17, (uint8_t)len };
		struct h6 h = v6;

		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 60;
		put_ip6(&p, h, data, udp(56));
		expect((len + 1) * 8 > 72 ? REASON_TRUNCATED :
		    len * 8 > 56 ? REASON_BAD_TRANSPORT : REASON_XLAT46);
	}
	for (unsigned n = 0; n < 8; n++) {	/* cut inside a header */
		uint8_t ext[8] = { 17 };
		struct h6 h = v6;

		h.ext = ext;
		h.ext_n = n;
		h.ext_first = 60;
		put_ip6(&p, h, data, 0);
		if (n == 0)
			p.b[6] = 60;
		expect(REASON_TRUNCATED);
	}
}
END_TEST

/* As many and as long as a packet holds: offsets of more than 16 bits. */
START_TEST(longest_extension_headers)
{
	static uint8_t ext[65535];
	struct h6 h = v6;
	size_t n = 0;

	for (unsigned i = 0; i < 32; i++) {
		unsigned units = i < 31 ? 256 : 254;

		ext[n] = 60;
		ext[n + 1] = (uint8_t)(units - 1);
		n += units * 8;
	}
	ck_assert_uint_eq(n, 65520);
	ext[n - 254 * 8] = 17;
	h.ext = ext;
	h.ext_n = n;
	h.ext_first = 60;
	put_ip6(&p, h, data, udp(0));
	expect(REASON_XLAT46);
	ck_assert_uint_eq(pkt.net_len, 40 + 65520);
	ck_assert_uint_eq(pkt.next_at, 40 + 65520 - 254 * 8);
	ck_assert_uint_eq(pkt.payload.n, 8);
	ck_assert_uint_eq(pkt_payload_len(&pkt), 8);
	/* a route behind them */
	h.ext_n = n = 65520 - 254 * 8;
	ext[31 * 2048 - 2048] = 43;
	memset(ext + n, 0, 8);
	ext[n] = 17;
	ext[n + 3] = 1;
	h.ext_n += 8;
	put_ip6(&p, h, data, udp(0));
	expect(REASON_ROUTING_HDR);
	ck_assert_uint_eq(pkt.pointer, 40 + 31 * 2048 + 3);
}
END_TEST

/* RFC 4884: the length attribute splits quote and extension. */
START_TEST(icmp_errors_are_split)
{
	static const struct {
		uint8_t v, type;
		uint32_t rest;
		size_t quote;
	} t[] = {
		{ 4, 3, 0, 200 }, { 4, 3, 32 << 16, 128 },
		{ 4, 11, 32 << 16, 128 }, { 4, 12, 33 << 16, 132 },
		{ 4, 3, 51 << 16, 200 }, { 4, 4, 32 << 16, 200 },
		{ 4, 5, 32 << 16, 200 },
		{ 6, 1, 16u << 24, 128 }, { 6, 3, 17u << 24, 136 },
		{ 6, 2, 16u << 24, 200 }, { 6, 4, 16u << 24, 200 },
		{ 6, 1, 26u << 24, 200 }, { 6, 1, 255u << 24, 200 },
	};
	uint8_t icmp[208];

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		size_t n = mk_icmp(icmp, t[i].type, 0, t[i].rest, data, 200);
		struct h4 h = v4;
		struct h6 g = v6;

		h.proto = 1;
		g.next = 58;
		if (t[i].v == 4)
			put_ip4(&p, h, icmp, n);
		else
			put_ip6(&p, g, icmp, n);
		fix_sums(&p);
		expect(REASON_XLAT46);
		ck_assert_int_eq(pkt.transport, TRANSPORT_ICMP_ERROR);
		ck_assert_uint_eq(pkt.quote.n, t[i].quote);
		ck_assert_uint_eq(pkt.extension.n, 200 - t[i].quote);
		p.b[p.n - 1] ^= 1;
		expect(REASON_BAD_ICMP_SUM);
		/* the sum of a fragment proves nothing */
		if (t[i].v == 4) {
			p.b[6] |= 0x20;
			fix4();
			expect(REASON_XLAT46);
			ck_assert_int_eq(pkt.transport, TRANSPORT_ICMP_ERROR);
		}
	}
}
END_TEST

/* What an error quotes may end anywhere behind the network header. */
START_TEST(inner_packets)
{
	struct h4 h = v4;

	h.proto = 6;
	put_ip4(&p, h, data, 1000);
	p.b[10] ^= 0xff;		/* its checksum proves nothing */
	for (size_t n = 0; n <= 60; n++) {
		struct cur in = guarded(p.b, n);

		ck_assert_int_eq(pkt_parse_inner(in, 4, &pkt), n >= 20);
		ck_assert(!pkt_parse_inner(in, 6, &pkt));
		if (n < 20)
			continue;
		ck_assert(pkt_parse_inner(in, 4, &pkt));
		ck_assert_uint_eq(pkt.len, 1020);
		ck_assert_uint_eq(pkt.payload.n, n - 20);
		ck_assert_int_eq(pkt.transport, TRANSPORT_TCP);
	}
	put_ip6(&p, v6, data, 1000);
	for (size_t n = 0; n <= 60; n++)
		ck_assert_int_eq(pkt_parse_inner(guarded(p.b, n), 6, &pkt),
		    n >= 40);
}
END_TEST

/* Anything at all: no crash, no read beyond the end, facts within bounds. */
START_TEST(random_octets)
{
	for (unsigned i = 0; i < 200000; i++) {
		enum reason why;
		struct cur in;

		p.n = rnd(120);
		for (size_t k = 0; k < p.n; k++)
			p.b[k] = (uint8_t)rnd(256);
		if (p.n > 0)
			p.b[0] = (uint8_t)(i % 2 == 0 ? 0x45 + rnd(3) :
			    0x60 | (p.b[0] & 15));
		if (p.n > 6 && i % 2 == 1) {
			static const uint8_t next[] = { 0, 43, 44, 60, 17,
			    58 };

			put16(p.b + 4, (uint16_t)(p.n > 40 ? p.n - 40 : 0));
			p.b[6] = next[rnd(6)];
		}
		if (p.n >= 40 && i % 2 == 0) {
			put16(p.b + 2, (uint16_t)p.n);
			fix4();
		}
		in = guarded(p.b, p.n);
		if (pkt_parse(in, &pkt, &why)) {
			ck_assert(pkt.bytes.n <= p.n);
			ck_assert(pkt.payload.p + pkt.payload.n <= in.p + in.n);
			ck_assert(pkt.len >= pkt.net_len);
		}
		pkt_parse_inner(in, 4, &pkt);
		pkt_parse_inner(in, 6, &pkt);
	}
}
END_TEST

TESTS(packet, cursor, ipv4_facts, ipv4_lengths, ipv4_header_checksum, ipv4_options,
    ipv4_option_at_the_end, ipv6_fragment_header_reserved,
    ipv4_fragments, transport_must_be_there, ipv6_facts,
    ipv6_extension_headers, ipv6_extension_lengths, longest_extension_headers,
    icmp_errors_are_split,
    inner_packets, random_octets)
