/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/icmp.h"
#include "core/wire.h"
#include "suite.h"

#define NONE	-1

static struct wire_icmp
icmp(uint8_t type, uint8_t code, uint32_t rest)
{
	struct wire_icmp h = { .type = type, .code = code };

	put32(h.rest, rest);
	return h;
}

/* RFC 7915 section 4.2: type and code of ICMPv6, type NONE: silently dropped. */
START_TEST(destination_unreachable_46)
{
	static const struct { int type, code; } want[18] = {
		{ 1, 0 }, { 1, 0 }, { 4, 1 }, { 1, 4 }, { 2, 0 }, { 1, 0 },
		{ 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 1 }, { 1, 1 }, { 1, 0 },
		{ 1, 0 }, { 1, 1 }, { NONE, 0 }, { 1, 1 }, { NONE, 0 },
		{ NONE, 0 },
	};

	for (unsigned code = 0; code < 256; code++) {
		struct wire_icmp h = icmp(3, (uint8_t)code, 1400);
		int type = code < 18 ? want[code].type : NONE;
		struct icmp_head to;

		ck_assert_int_eq(icmp_error46(&h, 1500, 1500, &to),
		    type != NONE);
		if (type == NONE)
			continue;
		ck_assert_int_eq(to.type, type);
		ck_assert_int_eq(to.code, want[code].code);
		/* 3/2: the pointer shows the Next Header field */
		ck_assert_uint_eq(to.word, code == 2 ? 6 :
		    code == 4 ? 1420 : 0);
	}
}
END_TEST

START_TEST(other_types_46)
{
	for (unsigned type = 0; type < 256; type++) {
		struct wire_icmp h = icmp((uint8_t)type, 0, 0);
		struct icmp_head to;

		ck_assert_int_eq(icmp_error46(&h, 1500, 1500, &to),
		    type == 3 || type == 11 || type == 12);
	}
	for (unsigned code = 0; code < 2; code++) {
		struct wire_icmp h = icmp(11, (uint8_t)code, 0);
		struct icmp_head to;

		ck_assert(icmp_error46(&h, 1500, 1500, &to));
		ck_assert_uint_eq(to.type, 3);
		ck_assert_uint_eq(to.code, code);
	}
}
END_TEST

/* RFC 7915 figure 3. */
START_TEST(pointers_46)
{
	static const int want[] = { 0, 1, 4, 4, NONE, NONE, NONE, NONE, 7, 6,
	    NONE, NONE, 8, 8, 8, 8, 24, 24, 24, 24 };

	for (unsigned code = 0; code < 4; code++)
		for (unsigned p = 0; p < 256; p++) {
			struct wire_icmp h = icmp(12, (uint8_t)code, p << 24);
			int w = p < 20 && (code == 0 || code == 2) ? want[p] :
			    NONE;
			struct icmp_head to;

			ck_assert_int_eq(icmp_error46(&h, 1500, 1500, &to),
			    w != NONE);
			if (w == NONE)
				continue;
			ck_assert_uint_eq(to.type, 4);
			ck_assert_uint_eq(to.code, 0);
			ck_assert_int_eq((int)to.word, w);
		}
}
END_TEST

/* RFC 7915 section 4.2, code 4: MTU + 20 within our links, never under 1280. */
START_TEST(mtu_46)
{
	static const struct { unsigned mtu, inner, ours, want; } t[] = {
		{ 1480, 1500, 1500, 1500 }, { 1400, 1500, 1500, 1420 },
		{ 1500, 1500, 1500, 1500 }, { 9000, 9100, 1500, 1500 },
		{ 9000, 9100, 9000, 9000 }, { 65535, 100, 65535, 65535 },
		{ 1260, 1500, 1500, 1280 }, { 1259, 1500, 1500, 1280 },
		{ 576, 1500, 1500, 1280 }, { 68, 1500, 1500, 1280 },
		{ 1, 1500, 1500, 1280 },
		/* routers before RFC 1191: the plateau below the length */
		{ 0, 1500, 1500, 1500 },
		{ 0, 1500, 9000, 1512 }, { 0, 1493, 9000, 1512 },
		{ 0, 1492, 9000, 1280 }, { 0, 2002, 9000, 1512 },
		{ 0, 2003, 9000, 2022 }, { 0, 8167, 9000, 8186 },
		{ 0, 4352, 9000, 2022 }, { 0, 4353, 9000, 4372 },
		{ 0, 17915, 65000, 17934 }, { 0, 32001, 65000, 32020 },
		{ 0, 65535, 65000, 32020 }, { 0, 68, 1500, 1280 },
		{ 0, 0, 1500, 1280 },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct wire_icmp h = icmp(3, 4, t[i].mtu);
		struct icmp_head to;

		ck_assert(icmp_error46(&h, (uint16_t)t[i].inner, t[i].ours,
		    &to));
		ck_assert_msg(to.word == t[i].want, "%u %u %u: %u", t[i].mtu,
		    t[i].inner, t[i].ours, to.word);
	}
	/* what stands in the unused octets is no part of the MTU */
	struct wire_icmp h = icmp(3, 4, 0xffff0000 | 1400);
	struct icmp_head to;
	ck_assert(icmp_error46(&h, 1500, 1500, &to));
	ck_assert_uint_eq(to.word, 1420);
}
END_TEST

/* RFC 7915 section 5.2. */
START_TEST(types_64)
{
	static const int unreach[] = { 1, 10, 1, 1, 3 };

	for (unsigned type = 0; type < 256; type++)
		for (unsigned code = 0; code < 256; code++) {
			struct wire_icmp h = icmp((uint8_t)type,
			    (uint8_t)code, 0);
			struct icmp_head to;
			bool ok = icmp_error64(&h, false, 1500, &to);

			if (type == 1 && code < 5) {
				ck_assert(ok);
				ck_assert_uint_eq(to.type, 3);
				ck_assert_int_eq(to.code, unreach[code]);
			} else if (type == 2) {
				ck_assert(ok);
				ck_assert_uint_eq(to.type, 3);
				ck_assert_uint_eq(to.code, 4);
			} else if (type == 3) {
				ck_assert(ok);
				ck_assert_uint_eq(to.type, 11);
				ck_assert_uint_eq(to.code, code);
			} else if (type == 4 && code == 0) {
				ck_assert(ok);
				ck_assert_uint_eq(to.type, 12);
				ck_assert_uint_eq(to.code, 0);
			} else if (type == 4 && code == 1) {
				ck_assert(ok);
				ck_assert_uint_eq(to.type, 3);
				ck_assert_uint_eq(to.code, 2);
			} else {
				ck_assert(!ok);
			}
		}
}
END_TEST

/* RFC 7915 figure 6; the pointer is 32 bits and a stranger's. */
START_TEST(pointers_64)
{
	static const uint32_t hostile[] = { 40, 255, 256, 65536, 1 << 24,
	    0x7fffffff, 0x80000000, 0xffffffff };

	for (uint32_t p = 0; p < 40; p++) {
		struct wire_icmp h = icmp(4, 0, p);
		struct icmp_head to;
		int want = p == 0 ? 0 : p == 1 ? 1 : p < 4 ? NONE : p < 6 ? 2 :
		    p == 6 ? 9 : p == 7 ? 8 : p < 24 ? 12 : 16;

		ck_assert_int_eq(icmp_error64(&h, false, 1500, &to), want != NONE);
		if (want != NONE)
			ck_assert_uint_eq(to.word, (uint32_t)want << 24);
	}
	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		struct wire_icmp h = icmp(4, 0, hostile[i]);
		struct icmp_head to;

		ck_assert(!icmp_error64(&h, false, 1500, &to));
	}
}
END_TEST

/* Nothing under 1280 is believed: RFC 8201 section 4. */
START_TEST(mtu_64)
{
	static const struct { uint32_t mtu; unsigned ours, want; } t[] = {
		{ 1280, 1500, 1260 }, { 1500, 1500, 1480 },
		{ 1501, 1500, 1480 }, { 9000, 1500, 1480 },
		{ 0xffffffff, 1500, 1480 }, { 0xffffffff, 65535, 65515 },
		{ 1281, 1500, 1261 }, { 1279, 1500, 1260 },
		{ 0, 1500, 1260 }, { 68, 1500, 1260 }, { 1000, 1500, 1260 },
		{ 1300, 1280, 1260 }, { 1288, 1500, 1268 },
		{ 1289, 1500, 1269 }, { 0x10000, 65535, 65515 },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct wire_icmp h = icmp(2, 0, t[i].mtu);
		struct icmp_head to;

		ck_assert(icmp_error64(&h, false, t[i].ours, &to));
		ck_assert_msg(to.word == t[i].want, "%u: %u", t[i].mtu,
		    to.word);
		/* the packet in error had a Fragment Header: 8 less */
		ck_assert(icmp_error64(&h, true, t[i].ours, &to));
		ck_assert_uint_eq(to.word, t[i].want < 1268 ? 1260 :
		    t[i].want - 8);
	}
}
END_TEST

START_TEST(echo)
{
	ck_assert_uint_eq(icmp_echo46(8), 128);
	ck_assert_uint_eq(icmp_echo46(0), 129);
	ck_assert_uint_eq(icmp_echo64(128), 8);
	ck_assert_uint_eq(icmp_echo64(129), 0);
}
END_TEST

/* RFC 4884 section 4: which messages have a length attribute, where, of what. */
START_TEST(length_attribute)
{
	static const struct { uint8_t type, code, unit, shift; } t46[] = {
		{ 3, 0, 8, 24 }, { 3, 1, 8, 24 }, { 3, 3, 8, 24 },
		{ 3, 13, 8, 24 }, { 11, 0, 8, 24 }, { 11, 1, 8, 24 },
		{ 3, 4, 0, 0 }, { 3, 2, 0, 0 }, { 12, 0, 0, 0 },
	};
	static const struct { uint8_t type, code; } t64[] = {
		{ 1, 0 }, { 1, 4 }, { 2, 0 }, { 3, 0 }, { 4, 0 }, { 4, 1 },
	};

	for (size_t i = 0; i < sizeof t46 / sizeof t46[0]; i++) {
		struct wire_icmp h = icmp(t46[i].type, t46[i].code, 0);
		struct icmp_head to;

		ck_assert(icmp_error46(&h, 1500, 1500, &to));
		ck_assert_uint_eq(to.length_unit, t46[i].unit);
		if (t46[i].unit != 0)
			ck_assert_uint_eq(to.length_shift, t46[i].shift);
	}
	for (size_t i = 0; i < sizeof t64 / sizeof t64[0]; i++) {
		struct wire_icmp h = icmp(t64[i].type, t64[i].code, 0);
		struct icmp_head to;

		ck_assert(icmp_error64(&h, false, 1500, &to));
		ck_assert_uint_eq(to.length_unit, 4);
		ck_assert_uint_eq(to.length_shift, 16);
	}
}
END_TEST

TESTS(icmp, destination_unreachable_46, other_types_46, pointers_46, mtu_46,
    types_64, pointers_64, mtu_64, echo, length_attribute)
