/* SPDX-License-Identifier: BSD-2-Clause */
#include "bucket.h"

void
bucket_fill(struct bucket *b, int64_t now)
{
	b->level = (uint64_t)b->burst * 1000;
	b->filled = now;
}

bool
bucket_take(struct bucket *b, int64_t now)
{
	uint64_t full = (uint64_t)b->burst * 1000;

	if (b->rate == 0)
		return true;
	if (now > b->filled) {
		b->level += (uint64_t)(now - b->filled) * b->rate;
		b->filled = now;
	}
	if (b->level > full)
		b->level = full;
	if (b->level < 1000)
		return false;
	b->level -= 1000;
	return true;
}
