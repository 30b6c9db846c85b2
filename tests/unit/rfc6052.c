/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/rfc6052.h"
#include "suite.h"

static struct prefix6
prefix(const char *text)
{
	struct prefix6 p;

	ck_assert_msg(prefix6_parse(text, &p), "%s", text);
	return p;
}

static struct ip6
ip6(const char *text)
{
	struct ip6 a;

	ck_assert_msg(ip6_parse(text, &a), "%s", text);
	return a;
}

/* RFC 6052 section 2.4, tables 1 and 2. */
static const struct {
	const char *prefix, *embedded;
} figure[] = {
	{ "2001:db8::/32", "2001:db8:c000:221::" },
	{ "2001:db8:100::/40", "2001:db8:1c0:2:21::" },
	{ "2001:db8:122::/48", "2001:db8:122:c000:2:2100::" },
	{ "2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::" },
	{ "2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::" },
	{ "2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33" },
	{ "64:ff9b::/96", "64:ff9b::192.0.2.33" },
};
#define FIGURES	(sizeof figure / sizeof figure[0])

START_TEST(figures)
{
	for (size_t i = 0; i < FIGURES; i++) {
		struct prefix6 p = prefix(figure[i].prefix);
		char text[ADDR_TEXT_MAX];

		ck_assert_msg(ip6_eq(rfc6052_embed(p, 0xc0000221),
		    ip6(figure[i].embedded)), "%s: %s", figure[i].prefix,
		    ip6_text(rfc6052_embed(p, 0xc0000221), text));
		ck_assert_uint_eq(rfc6052_extract(p, ip6(figure[i].embedded)),
		    0xc0000221);
	}
}
END_TEST

START_TEST(every_bit)
{
	for (size_t i = 0; i < FIGURES; i++)
		for (unsigned bit = 0; bit <= 32; bit++) {
			struct prefix6 p = prefix(figure[i].prefix);
			ip4_t a = bit == 32 ? 0xffffffff : UINT32_C(1) << bit;
			struct ip6 e = rfc6052_embed(p, a);

			ck_assert(prefix6_has(p, e));
			ck_assert_uint_eq(rfc6052_extract(p, e), a);
			/* bits 64 to 71: RFC 6052 section 2.2 */
			ck_assert(e.lo >> 56 == 0);
		}
}
END_TEST

START_TEST(u_octet_and_suffix_are_ignored)
{
	static const struct { const char *prefix, *address; } t[] = {
		{ "2001:db8::/32", "2001:db8:c000:221:ffff:ffff:ffff:ffff" },
		{ "2001:db8:100::/40", "2001:db8:1c0:2:ff21:ffff:ffff:ffff" },
		{ "2001:db8:122::/48", "2001:db8:122:c000:ff02:21ff:ffff:ffff" },
		{ "2001:db8:122:300::/56", "2001:db8:122:3c0:ff00:221:ffff:ffff" },
		{ "2001:db8:122:344::/64", "2001:db8:122:344:ffc0:2:21ff:ffff" },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ck_assert_msg(rfc6052_extract(prefix(t[i].prefix),
		    ip6(t[i].address)) == 0xc0000221, "%s", t[i].prefix);
}
END_TEST

START_TEST(well_known_prefix)
{
	ck_assert(rfc6052_is_wkp(prefix("64:ff9b::/96")));
	ck_assert(!rfc6052_is_wkp(prefix("64:ff9b::/64")));
	ck_assert(!rfc6052_is_wkp(prefix("64:ff9b:1::/96")));
	ck_assert(!rfc6052_is_wkp(prefix("64:ff9b:1::/48")));
	ck_assert(!rfc6052_is_wkp(prefix("64:ff9b:0:0:0:1::/96")));
	ck_assert(!rfc6052_is_wkp(prefix("2001:db8::/96")));
}
END_TEST

START_TEST(lengths)
{
	for (unsigned len = 0; len <= 128; len++)
		ck_assert_int_eq(rfc6052_len_ok(len), len == 32 || len == 40 ||
		    len == 48 || len == 56 || len == 64 || len == 96);
}
END_TEST

TESTS(rfc6052, figures, every_bit, u_octet_and_suffix_are_ignored,
    well_known_prefix, lengths)
