/* SPDX-License-Identifier: BSD-2-Clause */
/* The map of maps against an array of booleans, for sizes at every edge. */
#include <stdbool.h>
#include <stdlib.h>

#include "core/freemap.h"
#include "suite.h"

static const uint32_t sizes[] = {
	1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 5000, 262143, 262144,
	262145, 300000,
};
#define SIZES	(sizeof sizes / sizeof sizes[0])

static uint32_t
random_below(uint32_t n)
{
	static uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

static uint32_t
linear(const bool *used, uint32_t n, uint32_t i)
{
	while (i < n && used[i])
		i++;
	return i < n ? i : FREEMAP_NONE;
}

START_TEST(fill_in_order)
{
	for (size_t s = 0; s < SIZES; s++) {
		uint32_t n = sizes[s];
		uint64_t *mem = calloc(freemap_words(n), sizeof *mem);
		struct freemap m;

		freemap_init(&m, n, mem);
		for (uint32_t i = 0; i < n; i++) {
			ck_assert_uint_eq(freemap_next(&m, 0), i);
			freemap_use(&m, i);
		}
		ck_assert_uint_eq(freemap_next(&m, 0), FREEMAP_NONE);
		ck_assert_uint_eq(freemap_next(&m, n - 1), FREEMAP_NONE);
		ck_assert_uint_eq(freemap_next(&m, n), FREEMAP_NONE);
		freemap_free(&m, n - 1);
		ck_assert_uint_eq(freemap_next(&m, 0), n - 1);
		free(mem);
	}
}
END_TEST

START_TEST(as_linear_search)
{
	for (size_t s = 0; s < SIZES; s++) {
		uint32_t n = sizes[s];
		uint64_t *mem = calloc(freemap_words(n), sizeof *mem);
		bool *used = calloc(n, sizeof *used);
		struct freemap m;

		freemap_init(&m, n, mem);
		for (uint32_t i = 0; i < n; i++)
			if (random_below(1000) != 0) {
				freemap_use(&m, i);
				used[i] = true;
			}
		for (int k = 0; k < 2000; k++) {
			uint32_t i = random_below(n);

			if (used[i])
				freemap_free(&m, i);
			else
				freemap_use(&m, i);
			used[i] = !used[i];
			i = random_below(n);
			ck_assert_uint_eq(freemap_next(&m, i),
			    linear(used, n, i));
		}
		free(used);
		free(mem);
	}
}
END_TEST

/* A range at once is the same as one after the other. */
START_TEST(ranges)
{
	for (size_t s = 0; s < SIZES; s++) {
		uint32_t n = sizes[s];
		size_t words = freemap_words(n);
		uint64_t *mem = calloc(2 * words, sizeof *mem);
		struct freemap a, b;

		freemap_init(&a, n, mem);
		freemap_init(&b, n, mem + words);
		for (int k = 0; k < 40; k++) {
			uint32_t first = random_below(n), count = 0;
			uint32_t last = first + random_below(n - first);

			for (uint32_t i = first; i <= last; i++) {
				count += freemap_is_free(&b, i);
				freemap_use(&b, i);
			}
			ck_assert_uint_eq(freemap_use_range(&a, first, last),
			    count);
			ck_assert_mem_eq(mem, mem + words,
			    words * sizeof *mem);
			for (int f = 0; f < 50; f++) {
				uint32_t i = random_below(n);

				freemap_free(&a, i);
				freemap_free(&b, i);
			}
		}
		freemap_use_range(&a, 0, n - 1);
		freemap_fill(&b);
		ck_assert_mem_eq(mem, mem + words, words * sizeof *mem);
		free(mem);
	}
}
END_TEST

TESTS(freemap, fill_in_order, as_linear_search, ranges)
