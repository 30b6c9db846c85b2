/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats.h - the metrics: one table of names, and three ways to write it.  The
 * names are stable; lichen(8) lists them.
 */
#ifndef LICHEN_REPORT_STATS_H
#define LICHEN_REPORT_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/forward.h"
#include "fastpath/fastpath.h"
#include "pktlog.h"
#include "problems.h"

/* What happened between the device and the core. */
struct pump_counters {
	uint64_t	write_errors;	/* packets not taken */
	uint64_t	read_errors;	/* packets not handed over */
	uint64_t	joined;		/* packets that left in others */
	uint64_t	fragments_read, fragments_made;
};

/* Where the values are.  What is pointed to outlives it. */
struct stats {
	const struct forward	*forward;
	const struct pump_counters *pump;
	const struct pktlog	*log;
	const struct problems	*problems;
	const struct fastpath	*fast;
	const char		*device;	/* name of the tun device */
	int64_t			 started;	/* seconds since the epoch */
	int64_t			 configured;	/* likewise, last good load */
	uint64_t		 reloads, failed_reloads;
	uint64_t		 file_errors;	/* stats-file not written */
	uint64_t		 leases[LEASE_EVENT_TAKEOVER + 1]; /* events */
};

enum stats_format {
	STATS_TEXT,		/* NAME [LABEL] VALUE, without "lichen_" */
	STATS_JSON,		/* "NAME": VALUE or {"LABEL": VALUE, ...}; last
				 * "problems": [{"kind", "text"}, ...] */
	STATS_PROMETHEUS,	/* text exposition format 0.0.4 */
};

/* How far a listing is; starts as zeros. */
struct stats_cursor {
	unsigned	metric, sample;
	bool		told;		/* a problem was */
};

/* Room for what one call of stats_next() writes, the NUL included. */
#define STATS_CHUNK	512

/* Room for all of it, in any format. */
#define STATS_TEXT_MAX	16384

/*
 * Write the next one or more whole lines, and a NUL.  Return how many octets
 * without it, or 0 at the end.
 */
size_t	stats_next(const struct stats *, enum stats_format,
	    struct stats_cursor *, char buf[static STATS_CHUNK]);

/* All of it at once; returns the octets written. */
size_t	stats_all(const struct stats *, enum stats_format,
	    char buf[static STATS_TEXT_MAX]);

#endif
