/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pipeline: order of decisions, own ICMP, hairpinning, leases, counters.
 */
#include "core/rfc6052.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct bytes p, inner;
static uint8_t data[70000], body[70000];

static const struct h4 v4 = { .ttl = 64, .proto = 17, .src = "198.51.100.1",
    .dst = "192.0.2.1" };
static const struct h6 v6 = { .hop = 64, .next = 17, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };

static void
udp4(struct h4 h, size_t n)
{
	put_ip4(&p, h, body, mk_udp(body, 1000, 2000, data, n));
	fix_sums(&p);
}

static void
udp6(struct h6 h, size_t n)
{
	put_ip6(&p, h, body, mk_udp(body, 1000, 2000, data, n));
	fix_sums(&p);
}

static void
expect(enum reason want)
{
	rig_expect(&r, &p, want);
	if (r.o.send)
		ck_assert_msg(wrong(&r.out) == NULL, "%s", wrong(&r.out));
}

/* An ICMP error of our own, of the family of p, that quotes n octets of it. */
static void
expect_error(enum reason why, uint8_t type, uint8_t code, size_t n)
{
	bool is4 = p.b[0] >> 4 == 4;
	size_t at = is4 ? 20 : 40;

	expect(why);
	ck_assert(r.o.send);
	ck_assert_uint_eq(r.out.b[0] >> 4, is4 ? 4 : 6);
	ck_assert_uint_eq(r.out.b[at], type);
	ck_assert_uint_eq(r.out.b[at + 1], code);
	ck_assert_uint_eq(r.out.b[is4 ? 8 : 7], 64);
	/* to the sender, from us */
	ck_assert_mem_eq(r.out.b + (is4 ? 16 : 24), p.b + (is4 ? 12 : 8),
	    is4 ? 4 : 16);
	ck_assert_uint_eq(r.out.b[is4 ? 15 : 23], 0xfe);
	ck_assert_uint_eq(r.out.n, at + 8 + n);
	ck_assert_mem_eq(r.out.b + at + 8, p.b, n);
}

START_TEST(illegal_addresses)
{
	static const char *const bad4[] = { "0.0.0.0", "0.1.2.3", "127.0.0.1",
	    "224.0.1.0", "239.1.1.1", "255.255.255.255" };
	static const char *const bad6[] = { "::", "::1", "fe80::1", "ff01::1",
	    "ff03::", "ff05::2", "ff0e::1" };

	rig_start(&r);
	for (size_t i = 0; i < sizeof bad4 / sizeof bad4[0]; i++) {
		struct h4 h = v4;

		h.src = bad4[i];
		udp4(h, 8);
		expect(REASON_ILLEGAL_SRC);
		ck_assert(!r.o.send);
		h = v4;
		h.dst = bad4[i];
		udp4(h, 8);
		expect(REASON_ILLEGAL_DST);
		ck_assert(!r.o.send);
	}
	for (size_t i = 0; i < sizeof bad6 / sizeof bad6[0]; i++) {
		struct h6 h = v6;

		h.src = bad6[i];
		udp6(h, 8);
		expect(REASON_ILLEGAL_SRC);
		ck_assert(!r.o.send);
		h = v6;
		h.dst = bad6[i];
		udp6(h, 8);
		expect(REASON_ILLEGAL_DST);
		ck_assert(!r.o.send);
	}
}
END_TEST

/*
 * What the kernel, and daemons of the host, say on every interface: router
 * solicitations, multicast reports (IGMP, MLD), mDNS.  Nobody is to be alarmed.
 */
START_TEST(host_chatter)
{
	static const uint8_t alert4[4] = { 148, 4 };
	static const uint8_t alert6[8] = { 58, 0, 5, 2 };
	static const struct { const char *src, *dst; } t[] = {
		{ "fe80::1", "ff02::2" }, { "::", "ff02::16" },
		{ "::", "ff02::1:ff00:1" }, { "2001:db8::9", "ff02::fb" },
		{ "2001:db8::9", "ff02:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	}, t4[] = {
		{ "0.0.0.0", "224.0.0.22" }, { "192.168.255.2", "224.0.0.251" },
		{ "192.168.255.2", "224.0.0.0" },
		{ "169.254.1.1", "224.0.0.255" },
	};

	rig_start(&r);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct h6 h = v6;

		h.src = t[i].src;
		h.dst = t[i].dst;
		h.hop = 1;
		h.next = 58;
		h.ext = alert6;
		h.ext_n = i % 2 == 0 ? 0 : 8;
		h.ext_first = i % 2 == 0 ? 58 : 0;
		put_ip6(&p, h, body, mk_icmp(body, i == 0 ? 133 : 143, 0, 0,
		    data, 12));
		fix_sums(&p);
		expect(REASON_HOST_CHATTER);
		ck_assert(!r.o.send);
	}
	for (size_t i = 0; i < sizeof t4 / sizeof t4[0]; i++) {
		struct h4 h = v4;

		h.src = t4[i].src;
		h.dst = t4[i].dst;
		h.ttl = 1;
		h.proto = i % 2 == 0 ? 2 : 17;
		h.opt = alert4;
		h.opt_n = i % 2 == 0 ? 4 : 0;
		put_ip4(&p, h, body, mk_udp(body, 5353, 5353, data, 12));
		fix_sums(&p);
		expect(REASON_HOST_CHATTER);
		ck_assert(!r.o.send);
	}
	ck_assert_uint_eq(r.f.count.reason[REASON_HOST_CHATTER], 9);
	ck_assert_int_eq(reason_log_class(REASON_HOST_CHATTER),
	    LOG_CLASS_NONE);
	/* of others it would have the prefix, and is not the host's */
	udp6((struct h6){ .hop = 9, .next = 17, .src = v6.src,
	    .dst = "2001:db8:64::224.0.0.1" }, 8);
	expect(REASON_ILLEGAL_DST);
}
END_TEST

START_TEST(unmapped_addresses)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	h6.src = "2001:db8:9::9";		/* source: 1/5 */
	udp6(h6, 8);
	expect_error(REASON_NO_SRC, 1, 5, p.n);
	h6.dst = "2001:db8:9::8";		/* the destination is first */
	udp6(h6, 8);
	expect_error(REASON_NO_DST, 1, 0, p.n);
	r.f.map.has_prefix = false;
	udp4(h4, 8);				/* 3/10 */
	expect_error(REASON_NO_SRC, 3, 10, p.n);
	h4.dst = "192.0.2.77";			/* 3/1 */
	udp4(h4, 8);
	expect_error(REASON_NO_DST, 3, 1, p.n);
}
END_TEST

START_TEST(ttl)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	for (unsigned n = 0; n < 2; n++) {
		h4.ttl = h6.hop = (uint8_t)n;
		udp4(h4, 8);
		expect_error(REASON_TTL, 11, 0, p.n);
		udp6(h6, 8);
		expect_error(REASON_TTL, 3, 0, p.n);
	}
	h4.ttl = h6.hop = 2;
	udp4(h4, 8);
	expect(REASON_XLAT46);
	ck_assert_uint_eq(r.out.b[7], 1);
	udp6(h6, 8);
	expect(REASON_XLAT64);
	ck_assert_uint_eq(r.out.b[8], 1);
}
END_TEST

START_TEST(source_route)
{
	static const uint8_t lsrr[8] = { 131, 7, 4, 192, 0, 2, 9 };
	struct h4 h = v4;

	rig_start(&r);
	h.opt = lsrr;
	h.opt_n = 8;
	udp4(h, 8);
	expect_error(REASON_SOURCE_ROUTE, 3, 5, p.n);
}
END_TEST

/* RFC 1812 section 4.3.2.3: 576 octets; RFC 4443 section 2.4: 1280. */
START_TEST(quotes)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	h4.ttl = h6.hop = 1;
	for (size_t n = 500; n < 1440; n += 47) {
		udp4(h4, n);
		expect_error(REASON_TTL, 11, 0, p.n < 548 ? p.n : 548);
		udp6(h6, n);
		expect_error(REASON_TTL, 3, 0, p.n < 1232 ? p.n : 1232);
	}
}
END_TEST

/* No error about an error, a later fragment of IPv4, many hosts. */
START_TEST(no_error_about)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;
	uint8_t ext[8] = { 17, 0, 0, 8 };

	rig_start(&r);
	h4.ttl = h6.hop = 1;
	put_ip4(&inner, v4, body, mk_udp(body, 1, 2, data, 8));
	h4.proto = 1;
	put_ip4(&p, h4, body, mk_icmp(body, 3, 3, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_TTL);
	ck_assert(!r.o.send);
	put_ip6(&inner, v6, body, mk_udp(body, 1, 2, data, 8));
	h6.next = 58;
	put_ip6(&p, h6, body, mk_icmp(body, 1, 4, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_TTL);
	ck_assert(!r.o.send);
	h4.proto = 17;
	h4.off = 0x0010;
	put_ip4(&p, h4, data, 40);
	expect(REASON_TTL);
	ck_assert(!r.o.send);
	h4.off = 0x2000;		/* about a first one: yes */
	put_ip4(&p, h4, body, mk_udp(body, 1, 2, data, 32));
	expect_error(REASON_TTL, 11, 0, p.n);
	h6.next = 17;
	h6.ext = ext;
	h6.ext_n = 8;
	h6.ext_first = 44;
	put_ip6(&p, h6, data, 40);	/* RFC 4443 knows no such exception */
	expect_error(REASON_TTL, 3, 0, p.n);
}
END_TEST

/* An error with a source route that is not used up stays unanswered too. */
START_TEST(no_error_about_unparsed_errors)
{
	static const uint8_t lsrr[8] = { 131, 7, 4, 192, 0, 2, 9 };
	struct h4 h = v4;

	rig_start(&r);
	h.opt = lsrr;
	h.opt_n = 8;
	h.proto = 1;
	put_ip4(&p, h, body, mk_icmp(body, 3, 3, 0, data, 40));
	fix_sums(&p);
	expect(REASON_SOURCE_ROUTE);
	ck_assert(!r.o.send);
}
END_TEST

/*
 * Routes that are not used up are answered, but not whatever has one: RFC 1812
 * section 4.3.2.7, RFC 4443 section 2.4 (e).
 */
START_TEST(no_error_about_routes)
{
	static const uint8_t lsrr[8] = { 131, 7, 4, 192, 0, 2, 9 };
	static const struct { const char *src, *dst; } t4[] = {
		{ "127.0.0.1", "192.0.2.1" }, { "0.0.0.0", "192.0.2.1" },
		{ "224.0.0.1", "192.0.2.1" }, { "198.51.100.1", "224.0.0.1" },
		{ "198.51.100.1", "255.255.255.255" },
	}, t6[] = {
		{ "::", "2001:db8:64::198.51.100.1" },
		{ "ff02::1", "2001:db8:64::198.51.100.1" },
		{ "2001:db8::1", "ff02::1" },
	};
	static const struct { uint8_t type; size_t n; bool answered; } t[] = {
		{ 137, 40, false },			/* redirect */
		{ 1, 48, false }, { 4, 48, false },	/* errors */
		{ 127, 48, false }, { 1, 4, false }, { 1, 1, false },
		{ 135, 24, true }, { 128, 8, true }, { 255, 8, true },
		{ 0, 0, true },				/* nothing at all */
	};
	uint8_t ext[8] = { 58, 0, 0, 1 };
	struct h4 h4 = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	h4.opt = lsrr;
	h4.opt_n = 8;
	for (size_t i = 0; i < sizeof t4 / sizeof t4[0]; i++) {
		h4.src = t4[i].src;
		h4.dst = t4[i].dst;
		udp4(h4, 8);
		expect(REASON_SOURCE_ROUTE);
		ck_assert(!r.o.send);
	}
	h6.ext = ext;
	h6.ext_n = 8;
	h6.ext_first = 43;
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		mk_icmp(body, t[i].type, 0, 0, data, 56);
		put_ip6(&p, h6, body, t[i].n);
		if (t[i].answered) {
			expect_error(REASON_ROUTING_HDR, 4, 0, p.n);
			ck_assert_uint_eq(be32(r.out.b + 44), 43);
		} else {
			expect(REASON_ROUTING_HDR);
			ck_assert(!r.o.send);
		}
	}
	ext[0] = 17;
	for (size_t i = 0; i < sizeof t6 / sizeof t6[0]; i++) {
		h6.src = t6[i].src;
		h6.dst = t6[i].dst;
		udp6(h6, 8);
		expect(REASON_ROUTING_HDR);
		ck_assert(!r.o.send);
	}
}
END_TEST

/* What only the other family has an error for. */
START_TEST(errors_of_one_family)
{
	static struct xlat_out out;

	rig_start(&r);
	udp4(v4, 8);
	expect(REASON_XLAT46);
	ck_assert(!icmperr_build(&r.f.own, &r.o.pkt, ANSWER_NONE, 0, 0, &out));
	ck_assert(!icmperr_build(&r.f.own, &r.o.pkt, ANSWER_PARAMETER, 0, 0,
	    &out));
	ck_assert(icmperr_build(&r.f.own, &r.o.pkt, ANSWER_SOURCE_ROUTE, 0, 0,
	    &out));
	udp6(v6, 8);
	expect(REASON_XLAT64);
	ck_assert(!icmperr_build(&r.f.own, &r.o.pkt, ANSWER_NONE, 0, 0, &out));
	ck_assert(!icmperr_build(&r.f.own, &r.o.pkt, ANSWER_SOURCE_ROUTE, 0, 0,
	    &out));
	ck_assert(icmperr_build(&r.f.own, &r.o.pkt, ANSWER_PARAMETER, 0, 0,
	    &out));
}
END_TEST

/* An error that quotes a host nobody knows says nothing to anybody. */
START_TEST(quoted_addresses)
{
	static const struct { const char *src, *dst; enum reason want; } t[] = {
		{ "192.0.2.1", "192.0.2.2", REASON_XLAT46 },
		{ "192.0.2.1", "198.51.100.1", REASON_ICMP_INNER_ADDR },
		{ "198.51.100.1", "192.0.2.2", REASON_ICMP_INNER_ADDR },
		{ "192.0.2.1", "127.0.0.1", REASON_ICMP_INNER_ADDR },
		{ "224.0.0.1", "192.0.2.2", REASON_ICMP_INNER_ADDR },
	};
	struct h4 h = v4, g = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	r.f.map.has_prefix = false;
	g.src = "192.0.2.2";
	g.proto = 1;
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		h.src = t[i].src;
		h.dst = t[i].dst;
		put_ip4(&inner, h, body, mk_udp(body, 1, 2, data, 8));
		put_ip4(&p, g, body, mk_icmp(body, 11, 0, 0, inner.b,
		    inner.n));
		fix_sums(&p);
		expect(t[i].want);
	}
	/* and without a prefix any router may speak: it is replaced */
	h6.src = "2001:db8::2";
	h6.dst = "2001:db8::1";
	put_ip6(&inner, h6, body, mk_udp(body, 1, 2, data, 8));
	h6.src = "2001:db8:99::1";
	h6.dst = "2001:db8::2";
	h6.next = 58;
	put_ip6(&p, h6, body, mk_icmp(body, 3, 0, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_XLAT64);
	ck_assert_uint_eq(be32(r.out.b + 12), 0xc00002fe);
}
END_TEST

/* RFC 4443 section 2.4 (f). */
START_TEST(rate_limit)
{
	struct h6 h = v6;

	rig_start(&r);
	r.f.bucket.rate = 10;
	r.f.bucket.burst = 5;
	forward_init(&r.f, (struct siphash_key){ { 1, 2 } }, r.now);
	h.hop = 1;
	udp6(h, 8);
	for (unsigned i = 0; i < 20; i++) {
		expect(REASON_TTL);
		ck_assert_int_eq(r.o.send, i < 5);
	}
	r.now += 100;			/* a tenth of a second: one more */
	expect(REASON_TTL);
	ck_assert(r.o.send);
	expect(REASON_TTL);
	ck_assert(!r.o.send);
	r.now += 50;			/* half of one is none */
	expect(REASON_TTL);
	ck_assert(!r.o.send);
	r.now += 50;
	expect(REASON_TTL);
	ck_assert(r.o.send);
	r.now += 3600000;		/* never more than the burst */
	for (unsigned i = 0; i < 20; i++) {
		expect(REASON_TTL);
		ck_assert_int_eq(r.o.send, i < 5);
	}
	ck_assert_uint_eq(r.f.count.icmp_sent, 12);
	ck_assert_uint_eq(r.f.count.icmp_suppressed, 32);
	/* what gets no answer takes nothing from what does */
	r.now += 3600000;
	h.src = "::1";
	for (unsigned i = 0; i < 20; i++) {
		udp6(h, 8);
		expect(REASON_ILLEGAL_SRC);
	}
	ck_assert_uint_eq(r.f.count.icmp_suppressed, 32);
	h.src = v6.src;
	udp6(h, 8);
	for (unsigned i = 0; i < 20; i++) {
		expect(REASON_TTL);
		ck_assert_int_eq(r.o.send, i < 5);
	}
	/* echo replies and translated errors are not ours */
	udp6(v6, 8);
	expect(REASON_XLAT64);
	r.f.bucket.rate = 0;
	udp6(h, 8);
	for (unsigned i = 0; i < 100; i++) {
		expect(REASON_TTL);
		ck_assert(r.o.send);
	}
}
END_TEST

/*
 * What path MTU discovery waits for is answered while other errors are refused
 * by the thousand, and the other way round.
 */
START_TEST(too_big_has_its_own_limit)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;
	unsigned told = 0;

	rig_start(&r);
	r.f.bucket.rate = r.f.too_big.rate = 100;
	r.f.bucket.burst = r.f.too_big.burst = 10;
	forward_init(&r.f, (struct siphash_key){ { 1, 2 } }, r.now);
	h4.off = 0x4000;
	h6.hop = 1;
	for (unsigned i = 0; i < 1000; i++) {
		udp6(h6, 8);
		for (unsigned k = 0; k < 100; k++)
			expect(REASON_TTL);
		if (i % 10 == 0) {	/* each 10 ms: a token */
			r.now += 10;
			udp4(h4, 1600 - 28);
			expect(REASON_TOO_BIG);
			ck_assert(r.o.send);
			told++;
		}
	}
	ck_assert_uint_eq(told, 100);
	ck_assert_uint_eq(r.f.count.icmp_sent, 10 + 100 + told);
	/* It has an end, and the others do not feel it. */
	r.now += 3600000;
	udp4(h4, 1600 - 28);
	for (unsigned i = 0; i < 100; i++) {
		expect(REASON_TOO_BIG);
		ck_assert_int_eq(r.o.send, i < 10);
	}
	udp6(h6, 8);
	expect(REASON_TTL);
	ck_assert(r.o.send);
}
END_TEST

START_TEST(echo_to_ourselves)
{
	static const size_t sizes[] = { 0, 56, 1400 };

	rig_start(&r);
	for (unsigned i = 0; i < 3; i++) {
		struct h4 h4 = v4;
		struct h6 h6 = v6;
		size_t n = sizes[i];

		h4.dst = "192.0.2.254";
		h4.proto = 1;
		h4.ttl = 1;
		h4.tos = 0xb8;
		h4.src = i == 0 ? "198.51.100.1" : "10.9.8.7";
		put_ip4(&p, h4, body, mk_icmp(body, 8, 0, 0xabcd0001, data,
		    n));
		fix_sums(&p);
		expect(REASON_ECHO);
		ck_assert_uint_eq(r.out.n, p.n);
		ck_assert_uint_eq(r.out.b[1], 0xb8);
		ck_assert_uint_eq(r.out.b[8], 64);
		ck_assert_mem_eq(r.out.b + 12, p.b + 16, 4);
		ck_assert_mem_eq(r.out.b + 16, p.b + 12, 4);
		ck_assert_uint_eq(r.out.b[20], 0);
		ck_assert_mem_eq(r.out.b + 24, p.b + 24, p.n - 24);
		h6.dst = i == 2 ? "2001:db8:64::192.0.2.254" :
		    "2001:db8::fe";
		h6.src = "2001:db8:77::7";
		h6.next = 58;
		h6.hop = 1;
		h6.tos = 0xb8;
		put_ip6(&p, h6, body, mk_icmp(body, 128, 0, 0xabcd0001, data,
		    n));
		fix_sums(&p);
		expect(REASON_ECHO);
		ck_assert_uint_eq(r.out.n, p.n);
		ck_assert_uint_eq(be16(r.out.b), 0x6b80);
		ck_assert_uint_eq(r.out.b[7], 64);
		ck_assert_mem_eq(r.out.b + 8, p.b + 24, 16);
		ck_assert_mem_eq(r.out.b + 24, p.b + 8, 16);
		ck_assert_uint_eq(r.out.b[40], 129);
		ck_assert_mem_eq(r.out.b + 44, p.b + 44, p.n - 44);
	}
}
END_TEST

/* What was damaged on the way must not come back as if it were not. */
START_TEST(damaged_echo_to_ourselves)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	h4.dst = "192.0.2.254";
	h4.proto = 1;
	h6.next = 58;
	for (unsigned n = 0; n < 60; n++) {
		put_ip4(&p, h4, body, mk_icmp(body, 8, 0, 0xabcd0001, data, n));
		fix_sums(&p);
		p.b[20 + rnd((uint32_t)p.n - 20)] ^= (uint8_t)(1 << rnd(8));
		if (p.b[20] == 8) {
			expect(REASON_BAD_ICMP_SUM);
			ck_assert(!r.o.send);
		}
		h6.dst = n % 2 == 0 ? "2001:db8::fe" :
		    "2001:db8:64::192.0.2.254";
		put_ip6(&p, h6, body, mk_icmp(body, 128, 0, 0xabcd0001, data,
		    n));
		fix_sums(&p);
		p.b[40 + rnd((uint32_t)p.n - 40)] ^= (uint8_t)(1 << rnd(8));
		if (p.b[40] == 128) {
			expect(REASON_BAD_ICMP_SUM);
			ck_assert(!r.o.send);
		}
	}
	/* the pseudo-header counts, and only for ICMPv6 */
	h6.dst = "2001:db8::fe";
	put_ip6(&p, h6, body, mk_icmp(body, 128, 0, 1, data, 8));
	fix_sums(&p);
	p.b[23] ^= 1;
	expect(REASON_BAD_ICMP_SUM);
}
END_TEST

START_TEST(other_packets_to_ourselves)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;

	rig_start(&r);
	h4.dst = "192.0.2.254";
	h6.dst = "2001:db8::fe";
	udp4(h4, 8);
	expect_error(REASON_SELF_PROTO, 3, 2, p.n);
	udp6(h6, 8);
	expect_error(REASON_SELF_PROTO, 4, 1, p.n);
	ck_assert_uint_eq(be32(r.out.b + 44), 6);	/* next header */
	{
		uint8_t ext[16] = { [0] = 60, [8] = 17 };

		h6.ext = ext;
		h6.ext_n = 16;
		h6.ext_first = 0;
		udp6(h6, 8);
		expect_error(REASON_SELF_PROTO, 4, 1, p.n);
		ck_assert_uint_eq(be32(r.out.b + 44), 48);
		h6.ext_n = 0;
	}
	h4.proto = 1;
	put_ip4(&p, h4, body, mk_icmp(body, 13, 0, 0, data, 12));
	fix_sums(&p);
	expect(REASON_SELF_ICMP);
	ck_assert(!r.o.send);
	put_ip4(&p, h4, body, mk_icmp(body, 0, 0, 0, data, 12));
	fix_sums(&p);
	expect(REASON_SELF_ICMP);
	h6.next = 58;
	put_ip6(&p, h6, body, mk_icmp(body, 129, 0, 0, data, 12));
	fix_sums(&p);
	expect(REASON_SELF_ICMP);
	h4.off = 0x2000;
	put_ip4(&p, h4, body, mk_icmp(body, 8, 0, 0, data, 8));
	expect(REASON_ICMP_FRAGMENT);
}
END_TEST

/* --- leases --------------------------------------------------------------- */

START_TEST(leases)
{
	struct h6 h6 = v6;
	struct h4 h4 = v4;
	char text[ADDR_TEXT_MAX];

	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	h6.src = "2001:db8:5::5";
	h6.hop = 1;
	udp6(h6, 8);
	expect(REASON_TTL);			/* no lease for what expires */
	ck_assert_uint_eq(r.pool.active.count, 0);
	h6.hop = 64;
	h6.next = 58;
	put_ip6(&p, h6, body, mk_icmp(body, 135, 0, 0, data, 20));
	fix_sums(&p);
	expect(REASON_ICMP_TYPE);		/* nor for what is dropped */
	ck_assert_uint_eq(r.pool.active.count, 0);
	h6.next = 17;
	udp6(h6, 8);
	expect(REASON_XLAT64);
	ck_assert_int_eq(r.o.event.kind, LEASE_EVENT_ASSIGNED);
	ck_assert_uint_eq(be32(r.out.b + 12), r.o.event.addr);
	h4.dst = ip4_text(r.o.event.addr, text);
	udp4(h4, 8);
	expect(REASON_XLAT46);
	ck_assert_int_eq(r.o.event.kind, LEASE_EVENT_NONE);
	ck_assert_uint_eq(r.out.b[39], 5);
	h4.dst = "10.0.0.200";			/* in the pool, not leased */
	udp4(h4, 8);
	if (r.pool.lease[200].state == LEASE_FREE)
		expect_error(REASON_NO_DST, 3, 1, p.n);
}
END_TEST

START_TEST(full_pool)
{
	struct h6 h = v6;

	rig_start(&r);
	rig_pool(&r, "10.0.0.0/31");
	h.src = "2001:db8:5::1";
	udp6(h, 8);
	expect(REASON_XLAT64);
	h.src = "2001:db8:5::2";
	udp6(h, 8);
	expect_error(REASON_POOL_FULL, 1, 5, p.n);
}
END_TEST

/* Who is only quoted need not be there any more. */
START_TEST(quoted_hosts_are_not_awake)
{
	struct h4 h4 = v4;
	struct h6 h6 = v6;
	char text[ADDR_TEXT_MAX];
	ip4_t leased;
	mono_t last;

	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	h6.src = "2001:db8:5::5";
	udp6(h6, 8);
	expect(REASON_XLAT64);
	leased = r.o.event.addr;
	last = r.now;
	r.now += 1000;
	h4.src = ip4_text(leased, text);
	h4.dst = "198.51.100.1";
	put_ip4(&inner, h4, body, mk_udp(body, 1, 2, data, 8));
	h4 = v4;
	h4.proto = 1;
	put_ip4(&p, h4, body, mk_icmp(body, 11, 0, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_XLAT46);
	ck_assert_int_eq(r.pool.lease[leased & 255].last, last);
	h6.src = "2001:db8:64::198.51.100.1";
	h6.dst = "2001:db8:5::5";
	put_ip6(&inner, h6, body, mk_udp(body, 1, 2, data, 8));
	h6 = v6;
	h6.next = 58;
	put_ip6(&p, h6, body, mk_icmp(body, 3, 0, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_XLAT64);
	ck_assert_int_eq(r.pool.lease[leased & 255].last, last);
	rig_stop(&r);
}
END_TEST

/* --- hairpinning: RFC 7757 section 4.2.2 ---------------------------------- */

static void
check_hairpin(const char *src, const char *dst)
{
	struct ip6 s, d;

	ck_assert(ip6_parse(src, &s) && ip6_parse(dst, &d));
	ck_assert(ip6_eq(ip6_read(r.out.b + 8), s));
	ck_assert(ip6_eq(ip6_read(r.out.b + 24), d));
}

START_TEST(hairpin_between_maps)
{
	struct h6 h = v6;

	rig_start(&r);
	h.dst = "2001:db8:64::192.0.2.2";
	for (size_t n = 0; n < 1400; n += 99) {
		udp6(h, n);
		expect(REASON_HAIRPIN);
		check_hairpin("2001:db8:64::192.0.2.1", "2001:db8::2");
		ck_assert_uint_eq(r.out.n, p.n);
		ck_assert_uint_eq(r.out.b[7], 63);	/* one step */
	}
	h.hop = 1;
	udp6(h, 8);
	expect(REASON_TTL);
	h.hop = 2;
	udp6(h, 8);
	expect(REASON_HAIRPIN);
	ck_assert_uint_eq(r.out.b[7], 1);
}
END_TEST

START_TEST(hairpin_between_leases)
{
	struct h6 h = v6;
	char a[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX], src[ADDR_TEXT_MAX];
	ip4_t a1, a2;

	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	h.src = "2001:db8:5::1";
	udp6(h, 8);
	expect(REASON_XLAT64);
	a1 = r.o.event.addr;
	h.src = "2001:db8:5::2";
	udp6(h, 8);
	expect(REASON_XLAT64);
	a2 = r.o.event.addr;
	h.dst = ip6_text(rfc6052_embed(r.f.map.prefix, a1), dst);
	udp6(h, 8);
	expect(REASON_HAIRPIN);
	check_hairpin(ip6_text(rfc6052_embed(r.f.map.prefix, a2), src),
	    "2001:db8:5::1");
	/* leased to nobody: said at once */
	h.dst = ip6_text(rfc6052_embed(r.f.map.prefix, a1 ^ 0x55), dst);
	ip4_text(a1 ^ 0x55, a);
	if (r.pool.lease[(a1 ^ 0x55) & 255].state == LEASE_FREE) {
		udp6(h, 8);
		expect_error(REASON_NO_DST, 1, 0, p.n);
	}
}
END_TEST

/* The error goes back to who sent the packet, and quotes what he sent. */
START_TEST(hairpin_of_errors)
{
	struct h6 h = v6, got = v6;

	rig_start(&r);
	/* 1 sent to 2 by its IPv4 address; 2 got it like this: */
	got.src = "2001:db8:64::192.0.2.1";
	got.dst = "2001:db8::2";
	put_ip6(&inner, got, body, mk_udp(body, 5, 6, data, 40));
	fix_sums(&inner);
	h.src = "2001:db8::2";
	h.dst = "2001:db8:64::192.0.2.1";
	h.next = 58;
	put_ip6(&p, h, body, mk_icmp(body, 1, 4, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_HAIRPIN);
	check_hairpin("2001:db8:64::192.0.2.2", "2001:db8::1");
	ck_assert_uint_eq(r.out.b[40], 1);
	ck_assert_uint_eq(r.out.b[41], 4);
	{
		struct ip6 s, d;

		ck_assert(ip6_parse("2001:db8::1", &s));
		ck_assert(ip6_parse("2001:db8:64::192.0.2.2", &d));
		ck_assert(ip6_eq(ip6_read(r.out.b + 56), s));
		ck_assert(ip6_eq(ip6_read(r.out.b + 72), d));
	}
	memcpy(p.b, r.out.b + 48, r.out.n - 48);
	p.n = r.out.n - 48;
	ck_assert_msg(wrong(&p) == NULL, "%s", wrong(&p));
	/* who sent it must be known, in the pool too */
	rig_pool(&r, "10.0.0.0/24");
	got.src = "2001:db8:64::10.0.0.77";
	put_ip6(&inner, got, body, mk_udp(body, 5, 6, data, 40));
	put_ip6(&p, h, body, mk_icmp(body, 1, 4, 0, inner.b, inner.n));
	fix_sums(&p);
	expect(REASON_ICMP_INNER_ADDR);
	ck_assert(!r.o.send);
	rig_stop(&r);
}
END_TEST

/*
 * On its way it is an IPv4 packet, 20 octets shorter; in the end it must fit the
 * link as it came.
 */
START_TEST(hairpin_of_large_packets)
{
	struct h6 h = v6;

	rig_start(&r);
	h.dst = "2001:db8:64::192.0.2.2";
	udp6(h, 1452);
	expect(REASON_HAIRPIN);
	ck_assert_uint_eq(r.out.n, 1500);
	for (size_t n = 1453; n < 1500; n++) {
		udp6(h, n);
		expect_error(REASON_TOO_BIG, 2, 0, 1232);
		ck_assert_uint_eq(be32(r.out.b + 44), n <= 1472 ? 1500 : 1520);
	}
}
END_TEST

START_TEST(well_known_prefix)
{
	struct h6 h = v6;

	rig_start(&r);
	ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
	r.f.map.wkpf_strict = WKPF_YES;
	h.dst = "64:ff9b::10.0.0.1";
	udp6(h, 8);
	expect_error(REASON_WKPF_DST, 1, 0, p.n);
	h.src = "64:ff9b::10.0.0.1";
	h.dst = "64:ff9b::8.8.8.8";
	udp6(h, 8);
	expect_error(REASON_WKPF_SRC, 1, 5, p.n);
	{
		struct h4 g = v4;

		g.src = "10.0.0.1";
		udp4(g, 8);
		expect_error(REASON_WKPF_SRC, 3, 10, p.n);
	}
	/* a hairpin would write a private source with the prefix */
	rig_map(&r, "8.8.4.4", "2001:db8::4");
	rig_map(&r, "192.168.1.1", "2001:db8::41");
	h.src = "2001:db8::41";
	h.dst = "64:ff9b::8.8.4.4";
	udp6(h, 8);
	expect_error(REASON_WKPF_SRC, 1, 5, p.n);
	rig_map(&r, "8.8.8.1", "2001:db8::81");
	h.src = "2001:db8::81";
	udp6(h, 8);
	expect(REASON_HAIRPIN);
	check_hairpin("64:ff9b::8.8.8.1", "2001:db8::4");
}
END_TEST

START_TEST(offload_that_was_not_asked_for)
{
	struct offload o = { .flags = OFFLOAD_NEEDS_CSUM };

	rig_start(&r);
	udp6(v6, 8);
	forward_packet(&r.f, cur_of(p.b, p.n), &o, r.now, &r.o);
	ck_assert_int_eq(r.o.reason, REASON_BAD_OFFLOAD);
	o = (struct offload){ .gso = GSO_TCP6 };
	forward_packet(&r.f, cur_of(p.b, p.n), &o, r.now, &r.o);
	ck_assert_int_eq(r.o.reason, REASON_BAD_OFFLOAD);
	o = (struct offload){ .flags = OFFLOAD_DATA_VALID };
	forward_packet(&r.f, cur_of(p.b, p.n), &o, r.now, &r.o);
	ck_assert_int_eq(r.o.reason, REASON_XLAT64);
}
END_TEST

/* --- counters ------------------------------------------------------------- */

static uint64_t
sum_of_reasons(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < REASON_COUNT; i++)
		sum += r.f.count.reason[i];
	return sum;
}

/* Whatever comes in: one reason each, and whatever goes out is well-formed. */
START_TEST(mutated_packets)
{
	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	for (unsigned i = 0; i < 300000; i++) {
		struct h4 h4 = v4;
		struct h6 h6 = v6;
		uint8_t ext[24] = { 60, [8] = 44, [16] = 17 };
		unsigned flips = rnd(4);

		h4.proto = h6.next = rnd(2) ? 17 : 6;
		h4.off = rnd(3) ? 0x4000 : rnd(8192);
		h6.src = rnd(2) ? "2001:db8::1" : "2001:db8:5::7";
		if (rnd(3) == 0) {
			h6.ext = ext;
			h6.ext_n = 24;
			ext[16] = h6.next;
		}
		put_ip4(&inner, v4, body, mk_udp(body, 1, 2, data, 40));
		if (i % 4 == 0)
			put_ip4(&p, h4, body, mk_tcp(body, 1, 2, data, 40));
		else if (i % 4 == 1)
			put_ip6(&p, h6, body, mk_tcp(body, 1, 2, data, 40));
		else if (i % 4 == 2)
			put_ip4(&p, (struct h4){ .ttl = 9, .proto = 1,
			    .src = "198.51.100.1", .dst = "192.0.2.1" }, body,
			    mk_icmp(body, (uint8_t)(3 + rnd(2) * 8),
			    (uint8_t)rnd(16), rnd(1 << 24), inner.b, inner.n));
		else {
			put_ip6(&inner, v6, body, mk_udp(body, 1, 2, data, 9));
			h6.ext_n = 0;
			h6.next = 58;
			put_ip6(&p, h6, body, mk_icmp(body,
			    (uint8_t)(1 + rnd(4)), (uint8_t)rnd(6),
			    rnd(1 << 24), inner.b, inner.n));
		}
		while (flips-- > 0)
			p.b[rnd((uint32_t)p.n)] ^= (uint8_t)(1 << rnd(8));
		if (rnd(2)) {
			if (p.b[0] >> 4 == 4 && (p.b[0] & 15) * 4u <= p.n) {
				put16(p.b + 10, 0);
				put16(p.b + 10, (uint16_t)~plain_sum(0, p.b,
				    (p.b[0] & 15) * 4u));
			}
		}
		if (rnd(8) == 0)
			p.n = rnd((uint32_t)p.n + 1);
		r.now += 3;
		rig_send(&r, &p);
		if (!r.o.send)
			continue;
		if (r.out.b[0] >> 4 == 4) {
			ck_assert_uint_eq(be16(r.out.b + 2), r.out.n);
			ck_assert_uint_eq(plain_sum(0, r.out.b, 20), 0xffff);
		} else {
			ck_assert_uint_eq(be16(r.out.b + 4) + 40u, r.out.n);
		}
	}
	ck_assert_uint_eq(sum_of_reasons(), 300000);
	rig_stop(&r);
}
END_TEST

START_TEST(traffic_counters)
{
	rig_start(&r);
	udp4(v4, 8);
	expect(REASON_XLAT46);
	udp6(v6, 8);
	expect(REASON_XLAT64);
	expect(REASON_XLAT64);
	p.n = 3;
	expect(REASON_TRUNCATED);
	p.n = 0;
	expect(REASON_TRUNCATED);
	ck_assert_uint_eq(r.f.count.in4.packets, 1);
	ck_assert_uint_eq(r.f.count.in4.octets, 36);
	ck_assert_uint_eq(r.f.count.in6.packets, 3);
	ck_assert_uint_eq(r.f.count.in6.octets, 56 * 2 + 3);
	ck_assert_uint_eq(r.f.count.out6.octets, 56);
	ck_assert_uint_eq(r.f.count.out4.packets, 2);
	ck_assert_uint_eq(r.f.count.out4.octets, 72);
	ck_assert_uint_eq(sum_of_reasons(), 5);
	ck_assert_uint_eq(r.f.count.icmp_translated, 0);
	/* an error about what the host sent, translated */
	{
		struct h4 h = v4, quoted = v4;

		quoted.src = v4.dst;
		quoted.dst = v4.src;
		put_ip4(&inner, quoted, body, mk_udp(body, 5, 6, data, 8));
		fix_sums(&inner);
		h.proto = 1;
		put_ip4(&p, h, body, mk_icmp(body, 3, 1, 0, inner.b,
		    inner.n));
		fix_sums(&p);
		expect(REASON_XLAT46);
	}
	ck_assert_uint_eq(r.f.count.icmp_translated, 1);
	ck_assert_uint_eq(r.f.count.icmp_sent, 0);
}
END_TEST

TESTS(forward, illegal_addresses, host_chatter, unmapped_addresses, ttl, source_route,
    quotes, no_error_about, no_error_about_unparsed_errors,
    no_error_about_routes, errors_of_one_family, quoted_addresses, rate_limit, too_big_has_its_own_limit,
    echo_to_ourselves, damaged_echo_to_ourselves, other_packets_to_ourselves, leases, full_pool,
    quoted_hosts_are_not_awake,
    hairpin_between_maps, hairpin_between_leases, hairpin_of_errors,
    hairpin_of_large_packets, well_known_prefix, offload_that_was_not_asked_for, mutated_packets,
    traffic_counters)
