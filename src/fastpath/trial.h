/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trial.h - is the program's outcome the core's, octet by octet?
 */
#ifndef LICHEN_FASTPATH_TRIAL_H
#define LICHEN_FASTPATH_TRIAL_H

#include "shared.h"

/*
 * Run the program on a packet; in segments of gso_size if that is not 0, when the
 * kernel has no way to say that the checksum is unfinished: then it is as if the
 * packet had a complete one.  Return false with errno if that does not work.
 */
bool	trial_run(const struct loader *, struct cur packet, uint16_t gso_size,
	    enum loader_verdict *, uint8_t out[static LOADER_PACKET_MAX],
	    size_t *n);

/* What the device would have said of such a packet of TCP. */
struct offload	trial_offload(const struct pkt *, uint16_t gso_size);

/*
 * Is this what trial_run() should have brought, if the core's answer is want?
 * Identifications where routers may fragment are of no account.  NULL, or what
 * differs.
 */
const char	*trial_differs(const struct xlat_out *want, const uint8_t *got,
		    size_t n, uint16_t gso_size);

/*
 * A handful of packets of this very configuration, each way and kind, some of which
 * the program must leave; false with the first difference in err.  The tables are
 * empty and off, before and after.
 */
bool	trial(struct shared *, const struct forward *, mono_t now,
	    char *err, size_t errsize);

#endif
