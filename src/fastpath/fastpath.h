/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fastpath.h - plain packets translated where the kernel routes them, so that they
 * never come to the daemon.  One implementation per system: fastpath.c (Linux, with
 * program.c in the kernel), none.c.
 *
 * The core is the specification: the program does what forward_packet() would, or
 * leaves a packet to it.  It knows the maps, the prefix and the leases that are in
 * force; the daemon makes and ends leases and says so here.  After the start nothing
 * takes a system call or a privilege: the program reads memory that is shared.
 */
#ifndef LICHEN_FASTPATH_H
#define LICHEN_FASTPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "breath.h"
#include "core/forward.h"

struct shared;

#define FASTPATH_WHY	256

/* state, its name: what others see of it */
#define FASTPATH_STATES(X) \
X(OFF,		"off")			/* nobody wants it */ \
X(ON,		"on") \
X(UNBUILT,	"not_built") \
X(NO_PRIVILEGE,	"no_privilege") \
X(OLD_KERNEL,	"old_kernel") \
X(DIFFERS,	"trial_failed") \
X(NO_ROOM,	"no_room") \
X(ERROR,	"error")

enum fastpath_state {
#define X(state, name) FASTPATH_##state,
	FASTPATH_STATES(X)
#undef X
};

struct fastpath {
	struct shared		*shared;	/* NULL: never made */
	enum fastpath_state	 state;
	char			 why[FASTPATH_WHY]; /* not on: why */
	uint64_t		 packets64;	/* translated, since the start, */
	uint64_t		 packets46;	/* IPv6 to IPv4 and back */
	uint64_t		 lost;		/* begun, could not be finished */
	uint32_t		 leases;	/* known to it */
};

static inline bool
fastpath_is_on(const struct fastpath *fp)
{
	return fp->state == FASTPATH_ON;
}

const char	*fastpath_name(enum fastpath_state);

/*
 * Make everything that takes a privilege, with room for what f has now and some
 * more, try the program on packets of this very configuration and attach it to the
 * device, switched off: fastpath_fill() follows.  Return false with the reason in
 * fp->why.  fastpath_close() in any case.
 */
bool	fastpath_open(struct fastpath *, const struct forward *f,
	    const char *device, mono_t now);
void	fastpath_close(struct fastpath *);

/*
 * Off, at once: the daemon gets every packet.  The pool (or NULL) learns which of its
 * leases were used.
 */
void	fastpath_off(struct fastpath *, struct pool *);

/*
 * On, with the maps and settings of f.  Its pool's leases follow, some at a time,
 * in fastpath_work().  Whatever changes in f but leases and counters: off, first.
 * Return false, with the reason in fp->why, if it does not fit.
 */
bool	fastpath_fill(struct fastpath *, const struct forward *f, mono_t now,
	    const struct fastpath_breath *);	/* NULL: none is needed */

/* The MTU has changed, nothing else. */
void	fastpath_set_mtu(struct fastpath *, const struct forward *f);

/*
 * A lease that ends leaves the fast path before this returns; a new one waits until
 * its first packets have left: until fastpath_drained(), when the device has no more
 * to read.
 */
void	fastpath_lease(struct fastpath *, const struct lease_event *,
	    mono_t now);
void	fastpath_drained(struct fastpath *, const struct pool *, mono_t now);

/* For struct pool: the last use of the lease of this address, or INT64_MIN. */
mono_t	fastpath_last_use(const void *fp, ip4_t addr);

/*
 * Tell the pool about leases that are in use, and the fast path about leases that
 * it does not know; returns when it wants to be called again.
 */
mono_t	fastpath_work(struct fastpath *, struct pool *, mono_t now);

/* Add what it did since the last time to what the daemon counts. */
void	fastpath_count(struct fastpath *, struct forward_counters *);

#endif
