/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota.h - how many of something each IPv6 network (/64) has, so that one host
 * with many addresses cannot take what is meant for all.  A hash table with
 * open addressing in the caller's memory; counts of nobody take no room.
 */
#ifndef LICHEN_QUOTA_H
#define LICHEN_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

struct quota_slot {
	uint64_t	net;		/* high half of the address */
	uint32_t	count;		/* 0: the slot is empty */
};

struct quota {
	struct quota_slot	*slot;
	uint32_t		 mask;	/* slots - 1 */
	uint32_t		 max;	/* a network; 0: no limit, no slots */
	struct siphash_key	 key;
};

/* Slots that a quota for n things in all wants: a power of two. */
size_t	quota_slots(uint32_t n);

/*
 * Start with nothing counted.  slot: quota_slots(n) zeroed slots that belong to
 * the caller and outlive the quota.  max 0: nothing is counted, slot may be NULL.
 */
void	quota_init(struct quota *, uint32_t max, uint32_t n,
	    struct siphash_key, struct quota_slot *slot);

/* Has the network as much as it may, or more? */
bool	quota_reached(const struct quota *, uint64_t net);

/* Count one more, whether it is within the limit or not; and one less. */
void	quota_add(struct quota *, uint64_t net);
void	quota_sub(struct quota *, uint64_t net);

#endif
