/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Router advertisements as a CLAT reads them: RFC 4861 section 4.2, RFC 8781
 * section 4, RFC 4191 section 2.2.
 */
#include <stdio.h>

#include "clat/ra.h"
#include "pktbuild.h"
#include "suite.h"

static uint8_t b[2048];
static size_t n;
static struct ra ra;

static void
start(uint8_t flags, uint16_t lifetime)
{
	memset(b, 0, sizeof b);
	b[0] = 134;
	b[4] = 64;
	b[5] = flags;
	put16(b + 6, lifetime);
	n = 16;
}

/* An option of so many octets; what follows type and length. */
static void
option(uint8_t type, uint8_t units, const void *rest, size_t len)
{
	b[n] = type;
	b[n + 1] = units;
	memcpy(b + n + 2, rest, len);
	n += units * 8u;
}

static void
pref64(uint16_t word, const char *prefix)
{
	uint8_t rest[14];
	struct ip6 a;
	uint8_t octets[16];

	ck_assert(ip6_parse(prefix, &a));
	ip6_write(octets, a);
	put16(rest, word);
	memcpy(rest + 2, octets, 12);
	option(38, 2, rest, sizeof rest);
}

static bool
parse(void)
{
	return ra_parse(guarded(b, n), &ra);
}

START_TEST(header)
{
	static const struct { uint8_t flags; int preference; } t[] = {
		{ 0x00, 0 }, { 0x08, 1 }, { 0x10, 0 }, { 0x18, -1 },
		{ 0xc8, 1 }, { 0xe7, 0 },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		start(t[i].flags, (uint16_t)(1800 + i));
		ck_assert(parse());
		ck_assert_int_eq(ra.preference, t[i].preference);
		ck_assert_uint_eq(ra.lifetime, 1800 + i);
		ck_assert_uint_eq(ra.mtu, 0);
		ck_assert_uint_eq(ra.n, 0);
	}
}
END_TEST

/* Each prefix length code; 6 and 7 are for nobody. */
START_TEST(lengths)
{
	static const uint8_t len[] = { 96, 64, 56, 48, 40, 32 };
	char text[ADDR_TEXT_MAX + 4], buf[ADDR_TEXT_MAX];

	for (unsigned plc = 0; plc < 8; plc++) {
		struct prefix6 want;

		start(0, 1800);
		pref64((uint16_t)(600 / 8 << 3 | plc),
		    "2001:db8:ffff:ffff:ff:ffff:ffff::");
		ck_assert(parse());
		ck_assert_uint_eq(ra.n, plc < 6);
		if (plc >= 6)
			continue;
		ck_assert_uint_eq(ra.pref64[0].lifetime, 600);
		ck_assert_uint_eq(ra.pref64[0].prefix.len, len[plc]);
		ip6_parse("2001:db8:ffff:ffff:ff:ffff:ffff:0", &want.addr);
		want.len = len[plc];
		snprintf(text, sizeof text, "%s", prefix6_text(
		    prefix6_masked(want), buf));
		ck_assert_str_eq(prefix6_text(ra.pref64[0].prefix, buf), text);
	}
}
END_TEST

/* 13 bits of units of eight seconds. */
START_TEST(lifetimes)
{
	static const struct { uint16_t word; uint32_t seconds; } t[] = {
		{ 0, 0 }, { 8, 8 }, { 1800, 1800 }, { 0xfff8, 65528 },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		start(0, 0);
		pref64(t[i].word, "64:ff9b::");
		ck_assert(parse());
		ck_assert_uint_eq(ra.n, 1);
		ck_assert_uint_eq(ra.pref64[0].lifetime, t[i].seconds);
	}
}
END_TEST

START_TEST(options)
{
	static const uint8_t mtu[6] = { 0, 0, 0, 0, 0x05, 0x14 };
	static const uint8_t other[30];

	start(0, 1800);
	option(1, 1, "\x02\0\0\0\0\1", 6);
	option(200, 4, other, sizeof other);
	option(5, 1, mtu, sizeof mtu);
	pref64(1800, "64:ff9b::");
	pref64(1800 | 1, "2001:db8:1::");
	/* Of another length than the two know: ignored. */
	option(38, 1, mtu, 6);
	option(38, 3, other, 22);
	option(5, 2, other, 14);
	ck_assert(parse());
	ck_assert_uint_eq(ra.mtu, 1300);
	ck_assert_uint_eq(ra.n, 2);
	ck_assert_uint_eq(ra.pref64[0].prefix.len, 96);
	ck_assert_uint_eq(ra.pref64[1].prefix.len, 64);

	start(0, 1800);
	for (unsigned i = 0; i < RA_PREF64_MAX + 2; i++)
		pref64(1800, "64:ff9b::");
	ck_assert(parse());
	ck_assert_uint_eq(ra.n, RA_PREF64_MAX);
}
END_TEST

START_TEST(malformed)
{
	start(0, 1800);
	pref64(1800, "64:ff9b::");
	for (size_t whole = n; n > 16; n--)
		ck_assert(n == whole || !parse());
	for (n = 0; n < 16; n++)
		ck_assert(!parse());
	start(0, 1800);
	option(38, 0, "", 0);		/* an option without a length */
	n += 8;
	ck_assert(!parse());
	start(0, 1800);
	b[0] = 133;
	ck_assert(!parse());
	start(0, 1800);
	b[1] = 1;
	ck_assert(!parse());
}
END_TEST

TESTS(ra, header, lengths, lifetimes, options, malformed)
