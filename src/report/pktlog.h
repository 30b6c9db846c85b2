/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktlog.h - log lines about packets and leases, as the `log` directive asks.
 */
#ifndef LICHEN_REPORT_PKTLOG_H
#define LICHEN_REPORT_PKTLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/forward.h"

/* Lines a second and reason, before the rest is only counted. */
#define PKTLOG_RATE	10

struct pktlog {
	unsigned	classes;		/* enum log_class bits */
	mono_t		second;			/* in which lines[] counts */
	uint32_t	lines[REASON_COUNT];
	uint32_t	untold[REASON_COUNT];	/* left out since the last */
	bool		any_untold;
	uint64_t	suppressed;		/* lines left out, ever */
};

/* One line about a packet, if its class is wanted and the rate allows. */
void	pktlog_packet(struct pktlog *, const struct outcome *, mono_t now);

/* Tell how many lines of each reason were left out in a second that is over. */
void	pktlog_flush(struct pktlog *, mono_t now);

/*
 * Assignment, release or takeover of an address (RFC 6888 section 4, REQ-12):
 * every one of them, with UTC time (RFC 3339).
 */
void	pktlog_lease(const struct pktlog *, const struct lease_event *);

#endif
