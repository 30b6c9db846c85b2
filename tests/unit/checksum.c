/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/checksum.h"
#include "suite.h"

/* RFC 1071 section 1, the plain way: one 16-bit word after the other. */
static uint16_t
plain_sum(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (uint16_t)sum;
}

static void
fill(uint8_t *p, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		p[i] = (uint8_t)(seed >> 16);
	}
}

/* The example of RFC 1071 section 3. */
START_TEST(rfc1071_example)
{
	static const uint8_t b[] = { 0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7 };

	ck_assert_uint_eq(csum_fold(csum_bytes(cur_of(b, sizeof b))), 0xddf2);
	ck_assert_uint_eq(csum_field(csum_bytes(cur_of(b, sizeof b))), 0x220d);
}
END_TEST

START_TEST(every_length_and_alignment)
{
	uint8_t b[80];

	fill(b, sizeof b, 7);
	for (size_t at = 0; at < 8; at++)
		for (size_t n = 0; n + at <= 72; n++)
			ck_assert_uint_eq(
			    csum_fold(csum_bytes(cur_of(b + at, n))),
			    plain_sum(b + at, n));
}
END_TEST

START_TEST(long_runs_do_not_overflow)
{
	static uint8_t b[65536];

	memset(b, 0xff, sizeof b);
	ck_assert_uint_eq(csum_fold(csum_bytes(cur_of(b, sizeof b))), 0xffff);
	fill(b, sizeof b, 3);
	ck_assert_uint_eq(csum_fold(csum_bytes(cur_of(b, sizeof b))),
	    plain_sum(b, sizeof b));
}
END_TEST

START_TEST(fold_of_extremes)
{
	ck_assert_uint_eq(csum_fold(0), 0);
	ck_assert_uint_eq(csum_fold(0xffff), 0xffff);
	ck_assert_uint_eq(csum_fold(0x10000), 1);
	ck_assert_uint_eq(csum_fold(0x1ffff), 1);
	ck_assert_uint_eq(csum_fold(UINT64_MAX), 0xffff);
	/* RFC 1071: words added with the carries, in any order */
	for (unsigned i = 0; i < 10000; i++) {
		static const uint64_t edge[] = { 0, 1, 2, 0x7fff, 0x8000,
		    0xfffd, 0xfffe, 0xffff, 0x1234, 0xedcb };
		unsigned n = i;
		uint32_t sum = 0;
		csum_t s = 0;

		for (unsigned w = 0; w < 4; w++, n /= 10) {
			s |= edge[n % 10] << 16 * w;
			sum += (uint32_t)edge[n % 10];
			sum = (sum & 0xffff) + (sum >> 16);
		}
		ck_assert_uint_eq(csum_fold(s), sum);
	}
}
END_TEST

START_TEST(pseudo_headers)
{
	struct ip6 src = { UINT64_C(0x20010db800000000), 1 };
	struct ip6 dst = { UINT64_C(0xfd00123456789abc),
	    UINT64_C(0xdef0fedcba987654) };
	uint8_t p4[12] = { 192, 0, 2, 1, 198, 51, 100, 2, 0, 17, 0x12, 0x34 };
	uint8_t p6[40] = { 0 };

	ck_assert_uint_eq(csum_fold(csum_pseudo4(0xc0000201, 0xc6336402, 17,
	    0x1234)), plain_sum(p4, sizeof p4));
	/* RFC 8200 section 8.1: addresses, 32-bit length, zeros, next header */
	ip6_write(p6, src);
	ip6_write(p6 + 16, dst);
	put32(p6 + 32, 0x12345);
	p6[39] = 58;
	ck_assert_uint_eq(csum_fold(csum_pseudo6(src, dst, 58, 0x12345)),
	    plain_sum(p6, sizeof p6));
}
END_TEST

/* The example of RFC 1624 section 4, and many random updates. */
START_TEST(updates)
{
	uint8_t b[40];

	ck_assert_uint_eq(csum_update(0xdd2f, 0x5555, 0x3285), 0);
	for (unsigned i = 0; i < 20000; i++) {
		uint16_t field, was;
		size_t at = 2 + i % 19 * 2;

		fill(b, sizeof b, i);
		put16(b, 0);
		field = (uint16_t)~plain_sum(b, sizeof b);
		was = be16(b + at);
		fill(b + at, 2, i * 7919);
		field = csum_update(field, was, be16(b + at));
		put16(b, field);
		ck_assert_uint_eq(plain_sum(b, sizeof b), 0xffff);
	}
}
END_TEST

TESTS(checksum, rfc1071_example, every_length_and_alignment,
    long_runs_do_not_overflow, fold_of_extremes, pseudo_headers, updates)
