/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota.h"

size_t
quota_slots(uint32_t n)
{
	size_t slots = 4;

	/* At most half full. */
	while (slots < 2 * (size_t)n)
		slots *= 2;
	return slots;
}

void
quota_init(struct quota *q, uint32_t max, uint32_t n, struct siphash_key key,
    struct quota_slot *slot)
{
	*q = (struct quota){
		.slot = slot,
		.mask = (uint32_t)(quota_slots(n) - 1),
		.max = max,
		.key = key,
	};
}

static uint32_t
home(const struct quota *q, uint64_t net)
{
	return (uint32_t)siphash(&q->key, &net, 1) & q->mask;
}

/* Where net is counted, or would be. */
static uint32_t
find(const struct quota *q, uint64_t net)
{
	uint32_t i = home(q, net);

	while (q->slot[i].count != 0 && q->slot[i].net != net)
		i = (i + 1) & q->mask;
	return i;
}

bool
quota_reached(const struct quota *q, uint64_t net)
{
	return q->max != 0 && q->slot[find(q, net)].count >= q->max;
}

void
quota_add(struct quota *q, uint64_t net)
{
	struct quota_slot *s;

	if (q->max == 0)
		return;
	s = &q->slot[find(q, net)];
	s->net = net;
	s->count++;
}

/* Close the gap: what was put further on because of it moves back. */
static void
close_gap(struct quota *q, uint32_t gap)
{
	for (uint32_t i = (gap + 1) & q->mask; q->slot[i].count != 0;
	    i = (i + 1) & q->mask) {
		uint32_t distance = (i - home(q, q->slot[i].net)) & q->mask;

		if (distance < ((i - gap) & q->mask))
			continue;
		q->slot[gap] = q->slot[i];
		q->slot[i].count = 0;
		gap = i;
	}
}

void
quota_sub(struct quota *q, uint64_t net)
{
	uint32_t i;

	if (q->max == 0)
		return;
	i = find(q, net);
	if (q->slot[i].count != 0 && --q->slot[i].count == 0)
		close_gap(q, i);
}
