/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * siphash.h - SipHash-1-3 over 64-bit words: the keyed hash for everything that
 * strangers choose (leases, identifications).
 */
#ifndef LICHEN_SIPHASH_H
#define LICHEN_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t	k[2];
};

static inline uint64_t
siphash_rotl(uint64_t x, unsigned b)
{
	return x << b | x >> (64 - b);
}

struct siphash_state {
	uint64_t	v0, v1, v2, v3;
};

static inline void
siphash_round(struct siphash_state *s)
{
	s->v0 += s->v1;
	s->v1 = siphash_rotl(s->v1, 13) ^ s->v0;
	s->v0 = siphash_rotl(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = siphash_rotl(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = siphash_rotl(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = siphash_rotl(s->v1, 17) ^ s->v2;
	s->v2 = siphash_rotl(s->v2, 32);
}

static inline void
siphash_word(struct siphash_state *s, uint64_t m)
{
	s->v3 ^= m;
	siphash_round(s);
	s->v0 ^= m;
}

/*
 * The SipHash-1-3 of n words, each taken as eight octets in little-endian
 * order, so that the result is the same on every machine.
 */
static inline uint64_t
siphash(const struct siphash_key *key, const uint64_t *words, size_t n)
{
	struct siphash_state s = {
		key->k[0] ^ 0x736f6d6570736575, key->k[1] ^ 0x646f72616e646f6d,
		key->k[0] ^ 0x6c7967656e657261, key->k[1] ^ 0x7465646279746573,
	};

	for (size_t i = 0; i < n; i++)
		siphash_word(&s, words[i]);
	siphash_word(&s, (uint64_t)(n * 8 & 0xff) << 56);
	s.v2 ^= 0xff;
	siphash_round(&s);
	siphash_round(&s);
	siphash_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

#endif
