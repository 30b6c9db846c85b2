/* SPDX-License-Identifier: BSD-2-Clause */
#include "lpm.h"

size_t
lpm_slots(size_t entries)
{
	size_t n = 8;

	if (entries == 0)
		return 0;
	while (n < entries * 2)
		n *= 2;
	return n;
}

void
lpm_init(struct lpm *t, struct lpm_slot *slot, size_t entries)
{
	*t = (struct lpm){ .slot = slot };
	t->mask = entries == 0 ? 0 : (uint32_t)(lpm_slots(entries) - 1);
}

/*
 * Entries come from the configuration, not from strangers: no key is needed, but
 * every bit must reach the lowest ones.
 */
static uint32_t
hash(struct ip6 key, uint8_t len)
{
	uint64_t h = (key.hi ^ (uint64_t)len << 56) * 0x9e3779b97f4a7c15;

	h ^= h >> 32;
	h = (h ^ key.lo) * 0xd6e8feb86659fd93;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93;
	return (uint32_t)(h >> 32);
}

/* The slot of this prefix, or the free one where it belongs. */
static struct lpm_slot *
probe(const struct lpm *t, struct ip6 key, uint8_t len)
{
	uint32_t i = hash(key, len) & t->mask;
	struct lpm_slot *s;

	for (;;) {
		s = &t->slot[i];
		if (!s->used || (ip6_eq(s->key, key) && s->len == len))
			return s;
		i = (i + 1) & t->mask;
	}
}

/* Keep len[] sorted, longest first. */
static void
add_len(struct lpm *t, uint8_t len)
{
	uint8_t i = 0, j;

	while (i < t->nlen && t->len[i] > len)
		i++;
	if (i < t->nlen && t->len[i] == len)
		return;
	for (j = t->nlen++; j > i; j--)
		t->len[j] = t->len[j - 1];
	t->len[i] = len;
}

uint32_t
lpm_add(struct lpm *t, struct ip6 key, uint8_t len, uint32_t value)
{
	struct ip6 masked = ip6_and(key, mask6(len));
	struct lpm_slot *s = probe(t, masked, len);

	if (s->used)
		return s->value;
	*s = (struct lpm_slot){ masked, value, len, true };
	t->count++;
	add_len(t, len);
	return LPM_NONE;
}

uint32_t
lpm_find(const struct lpm *t, struct ip6 key)
{
	for (uint8_t i = 0; i < t->nlen; i++) {
		uint8_t len = t->len[i];
		const struct lpm_slot *s = probe(t, ip6_and(key, mask6(len)),
		    len);

		if (s->used)
			return s->value;
	}
	return LPM_NONE;
}
