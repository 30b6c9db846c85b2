/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lpm.h - longest prefix match (RFC 7757 section 3.2) in memory of the caller.
 *
 * One open-addressing hash table keyed by (length, masked address), probed from
 * the longest length in use to the shortest: the cost depends on how many
 * different lengths there are (usually one or two), not on how many entries.
 * IPv4 prefixes live in the upper 32 bits of the key: see lpm_key4().
 */
#ifndef LICHEN_LPM_H
#define LICHEN_LPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

struct lpm_slot {
	struct ip6	key;	/* masked to len */
	uint32_t	value;	/* of the caller's, returned as it is */
	uint8_t		len;
	bool		used;
};

struct lpm {
	struct lpm_slot	*slot;		/* the caller's; owned by the caller */
	uint32_t	 mask;		/* slots - 1 */
	uint32_t	 count;		/* entries in use */
	uint8_t		 nlen;		/* how many of len[] count */
	uint8_t		 len[129];	/* lengths in use, longest first */
};

#define LPM_NONE	UINT32_MAX

static inline struct ip6
lpm_key4(ip4_t a)
{
	return (struct ip6){ (uint64_t)a << 32, 0 };
}

/* How many slots lpm_init() wants for so many entries: a power of two. */
size_t		lpm_slots(size_t entries);

/*
 * Start an empty table.  slot: lpm_slots(entries) of them, all zero; may be NULL
 * when entries is 0.
 */
void		lpm_init(struct lpm *, struct lpm_slot *slot, size_t entries);

/*
 * Add an entry; key is masked here.  Return LPM_NONE, or the value of the entry
 * that is there already with the same prefix (the table stays as it was).
 * The caller adds no more than it announced to lpm_init().
 */
uint32_t	lpm_add(struct lpm *, struct ip6 key, uint8_t len, uint32_t value);

/* Value of the longest prefix that has key, or LPM_NONE. */
uint32_t	lpm_find(const struct lpm *, struct ip6 key);

#endif
