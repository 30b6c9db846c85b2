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

static void
init(struct lpm *t, struct lpm_slot *slot, size_t entries, const void *prefix,
    size_t stride)
{
	*t = (struct lpm){ .slot = slot, .prefix = prefix, .stride = stride };
	t->mask = entries == 0 ? 0 : (uint32_t)(lpm_slots(entries) - 1);
}

void
lpm_init4(struct lpm *t, struct lpm_slot *slot, size_t entries,
    const struct prefix4 *prefix, size_t stride)
{
	init(t, slot, entries, prefix, stride);
}

void
lpm_init6(struct lpm *t, struct lpm_slot *slot, size_t entries,
    const struct prefix6 *prefix, size_t stride)
{
	init(t, slot, entries, prefix, stride);
}

/* --- hashes --------------------------------------------------------------- */

/*
 * Entries come from the configuration, not from strangers: no key is needed, but
 * every bit must reach the lowest ones.
 */
static uint32_t
hash4(ip4_t a, uint8_t len)
{
	uint64_t h = ((uint64_t)len << 32 | a) * 0x9e3779b97f4a7c15;

	h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
	return (uint32_t)(h >> 32);
}

static uint32_t
hash6(struct ip6 a, uint8_t len)
{
	uint64_t h = (a.hi ^ (uint64_t)len << 56) * 0x9e3779b97f4a7c15;

	h = ((h ^ h >> 32) ^ a.lo) * 0xd6e8feb86659fd93;
	h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
	return (uint32_t)(h >> 32);
}

/* --- slots ---------------------------------------------------------------- */

static const void *
prefix_at(const struct lpm *t, const struct lpm_slot *s)
{
	return t->prefix + (s->entry - 1) * t->stride;
}

/* The slot of this prefix, or the free one where it belongs. */
static inline struct lpm_slot *
probe4(const struct lpm *t, ip4_t a, uint8_t len)
{
	uint32_t tag = hash4(a, len);

	for (uint32_t i = tag;; i++) {
		struct lpm_slot *s = &t->slot[i & t->mask];
		const struct prefix4 *p;

		if (s->entry == 0)
			return s;
		if (s->tag != tag)
			continue;
		p = prefix_at(t, s);
		if (p->addr == a && p->len == len)
			return s;
	}
}

static inline struct lpm_slot *
probe6(const struct lpm *t, struct ip6 a, uint8_t len)
{
	uint32_t tag = hash6(a, len);

	for (uint32_t i = tag;; i++) {
		struct lpm_slot *s = &t->slot[i & t->mask];
		const struct prefix6 *p;

		if (s->entry == 0)
			return s;
		if (s->tag != tag)
			continue;
		p = prefix_at(t, s);
		if (ip6_eq(p->addr, a) && p->len == len)
			return s;
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

static uint32_t
add(struct lpm *t, struct lpm_slot *s, uint32_t tag, uint32_t i, uint8_t len)
{
	if (s->entry != 0)
		return s->entry - 1;
	*s = (struct lpm_slot){ .tag = tag, .entry = i + 1 };
	t->count++;
	add_len(t, len);
	return LPM_NONE;
}

/* --- interface ------------------------------------------------------------ */

uint32_t
lpm_add4(struct lpm *t, uint32_t i)
{
	const struct prefix4 *p = (const void *)(t->prefix + i * t->stride);

	return add(t, probe4(t, p->addr, p->len), hash4(p->addr, p->len), i,
	    p->len);
}

uint32_t
lpm_add6(struct lpm *t, uint32_t i)
{
	const struct prefix6 *p = (const void *)(t->prefix + i * t->stride);

	return add(t, probe6(t, p->addr, p->len), hash6(p->addr, p->len), i,
	    p->len);
}

uint32_t
lpm_find4(const struct lpm *t, ip4_t a)
{
	for (unsigned i = 0; i < t->nlen; i++) {
		uint8_t len = t->len[i];
		const struct lpm_slot *s = probe4(t, a & mask4(len), len);

		if (s->entry != 0)
			return s->entry - 1;
	}
	return LPM_NONE;
}

uint32_t
lpm_find6(const struct lpm *t, struct ip6 a)
{
	for (unsigned i = 0; i < t->nlen; i++) {
		uint8_t len = t->len[i];
		const struct lpm_slot *s = probe6(t, ip6_and(a, mask6(len)),
		    len);

		if (s->entry != 0)
			return s->entry - 1;
	}
	return LPM_NONE;
}
