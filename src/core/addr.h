/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addr.h - addresses and prefixes as values, and what IANA says about them.
 *
 * Addresses are in host order: an IPv4 address is a uint32_t, an IPv6 address
 * two 64-bit halves, so that masks and shifts are arithmetic.
 */
#ifndef LICHEN_ADDR_H
#define LICHEN_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "special.h"
#include "wire.h"

typedef uint32_t ip4_t;

struct ip6 {
	uint64_t	hi;	/* octets 0 to 7 */
	uint64_t	lo;	/* octets 8 to 15 */
};

struct prefix4 {
	ip4_t	addr;		/* host bits zero */
	uint8_t	len;		/* 0 to 32 */
};

struct prefix6 {
	struct ip6	addr;	/* host bits zero */
	uint8_t		len;	/* 0 to 128 */
};

/* IPv4 Service Continuity Prefix, 192.0.0.0/29: the host side of a CLAT (RFC 7335). */
#define IP4_CONTINUITY	0xc0000000u
#define IP4_CONTINUITY_LEN	29

static inline struct ip6
ip6_read(const uint8_t b[16])
{
	return (struct ip6){ be64(b), be64(b + 8) };
}

static inline void
ip6_write(uint8_t b[16], struct ip6 a)
{
	put64(b, a.hi);
	put64(b + 8, a.lo);
}

static inline bool
ip6_eq(struct ip6 a, struct ip6 b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

/* The netmask of a prefix length, 0 to 32. */
static inline ip4_t
mask4(unsigned len)
{
	return len == 0 ? 0 : (ip4_t)(UINT32_MAX << (32 - len));
}

/* The netmask of a prefix length, 0 to 128. */
static inline struct ip6
mask6(unsigned len)
{
	struct ip6 m;

	m.hi = len == 0 ? 0 : len >= 64 ? UINT64_MAX : UINT64_MAX << (64 - len);
	m.lo = len <= 64 ? 0 : UINT64_MAX << (128 - len);
	return m;
}

static inline struct ip6
ip6_and(struct ip6 a, struct ip6 b)
{
	return (struct ip6){ a.hi & b.hi, a.lo & b.lo };
}

static inline ip4_t
prefix4_last(struct prefix4 p)
{
	return p.addr | ~mask4(p.len);
}

static inline bool
prefix4_has(struct prefix4 p, ip4_t a)
{
	return (a & mask4(p.len)) == p.addr;
}

static inline bool
prefix6_has(struct prefix6 p, struct ip6 a)
{
	return ip6_eq(ip6_and(a, mask6(p.len)), p.addr);
}

static inline bool
prefix4_overlap(struct prefix4 a, struct prefix4 b)
{
	return prefix4_has(a, b.addr) || prefix4_has(b, a.addr);
}

static inline bool
prefix4_eq(struct prefix4 a, struct prefix4 b)
{
	return a.addr == b.addr && a.len == b.len;
}

static inline bool
prefix6_eq(struct prefix6 a, struct prefix6 b)
{
	return ip6_eq(a.addr, b.addr) && a.len == b.len;
}

/* Room for any text form, "/128" and the final NUL included. */
#define ADDR_TEXT_MAX	64

/*
 * Text to value.  The text must be all of the NUL-terminated string.  Return
 * false, and leave *out alone, if it is not one.  A prefix without "/n" gets the
 * length of a single host; a prefix with host bits set parses with
 * out->addr keeping them: the caller decides whether that is an error
 * (compare with prefix?_masked).
 */
bool	ip4_parse(const char *, ip4_t *out);
bool	ip6_parse(const char *, struct ip6 *out);
bool	prefix4_parse(const char *, struct prefix4 *out);
bool	prefix6_parse(const char *, struct prefix6 *out);

struct prefix4	prefix4_masked(struct prefix4);
struct prefix6	prefix6_masked(struct prefix6);

/* Value to text (RFC 5952 for IPv6).  Return buf, always terminated. */
const char	*ip4_text(ip4_t, char buf[static ADDR_TEXT_MAX]);
const char	*ip6_text(struct ip6, char buf[static ADDR_TEXT_MAX]);
const char	*prefix4_text(struct prefix4, char buf[static ADDR_TEXT_MAX]);
const char	*prefix6_text(struct prefix6, char buf[static ADDR_TEXT_MAX]);

/* --- what kind of address: the tables of special.h ------------------------- */

/* One row, as data. */
struct special4 {
	struct prefix4	range;
	bool		never;		/* source or destination of a packet */
	uint8_t		own, map, pool;	/* enum special_use */
	uint16_t	rfc;
	char		name[24];
};

struct special6 {
	struct prefix6	range;
	bool		never;
	uint8_t		own, map, prefix;
	uint16_t	rfc;
	char		name[24];
};

/*
 * The narrowest range that has all of the prefix, or NULL.  And the first in which
 * any of it must not be a pool, or NULL.  (Linear: for configurations and people.)
 */
const struct special4	*special4_of(struct prefix4);
const struct special6	*special6_of(struct prefix6);
const struct special4	*special4_no_pool(struct prefix4);

/*
 * For packets the same tables are code, in which only the rows in question are left:
 * bits below the prefix are shifted out.
 */
static inline bool
in_range4(ip4_t a, ip4_t first, unsigned len)
{
	return ((a ^ first) >> (32 - len)) == 0;
}

static inline bool
in_range6(struct ip6 a, uint64_t hi, uint64_t lo, unsigned len)
{
	if (len <= 64)
		return ((a.hi ^ hi) >> (64 - len)) == 0;
	return a.hi == hi && ((a.lo ^ lo) >> (128 - len)) == 0;
}

/*
 * May a packet with this address as source or destination be translated at all?
 * 0/8, 127/8, 169.254/16, 224/4 and 255.255.255.255 not, nor ::, ::1,
 * ::ffff:0:0/96, fe80::/10 and ff00::/8.
 */
static inline bool
ip4_is_unicast(ip4_t a)
{
#define X(first, len, packet, ...) \
	if (SPECIAL_##packet && in_range4(a, first, len)) \
		return false;
	SPECIAL4(X)
#undef X
	return true;
}

static inline bool
ip6_is_unicast(struct ip6 a)
{
	/* 2000::/3, nearly every address, has no such row. */
	if (a.hi >> 61 == 1)
		return true;
#define X(hi, lo, len, packet, ...) \
	if (SPECIAL_##packet && in_range6(a, hi, lo, len)) \
		return false;
	SPECIAL6(X)
#undef X
	return true;
}

/*
 * Multicast that no router passes on, 224.0.0.0/24 (RFC 5771 section 4) and ff02::/16
 * (RFC 4291 section 2.7): on our device it is the host's own.
 */
static inline bool
ip4_is_link_multicast(ip4_t a)
{
	return in_range4(a, 0xe0000000, 24);
}

static inline bool
ip6_is_link_multicast(struct ip6 a)
{
	return in_range6(a, UINT64_C(0xff02000000000000), 0, 16);
}

/* Private, which networks have for their own: RFC 1918 and RFC 6598. */
static inline bool
ip4_is_private(ip4_t a)
{
#define X(first, len, packet, wkp, ...) \
	if (SPECIAL_##wkp == SPECIAL_PRIVATE && in_range4(a, first, len)) \
		return true;
	SPECIAL4(X)
#undef X
	return false;
}

/* For documentation and benchmarks: RFC 5737 and RFC 2544. */
static inline bool
ip4_is_example(ip4_t a)
{
#define X(first, len, packet, wkp, ...) \
	if (SPECIAL_##wkp == SPECIAL_EXAMPLE && in_range4(a, first, len)) \
		return true;
	SPECIAL4(X)
#undef X
	return false;
}

#endif
