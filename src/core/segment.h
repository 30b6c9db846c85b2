/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segment.h - cut a super-packet that cannot leave in one piece: because it would
 * be longer than 65535 octets, or because its datagrams must be fragmented, or because
 * the last packet is short enough to have another header than the others have.  And
 * the packet that an error of ours quotes of one.
 */
#ifndef LICHEN_SEGMENT_H
#define LICHEN_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "xlat.h"

struct segment {
	const struct xlat_out	*whole;
	size_t			 done;	/* octets of data handed out */
	unsigned		 count;	/* wire packets handed out */
};

/* Start cutting; whole->split is the data of a piece, at most. */
void	segment_init(struct segment *, const struct xlat_out *whole);

/*
 * The next piece, first to last: a packet or super-packet complete in itself,
 * with its own frag_mtu and frag_id if whole has them and it is too long.  Its tail points where
 * whole's does.  Return false when there are no more.
 */
bool	segment_next(struct segment *, struct xlat_out *piece);

/*
 * The first packet of what p will be on the wire, as it was read but with its
 * checksum finished: what an error quotes of p, whose sender knows it from there.
 * p has an unfinished checksum that offload_valid() accepts.  Written to room,
 * which has as many octets as p.
 */
struct cur	segment_first(const struct offload *, const struct pkt *p,
		    uint8_t *room);

#endif
