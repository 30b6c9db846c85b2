/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coalesce.h - join consecutive packets of a flow, as a network card's GRO does,
 * into one super-packet that the device cuts into the very same packets again.
 *
 * Nothing is copied but the first packet's headers: the data stays where it was
 * read, so everything is flushed before that memory is used again.  Packets of
 * one flow leave in the order they came.
 */
#ifndef LICHEN_COALESCE_H
#define LICHEN_COALESCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forward.h"
#include "xlat.h"

#define COALESCE_FLOWS		512	/* open at once, in sets of four */
#define COALESCE_WAYS		4
#define COALESCE_PACKETS	512	/* held until nothing is: as many as
					 * a device's queue has (Linux: 500) */
#define COALESCE_PARTS		64	/* packets that become one: what Linux
					 * takes of UDP */
#define COALESCE_HEAD_MAX	104	/* IPv6 and the longest TCP header fit */

/* Data of one packet, and the next one's of the same flow. */
struct coalesce_part {
	struct cur	data;
	uint16_t	next;
};

/* Packets of a flow that leave together. */
struct coalesce_flow {
	uint8_t		count;		/* of packets; 0: free */
	bool		closed;		/* nothing may follow in it: flush it */
	bool		psh;		/* TCP: the last packet pushes */
	uint8_t		head_len, net_len;
	struct ident	*ident;		/* IPv4: not NULL if the packets need
					 * new identifications, in a row */
	uint16_t	size;		/* data of each packet but the last */
	uint32_t	octets;		/* of data */
	uint16_t	first, last;	/* in coalesce.part[] */
	struct offload	offload;	/* of the first packet */
	uint8_t		head[COALESCE_HEAD_MAX]; /* of the first packet */
};

struct coalesce {
	bool		tcp, udp;	/* what the device cuts for us */
	struct ident	*ident;		/* the caller's: where identifications
					 * that we chose came from.  NULL: only
					 * what has them in a row is joined */
	unsigned	open;		/* slots that hold something */
	unsigned	starts, held;	/* since none did */
	uint16_t	started[COALESCE_PACKETS]; /* slots, oldest first; what
					 * was flushed meanwhile holds nothing */
	uint32_t	hash[COALESCE_FLOWS];	/* of the flow of each slot, apart
					 * from what is looked at later */
	struct coalesce_part part[COALESCE_PACKETS];
	struct coalesce_flow flow[COALESCE_FLOWS]; /* by hash */
};

/*
 * The slot of the flow that a packet to be sent belongs to, for the calls below:
 * its own, or one to begin it in.  NULL if it is neither TCP nor UDP (a later
 * fragment is not), our own error or hairpinned: then no flow minds it.
 */
struct coalesce_flow	*coalesce_slot(struct coalesce *,
			    const struct outcome *, uint32_t *hash);

/*
 * Hold a packet in the slot: join it to what is there, or start anew if the
 * slot is free.  in is what the device said about the packet that was read.
 * Return false if that cannot be: flush the slot and try once more, and then
 * write the packet by itself.
 */
bool	coalesce_hold(struct coalesce *, struct coalesce_flow *, uint32_t hash,
	    const struct outcome *, const struct offload *in);

/*
 * Write the headers of all that the slot holds into head, and say in *offload how
 * it is to be cut.  The packet is head, then every part: count of them.
 */
void	coalesce_finish(const struct coalesce *, struct coalesce_flow *,
	    struct xlat_out *head, struct cur part[static COALESCE_PARTS]);

/*
 * Packet i of the slot by itself, complete: its tail is part, the one of that
 * number.  After coalesce_finish().
 */
void	coalesce_part(const struct coalesce_flow *, unsigned i, struct cur part,
	    struct xlat_out *);

/* The slot, which held something, holds nothing any more. */
void	coalesce_clear(struct coalesce *, struct coalesce_flow *);

/*
 * Walk what is held, oldest first, to flush it all: start with *i = 0; NULL at
 * the end.  Each must be cleared before the next is asked for.
 */
struct coalesce_flow	*coalesce_next(struct coalesce *, unsigned *i);

#endif
