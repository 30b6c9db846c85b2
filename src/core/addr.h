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

/*
 * May a packet with this address as source or destination be translated at
 * all?  IPv4 (RFC 1122 section 3.2.1.3): not 0/8, 127/8, 224/4 or
 * 255.255.255.255.  IPv6 (RFC 4291): not ::, ::1, ff00::/8 or fe80::/10.
 */
static inline bool
ip4_is_unicast(ip4_t a)
{
	uint8_t top = (uint8_t)(a >> 24);

	return top != 0 && top != 127 && (a & 0xf0000000) != 0xe0000000 &&
	    a != 0xffffffff;
}

static inline bool
ip6_is_unicast(struct ip6 a)
{
	if (a.hi == 0 && a.lo <= 1)		/* ::, ::1 */
		return false;
	return a.hi >> 56 != 0xff && a.hi >> 54 != 0xfe80 >> 6;
}

/*
 * Non-global in the sense of RFC 6052 section 3.1, with the ranges that TAYGA's
 * wkpf-strict means: 10/8, 100.64/10, 172.16/12, 192.0.2/24, 192.168/16,
 * 198.18/15, 198.51.100/24, 203.0.113/24.
 */
bool	ip4_is_nonglobal(ip4_t);

#endif
