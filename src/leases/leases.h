/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leases.h - when leases are written to data-dir/dynamic.map: each new one before
 * its first packet leaves (so that a kill does not lose it), on the disk a second
 * later (so that a power failure does not), all of them anew now and then.  Packets
 * of leases that exist cause no write.
 */
#ifndef LICHEN_LEASES_LEASES_H
#define LICHEN_LEASES_LEASES_H

#include <stdbool.h>
#include <stddef.h>

#include "dynamic-map.h"

struct leases {
	int	dir;		/* data-dir; -1: leases are not kept */
	bool	made_dir;	/* it was not there before */
	char	*name;		/* of the file, for messages */
	int	file;		/* to append to; -1: none */
	size_t	appended;	/* lines since all of it was written */
	bool	failing;	/* and it was told */
	mono_t	sync_at, save_at;	/* INT64_MAX: no need */
};

/*
 * Open data-dir, making it if need be; NULL: leases are not kept.  Return false
 * with a message in err; free with leases_close() in any case.
 */
bool	leases_open(struct leases *, const char *data_dir, char *err,
	    size_t errsize);
void	leases_close(struct leases *);

/*
 * Fill an empty pool from the file, and get ready for new leases.  false with a
 * message in err: there is a file that cannot be read.
 */
bool	leases_load(struct leases *, struct pool *, char *err, size_t errsize);

/* Something happened to a lease: write it down if it must not be forgotten. */
void	leases_event(struct leases *, const struct lease_event *);

/* Do what is due; return when something will be again. */
mono_t	leases_work(struct leases *, const struct pool *, struct clocks now);

/* All of them, now.  A failure is logged, once, and tried again later. */
void	leases_save(struct leases *, const struct pool *, struct clocks now);

#endif
