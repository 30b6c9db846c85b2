/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/lpm.h"
#include "suite.h"

#define ENTRIES	300

/* An entry of a caller, with more than the prefixes in it. */
struct naive {
	uint8_t		other;
	struct prefix4	v4;
	struct prefix6	v6;
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
naive_find6(const struct naive *t, size_t n, struct ip6 key)
{
	uint32_t best = LPM_NONE;

	for (size_t i = 0; i < n; i++)
		if (ip6_eq(ip6_and(key, mask6(t[i].v6.len)), t[i].v6.addr) &&
		    (best == LPM_NONE || t[i].v6.len > t[best].v6.len))
			best = (uint32_t)i;
	return best;
}

static uint32_t
naive_find4(const struct naive *t, size_t n, ip4_t key)
{
	uint32_t best = LPM_NONE;

	for (size_t i = 0; i < n; i++)
		if ((key & mask4(t[i].v4.len)) == t[i].v4.addr &&
		    (best == LPM_NONE || t[i].v4.len > t[best].v4.len))
			best = (uint32_t)i;
	return best;
}

static uint32_t
naive_has6(const struct naive *t, size_t n, struct prefix6 p)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].v6.len == p.len && ip6_eq(t[i].v6.addr, p.addr))
			return (uint32_t)i;
	return LPM_NONE;
}

static uint32_t
naive_has4(const struct naive *t, size_t n, struct prefix4 p)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].v4.len == p.len && t[i].v4.addr == p.addr)
			return (uint32_t)i;
	return LPM_NONE;
}

/* Keys that share long prefixes, so that matches of many lengths happen. */
static struct ip6
random_key(void)
{
	struct ip6 k = { 0, 0 };
	unsigned bits = (unsigned)(rnd() % 129);

	k.hi = UINT64_C(0x20010db8) << 32;
	if (bits < 64)
		k.hi ^= rnd() >> (rnd() % 64);
	k.lo = rnd() & (rnd() % 2 ? UINT64_MAX : rnd());
	return k;
}

static uint8_t
random_len(unsigned max, unsigned round)
{
	return (uint8_t)(round % 2 == 0 ? rnd() % (max + 1) : max - rnd() % 3);
}

static void
compare6(unsigned round)
{
	struct lpm_slot *slot = calloc(lpm_slots(ENTRIES), sizeof *slot);
	struct naive naive[ENTRIES];
	size_t n = 0;
	struct lpm t;

	lpm_init6(&t, slot, ENTRIES, &naive->v6, sizeof *naive);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct prefix6 p = { random_key(), random_len(128, round) };

		naive[n].v6 = prefix6_masked(p);
		ck_assert_uint_eq(lpm_add6(&t, (uint32_t)n),
		    naive_has6(naive, n, naive[n].v6));
		n += naive_has6(naive, n, naive[n].v6) == LPM_NONE;
	}
	ck_assert_uint_eq(t.count, n);
	for (unsigned i = 0; i < 2000; i++) {
		struct ip6 key = i % 2 == 0 ? random_key() :
		    naive[rnd() % n].v6.addr;

		key.lo ^= i % 4 == 1 ? rnd() & 0xff : 0;
		ck_assert_uint_eq(lpm_find6(&t, key),
		    naive_find6(naive, n, key));
	}
	free(slot);
}

static void
compare4(unsigned round)
{
	struct lpm_slot *slot = calloc(lpm_slots(ENTRIES), sizeof *slot);
	struct naive naive[ENTRIES];
	size_t n = 0;
	struct lpm t;

	lpm_init4(&t, slot, ENTRIES, &naive->v4, sizeof *naive);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct prefix4 p = { (ip4_t)(rnd() >> (rnd() % 32)),
		    random_len(32, round) };

		naive[n].v4 = prefix4_masked(p);
		ck_assert_uint_eq(lpm_add4(&t, (uint32_t)n),
		    naive_has4(naive, n, naive[n].v4));
		n += naive_has4(naive, n, naive[n].v4) == LPM_NONE;
	}
	ck_assert_uint_eq(t.count, n);
	for (unsigned i = 0; i < 2000; i++) {
		ip4_t key = i % 2 == 0 ? (ip4_t)rnd() :
		    naive[rnd() % n].v4.addr ^ (ip4_t)(i % 4 == 1 ? i : 0);

		ck_assert_uint_eq(lpm_find4(&t, key),
		    naive_find4(naive, n, key));
	}
	free(slot);
}

START_TEST(equals_linear_search)
{
	for (unsigned round = 0; round < 20; round++) {
		compare6(round);
		compare4(round);
	}
}
END_TEST

/* As many as announced leave room, so that a search for another one ends. */
START_TEST(as_many_as_announced)
{
	for (uint32_t n = 1; n <= 70; n++) {
		struct lpm_slot *slot = calloc(lpm_slots(n), sizeof *slot);
		struct prefix4 p[70];
		struct lpm t;

		lpm_init4(&t, slot, n, p, sizeof p[0]);
		for (uint32_t i = 0; i < n; i++) {
			p[i] = (struct prefix4){ 0x0a000000 + i, 32 };
			ck_assert_uint_eq(lpm_add4(&t, i), LPM_NONE);
		}
		for (uint32_t i = 0; i < n; i++) {
			ck_assert_uint_eq(lpm_find4(&t, p[i].addr), i);
			ck_assert_uint_eq(lpm_find4(&t, ~p[i].addr), LPM_NONE);
		}
		free(slot);
	}
}
END_TEST

START_TEST(all_lengths_at_once)
{
	struct lpm_slot *slot = calloc(lpm_slots(129), sizeof *slot);
	struct ip6 key = { UINT64_MAX, UINT64_MAX };
	struct prefix6 p[129];
	struct lpm t;

	lpm_init6(&t, slot, 129, p, sizeof p[0]);
	for (unsigned len = 0; len <= 128; len++) {
		p[len] = (struct prefix6){ ip6_and(key, mask6(len)),
		    (uint8_t)len };
		ck_assert_uint_eq(lpm_add6(&t, len), LPM_NONE);
	}
	ck_assert_uint_eq(lpm_find6(&t, key), 128);
	for (unsigned bit = 0; bit < 128; bit++) {
		struct ip6 k = key;

		if (bit < 64)
			k.hi ^= UINT64_C(1) << (63 - bit);
		else
			k.lo ^= UINT64_C(1) << (127 - bit);
		ck_assert_uint_eq(lpm_find6(&t, k), bit);
	}
	free(slot);
}
END_TEST

START_TEST(empty_and_default)
{
	struct lpm_slot slot[8] = { { 0, 0 } };
	struct prefix6 p[2] = { { { 0, 0 }, 0 }, { { 0, 0 }, 0 } };
	struct ip6 any = { 1, 2 };
	struct lpm t;

	lpm_init6(&t, NULL, 0, NULL, 0);
	ck_assert_uint_eq(lpm_slots(0), 0);
	ck_assert_uint_eq(lpm_find6(&t, any), LPM_NONE);
	ck_assert_uint_eq(lpm_find4(&t, 1), LPM_NONE);
	lpm_init6(&t, slot, 2, p, sizeof p[0]);
	ck_assert_uint_eq(lpm_find6(&t, any), LPM_NONE);
	ck_assert_uint_eq(lpm_add6(&t, 1), LPM_NONE);
	ck_assert_uint_eq(lpm_find6(&t, any), 1);
	ck_assert_uint_eq(lpm_add6(&t, 0), 1);
	ck_assert_uint_eq(t.count, 1);
}
END_TEST

START_TEST(ipv4_keys)
{
	struct lpm_slot slot[8] = { { 0, 0 } };
	struct prefix4 p[] = { { 0xc0000200, 24 }, { 0xc0000221, 32 } };
	struct lpm t;

	lpm_init4(&t, slot, 2, p, sizeof p[0]);
	lpm_add4(&t, 0);
	lpm_add4(&t, 1);
	ck_assert_uint_eq(lpm_find4(&t, 0xc0000221), 1);
	ck_assert_uint_eq(lpm_find4(&t, 0xc0000222), 0);
	ck_assert_uint_eq(lpm_find4(&t, 0xc0000322), LPM_NONE);
}
END_TEST

/* Those with the same tag are told apart by what they are. */
START_TEST(equal_tags)
{
	struct lpm_slot slot[8] = { { 0, 0 } };
	struct prefix4 p[] = { { 0xc0000221, 32 }, { 0xc0000222, 32 } };
	struct lpm t;

	lpm_init4(&t, slot, 2, p, sizeof p[0]);
	lpm_add4(&t, 0);
	p[0].addr = 0xc0000223;
	ck_assert_uint_eq(lpm_find4(&t, 0xc0000221), LPM_NONE);
}
END_TEST

TESTS(lpm, equals_linear_search, as_many_as_announced, all_lengths_at_once, empty_and_default,
    ipv4_keys, equal_tags)
