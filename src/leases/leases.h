/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leases.h - when leases are written to data-dir/dynamic.map, by the writer: each new
 * one at once, with the writer before its first packet leaves, on the disk a second
 * later; all of them anew now and then, in pieces.  Packets of leases that exist
 * cause no write.  Nothing here waits for the writer, but for leases_end().
 */
#ifndef LICHEN_LEASES_LEASES_H
#define LICHEN_LEASES_LEASES_H

#include <stdbool.h>
#include <stddef.h>

#include "dynamic-map.h"
#include "mail.h"

struct leases {
	int	dir;		/* data-dir, locked; -1: leases are not kept */
	bool	made_dir;	/* it was not there before */
	char	*name;		/* of the file, for messages */
	int	file;		/* it, for the writer to append to; -1: it has it,
				 * or it could not be opened yet */
	/* Mail to the writer, with so many octets of room behind it; NULL: none. */
	bool	(*send)(void *, enum mail, const void *, size_t, size_t room);
	void	*send_arg;

	size_t	lines;		/* of the file, and most of what it may have */
	bool	failing;	/* and it was told */
	bool	full;		/* the writer is behind, likewise */
	bool	rewriting;	/* all of them: up to host number next */
	bool	unconfirmed;	/* all was sent, but not written yet */
	uint32_t next;
	size_t	items;		/* sent of them */
	mono_t	save_at;	/* when to begin; INT64_MAX: no need */

	int64_t	ahead;		/* of the clock, in the file: see state_found */
	int64_t	offset;		/* of the clock to the monotonic one, seconds */
};

/*
 * Open data-dir, making it if need be, and lock it: a process that has it gets two
 * seconds to end.  NULL: leases are not kept.  Return false with a message in err;
 * free with leases_close() in any case.
 */
bool	leases_open(struct leases *, const char *data_dir, char *err,
	    size_t errsize);
void	leases_close(struct leases *);

/*
 * Fill an empty pool from the file, before there is a writer.  false with a message
 * in err: there is a file that cannot be read.
 */
bool	leases_load(struct leases *, struct pool *, char *err, size_t errsize);

/* Something happened to a lease: write it down if it must not be forgotten. */
void	leases_event(struct leases *, const struct pool *,
	    const struct lease_event *);

/*
 * Do what is due, for some microseconds; return when something will be again.  Also
 * notices that the clock was set, and has all leases written with their age.
 */
mono_t	leases_work(struct leases *, const struct pool *, struct clocks now);

/* All of them anew, from now on, even if some were sent already. */
void	leases_save(struct leases *);

/* What the writer says. */
void	leases_report(struct leases *, struct report);

/* There is none any more. */
void	leases_no_writer(struct leases *);

/*
 * The end: have all of them written as far as the writer takes them.  taken() is
 * a number that changes whenever it does.  Waits for some ten milliseconds, longer while it does.
 */
void	leases_end(struct leases *, const struct pool *,
	    uint32_t (*taken)(void *));

#endif
