/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.h - the dynamic IPv4 pool: leases of IPv4 addresses to IPv6 hosts.
 *
 * A lease is active while packets pass; after `lifetime` without one it is
 * dormant: no longer reachable from IPv4, but kept for the same host; after
 * `retention` the address is free again.  When nothing is free the least
 * recently used dormant lease is taken over.
 *
 * Pure: memory and time come from the caller, and every look-up costs the same
 * however many leases there are.  Memory starts zeroed and is touched as leases
 * are made, so that a large idle pool costs address space, not memory.
 */
#ifndef LICHEN_POOL_H
#define LICHEN_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "freemap.h"
#include "quota.h"
#include "siphash.h"

typedef int64_t mono_t;		/* monotonic time, milliseconds */

static inline mono_t
mono_earlier(mono_t a, mono_t b)
{
	return a < b ? a : b;
}

/* How long to rest after so many failures in a row: twice as long after each. */
static inline mono_t
mono_rest(mono_t first, mono_t most, unsigned failures)
{
	while (failures-- > 0 && first < most)
		first *= 2;
	return mono_earlier(first, most);
}

#define POOL_LIFETIME	(INT64_C(7440) * 1000)
#define POOL_RETENTION	(INT64_C(14) * 86400 * 1000)

/* Prefixes of a pool; all together they have at most POOL_SIZE_MAX addresses. */
#define POOL_LEN_MIN	8
#define POOL_LEN_MAX	31
#define POOL_RANGES	16
#define POOL_SIZE_MAX	FREEMAP_MAX

enum lease_state {
	LEASE_FREE,
	LEASE_ACTIVE,
	LEASE_DORMANT,
};

/*
 * Indices are host numbers: the addresses of all ranges, counted from the lowest.
 * 0, which is never leased, is "none".
 */
struct lease {
	struct ip6	host;
	mono_t		last;		/* last packet, either direction */
	uint32_t	prev, next;	/* in the list of its state, oldest first */
	uint32_t	chain;		/* next in the same hash bucket */
	uint8_t		state;		/* enum lease_state */
	bool		told;		/* for who walks: see pool_walk() */
};

struct lease_list {
	uint32_t	head, tail;	/* oldest, newest */
	uint32_t	count;
};

struct pool_range {
	struct prefix4	prefix;
	uint32_t	first;		/* host number of its base */
};

struct pool {
	struct pool_range	 range[POOL_RANGES];	/* by address */
	unsigned		 nranges;
	unsigned		 home;		/* where a host's address is
						 * looked for first */
	uint32_t		 size;		/* host numbers */
	mono_t			 lifetime, retention;
	struct quota		 quota;		/* active leases of a /64 */
	struct siphash_key	 key;
	struct lease		*lease;		/* by host number */
	uint32_t		*bucket;	/* by hash of host */
	uint32_t		 bucket_mask;
	/*
	 * Host numbers: those that are neither free nor leased are reserved
	 * (base addresses, maps, ipv4-addr).  And the same for leases: one that
	 * has a lease is "free" there, so that it is found.
	 */
	struct freemap		 free, leased;
	struct lease_list	 active, dormant;
	enum lease_state	 walking;	/* which list pool_walk() is in */
	uint32_t		 walk;		/* behind this one; 0: at its head */
	mono_t			(*elsewhere)(const void *, ip4_t);
	const void		*elsewhere_arg;	/* the caller's: see pool_used */
	uint32_t		 reserved;	/* bases included */
	uint64_t		 reserved_sum;	/* of what: a keyed sum */
};

enum lease_event_kind {
	LEASE_EVENT_NONE,
	LEASE_EVENT_ASSIGNED,	/* new, or dormant and now active again */
	LEASE_EVENT_RELEASED,	/* became dormant or free */
	LEASE_EVENT_TAKEOVER,	/* assigned; `previous` lost it */
};

struct lease_event {
	enum lease_event_kind	kind;
	ip4_t			addr;
	struct ip6		host;
	struct ip6		previous;
};

/* Addresses of all these ranges together. */
uint64_t pool_addresses(const struct prefix4 *range, unsigned n);

/*
 * Octets of zeroed memory, aligned for any type, that a pool of so many addresses
 * (2 to POOL_SIZE_MAX) wants.
 */
size_t	pool_bytes(uint32_t addresses);

/*
 * Start an empty pool of 1 to POOL_RANGES ranges that do not overlap.  A host's
 * address is looked for in the first one, then in the others.  The base address
 * of each is reserved here; life times are POOL_LIFETIME and POOL_RETENTION and
 * there is no quota until the caller sets others, before the first lease.  mem
 * belongs to the caller and must outlive the pool.
 */
void	pool_init(struct pool *, const struct prefix4 *range, unsigned n,
	    struct siphash_key, void *mem);

/*
 * Were two pools with the same key made of the same ranges, reservations and
 * quota?  Both before or after all of their reservations.
 */
bool	pool_same(const struct pool *, const struct pool *);

/* Is it an address of the pool, leased or not; and may it be leased at all? */
bool	pool_has(const struct pool *, ip4_t addr);
bool	pool_leases(const struct pool *, ip4_t addr);

/*
 * Never lease an address of this prefix.  Before any lease is made or restored.
 * Prefixes and parts of them outside the pool are ignored.
 */
void	pool_reserve(struct pool *, struct prefix4);

/*
 * The IPv6 host that has an active lease of addr.  Counts as use of the lease
 * if `touch`.  Return false if there is none, or it is dormant or overdue.
 */
bool	pool_host(struct pool *, ip4_t addr, mono_t now, bool touch,
	    struct ip6 *host);

/* The address that host has an active lease of, likewise. */
bool	pool_addr(struct pool *, struct ip6 host, mono_t now, bool touch,
	    ip4_t *addr);

/*
 * As pool_addr with touch, but make a lease if there is none: the one that host
 * had (dormant), else the first free address from the one that TAYGA would
 * choose (compat.md, "Dynamic pool"), else the least recently used dormant one.
 * Return false if every address is active or reserved, or if host's network has
 * reached its quota.  *event is always set.
 */
bool	pool_lease(struct pool *, struct ip6 host, mono_t now, ip4_t *addr,
	    struct lease_event *event);

/* Has the network of host (its /64) as many active leases as it may? */
bool	pool_limited(const struct pool *, struct ip6 host);

/*
 * Packets that pass by other ways than through these functions keep leases alive,
 * too.  pool_used(): the lease of addr, if it is active, was used at that time, not
 * long before now.  So that nothing ends in between, elsewhere (NULL: nobody) is
 * asked before a lease is called overdue: its last use there, or INT64_MIN.
 */
void	pool_used(struct pool *, ip4_t addr, mono_t last);

/*
 * Do one overdue change of state: active to dormant (RELEASED), dormant to free
 * (no event for the log: kind NONE).  Return false, doing nothing, when there
 * is no more to do.  Call until it returns false.
 */
bool	pool_expire(struct pool *, mono_t now, struct lease_event *event);

/*
 * When pool_expire() will next have something to do, or INT64_MAX.  May be too
 * early, never too late by more than ten seconds.
 */
mono_t	pool_next_expiry(const struct pool *);

/*
 * Put back a lease that was saved: last use in monotonic time, possibly
 * negative.  Return NULL, or why not: a phrase such as "not in the pool" for a
 * notice.  Leases may come in any order of time; the lists end up sorted when
 * they are restored oldest first.  One too old is not an error: it is free.
 */
const char *pool_restore(struct pool *, ip4_t addr, struct ip6 host,
	    mono_t last, mono_t now);

/*
 * Walk all leases, dormant and active, oldest first (to ten seconds), so that
 * they may go straight to pool_restore(): start with *i = 0; returns NULL at the
 * end.  *addr is the lease's address.
 */
const struct lease *pool_next(const struct pool *, uint32_t *i, ip4_t *addr);

/*
 * The same for a pool that goes on being used between two steps: what is used or made
 * meanwhile comes later in the walk, once more if it was there before.  Nothing may
 * expire, though.  A lease's `told' is the walker's, and false in a new lease.  One
 * walk at a time; after its end it may be asked again whether there is more.
 */
void	pool_walk(struct pool *);
struct lease *pool_walk_next(struct pool *, ip4_t *addr);

/*
 * As pool_restore(), but whatever contradicts it in the pool gives way: other leases
 * of the address and of the host, and the same one as it was.
 */
const char *pool_carry(struct pool *, ip4_t addr, struct ip6 host, mono_t last,
	    mono_t now);

/* Host numbers: how many there are, reserved ones included. */
uint32_t pool_size(const struct pool *);

/* The first host number at or after *i that has a lease; false: there is none. */
bool	pool_seek(const struct pool *, uint32_t *i);

/*
 * The lease of a host number under pool_size(), with its address, whether active
 * or dormant; NULL if there is none.  A walk over all of them sees every lease
 * that is there all the while, whatever happens to others.
 */
const struct lease *pool_at(const struct pool *, uint32_t i, ip4_t *addr);

/* The lease of an address, likewise: not counted as use of it. */
const struct lease *pool_look(const struct pool *, ip4_t addr);

#endif
