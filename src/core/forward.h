/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.h - one packet in, one outcome out.
 *
 * 1. A packet is parsed once; from then on facts come from struct pkt, never
 *    from raw bytes.
 * 2. Only addrmap knows where addresses come from, and only pool changes.  Time
 *    comes in as an argument.
 * 3. Translation is a function: same packet, addresses and settings, same
 *    output.  It never modifies its input.  (The one thing that is done to what
 *    was read, offload_finish_inner(), is done before, by whose memory it is.)
 * 4. Every packet ends with exactly one enum reason; the counters add up to the
 *    packets read.
 */
#ifndef LICHEN_FORWARD_H
#define LICHEN_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "addrmap.h"
#include "bucket.h"
#include "icmperr.h"
#include "ident.h"
#include "packet.h"
#include "reason.h"
#include "xlat.h"

/* Packets and octets of one direction. */
struct traffic {
	uint64_t	packets, octets;
};

struct forward_counters {
	uint64_t	reason[REASON_COUNT];	/* add up to the packets read */
	struct traffic	in4, in6;		/* read, by family; these three */
	struct traffic	in_other;		/* add up to them as well */
	struct traffic	out4, out6;		/* to be written, fragments as
						 * the one packet they were */
	uint64_t	icmp_translated;	/* errors, both directions */
	uint64_t	icmp_sent;		/* our own errors */
	uint64_t	icmp_suppressed;	/* not sent: over icmp-rate */
};

#define FORWARD_SCRATCH	65536

struct forward {
	struct addrmap		map;
	struct own_addrs	own;
	struct xlat_set		set;
	struct bucket		too_big;	/* own ICMP errors, by what */
	struct bucket		bucket;		/* they say: answer() */
	struct ident		ident;
	struct forward_counters	count;
	uint8_t			scratch[FORWARD_SCRATCH]; /* hairpin,
						 * what an error quotes */
};

struct outcome {
	enum reason		reason;
	bool			send;	/* write out */
	struct lease_event	event;	/* log it before the packet leaves */
	struct pkt		pkt;	/* what was read, as far as it parsed */
	struct xlat_out		out;
};

/*
 * What becomes of a packet from the device.  *o points into packet and *f, and
 * is good until either changes.  own, set, map and rate and burst of both
 * buckets are the caller's to fill in before the first packet (forward_init for
 * the rest).
 */
void	forward_packet(struct forward *f, struct cur packet,
	    const struct offload *, mono_t now, struct outcome *o);

/* ident, full buckets; clears the counters. */
void	forward_init(struct forward *f, struct siphash_key, mono_t now);

#endif
