/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prefix by DNS: RFC 7050 section 3; messages by RFC 1035 section 4.
 */
#include "clat/rfc7050.h"
#include "core/rfc6052.h"
#include "pktbuild.h"
#include "suite.h"

static struct prefix6 found[RFC7050_PREFIXES];

static struct ip6
a6(const char *text)
{
	struct ip6 a;

	ck_assert_msg(ip6_parse(text, &a), "%s", text);
	return a;
}

static const char *
first(void)
{
	static char buf[ADDR_TEXT_MAX + 4];

	return prefix6_text(found[0], buf);
}

/* Every length, both addresses, from RFC 6052's own function. */
START_TEST(every_length)
{
	static const char *const prefixes[] = {
		"64:ff9b::/96", "2001:db8::/32", "2001:db8:100::/40",
		"2001:db8:122::/48", "2001:db8:122:300::/56",
		"2001:db8:122:344::/64", "2001:db8:122:344::/96",
	};

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		for (ip4_t wka = RFC7050_WKA1; wka <= RFC7050_WKA2; wka++) {
			struct prefix6 p;
			struct ip6 a;

			ck_assert(prefix6_parse(prefixes[i], &p));
			a = rfc6052_embed(p, wka);
			ck_assert_uint_eq(rfc7050_prefixes(&a, 1, found), 1);
			ck_assert_str_eq(first(), prefixes[i]);
		}
}
END_TEST

START_TEST(both_addresses_are_one_prefix)
{
	struct ip6 a[] = { a6("64:ff9b::192.0.0.170"),
	    a6("64:ff9b::192.0.0.171"), a6("2001:db8:46::192.0.0.171") };

	ck_assert_uint_eq(rfc7050_prefixes(a, 3, found), 2);
	ck_assert_str_eq(first(), "64:ff9b::/96");
}
END_TEST

/* What no translator made: no prefix. */
START_TEST(no_prefix)
{
	static const char *const addresses[] = {
		"2001:db8::1", "64:ff9b::192.0.0.169", "64:ff9b::192.0.0.172",
		"::", "2001:db8:122:344:1c0:0:aa00:0",	/* bits 64 to 71 */
	};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		struct ip6 a = a6(addresses[i]);

		ck_assert_uint_eq(rfc7050_prefixes(&a, 1, found), 0);
	}
}
END_TEST

/* An address that holds one of the two at two places: the other one tells. */
START_TEST(ambiguous)
{
	struct ip6 a[] = { a6("2001:db8:c000:aa::192.0.0.170"),
	    a6("2001:db8:c000:aa::192.0.0.171") };

	ck_assert_uint_eq(rfc7050_prefixes(a, 1, found), 0);
	ck_assert_uint_eq(rfc7050_prefixes(a, 2, found), 1);
	ck_assert_str_eq(first(), "2001:db8:c000:aa::/96");
}
END_TEST

/* --- messages ------------------------------------------------------------- */

static uint8_t m[2048];
static size_t n;
static struct rfc7050_result result;

static void
reply(uint16_t id, uint16_t flags, unsigned answers)
{
	n = rfc7050_query(m, id);
	put16(m + 2, flags);
	put16(m + 6, (uint16_t)answers);
	n -= 11;			/* the query's EDNS */
	put16(m + 10, 0);
}

static void
record(uint16_t type, uint32_t ttl, const void *data, uint16_t len)
{
	m[n++] = 0xc0;			/* the name of the question */
	m[n++] = 12;
	put16(m + n, type);
	put16(m + n + 2, 1);
	put32(m + n + 4, ttl);
	put16(m + n + 8, len);
	memcpy(m + n + 10, data, len);
	n += 10u + len;
}

static void
aaaa(uint32_t ttl, const char *text)
{
	uint8_t b[16];

	ip6_write(b, a6(text));
	record(28, ttl, b, 16);
}

static enum rfc7050_answer
parse(uint16_t id)
{
	return rfc7050_parse(guarded(m, n), id, &result);
}

START_TEST(query)
{
	static const uint8_t want[] = {
		0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1,
		8, 'i', 'p', 'v', '4', 'o', 'n', 'l', 'y',
		4, 'a', 'r', 'p', 'a', 0, 0, 28, 0, 1,
		0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0,
	};

	n = rfc7050_query(m, 0x1234);
	ck_assert_uint_eq(n, sizeof want);
	ck_assert_mem_eq(m, want, n);
}
END_TEST

START_TEST(answers)
{
	reply(7, 0x8180, 3);
	record(5, 60, "\x01" "x\0", 3);		/* some alias */
	aaaa(3600, "64:ff9b::192.0.0.170");
	aaaa(300, "64:ff9b::192.0.0.171");
	ck_assert_int_eq(parse(7), RFC7050_FOUND);
	ck_assert_uint_eq(result.n, 1);
	ck_assert_uint_eq(result.ttl, 300);
	m[13] = 'I';				/* the name in other letters */
	ck_assert_int_eq(parse(7), RFC7050_FOUND);
	for (size_t whole = n; n > 0; n--)
		ck_assert_int_eq(parse(7), n == whole ? RFC7050_FOUND :
		    n >= 31 ? RFC7050_FAILED : RFC7050_OTHER);
}
END_TEST

START_TEST(no_answers)
{
	reply(7, 0x8180, 0);
	ck_assert_int_eq(parse(7), RFC7050_NONE);
	ck_assert_int_eq(parse(8), RFC7050_OTHER);	/* another question's */
	reply(7, 0x8183, 0);
	ck_assert_int_eq(parse(7), RFC7050_NONE);
	reply(7, 0x8182, 0);				/* SERVFAIL */
	ck_assert_int_eq(parse(7), RFC7050_FAILED);
	reply(7, 0x8185, 0);				/* REFUSED */
	ck_assert_int_eq(parse(7), RFC7050_FAILED);
	reply(7, 0x8380, 0);				/* truncated */
	ck_assert_int_eq(parse(7), RFC7050_FAILED);
	reply(7, 0x0100, 0);				/* a question */
	ck_assert_int_eq(parse(7), RFC7050_OTHER);
	reply(7, 0x8180, 1);
	m[14] = 'x';					/* for another name */
	ck_assert_int_eq(parse(7), RFC7050_OTHER);
	reply(7, 0x8180, 1);
	aaaa(60, "2001:db8::1");
	ck_assert_int_eq(parse(7), RFC7050_NONE);
	/* Lengths that lie, names that go on for ever. */
	reply(7, 0x8180, 1);
	record(28, 60, "", 0);
	put16(m + n - 2, 16);
	ck_assert_int_eq(parse(7), RFC7050_FAILED);
	reply(7, 0x8180, 1);
	m[n++] = 64;
	ck_assert_int_eq(parse(7), RFC7050_FAILED);
}
END_TEST

/* Whatever comes, nothing is read beyond it. */
START_TEST(random_octets)
{
	for (unsigned i = 0; i < 20000; i++) {
		reply(7, 0x8180, 1 + rnd(4));
		rnd_fill(m + n, 64);
		n += rnd(64);
		parse(7);
		ck_assert_uint_le(result.n, RFC7050_PREFIXES);
	}
}
END_TEST

TESTS(rfc7050, every_length, both_addresses_are_one_prefix, no_prefix,
    ambiguous, query, answers, no_answers, random_octets)
