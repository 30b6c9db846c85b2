/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.h - the memory that the daemon and its program in the kernel share:
 * arrays that both have mapped.  The daemon writes all of it but the times, the
 * counters and the identifications; nothing here takes a system call.
 *
 * Numbers are in host order, IPv6 addresses two halves as in core/addr.h.
 * Included by both sides: C headers of the freestanding kind only.
 */
#ifndef LICHEN_FASTPATH_LAYOUT_H
#define LICHEN_FASTPATH_LAYOUT_H

#include <stdint.h>

/* Limits; beyond them packets stay with the daemon. */
#define FP_LENGTHS	8		/* prefix lengths of maps, a family */
#define FP_RANGES	16		/* as POOL_RANGES */
#define FP_LEASES_MAX	131072		/* a power of two */
#define FP_BUCKET	8
#define FP_IDENTS	4096		/* counters, as IDENT_COUNTERS */
#define FP_FLOWS	4096		/* a power of two */

/*
 * A flow of which a packet cannot be translated for what it is, such as a fragment,
 * stays with the daemon for so long: its packets must not overtake each other.
 */
#define FP_HOLD_MS	250

/* A lease's time of use is written down when it is so much older. */
#define FP_USED_MS	16

struct fp_range {
	uint32_t	first, last;	/* IPv4 addresses, both included */
};

/* What holds for every packet. */
struct fp_control {
	uint32_t	generation;	/* of all the tables; 0: off */
	uint32_t	link_header;	/* octets in front of packets: only in
					 * a trial more than none */
	uint64_t	prefix_hi, prefix_lo;
	uint64_t	mask_hi, mask_lo;	/* of the prefix */
	uint64_t	own6_hi, own6_lo;
	uint64_t	key[2];		/* of the leases' hash and of ids */
	uint64_t	lifetime;	/* of a lease, ms */
	uint32_t	own4;
	uint32_t	mtu, offlink_mtu;
	uint32_t	map_mask;	/* buckets of maps, each family - 1 */
	uint32_t	lease_mask;	/* buckets of leases, likewise */
	uint32_t	seed;		/* of the maps' hash */
	uint8_t		has_prefix;
	uint8_t		prefix_len;
	uint8_t		set_tos;
	uint8_t		tos;
	uint8_t		lengths4, lengths6;	/* how many of these count */
	uint8_t		ranges;		/* of the pool; 0: there is none */
	uint8_t		wkpf_strict;	/* enum wkpf_strict: what is not for
					 * the prefix */
	uint64_t	length4, length6;	/* an octet each, the longest
						 * in the lowest */
	struct fp_range	range[FP_RANGES];	/* those that do not count are
						 * empty: the last one is 0 */
};

/* An explicit mapping, RFC 7757. */
struct fp_map {
	uint64_t	hi, lo;		/* host bits zero */
	uint32_t	addr;
	uint8_t		len4, len6;
	uint16_t	unused;
};

/*
 * A lease.  It does not change while programs that found it may run: a place
 * stays empty for a while before it is used again.
 */
struct fp_lease {
	uint64_t	hi, lo;		/* host */
	uint64_t	used;		/* monotonic time, ms; the program's too */
	uint32_t	addr;
	uint32_t	active;
};

/*
 * Where the entries of maps and leases are found.  Each is in the one of two
 * buckets that had more room, with 32 bits of its hash that no other there has, so
 * that a look-up takes the same time whatever is there: no branch but the last.
 */
struct fp_bucket {
	uint32_t	tag[FP_BUCKET];
	uint32_t	entry[FP_BUCKET];	/* index + 1; 0: free */
};

#define FP_BUCKET_A(hash)	((uint32_t)(hash))
#define FP_BUCKET_B(hash)	((uint32_t)((hash) >> 20))
#define FP_TAG(hash)		((uint32_t)((hash) >> 32))

/* Of one processor, on a cache line of its own. */
struct fp_count {
	uint64_t	packets64, octets64;	/* IPv6 to IPv4, as they came */
	uint64_t	packets46, octets46;
	uint64_t	lost;			/* could not be finished */
	uint64_t	unused[3];
};

_Static_assert(FP_LENGTHS == sizeof(uint64_t), "an octet each");
_Static_assert(sizeof(struct fp_map) == 24, "no padding");
_Static_assert(sizeof(struct fp_lease) == 32, "two in a cache line");
_Static_assert(sizeof(struct fp_bucket) == 64, "a cache line");
_Static_assert(sizeof(struct fp_count) == 64, "a cache line");

/* The arrays, in the order of their numbers. */
enum fp_array {
	FP_CONTROL,
	FP_MAPS,
	FP_MAPS4,	/* buckets, by IPv4 prefix */
	FP_MAPS6,
	FP_LEASES,
	FP_LEASES4,	/* buckets, by IPv4 address */
	FP_LEASES6,
	FP_COUNTS,
	FP_IDENT,
	FP_HELD,	/* by flow: when it was last held, ms; 0: never */
	FP_ARRAYS
};

/* Maps come from the configuration, not from strangers: no key is needed. */
static inline uint64_t
fp_hash6(uint64_t hi, uint64_t lo, uint32_t len, uint32_t seed)
{
	uint64_t h = (hi ^ (uint64_t)len << 56 ^ seed) * 0x9e3779b97f4a7c15;

	h = ((h ^ h >> 32) ^ lo) * 0xd6e8feb86659fd93;
	h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
	return h ^ h >> 32;
}

static inline uint64_t
fp_hash4(uint32_t a, uint32_t len, uint32_t seed)
{
	return fp_hash6(a, 0, len, seed);
}

#endif
