/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/lpm.h"
#include "suite.h"

#define ENTRIES	300

struct naive {
	struct ip6	key;
	uint8_t		len;
};

static uint64_t state = 88172645463325252;

static uint64_t
rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint32_t
naive_find(const struct naive *t, size_t n, struct ip6 key)
{
	uint32_t best = LPM_NONE;

	for (size_t i = 0; i < n; i++)
		if (ip6_eq(ip6_and(key, mask6(t[i].len)), t[i].key) &&
		    (best == LPM_NONE || t[i].len > t[best].len))
			best = (uint32_t)i;
	return best;
}

static bool
naive_has(const struct naive *t, size_t n, struct ip6 key, uint8_t len)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].len == len && ip6_eq(t[i].key, key))
			return true;
	return false;
}

/* Keys that share long prefixes, so that matches of many lengths happen. */
static struct ip6
random_key(unsigned max)
{
	struct ip6 k = { 0, 0 };
	unsigned bits = (unsigned)(rnd() % (max + 1));

	k.hi = UINT64_C(0x20010db8) << 32;
	if (bits < 64)
		k.hi ^= rnd() >> (rnd() % 64);
	k.lo = rnd() & (rnd() % 2 ? UINT64_MAX : rnd());
	return ip6_and(k, mask6(max));
}

static void
compare_tables(unsigned max, unsigned round)
{
	struct lpm_slot *slot = calloc(lpm_slots(ENTRIES), sizeof *slot);
	struct naive naive[ENTRIES];
	size_t n = 0;
	struct lpm t;

	lpm_init(&t, slot, ENTRIES);
	for (unsigned i = 0; i < ENTRIES; i++) {
		uint8_t len = (uint8_t)(round % 2 == 0 ? rnd() % (max + 1) :
		    max - rnd() % 3);
		struct ip6 key = ip6_and(random_key(max), mask6(len));
		bool there = naive_has(naive, n, key, len);
		uint32_t was = lpm_add(&t, key, len, (uint32_t)n);

		ck_assert_int_eq(was != LPM_NONE, there);
		if (!there)
			naive[n++] = (struct naive){ key, len };
	}
	ck_assert_uint_eq(t.count, n);
	for (unsigned i = 0; i < 2000; i++) {
		struct ip6 key = i % 2 == 0 ? random_key(max) :
		    naive[rnd() % n].key;

		key.lo ^= i % 4 == 1 ? rnd() & ~mask6(max).lo : 0;
		ck_assert_uint_eq(lpm_find(&t, key), naive_find(naive, n, key));
	}
	free(slot);
}

START_TEST(equals_linear_search)
{
	for (unsigned round = 0; round < 20; round++) {
		compare_tables(128, round);
		compare_tables(32, round);
	}
}
END_TEST

START_TEST(all_lengths_at_once)
{
	struct lpm_slot *slot = calloc(lpm_slots(129), sizeof *slot);
	struct ip6 key = { UINT64_MAX, UINT64_MAX };
	struct lpm t;

	lpm_init(&t, slot, 129);
	for (unsigned len = 0; len <= 128; len++)
		ck_assert_uint_eq(lpm_add(&t, key, (uint8_t)len, len),
		    LPM_NONE);
	ck_assert_uint_eq(lpm_find(&t, key), 128);
	for (unsigned bit = 0; bit < 128; bit++) {
		struct ip6 k = key;

		if (bit < 64)
			k.hi ^= UINT64_C(1) << (63 - bit);
		else
			k.lo ^= UINT64_C(1) << (127 - bit);
		ck_assert_uint_eq(lpm_find(&t, k), bit);
	}
	free(slot);
}
END_TEST

START_TEST(empty_and_default)
{
	struct lpm_slot slot[8] = { 0 };
	struct ip6 any = { 1, 2 };
	struct lpm t;

	lpm_init(&t, NULL, 0);
	ck_assert_uint_eq(lpm_slots(0), 0);
	ck_assert_uint_eq(lpm_find(&t, any), LPM_NONE);
	lpm_init(&t, slot, 1);
	ck_assert_uint_eq(lpm_find(&t, any), LPM_NONE);
	ck_assert_uint_eq(lpm_add(&t, any, 0, 7), LPM_NONE);
	ck_assert_uint_eq(lpm_find(&t, any), 7);
	ck_assert_uint_eq(lpm_add(&t, (struct ip6){ 0, 0 }, 0, 8), 7);
}
END_TEST

START_TEST(ipv4_keys)
{
	struct lpm_slot slot[8] = { 0 };
	struct lpm t;

	lpm_init(&t, slot, 2);
	lpm_add(&t, lpm_key4(0xc0000200), 24, 1);
	lpm_add(&t, lpm_key4(0xc0000221), 32, 2);
	ck_assert_uint_eq(lpm_find(&t, lpm_key4(0xc0000221)), 2);
	ck_assert_uint_eq(lpm_find(&t, lpm_key4(0xc0000222)), 1);
	ck_assert_uint_eq(lpm_find(&t, lpm_key4(0xc0000322)), LPM_NONE);
}
END_TEST

TESTS(lpm, equals_linear_search, all_lengths_at_once, empty_and_default,
    ipv4_keys)
