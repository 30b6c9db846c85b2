/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pump.h - packets from the device, through the core, and back to the device.
 */
#ifndef LICHEN_PUMP_H
#define LICHEN_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/coalesce.h"
#include "core/forward.h"
#include "report/pktlog.h"
#include "report/stats.h"
#include "system/tun.h"

/*
 * A batch ends when the device is empty, or with so many packets or octets.  What
 * is held waits for its end: less than a millisecond, on a machine that is busy
 * with packets.  As deep as the device's queue, hundreds of flows that take turns
 * still find something to join.
 */
#define PUMP_PACKETS	COALESCE_PACKETS
#define PUMP_OCTETS	(1024 * 1024)

/*
 * Free octets in front of a packet that was read: for the translated head, which is
 * up to 48 octets longer (20 to IPv6, 8 for a fragment, both again for a packet
 * quoted in an error), or an error of our own, and for the device's header.
 */
#define PUMP_FRONT	(TUN_HEAD + 56)

/* So many super-packets refused, and none taken: the device takes none. */
#define PUMP_REFUSALS	8

struct pump {
	struct tun		*tun;
	struct forward		*forward;
	struct pktlog		*log;
	void			(*on_lease)(void *, const struct lease_event *);
	void			*on_lease_arg;
	struct pump_counters	 count;
	size_t			 used;		/* octets of room[] that held
						 * packets point into */
	unsigned		 lone;		/* batches of one, in a row */
	bool			 drained;	/* the last batch emptied the
						 * device */
	struct outcome		 outcome;
	struct xlat_out		 segment, fragment, super; /* on their way */
	struct xlat_out		 whole, packet;	/* cut for the device */
	unsigned		 refusals[2];	/* in a row: of TCP, of UDP */
	struct cur		 part[COALESCE_PARTS]; /* of super */
	struct coalesce		 coalesce;
	uint8_t			 room[PUMP_FRONT + PUMP_OCTETS + TUN_PACKET_MAX];
};

/*
 * Start: no packet is held; joins what the device can cut.  on_lease is told what
 * happened to a lease before the packet that did it leaves.
 */
void	pump_init(struct pump *, struct tun *, struct forward *,
	    struct pktlog *, void (*on_lease)(void *,
	    const struct lease_event *), void *arg);

/*
 * One batch.  Afterwards no packet is held.  Return false if the device is
 * gone.
 */
bool	pump_batch(struct pump *, mono_t now);

#endif
