/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.h - our side of the memory that the program reads.
 */
#ifndef LICHEN_FASTPATH_SHARED_H
#define LICHEN_FASTPATH_SHARED_H

#include "breath.h"
#include "core/forward.h"
#include "loader.h"

struct shared {
	struct loader	 loader;
	uint32_t	 maps;		/* room */
	uint32_t	 places;	/* room for leases */
	uint32_t	 high;		/* places below it have been used */
	uint32_t	 processors;
	uint32_t	 generation;	/* the last one that was in force */

	/* Places of leases that are free, longest first: a ring. */
	uint32_t	*free;
	mono_t		*free_since;
	uint32_t	 free_head, nfree;

	/* Leases that wait for their first packets to leave. */
	uint32_t	 waiting[64];	/* addresses */
	unsigned	 nwaiting;

	/* fastpath_work(). */
	mono_t		 sweep_at;	/* when the next one begins */
	mono_t		 swept;		/* when this one, or the last, began */
	mono_t		 swept_before;	/* when the one before it did */
	uint32_t	 sweep;		/* where it is */
	uint32_t	 stale;		/* where looking for these is */
	mono_t		 search_at;	/* when to look for leases that are not
					 * known */
	uint32_t	 missing;	/* host number that it has come to */
	struct fp_count	 counted;	/* what fastpath_count() has seen */
};

/* Arrays and program; no leases, no maps, off. */
bool	shared_open(struct shared *, const struct forward *, char *err,
	    size_t errsize);
void	shared_close(struct shared *);

/* Off: no packet by these tables is on its way any more when they change. */
void	shared_off(struct shared *);
void	shared_on(struct shared *);

/* While off: packets have a link header from now on, as in a trial, or none. */
void	shared_link_header(struct shared *, bool);

/* While off.  false with a reason in err. */
void	shared_settings(struct shared *, const struct forward *);
bool	shared_maps(struct shared *, const struct addrmap *,
	    const struct fastpath_breath *, char *err, size_t errsize);
void	shared_forget_leases(struct shared *);

/* A lease appears (false: no room for it) and goes. */
bool	shared_publish(struct shared *, ip4_t, struct ip6 host,
	    mono_t used, mono_t now);
void	shared_retire(struct shared *, ip4_t, mono_t now);

/* The lease of an address, or NULL. */
struct fp_lease	*shared_lease(const struct shared *, ip4_t);

/* What all processors have counted. */
struct fp_count	shared_count(const struct shared *);

#endif
