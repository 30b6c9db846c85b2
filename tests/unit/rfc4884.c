/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 4884 extensions of ICMP errors, and the one that we write.  The host
 * 2001:db8::1 is 192.0.2.1, the server is 198.51.100.1 in the prefix.
 */
#include "scene.h"
#include "suite.h"

/* Section 3: less than 128 octets is no length of an extended quote. */
START_TEST(length_attribute_too_small)
{
	rig_start(&r);
	fill(400);
	put_ip4(&inner, up4, body, mk_udp(body, 1, 2, data, 300));
	for (uint32_t words = 1; words < 32; words++) {
		error4("203.0.113.7", 3, 1, words << 16, inner.b, 200);
		translates(REASON_XLAT46);
		ck_assert_uint_eq(r.out.b[44], 0);
		ck_assert_uint_eq(r.out.n, 48 + 220);
		ck_assert_mem_eq(r.out.b + 96, inner.b + 28, 172);
	}
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 300));
	for (uint32_t words = 1; words < 16; words++) {
		error6("2001:db8::1", 1, 0, words << 24, inner.b, 200);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[25], 0);
		ck_assert_uint_eq(r.out.n, 28 + 180);
		ck_assert_mem_eq(r.out.b + 56, inner.b + 48, 152);
	}
}
END_TEST

/* There and back, an extension is what it was. */
START_TEST(extension_round_trip)
{
	uint8_t q[600];

	rig_start(&r);
	fill(500);
	for (size_t n = 128; n <= 400; n += 8)
		for (size_t ext = 8; ext <= 40; ext += 16) {
			put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data,
			    450));
			memcpy(q, inner.b, n);
			memset(q + n, 0, ext);
			q[n] = 0x20;
			q[n + 5] = (uint8_t)(ext - 4);
			q[n + 6] = 2;
			error6("2001:db8::1", 3, 0, (uint32_t)n / 8 << 24, q,
			    n + ext);
			translates(REASON_XLAT64);
			ck_assert_mem_eq(r.out.b + r.out.n - ext, q + n, ext);
			/* what came from the host goes back to it */
			whole = r.out;
			error4("198.51.100.1", 11, 0, be32(whole.b + 24),
			    whole.b + 28, whole.n - 28);
			memcpy(body, p.b + 40, 4);	/* turn it round */
			memcpy(p.b + 40, p.b + 44, 4);
			memcpy(p.b + 44, body, 4);
			fix_sums(&p);
			translates(REASON_XLAT46);
			ck_assert_uint_ge(r.out.b[44], 16);
			ck_assert_uint_eq(r.out.n, 48 + r.out.b[44] * 8u + ext);
			ck_assert_mem_eq(r.out.b + r.out.n - ext, q + n, ext);
		}
}
END_TEST

/* Each error that IPv4 knows names the router behind it, Too Big included. */
START_TEST(node_identification_of_each_type)
{
	static const struct { uint8_t t6, c6; uint32_t rest; uint8_t t4, c4; }
	t[] = {
		{ 1, 0, 0, 3, 1 }, { 1, 1, 0, 3, 10 }, { 1, 4, 0, 3, 3 },
		{ 2, 0, 1400, 3, 4 }, { 3, 0, 0, 11, 0 }, { 3, 1, 0, 11, 1 },
		{ 4, 0, 7, 12, 0 }, { 4, 1, 6, 3, 2 },
	};
	struct ip6 router;

	rig_start(&r);
	r.f.set.icmp_node_id = true;
	ck_assert(ip6_parse("2001:db8:99::1", &router));
	fill(200);
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 200));
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		error6("2001:db8:99::1", t[i].t6, t[i].c6, t[i].rest, inner.b,
		    100);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(be32(r.out.b + 12), 0xc0000008);
		ck_assert_uint_eq(r.out.b[20], t[i].t4);
		ck_assert_uint_eq(r.out.b[21], t[i].c4);
		ck_assert_uint_eq(r.out.b[25], 32);
		if (t[i].t6 == 2)
			ck_assert_uint_eq(o16(26), 1380);
		if (t[i].t4 == 12)
			ck_assert_uint_eq(r.out.b[24], 8);
		ck_assert_uint_eq(r.out.n, 28 + 128 + 28);
		ck_assert_uint_eq(r.out.b[156], 0x20);
		ck_assert_uint_eq(plain_sum(0, r.out.b + 156, 28), 0xffff);
		ck_assert_uint_eq(be32(r.out.b + 160), 24u << 16 | 5 << 8 | 4);
		ck_assert_uint_eq(be32(r.out.b + 164), 2u << 16);
		ck_assert(ip6_eq(ip6_read(r.out.b + 168), router));
	}
}
END_TEST

/* RFC 4884 section 3: whatever the length, words of 32 bits, zeros at the end. */
START_TEST(quote_padded_to_words)
{
	rig_start(&r);
	r.f.set.icmp_node_id = true;
	memset(data, 0xff, 600);
	put_ip6(&inner, down6, body, mk_udp(body, 1, 2, data, 600));
	for (size_t n = 48; n < 540; n++) {
		size_t quote = n - 20, words = quote < 128 ? 32 :
		    (quote + 3) / 4;

		error6("2001:db8:99::1", 3, 0, 0, inner.b, n);
		translates(REASON_XLAT64);
		ck_assert_uint_eq(r.out.b[25], words);
		ck_assert_uint_eq(r.out.n, 28 + words * 4 + 28);
		ck_assert_mem_eq(r.out.b + 56, inner.b + 48, n - 48);
		for (size_t k = 28 + quote; k < 28 + words * 4; k++)
			ck_assert_uint_eq(r.out.b[k], 0);
	}
}
END_TEST

TESTS(rfc4884, length_attribute_too_small, extension_round_trip,
    node_identification_of_each_type, quote_padded_to_words)
