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
#include <stdio.h>

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
 * 2020-01-01: a time before that was written by a machine that did not know better,
 * as they are before they hear of the network's time.
 */
#define STATE_PLAUSIBLE	INT64_C(1577836800)

/* Lines of a file for each address, after which duplicates are looked for. */
#define STATE_LINES	8

struct state_found {
	unsigned	lines;	/* of the file */
	int64_t		ahead;	/* seconds that its times are ahead of a clock
				 * that nobody can believe: add them */
};

/*
 * Restore the leases from STATE_FILE in the directory dirfd.  Lines that are no
 * lease are left out with a notice to the log each (bounded, then a count).  A
 * missing file is an empty one.  Return the number of leases restored, or -1
 * with errno, and the pool as it was, when there is a file that cannot be read.
 */
long		state_load(struct pool *, int dirfd, struct clocks now,
		    struct state_found *);

/* A lease as a line; returns its length. */
#define STATE_LINE	256	/* octets; a lease needs less than half */
size_t		state_line(char line[static STATE_LINE], ip4_t,
		    struct ip6 host, int64_t wall);

/*
 * All leases anew: begin STATE_TMP, write lines to it, then end it, which checks and
 * fsyncs it, renames it to STATE_FILE and fsyncs the directory; or abandon it.  NULL
 * and false come with errno, nothing is logged, STATE_TMP is removed and the old
 * STATE_FILE stays as it was (unless it was the last step that failed: then the new
 * one is there, but perhaps not after a power failure).
 */
FILE		*state_begin(int dirfd);
bool		state_end(FILE *, int dirfd);
void		state_abandon(FILE *, int dirfd);

/*
 * Open STATE_FILE for state_append(); one that is not there is made, with nothing
 * but the comment.  Return a descriptor that the caller closes, or -1 with errno.
 */
int		state_open(int dirfd);

/*
 * Lines behind the others: with the kernel when this returns, on the disk after
 * fdatasync().  On failure false is returned with errno set and the file is as long
 * as it was.
 */
bool		state_append(int fd, const char *lines, size_t n);

#endif
