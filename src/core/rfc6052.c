/* SPDX-License-Identifier: BSD-2-Clause */
#include "rfc6052.h"

bool
rfc6052_is_wkp(struct prefix6 p)
{
	return p.len == 96 && p.addr.hi == UINT64_C(0x0064ff9b00000000) &&
	    p.addr.lo == 0;
}

bool
rfc6052_len_ok(unsigned len)
{
	return len == 32 || len == 40 || len == 48 || len == 56 || len == 64 ||
	    len == 96;
}

/*
 * RFC 6052 section 2.2, figure 1.  With a /96 the address fills the last 32
 * bits.  Shorter ones put what fits into bits len to 63, leave out bits 64 to 71
 * and go on at bit 72: the upper half takes 64 - len bits of the address.
 */
struct ip6
rfc6052_embed(struct prefix6 p, ip4_t a)
{
	unsigned in_hi = p.len < 64 ? 64u - p.len : 0;	/* 0 to 32 */
	struct ip6 r = p.addr;

	if (p.len == 96) {
		r.lo |= a;
		return r;
	}
	r.hi |= in_hi == 0 ? 0 : (uint64_t)a >> (32 - in_hi);
	/* The rest, left-aligned in 32 bits, stands behind the u-octet. */
	r.lo = ((uint64_t)a << in_hi & UINT32_MAX) << 24;
	return r;
}

ip4_t
rfc6052_extract(struct prefix6 p, struct ip6 a)
{
	unsigned in_hi = p.len < 64 ? 64u - p.len : 0;
	uint64_t rest = a.lo >> 24 & UINT32_MAX;

	if (p.len == 96)
		return (ip4_t)a.lo;
	return (ip4_t)((in_hi == 0 ? 0 : a.hi << (32 - in_hi)) |
	    rest >> in_hi);
}
