/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dynamic-map.h - the leases of the pool in data-dir/dynamic.map, in TAYGA's format:
 * '#' comment lines, then "V4<TAB>V6<TAB>EPOCH" a line, epoch of the last use.
 * Of several lines for an address, or for a host, the latest use counts, and of
 * the same use the first line.
 *
 * What root writes into a directory of another user's becomes his.
 *
 * The only place, besides the log, that knows wall clock time.
 */
#ifndef LICHEN_LEASES_DYNAMIC_MAP_H
#define LICHEN_LEASES_DYNAMIC_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/pool.h"

#define STATE_FILE	"dynamic.map"
#define STATE_TMP	"dynamic.map~~"

/* The same moment on both clocks. */
struct clocks {
	mono_t	mono;		/* milliseconds */
	int64_t	wall;		/* seconds since the epoch */
};

/* Now.  CLOCK_MONOTONIC and CLOCK_REALTIME. */
struct clocks	state_clocks(void);

/*
 * Restore the leases from STATE_FILE in the directory dirfd.  Lines that are no
 * lease are left out with a notice to the log each (bounded, then a count).  A
 * missing file is an empty one.  Return the number of leases restored, or -1
 * with errno, and the pool as it was, when there is a file that cannot be read.
 */
long		state_load(struct pool *, int dirfd, struct clocks now);

/*
 * Write all leases to STATE_TMP, check and fsync it, rename it to STATE_FILE,
 * fsync the directory.  On any failure false is returned with errno set, nothing
 * is logged, STATE_TMP is removed and the old STATE_FILE stays as it was (unless
 * it was the last step that failed: then the new one is there, but perhaps not
 * after a power failure).
 */
bool		state_save(const struct pool *, int dirfd, struct clocks now);

/*
 * Open STATE_FILE for state_append(); one that is not there is made, with nothing
 * but the comment.  Return a descriptor that the caller closes, or -1 with errno.
 */
int		state_open(int dirfd);

/*
 * A lease that was just made, as a line behind the others: with the kernel when
 * this returns, on the disk after fdatasync().  On failure false is returned with
 * errno set, nothing is logged and the file is as long as it was.
 */
bool		state_append(int fd, ip4_t, struct ip6 host, struct clocks now);

#endif
