/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

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
