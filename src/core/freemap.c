/* SPDX-License-Identifier: BSD-2-Clause */
#include "freemap.h"

#define WORD	64		/* bits */

/* Bits in use at a level of the map for n numbers, and their words. */
static uint32_t
bits_at(uint32_t n, unsigned level)
{
	return (uint32_t)(((uint64_t)n + (UINT64_C(1) << 6 * level) - 1) >>
	    6 * level);
}

static uint32_t
words_at(uint32_t n, unsigned level)
{
	return bits_at(n, level + 1);
}

static uint64_t
bit(uint32_t i)
{
	return UINT64_C(1) << (i % WORD);
}

size_t
freemap_words(uint32_t n)
{
	size_t words = 0;

	for (unsigned l = 0; l < FREEMAP_LEVELS; l++)
		words += words_at(n, l);
	return words;
}

void
freemap_init(struct freemap *m, uint32_t n, uint64_t *words)
{
	m->size = n;
	for (unsigned l = 0; l < FREEMAP_LEVELS; l++) {
		uint32_t here = words_at(n, l);
		uint32_t odd = bits_at(n, l) % WORD;

		m->used[l] = words;
		words += here;
		/* What is beyond the end is not free. */
		if (odd != 0)
			m->used[l][here - 1] = ~(bit(odd) - 1);
	}
}

void
freemap_fill(struct freemap *m)
{
	for (unsigned l = 0; l < FREEMAP_LEVELS; l++)
		for (uint32_t w = 0; w < words_at(m->size, l); w++)
			m->used[l][w] = UINT64_MAX;
}

/* The bits of word w that are from first to last. */
static uint64_t
bits_of_range(uint32_t w, uint32_t first, uint32_t last)
{
	uint64_t mask = UINT64_MAX;

	if (w == first / WORD)
		mask &= ~(bit(first) - 1);
	if (w == last / WORD)
		mask &= bit(last) | (bit(last) - 1);
	return mask;
}

/* Not __builtin_popcountll(): where the machine has none, it calls a library. */
static uint32_t
count_bits(uint64_t w)
{
	const uint64_t fives = UINT64_MAX / 3, threes = UINT64_MAX / 5;

	w -= w >> 1 & fives;
	w = (w & threes) + (w >> 2 & threes);
	return (uint32_t)(((w + (w >> 4)) & UINT64_MAX / 17) *
	    (UINT64_MAX / 255) >> 56);
}

uint32_t
freemap_use_range(struct freemap *m, uint32_t first, uint32_t last)
{
	uint32_t n = 0;

	for (unsigned l = 0; l < FREEMAP_LEVELS && first <= last; l++) {
		uint32_t a = first / WORD, b = last / WORD;

		for (uint32_t w = a; w <= b; w++) {
			uint64_t mask = bits_of_range(w, first, last);

			if (l == 0)
				n += count_bits(mask & ~m->used[l][w]);
			m->used[l][w] |= mask;
		}
		/* Full are all of these words, but perhaps the outer two. */
		last = b > a && m->used[l][b] != UINT64_MAX ? b - 1 : b;
		first = m->used[l][a] != UINT64_MAX ? a + 1 : a;
	}
	return n;
}

bool
freemap_is_free(const struct freemap *m, uint32_t i)
{
	return (m->used[0][i / WORD] & bit(i)) == 0;
}

void
freemap_use(struct freemap *m, uint32_t i)
{
	for (unsigned l = 0; l < FREEMAP_LEVELS; l++, i /= WORD) {
		uint64_t *w = &m->used[l][i / WORD];

		*w |= bit(i);
		if (*w != UINT64_MAX)
			break;
	}
}

void
freemap_free(struct freemap *m, uint32_t i)
{
	for (unsigned l = 0; l < FREEMAP_LEVELS; l++, i /= WORD) {
		uint64_t *w = &m->used[l][i / WORD];
		bool was_full = *w == UINT64_MAX;

		*w &= ~bit(i);
		if (!was_full)
			break;
	}
}

uint32_t
freemap_next(const struct freemap *m, uint32_t i)
{
	unsigned l = 0;
	uint64_t w;

	for (;;) {
		if (i >= bits_at(m->size, l))
			return FREEMAP_NONE;
		w = m->used[l][i / WORD] | (bit(i) - 1);
		if (w != UINT64_MAX)
			break;
		i = i / WORD + 1;
		l++;
	}
	i = i / WORD * WORD + (uint32_t)__builtin_ctzll(~w);
	for (; l > 0; l--)
		i = i * WORD +
		    (uint32_t)__builtin_ctzll(~m->used[l - 1][i]);
	return i;
}
