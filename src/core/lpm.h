/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lpm.h - longest prefix match (RFC 7757 section 3.2): which of the caller's
 * prefixes covers an address.
 *
 * One open-addressing hash table keyed by (length, masked address), probed from
 * the longest length in use to the shortest: the cost depends on how many
 * different lengths there are (usually one or two), not on how many entries.
 * The prefixes stay where the caller has them, in an array of anything, so that
 * the table is small enough for the cache and the entry found is there to use.
 */
#ifndef LICHEN_LPM_H
#define LICHEN_LPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

struct lpm_slot {
	uint32_t	tag;	/* hash of the prefix */
	uint32_t	entry;	/* index + 1; 0: free */
};

struct lpm {
	struct lpm_slot	*slot;		/* the caller's, as are the prefixes */
	const char	*prefix;	/* of entry 0: struct prefix4 or prefix6 */
	size_t		 stride;	/* octets from there to that of entry 1 */
	uint32_t	 mask;		/* slots - 1 */
	uint32_t	 count;		/* entries in use */
	uint8_t		 nlen;		/* how many of len[] count */
	uint8_t		 len[129];	/* lengths in use, longest first */
};

#define LPM_NONE	UINT32_MAX

/* How many slots a table wants for so many entries: a power of two. */
size_t		lpm_slots(size_t entries);

/*
 * Start an empty table, of one family.  slot: lpm_slots(entries) of them, all
 * zero.  prefix: that of the first of the caller's entries; the next one is
 * stride octets further.  Both may be NULL when entries is 0.
 */
void		lpm_init4(struct lpm *, struct lpm_slot *slot, size_t entries,
		    const struct prefix4 *prefix, size_t stride);
void		lpm_init6(struct lpm *, struct lpm_slot *slot, size_t entries,
		    const struct prefix6 *prefix, size_t stride);

/*
 * Add entry i, whose prefix has no host bits.  Return LPM_NONE, or the index of
 * the entry that is there already with the same prefix (the table stays as it
 * was).  The caller adds no more than it announced.
 */
uint32_t	lpm_add4(struct lpm *, uint32_t i);
uint32_t	lpm_add6(struct lpm *, uint32_t i);

/* Index of the entry with the longest prefix that has the address, or LPM_NONE. */
uint32_t	lpm_find4(const struct lpm *, ip4_t);
uint32_t	lpm_find6(const struct lpm *, struct ip6);

#endif
