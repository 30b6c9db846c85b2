/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freemap.h - which of n numbers are free: a bitmap of bitmaps in the caller's
 * memory, so that the next free one is found in a constant number of steps.
 */
#ifndef LICHEN_FREEMAP_H
#define LICHEN_FREEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FREEMAP_MAX	(UINT32_C(1) << 24)	/* numbers */
#define FREEMAP_LEVELS	4			/* 64^4 = 2^24 */
#define FREEMAP_NONE	UINT32_MAX

struct freemap {
	uint64_t	*used[FREEMAP_LEVELS];	/* used[0]: a bit a number;
						 * above: a bit a full word */
	uint32_t	 size;
};

/* Words of zeroed memory for n numbers, 1 to FREEMAP_MAX. */
size_t		freemap_words(uint32_t n);

/* All n are free.  words belong to the caller and outlive the map. */
void		freemap_init(struct freemap *, uint32_t n, uint64_t *words);

/* All n are used, before any other call. */
void		freemap_fill(struct freemap *);

void		freemap_use(struct freemap *, uint32_t i);
void		freemap_free(struct freemap *, uint32_t i);

/* Use first to last, where they are not; return how many were free. */
uint32_t	freemap_use_range(struct freemap *, uint32_t first,
		    uint32_t last);

bool		freemap_is_free(const struct freemap *, uint32_t i);

/* The first free number at or after i, or FREEMAP_NONE. */
uint32_t	freemap_next(const struct freemap *, uint32_t i);

#endif
