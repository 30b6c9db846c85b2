/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bucket.h - a token bucket: so many a second in the long run, so many at once.
 */
#ifndef LICHEN_BUCKET_H
#define LICHEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
	uint32_t	rate;		/* tokens a second; 0: no limit */
	uint32_t	burst;		/* tokens at most */
	uint64_t	level;		/* thousandths of a token */
	int64_t		filled;		/* when: monotonic, milliseconds */
};

/* To the brim; rate and burst are the caller's to set, before and at any time. */
void	bucket_fill(struct bucket *, int64_t now);

/* Take one, if there is one. */
bool	bucket_take(struct bucket *, int64_t now);

#endif
