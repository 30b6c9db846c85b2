/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/addr.h"
#include "suite.h"

START_TEST(prefixes_from_text)
{
	static const struct {
		const char *text;
		bool ok4, ok6;
		unsigned len;
	} t[] = {
		{ "192.0.2.1", true, false, 32 },
		{ "192.0.2.1/0", true, false, 0 },
		{ "192.0.2.1/32", true, false, 32 },
		{ "192.0.2.1/33", false, false, 0 },
		{ "192.0.2.1/", false, false, 0 },
		{ "192.0.2.1/-1", false, false, 0 },
		{ "192.0.2.1/+1", false, false, 0 },
		{ "192.0.2.1/8 ", false, false, 0 },
		{ "192.0.2.1/2a", false, false, 0 },
		{ "192.0.2.1/:", false, false, 0 },
		{ "192.0.2.1/0008", false, false, 0 },
		{ "192.0.2.1/8/8", false, false, 0 },
		{ "/8", false, false, 0 },
		{ "", false, false, 0 },
		{ "2001:db8::", false, true, 128 },
		{ "2001:db8::/128", false, true, 128 },
		{ "::/0", false, true, 0 },
		{ "2001:db8::/129", false, false, 0 },
		{ "64:ff9b::192.0.2.33/96", false, true, 96 },
		{ "2001:0db8:0000:0000:0000:0000:0000:0001:0002:0003:0004:0005:0006", false, false, 0 },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct prefix4 p4;
		struct prefix6 p6;

		ck_assert_msg(prefix4_parse(t[i].text, &p4) == t[i].ok4,
		    "%s", t[i].text);
		ck_assert_msg(prefix6_parse(t[i].text, &p6) == t[i].ok6,
		    "%s", t[i].text);
		if (t[i].ok4)
			ck_assert_uint_eq(p4.len, t[i].len);
		if (t[i].ok6)
			ck_assert_uint_eq(p6.len, t[i].len);
	}
}
END_TEST

START_TEST(values_and_text)
{
	char buf[ADDR_TEXT_MAX];
	struct prefix6 p6;
	struct prefix4 p4;
	ip4_t a4;
	struct ip6 a6;

	ck_assert(ip4_parse("192.0.2.33", &a4));
	ck_assert_uint_eq(a4, 0xc0000221);
	ck_assert_str_eq(ip4_text(a4, buf), "192.0.2.33");
	ck_assert(ip6_parse("2001:db8:0:1::abcd:2", &a6));
	ck_assert(a6.hi == UINT64_C(0x20010db800000001));
	ck_assert(a6.lo == UINT64_C(0xabcd0002));
	ck_assert_str_eq(ip6_text(a6, buf), "2001:db8:0:1::abcd:2");
	ck_assert(prefix6_parse("2001:db8:ffff::1/33", &p6));
	ck_assert_str_eq(prefix6_text(prefix6_masked(p6), buf),
	    "2001:db8:8000::/33");
	ck_assert(prefix6_parse("::1/128", &p6));
	ck_assert_str_eq(prefix6_text(p6, buf), "::1/128");
	ck_assert(prefix4_parse("10.255.0.1/9", &p4));
	ck_assert_str_eq(prefix4_text(prefix4_masked(p4), buf),
	    "10.128.0.0/9");
	ck_assert(prefix4_parse("10.255.0.1/0", &p4));
	ck_assert_str_eq(prefix4_text(prefix4_masked(p4), buf), "0.0.0.0/0");
}
END_TEST

START_TEST(octets_and_back)
{
	static const uint8_t b[16] = { 0x20, 1, 0xd, 0xb8, 4, 5, 6, 7, 8, 9,
	    10, 11, 12, 13, 14, 255 };
	uint8_t out[16];
	struct ip6 a = ip6_read(b);

	ck_assert(a.hi == UINT64_C(0x20010db804050607));
	ck_assert(a.lo == UINT64_C(0x08090a0b0c0d0eff));
	ip6_write(out, a);
	ck_assert_mem_eq(out, b, 16);
}
END_TEST

START_TEST(masks)
{
	for (unsigned len = 0; len <= 128; len++) {
		struct ip6 m = mask6(len);
		unsigned ones = (unsigned)(__builtin_popcountll(m.hi) +
		    __builtin_popcountll(m.lo));

		ck_assert_uint_eq(ones, len);
		/* Ones, then zeros: the complement plus one is a power of 2. */
		ck_assert((~m.hi & (~m.hi + 1)) == 0);
		ck_assert((~m.lo & (~m.lo + 1)) == 0);
		ck_assert(len >= 64 || m.lo == 0);
	}
	for (unsigned len = 0; len <= 32; len++) {
		ip4_t m = mask4(len);

		ck_assert_uint_eq((unsigned)__builtin_popcount(m), len);
		ck_assert((~m & (~m + 1)) == 0);
	}
}
END_TEST

START_TEST(unicast4)
{
	static const struct { const char *text; bool ok; } t[] = {
		{ "0.0.0.0", false }, { "0.255.255.255", false },
		{ "1.0.0.0", true }, { "126.255.255.255", true },
		{ "127.0.0.0", false }, { "127.255.255.255", false },
		{ "128.0.0.0", true }, { "192.0.0.8", true },
		{ "223.255.255.255", true }, { "224.0.0.0", false },
		{ "239.255.255.255", false }, { "240.0.0.0", true },
		{ "255.255.255.254", true }, { "255.255.255.255", false },
		{ "169.253.255.255", true }, { "169.254.0.0", false },
		{ "169.254.169.254", false }, { "169.254.255.255", false },
		{ "169.255.0.0", true },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		ip4_t a;

		ck_assert(ip4_parse(t[i].text, &a));
		ck_assert_msg(ip4_is_unicast(a) == t[i].ok, "%s", t[i].text);
	}
}
END_TEST

START_TEST(unicast6)
{
	static const struct { const char *text; bool ok; } t[] = {
		{ "::", false }, { "::1", false }, { "::2", true },
		{ "1::", true }, { "64:ff9b::1", true }, { "fe7f::1", true },
		{ "::fffe:ffff:ffff", true }, { "::ffff:0:0", false },
		{ "::ffff:192.0.2.1", false }, { "::ffff:ffff:ffff", false },
		{ "::1:0:0:0", true }, { "::ffff:0:192.0.2.1", true },
		{ "1::ffff:0:0", true },
		{ "fe80::", false }, { "febf:ffff::1", false },
		{ "fec0::1", true }, { "fc00::1", true }, { "ff00::", false },
		{ "ff02::1", false }, { "ffff::1", false },
		{ "2001:db8::1", true },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct ip6 a;

		ck_assert(ip6_parse(t[i].text, &a));
		ck_assert_msg(ip6_is_unicast(a) == t[i].ok, "%s", t[i].text);
	}
}
END_TEST

/* First and last address of each range, and their neighbours. */
START_TEST(private_and_examples)
{
	static const struct {
		const char *first, *last;
		bool example;
	} t[] = {
		{ "10.0.0.0", "10.255.255.255", false },
		{ "100.64.0.0", "100.127.255.255", false },
		{ "172.16.0.0", "172.31.255.255", false },
		{ "192.168.0.0", "192.168.255.255", false },
		{ "192.0.2.0", "192.0.2.255", true },
		{ "198.18.0.0", "198.19.255.255", true },
		{ "198.51.100.0", "198.51.100.255", true },
		{ "203.0.113.0", "203.0.113.255", true },
	};
	/* These are neither: 192.0.0.0/24 (RFC 7335), 240/4 and the rest. */
	static const ip4_t neither[] = { 0xc0000002, 0xf0000001, 0x08080808,
	    0xa9fe0001, 0x7f000001, 0xc0586301 };
	ip4_t a, b;

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		ck_assert(ip4_parse(t[i].first, &a));
		ck_assert(ip4_parse(t[i].last, &b));
		ck_assert(ip4_is_private(a) != t[i].example);
		ck_assert(ip4_is_private(b) != t[i].example);
		ck_assert(ip4_is_example(a) == t[i].example);
		ck_assert(ip4_is_example(b) == t[i].example);
		ck_assert(!ip4_is_private(a - 1) && !ip4_is_private(b + 1));
		ck_assert(!ip4_is_example(a - 1) && !ip4_is_example(b + 1));
	}
	for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++)
		ck_assert(!ip4_is_private(neither[i]) &&
		    !ip4_is_example(neither[i]));
}
END_TEST

TESTS(addr, prefixes_from_text, values_and_text, octets_and_back, masks,
    unicast4, unicast6, private_and_examples)
