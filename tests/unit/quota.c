/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdlib.h>

#include "core/quota.h"
#include "suite.h"

static const struct siphash_key key = { { 7, 8 } };

START_TEST(no_limit)
{
	struct quota q;

	quota_init(&q, 0, 100, key, NULL);
	for (int i = 0; i < 1000; i++) {
		quota_add(&q, 5);
		ck_assert(!quota_reached(&q, 5));
	}
	quota_sub(&q, 5);
}
END_TEST

START_TEST(limit_of_each)
{
	struct quota_slot *slot = calloc(quota_slots(4), sizeof *slot);
	struct quota q;

	quota_init(&q, 2, 4, key, slot);
	ck_assert(!quota_reached(&q, 0));
	quota_add(&q, 0);
	ck_assert(!quota_reached(&q, 0));
	quota_add(&q, 0);
	ck_assert(quota_reached(&q, 0));
	ck_assert(!quota_reached(&q, 1));
	quota_sub(&q, 0);
	ck_assert(!quota_reached(&q, 0));
	quota_sub(&q, 0);
	quota_sub(&q, 0);	/* none left: nothing happens */
	quota_add(&q, 0);
	ck_assert(!quota_reached(&q, 0));
	free(slot);
}
END_TEST

/* All 64 bits tell networks apart, where many of them meet in few slots. */
START_TEST(nets_are_told_apart)
{
	for (uint64_t i = 1; i < 200; i++) {
		struct quota_slot slot[4] = { { 0, 0 } };
		struct quota q;

		quota_init(&q, 1, 2, key, slot);
		quota_add(&q, i);
		ck_assert(quota_reached(&q, i));
		ck_assert(!quota_reached(&q, i | UINT64_C(1) << 32));
		ck_assert(!quota_reached(&q, i << 32));
		ck_assert(!quota_reached(&q, i ^ UINT64_C(1) << 63));
	}
}
END_TEST

/* Against an array of counts, as full as it may get. */
START_TEST(as_counts)
{
	enum { N = 64, NETS = 200 };
	struct quota_slot *slot = calloc(quota_slots(N), sizeof *slot);
	unsigned count[NETS] = { 0 }, all = 0;
	uint32_t x = 1;
	struct quota q;

	quota_init(&q, 3, N, key, slot);
	for (int k = 0; k < 100000; k++) {
		uint64_t net;

		x = x * 1664525 + 1013904223;
		net = (x >> 16) % NETS;
		if (x >> 31 != 0 && all < N) {
			quota_add(&q, net);
			count[net]++;
			all++;
		} else if (count[net] > 0) {
			quota_sub(&q, net);
			count[net]--;
			all--;
		}
		net = (x >> 8) % NETS;
		ck_assert_int_eq(quota_reached(&q, net), count[net] >= 3);
	}
	free(slot);
}
END_TEST

TESTS(quota, no_limit, limit_of_each, nets_are_told_apart, as_counts)
