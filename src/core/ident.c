/* SPDX-License-Identifier: BSD-2-Clause */
#include "ident.h"

void
ident_init(struct ident *id, struct siphash_key key)
{
	id->key = key;
	for (uint64_t i = 0; i < IDENT_COUNTERS; i++)
		id->counter[i] = (uint32_t)siphash(&key, &i, 1);
}

/* RFC 7739 section 5.3: F() chooses the offset, G() the counter. */
static uint32_t
next(struct ident *id, const uint64_t *words, size_t n, unsigned count)
{
	uint64_t h = siphash(&id->key, words, n);
	uint32_t *counter = &id->counter[(h >> 32) % IDENT_COUNTERS];
	uint32_t first = (uint32_t)h + *counter;

	*counter += count;
	return first;
}

uint16_t
ident4(struct ident *id, ip4_t src, ip4_t dst, uint8_t proto, unsigned n)
{
	const uint64_t flow[] = { (uint64_t)src << 32 | dst, proto };

	return (uint16_t)next(id, flow, 2, n);
}

