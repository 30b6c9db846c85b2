/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checksum.h - the Internet checksum (RFC 1071), incremental (RFC 1624).
 *
 * A csum_t is an unfolded ones' complement sum of big-endian 16-bit words.
 * Sums add with plain +; up to 2^32 words fit without overflow.  The field of a
 * packet is csum_field(sum): folded and complemented.
 */
#ifndef LICHEN_CHECKSUM_H
#define LICHEN_CHECKSUM_H

#include <stdint.h>

#include "addr.h"
#include "wire.h"

typedef uint64_t csum_t;

/* Fold to 16 bits, not complemented. */
static inline uint16_t
csum_fold(csum_t s)
{
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static inline uint16_t
csum_field(csum_t s)
{
	return (uint16_t)~csum_fold(s);
}

/* Sum of octets, folded; an odd last one counts as the high half of a word. */
csum_t	csum_bytes(struct cur);

static inline csum_t
csum_ip4(ip4_t a)
{
	return (a >> 16) + (a & 0xffff);
}

static inline csum_t
csum_ip6(struct ip6 a)
{
	return (a.hi >> 32) + (a.hi & 0xffffffff) + (a.lo >> 32) +
	    (a.lo & 0xffffffff);
}

/* Pseudo-headers: RFC 793 section 3.1 and RFC 8200 section 8.1. */
csum_t	csum_pseudo4(ip4_t src, ip4_t dst, uint8_t proto, uint32_t len);
csum_t	csum_pseudo6(struct ip6 src, struct ip6 dst, uint8_t proto,
	    uint32_t len);

/*
 * RFC 1624 equation 3: the checksum field that results when data that summed up
 * to `was` now sums up to `is`.
 */
static inline uint16_t
csum_update(uint16_t field, csum_t was, csum_t is)
{
	return csum_field((uint16_t)~field + (csum_t)(uint16_t)~csum_fold(was) +
	    csum_fold(is));
}

#endif
