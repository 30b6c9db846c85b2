/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ident.h"
#include "suite.h"

static const struct siphash_key key = { { 1, 2 } };
static struct ident id;

/* RFC 6864 section 4.3: no repeat of a flow within 65536 packets. */
START_TEST(no_repeat)
{
	static bool seen[65536];

	ident_init(&id, key);
	for (unsigned i = 0; i < 65536; i++) {
		uint16_t n = ident4(&id, 0xc0000201, 0xc6336401, 17, 1);

		ck_assert_msg(!seen[n], "%u repeats after %u", n, i);
		seen[n] = true;
	}
}
END_TEST

START_TEST(rows)
{
	uint16_t a, b;

	ident_init(&id, key);
	a = ident4(&id, 1, 2, 6, 44);
	b = ident4(&id, 1, 2, 6, 1);
	ck_assert_uint_eq((uint16_t)(b - a), 44);
}
END_TEST

/* What one flow shows is no help with another, or without the key. */
START_TEST(unpredictable)
{
	struct ident other;
	unsigned same = 0, step = 0;

	ident_init(&id, key);
	ident_init(&other, (struct siphash_key){ { 1, 3 } });
	for (ip4_t a = 0; a < 1000; a++) {
		uint16_t here = ident4(&id, 0xc0000201, a, 17, 1);
		uint16_t there = ident4(&other, 0xc0000201, a, 17, 1);
		uint16_t next = ident4(&id, 0xc0000201, a + 1, 17, 1);

		same += here == there;
		step += (uint16_t)(next - here) <= 2;
	}
	ck_assert_uint_lt(same, 5);
	ck_assert_uint_lt(step, 5);
}
END_TEST

/* RFC 7739 section 5.3: what others send does not show in a flow. */
START_TEST(flows_count_alone)
{
	unsigned disturbed = 0;

	ident_init(&id, key);
	for (ip4_t a = 0; a < 200; a++) {
		uint16_t first = ident4(&id, 0xc0000201, a, 17, 1);

		for (ip4_t b = 0; b < 40; b++)
			ident4(&id, 0xc0000202, a * 40 + b, 17, 1);
		disturbed += (uint16_t)(ident4(&id, 0xc0000201, a, 17, 1) -
		    first) != 1;
	}
	/* 40 of 4096 counters: two in a hundred share theirs */
	ck_assert_uint_lt(disturbed, 20);
}
END_TEST

/* Everything that tells flows apart does, and everything hangs on the key. */
START_TEST(flows_and_keys)
{
	static struct ident other;
	const struct siphash_key keys[] = { { { 1, 3 } }, { { 2, 2 } } };
	const ip4_t a = 0xc0000201, b = 0xc0000202, c = 0xc0000301;
	uint16_t x, y;
	unsigned same;

	ident_init(&id, key);
	for (unsigned k = 0; k < 2; k++) {
		same = 0;
		ident_init(&other, keys[k]);
		for (unsigned i = 0; i < IDENT_COUNTERS; i++)
			same += id.counter[i] == other.counter[i] ||
			    id.counter[i] == i;
		ck_assert_uint_lt(same, 5);
		memcpy(other.counter, id.counter, sizeof id.counter);
		ck_assert(ident4(&id, a, b, 6, 1) != ident4(&other, a, b, 6, 1));
	}
	/* also of those that share a counter */
	memset(id.counter, 0, sizeof id.counter);
	ck_assert(ident4(&id, a, b, 6, 1) > 10);
	ck_assert(ident4(&id, a, c, 6, 1) > 10);
	x = ident4(&id, a, b, 6, 1);
	y = ident4(&id, a, c, 6, 1);
	ck_assert((uint16_t)(y - x) > 10);
	y = ident4(&id, c, b, 6, 1);
	ck_assert((uint16_t)(y - x) > 10);
	x = ident4(&id, 1, 2, 6, 1);
	y = ident4(&id, 1, 2, 17, 1);
	ck_assert((uint16_t)(y - x) > 10);
}
END_TEST

START_TEST(deterministic)
{
	ip4_t src = 0xc0000201, dst = 0xc6336407;
	uint16_t a;

	ident_init(&id, key);
	a = ident4(&id, src, dst, 17, 1);
	ck_assert(ident4(&id, src, dst, 17, 1) != a);
	ident_init(&id, key);
	ck_assert_uint_eq(ident4(&id, src, dst, 17, 1), a);
	ck_assert(ident4(&id, dst, src, 17, 1) != a);
}
END_TEST

TESTS(ident, no_repeat, rows, unpredictable, flows_count_alone,
    flows_and_keys, deterministic)
