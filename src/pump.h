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

/* A batch ends when the device is empty, or with so many packets or octets. */
#define PUMP_PACKETS	256
#define PUMP_OCTETS	(256 * 1024)

struct pump {
	const struct tun	*tun;
	struct forward		*forward;
	struct pktlog		*log;
	void			(*on_lease)(void *, const struct lease_event *);
	void			*on_lease_arg;
	struct pump_counters	 count;
	size_t			 used;		/* octets of room[] that held
						 * packets point into */
	struct outcome		 outcome;
	struct xlat_out		 segment, fragment, super; /* on their way */
	struct coalesce		 coalesce;
	uint8_t			 room[TUN_HEAD + PUMP_OCTETS + TUN_PACKET_MAX];
};

/*
 * Start: no packet is held; joins what the device can cut.  on_lease is told what
 * happened to a lease before the packet that did it leaves.
 */
void	pump_init(struct pump *, const struct tun *, struct forward *,
	    struct pktlog *, void (*on_lease)(void *,
	    const struct lease_event *), void *arg);

/*
 * One batch.  Afterwards no packet is held.  Return false if the device is
 * gone.
 */
bool	pump_batch(struct pump *, mono_t now);

#endif
